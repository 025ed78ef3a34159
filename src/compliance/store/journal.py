"""The journal's rows: written in the transaction of the change that they record, once, at its end."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from compliance.domain.journal import Entry, Head, Row, entry_hash, genesis
from compliance.store.engine import TryAgain
from compliance.store.prepared import Prepared, page_of
from compliance.store.rows import Row as Fields
from compliance.store.rows import columns
from compliance.store.tables import records
from compliance.store.tables._types import Id

PAGE = 200
Facts = Mapping[str, str | int]
_HEADS = records.journal_heads
_FIND_HEAD = select(_HEADS.c.position, _HEADS.c.hash).where(_HEADS.c.organisation_id == bindparam("organisation_id"))
_HEAD = Prepared(_FIND_HEAD)
_HEAD_TO_MOVE = Prepared(_FIND_HEAD.with_for_update())
_BEGIN_HEAD = Prepared(insert(_HEADS))
_MOVE_HEAD = Prepared(
    update(_HEADS).where(_HEADS.c.organisation_id == bindparam("of_organisation", type_=Id))
    .values(position=bindparam("position"), hash=bindparam("hash"))
)  # fmt: skip
_ADD = Prepared(insert(records.journal))
_LAST_POSITION = 2**31 - 1
"""No position comes after it."""
_NEWEST = page_of(
    select(records.journal)
    .where(records.journal.c.organisation_id == bindparam("organisation_id"),
           records.journal.c.position < bindparam("before"))
    .order_by(records.journal.c.position.desc())
)  # fmt: skip


class Journal:
    """Entries wait here until the transaction ends: an organisation's head is locked last, and briefly."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self._waiting: list[tuple[str, datetime, str, str, Facts]] = []

    def record(self, organisation_id: str, kind: str, facts: Facts, *, actor: str, at: datetime) -> None:
        """Add an entry when the transaction commits; the order of calls is the order of entries."""
        self._waiting.append((organisation_id, at, actor, kind, facts))

    def flush(self) -> None:
        """Write what waits. Called once, just before the commit."""
        for organisation_id in sorted({each[0] for each in self._waiting}):
            self._append(organisation_id, [each for each in self._waiting if each[0] == organisation_id])
        self._waiting.clear()

    def _append(self, organisation_id: str, waiting: list[tuple[str, datetime, str, str, Facts]]) -> None:
        position, head, is_new = self._head(organisation_id)
        rows: list[dict[str, object]] = []
        for _, at, actor, kind, facts in waiting:
            position += 1
            entry = Entry(
                organisation_id=organisation_id, position=position, at=at, actor=actor, kind=kind, facts=facts
            )
            head = entry_hash(head, entry)
            rows.append({"organisation_id": organisation_id, "position": position, "at": at, "actor": actor,
                         "kind": kind, "facts": msgspec.json.encode(facts).decode(), "hash": head})  # fmt: skip
        _ADD.run_many(self._connection, rows)
        moved: dict[str, object] = {"position": position, "hash": head}
        if is_new:
            try:
                _BEGIN_HEAD.run(self._connection, {"organisation_id": organisation_id, **moved})
            except IntegrityError as fault:
                raise TryAgain from fault
        else:
            _MOVE_HEAD.run(self._connection, {"of_organisation": organisation_id, **moved})

    def _head(self, organisation_id: str) -> tuple[int, bytes, bool]:
        query = _HEAD if self._is_sqlite else _HEAD_TO_MOVE
        row = query.one(self._connection, {"organisation_id": organisation_id})
        return (0, genesis(organisation_id), True) if row is None else (row["position"], row["hash"], False)

    def head(self, organisation_id: str) -> Head:
        """Where the chain ends; position 0 and the genesis where nothing was written yet."""
        row = _HEAD.one(self._connection, {"organisation_id": organisation_id})
        return Head(0, genesis(organisation_id)) if row is None else Head(row["position"], row["hash"])

    def page(self, organisation_id: str, *, before: int | None, limit: int) -> list[Row]:
        """Entries, newest first, below a position."""
        below = _LAST_POSITION if before is None else before
        place = {"organisation_id": organisation_id, "before": below, "most": limit, "skipped": 0}
        return [_read(row) for row in _NEWEST.all(self._connection, place)]

    def every(self, organisation_id: str) -> Iterator[Row]:
        """All entries in the order of their positions."""
        table = records.journal
        after = 0
        while True:
            query = select(table).where(table.c.organisation_id == organisation_id, table.c.position > after)
            rows = self._connection.execute(query.order_by(table.c.position).limit(PAGE)).all()
            yield from (_read(columns(row)) for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1].position


def _read(values: Fields) -> Row:
    facts = msgspec.json.decode(values["facts"], type=dict[str, str | int])
    entry = Entry(organisation_id=values["organisation_id"], position=values["position"], at=values["at"],
                  actor=values["actor"], kind=values["kind"], facts=facts)  # fmt: skip
    return Row(entry, values["hash"])
