"""The examples of docs/transparency.md are what the log would write."""

import re
from pathlib import Path

from compliance.domain.transparency import (
    EVENTS,
    MOST_SIGNATURES,
    leaf_hash,
    read_checkpoint,
    read_leaf,
    tile_path,
    tiles_of,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "transparency.md").read_text("utf-8")


def test_the_leaf_is_read_has_the_hash_that_is_told_and_alone_is_the_tree_of_the_checkpoint():
    entry = re.search(r"^```json\n(.+)\n```$", PAGE, re.MULTILINE)[1].encode()
    assert read_leaf(entry)
    assert f"has the hash `{leaf_hash(entry).hex()}`" in PAGE
    blocks = [
        each for each in re.findall(r"^```text\n([^`]*)```$", PAGE, re.MULTILINE) if each.startswith("example.org")
    ]
    checkpoint = read_checkpoint(blocks[0])
    assert (checkpoint.size, checkpoint.root) == (1, leaf_hash(entry))


def test_every_event_is_told():
    told = re.search(r"^\| `event` \| (.+) \|$", PAGE, re.MULTILINE)[1]
    assert set(re.findall(r"`(\w+)`", told)) == set(EVENTS)


def test_the_partial_tiles_of_the_example_are_those_of_its_tree():
    partial = [tile_path(tile) for tile in tiles_of(70_000) if tile.width < 256]
    assert [path for path in partial if f"`{path}`" not in PAGE] == []


def test_the_limits_are_those_of_the_code():
    assert MOST_SIGNATURES == 100
    assert "more than a hundred signatures or a million octets" in PAGE
