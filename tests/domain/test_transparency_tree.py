"""The tree and its proofs are those of RFC 6962: published values, the recursive definition, and what must not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.transparency import (
    EMPTY_ROOT,
    MOST_LEAVES,
    LogIncomplete,
    check_tree,
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_needed_for_consistency,
    nodes_needed_for_inclusion,
    nodes_needed_for_root,
    nodes_of,
    root,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from domain.transparency_reference import (
    CONSISTENCY,
    INCLUSION,
    LEAVES,
    ROOTS,
    complete_subtrees,
    entries,
    path,
    proof,
    tree_hash,
)

MOST = 70
ENTRIES = entries(MOST)
HASHES = [leaf_hash(each) for each in ENTRIES]
SUBTREES = complete_subtrees(ENTRIES)
NODES = nodes_of(SUBTREES)
ROOT_OF_SIZE = [tree_hash(ENTRIES[:size]) for size in range(MOST + 1)]
GARBAGE = b"\x5a" * 32


def only(places):
    """Nodes, but none except these."""
    return nodes_of({place: SUBTREES[place] for place in places})


def flipped(octets: bytes, bit: int) -> bytes:
    return (int.from_bytes(octets, "big") ^ 1 << bit).to_bytes(len(octets), "big")


def replaced(row, at, new):
    return (*row[:at], new, *row[at + 1 :])


# Published values


def test_the_hashes_are_the_published_ones():
    assert ROOTS[0] == EMPTY_ROOT
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_published_ones(size):
    assert root_of(HASHES[:size]) == check_tree(LEAVES[:size], size) == root(size, NODES) == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_proofs_of_inclusion_are_the_published_ones(index, size):
    published = tuple(map(bytes.fromhex, INCLUSION[index, size]))
    assert inclusion_proof(index, size, NODES) == published
    assert verify_inclusion(index, size, leaf_hash(LEAVES[index]), published, ROOTS[size])


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_proofs_of_consistency_are_the_published_ones(old, new):
    published = tuple(map(bytes.fromhex, CONSISTENCY[old, new]))
    assert consistency_proof(old, new, NODES) == published
    assert verify_consistency(old, new, ROOTS[old], ROOTS[new], published)


# The recursive definition


@pytest.mark.parametrize("size", range(MOST + 1))
def test_a_root_needs_only_the_nodes_that_are_named(size):
    assert root(size, only(nodes_needed_for_root(size))) == ROOT_OF_SIZE[size] == root_of(HASHES[:size])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_entry_is_proven_as_the_rfc_defines_it(size):
    for index in range(size):
        made = inclusion_proof(index, size, only(nodes_needed_for_inclusion(index, size)))
        assert list(made) == path(index, ENTRIES[:size])
        assert verify_inclusion(index, size, HASHES[index], made, ROOT_OF_SIZE[size])


@pytest.mark.parametrize("new", range(1, 41))
def test_every_older_tree_is_proven_as_the_rfc_defines_it(new):
    for old in range(1, new + 1):
        made = consistency_proof(old, new, only(nodes_needed_for_consistency(old, new)))
        assert list(made) == proof(old, ENTRIES[:new])
        assert verify_consistency(old, new, ROOT_OF_SIZE[old], ROOT_OF_SIZE[new], made)


@given(st.lists(st.integers(0, 20), max_size=12))
def test_a_tree_grows_to_the_same_nodes_in_whatever_batches(batches):
    kept: dict[tuple[int, int], bytes] = {}
    size = 0
    for drawn in batches:
        batch = min(drawn, MOST - size)
        needed = nodes_of({place: kept[place] for place in nodes_needed_for_root(size)})
        for level, index, value in grow(size, HASHES[size : size + batch], needed):
            assert (level, index) not in kept
            assert level == 0 or {(level - 1, 2 * index), (level - 1, 2 * index + 1)} <= kept.keys()
            kept[level, index] = value
        size += batch
    assert kept == {place: value for place, value in SUBTREES.items() if (place[1] + 1) << place[0] <= size}


# What must not pass


def wrong_inclusions(index, size, proof_, leaf, root_):
    """Everything about a true proof, changed in one place."""
    for other in {index + 1, index - 1, index ^ 2, index ^ size, -index - 1} - {index}:
        yield other, size, leaf, proof_, root_
    yield index, size, flipped(leaf, 255), proof_, root_
    yield index, size, leaf, proof_, flipped(root_, 0)
    yield index, size, leaf, proof_, EMPTY_ROOT
    yield index, size, leaf, proof_, b""
    yield index, size, leaf[:-1], proof_, root_
    for added in (GARBAGE, root_, leaf, b""):
        yield index, size, leaf, (added, *proof_), root_
        yield index, size, leaf, (*proof_, added), root_
    for at in range(len(proof_)):
        yield index, size, leaf, replaced(proof_, at, flipped(proof_[at], 8 * at)), root_
        yield index, size, leaf, replaced(proof_, at, proof_[at] + b"\x00"), root_
        yield index, size, leaf, proof_[:at] + proof_[at + 1 :], root_
        yield index, size, leaf, (*proof_[:at], GARBAGE, *proof_[at:]), root_
    if len(proof_) > 1:
        yield index, size, leaf, proof_[::-1], root_


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 63, 64, 65, MOST])
def test_no_proof_of_inclusion_survives_a_change(size):
    for index in range(size):
        true = (inclusion_proof(index, size, NODES), HASHES[index], ROOT_OF_SIZE[size])
        assert not [each for each in wrong_inclusions(index, size, *true) if verify_inclusion(*each)]


def wrong_consistencies(old, new, proof_, old_root, new_root):
    """Everything about a true proof, changed in one place."""
    for other in {old - 1, old + 1, old ^ 2, 0, -old} - {old}:
        yield other, new, old_root, new_root, proof_
    yield old, new, new_root, old_root, proof_
    yield old, new, flipped(old_root, 7), new_root, proof_
    yield old, new, old_root, flipped(new_root, 7), proof_
    yield old, new, old_root, EMPTY_ROOT, proof_
    yield old, new, b"", new_root, proof_
    yield old, new, old_root, new_root, ()
    for added in (GARBAGE, old_root, new_root, b""):
        yield old, new, old_root, new_root, (added, *proof_)
        yield old, new, old_root, new_root, (*proof_, added)
    for at in range(len(proof_)):
        yield old, new, old_root, new_root, replaced(proof_, at, flipped(proof_[at], 8 * at))
        yield old, new, old_root, new_root, replaced(proof_, at, proof_[at][:-1])
        yield old, new, old_root, new_root, proof_[:at] + proof_[at + 1 :]


@pytest.mark.parametrize("new", range(2, 41))
def test_no_proof_of_consistency_survives_a_change(new):
    for old in range(1, new):
        true = (consistency_proof(old, new, NODES), ROOT_OF_SIZE[old], ROOT_OF_SIZE[new])
        assert not [each for each in wrong_consistencies(old, new, *true) if verify_consistency(*each)]


def test_equal_trees_need_equal_roots_and_no_proof():
    assert verify_consistency(3, 3, ROOTS[3], ROOTS[3], ())
    assert not verify_consistency(3, 3, ROOTS[3], ROOTS[4], ())
    assert not verify_consistency(3, 3, ROOTS[3], ROOTS[3], (GARBAGE,))


@pytest.mark.parametrize("new", [0, 1, 8])
def test_of_an_empty_tree_nothing_is_proven(new):
    assert not verify_consistency(0, new, EMPTY_ROOT, ROOTS[new], ())
    assert not verify_inclusion(0, 0, EMPTY_ROOT, (), EMPTY_ROOT)


hashes = st.binary(min_size=32, max_size=32) | st.binary(max_size=40) | st.sampled_from([*HASHES[:8], *ROOTS])
numbers = st.integers(-2, 20) | st.integers() | st.sampled_from([MOST_LEAVES, MOST_LEAVES + 1, 2**70_000])


@given(numbers, numbers, hashes, hashes, st.lists(hashes, max_size=70))
def test_nonsense_is_false_and_never_a_fault(one, other, first, second, strangers_proof):
    # True only where there is nothing to prove: a tree of one leaf, or twice the same tree.
    if verify_inclusion(one, other, first, strangers_proof, second):
        assert (one, other, first) == (0, 1, second)
    if verify_consistency(one, other, first, second, strangers_proof):
        assert (one, first) == (other, second)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (5, 4)])
def test_no_proof_is_made_of_an_entry_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="has no entry"):
        inclusion_proof(index, size, NODES)
    with pytest.raises(ValueError, match="has no entry"):
        nodes_needed_for_inclusion(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 4), (5, 4), (-1, 4)])
def test_no_proof_is_made_between_trees_of_which_one_does_not_begin_the_other(old, new):
    with pytest.raises(ValueError, match="nothing leads"):
        consistency_proof(old, new, NODES)
    with pytest.raises(ValueError, match="nothing leads"):
        nodes_needed_for_consistency(old, new)


# A whole log


@pytest.mark.parametrize("size", [0, 1, 7, MOST])
def test_a_whole_log_is_read_once_and_gives_its_root(size):
    assert check_tree(iter(ENTRIES[:size]), size) == ROOT_OF_SIZE[size]


@pytest.mark.parametrize(("count", "size"), [(6, 7), (8, 7), (0, 1), (1, 0), (3, -1)])
def test_a_log_with_too_few_or_too_many_entries_is_refused(count, size):
    with pytest.raises(LogIncomplete):
        check_tree(ENTRIES[:count], size)


def test_an_endless_log_is_refused_after_one_entry_too_many():
    read = []
    endless = (read.append(1) or b"entry" for _ in iter(int, 1))
    with pytest.raises(LogIncomplete):
        check_tree(endless, 5)
    assert len(read) == 6


def test_a_log_with_entries_removed_changed_or_exchanged_has_another_root():
    whole = ENTRIES[:20]
    assert check_tree([*whole[:19], b"added"], 20) != ROOT_OF_SIZE[20]
    assert check_tree([*whole[:5], *whole[6:], whole[5]], 20) != ROOT_OF_SIZE[20]
    assert check_tree([whole[1], whole[0], *whole[2:]], 20) != ROOT_OF_SIZE[20]
    # An inner node handed in as an entry, in place of the two entries below it.
    assert check_tree([HASHES[0] + HASHES[1], *whole[2:]], 19) != ROOT_OF_SIZE[20]
