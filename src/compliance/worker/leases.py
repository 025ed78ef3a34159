"""The jobs that a worker holds. A thread renews their leases while the worker works, however long a job takes."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from compliance.errors import Unavailable
from compliance.usecases.jobs import Job, Opener, renew_leases

_log = structlog.stdlib.get_logger("compliance.worker")
_BEATS_PER_LEASE = 3


class Leases:
    """Jobs in hand, each with the instant until which it is nobody else's."""

    def __init__(self, desk: Opener, *, lease_s: int) -> None:
        self.lease_s = lease_s
        self._desk = desk
        self._held: dict[str, tuple[Job, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, jobs: Sequence[Job]) -> None:
        """Hold what was just claimed."""
        with self._lock:
            for job in jobs:
                assert job.lease_until is not None
                self._held[job.id] = job, job.lease_until

    def drop(self, job: Job) -> None:
        """The job is done with, in whatever way."""
        with self._lock:
            self._held.pop(job.id, None)

    def is_ours(self, job: Job) -> bool:
        """Whether nobody else can have taken it by now."""
        with self._lock:
            held = self._held.get(job.id)
        return held is not None and self._desk.clock() < held[1]

    @contextmanager
    def renewed(self) -> Generator[None]:
        """Around the work: leases are renewed three times as often as they end."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=(ended,), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(self.lease_s / _BEATS_PER_LEASE):
            try:
                self.renew()
            except Unavailable as passing:
                _log.warning("leases-not-renewed", what=passing.what)

    def renew(self) -> None:
        """Hold everything for longer; what has become somebody else's is let go.

        Raises:
            Unavailable: the database cannot be reached.
        """
        with self._lock:
            jobs = [job for job, _ in self._held.values()]
        if not jobs:
            return
        until = self._desk.clock() + timedelta(seconds=self.lease_s)
        ours = renew_leases(self._desk, jobs, lease_s=self.lease_s)
        with self._lock:
            for job in jobs:
                if job.id not in self._held:
                    continue
                if job.id in ours:
                    self._held[job.id] = job, until
                else:
                    del self._held[job.id]
