"""A leaf: one line of the log as canonical bytes. It names nobody: only who holds salt and content can tell what it is of.

Deleting content and salt leaves the leaf, and with it every proof, as it was.

Source: docs/transparency.md, "Leaves".
"""

import hashlib
import hmac
from datetime import date
from typing import Annotated, ClassVar, Literal, get_args

import msgspec
import rfc8785
from msgspec import Meta, Struct

from compliance.domain.canonical import canonical_bytes
from compliance.errors import Invalid

SALT_OCTETS = 32
"""Of one length, so that no octet can be moved between salt and content."""

Event = Literal[
    "issued", "suspended", "reinstated", "withdrawn", "expired", "superseded", "case_opened", "key", "trail"
]
"""What happened: to a certificate, to a case about one, to a key; `trail` anchors the heads of the journals."""
EVENTS: tuple[Event, ...] = get_args(Event)

# The end is \Z: in Python a dollar sign also stands before a newline.
LeafId = Annotated[str, Meta(pattern=r"^[!-~]{1,80}\Z")]
"""Printable ASCII without spaces, such as a digest or a key's id: nothing in which a name is easily written."""
Commitment = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]


class Leaf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the public may know has happened, and a commitment to the rest."""

    v: Literal[1] = 1
    event: Event
    id: LeafId
    """What it happened to. Of a certificate it is a salted digest, the same in all its leaves."""
    on: date
    """The day on which it happened, as the issuer says. What proves anything is the place in the log."""
    commitment: Commitment
    """To the claim, or to what else the event is about; see `commitment`."""


class LeafMalformed(Invalid):
    """This is not a leaf of the transparency log."""

    code: ClassVar[str] = "leaf-malformed"


def commitment(salt: bytes, content: bytes) -> str:
    """`sha256:` and the digest of salt ‖ content, in hexadecimal.

    Raises:
        ValueError: the salt has not 32 octets.
    """
    if len(salt) != SALT_OCTETS:
        msg = f"the salt of a leaf has {SALT_OCTETS} octets, not {len(salt)}"
        raise ValueError(msg)
    return "sha256:" + hashlib.sha256(salt + content).hexdigest()


def subject_of(salt: bytes, number: str) -> str:
    """The id under which the log speaks of a certificate: 32 hexadecimal digits of SHA-256(salt ‖ 0x02 ‖ number).

    Whoever has the credential can work it out. From the log alone, nobody finds a number.
    """
    return hashlib.sha256(salt + b"\x02" + number.encode()).hexdigest()[:32]


def commits_to(leaf: Leaf, *, salt: bytes, content: bytes) -> bool:
    """Whether this salt and content are what a leaf committed to. Takes whatever a stranger hands in."""
    return len(salt) == SALT_OCTETS and hmac.compare_digest(
        leaf.commitment.encode(), commitment(salt, content).encode()
    )


def leaf_bytes(leaf: Leaf) -> bytes:
    """The canonical bytes of a leaf (RFC 8785): what is hashed into the tree and served in bundles.

    Read back before they are returned: what has been appended can never be mended.

    Raises:
        ValueError: it is no leaf that could be read again, such as one with a name for its id.
    """
    try:
        written = _bytes_of(leaf)
        read_leaf(written)
    except (LeafMalformed, rfc8785.CanonicalizationError) as refused:
        msg = f"no leaf can be {leaf!r}"
        raise ValueError(msg) from refused
    return written


def read_leaf(entry: bytes) -> Leaf:
    """A leaf out of the log's entry, which must be its canonical bytes and nothing else.

    Raises:
        LeafMalformed: anything else: not JSON, an unknown or missing or repeated key, an unknown event, another order,
            a space.
    """
    try:
        leaf = msgspec.json.decode(entry, type=Leaf)
        is_canonical = _bytes_of(leaf) == entry
    except (msgspec.DecodeError, rfc8785.CanonicalizationError, UnicodeError, RecursionError) as refused:
        raise LeafMalformed from refused
    if not is_canonical:
        raise LeafMalformed
    return leaf


def _bytes_of(leaf: Leaf) -> bytes:
    return canonical_bytes(msgspec.to_builtins(leaf))
