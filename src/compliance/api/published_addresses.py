"""Where everything that is published stands."""

from functools import cache
from pathlib import Path

from compliance.api.published import Address, Asking
from compliance.resources import shipped
from compliance.usecases.badges import read_badge
from compliance.usecases.bundles import read_bundle, read_key_events
from compliance.usecases.deed import Deed
from compliance.usecases.published import (
    NotPublished,
    Published,
    read_consistency,
    read_did,
    read_inclusion,
    read_keys,
    read_log_tile,
    read_newest_checkpoint,
    read_pdf_roots,
    read_signed_file,
    read_status,
    read_status_list,
)

_LONGEST_NUMBER = 18
"""Digits of a place in the log."""


def _number_in(asking: Asking, name: str) -> int:
    given = asking.query.get(name, "")
    if not given.isascii() or not given.isdecimal() or len(given) > _LONGEST_NUMBER:
        raise NotPublished
    return int(given)


def _inclusion(deed: Deed, asking: Asking) -> Published:
    return read_inclusion(deed, _number_in(asking, "leaf"), _number_in(asking, "size"))


def _consistency(deed: Deed, asking: Asking) -> Published:
    return read_consistency(deed, _number_in(asking, "from"), _number_in(asking, "to"))


def _badge(deed: Deed, asking: Asking) -> Published:
    number, _, ending = asking["name"].rpartition(".")
    if ending not in ("svg", "json"):
        raise NotPublished
    return read_badge(deed, number, ending=ending, language=asking.query.get("lang", "en"))


@cache
def _packaged(folder: str) -> dict[str, Path]:
    """The contexts or schemas that we serve, by name."""
    return {path.name: path for path in (shipped("credentials") / folder).glob("*.json")}


def _packaged_file(folder: str, asking: Asking) -> Published:
    path = _packaged(folder).get(asking["name"])
    if path is None:
        raise NotPublished
    media_type = "application/ld+json" if folder == "contexts" else "application/schema+json"
    return Published(body=path.read_bytes(), media_type=media_type)


ADDRESSES = (
    Address(path="/certificates/{number:str}/credential.json",
            read=lambda deed, asking: read_signed_file(deed, asking["number"], "credential")),
    Address(path="/certificates/{number:str}/certificate.pdf",
            read=lambda deed, asking: read_signed_file(deed, asking["number"], "pdf")),
    Address(path="/certificates/{number:str}/status.json", read=lambda deed, asking: read_status(deed, asking["number"])),
    Address(path="/certificates/{number:str}/bundle.json", read=lambda deed, asking: read_bundle(deed, asking["number"])),
    Address(path="/badges/{name:str}", read=_badge),
    Address(path="/status/{purpose:str}", read=lambda deed, asking: read_status_list(deed, asking["purpose"])),
    Address(path="/.well-known/did.json", read=lambda deed, asking: read_did(deed)),  # noqa: ARG005
    Address(path="/.well-known/compliance-keys.json", read=lambda deed, asking: read_keys(deed)),  # noqa: ARG005
    Address(path="/.well-known/compliance-root.pem", read=lambda deed, asking: read_pdf_roots(deed)),  # noqa: ARG005
    Address(path="/contexts/{name:str}", read=lambda deed, asking: _packaged_file("contexts", asking)),  # noqa: ARG005
    Address(path="/schemas/{name:str}", read=lambda deed, asking: _packaged_file("schemas", asking)),  # noqa: ARG005
    Address(path="/log/checkpoint", read=lambda deed, asking: read_newest_checkpoint(deed)),  # noqa: ARG005
    Address(path="/log/keys", read=lambda deed, asking: read_key_events(deed)),  # noqa: ARG005
    Address(path="/log/inclusion", read=_inclusion),
    Address(path="/log/consistency", read=_consistency),
    Address(path="/log/tile/{path:path}",
            read=lambda deed, asking: read_log_tile(deed, f"tile/{asking['path'].lstrip('/')}")),
)  # fmt: skip
