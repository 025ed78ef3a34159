"""Looks into the database after a fault: what was acknowledged and is not there, what is half there, what is twice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import msgspec
from many_hotels import Hotel
from sqlalchemy import Connection, Table, select

from compliance.app import Parts
from compliance.domain.journal import verify_chain
from compliance.domain.remediation import draw_tasks
from compliance.domain.scoring import ScoreCard
from compliance.store.tables import accounts, assessments, certificates, records
from servers import SmtpServer


@dataclass
class Request:
    """A write that can be found again by its marker."""

    kind: str
    hotel: Hotel
    draft: str
    method: str
    path: str
    body: bytes
    marker: str
    key: str | None = None
    seen: int | None = None
    is_acknowledged: bool = False
    answer: bytes = b""
    told: str = ""
    """What it was answered, where that was no success."""

    @property
    def headers(self) -> dict[str, str]:
        headers = {**self.hotel.headers, "content-type": "application/json"}
        if self.key is not None:
            headers["idempotency-key"] = self.key
        if self.seen is not None:
            headers["if-match"] = f'"{self.seen}"'
        return headers

    def take(self, answer: httpx.Response) -> None:
        """Note what it was answered."""
        if answer.is_success or self._was_done(answer):
            self.is_acknowledged, self.answer = True, answer.content
        else:
            self.told = f"{self.kind}: {answer.status_code} {answer.text[:200]}"

    def _was_done(self, answer: httpx.Response) -> bool:
        """An answer that was written before the kill, without us being told: the refusal shows it as it is now."""
        if self.kind != "answer" or answer.status_code != 412:
            return False
        return answer.json()["current"]["answer"].get("note") == self.marker


def rows(connection: Connection, table: Table, organisations: Collection[str]) -> list[Any]:
    return list(connection.execute(select(table).where(table.c.organisation_id.in_(organisations))).all())


def lost(parts: Parts, requests: Sequence[Request]) -> list[str]:
    """Acknowledged writes that are not there."""
    organisations = {each.hotel.organisation_id for each in requests}
    with parts.database.transaction(writes=False) as connection:
        notes = {(row.assessment_id, msgspec.json.decode(row.answer).get("note"))
                 for row in rows(connection, assessments.answers, organisations)}  # fmt: skip
        comments = {row.id: row.text for row in rows(connection, assessments.comments, organisations)}
        digests = {row.assessment_id: row.digest for row in rows(connection, assessments.snapshots, organisations)}
        numbers = {row.number for row in rows(connection, certificates.certificates, organisations)}

    def is_there(request: Request) -> bool:
        if request.kind == "answer":
            return (request.draft, request.marker) in notes
        told = msgspec.json.decode(request.answer)
        if request.kind == "comment":
            return comments.get(told["id"]) == request.marker
        return digests.get(request.draft) == told["snapshot_digest"] and told["certificate"]["number"] in numbers

    return [f"{each.kind} {each.marker}" for each in requests if each.is_acknowledged and not is_there(each)]


def half(parts: Parts, crowd: Sequence[Hotel]) -> list[str]:
    """Whatever has only some of what belongs to it."""
    organisations = {each.organisation_id for each in crowd}
    with parts.database.transaction(writes=False) as connection:
        found = [*_half_submissions(parts, connection, organisations), *_half_certificates(connection, organisations)]
        return [*found, *_half_answers(connection, organisations)]


def _half_submissions(parts: Parts, connection: Connection, organisations: Collection[str]) -> list[str]:
    snapshots = {row.assessment_id: row for row in rows(connection, assessments.snapshots, organisations)}
    tasks = Counter(row.assessment_id for row in rows(connection, assessments.tasks, organisations))
    issued = Counter(row.assessment_id for row in rows(connection, certificates.certificates, organisations))
    open_sites = {row.assessment_id for row in rows(connection, assessments.assessment_sites, organisations)
                  if row.is_open}  # fmt: skip
    facts = [(row.kind, msgspec.json.decode(row.facts)) for row in rows(connection, records.journal, organisations)]
    journalled = Counter(fact["assessment"] for kind, fact in facts if kind == "assessment-submitted")
    payloads = [(row.kind, msgspec.json.decode(row.payload)) for row in rows(connection, records.events, organisations)]
    published = Counter(payload["assessment"] for kind, payload in payloads if kind == "assessment-submitted")
    wrong: list[str] = []
    for row in rows(connection, assessments.assessments, organisations):
        is_submitted = row.state == "submitted"
        wanted = {"snapshot": row.id in snapshots, "sites closed": row.id not in open_sites,
                  "certificate": issued[row.id] == 1, "journal": journalled[row.id] == 1,
                  "event": published[row.id] == 1, "instant": row.submitted_at is not None}  # fmt: skip
        wrong += [f"{row.state} {row.id}: {name}" for name, is_there in wanted.items() if is_there != is_submitted]
        if is_submitted and row.id in snapshots:
            card = msgspec.json.decode(snapshots[row.id].result, type=ScoreCard)
            scorer = parts.desk.means.shelf.scorer(row.questionnaire_digest)
            if tasks[row.id] != len(draw_tasks(scorer, card)):
                wrong.append(f"{row.id}: {tasks[row.id]} tasks")
        elif tasks[row.id]:
            wrong.append(f"{row.state} {row.id}: has tasks")
    return wrong


def _half_certificates(connection: Connection, organisations: Collection[str]) -> list[str]:
    numbers = {row.number for row in rows(connection, certificates.certificate_numbers, organisations)}
    with_sites = {row.number for row in rows(connection, certificates.certificate_sites, organisations)}
    with_status = {row.number for row in rows(connection, certificates.certificate_statuses, organisations)}
    issued = {row.number for row in rows(connection, certificates.certificates, organisations)}
    return [f"certificate {number}" for number in (numbers | with_sites | with_status | issued)
            if not all(number in each for each in (numbers, with_sites, with_status, issued))]  # fmt: skip


def _half_answers(connection: Connection, organisations: Collection[str]) -> list[str]:
    """An answer's earlier revisions are all kept."""
    kept: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows(connection, assessments.earlier_answers, organisations):
        kept[row.assessment_id, row.item].add(row.revision)
    return [f"answer {row.assessment_id} {row.item}" for row in rows(connection, assessments.answers, organisations)
            if kept[row.assessment_id, row.item] != set(range(1, row.revision))]  # fmt: skip


def doubled(parts: Parts, crowd: Sequence[Hotel], requests: Sequence[Request]) -> list[str]:
    """What was done more than once."""
    organisations = {each.organisation_id for each in crowd}
    with parts.database.transaction(writes=False) as connection:
        counts = Counter((row.assessment_id, row.text) for row in rows(connection, assessments.comments, organisations))
        counts.update((row.assessment_id, "snapshot") for row in rows(connection, assessments.snapshots, organisations))
        counts.update((row.number, "number") for row in rows(connection, certificates.certificates, organisations))
        revisions = {(row.assessment_id, row.item): row.revision
                     for row in rows(connection, assessments.answers, organisations)}  # fmt: skip
    written = Counter((each.draft, each.path.rpartition("/")[2]) for each in requests if each.kind == "answer")
    found = [str(what) for what, count in counts.items() if count > 1]
    return found + [str(place) for place, revision in revisions.items() if revision > 1 + written[place]]


def mails_lost(smtp: SmtpServer, requests: Sequence[Request]) -> list[str]:
    """Submissions of which nobody was told. A mail may come twice, then with one id, so that its receiver drops one."""
    ids: dict[str, set[str]] = defaultdict(set)
    letters = [letter.message for letter in list(smtp.messages)]
    texts = [(letter["message-id"], letter.get_content()) for letter in letters]
    submitted = [each.draft for each in requests if each.kind == "submission"]
    for draft in submitted:
        ids[draft] |= {message_id for message_id, text in texts if draft in text}
    return [draft for draft in submitted if len(ids[draft]) != 1]


def journals_broken(parts: Parts) -> list[str]:
    """Organisations whose journal does not verify."""
    with parts.desk.store.unit(writes=False) as unit, parts.database.transaction(writes=False) as connection:
        organisations = list(connection.execute(select(accounts.organisations.c.id)).scalars())
        chains = {each: (list(unit.journal.every(each)), unit.journal.head(each)) for each in organisations}
    return [
        f"{each}: {faults}" for each, (chain, head) in chains.items() if (faults := verify_chain(each, chain, head))
    ]


def jobs_left(connection: Connection, *, now: datetime) -> dict[str, int]:
    """Jobs that are due or begun, by kind."""
    table = records.jobs
    found = connection.execute(
        select(table.c.kind).where(table.c.state.in_(("ready", "running", "dead")), table.c.run_at <= now)
    ).scalars()
    return dict(Counter(found))
