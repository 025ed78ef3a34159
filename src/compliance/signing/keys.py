"""Public keys, and the list of all that a deployment ever had, which its offline root signs.

The list is what a stranger trusts: its root is known by a fingerprint that stands in places that cannot all be changed
at once. It grows and never forgets: a key that was retired or stolen stays in it, marked, because what it signed before
is still to be checked.
"""

import hashlib
from datetime import date
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from compliance.domain.canonical import canonical_bytes

Purpose = Literal["credentials", "status", "checkpoints", "pdf"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
KeyEvent = Literal["added", "retired", "compromised"]
ED25519_OCTETS = 32


class PublicKey(Struct, frozen=True, kw_only=True):
    """One key that signs, or once did, for one purpose only."""

    id: str
    """The purpose and a number that counts up: `credentials-1`."""
    purpose: Purpose
    public: bytes
    """Ed25519: 32 octets. For PDFs ECDSA on P-256: the subject public key info, DER."""
    added_on: date
    retired_on: date | None = None
    """From this day it signs nothing more."""
    compromised_on: date | None = None
    """The day on which it was said that somebody else may have it."""
    compromised_since_leaf: int | None = None
    """The first leaf of the log that is not believed any more on this key's word."""
    certificate: str | None = None
    """For PDFs: the chain as PEM, the key's own certificate first and the root last."""

    @property
    def is_in_use(self) -> bool:
        """Whether it may still sign."""
        return self.retired_on is None and self.compromised_on is None


class KeyList(Struct, frozen=True, kw_only=True):
    """All public keys ever, in the order in which they were added, and the root's signature over them."""

    type: Literal["compliance-key-list"] = "compliance-key-list"
    version: Literal[1] = 1
    sequence: int
    """Counts the lists that the root has signed, from 1. A list with a smaller number is an old one."""
    made_on: date
    demo: bool
    """Whether the keys were made for a demonstration; nothing that they sign means anything."""
    root: bytes
    """The root's public key: Ed25519, 32 octets."""
    keys: tuple[PublicKey, ...]
    signature: bytes = b""
    """Ed25519 by the root over `signed_bytes`; empty until it is signed."""

    @property
    def fingerprint(self) -> str:
        """The root's fingerprint; see `fingerprint_of`."""
        return fingerprint_of(self.root)

    def find(self, key_id: str) -> PublicKey | None:
        """The key with this id."""
        return next((key for key in self.keys if key.id == key_id), None)

    def in_use(self, purpose: Purpose) -> PublicKey | None:
        """The newest key of a purpose that may sign."""
        return next((key for key in reversed(self.keys) if key.purpose == purpose and key.is_in_use), None)

    def signed_bytes(self) -> bytes:
        """What the root signs: the canonical bytes (RFC 8785) of the list without its signature."""
        document = plain(self)
        del document["signature"]
        return canonical_bytes(document)


def plain(listed: KeyList) -> dict[str, Any]:
    """The list as JSON data: days as YYYY-MM-DD, octets in base64, every field there."""
    return msgspec.to_builtins(listed)


def fingerprint_of(public: bytes) -> str:
    """SHA-256 of a public key's octets: 64 hexadecimal digits in sixteen groups of four, to be compared by eye."""
    digits = hashlib.sha256(public).hexdigest()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints say the same, however they are grouped and written."""
    return _digits_of(one) == _digits_of(other) != ""


def _digits_of(fingerprint: str) -> str:
    return "".join(fingerprint.replace(":", " ").replace("-", " ").split()).lower()


def pdf_roots(listed: KeyList) -> str:
    """The root certificates under which the PDF keys of a list stand, as PEM, each once."""
    chains = [key.certificate.strip() for key in listed.keys if key.certificate is not None]
    ends = dict.fromkeys(_BEGIN + chain.rpartition(_BEGIN)[2] + "\n" for chain in chains)
    return "".join(ends)


_BEGIN = "-----BEGIN CERTIFICATE-----"


def key_event_content(listed: KeyList, key: PublicKey, event: KeyEvent) -> bytes:
    """What a leaf of the log says about a key: canonical bytes.

    They hold only what later lists say too, so that they can be computed again from any of them.
    """
    said: dict[str, Any] = {
        "v": 1, "event": event, "root": _digits_of(listed.fingerprint),
        "key": {"id": key.id, "purpose": key.purpose, "public_sha256": hashlib.sha256(key.public).hexdigest()},
    }  # fmt: skip
    match event:
        case "added":
            said["on"] = key.added_on.isoformat()
        case "retired":
            assert key.retired_on is not None
            said["on"] = key.retired_on.isoformat()
        case "compromised":
            assert key.compromised_on is not None
            said["on"] = key.compromised_on.isoformat()
            said["since_leaf"] = key.compromised_since_leaf
    return canonical_bytes(said)
