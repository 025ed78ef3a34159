"""The answers of a draft, one row each, with what they were before."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from compliance.domain.assessment import AnswerSource
from compliance.domain.scoring import Answer
from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.tables import assessments as tables
from compliance.store.tables._types import Id

_OF_ASSESSMENT = (
    tables.answers.c.organisation_id == bindparam("of_organisation", type_=Id),
    tables.answers.c.assessment_id == bindparam("of_assessment", type_=Id),
)
_OF_ITEM = (*_OF_ASSESSMENT, tables.answers.c.item == bindparam("of_item"))
_CHANGED = ("section", "answer", "revision", "source", "is_confirmed", "changed_by", "changed_at", "confirmed_by",
            "confirmed_at")  # fmt: skip
_READ = select(*(tables.answers.c[name] for name in ("item", *_CHANGED)))  # in the order of AnswerRow's fields
_ONE = Prepared(_READ.where(*_OF_ITEM))
_ALL = Prepared(_READ.where(*_OF_ASSESSMENT))
_ADD = Prepared(insert(tables.answers))
_KEEP = Prepared(insert(tables.earlier_answers))
_EARLIER = Prepared(
    select(tables.earlier_answers).where(
        tables.earlier_answers.c.organisation_id == bindparam("organisation_id"),
        tables.earlier_answers.c.assessment_id == bindparam("assessment_id"),
        tables.earlier_answers.c.item == bindparam("item"),
    ).order_by(tables.earlier_answers.c.revision.desc())
)  # fmt: skip
_CHANGE = Prepared(
    update(tables.answers).where(*_OF_ITEM, tables.answers.c.revision == bindparam("of_revision"))
    .values({name: bindparam(name) for name in _CHANGED})
)  # fmt: skip


class AnswerRow(msgspec.Struct, frozen=True):
    """One answer with where it comes from."""

    item: str
    section: str
    answer: msgspec.Raw
    """The answer's JSON, as stored; `read` gives the struct."""
    revision: int
    source: AnswerSource
    is_confirmed: bool
    changed_by: str
    changed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None

    def read(self) -> Answer:
        """The answer itself."""
        return msgspec.json.decode(self.answer, type=Answer)


class Answers:
    """Rows of `answers` and `earlier_answers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, organisation_id: str, assessment_id: str, item: str) -> AnswerRow | None:
        """One answer."""
        place = {"of_organisation": organisation_id, "of_assessment": assessment_id, "of_item": item}
        rows = _ONE.tuples(self._connection, place)
        return _answer(rows[0]) if rows else None

    def every(self, organisation_id: str, assessment_id: str) -> dict[str, AnswerRow]:
        """The answers of a draft by item."""
        rows = _ALL.tuples(self._connection, {"of_organisation": organisation_id, "of_assessment": assessment_id})
        return {row[0]: _answer(row) for row in rows}

    def put(self, organisation_id: str, assessment_id: str, row: AnswerRow, *, before: AnswerRow | None) -> None:
        """Write an answer; what it was before is kept.

        Raises:
            TryAgain: somebody else has written this answer since `before` was read.
        """
        values = _values(organisation_id, assessment_id, row)
        with first_come():
            if before is None:
                _ADD.run(self._connection, values)
                return
            self._keep(organisation_id, assessment_id, before)
        place = {"of_organisation": organisation_id, "of_assessment": assessment_id, "of_item": row.item,
                 "of_revision": before.revision}  # fmt: skip
        _CHANGE.run(self._connection, {**values, **place})

    def add_all(self, organisation_id: str, assessment_id: str, rows: list[AnswerRow]) -> None:
        """Write many new answers, as a carry-over does."""
        if rows:
            _ADD.run_many(self._connection, [_values(organisation_id, assessment_id, row) for row in rows])

    def keep_as_history(self, organisation_id: str, assessment_id: str, rows: list[AnswerRow]) -> None:
        """Keep answers that could not be carried over, to be looked up beside the new questions."""
        for row in rows:
            self._keep(organisation_id, assessment_id, row)

    def earlier(self, organisation_id: str, assessment_id: str, item: str) -> list[AnswerRow]:
        """What an answer was before, newest first."""
        values = {"organisation_id": organisation_id, "assessment_id": assessment_id, "item": item}
        return [
            AnswerRow(item=item, section="", answer=msgspec.Raw(row["answer"].encode()), revision=row["revision"],
                      source=row["source"], is_confirmed=False, changed_by=row["changed_by"],
                      changed_at=row["changed_at"], confirmed_by=None, confirmed_at=None)
            for row in _EARLIER.all(self._connection, values)
        ]  # fmt: skip

    def _keep(self, organisation_id: str, assessment_id: str, row: AnswerRow) -> None:
        _KEEP.run(self._connection, _values(organisation_id, assessment_id, row))


def _values(organisation_id: str, assessment_id: str, row: AnswerRow) -> dict[str, object]:
    return {
        "organisation_id": organisation_id, "assessment_id": assessment_id, "item": row.item, "section": row.section,
        "answer": bytes(row.answer).decode(), "revision": row.revision, "source": row.source,
        "is_confirmed": row.is_confirmed, "changed_by": row.changed_by, "changed_at": row.changed_at,
        "confirmed_by": row.confirmed_by, "confirmed_at": row.confirmed_at,
    }  # fmt: skip


def _answer(row: list[Any]) -> AnswerRow:
    item, section, answer, *others = row
    return AnswerRow(item, section, msgspec.Raw(answer.encode()), *others)
