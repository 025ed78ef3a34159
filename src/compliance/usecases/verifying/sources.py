"""What a certificate is checked with, and all of it as one file: the bundle.

A bundle is not believed because somebody hands it over. All in it is signed, and its keys are as good as whoever vouches
for them: a fingerprint that the checker has from elsewhere, or the address that it was fetched from.
"""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import msgspec
from msgspec import Struct, field

from compliance.domain.certificate import did_web
from compliance.errors import Invalid, Problem
from compliance.intake.library import Library
from compliance.usecases.verifying.strict_json import JsonUnread, plain_bytes, read_members

BUNDLE_TYPE = "compliance-bundle"
MOST_BUNDLE_BYTES = 16 * 1024 * 1024


class BundleInvalid(Invalid):
    """This file holds nothing that a certificate could be checked with."""

    code: ClassVar[str] = "bundle-invalid"


class KeyEventProof(Struct, frozen=True, kw_only=True):
    """A leaf of the log about a key, and that it stands in the newest checkpoint's tree."""

    leaf: bytes
    content: bytes
    """What the leaf commits to, with a salt of zeros; see `signing.key_event_content`."""
    index: int
    proof: tuple[bytes, ...]


class ConsistencyProof(Struct, frozen=True, kw_only=True):
    """That one tree is the beginning of another."""

    start: int = field(name="from")
    end: int = field(name="to")
    proof: tuple[bytes, ...]


class Sources(Struct, frozen=True, kw_only=True):
    """What is known of an issuer. What is missing leaves its steps not established."""

    base_url: str
    """The issuer's address: `https://check.example.org`, no slash at the end."""
    is_firsthand: bool = False
    """Whether it was read at that address just now, over TLS, or is the issuer's own: then the address vouches for it."""
    keys: bytes | None = None
    """The list of keys, `keys.json`."""
    least_sequence: int = 0
    """The number of a list of keys that the checker knows already: one with a smaller number is an old one."""
    revocation: bytes | None = None
    """Credentials of the status lists."""
    suspension: bytes | None = None
    checkpoint: str | None = None
    """The newest one of the log, as a signed note."""
    key_events: tuple[KeyEventProof, ...] | None = None
    """Every leaf about a key; proven in the tree of `checkpoint`."""
    consistency: ConsistencyProof | None = None
    """From the credential's own checkpoint to `checkpoint`."""
    credential: bytes | None = None
    """As the issuer has it, for whoever presents no more than a number."""
    absent: Literal["unknown", "pending"] | None = None
    """Why the issuer has none: no certificate of that number, or one that is still being signed."""
    witnesses: tuple[str, ...] = ()
    """Verifier keys (C2SP signed-note) of those besides the issuer whom the checker knows; never from the issuer itself."""
    library: Library | None = None
    """Where questionnaires are looked up. None for those that come with this program."""


class _StatusLists(Struct, frozen=True, kw_only=True):
    revocation: dict[str, Any] | None = None
    suspension: dict[str, Any] | None = None


class _Bundle(Struct, frozen=True, kw_only=True):
    type: Literal["compliance-bundle"]
    version: Literal[1]
    made_at: datetime
    base_url: str
    keys: dict[str, Any] | None = None
    status_lists: _StatusLists = _StatusLists()
    checkpoint: str | None = None
    key_events: tuple[KeyEventProof, ...] | None = None
    consistency: ConsistencyProof | None = None
    credential: dict[str, Any] | None = None


def read_bundle(content: bytes, *, is_firsthand: bool = False) -> Sources:
    """What a bundle holds, nothing of it checked yet. `is_firsthand` as in `Sources`.

    Raises:
        BundleInvalid: it is none.
    """
    try:
        bundle = msgspec.convert(read_members(content, most_bytes=MOST_BUNDLE_BYTES), _Bundle)
        did_web(bundle.base_url)
    except JsonUnread:
        raise BundleInvalid([Problem("bundle-json", "")]) from None
    except ValueError as wrong:  # msgspec's own, too
        raise BundleInvalid([Problem("wrong-shape", "", {"reason": str(wrong)[:200]})]) from None
    return Sources(
        base_url=bundle.base_url, is_firsthand=is_firsthand, keys=_bytes_of(bundle.keys),
        revocation=_bytes_of(bundle.status_lists.revocation), suspension=_bytes_of(bundle.status_lists.suspension),
        checkpoint=bundle.checkpoint, key_events=bundle.key_events, consistency=bundle.consistency,
        credential=_bytes_of(bundle.credential),
    )  # fmt: skip


def write_bundle(sources: Sources, *, made_at: datetime) -> bytes:
    """The bundle of what is known; documents in it are those that were signed, re-spaced.

    Raises:
        ValueError: a document among them is no JSON, or the instant has no zone.
    """
    if made_at.tzinfo is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    bundle = _Bundle(
        type=BUNDLE_TYPE, version=1, made_at=made_at.astimezone(UTC).replace(microsecond=0), base_url=sources.base_url,
        keys=_object_of(sources.keys),
        status_lists=_StatusLists(
            revocation=_object_of(sources.revocation), suspension=_object_of(sources.suspension)
        ),
        checkpoint=sources.checkpoint, key_events=sources.key_events, consistency=sources.consistency,
        credential=_object_of(sources.credential),
    )  # fmt: skip
    return json.dumps(msgspec.to_builtins(bundle), ensure_ascii=False, indent=1).encode() + b"\n"


def _bytes_of(members: dict[str, Any] | None) -> bytes | None:
    return None if members is None else plain_bytes(members)


def _object_of(content: bytes | None) -> dict[str, Any] | None:
    return None if content is None else json.loads(content)
