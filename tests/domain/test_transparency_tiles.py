"""Tiles and bundles: one path each, exactly their content, and every node of the tree to be had from them."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.transparency import (
    MOST_ENTRY_OCTETS,
    Bundle,
    Tile,
    TileMalformed,
    bundles_of,
    check_tree,
    entries_of_bundle,
    grow,
    has_tile,
    inclusion_proof,
    leaf_hash,
    node_in_tile,
    nodes_of,
    nodes_of_tile,
    read_bundle,
    read_tile,
    read_tile_path,
    root,
    tile_holding,
    tile_path,
    tiles_of,
    verify_inclusion,
    write_bundle,
    write_tile,
)
from domain.transparency_reference import entries, tree_hash

tiles = st.builds(Tile, st.integers(0, 63), st.integers(0, 10**20), st.integers(1, 256))
bundles = st.builds(Bundle, st.integers(0, 10**20), st.integers(1, 256))


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/000", Tile(0, 0)),
        ("tile/0/x001/x234/067", Tile(0, 1_234_067)),  # the example of C2SP tlog-tiles
        ("tile/63/999.p/255", Tile(63, 999, 255)),
        ("tile/1/x001/000.p/1", Tile(1, 1_000, 1)),
        ("tile/entries/x001/x234/067", Bundle(1_234_067)),
        ("tile/entries/000.p/17", Bundle(0, 17)),
    ],
)
def test_a_path_says_which_tile(path, tile):
    assert tile_path(tile) == path
    assert read_tile_path(path) == tile


@given(tiles | bundles)
def test_a_path_is_read_as_it_was_written(tile):
    assert read_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/000/",
        "/tile/0/000",
        "tile//000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/001/067",
        "tile/0/x001",
        "tile/0/x000/067",
        "tile/0/x001/x067",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/-1",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../000",
        "tile/0/" + "x001/" * 7 + "000",
        "tile/0/" + "x001/" * 100_000 + "000",
    ],
    ids=count(),
)
def test_a_path_spelt_in_another_way_is_no_tile(path):
    assert read_tile_path(path) is None


@given(st.text("tile/enrsx0123.p-", max_size=24))
def test_no_two_paths_are_the_same_tile(path):
    tile = read_tile_path(path)
    assert tile is None or tile_path(tile) == path


def test_a_tree_of_70_000_has_the_tiles_of_the_example_of_the_specification():
    found = list(tiles_of(70_000))
    by_level = {level: [each for each in found if each.level == level] for level in range(4)}
    assert [len(each) for each in by_level.values()] == [274, 2, 1, 0]
    assert {each.width for each in by_level[0][:273]} == {256}
    assert [by_level[0][-1], *by_level[1], *by_level[2]] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(bundles_of(70_000)) == [Bundle(each.number, each.width) for each in by_level[0]]


def test_a_tree_of_256_has_a_full_tile_and_one_above_it():
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == list(bundles_of(0)) == []


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_a_log_has_the_tiles_that_it_had_when_it_was_smaller(smaller, more):
    for each in tiles_of(smaller):
        assert has_tile(smaller, each)
        assert has_tile(smaller + more, each)
        assert not has_tile((each.number * 256 + each.width << 8 * each.level) - 1, each)
    for bundle in list(bundles_of(smaller))[-1:]:
        assert has_tile(smaller, bundle)
        assert not has_tile(smaller - 1, bundle)


def test_a_tile_far_beyond_the_log_is_not_there():
    assert not has_tile(10**6, Tile(63, 10**20))
    assert not has_tile(0, Tile(0, 0, 1))
    assert not has_tile(0, Bundle(0, 1))


# Content


def test_a_tile_is_its_hashes_and_nothing_else():
    hashes = tuple(leaf_hash(each) for each in entries(5))
    content = write_tile(hashes)
    assert len(content) == 160
    assert read_tile(content, Tile(0, 0, 5)) == hashes
    for wrong in (content[:-1], content + b"\x00", content[32:], b""):
        with pytest.raises(TileMalformed):
            read_tile(wrong, Tile(0, 0, 5))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=20))
def test_a_bundle_is_its_entries_and_nothing_else(given_entries):
    content = write_bundle(given_entries)
    assert read_bundle(content, Bundle(0, len(given_entries))) == tuple(given_entries)
    for width in (len(given_entries) - 1, len(given_entries) + 1, 256):
        with pytest.raises(TileMalformed):
            read_bundle(content, Bundle(0, width))
    for cut in (content[:-1], content + b"\x00", content + b"\x00\x05four"):
        with pytest.raises(TileMalformed):
            read_bundle(cut, Bundle(0, len(given_entries)))


def test_the_octets_of_a_bundle_are_length_and_entry():
    assert write_bundle([b"", b"abc", bytes(258)]) == b"\x00\x00" + b"\x00\x03abc" + b"\x01\x02" + bytes(258)


def test_an_entry_is_at_most_as_long_as_two_octets_can_count():
    longest = bytes(MOST_ENTRY_OCTETS)
    assert read_bundle(write_bundle([longest]), Bundle(0, 1)) == (longest,)
    with pytest.raises(ValueError, match="65535"):
        write_bundle([longest + b"\x00"])


def test_a_mirror_of_the_files_alone_gives_every_proof_and_the_root():
    size = 700
    log = entries(size)
    kept = {(level, index): value for level, index, value in grow(0, map(leaf_hash, log), nodes_of({}))}
    files = {}
    for tile in tiles_of(size):
        level, start, end = nodes_of_tile(tile)
        files[tile_path(tile)] = write_tile(kept[level, index] for index in range(start, end))
    for bundle in bundles_of(size):
        start, end = entries_of_bundle(bundle)
        files[tile_path(bundle)] = write_bundle(log[start:end])

    def from_files(level, index):
        tile = tile_holding(level, index, size=size)
        return node_in_tile(read_tile(files[tile_path(tile)], tile), level, index)

    assert all(from_files(*place) == value for place, value in kept.items())
    assert root(size, from_files) == tree_hash(log)
    assert verify_inclusion(611, size, leaf_hash(log[611]), inclusion_proof(611, size, from_files), tree_hash(log))
    bundled = (entry for bundle in bundles_of(size) for entry in read_bundle(files[tile_path(bundle)], bundle))
    assert check_tree(bundled, size) == tree_hash(log)


def test_a_tile_that_is_too_narrow_for_a_node_is_refused():
    hashes = tuple(leaf_hash(each) for each in entries(5))
    assert node_in_tile(hashes, 2, 0) == tree_hash(entries(4))
    for level, index in ((3, 0), (1, 2), (0, 5)):
        with pytest.raises(TileMalformed):
            node_in_tile(hashes, level, index)
