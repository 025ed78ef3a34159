"""Tiles: the tree as files of 256 hashes, and the entries as bundles of 256, which any web server can serve.

A tile at level L holds nodes of the tree's level 8 · L. Levels between are hashed from those below. A full tile never
changes; the last one of each level may be partial and says in its path how wide it is.

Source: C2SP tlog-tiles; docs/transparency.md, "Tiles".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from compliance.domain.transparency.tree import HASH_OCTETS, node_hash
from compliance.errors import Invalid

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MOST_ENTRY_OCTETS = 0xFFFF
"""What the two octets in front of an entry can count."""

_LEVELS = 64
_PATH = re.compile(
    r"tile/(?:entries|(?P<level>[0-9]{1,2}))/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


class Tile(Struct, frozen=True):
    """Hashes that stand side by side at one level, from number · 256 on."""

    level: int
    """Of tiles: 0 has the leaves' hashes, 1 the roots of 256 leaves each."""
    number: int
    width: int = TILE_WIDTH
    """How many hashes; fewer than 256 in a partial one."""


class Bundle(Struct, frozen=True):
    """Entries that stand side by side, from number · 256 on."""

    number: int
    width: int = TILE_WIDTH


class TileMalformed(Invalid):
    """This is not a whole tile, or not a whole bundle of entries, of a transparency log."""

    code: ClassVar[str] = "tile-malformed"


# Paths


def tile_path(tile: Tile | Bundle) -> str:
    """Where a tile or bundle is served, below the log's address: `tile/0/x001/067`, `tile/entries/000.p/17`."""
    thousands, last = divmod(tile.number, 1000)
    path = f"{last:03}"
    while thousands:
        thousands, group = divmod(thousands, 1000)
        path = f"x{group:03}/{path}"
    kind = tile.level if isinstance(tile, Tile) else "entries"
    partial = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{kind}/{path}{partial}"


def read_tile_path(path: str) -> Tile | Bundle | None:
    """The tile or bundle at a path; None unless it is spelt in its one way."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    number = int(found["number"].replace("/", "").replace("x", ""))
    width = int(found["width"] or TILE_WIDTH)
    tile = Bundle(number, width) if found["level"] is None else Tile(int(found["level"]), number, width)
    # Written again, since a zero too many is read as the same number.
    is_there = 0 < width <= TILE_WIDTH and (isinstance(tile, Bundle) or tile.level < _LEVELS)
    return tile if is_there and tile_path(tile) == path else None


# Which there are


def has_tile(size: int, tile: Tile | Bundle) -> bool:
    """Whether a tree of `size` has this tile or bundle, or had it as a partial one while it grew."""
    return tile.number * TILE_WIDTH + tile.width <= _width_of_level(size, tile.level if isinstance(tile, Tile) else 0)


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree, level by level; the last of a level is partial where it is not full."""
    level = 0
    while width := _width_of_level(size, level):
        yield from (Tile(level, number, each) for number, each in _widths(width))
        level += 1


def bundles_of(size: int) -> Iterator[Bundle]:
    """All bundles of a log, in their order."""
    return (Bundle(number, each) for number, each in _widths(size))


def nodes_of_tile(tile: Tile) -> tuple[int, int, int]:
    """What a tile holds: the nodes of a level of the tree, from an index up to, not including, another."""
    start = tile.number * TILE_WIDTH
    return tile.level * TILE_HEIGHT, start, start + tile.width


def entries_of_bundle(bundle: Bundle) -> tuple[int, int]:
    """What a bundle holds: the entries from an index up to, not including, another."""
    start = bundle.number * TILE_WIDTH
    return start, start + bundle.width


def tile_holding(level: int, index: int, *, size: int) -> Tile:
    """The tile of a tree of `size` from which one of its complete subtrees can be hashed."""
    number = (index << level % TILE_HEIGHT) // TILE_WIDTH
    beyond = _width_of_level(size, level // TILE_HEIGHT) - number * TILE_WIDTH
    return Tile(level // TILE_HEIGHT, number, min(beyond, TILE_WIDTH))


def node_in_tile(hashes: Sequence[bytes], level: int, index: int) -> bytes:
    """The hash of a complete subtree, out of the hashes of the tile that holds it.

    Raises:
        TileMalformed: the tile is too narrow for it.
    """
    count = 1 << level % TILE_HEIGHT
    start = index * count % TILE_WIDTH
    row = list(hashes[start : start + count])
    if len(row) != count:
        raise TileMalformed
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def _width_of_level(size: int, level: int) -> int:
    """How many hashes all tiles of a level hold together."""
    return size >> (level * TILE_HEIGHT)


def _widths(count: int) -> Iterator[tuple[int, int]]:
    full, rest = divmod(count, TILE_WIDTH)
    yield from ((number, TILE_WIDTH) for number in range(full))
    if rest:
        yield full, rest


# What they hold


def write_tile(hashes: Iterable[bytes]) -> bytes:
    """A tile's octets: its hashes, one behind the other."""
    return b"".join(hashes)


def read_tile(content: bytes, tile: Tile) -> tuple[bytes, ...]:
    """The hashes of a tile. That they belong to the log, only a proof shows.

    Raises:
        TileMalformed: there are not as many as the tile is wide.
    """
    if len(content) != tile.width * HASH_OCTETS:
        raise TileMalformed
    return tuple(content[start : start + HASH_OCTETS] for start in range(0, len(content), HASH_OCTETS))


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """A bundle's octets: each entry behind its length, which is a big-endian number of two octets.

    Raises:
        ValueError: an entry is longer than 65,535 octets.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MOST_ENTRY_OCTETS:
            msg = f"an entry has {len(entry)} octets, more than {MOST_ENTRY_OCTETS}"
            raise ValueError(msg)
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def read_bundle(content: bytes, bundle: Bundle) -> tuple[bytes, ...]:
    """The entries of a bundle. That they belong to the log, only the tree shows.

    Raises:
        TileMalformed: there are more or fewer entries than the bundle is wide, or the last one is cut off.
    """
    entries: list[bytes] = []
    start = 0
    while start < len(content):
        end = start + 2 + int.from_bytes(content[start : start + 2], "big")
        if end > len(content) or len(entries) == bundle.width:
            raise TileMalformed
        entries.append(content[start + 2 : end])
        start = end
    if len(entries) != bundle.width:
        raise TileMalformed
    return tuple(entries)
