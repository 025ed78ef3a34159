"""The job table and the outbox: queued in the transaction of the deed, claimed under a lease by any worker."""

import builtins
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from compliance.store.prepared import Prepared
from compliance.store.rows import Row, columns
from compliance.store.tables import records

_NEW: dict[str, Any] = {name: bindparam(name) for name in ("id", "kind", "payload", "organisation_id", "once", "state", "run_at",
                                           "attempts", "created_at")}  # fmt: skip
_ADD = Prepared(insert(records.jobs).values(_NEW))
_ADD_ONCE = {
    True: Prepared(sqlite.insert(records.jobs).values(_NEW).on_conflict_do_nothing(index_elements=["once"])),
    False: Prepared(postgresql.insert(records.jobs).values(_NEW).on_conflict_do_nothing(index_elements=["once"])),
}
_PUBLISH = Prepared(insert(records.events))


class Job(msgspec.Struct, frozen=True):
    """One thing to be done later."""

    id: str
    kind: str
    payload: dict[str, object]
    organisation_id: str | None
    attempts: int
    """How often it was begun, this time included."""
    state: str
    """`ready`, `running`, `done` (kept where it may be queued once only) or `dead`."""
    run_at: datetime
    """When it fell, or falls, due."""
    created_at: datetime
    last_error: str | None = None
    lease_until: datetime | None = None
    """Until when its worker holds it."""


class Kinds(msgspec.Struct, frozen=True):
    """Some kinds of jobs: those that are named, or all others."""

    named: frozenset[str] = frozenset()
    are_others: bool = True

    def condition(self) -> tuple[ColumnElement[bool], ...]:
        """What holds of their rows; nothing where it holds of all."""
        kind = records.jobs.c.kind
        if self.are_others:
            return (kind.not_in(sorted(self.named)),) if self.named else ()
        return (kind.in_(sorted(self.named)),)


EVERY_KIND = Kinds()


class Jobs:
    """Rows of `jobs` and `events`."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self.has_queued = False
        """Whether this transaction queued a job that is due at once."""

    def add(  # noqa: PLR0913 - what a job consists of
        self,
        job_id: str,
        kind: str,
        payload: dict[str, object],
        *,
        now: datetime,
        run_at: datetime | None = None,
        organisation_id: str | None = None,
        once: str | None = None,
    ) -> None:
        """Queue a job; one with the same `once` that was ever queued and not yet swept is not queued again."""
        values = {
            "id": job_id, "kind": kind, "payload": msgspec.json.encode(payload).decode(),
            "organisation_id": organisation_id, "once": once, "state": "ready", "run_at": run_at or now,
            "attempts": 0, "created_at": now,
        }  # fmt: skip
        self.has_queued = self.has_queued or run_at is None or run_at <= now
        _ADD_ONCE[self._is_sqlite].run(self._connection, values) if once else _ADD.run(self._connection, values)

    def undone(self, kind: str, payload: dict[str, object]) -> builtins.list[Job]:
        """Jobs of a kind that say just this and wait, or are being done, oldest first."""
        table, said = records.jobs, msgspec.json.encode(payload).decode()
        is_undone = table.c.state.in_(("ready", "running"))
        query = select(table).where(is_undone, table.c.kind == kind, table.c.payload == said).order_by(table.c.id)
        return [_read(columns(row)) for row in self._connection.execute(query).all()]

    def claim(self, *, now: datetime, lease_s: int, most: int, kinds: Kinds = EVERY_KIND) -> list[Job]:
        """Take jobs that are due, or whose worker has died, longest due first; nobody else gets them under the lease."""
        table = records.jobs
        due = or_(
            and_(table.c.state == "ready", table.c.run_at <= now),
            and_(table.c.state == "running", table.c.lease_until < now),
        )
        chosen = select(table.c.id).where(due, *kinds.condition()).order_by(table.c.run_at, table.c.id).limit(most)
        if not self._is_sqlite:
            chosen = chosen.with_for_update(skip_locked=True)
        ids = self._connection.execute(chosen).scalars().all()
        if not ids:
            return []
        lease = now + timedelta(seconds=lease_s)
        rows = self._connection.execute(
            update(table).where(table.c.id.in_(ids))
            .values(state="running", attempts=table.c.attempts + 1, lease_until=lease)
            .returning(table)
        ).all()  # fmt: skip
        return sorted((_read(columns(row)) for row in rows), key=lambda job: (job.run_at, job.id))

    def renew(self, job: Job, *, now: datetime, lease_s: int) -> bool:
        """Hold a claimed job for longer; False where it is somebody else's by now."""
        return self._change(job, lease_until=now + timedelta(seconds=lease_s))

    def finish(self, job: Job) -> bool:
        """Done: the row goes; one with a `once` stays, without what it said, so that it is not queued again.

        Like all that follows a claim, it does nothing, and says so, where the lease ended and another worker has taken
        the job: the number of the attempt tells them apart.
        """
        table = records.jobs
        gone = self._connection.execute(delete(table).where(*_held(job), table.c.once.is_(None))).rowcount == 1
        return gone or self._change(job, state="done", lease_until=None, payload="{}", last_error=None)

    def give_back(self, job: Job) -> bool:
        """It was claimed and not begun: the next worker takes it, and the attempt does not count."""
        return self._change(job, state="ready", lease_until=None, attempts=job.attempts - 1)

    def fail(self, job: Job, *, error: str, run_at: datetime | None) -> bool:
        """Try again at `run_at`; without one the job is dead and waits for the operator."""
        values: dict[str, object] = {"last_error": error[:1000], "lease_until": None}
        if run_at is None:
            return self._change(job, state="dead", **values)
        return self._change(job, state="ready", run_at=run_at, **values)

    def _change(self, job: Job, **values: object) -> bool:
        done = self._connection.execute(update(records.jobs).where(*_held(job)).values(values))
        return done.rowcount == 1

    def next_at(self, kinds: Kinds = EVERY_KIND) -> datetime | None:
        """When the next job falls due, or its worker's lease ends; None where nothing waits."""
        table, condition = records.jobs, kinds.condition()
        due = select(func.min(table.c.run_at)).where(table.c.state == "ready", *condition)
        left = select(func.min(table.c.lease_until)).where(table.c.state == "running", *condition)
        moments = self._connection.execute(union_all(due, left)).scalars().all()
        return min((each for each in moments if each is not None), default=None)

    def find(self, job_id: str) -> Job | None:
        """One job."""
        table = records.jobs
        row = self._connection.execute(select(table).where(table.c.id == job_id)).one_or_none()
        return None if row is None else _read(columns(row))

    def retry(self, job_id: str, *, now: datetime) -> bool:
        """Wake a dead job; whether there was one."""
        table = records.jobs
        done = self._connection.execute(
            update(table).where(table.c.id == job_id, table.c.state == "dead")
            .values(state="ready", run_at=now, attempts=0)
        )  # fmt: skip
        return done.rowcount == 1

    def list(self, *, state: str | None, after: str | None, limit: int) -> list[Job]:
        """Jobs by id, so by age; of one state if wished."""
        table = records.jobs
        query = select(table).order_by(table.c.id).limit(limit)
        if state:
            query = query.where(table.c.state == state)
        if after:
            query = query.where(table.c.id > after)
        return [_read(columns(row)) for row in self._connection.execute(query).all()]

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        table = records.jobs
        rows = self._connection.execute(select(table.c.state, func.count()).group_by(table.c.state)).all()
        return {row[0]: row[1] for row in rows}

    def sweep(self, *, before: datetime) -> int:
        """Forget what was queued before an instant: done jobs, and dead mails, whose links have run out; how many."""
        table = records.jobs
        over = or_(table.c.state == "done", and_(table.c.state == "dead", table.c.kind == "mail"))
        return self._connection.execute(delete(table).where(over, table.c.created_at < before)).rowcount

    def recall(self, *, now: datetime, latest: datetime, duties: Collection[str]) -> int:
        """Bring back what a clock that ran ahead put beyond `latest`; how many jobs.

        What waits falls due now, and what is held is held no longer. What was done of the kinds of `duties` is forgotten:
        its name would keep the duties of a day from being done when that day really comes.
        """
        table = records.jobs
        waits = update(table).where(table.c.state == "ready", table.c.run_at > latest).values(run_at=now)
        held = update(table).where(table.c.state == "running", table.c.lease_until > latest).values(lease_until=now)
        done = delete(table).where(table.c.state == "done", table.c.created_at > latest, table.c.kind.in_(duties))
        return sum(self._connection.execute(each).rowcount for each in (waits, held, done))

    def publish(
        self, event_id: str, organisation_id: str, kind: str, payload: dict[str, object], *, at: datetime
    ) -> None:
        """Put what happened into the outbox."""
        _PUBLISH.run(self._connection, {"organisation_id": organisation_id, "id": event_id, "kind": kind,
                                        "payload": msgspec.json.encode(payload).decode(), "at": at})  # fmt: skip


def _held(job: Job) -> tuple[ColumnElement[bool], ...]:
    table = records.jobs
    return table.c.id == job.id, table.c.state == "running", table.c.attempts == job.attempts


def _read(row: Row) -> Job:
    return Job(
        id=row["id"], kind=row["kind"], payload=msgspec.json.decode(row["payload"]),
        organisation_id=row["organisation_id"], attempts=row["attempts"], state=row["state"], run_at=row["run_at"],
        created_at=row["created_at"], last_error=row["last_error"], lease_until=row["lease_until"],
    )  # fmt: skip
