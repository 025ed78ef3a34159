"""Certificates whose signing is killed: a child that this process forks dies by SIGKILL at a named step, before or after
the step is kept; then the job is done again, as another worker would.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from many_hotels import Hotel, found_hotels, met
from sqlalchemy import select
from torment import signature

from compliance.app import Parts, assemble
from compliance.domain.certificate import log_evidence_in
from compliance.domain.transparency import check_tree, leaf_hash, read_checkpoint, read_note, verify_inclusion
from compliance.http.chance import SystemChance
from compliance.http.desk import Desk
from compliance.signing import check_pdf, check_proof, pdf_roots
from compliance.store.engine import Database, open_engine
from compliance.store.jobs import Job
from compliance.store.tables import certificates, records
from compliance.store.unit import Store
from compliance.usecases.signing_certificates import sign_certificate
from compliance.usecases.submitting import submit_assessment
from sealed import demo_seals

STEPS = ("leaf appended", "checkpoint signed", "credential stored", "PDF stored", "published")
"""Each is one transaction, in this order."""
BEGINS = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Goes on by two seconds for every certificate: no checkpoint is too early."""

    def __init__(self) -> None:
        self.now = BEGINS

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class DeadlyDesk(Desk):
    """Kills its process at the end of its n-th writing deed: just before that is kept, or just after."""

    def __init__(self, parts: Parts, url: str, *, step: int, is_kept: bool) -> None:
        store = Store(Database(open_engine(url, pool_size=1)))
        super().__init__(store, parts.desk.means, clock=parts.desk.clock, chance=SystemChance())
        self._left = step
        self._is_kept = is_kept

    @contextmanager
    def deed(self, *arguments: Any, writes: bool, **named: Any) -> Iterator[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A deed, perhaps the last."""
        self._left -= writes
        with super().deed(*arguments, writes=writes, **named) as deed:
            yield deed
            if writes and self._left == 0 and not self._is_kept:
                os.kill(os.getpid(), signal.SIGKILL)
        if writes and self._left == 0 and self._is_kept:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Found:
    """What is wrong after all; empty lists are good news."""

    kills: int = 0
    survived: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Only what is wrong."""
        named = {"survived": self.survived, "changed": self.changed, "unsigned": self.unsigned, "log": self.log}
        return {name: found for name, found in named.items() if found}


def kill_while_signing(url: str, *, times: int) -> Found:
    """Kill so many times at each step, each time another certificate, on a migrated database; then look at everything."""
    clock = Clock()
    parts = assemble(url, clock=clock, seals=demo_seals(), pool_size=4)
    found = Found()
    try:
        for number in range(times * len(STEPS)):
            step, is_kept = number % len(STEPS), (number // len(STEPS)) % 2 == 1
            hotel = found_hotels(parts, 1, sites=1, answered=met(), first=number + 1)[0]
            job = certificate_of(parts, hotel)
            clock.now += timedelta(seconds=2)
            found.kills += 1
            if not _killed(parts, url, job, step=step + 1, is_kept=is_kept):
                found.survived.append(f"{number}: {STEPS[step]}")
            before = _files(parts, job)
            clock.now += timedelta(seconds=2)
            sign_certificate(parts.desk, job)
            sign_certificate(parts.desk, job)  # a worker that is late does it once more
            after = _files(parts, job)
            if any(after.get(kind) != content for kind, content in before.items()):
                found.changed.append(f"{number}: {STEPS[step]}")
        _inspect(parts, found)
    finally:
        parts.close()
    return found


def certificate_of(parts: Parts, hotel: Hotel) -> Job:
    """Submit the hotel's draft; the job that signs its certificate, as it was queued."""
    who = {"credential": hotel.token, "organisation_id": hotel.organisation_id}
    draft = hotel.draft_ids[0]
    signed = msgspec.json.decode(signature(parts, hotel, draft))
    with parts.desk.deed("member", writes=True, **who) as deed:
        submit_assessment(deed, draft, **signed)
    with parts.database.transaction(writes=False) as connection:
        row = connection.execute(
            select(records.jobs).where(records.jobs.c.kind == "sign-certificate",
                                       records.jobs.c.organisation_id == hotel.organisation_id)
        ).one()  # fmt: skip
    return Job(id=row.id, kind=row.kind, payload=msgspec.json.decode(row.payload), organisation_id=row.organisation_id,
               attempts=1, state="running", run_at=row.run_at, created_at=row.created_at)  # fmt: skip


def _killed(parts: Parts, url: str, job: Job, *, step: int, is_kept: bool) -> bool:
    parts.database.engine.dispose()  # no connection may be in two processes
    child = os.fork()
    if child == 0:
        try:
            sign_certificate(DeadlyDesk(parts, url, step=step, is_kept=is_kept), job)
        finally:
            os._exit(1)  # it should be dead by now
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _files(parts: Parts, job: Job) -> dict[str, bytes]:
    which = str(job.payload["organisation_id"]), str(job.payload["number"])
    with parts.desk.deed(writes=False) as deed:
        files = [deed.unit.signed.file(*which, kind) for kind in ("credential", "pdf")]
    return {file.kind: file.content for file in files if file is not None}


def _inspect(parts: Parts, found: Found) -> None:
    """Each certificate issued exactly once, each proof good, each checkpoint the beginning of the next."""
    keys = demo_seals().keys
    with parts.desk.deed(writes=False) as deed:
        log = deed.unit.log
        entries = list(log.every_leaf(log.size()))
        for checkpoint in log.checkpoints(after=0, limit=100_000):
            said = read_checkpoint(read_note(checkpoint.note).text)
            if check_tree(entries[: said.size], said.size) != said.root:
                found.log.append(f"the checkpoint of {said.size} leaves")
        issued = [entry.subject for entry in log.of_event("issued")]
        if len(issued) != len(set(issued)) or len(issued) != found.kills or log.count_waiting():
            found.log.append(f"{len(issued)} leaves for {found.kills} certificates")
    with parts.database.transaction(writes=False) as connection:
        table = certificates.certificates
        rows = connection.execute(select(table.c.organisation_id, table.c.number, table.c.signing)).all()
    for row in rows:
        with parts.desk.deed(writes=False) as deed:
            credential = deed.unit.signed.file(row.organisation_id, row.number, "credential")
            pdf = deed.unit.signed.file(row.organisation_id, row.number, "pdf")
        if row.signing != "signed" or credential is None or pdf is None:
            found.unsigned.append(row.number)
            continue
        document = msgspec.json.decode(credential.content)
        key = keys.in_use("credentials")
        assert key is not None
        check_proof(document, key.public)
        evidence = log_evidence_in(document)
        root = read_checkpoint(read_note(evidence.checkpoint).text).root
        is_in_log = verify_inclusion(evidence.index, evidence.size, leaf_hash(evidence.leaf), evidence.proof, root)
        verdict = check_pdf(pdf.content, roots=pdf_roots(keys), at=parts.desk.clock())
        if not (is_in_log and verdict.is_valid and verdict.attachments["credential.json"] == credential.content):
            found.unsigned.append(row.number)
