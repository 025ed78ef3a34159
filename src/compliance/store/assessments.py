"""Assessments: which there are, their facts, sites, state, assignments and comments."""

from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from compliance.domain.assessment import AssessmentState, DraftFact
from compliance.store.prepared import Prepared, page_of
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts
from compliance.store.tables import assessments as tables

_FIND = select(tables.assessments).where(
    tables.assessments.c.organisation_id == bindparam("organisation_id"), tables.assessments.c.id == bindparam("id")
)
_ONE = Prepared(_FIND)
_ONE_TO_CHANGE = Prepared(_FIND.with_for_update())
_ONE_TO_KEEP = Prepared(_FIND.with_for_update(read=True))
_SITES = Prepared(
    select(tables.assessment_sites.c.site_id)
    .where(tables.assessment_sites.c.organisation_id == bindparam("organisation_id"),
           tables.assessment_sites.c.assessment_id == bindparam("id"))
    .order_by(tables.assessment_sites.c.site_id)
)  # fmt: skip
_CLOSE_SITES = Prepared(
    update(tables.assessment_sites)
    .where(tables.assessment_sites.c.organisation_id == bindparam("organisation_id"),
           tables.assessment_sites.c.assessment_id == bindparam("id"))
    .values(is_open=bindparam("is_open"))
)  # fmt: skip
_NAMED_SITES = Prepared(
    select(accounts.sites.c.id, accounts.sites.c.name)
    .join(tables.assessment_sites, (tables.assessment_sites.c.organisation_id == accounts.sites.c.organisation_id)
                                   & (tables.assessment_sites.c.site_id == accounts.sites.c.id))
    .where(tables.assessment_sites.c.organisation_id == bindparam("organisation_id"),
           tables.assessment_sites.c.assessment_id == bindparam("id"))
    .order_by(tables.assessment_sites.c.site_id)
)  # fmt: skip
_SUBMITTED = ("state", "submitted_at", "snapshots")
_SUBMIT = Prepared(
    update(tables.assessments)
    .where(tables.assessments.c.organisation_id == bindparam("of_organisation"),
           tables.assessments.c.id == bindparam("of_assessment"))
    .values({name: bindparam(name) for name in _SUBMITTED})
)  # fmt: skip
_ASSIGNMENTS = Prepared(
    select(tables.assignments.c.section, tables.assignments.c.user_id, tables.assignments.c.assigned_by,
           tables.assignments.c.assigned_at)
    .where(tables.assignments.c.organisation_id == bindparam("organisation_id"),
           tables.assignments.c.assessment_id == bindparam("id"))
)  # fmt: skip
_NEWEST = (
    select(tables.assessments).where(tables.assessments.c.organisation_id == bindparam("organisation_id"))
    .order_by(tables.assessments.c.started_at.desc(), tables.assessments.c.id.desc())
)  # fmt: skip
_FIRST_PAGE = page_of(_NEWEST)
_FIRST_PAGE_IN_STATE = page_of(_NEWEST.where(tables.assessments.c.state == bindparam("state")))
_COMMENTS = Prepared(
    select(tables.comments)
    .where(tables.comments.c.organisation_id == bindparam("organisation_id"),
           tables.comments.c.assessment_id == bindparam("assessment_id"), tables.comments.c.item == bindparam("item"))
    .order_by(tables.comments.c.id)
)  # fmt: skip
_FACTS = msgspec.json.Decoder(dict[str, DraftFact])


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment without its answers."""

    organisation_id: str
    id: str
    questionnaire_digest: str
    questionnaire: str
    """Name and version."""
    sector: str
    country: str
    language: str
    state: AssessmentState
    facts: dict[str, DraftFact]
    facts_revision: int
    facts_changed_by: str | None = None
    facts_changed_at: datetime | None = None
    carried_from: str | None = None
    started_by: str
    started_at: datetime
    changed_on: date
    submitted_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_reason: str | None = None
    snapshots: int = 0
    """How many snapshots there are; the last one has this number."""
    standing: str | None = None
    """What became of the result later, as `lapsed`; the result itself is never rewritten."""


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said beside an item."""

    id: str
    assessment_id: str
    item: str
    user_id: str
    text: str
    created_at: datetime
    deleted_at: datetime | None = None


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A section that one person answers."""

    section: str
    user_id: str
    assigned_by: str
    assigned_at: datetime


class Assessments:
    """Rows of `assessments`, `assessment_sites`, `assignments` and `comments`."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite

    def add(self, assessment: Assessment, *, site_ids: tuple[str, ...]) -> None:
        """A new draft for some sites."""
        values = msgspec.structs.asdict(assessment)
        values["facts"] = msgspec.json.encode(assessment.facts).decode()
        self._connection.execute(insert(tables.assessments).values(values))
        with first_come():
            self._connection.execute(
                insert(tables.assessment_sites),
                [{"organisation_id": assessment.organisation_id, "assessment_id": assessment.id, "site_id": each,
                  "sector": assessment.sector, "is_open": True} for each in site_ids],
            )  # fmt: skip

    def find(
        self, organisation_id: str, assessment_id: str, *, lock: Literal["change", "keep"] | None = None
    ) -> Assessment | None:
        """One assessment; locked until the transaction ends if wished (SQLite's writers are alone anyway).

        `change` keeps everybody else away; `keep` only those who would change its state, so that several may answer.
        """
        query = _ONE
        if lock is not None and not self._is_sqlite:
            query = _ONE_TO_CHANGE if lock == "change" else _ONE_TO_KEEP
        row = query.one(self._connection, {"organisation_id": organisation_id, "id": assessment_id})
        return None if row is None else _assessment(row)

    def site_ids(self, organisation_id: str, assessment_id: str) -> tuple[str, ...]:
        """The sites that an assessment is about."""
        rows = _SITES.all(self._connection, {"organisation_id": organisation_id, "id": assessment_id})
        return tuple(row["site_id"] for row in rows)

    def named_sites(self, organisation_id: str, assessment_id: str) -> list[tuple[str, str]]:
        """The sites that an assessment is about, by id, each with its name now."""
        found = _NAMED_SITES.tuples(self._connection, {"organisation_id": organisation_id, "id": assessment_id})
        return [(site_id, name) for site_id, name in found]

    def open_for(self, organisation_id: str, site_ids: tuple[str, ...], sector: str) -> list[str]:
        """Open drafts of a sector that are about any of these sites."""
        table = tables.assessment_sites
        rows = self._connection.execute(
            select(table.c.assessment_id).distinct()
            .where(table.c.organisation_id == organisation_id, table.c.site_id.in_(site_ids),
                   table.c.sector == sector, table.c.is_open.is_(True))
        )  # fmt: skip
        return sorted(rows.scalars().all())

    def page(
        self,
        organisation_id: str,
        *,
        before: tuple[datetime, str] | None,
        limit: int,
        state: str | None = None,
        site_ids: frozenset[str] | None = None,
    ) -> list[Assessment]:
        """Assessments, newest first, older than the one that `before` names; only those of some sites if wished."""
        if before is None and site_ids is None:
            first = _FIRST_PAGE if state is None else _FIRST_PAGE_IN_STATE
            values = {"organisation_id": organisation_id, "most": limit, "skipped": 0, "state": state}
            return [_assessment(row) for row in first.all(self._connection, values)]
        table = tables.assessments
        query = select(table).where(table.c.organisation_id == organisation_id)
        if before is not None:
            started_at, assessment_id = before
            # The first condition says nothing more: it lets the index begin there instead of at the newest.
            query = query.where(
                table.c.started_at <= started_at,
                or_(table.c.started_at < started_at,
                    and_(table.c.started_at == started_at, table.c.id < assessment_id)),
            )  # fmt: skip
        if state is not None:
            query = query.where(table.c.state == state)
        if site_ids is not None:
            of_sites = tables.assessment_sites
            others = select(of_sites.c.assessment_id).where(
                of_sites.c.organisation_id == organisation_id, of_sites.c.site_id.not_in(site_ids)
            )
            query = query.where(table.c.id.not_in(others))
        rows = self._connection.execute(query.order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)).all()
        return [_assessment(columns(row)) for row in rows]

    def change(self, organisation_id: str, assessment_id: str, **values: object) -> None:
        """Change columns of an assessment."""
        table = tables.assessments
        self._connection.execute(
            update(table).where(table.c.organisation_id == organisation_id, table.c.id == assessment_id).values(values)
        )

    def note_submitted(
        self, organisation_id: str, assessment_id: str, *, state: AssessmentState, at: datetime, snapshot: int
    ) -> None:
        """It was submitted, under this snapshot's number."""
        place = {"of_organisation": organisation_id, "of_assessment": assessment_id}
        _SUBMIT.run(self._connection, {**place, "state": state, "submitted_at": at, "snapshots": snapshot})

    def put_facts(self, assessment: Assessment, facts: dict[str, DraftFact], *, by: str, at: datetime) -> bool:
        """Store facts if nobody changed them since `assessment` was read."""
        table = tables.assessments
        done = self._connection.execute(
            update(table)
            .where(table.c.organisation_id == assessment.organisation_id, table.c.id == assessment.id,
                   table.c.facts_revision == assessment.facts_revision)
            .values(facts=msgspec.json.encode(facts).decode(), facts_revision=assessment.facts_revision + 1,
                    facts_changed_by=by, facts_changed_at=at, changed_on=at.date())
        )  # fmt: skip
        return done.rowcount == 1

    def close_sites(self, organisation_id: str, assessment_id: str) -> None:
        """The draft is no longer open: another may be started for its sites."""
        _CLOSE_SITES.run(self._connection, {"organisation_id": organisation_id, "id": assessment_id, "is_open": False})

    def unchanged_since(self, day: date, *, after: tuple[date, str] | None, limit: int) -> list[Assessment]:
        """Drafts of any organisation that nobody changed since a day, by that day and id; for the clock's jobs."""
        table = tables.assessments
        query = select(table).where(table.c.state == "draft", table.c.changed_on <= day)
        if after is not None:
            changed_on, assessment_id = after
            query = query.where(
                or_(table.c.changed_on > changed_on,
                    and_(table.c.changed_on == changed_on, table.c.id > assessment_id))
            )  # fmt: skip
        rows = self._connection.execute(query.order_by(table.c.changed_on, table.c.id).limit(limit)).all()
        return [_assessment(columns(row)) for row in rows]

    def draft_days(self) -> list[date]:
        """The days on which the drafts of all organisations were last changed."""
        table = tables.assessments
        rows = self._connection.execute(select(table.c.changed_on).where(table.c.state == "draft").distinct())
        return list(rows.scalars())

    # Sections given to people

    def assign(self, organisation_id: str, assessment_id: str, assignment: Assignment) -> None:
        """Give a section to a person, in place of who had it."""
        self.unassign(organisation_id, assessment_id, assignment.section)
        with first_come():
            self._connection.execute(
                insert(tables.assignments).values(
                    organisation_id=organisation_id, assessment_id=assessment_id, **msgspec.structs.asdict(assignment)
                )
            )

    def unassign(self, organisation_id: str, assessment_id: str, section: str) -> bool:
        """Take a section back; whether somebody had it."""
        table = tables.assignments
        done = self._connection.execute(
            delete(table).where(table.c.organisation_id == organisation_id,
                                table.c.assessment_id == assessment_id, table.c.section == section)
        )  # fmt: skip
        return done.rowcount == 1

    def assignments(self, organisation_id: str, assessment_id: str) -> dict[str, Assignment]:
        """Who has which section."""
        rows = _ASSIGNMENTS.all(self._connection, {"organisation_id": organisation_id, "id": assessment_id})
        return {row["section"]: read_row(Assignment, row) for row in rows}

    # Comments

    def add_comment(self, organisation_id: str, comment: Comment) -> None:
        """A new comment."""
        self._connection.execute(
            insert(tables.comments).values(organisation_id=organisation_id, **msgspec.structs.asdict(comment))
        )

    def comments(self, organisation_id: str, assessment_id: str, item: str) -> list[Comment]:
        """The comments beside an item, oldest first; deleted ones without their text."""
        values = {"organisation_id": organisation_id, "assessment_id": assessment_id, "item": item}
        return [read_row(Comment, row) for row in _COMMENTS.all(self._connection, values)]

    def delete_comment(self, organisation_id: str, comment_id: str, *, at: datetime) -> None:
        """Take a comment's text away; that there was one stays."""
        table = tables.comments
        self._connection.execute(
            update(table).where(table.c.organisation_id == organisation_id, table.c.id == comment_id)
            .values(text="", deleted_at=at)
        )  # fmt: skip


def _assessment(row: Row) -> Assessment:
    return read_row(Assessment, row, facts=_FACTS.decode(row["facts"]))
