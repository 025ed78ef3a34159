"""The log's rows: entries that wait for their place, the tree's complete nodes, checkpoints."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.rows import columns, read_row
from compliance.store.tables import transparency as tables

HEAD = 1
PAGE = 500
_ADD = Prepared(insert(tables.log_entries))
_ADD_CHECKPOINT = {
    "sqlite": Prepared(sqlite.insert(tables.log_checkpoints).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(tables.log_checkpoints).on_conflict_do_nothing()),
}
_ADD_COSIGNATURE = {
    "sqlite": Prepared(sqlite.insert(tables.log_cosignatures).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(tables.log_cosignatures).on_conflict_do_nothing()),
}
_COSIGNATURES = Prepared(
    select(tables.log_cosignatures)
    .where(tables.log_cosignatures.c.size == bindparam("size", type_=BigInteger))
    .order_by(tables.log_cosignatures.c.witness)
)  # fmt: skip
_NEWEST = Prepared(
    select(tables.log_checkpoints)
    .where(tables.log_checkpoints.c.size == select(func.max(tables.log_checkpoints.c.size)).scalar_subquery())
)  # fmt: skip
_NODE = Prepared(
    select(tables.log_nodes.c.hash)
    .where(tables.log_nodes.c.level == bindparam("level", type_=Integer),
           tables.log_nodes.c.index == bindparam("index", type_=BigInteger))
)  # fmt: skip


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf: what the log says happened, and where it stands."""

    id: str
    event: str
    subject: str
    """The leaf's own id, by which what belongs together is found."""
    leaf: bytes
    """Canonical JSON."""
    created_at: datetime
    position: int | None = None
    """Its place, from 0; None until it is appended."""


class StoredCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed note about the tree of a size."""

    size: int
    note: str
    at: datetime


class StoredCosignature(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness signed under the checkpoint of a size."""

    size: int
    witness: str
    """Name and hash of its key: `NAME+HASH`."""
    signature: bytes
    """With the time at which it saw it, as the witness sent it."""
    noted_at: datetime


class Transparency:
    """Rows of `log_entries`, `log_nodes`, `log_heads`, `log_checkpoints` and `log_cosignatures`."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite

    # Entries

    def add(self, entry: LogEntry) -> None:
        """An entry that waits for its place."""
        _ADD.run(self._connection, msgspec.structs.asdict(entry))

    def waiting(self, *, limit: int) -> list[LogEntry]:
        """Entries without a place, oldest first."""
        table = tables.log_entries
        query = select(table).where(table.c.position.is_(None)).order_by(table.c.id).limit(limit)
        return [read_row(LogEntry, columns(row)) for row in self._connection.execute(query).all()]

    def place(self, entry_id: str, position: int) -> None:
        """Give an entry its place."""
        table = tables.log_entries
        with first_come():
            self._connection.execute(
                update(table).where(table.c.id == entry_id, table.c.position.is_(None)).values(position=position)
            )

    def of_subject(self, *subjects: str) -> list[LogEntry]:
        """What the log says of a leaf id, oldest first, waiting entries too."""
        table = tables.log_entries
        query = select(table).where(table.c.subject.in_(subjects)).order_by(table.c.id)
        return [read_row(LogEntry, columns(row)) for row in self._connection.execute(query).all()]

    def of_event(self, event: str) -> list[LogEntry]:
        """All entries of a kind that have a place, in its order."""
        table = tables.log_entries
        query = select(table).where(table.c.event == event, table.c.position.is_not(None)).order_by(table.c.position)
        return [read_row(LogEntry, columns(row)) for row in self._connection.execute(query).all()]

    def latest_of(self, event: str) -> LogEntry | None:
        """The newest entry of a kind, whether it has a place or not."""
        table = tables.log_entries
        query = select(table).where(table.c.event == event).order_by(table.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_row(LogEntry, columns(row))

    def leaves(self, start: int, end: int) -> list[bytes]:
        """The leaves from a place up to, not including, another."""
        table = tables.log_entries
        query = select(table.c.leaf).where(table.c.position >= start, table.c.position < end).order_by(table.c.position)
        return list(self._connection.execute(query).scalars().all())

    def every_leaf(self, size: int) -> Iterator[bytes]:
        """All leaves below a size, in their order."""
        for start in range(0, size, PAGE):
            yield from self.leaves(start, min(start + PAGE, size))

    # The tree

    def size(self, *, lock: bool = False) -> int:
        """How many leaves have a place; locked for whoever will append."""
        table = tables.log_heads
        query = select(table.c.size).where(table.c.id == HEAD)
        if lock and not self._is_sqlite:
            query = query.with_for_update()
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None and lock:
            with first_come():
                self._connection.execute(insert(table).values(id=HEAD, size=0))
        return found or 0

    def set_size(self, size: int) -> None:
        """The log has grown."""
        table = tables.log_heads
        self._connection.execute(update(table).where(table.c.id == HEAD).values(size=size))

    def node(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree.

        Raises:
            LookupError: it is not complete yet.
        """
        row = _NODE.one(self._connection, {"level": level, "index": index})
        if row is None:
            raise LookupError(level, index)
        return row["hash"]

    def nodes(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """The hashes of several subtrees, in one query."""
        table = tables.log_nodes
        places = list(wanted)
        if not places:
            return {}
        # Pairs in a list would be looked for one row after the other by SQLite.
        query = select(table).where(
            or_(*(and_(table.c.level == level, table.c.index == index) for level, index in places))
        )
        return {(row.level, row[1]): row.hash for row in self._connection.execute(query).all()}

    def node_range(self, level: int, start: int, end: int) -> list[bytes]:
        """Hashes that stand side by side, as a tile has them."""
        table = tables.log_nodes
        query = (
            select(table.c.hash).where(table.c.level == level, table.c.index >= start, table.c.index < end)
            .order_by(table.c.index)
        )  # fmt: skip
        return list(self._connection.execute(query).scalars().all())

    def add_nodes(self, nodes: Iterable[tuple[int, int, bytes]]) -> None:
        """Keep complete subtrees that have become known."""
        rows = [{"level": level, "index": index, "hash": value} for level, index, value in nodes]
        if rows:
            with first_come():
                self._connection.execute(insert(tables.log_nodes), rows)

    # Checkpoints

    def add_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a signed checkpoint; the first of a size stays."""
        _ADD_CHECKPOINT[self._connection.dialect.name].run(self._connection, msgspec.structs.asdict(checkpoint))

    def checkpoint(self) -> StoredCheckpoint | None:
        """The newest one."""
        row = _NEWEST.one(self._connection, {})
        return None if row is None else read_row(StoredCheckpoint, row)

    def checkpoints(self, *, after: int, limit: int) -> list[StoredCheckpoint]:
        """Checkpoints of trees larger than a size, in their order."""
        table = tables.log_checkpoints
        query = select(table).where(table.c.size > after).order_by(table.c.size).limit(limit)
        return [read_row(StoredCheckpoint, columns(row)) for row in self._connection.execute(query).all()]

    def add_cosignature(self, cosignature: StoredCosignature) -> None:
        """Keep what a witness signed; its first signature of a size stays."""
        engine = self._connection.dialect.name
        _ADD_COSIGNATURE[engine].run(self._connection, msgspec.structs.asdict(cosignature))

    def cosignatures(self, size: int) -> list[StoredCosignature]:
        """What witnesses signed under the checkpoint of a size, in the order of their names."""
        return [read_row(StoredCosignature, row) for row in _COSIGNATURES.all(self._connection, {"size": size})]

    def newest_cosignature(self, witness: str) -> StoredCosignature | None:
        """What a witness signed under the largest checkpoint that it signed at all."""
        table = tables.log_cosignatures
        query = select(table).where(table.c.witness == witness).order_by(table.c.size.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_row(StoredCosignature, columns(row))

    def count_waiting(self) -> int:
        """How many entries have no place yet."""
        table = tables.log_entries
        query = select(func.count()).select_from(table).where(table.c.position.is_(None))
        return self._connection.execute(query).scalar_one()
