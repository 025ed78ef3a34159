"""Jobs: how a worker takes, ends and puts back what was queued; and what the operator sees of it and may do.

A job is run at least once: it is marked done after it was done, so a worker that dies in between leaves it to be run
again. Whoever writes one makes it repeatable.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Literal, Protocol

from msgspec import Struct

from compliance.errors import Conflict, NotFound
from compliance.notify import next_try
from compliance.store.jobs import EVERY_KIND, Job, Kinds
from compliance.usecases.deed import Chance, Deed
from compliance.usecases.means import Means
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.patience import patiently

JobState = Literal["ready", "running", "done", "dead"]
_CHANCE_OCTETS = 6


class Opener(Protocol):
    """Opens deeds of the service itself: nobody is signed in."""

    means: Means
    clock: Callable[[], datetime]
    chance: Chance

    def deed(self, *, writes: bool) -> AbstractContextManager[Deed]:
        """A deed in its own transaction."""
        ...


Run = Callable[[Opener, Job], None]
"""Does one kind of job; opens its own deeds. Run again where it raises, unless it is `CannotSucceed` or a refusal."""


class CannotSucceed(Exception):
    """A job that is no better for being tried again. The reason names codes and fields, never values."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NoSuchJob(NotFound):
    """There is no such job."""

    code = "no-such-job"


class JobNotDead(Conflict):
    """This job has not been given up: it is done, or will be tried again by itself."""

    code = "job-not-dead"


class ShownJob(Struct, frozen=True, kw_only=True):
    """A job without what it says: that names people."""

    id: str
    kind: str
    organisation_id: str | None
    state: JobState
    attempts: int
    run_at: datetime
    """When it is tried, or was last due."""
    created_at: datetime
    last_error: str | None
    """A code; None where it never failed."""


class JobCounts(Struct, frozen=True, kw_only=True):
    """How many jobs are in each state. Most are gone when they are done; `done` counts those that may run once only."""

    ready: int = 0
    running: int = 0
    done: int = 0
    dead: int = 0


class JobPage(Struct, frozen=True, kw_only=True):
    """A part of the list of jobs, oldest first."""

    items: list[ShownJob]
    next: str | None
    """The cursor of the next part; null where the list ends."""
    counts: JobCounts


# The worker's part


def claim_jobs(desk: Opener, *, lease_s: int, most: int, kinds: Kinds = EVERY_KIND) -> list[Job]:
    """Take jobs that are due, of some kinds only where so wished; theirs is the lease until it ends.

    Raises:
        Unavailable: the database cannot be reached.
    """
    # Looked at first without writing: most looks find nothing, and a writer keeps others waiting.
    with desk.deed(writes=False) as deed:
        next_at = deed.unit.jobs.next_at(kinds)
        if next_at is None or next_at > deed.now:
            return []

    def claim() -> list[Job]:
        with desk.deed(writes=True) as deed:
            return deed.unit.jobs.claim(now=deed.now, lease_s=lease_s, most=most, kinds=kinds)

    return patiently(claim)


def renew_leases(desk: Opener, jobs: Sequence[Job], *, lease_s: int) -> set[str]:
    """Hold jobs for longer; the ids of those that are still ours."""

    def renew() -> set[str]:
        with desk.deed(writes=True) as deed:
            return {job.id for job in jobs if deed.unit.jobs.renew(job, now=deed.now, lease_s=lease_s)}

    return patiently(renew)


def give_back(desk: Opener, jobs: Sequence[Job]) -> None:
    """Put back what was taken and not begun."""

    def give() -> None:
        with desk.deed(writes=True) as deed:
            for job in jobs:
                deed.unit.jobs.give_back(job)

    patiently(give)


def finish_job(desk: Opener, job: Job) -> bool:
    """It was done; False where the lease had ended and it is somebody else's by now."""

    def finish() -> bool:
        with desk.deed(writes=True) as deed:
            return deed.unit.jobs.finish(job)

    return patiently(finish)


def fail_job(desk: Opener, job: Job, error: str, *, wait: timedelta | None) -> None:
    """It failed: it is tried again after a wait, or waits for the operator where there is none."""

    def fail() -> None:
        with desk.deed(writes=True) as deed:
            deed.unit.jobs.fail(job, error=error, run_at=None if wait is None else deed.now + wait)

    patiently(fail)


def wait_after(attempts: int, chance: Chance) -> timedelta | None:
    """How long to wait after so many attempts; None when it is time to give up."""
    drawn = int.from_bytes(chance.octets(_CHANCE_OCTETS), "big")
    return next_try(attempts, drawn / 256**_CHANCE_OCTETS)


# The operator's part


def list_jobs(deed: Deed, *, state: JobState | None, cursor: str | None, limit: int) -> JobPage:
    """Jobs of one state, or all, oldest first.

    Raises:
        CursorWrong: the cursor is none of ours.
    """
    found = deed.unit.jobs.list(state=state, after=read_id_cursor(cursor), limit=limit + 1)
    counts = deed.unit.jobs.counts()

    shown = [_shown(job) for job in found[:limit]]
    after = write_cursor(shown[-1].id) if len(found) > limit else None
    return JobPage(items=shown, next=after, counts=JobCounts(**counts))


def retry_job(deed: Deed, job_id: str) -> ShownJob:
    """Wake a dead job: it is tried at once, and its attempts count from nothing.

    Raises:
        NoSuchJob: there is none.
        JobNotDead: it needs no waking.
    """
    job = deed.unit.jobs.find(job_id)
    if job is None:
        raise NoSuchJob

    if not deed.unit.jobs.retry(job_id, now=deed.now):
        raise JobNotDead
    deed.record("job-retried", job=job_id, job_kind=job.kind)
    woken = deed.unit.jobs.find(job_id)
    assert woken is not None
    return _shown(woken)


def _shown(job: Job) -> ShownJob:
    return ShownJob(
        id=job.id, kind=job.kind, organisation_id=job.organisation_id, state=job.state,  # type: ignore[arg-type]
        attempts=job.attempts, run_at=job.run_at, created_at=job.created_at, last_error=job.last_error,
    )  # fmt: skip
