"""What time alone brings, over days and years: once each, at the right time, also after a standstill."""

from collections import Counter
from datetime import date, timedelta

import pytest
from workshop import NOON, add_draft, add_hotel, add_person, jobs

from build import maturity, questionnaire
from compliance.domain.remediation import Step
from compliance.store.certificates import Certificate
from compliance.store.idempotency import Answered
from compliance.store.questionnaires import Copy
from compliance.store.sessions import Session
from compliance.store.submissions import SnapshotRow, TaskRow
from compliance.usecases.clockwork import DAILY, HOURLY, tick, watch_certificates, watch_drafts, watch_tasks
from compliance.usecases.job_kinds import every_kind
from compliance.worker import Worker

DIGEST = "sha256:" + "a" * 64
STEP = Step(item="ONE-01", action=0, effort_half_days=1, within_days=90, points=100, level="documented",
            assured_points=50, gain=250, passes=True, needed_to_pass=False)  # fmt: skip
TODAY = NOON.date()
EXPIRES = date(2027, 5, 22)
"""When a draft of today expires."""


class Hotel:
    """An organisation with an owner, a contributor, and somebody who has left."""

    def __init__(self, desk):
        self.desk = desk
        with desk.deed(writes=True) as deed:
            self.id, self.site_id = add_hotel(deed)
            self.owner = add_person(deed, self.id, "owner@example.org", "owner", "signatory")
            self.contributor = add_person(deed, self.id, "chan@example.org", "contributor", language="km")
            self.gone = add_person(deed, self.id, "gone@example.org", "contributor")
            deed.unit.organisations.remove_membership(self.id, self.gone)
            deed.unit.questionnaires.add(
                Copy(digest=DIGEST, name="small", version="1.0", structure=DIGEST, title="Hotels", language="en",
                     states=()), questionnaire(maturity("ONE-01")), now=deed.now,
            )  # fmt: skip

    def draft(self, started_by=None, **values):
        with self.desk.deed(writes=True) as deed:
            return add_draft(
                deed, self.id, self.site_id, started_by=started_by or self.contributor, digest=DIGEST, **values
            )

    def submission(self):
        with self.desk.deed(writes=True) as deed:
            assessment_id = add_draft(deed, self.id, self.site_id, started_by=self.owner, digest=DIGEST,
                                      state="submitted", snapshots=1, submitted_at=deed.now)  # fmt: skip
            deed.unit.assessments.close_sites(self.id, assessment_id)
            deed.unit.submissions.add(self.id, assessment_id, SnapshotRow(
                number=1, document=b"{}", digest=DIGEST, attestation=b"{}", attestation_digest=DIGEST, result=b"{}",
                result_digest=DIGEST, rule=1, outcome="met", assurance="self_assessed", created_at=deed.now,
            ))  # fmt: skip
        return assessment_id

    def certificate(self, number, assessment_id, valid_until, status="active"):
        with self.desk.deed(writes=True) as deed:
            assert deed.unit.certificates.take_number(self.id, number, int(number[-4:]))
            deed.unit.certificates.add(
                Certificate(
                    organisation_id=self.id, number=number, assessment_id=assessment_id, snapshot=1,
                    sector="hospitality", assurance="self_assessed", claim=b"{}", claim_digest=DIGEST,
                    leaf_salt=b"s" * 32, signing="pending", status=status, issued_on=deed.today,
                    valid_until=valid_until, created_at=deed.now,
                ), site_ids=(self.site_id,), by=self.owner,
            )  # fmt: skip

    def task(self, assessment_id, due_on, owner_id, **values):
        with self.desk.deed(writes=True) as deed:
            task_id = deed.new_id()
            values = {"state": "open", "snapshot": 1, "reason": None, "evidence": (), **values}
            deed.unit.submissions.add_tasks(self.id, [TaskRow(
                id=task_id, assessment_id=assessment_id, position=1, item="ONE-01", step=STEP, priority="gain",
                owner_id=owner_id, due_on=due_on, note="", revision=1, changed_at=deed.now, **values,
            )])  # fmt: skip
        return task_id


@pytest.fixture
def hotel(desk):
    return Hotel(desk)


def drain(desk, clock, post, until):
    return Worker(desk, every_kind(post=post)).drain(until, clock)


def told(post):
    """Who was told what, on which day."""
    return sorted((mail.written_at.date(), mail.to.partition("@")[0], mail.subject) for mail in post.mails)


def assessment(hotel, assessment_id):
    with hotel.desk.deed(writes=False) as deed:
        return deed.unit.assessments.find(hotel.id, assessment_id)


def kinds_of_journal(hotel):
    with hotel.desk.deed(writes=False) as deed:
        return Counter(row.entry.kind for row in deed.unit.journal.every(hotel.id))


# Drafts


def test_a_draft_is_warned_of_twice_and_expires(desk, clock, post, hotel):
    """Who started it and the owners are told, in their languages; then its site is free again."""
    draft = hotel.draft()
    drain(desk, clock, post, NOON + timedelta(days=365))

    warned = told(post)
    assert [(day, who) for day, who, _ in warned] == [
        (date(2027, 4, 22), "chan"), (date(2027, 4, 22), "owner"), (date(2027, 5, 15), "chan"), (date(2027, 5, 15), "owner"),
    ]  # fmt: skip
    assert warned[1][2] == "A draft of Mekong Lodge expires on 22 May 2027"
    assert "Mekong Lodge" in warned[0][2]
    assert warned[0][2] != warned[1][2]
    assert assessment(hotel, draft).state == "expired"
    assert assessment(hotel, draft).closed_at.date() == EXPIRES
    assert kinds_of_journal(hotel) == {"assessment-expired": 1}
    hotel.draft()  # the site takes another one


def test_somebody_who_left_the_organisation_is_not_written_to(desk, clock, post, hotel):
    hotel.draft(started_by=hotel.gone)
    drain(desk, clock, post, NOON + timedelta(days=160))
    assert [who for _, who, _ in told(post)] == ["owner"]


def test_a_draft_that_somebody_went_on_with_lives_and_is_warned_of_again(desk, clock, post, hotel):
    draft = hotel.draft(started_by=hotel.owner)
    drain(desk, clock, post, NOON + timedelta(days=160))
    with desk.deed(writes=True) as deed:
        deed.unit.assessments.change(hotel.id, draft, changed_on=deed.today)
    drain(desk, clock, post, NOON + timedelta(days=335))
    assert assessment(hotel, draft).state == "draft"
    assert [mail.subject for mail in post.mails] == [
        "A draft of Mekong Lodge expires on 22 May 2027",
        "A draft of Mekong Lodge expires on 1 November 2027",
    ]


def test_what_a_standstill_missed_is_caught_up_and_says_the_days_that_are_left(desk, clock, post, hotel):
    hotel.draft(started_by=hotel.owner)
    clock.set(NOON + timedelta(days=(EXPIRES - TODAY).days - 4))
    drain(desk, clock, post, clock())
    (mail,) = post.mails
    assert "expires in 4 days, on 22 May 2027" in mail.text.replace("\n", " ")


def test_a_draft_that_expired_during_a_standstill_is_not_warned_of(desk, clock, post, hotel):
    draft = hotel.draft()
    clock.set(NOON + timedelta(days=400))
    drain(desk, clock, post, clock())
    assert post.mails == []
    assert assessment(hotel, draft).state == "expired"


def test_many_drafts_expire_a_page_at_a_time(desk, clock, hotel):
    with desk.deed(writes=True) as deed:
        drafts = []
        for n in range(205):
            organisation_id, site_id = add_hotel(deed, f"Hotel {n}")
            drafts.append(
                (organisation_id, add_draft(deed, organisation_id, site_id, started_by=hotel.owner, digest=DIGEST))
            )
    clock.set(NOON + timedelta(days=365))
    watch_drafts(desk)
    with desk.deed(writes=False) as deed:
        assert {deed.unit.assessments.find(*draft).state for draft in drafts} == {"expired"}


# Certificates


def test_a_holder_is_reminded_of_the_end_and_told_after_it(desk, clock, post, hotel):
    last_day = date(2027, 11, 22)
    hotel.certificate("CP-0001", hotel.submission(), last_day)
    drain(desk, clock, post, NOON + timedelta(days=420))
    assert told(post) == [
        (last_day - timedelta(days=60), "owner", "A certificate of Mekong Lodge expires on 22 November 2027"),
        (last_day - timedelta(days=30), "owner", "A certificate of Mekong Lodge expires on 22 November 2027"),
        (last_day - timedelta(days=7), "owner", "A certificate of Mekong Lodge expires on 22 November 2027"),
        (last_day + timedelta(days=7), "owner", "A certificate of Mekong Lodge has expired"),
    ]
    with desk.deed(writes=False) as deed:
        assert deed.unit.certificates.find(hotel.id, "CP-0001").status == "expired"
        _, second = deed.unit.certificates.statuses(hotel.id, "CP-0001")
    assert (second.status, second.by, second.at.date()) == ("expired", "service", last_day + timedelta(days=1))
    assert kinds_of_journal(hotel) == {"certificate-expired": 1}


def test_who_renewed_meanwhile_is_not_told_that_the_old_one_has_expired(desk, clock, post, hotel):
    last_day = date(2027, 11, 22)
    hotel.certificate("CP-0001", hotel.submission(), last_day)
    drain(desk, clock, post, NOON + timedelta(days=(last_day - TODAY).days + 3))
    before = len(post.mails)
    hotel.certificate("CP-0002", hotel.submission(), last_day + timedelta(days=368))
    drain(desk, clock, post, clock() + timedelta(days=30))
    assert len(post.mails) == before == 3


def test_nobody_is_told_of_what_expired_long_ago(desk, clock, post, hotel):
    hotel.certificate("CP-0001", hotel.submission(), date(2027, 11, 22))
    clock.set(NOON + timedelta(days=500))
    drain(desk, clock, post, clock() + timedelta(days=10))
    assert post.mails == []


# Tasks


def test_the_owner_of_an_unfinished_task_is_reminded_once(desk, clock, post, hotel):
    assessment_id = hotel.submission()
    due_on = TODAY + timedelta(days=90)
    task = hotel.task(assessment_id, due_on, hotel.contributor)
    hotel.task(assessment_id, due_on, None)
    hotel.task(assessment_id, due_on, hotel.gone)
    hotel.task(assessment_id, due_on, hotel.owner, state="done", evidence=("file",))
    drain(desk, clock, post, NOON + timedelta(days=120))
    assert [(day, who) for day, who, _ in told(post)] == [(due_on - timedelta(days=7), "chan")]
    assert f"/tasks/{task}\n" in post.mails[0].text
    with desk.deed(writes=False) as deed:
        assert deed.unit.submissions.find_task(hotel.id, task).revision == 1


def test_a_task_of_what_was_withdrawn_is_not_reminded_of(desk, clock, post, hotel):
    assessment_id = hotel.submission()
    hotel.task(assessment_id, TODAY + timedelta(days=20), hotel.owner)
    with desk.deed(writes=True) as deed:
        deed.unit.assessments.change(hotel.id, assessment_id, state="withdrawn")
    drain(desk, clock, post, NOON + timedelta(days=30))
    assert post.mails == []


# Once, however many and however often


def test_a_duty_is_queued_once_for_its_day_however_many_workers_ask(desk, clock):
    for _ in range(3):
        tick(desk)
    assert Counter(job.kind for job in jobs(desk)) == dict.fromkeys([*DAILY, *HOURLY], 1)
    clock.forward(hours=1)
    tick(desk)
    clock.forward(days=1)
    tick(desk)
    assert Counter(job.kind for job in jobs(desk)) == {**dict.fromkeys(DAILY, 2), **dict.fromkeys(HOURLY, 3)}


def test_duties_done_again_tell_nobody_twice(desk, clock, post, hotel):
    """As after a crash half-way, or with two workers whose clocks differ."""
    hotel.certificate("CP-0001", hotel.submission(), TODAY + timedelta(days=180))
    hotel.task(hotel.submission(), TODAY + timedelta(days=150), hotel.owner)
    hotel.draft()
    clock.set(NOON + timedelta(days=155))
    for _ in range(3):
        for watch in (watch_drafts, watch_certificates, watch_tasks):
            watch(desk)
        drain(desk, clock, post, clock() + timedelta(hours=1))
    assert Counter(mail.to.partition("@")[0] for mail in post.mails) == {"owner": 3, "chan": 1}


def test_leftovers_are_swept(desk, clock, post, hotel):
    with desk.deed(writes=True) as deed:
        deed.unit.sessions.add(
            Session(token_hash=b"h" * 32, id=deed.new_id(), user_id=hotel.owner, device="", created_at=deed.now,
                    last_seen_at=deed.now, expires_at=deed.now + timedelta(hours=12), second_factor_at=None)
        )  # fmt: skip
        deed.unit.idempotency.add(hotel.owner, "key", Answered(b"h", 200, {}, b""), now=deed.now)
        assert deed.unit.people.count_try("client:x", int(deed.now.timestamp()) // 900) == 1
        deed.queue("sweep", {}, once="kept")
    drain(desk, clock, post, NOON + timedelta(hours=1))
    assert [job.state for job in jobs(desk)] == ["done"]
    drain(desk, clock, post, NOON + timedelta(days=32))
    assert jobs(desk) == []
    with desk.deed(writes=True) as deed:
        assert deed.unit.sessions.visitor(b"h" * 32) is None
        assert deed.unit.idempotency.find(hotel.owner, "key") is None
        assert deed.unit.people.count_try("client:x", int(NOON.timestamp()) // 900) == 1


def test_a_year_passes_in_seconds_and_in_order(desk, clock, post, hotel):
    """Jobs are done when they fall due, each with the clock at its moment."""
    seen = []
    worker = Worker(
        desk, {**every_kind(post=post), "note": lambda desk, job: seen.append((job.payload["n"], desk.clock()))}
    )
    with desk.deed(writes=True) as deed:
        for days in (300, 20, 100):
            deed.queue("note", {"n": days}, run_at=deed.now + timedelta(days=days))
    worker.drain(NOON + timedelta(days=365), clock)
    assert seen == [(days, NOON + timedelta(days=days)) for days in (20, 100, 300)]
    assert clock() == NOON + timedelta(days=365)
