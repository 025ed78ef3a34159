"""What was submitted, with its result; and the tasks of its plan."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update

from compliance.domain.remediation import Priority, Step, TaskState
from compliance.store.prepared import Prepared
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import assessments as tables

_ADD = Prepared(insert(tables.snapshots))
_ADD_TASK = Prepared(insert(tables.tasks))
_ONE = Prepared(
    select(tables.snapshots).where(
        tables.snapshots.c.organisation_id == bindparam("organisation_id"),
        tables.snapshots.c.assessment_id == bindparam("assessment_id"),
        tables.snapshots.c.number == bindparam("number"),
    )
)
_TASKS = Prepared(
    select(tables.tasks).where(
        tables.tasks.c.organisation_id == bindparam("organisation_id"),
        tables.tasks.c.assessment_id == bindparam("assessment_id"), tables.tasks.c.snapshot == bindparam("snapshot"),
    ).order_by(tables.tasks.c.position)
)  # fmt: skip
_ONE_TASK = Prepared(
    select(tables.tasks).where(
        tables.tasks.c.organisation_id == bindparam("organisation_id"), tables.tasks.c.id == bindparam("id")
    )
)
_STEP = msgspec.json.Decoder(Step)
_EVIDENCE = msgspec.json.Decoder(tuple[str, ...])


class SnapshotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A submission."""

    number: int
    document: bytes
    """The snapshot's canonical JSON."""
    digest: str
    attestation: bytes
    attestation_digest: str
    result: bytes
    result_digest: str
    rule: int
    outcome: str
    assurance: str | None
    created_at: datetime


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a plan, as it stands."""

    id: str
    assessment_id: str
    snapshot: int
    position: int
    item: str
    step: Step
    priority: Priority
    state: TaskState
    owner_id: str | None
    due_on: date
    note: str
    reason: str | None
    evidence: tuple[str, ...]
    """Digests of files, or records in words."""
    revision: int
    changed_at: datetime
    reminded_on: date | None = None


class Submissions:
    """Rows of `snapshots` and `tasks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, organisation_id: str, assessment_id: str, row: SnapshotRow) -> None:
        """A new snapshot with its result. Never changed."""
        place = {"organisation_id": organisation_id, "assessment_id": assessment_id}
        _ADD.run(self._connection, {**place, **msgspec.structs.asdict(row)})

    def find(self, organisation_id: str, assessment_id: str, number: int) -> SnapshotRow | None:
        """One snapshot of an assessment."""
        values = {"organisation_id": organisation_id, "assessment_id": assessment_id, "number": number}
        row = _ONE.one(self._connection, values)
        return None if row is None else read_row(SnapshotRow, row)

    def add_tasks(self, organisation_id: str, rows: list[TaskRow]) -> None:
        """The tasks of a new plan."""
        if rows:
            _ADD_TASK.run_many(self._connection, [_values(organisation_id, row) for row in rows])

    def tasks(self, organisation_id: str, assessment_id: str, number: int) -> list[TaskRow]:
        """The tasks of a plan, in its order."""
        values = {"organisation_id": organisation_id, "assessment_id": assessment_id, "snapshot": number}
        return [_task(row) for row in _TASKS.all(self._connection, values)]

    def find_task(self, organisation_id: str, task_id: str) -> TaskRow | None:
        """One task."""
        row = _ONE_TASK.one(self._connection, {"organisation_id": organisation_id, "id": task_id})
        return None if row is None else _task(row)

    def update_task(self, organisation_id: str, row: TaskRow, *, seen: int) -> bool:
        """Store a changed task if nobody changed it since revision `seen`."""
        table = tables.tasks
        values = _values(organisation_id, row)
        done = self._connection.execute(
            update(table).where(table.c.organisation_id == organisation_id, table.c.id == row.id,
                                table.c.revision == seen)
            .values({name: values[name] for name in ("state", "owner_id", "due_on", "note", "reason", "evidence",
                                                     "revision", "changed_at", "reminded_on")})
        )  # fmt: skip
        return done.rowcount == 1

    def due_tasks(self, day: date, *, limit: int) -> list[tuple[str, TaskRow]]:
        """Unfinished tasks with an owner that are due by a day and were not reminded of; with their organisation."""
        table = tables.tasks
        rows = self._connection.execute(
            select(table).where(table.c.state.in_(("open", "in_progress")), table.c.due_on <= day,
                                table.c.owner_id.is_not(None), table.c.reminded_on.is_(None))
            .order_by(table.c.due_on, table.c.id).limit(limit)
        ).all()  # fmt: skip
        return [(row.organisation_id, _task(columns(row))) for row in rows]

    def next_due(self) -> date | None:
        """When the next of the tasks that `due_tasks` gives is due."""
        table = tables.tasks
        query = select(func.min(table.c.due_on)).where(
            table.c.state.in_(("open", "in_progress")), table.c.owner_id.is_not(None), table.c.reminded_on.is_(None)
        )
        return self._connection.execute(query).scalar()


def _values(organisation_id: str, row: TaskRow) -> dict[str, object]:
    values = msgspec.structs.asdict(row)
    values["organisation_id"] = organisation_id
    values["step"] = msgspec.json.encode(row.step).decode()
    values["evidence"] = msgspec.json.encode(row.evidence).decode()
    return values


def _task(row: Row) -> TaskRow:
    return read_row(
        TaskRow,
        row,
        step=_STEP.decode(row["step"]),
        evidence=_EVIDENCE.decode(row["evidence"]),
    )
