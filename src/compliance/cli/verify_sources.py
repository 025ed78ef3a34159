"""What `compliance verify` checks with: fetched from the issuer, or read from a bundle."""

import json
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from compliance.cli.fetching import Fetched, NotFetched, check_address, fetch
from compliance.cli.printing import warn
from compliance.errors import Invalid, Problem
from compliance.usecases.verifying import (
    MOST_BUNDLE_BYTES,
    MOST_BYTES,
    BundleInvalid,
    KeyEventProof,
    Sources,
    printable,
    read_bundle,
)

_PARTS = {
    "keys": "/.well-known/compliance-keys.json",
    "revocation": "/status/revocation",
    "suspension": "/status/suspension",
    "checkpoint": "/log/checkpoint",
    "key_events": "/log/keys",
}
OK, NOT_FOUND = 200, 404


class VerifyArgumentsWrong(Invalid):
    """This cannot be checked with what was given."""

    code = "verify-arguments-wrong"


class Gathered(Struct, frozen=True, kw_only=True):
    """What is checked with."""

    sources: Sources
    bundle: bytes | None = None
    """As the issuer gave it."""


def read_limited(path: Path, most_bytes: int) -> bytes:
    """A file that somebody named.

    Raises:
        VerifyArgumentsWrong: it cannot be read, or is larger than anything of its kind.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as fault:
        facts = {"reason": fault.strerror or type(fault).__name__}
        raise VerifyArgumentsWrong([Problem("file-unreadable", str(path)[:200], facts)]) from None
    if len(content) > most_bytes:
        raise VerifyArgumentsWrong([Problem("file-too-large", str(path)[:200], {"limit_kib": most_bytes // 1024})])
    return content


def from_file(path: Path) -> Gathered:
    """What a bundle holds.

    Raises:
        VerifyArgumentsWrong, BundleInvalid: it cannot be read.
    """
    return Gathered(sources=read_bundle(read_limited(path, MOST_BUNDLE_BYTES)))


def from_service(base_url: str, number: str | None) -> Gathered:
    """What the issuer publishes about a certificate, saying on standard error what was fetched from where.

    What does not answer is left out, so that its steps are not established.

    Raises:
        AddressRefused: it is not an address that is asked.
    """
    check_address(base_url)
    sources = Sources(base_url=base_url, is_firsthand=True)
    if number is None:
        return Gathered(sources=_with_parts(sources))
    answer = _asked(f"{base_url}/certificates/{number}/bundle.json", MOST_BUNDLE_BYTES)
    if answer is None:
        return Gathered(sources=sources)
    if answer.status == OK:
        try:
            read = read_bundle(answer.body, is_firsthand=True)
        except BundleInvalid as refusal:
            warn(f"  {refusal.summary}")
            return Gathered(sources=sources)
        # Whom it was asked of counts, not whom it says that it is of.
        return Gathered(sources=replace(read, base_url=base_url), bundle=answer.body)
    absent = _absence(answer)
    return Gathered(sources=_with_parts(replace(sources, absent=absent)) if absent is not None else sources)


def _with_parts(sources: Sources) -> Sources:
    """Keys, status lists and checkpoint, one by one: with them a credential can be refused that the issuer does not know."""
    found: dict[str, bytes] = {}
    for name, path in _PARTS.items():
        answer = _asked(sources.base_url + path, MOST_BYTES)
        if answer is not None and answer.status == OK:
            found[name] = answer.body
    note = found.pop("checkpoint", None)
    checkpoint = None if note is None else note.decode("utf-8", "replace")
    events = _key_events(found.pop("key_events", None))
    return replace(sources, checkpoint=checkpoint, key_events=events, **found)


def _key_events(body: bytes | None) -> tuple[KeyEventProof, ...] | None:
    try:
        return None if body is None else msgspec.json.decode(body, type=tuple[KeyEventProof, ...])
    except (msgspec.DecodeError, RecursionError):
        return None


def _absence(answer: Fetched) -> Literal["unknown", "pending"] | None:
    """Why the issuer has no bundle of that number; None where it does not say."""
    if answer.status != NOT_FOUND:
        return None
    try:
        said: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "unknown"
    code = said.get("code") if isinstance(said, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return "pending" if code == "not-published" else "unknown"


def _asked(url: str, most_bytes: int) -> Fetched | None:
    try:
        answer = fetch(url, most_bytes=most_bytes)
    except NotFetched as why:
        warn(printable(f"Not fetched: {url}: {why}"))
        return None
    warn(f"Fetched: {url} ({answer.status}, {len(answer.body):,} bytes)")
    return answer
