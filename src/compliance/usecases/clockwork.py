"""What time alone brings: drafts and certificates expire, people are reminded, leftovers are swept.

Each duty is queued under the name of its day (or hour), so that it runs once however many workers there are. It goes
through all organisations in small transactions and may be broken off anywhere: what it has done it does not find again,
and each mail is queued under a name of its own. A reminder is due in a span of days, not on one, so that a service that
stood still catches up.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import msgspec

from compliance.domain.assessment import draft_expires_on, draft_warnings, is_draft_expired
from compliance.domain.certificate import is_expired, reminders
from compliance.store.assessments import Assessment
from compliance.store.certificates import Certificate
from compliance.store.jobs import Job
from compliance.store.people import User
from compliance.store.submissions import TaskRow
from compliance.usecases.anchoring import anchor_journals
from compliance.usecases.certificate_statuses import expire_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.evidence_jobs import sweep_evidence
from compliance.usecases.jobs import Opener
from compliance.usecases.patience import patiently
from compliance.usecases.signing_certificates import sign_pending
from compliance.usecases.status_lists import watch_status_lists
from compliance.usecases.tries import WINDOW_S

PAGE = 100
SHORTEST_DRAFT_DAYS = 180
"""Six months are never shorter."""
TASK_DAYS = 7
"""How long before a task is due its owner is reminded."""
TELL_EXPIRED_DAYS = 21
"""So long after its last day nobody is told any more that a certificate has expired."""
KEEP_ANSWERED = timedelta(hours=24)
KEEP_DONE = timedelta(days=30)
"""Longer than any reminder's span: its job is remembered until it cannot fall due again."""
KEEP_OVER = timedelta(days=1)
"""Sessions and codes that ran out."""
LONGEST_AHEAD = timedelta(hours=12)
"""No job waits, and no lease lasts, for so long: what lies further ahead, a clock that ran ahead has put there."""


def tick(desk: Opener) -> None:
    """Queue the duties of this hour and day, unless somebody has. Called every minute by every worker."""

    def queue() -> None:
        with desk.deed(writes=True) as deed:
            for kind in DAILY:
                deed.queue(kind, {}, once=f"{kind}:{deed.today.isoformat()}")
            for kind in HOURLY:
                deed.queue(kind, {}, once=f"{kind}:{deed.now.strftime('%Y-%m-%dT%H')}")

    patiently(queue)


# Drafts


def watch_drafts(desk: Opener, job: Job | None = None) -> None:
    """Expire drafts that nobody changed for six months; warn of it 30 and 7 days before."""
    del job
    after: tuple[date, str] | None = None
    while True:
        page = patiently(lambda after=after: _warn_of_drafts(desk, after))
        for draft in page:
            if is_draft_expired(draft.changed_on, today=desk.clock().date()):
                patiently(lambda draft=draft: _expire_draft(desk, draft))
        if len(page) < PAGE:
            return
        after = page[-1].changed_on, page[-1].id


def _warn_of_drafts(desk: Opener, after: tuple[date, str] | None) -> list[Assessment]:
    with desk.deed(writes=True) as deed:
        first_warning_days = draft_warnings(deed.today)[0][0]
        latest = deed.today + timedelta(days=first_warning_days - SHORTEST_DRAFT_DAYS)
        page = deed.unit.assessments.unchanged_since(latest, after=after, limit=PAGE)
        for draft in page:
            stage = _stage(draft_warnings(draft.changed_on), deed.today)
            if stage is not None and not is_draft_expired(draft.changed_on, today=deed.today):
                _warn(deed, draft, stage)
        return page


def _warn(deed: Deed, draft: Assessment, stage: int) -> None:
    expires_on = draft_expires_on(draft.changed_on)
    for user in _owners(deed, draft.organisation_id, also=draft.started_by):
        deed.tell(
            user.email, "draft_expires", language=user.language,
            once=f"draft-{stage}:{draft.id}:{expires_on.isoformat()}:{user.id}",
            organisation_id=draft.organisation_id, assessment=draft.id, days=(expires_on - deed.today).days,
            expires_on=expires_on.isoformat(),
        )  # fmt: skip


def _expire_draft(desk: Opener, draft: Assessment) -> None:
    with desk.deed(writes=True) as deed:
        # Read again, and locked: somebody may have gone on with it.
        now = deed.unit.assessments.find(draft.organisation_id, draft.id, lock="change")
        if now is None or now.state != "draft" or not is_draft_expired(now.changed_on, today=deed.today):
            return

        deed.unit.assessments.change(draft.organisation_id, draft.id, state="expired", closed_at=deed.now)
        deed.unit.assessments.close_sites(draft.organisation_id, draft.id)
        deed.record("assessment-expired", of=draft.organisation_id, assessment=draft.id)
        deed.unit.jobs.publish(deed.new_id(), draft.organisation_id, "assessment-expired", {"assessment": draft.id},
                               at=deed.now)  # fmt: skip


# Certificates


def watch_certificates(desk: Opener, job: Job | None = None) -> None:
    """Record which certificates have expired; remind their holders 60, 30 and 7 days before, and tell them 7 after."""
    del job
    after: tuple[date, str] | None = None
    while True:
        page = patiently(lambda after=after: _remind_of_end(desk, after))
        for certificate in page:
            if is_expired(certificate.valid_until, today=desk.clock().date()):
                patiently(lambda certificate=certificate: _expire_certificate(desk, certificate))
        if len(page) < PAGE:
            break
        after = page[-1].valid_until, page[-1].number
    after = None
    while True:
        page = patiently(lambda after=after: _tell_expired(desk, after))
        if len(page) < PAGE:
            return
        after = page[-1].valid_until, page[-1].number


def _remind_of_end(desk: Opener, after: tuple[date, str] | None) -> list[Certificate]:
    with desk.deed(writes=True) as deed:
        first_reminder_days = reminders(deed.today)[0][0]
        latest = deed.today + timedelta(days=first_reminder_days)
        page = deed.unit.certificates.ending("active", date.min, latest, after=after, limit=PAGE)
        for certificate in page:
            stage = _stage(reminders(certificate.valid_until), deed.today)
            if stage is not None and not is_expired(certificate.valid_until, today=deed.today):
                _tell_of_end(deed, certificate, "certificate_expires", stage)
        return page


def _tell_expired(desk: Opener, after: tuple[date, str] | None) -> list[Certificate]:
    with desk.deed(writes=True) as deed:
        first = deed.today - timedelta(days=TELL_EXPIRED_DAYS)
        page = deed.unit.certificates.ending("expired", first, deed.today, after=after, limit=PAGE)
        for certificate in page:
            stage = _stage(reminders(certificate.valid_until), deed.today)
            if stage is not None and stage < 0 and not _is_renewed(deed, certificate):
                _tell_of_end(deed, certificate, "certificate_expired", stage)
        return page


def _tell_of_end(deed: Deed, certificate: Certificate, kind: str, stage: int) -> None:
    last_day = certificate.valid_until
    for user in _owners(deed, certificate.organisation_id):
        deed.tell(
            user.email, kind, language=user.language,
            once=f"certificate{stage:+d}:{certificate.number}:{last_day.isoformat()}:{user.id}",
            organisation_id=certificate.organisation_id, number=certificate.number,
            days=abs((last_day - deed.today).days), expires_on=last_day.isoformat(),
        )  # fmt: skip


def _expire_certificate(desk: Opener, certificate: Certificate) -> None:
    with desk.deed(writes=True) as deed:
        expire_certificate(deed, certificate.organisation_id, certificate.number)


def _is_renewed(deed: Deed, expired: Certificate) -> bool:
    """Whether another one that is active speaks for every site of this one."""
    sites = set(deed.unit.certificates.site_ids(expired.organisation_id, expired.number))
    active = [each for each in deed.unit.certificates.every(expired.organisation_id)
              if each.status == "active" and each.sector == expired.sector]  # fmt: skip
    covered = {
        site for each in active for site in deed.unit.certificates.site_ids(expired.organisation_id, each.number)
    }
    return sites <= covered


# Tasks


def watch_tasks(desk: Opener, job: Job | None = None) -> None:
    """Remind the owners of unfinished tasks, once, 7 days before they are due."""
    del job
    while patiently(lambda: _remind_of_tasks(desk)):
        pass


def _remind_of_tasks(desk: Opener) -> int:
    """How many were noted as reminded of; 0 when there are no more, or when all were just changed by somebody."""
    with desk.deed(writes=True) as deed:
        page = deed.unit.submissions.due_tasks(deed.today + timedelta(days=TASK_DAYS), limit=PAGE)
        noted = 0
        for organisation_id, task in page:
            # The revision stays: nothing that anybody sees has changed.
            reminded = msgspec.structs.replace(task, reminded_on=deed.today)
            if deed.unit.submissions.update_task(organisation_id, reminded, seen=task.revision):
                noted += 1
                _remind(deed, organisation_id, task)
        return noted


def _remind(deed: Deed, organisation_id: str, task: TaskRow) -> None:
    assessment = deed.unit.assessments.find(organisation_id, task.assessment_id)
    user = _member(deed, organisation_id, task.owner_id)
    is_in_force = assessment is not None and assessment.state != "withdrawn" and task.snapshot == assessment.snapshots
    if user is not None and is_in_force:
        deed.tell(
            user.email, "task_due", language=user.language, once=f"task:{task.id}:{task.due_on.isoformat()}:{user.id}",
            organisation_id=organisation_id, task=task.id, due_on=task.due_on.isoformat(),
        )  # fmt: skip


# Certificates that were withheld until a day


def watch_withheld(desk: Opener, job: Job | None = None) -> None:
    """Issue certificates that were earned and that nothing keeps back any longer from today on."""
    del job
    with desk.deed(writes=True) as deed:
        for each in deed.unit.certificates.withheld_until(deed.today, limit=PAGE):
            assessment = deed.unit.assessments.find(each.organisation_id, each.assessment_id)
            if assessment is not None:
                payload: dict[str, object] = {"organisation_id": each.organisation_id, "country": assessment.country}
                once = f"withheld:{each.assessment_id}:{deed.today.isoformat()}"
                deed.queue("issue-waiting", payload, of=each.organisation_id, once=once)


# Leftovers


def sweep(desk: Opener, job: Job | None = None) -> None:
    """Forget what has run out: sessions, codes, counted tries, answered requests, jobs that were done.

    Bring back the jobs that a clock put into the far future, once it was put right.
    """
    del job

    def forget() -> None:
        with desk.deed(writes=True) as deed:
            deed.unit.sessions.sweep(before=deed.now - KEEP_OVER)
            deed.unit.people.sweep_codes(before=deed.now - KEEP_OVER)
            # The window before this one stays: whoever counts it may be a minute behind.
            deed.unit.people.sweep_tries(before_window=int(deed.now.timestamp()) // WINDOW_S - 1)
            deed.unit.idempotency.sweep(before=deed.now - KEEP_ANSWERED)
            deed.unit.jobs.sweep(before=deed.now - KEEP_DONE)
            deed.unit.jobs.recall(now=deed.now, latest=deed.now + LONGEST_AHEAD, duties=(*DAILY, *HOURLY))

    patiently(forget)


def sweep_files(desk: Opener, job: Job | None = None) -> None:
    """Delete what broken uploads left in the evidence store."""
    del job
    sweep_evidence(desk, {})


# Who and when


def next_day(desk: Opener) -> date | None:
    """The first day after today on which time alone brings anything; None if nothing lies ahead."""
    with desk.deed(writes=False) as deed:
        today = deed.today
        days: list[date] = []
        for changed_on in deed.unit.assessments.draft_days():
            days += [draft_expires_on(changed_on), *(on for _, on in draft_warnings(changed_on))]
        since = today - timedelta(days=TELL_EXPIRED_DAYS)
        for last_day in deed.unit.certificates.last_days("active", since=since):
            days += [last_day + timedelta(days=1), *(on for _, on in reminders(last_day))]
        for last_day in deed.unit.certificates.last_days("expired", since=since):
            days += [on for _, on in reminders(last_day)]
        days += deed.unit.certificates.withheld_days()
        task_due_on = deed.unit.submissions.next_due()
        if task_due_on is not None:
            days.append(max(task_due_on - timedelta(days=TASK_DAYS), today + timedelta(days=1)))
    return min((day for day in days if day > today), default=None)


def _stage(moments: Iterable[tuple[int, date]], today: date) -> int | None:
    """The last reminder whose day has come, as its days before the end; None before the first."""
    come = [(on, days) for days, on in moments if on <= today]
    return max(come)[1] if come else None


def _owners(deed: Deed, organisation_id: str, *, also: str | None = None) -> list[User]:
    """The owners, and one more person where they still belong to the organisation."""
    members = deed.unit.organisations.members(organisation_id)
    wanted = [member.user_id for member in members if "owner" in member.roles or member.user_id == also]
    found = [deed.unit.people.find(user_id) for user_id in wanted]
    return [user for user in found if user is not None and user.disabled_at is None]


def _member(deed: Deed, organisation_id: str, user_id: str | None) -> User | None:
    if user_id is None or deed.unit.organisations.membership(organisation_id, user_id) is None:
        return None
    user = deed.unit.people.find(user_id)
    return None if user is None or user.disabled_at is not None else user


Duty = Callable[[Opener, Job | None], None]
"""Done as a job, or without one."""
WATCHES: Mapping[str, Duty] = {
    "watch-drafts": watch_drafts,
    "watch-certificates": watch_certificates,
    "watch-withheld": watch_withheld,
    "watch-tasks": watch_tasks,
}
DAILY: Mapping[str, Duty] = {**WATCHES, "sweep-files": sweep_files}
HOURLY: Mapping[str, Duty] = {
    "sweep": sweep, "watch-status-lists": watch_status_lists, "sign-pending": sign_pending,
    "anchor-journals": anchor_journals,
}  # fmt: skip
