"""Through a log from its root down: no tile and no entry is taken that does not follow from the checkpoint.

    1. the partial tiles at the right edge of every level together give the root;
    2. a full tile has the hash that stands for it in the tile above;
    3. an entry has the hash that stands for it in the tile at level 0.

So each file is known to belong to the log as soon as it is read, and a break in the middle loses nothing.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from compliance.domain.transparency import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Bundle,
    Checkpoint,
    Leaf,
    LeafMalformed,
    Tile,
    TileMalformed,
    bundles_of,
    consistency_proof,
    entries_of_bundle,
    leaf_hash,
    node_in_tile,
    read_bundle,
    read_leaf,
    read_tile,
    root,
    root_of,
    tile_holding,
    verify_consistency,
)
from compliance.errors import Problem
from compliance.usecases.log_watching.sources import (
    LogBroken,
    LogForked,
    Source,
    most_octets_of,
    must_read,
    path_of,
)

_MOST_KEPT = 64
"""Tiles that are remembered: the way up is short, and asked for again and again."""
Hashes = tuple[bytes, ...]


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of the log, which the checkpoint covers."""

    index: int
    leaf: Leaf


class Step(Struct, frozen=True, kw_only=True):
    """A file of the log, which was found to belong to it."""

    path: str
    content: bytes
    entries: tuple[Entry, ...] = ()
    """Of a bundle."""


class VerifiedTiles:
    """The tiles of a log, each checked before it is given. Whatever is given follows from the checkpoint's root."""

    def __init__(self, source: Source, checkpoint: Checkpoint) -> None:
        """Nothing is read yet: see `check_root`."""
        self._source = source
        self.checkpoint = checkpoint
        self._kept: dict[Tile, tuple[bytes, Hashes]] = {}
        self._edge: dict[Tile, tuple[bytes, Hashes]] = {}

    def check_root(self) -> None:
        """Read the right edge of the tree, and check that it gives the root.

        Raises:
            LogUnread: nothing answers.
            LogBroken: it gives another one, or is not there.
        """
        size = self.checkpoint.size
        self._edge = {tile: self._read(tile) for tile in _edge_of(size)}
        if root(size, self._edge_node) != self.checkpoint.root:
            raise LogBroken([Problem("log-root", "", {"size": size})])

    def content(self, tile: Tile) -> bytes:
        """The octets of a tile.

        Raises:
            LogUnread: nothing answers.
            LogBroken: it is not the tile that belongs there.
        """
        return self._verified(tile)[0]

    def hashes(self, tile: Tile) -> Hashes:
        """What a tile holds; raises as `content` does."""
        return self._verified(tile)[1]

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises as `content` does."""
        tile = tile_holding(level, index, size=self.checkpoint.size)
        return node_in_tile(self.hashes(tile), level, index)

    def entries(self, bundle: Bundle) -> tuple[bytes, tuple[Entry, ...]]:
        """The octets of a bundle and what it holds.

        Raises:
            LogUnread: nothing answers.
            LogBroken: an entry is not the one that belongs there, or no leaf.
        """
        path = path_of(bundle)
        content = must_read(self._source, path, most_octets_of(bundle))
        try:
            entries = read_bundle(content, bundle)
        except TileMalformed:
            raise LogBroken([Problem("log-tile", path)]) from None
        hashes = self.hashes(Tile(0, bundle.number, bundle.width))
        start, _ = entries_of_bundle(bundle)
        return content, tuple(
            _entry(path, index, entry, wanted)
            for index, (entry, wanted) in enumerate(zip(entries, hashes, strict=True), start)
        )

    def _verified(self, tile: Tile) -> tuple[bytes, Hashes]:
        if tile in self._edge:
            return self._edge[tile]
        if tile in self._kept:
            self._kept[tile] = self._kept.pop(tile)  # to the end: what was not asked for longest goes first
            return self._kept[tile]
        if tile.width != TILE_WIDTH:
            message = f"{tile} is not at the edge of the tree"
            raise ValueError(message)
        wanted = self.node((tile.level + 1) * TILE_HEIGHT, tile.number)
        found = self._read(tile)
        if root_of(found[1]) != wanted:
            raise LogBroken([Problem("log-tile", path_of(tile))])
        while len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[tile] = found
        return found

    def _edge_node(self, level: int, index: int) -> bytes:
        _, hashes = self._edge[tile_holding(level, index, size=self.checkpoint.size)]
        return node_in_tile(hashes, level, index)

    def _read(self, tile: Tile) -> tuple[bytes, Hashes]:
        path = path_of(tile)
        content = must_read(self._source, path, most_octets_of(tile))
        try:
            return content, read_tile(content, tile)
        except TileMalformed:
            raise LogBroken([Problem("log-tile", path)]) from None


def walk(tiles: VerifiedTiles) -> Iterator[Step]:
    """Every file of a log that its checkpoint covers, the highest tiles first, then the entries; see `check_root`.

    Raises:
        LogUnread: nothing answers.
        LogBroken: one of them is not the one that belongs there.
    """
    size = tiles.checkpoint.size
    for level in reversed(range(1, _levels_of(size))):
        for tile in _tiles_at(size, level):
            yield Step(path=path_of(tile), content=tiles.content(tile))
    for bundle in bundles_of(size):
        # A tile of hashes and the bundle of their entries together, so that each is read once.
        tile = Tile(0, bundle.number, bundle.width)
        yield Step(path=path_of(tile), content=tiles.content(tile))
        content, entries = tiles.entries(bundle)
        yield Step(path=path_of(bundle), content=content, entries=entries)


def check_continues(tiles: VerifiedTiles, old: Checkpoint) -> None:
    """Return when the log goes on where an earlier checkpoint ended.

    Raises:
        LogUnread: nothing answers.
        LogBroken: a tile is not the one that belongs there.
        LogForked: it does not go on there; what was signed then and now cannot both be true.
    """
    new = tiles.checkpoint
    if new.size < old.size:
        raise LogForked([Problem("log-shrunk", "", {"old": old.size, "new": new.size})])
    if old.size == 0:
        return
    proof = () if old.size == new.size else consistency_proof(old.size, new.size, tiles.node)
    if not verify_consistency(old.size, new.size, old.root, new.root, proof):
        raise LogForked([Problem("log-fork", "", {"old": old.size, "new": new.size})])


def counted(steps: Iterator[Step], on_step: Callable[[int], None] | None) -> Iterator[Step]:
    """The same steps; `on_step` is told how many entries were read so far, after each bundle."""
    for step in steps:
        yield step
        if on_step is not None and step.entries:
            on_step(step.entries[-1].index + 1)


def _levels_of(size: int) -> int:
    """How many levels of tiles a tree has."""
    return -(-size.bit_length() // TILE_HEIGHT)


def _tiles_at(size: int, level: int) -> Iterator[Tile]:
    full, rest = divmod(size >> (level * TILE_HEIGHT), TILE_WIDTH)
    yield from (Tile(level, number) for number in range(full))
    if rest:
        yield Tile(level, full, rest)


def _edge_of(size: int) -> list[Tile]:
    """The partial tiles of a tree: its root consists of their hashes and no others."""
    parts = [(level, *divmod(size >> (level * TILE_HEIGHT), TILE_WIDTH)) for level in range(_levels_of(size))]
    return [Tile(level, full, rest) for level, full, rest in parts if rest]


def _entry(path: str, index: int, entry: bytes, wanted: bytes) -> Entry:
    if leaf_hash(entry) != wanted:
        raise LogBroken([Problem("log-entry", path, {"index": index})])
    try:
        return Entry(index=index, leaf=read_leaf(entry))
    except LeafMalformed:
        raise LogBroken([Problem("log-leaf", path, {"index": index})]) from None
