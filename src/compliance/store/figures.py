"""Numbers about the whole service, for whoever watches it: no organisation is told apart."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, func, select

from compliance.store.tables import evidence, records

JOB_STATES = ("ready", "running", "done", "dead")


class Counts(Struct, frozen=True, kw_only=True):
    """How much there is."""

    jobs: dict[str, int]
    """State → number; every state is there."""
    oldest_due_s: float
    """How long the job that fell due first has waited; 0 where none waits."""
    evidence_files: dict[str, int]
    """State of the scan → files that are kept."""
    evidence_bytes: int


class Figures:
    """Counts rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, now: datetime) -> Counts:
        """Everything at once."""
        jobs, files = records.jobs, evidence.evidence_files
        counted = self._connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
        oldest = self._connection.execute(
            select(func.min(jobs.c.run_at)).where(jobs.c.state == "ready", jobs.c.run_at <= now)
        ).scalar()
        kept = self._connection.execute(
            select(files.c.scan, func.count(), func.coalesce(func.sum(files.c.size_bytes), 0))
            .where(files.c.purged_at.is_(None), files.c.scan != "rejected").group_by(files.c.scan)
        ).all()  # fmt: skip
        return Counts(
            jobs=dict.fromkeys(JOB_STATES, 0) | {row[0]: row[1] for row in counted},
            oldest_due_s=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
            evidence_files={row[0]: row[1] for row in kept},
            evidence_bytes=sum(int(row[2]) for row in kept),
        )
