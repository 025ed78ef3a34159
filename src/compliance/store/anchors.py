"""Anchors of the journals: which head was entered into the log in which hour."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, Select, exists, insert, select

from compliance.domain.journal import Head
from compliance.store.racing import first_come
from compliance.store.rows import columns, read_row
from compliance.store.tables import records
from compliance.store.tables import transparency as tables


class JournalAnchor(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation's head in one hour."""

    organisation_id: str
    hour: str
    """In UTC: `2026-11-22T09`."""
    position: int
    head: bytes
    blind: bytes
    root: bytes
    """Over the blinded heads of all organisations in that hour."""
    leaf_index: int
    """Among these, from 0."""
    leaf_count: int
    proof: bytes
    """Hashes of 32 octets, one behind the other, lowest first."""


class Anchors:
    """Rows of `journal_anchors`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def moved(self) -> list[tuple[str, Head]]:
        """Organisations whose journal does not end where it was anchored, with its head now; by id."""
        heads, anchors = records.journal_heads, tables.journal_anchors
        is_anchored = exists().where(
            anchors.c.organisation_id == heads.c.organisation_id, anchors.c.position == heads.c.position,
            anchors.c.head == heads.c.hash,
        )  # fmt: skip
        query = select(heads).where(~is_anchored).order_by(heads.c.organisation_id)
        return [(row.organisation_id, Head(row.position, row.hash)) for row in self._connection.execute(query).all()]

    def add(self, anchors: Iterable[JournalAnchor]) -> None:
        """Keep what was anchored in an hour; one worker does it first."""
        rows = [msgspec.structs.asdict(each) for each in anchors]
        with first_come():
            self._connection.execute(insert(tables.journal_anchors), rows)

    def every(self, organisation_id: str) -> list[JournalAnchor]:
        """All of an organisation, oldest first."""
        return self._read(self._of(organisation_id).order_by(tables.journal_anchors.c.hour))

    def newest(self, organisation_id: str, *, within: int) -> JournalAnchor | None:
        """The newest one whose head is not beyond a position; None where there is none yet."""
        table = tables.journal_anchors
        query = self._of(organisation_id).where(table.c.position <= within).order_by(table.c.hour.desc()).limit(1)
        return next(iter(self._read(query)), None)

    def _of(self, organisation_id: str) -> Select[*tuple[object, ...]]:
        table = tables.journal_anchors
        return select(table).where(table.c.organisation_id == organisation_id)

    def _read(self, query: Select[*tuple[object, ...]]) -> list[JournalAnchor]:
        return [read_row(JournalAnchor, columns(row)) for row in self._connection.execute(query).all()]
