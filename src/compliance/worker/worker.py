"""The loop of the worker: claim what is due, do it, mark it done, or say when to try again.

    1. take some jobs under a lease; a thread renews it meanwhile;
    2. do one after the other; on the way out finish the one in hand and give the others back;
    3. done: the row goes. Failed in a way that may pass: later, each time longer, at a moment drawn by chance. Failed for
       good, or too often: dead, for the operator to look at;
    4. nothing due: wait until a deed of this process wakes us, or half a second.

Any number of workers may run, in one process or many. Kinds that wait for strangers are done in a thread of their own
(`apart`), so that nobody who does not answer keeps a certificate waiting. So are kinds that may wait for nothing
(`prompt`): not for a hundred certificates that are being signed, nor for a mail server that does not answer.
"""

import threading
import time
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol

import structlog
from msgspec import Struct

from compliance.errors import Refusal, Unavailable
from compliance.http.desk import Desk
from compliance.signing import KeyUnusable
from compliance.usecases.clockwork import WATCHES, next_day, sweep, tick
from compliance.usecases.jobs import (
    EVERY_KIND,
    CannotSucceed,
    Job,
    Kinds,
    Run,
    claim_jobs,
    fail_job,
    finish_job,
    give_back,
    wait_after,
)
from compliance.usecases.known_keys import renew_seals
from compliance.usecases.patience import patiently
from compliance.usecases.seals import SealSource
from compliance.worker.leases import Leases

LEASE_S = 300
MOST_AT_ONCE = 10
"""Jobs that are claimed together."""
POLL_S = 0.5
PROMPT_POLL_S = 0.2
REST_S = 2.0
"""After a fault of the loop itself, as when the database is away."""
_SETTLE_EVERY_S = 1.0
_TICK_S = 60
_log = structlog.stdlib.get_logger("compliance.worker")


class SettableClock(Protocol):
    """A clock that stands where it is put."""

    def __call__(self) -> datetime:
        """What it shows."""
        ...

    def set(self, at: datetime, /) -> None:
        """Put it to an instant."""
        ...


class Verdict(Struct, frozen=True):
    """What a failed attempt means."""

    error: str
    """A code for the operator, without personal data."""
    is_final: bool = False
    is_ours: bool = False
    """A fault of the program, to be logged whole."""


def judge(fault: Exception) -> Verdict:
    """Whether trying again may help, from what was raised."""
    match fault:
        case Unavailable():
            return Verdict(f"unavailable: {fault.what}")
        case KeyUnusable():  # between marking a key and making the next one
            return Verdict(fault.code)
        case CannotSucceed():
            return Verdict(fault.reason, is_final=True)
        case Refusal():
            return Verdict(fault.code, is_final=True)
        case _:
            return Verdict(type(fault).__name__, is_ours=True)


class Worker:
    """Does queued jobs at one desk. Each worker is for one thread."""

    def __init__(  # noqa: PLR0913 - what it is told to do otherwise than usual
        self, desk: Desk, kinds: Mapping[str, Run], *, lease_s: int = LEASE_S, most_at_once: int = MOST_AT_ONCE,
        poll_s: float = POLL_S, keys: SealSource | None = None, apart: Collection[str] = (),
        prompt: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._desk = desk
        self._kinds = kinds
        self._most = most_at_once
        self._poll_s = poll_s
        self._apart = Kinds(frozenset(apart), are_others=False)
        self._prompt = Kinds(frozenset(prompt), are_others=False)
        self._others = Kinds(frozenset(apart) | frozenset(prompt))
        self._leases = Leases(desk, lease_s=lease_s)
        self._keys = keys
        self._ticked = 0

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Work until told to stop. The job in hand is finished, what else was claimed is given back."""
        with self._leases.renewed(), self._beside(self._apart, stop), self._beside(self._prompt, stop):
            self._go_on(lambda: self._look(stop), stop, wake)

    @contextmanager
    def _beside(self, kinds: Kinds, stop: threading.Event) -> Generator[None]:
        """Around the work: these kinds have a worker in a thread of its own, which ends with it."""
        if not kinds.named:
            yield
            return

        poll_s = PROMPT_POLL_S if kinds is self._prompt else self._poll_s
        helper = Worker(self._desk, self._kinds, lease_s=self._leases.lease_s, most_at_once=1, poll_s=poll_s)

        def work() -> None:
            with helper._leases.renewed():
                helper._go_on(lambda: helper._round(stop, kinds), stop, threading.Event())

        thread = threading.Thread(target=work, name="worker-beside", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _go_on(self, look: Callable[[], int], stop: threading.Event, wake: threading.Event) -> None:
        while not stop.is_set():
            found: list[int] = []
            fault = _fault_of(lambda found=found: found.append(look()))
            if fault is not None:
                _log_fault("worker-cannot-work", judge(fault), fault)
            if fault is not None or not any(found):
                wake.wait(self._poll_s if fault is None else REST_S)
            wake.clear()

    def start_in_thread(self) -> "Running":
        """Work in a thread of this process, woken by the deeds at its desk."""
        stop = threading.Event()
        thread = threading.Thread(target=self.run, args=(stop, self._desk.wake), name="worker", daemon=True)
        thread.start()
        return Running(thread, stop, self._desk.wake)

    def drain(self, until: datetime, clock: SettableClock) -> int:
        """Do everything that falls due until an instant, in its order, with the clock put to each moment; how many jobs.

        For tests and the demo. The desk must look at the same clock. The duties of a day are done at its beginning,
        without being queued; days on which nothing can fall due are passed over. Leftovers are swept at the end.
        """
        done, duties_on = 0, None
        while True:
            duties_on = self._do_duties(after=duties_on)
            while count := self._round(threading.Event()):
                done += count
            following = self._next_moment()
            if following is None or following > until:
                break
            clock.set(following)
        clock.set(until)
        sweep(self._desk)
        return done

    def _do_duties(self, *, after: date | None) -> date:
        today = self._desk.clock().date()
        if today != after:
            for duty in WATCHES.values():
                duty(self._desk, None)
        return today

    def _next_moment(self) -> datetime | None:
        """When the next job is due, or the next day begins on which there is a duty; None if nothing lies ahead."""
        with self._desk.deed(writes=False) as deed:
            now, next_at = deed.now, deed.unit.jobs.next_at()
        day = next_day(self._desk)
        ahead = [] if day is None else [datetime.combine(day, time_of_day(), UTC)]
        if next_at is not None:
            ahead.append(max(next_at, now + timedelta(milliseconds=1)))
        return min(ahead, default=None)

    def _look(self, stop: threading.Event) -> int:
        """One look at the clock and at the table of jobs."""
        minute = int(self._desk.clock().timestamp()) // _TICK_S
        if minute != self._ticked:
            tick(self._desk)
            self._ticked = minute
        self._look_at_keys()
        return self._round(stop, self._others)

    def _round(self, stop: threading.Event, kinds: Kinds = EVERY_KIND) -> int:
        """Claim jobs that are due and do them; how many were claimed."""
        jobs = claim_jobs(self._desk, lease_s=self._leases.lease_s, most=self._most, kinds=kinds)
        self._leases.take(jobs)
        try:
            for index, job in enumerate(jobs):
                if stop.is_set():
                    give_back(self._desk, jobs[index:])
                    break
                # Without this, a worker that was held up for longer than its lease would do what another has taken.
                if self._leases.is_ours(job):
                    self._do(job, stop)
        finally:
            for job in jobs:
                self._leases.drop(job)
        return len(jobs)

    def _look_at_keys(self) -> None:
        """Keys that were made, changed or brought since the last look are used from now on."""
        if self._keys is None:
            return
        try:
            newer = renew_seals(self._desk, self._keys)
        except Unavailable:
            return  # nothing was changed; the next look finds them again
        except Refusal as refusal:
            problems = [f"{each.code} {each.facts.get('file', '')}".strip() for each in refusal.problems]
            _log.warning("signing-keys-unusable", error=refusal.code, problems=problems)
            return
        if newer is not None:
            _log.info("signing-keys-changed", list=newer.keys.sequence)

    def _do(self, job: Job, stop: threading.Event) -> None:
        self._look_at_keys()
        begun = time.monotonic()
        run = self._kinds.get(job.kind, _unknown)
        # Whoever fails is dead by then: this one took its worker with it, every time.
        if job.attempts > 1 and wait_after(job.attempts - 1, self._desk.chance) is None:
            run = _deadly
        fault = _fault_of(lambda: patiently(lambda: run(self._desk, job)))
        facts = {"kind": job.kind, "job": job.id, "attempt": job.attempts,
                 "duration_ms": round((time.monotonic() - begun) * 1000)}  # fmt: skip
        if fault is None:
            self._settle(lambda: finish_job(self._desk, job), stop)
            _log.info("job-done", **facts)
            return
        verdict = judge(fault)
        wait = None if verdict.is_final else wait_after(job.attempts, self._desk.chance)
        self._settle(lambda: fail_job(self._desk, job, verdict.error, wait=wait), stop)
        _log_fault("job-dead" if wait is None else "job-failed", verdict, fault, **facts)

    def _settle(self, do: Callable[[], object], stop: threading.Event) -> None:
        """Write down what came of a job, for as long as it is ours: it must not be done again for a short outage."""
        give_up_at = time.monotonic() + self._leases.lease_s
        while True:
            try:
                do()
            except Unavailable:
                if time.monotonic() + _SETTLE_EVERY_S > give_up_at or stop.is_set():
                    raise
                stop.wait(_SETTLE_EVERY_S)
            else:
                return


class Running(Struct, frozen=True):
    """A worker in its thread."""

    thread: threading.Thread
    stopping: threading.Event
    wake: threading.Event

    def stop(self, *, wait_s: float) -> bool:
        """Let it finish the job in hand; whether it has ended within that time."""
        self.stopping.set()
        self.wake.set()
        self.thread.join(wait_s)
        return not self.thread.is_alive()


def _unknown(desk: object, job: Job | None) -> None:
    """A kind that an older version queued, or a newer one: another worker may know it, and the operator sees it."""
    del desk, job
    raise Unavailable("worker for this kind")


def _deadly(desk: object, job: Job | None) -> None:
    del desk, job
    raise CannotSucceed("worker-died")


def _fault_of(do: Callable[[], object]) -> Exception | None:
    """What was raised, if anything."""
    try:
        do()
    except Exception as fault:  # noqa: BLE001 - the one place of this skin where a fault ends: judged, logged, retried
        return fault
    return None


def _log_fault(event: str, verdict: Verdict, fault: Exception, **facts: object) -> None:
    if verdict.is_ours:
        _log.error(event, error=verdict.error, exc_info=fault, **facts)
    else:
        _log.warning(event, error=verdict.error, **facts)
