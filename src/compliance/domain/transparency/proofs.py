"""Proofs: that an entry stands in a tree, and that a tree goes on where an earlier one ended.

Whoever makes a proof has the nodes; whoever checks one has nothing but roots, and is handed the rest by a stranger.

Source: RFC 6962, sections 2.1.1 and 2.1.2; for checking, RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Sequence

from compliance.domain.transparency.tree import (
    HASH_OCTETS,
    MOST_LEAVES,
    Nodes,
    Place,
    hash_between,
    node_hash,
    subtrees,
)

_Range = tuple[int, int]
"""Leaves from one up to, not including, another."""


# Making


def nodes_needed_for_inclusion(index: int, size: int) -> tuple[Place, ...]:
    """What `inclusion_proof` looks up, so that it can be fetched at once.

    Raises:
        ValueError: there is no such entry in a tree of that size.
    """
    return _places(_beside(index, size))


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The hashes that lead from the entry at `index`, counted from 0, to the root of the first `size`; lowest first.

    Raises:
        ValueError: there is no such entry in a tree of that size.
    """
    return tuple(hash_between(start, end, nodes) for start, end in _beside(index, size))


def nodes_needed_for_consistency(old: int, new: int) -> tuple[Place, ...]:
    """What `consistency_proof` looks up, so that it can be fetched at once.

    Raises:
        ValueError: not 0 < old ≤ new.
    """
    return _places(_between(old, new))


def consistency_proof(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The hashes that show that the tree of `old` leaves is the beginning of that of `new`; none if they are one.

    Raises:
        ValueError: not 0 < old ≤ new. Of an empty tree there is nothing to show.
    """
    return tuple(hash_between(start, end, nodes) for start, end in _between(old, new))


def _places(ranges: list[_Range]) -> tuple[Place, ...]:
    return tuple(place for start, end in ranges for place in subtrees(start, end))


def _beside(index: int, size: int) -> list[_Range]:
    """The siblings on the way from a leaf to the root, lowest first."""
    if not 0 <= index < size:
        msg = f"a tree of {size} has no entry {index}"
        raise ValueError(msg)
    siblings: list[_Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _between(old: int, new: int) -> list[_Range]:
    """The subtrees of a consistency proof, lowest first."""
    if not 0 < old <= new:
        msg = f"nothing leads from a tree of {old} to one of {new}"
        raise ValueError(msg)
    ranges: list[_Range] = []
    start, end = 0, new
    while end != old:
        middle = _middle(start, end)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # otherwise the old tree itself is a subtree, and whoever checks knows its root
        ranges.append((start, end))
    return ranges[::-1]


def _middle(start: int, end: int) -> int:
    """Where a tree of two leaves or more is split: the left part is the largest power of two that is not all of it."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


# Checking


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the entry with this hash stands at `index` of the tree of `size` with this root. False for any nonsense."""
    if not 0 <= index < size <= MOST_LEAVES or not _are_hashes(leaf_hash, root, *proof):
        return False
    last, reached = size - 1, leaf_hash
    for sibling in proof:
        if not last:
            return False
        if index & 1 or index == last:
            reached = node_hash(sibling, reached)
            while index and not index & 1:  # levels on which the right edge has no sibling
                index, last = index >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        index, last = index >> 1, last >> 1
    return not last and reached == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of the one of `new`. False for any nonsense.

    False for an old tree without leaves, too: whatever follows is consistent with it, and nothing is proven.
    """
    if not 0 < old <= new <= MOST_LEAVES or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old & (old - 1) == 0:  # the old tree is one complete subtree, so its root begins the proof
        proof = (old_root, *proof)
    if not proof:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _both_reached(at, last, proof) == (old_root, new_root)


def _both_reached(at: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root to which a proof leads; None where it is too long or too short."""
    of_old = of_new = proof[0]
    for each in proof[1:]:
        if not last:
            return None
        if at & 1 or at == last:
            of_old, of_new = node_hash(each, of_old), node_hash(each, of_new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            of_new = node_hash(of_new, each)
        at, last = at >> 1, last >> 1
    return None if last else (of_old, of_new)


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(each) == HASH_OCTETS for each in hashes)
