"""Blinded heads under one root: each can be proven, and none is told to anybody else."""

import hashlib
from datetime import date

import pytest

from compliance.domain.transparency import (
    NO_SALT,
    Leaf,
    blinded_head,
    commitment,
    commits_to_trail,
    draw_trail,
    is_in_trail,
    leaf_hash,
    node_hash,
)

HOUR = "2026-11-22T09"


def heads(count):
    return [blinded_head(index.to_bytes(32, "big"), index, b"h" * 32) for index in range(count)]


def test_a_blinded_head_is_the_digest_that_the_page_tells():
    wanted = hashlib.sha256(b"b" * 32 + (57).to_bytes(8, "big") + b"h" * 32).digest()
    assert blinded_head(b"b" * 32, 57, b"h" * 32) == wanted


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 300])
def test_every_head_is_proven_and_nothing_else(count):
    given = heads(count)
    trail = draw_trail(reversed(given))
    assert trail == draw_trail(given), "the order tells nothing"
    for each in given:
        proof = trail.proofs[each]
        how = {"size": proof.size, "proof": proof.proof, "root": trail.root}
        assert is_in_trail(each, index=proof.index, **how)
        assert not is_in_trail(blinded_head(b"x" * 32, 0, b"h" * 32), index=proof.index, **how)
        assert not is_in_trail(each, index=proof.index, **{**how, "root": b"r" * 32})


def test_the_root_is_that_of_the_sorted_heads():
    one, other = sorted(heads(2))
    assert draw_trail([other, one]).root == node_hash(leaf_hash(one), leaf_hash(other))


def test_no_trail_has_no_heads_or_one_twice():
    for given in ([], heads(1) * 2):
        with pytest.raises(ValueError, match="each once"):
            draw_trail(given)


def test_a_leaf_commits_to_one_root_of_one_hour():
    root = draw_trail(heads(3)).root
    leaf = Leaf(event="trail", id=f"trail-{HOUR}", on=date(2026, 11, 22), commitment=commitment(NO_SALT, root))
    assert commits_to_trail(leaf, hour=HOUR, root=root)
    assert not commits_to_trail(leaf, hour="2026-11-22T10", root=root)
    assert not commits_to_trail(leaf, hour=HOUR, root=b"r" * 32)
