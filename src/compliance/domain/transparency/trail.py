"""The trail: the heads of all journals of an hour under one root, which is entered into the log.

A head is blinded with octets that only its organisation is told, and the leaves are sorted: whoever sees the log, or the
proof of another organisation, learns neither whose journals moved nor how far.

Source: docs/transparency.md, "Anchors of the journals".
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from compliance.domain.transparency.leaf import SALT_OCTETS, Leaf, commits_to
from compliance.domain.transparency.proofs import inclusion_proof, verify_inclusion
from compliance.domain.transparency.tree import grow, leaf_hash, nodes_of, root_of

NO_SALT = bytes(SALT_OCTETS)
"""A root says nothing by itself, so nothing hides it."""
_POSITION_OCTETS = 8


class TrailProof(Struct, frozen=True, kw_only=True):
    """Where one blinded head stands under a root."""

    index: int
    size: int
    proof: tuple[bytes, ...]
    """Lowest first."""


class Trail(Struct, frozen=True, kw_only=True):
    """All heads of an hour."""

    root: bytes
    proofs: Mapping[bytes, TrailProof]
    """By blinded head."""


def hour_of(at: datetime) -> str:
    """The hour of an instant in UTC: `2026-11-22T09`."""
    return at.strftime("%Y-%m-%dT%H")


def trail_id(hour: str) -> str:
    """The id of the log's leaf about an hour."""
    return f"trail-{hour}"


def blinded_head(blind: bytes, position: int, head: bytes) -> bytes:
    """SHA-256(blind ‖ position as a big-endian number of 8 octets ‖ hash of the head), 32 octets."""
    return hashlib.sha256(blind + position.to_bytes(_POSITION_OCTETS, "big") + head).digest()


def draw_trail(blinded: Iterable[bytes]) -> Trail:
    """The tree over blinded heads, each once, sorted; at least one.

    Raises:
        ValueError: there is none, or one stands twice.
    """
    entries = sorted(blinded)
    if not entries or len(set(entries)) != len(entries):
        msg = "a trail has heads, and each once"
        raise ValueError(msg)
    hashes = [leaf_hash(each) for each in entries]
    nodes = nodes_of({(level, index): value for level, index, value in grow(0, hashes, nodes_of({}))})
    size = len(entries)
    proofs = {
        each: TrailProof(index=index, size=size, proof=inclusion_proof(index, size, nodes))
        for index, each in enumerate(entries)
    }
    return Trail(root=root_of(hashes), proofs=proofs)


def is_in_trail(blinded: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a blinded head stands under a root. False for any nonsense."""
    return verify_inclusion(index, size, leaf_hash(blinded), proof, root)


def commits_to_trail(leaf: Leaf, *, hour: str, root: bytes) -> bool:
    """Whether a leaf of the log is that of an hour, and says this root."""
    return leaf.event == "trail" and leaf.id == trail_id(hour) and commits_to(leaf, salt=NO_SALT, content=root)
