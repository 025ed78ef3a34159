"""The Merkle tree: how leaves become one root, and how it grows.

Stored are the *complete* subtrees, 2**level leaves each: they never change. What hangs ragged at the right edge is
hashed from them whenever it is needed, out of at most one subtree a level.

Source: RFC 6962, section 2.1; docs/transparency.md, "Tree".
"""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import ClassVar, Protocol

from compliance.errors import Invalid

HASH_OCTETS = 32
MOST_LEAVES = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Place = tuple[int, int]
"""A complete subtree: its level and its index there. It has 2**level leaves, the first of them index · 2**level."""


class Nodes(Protocol):
    """Where the hash of a complete subtree is looked up."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """The hash; a store that has none raises what it raises."""
        ...


class LogIncomplete(Invalid):
    """The number of entries is not the one that the log's checkpoint states."""

    code: ClassVar[str] = "log-incomplete"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256 of 0x00 ‖ entry, so that no entry can pass for an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01 ‖ left ‖ right."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(found: Mapping[Place, bytes]) -> Nodes:
    """Nodes that were fetched before, as one query gives them; a missing one is a KeyError."""
    return lambda level, index: found[level, index]


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order, in memory for one hash a level."""
    peaks: dict[int, bytes] = {}
    for index, each in enumerate(leaf_hashes):
        _append(peaks, index, each)
    return _joined(peaks)


def check_tree(entries: Iterable[bytes], size: int) -> bytes:
    """The root over all entries of a log, to be compared with its checkpoint's; reads them once, keeping none.

    Raises:
        LogIncomplete: there are fewer entries than `size`, or more.
    """
    counted = 0
    peaks: dict[int, bytes] = {}
    for entry in islice(entries, max(size, 0) + 1):
        _append(peaks, counted, leaf_hash(entry))
        counted += 1
    if counted != size:
        raise LogIncomplete
    return _joined(peaks)


def nodes_needed_for_root(size: int) -> tuple[Place, ...]:
    """The complete subtrees of which a tree consists, from the left: what `root` and `grow` look up."""
    return tuple(subtrees(0, size))


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of the first `size` leaves, now or long ago."""
    return hash_between(0, size, nodes) if size else EMPTY_ROOT


def grow(size: int, leaf_hashes: Iterable[bytes], nodes: Nodes) -> list[tuple[int, int, bytes]]:
    """Append leaves to a tree of `size`: every subtree that becomes complete, as level, index and hash.

    Leaves are among them, at level 0. A node comes after those below it. What is appended in one batch or in many
    gives the same nodes.
    """
    peaks = {level: nodes(level, index) for level, index in nodes_needed_for_root(size)}
    grown: list[tuple[int, int, bytes]] = []
    for index, each in enumerate(leaf_hashes, size):
        grown += _append(peaks, index, each)
    return grown


def subtrees(start: int, end: int) -> Iterable[Place]:
    """The complete subtrees that together are the leaves from `start` up to `end`, from the left, the largest first.

    Both ends are those of a subtree of RFC 6962: `start` is a multiple of a power of two not below `end` − `start`.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def hash_between(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over the leaves from `start` up to `end`, which are at least one; see `subtrees`."""
    *left, joined = [nodes(level, index) for level, index in subtrees(start, end)]
    for each in reversed(left):
        joined = node_hash(each, joined)
    return joined


def _append(peaks: dict[int, bytes], index: int, appended: bytes) -> list[tuple[int, int, bytes]]:
    """Put one leaf behind the complete subtrees that stand open, by their level; what becomes complete, leaf first."""
    level = 0
    complete = [(level, index, appended)]
    while index & 1:
        appended = node_hash(peaks.pop(level), appended)
        level, index = level + 1, index >> 1
        complete.append((level, index, appended))
    peaks[level] = appended
    return complete


def _joined(peaks: Mapping[int, bytes]) -> bytes:
    """The root over the subtrees that stand open: the smallest, at the right, is joined first."""
    if not peaks:
        return EMPTY_ROOT
    joined, *larger = [peaks[level] for level in sorted(peaks)]
    for each in larger:
        joined = node_hash(each, joined)
    return joined
