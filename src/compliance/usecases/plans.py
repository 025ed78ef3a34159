"""Plans: the tasks that a submission drew, and what people make of them.

Owners and signatories change every task; a contributor those that are theirs or nobody's. Only a reviewer says that a
task is verified. The result is never rewritten: a task that is done shows in the next assessment, where the answer it
serves comes back as *proposed*.
"""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from compliance.domain.questionnaire import Questionnaire, ScoredItem, Section, TextItem
from compliance.domain.remediation import Priority, TaskNeedsEvidence, TaskState, check_step
from compliance.domain.remediation.life import MOST_DAYS
from compliance.domain.remediation.steps import CRITICAL_WITHIN_DAYS
from compliance.errors import Forbidden, Invalid, NotFound, Problem
from compliance.store.assessments import Assessment
from compliance.store.engine import TryAgain
from compliance.store.submissions import TaskRow
from compliance.usecases.assessments import NoSuchAssessment, check_works, get_assessment
from compliance.usecases.collaborating import check_can_be_given
from compliance.usecases.deed import Deed
from compliance.usecases.results import get_submission, say_step, words_of
from compliance.usecases.revisions import check_revision
from compliance.words import Speaker, speaker

FILE = re.compile(r"sha256:[0-9a-f]{64}")
UserId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)")]
Note = Annotated[str, Meta(max_length=1000, pattern=r"^[^\x00]*$")]
Evidence = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
_OPEN: tuple[TaskState, ...] = ("open", "in_progress")


class NoSuchTask(NotFound):
    """There is no such task here."""

    code = "no-such-task"


class TaskNotYours(Forbidden):
    """This task is somebody else's; a contributor changes tasks that are theirs or nobody's, and gives none away."""

    code = "task-not-yours"


class TaskInvalid(Invalid):
    """The task cannot be changed like this."""

    code = "task-invalid"


class ShownTask(Struct, frozen=True, kw_only=True):
    """A task in words, as it stands."""

    id: str
    assessment_id: str
    item: str
    section: str
    text: str
    """The question that it is about."""
    do: str
    """What is to be done."""
    by: str
    """Who in a business usually does it."""
    priority: Priority
    priority_says: str
    effort_half_days: int
    effort: str
    gain: int
    """Assured points gained, times the item's weight."""
    state: TaskState
    can_be_dropped: bool
    owner_id: str | None
    owner_name: str | None
    due_on: date
    due_on_latest: date
    """No later day can be set: 30 days after the plan was drawn where a critical item fails, else 180."""
    is_overdue: bool
    note: str
    reason: str | None
    """Why it was dropped."""
    evidence: tuple[str, ...]
    """Files by digest, `sha256:…`, or records in words."""
    revision: int
    changed_at: datetime


class ShownPlan(Struct, frozen=True, kw_only=True):
    """The tasks of the newest submission: overdue ones first, then in the plan's order."""

    assessment_id: str
    snapshot: int
    drawn_on: date
    language: str
    counts: dict[TaskState, int]
    """How many tasks are in each state; states without tasks are left out."""
    overdue: int
    tasks: tuple[ShownTask, ...]


class TaskChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a task is to change; what is left out stays."""

    state: TaskState | UnsetType = UNSET
    """`done` needs evidence, `dropped` a reason; `verified` is for reviewers."""
    owner_id: UserId | UnsetType | None = UNSET
    """Who does it; null for nobody."""
    due_on: date | UnsetType = UNSET
    """From today to the task's `due_on_latest`."""
    note: Note | UnsetType = UNSET
    reason: Note | UnsetType = UNSET
    """Why it is dropped."""
    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=20)] | UnsetType = UNSET
    """Files of the organisation by digest, `sha256:…`, or records in words of what there is and where it is kept."""


def read_plan(deed: Deed, assessment_id: str, language: str | None) -> ShownPlan:
    """The plan of the newest submission, in a language as far as it is translated.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
    """
    submission = get_submission(deed, assessment_id)
    number = submission.row.number
    rows = deed.unit.submissions.tasks(deed.organisation_id, assessment_id, number)
    names = deed.unit.people.names({row.owner_id for row in rows if row.owner_id is not None})

    drawn_on = submission.row.created_at.date()
    questionnaire, _ = words_of(deed, submission.assessment, language)
    asked = _asked(questionnaire)
    shown = [_shown(deed, row, asked, drawn_on, names.get(row.owner_id or "")) for row in rows]

    return ShownPlan(
        assessment_id=assessment_id, snapshot=number, drawn_on=drawn_on, language=questionnaire.language,
        counts=dict(Counter(row.state for row in rows)), overdue=sum(task.is_overdue for task in shown),
        tasks=tuple(sorted(shown, key=lambda task: not task.is_overdue)),
    )  # fmt: skip


def read_task(deed: Deed, task_id: str, language: str | None) -> ShownTask:
    """One task.

    Raises:
        NoSuchTask, NotYourRole: the actor may not see it.
    """
    row, assessment = _get_task(deed, task_id)
    return _show(deed, assessment, row, language)


def change_task(deed: Deed, task_id: str, change: TaskChange, *, seen: int) -> ShownTask:
    """Change a task: its state, who does it, by when, with which evidence.

    Raises:
        NoSuchTask, NotYourRole, TaskNotYours: the actor may not change it.
        StaleRevision: somebody else changed it meanwhile; with the task.
        TaskInvalid: a day that is too late or past, evidence that is not here, empty words.
        PersonCannotAnswer: the new owner has no part in the assessment.
        TaskStepRefused, TaskNeedsEvidence, TaskNeedsReason, TaskCannotBeDropped, TaskNotYoursToVerify: see `check_step`.
    """
    row, assessment = _get_task(deed, task_id)
    check_revision(seen, row.revision, current=_show(deed, assessment, row, None))
    _check_yours(deed, row, change)
    if change.owner_id is not UNSET and change.owner_id is not None:
        check_can_be_given(deed, assessment, change.owner_id, where="owner_id")
    drawn_on = _drawn_on(deed, row)
    _check_change(deed, row, change, drawn_on)

    after = _changed(deed, row, change)

    if not deed.unit.submissions.update_task(deed.organisation_id, after, seen=seen):
        raise TryAgain  # somebody was faster; the next look sees the task as they left it
    if after.state != row.state:
        deed.record("task-moved", task=row.id, assessment=row.assessment_id, item=row.item, before=row.state,
                    after=after.state)  # fmt: skip
    else:
        deed.record("task-changed", task=row.id, assessment=row.assessment_id, item=row.item, revision=after.revision)
    return _show(deed, assessment, after, None)


def latest_due_on(priority: Priority, drawn_on: date) -> date:
    """The last day on which a task of a plan drawn on a day can be due."""
    return drawn_on + timedelta(days=CRITICAL_WITHIN_DAYS if priority == "critical" else MOST_DAYS)


def _get_task(deed: Deed, task_id: str) -> tuple[TaskRow, Assessment]:
    check_works(deed)
    row = deed.unit.submissions.find_task(deed.organisation_id, task_id)
    if row is None:
        raise NoSuchTask
    try:
        return row, get_assessment(deed, row.assessment_id)
    except NoSuchAssessment:
        raise NoSuchTask from None


def _check_yours(deed: Deed, row: TaskRow, change: TaskChange) -> None:
    if deed.actor.has("owner", "signatory"):
        return
    own = deed.actor.user_id
    if row.owner_id not in (None, own) or change.owner_id not in (UNSET, None, own):
        raise TaskNotYours


def _check_change(deed: Deed, row: TaskRow, change: TaskChange, drawn_on: date) -> None:
    problems: list[Problem] = []
    if change.due_on is not UNSET and change.due_on != row.due_on:
        latest = latest_due_on(row.priority, drawn_on)
        if change.due_on > latest:
            problems.append(Problem("task-due-late", "due_on", {"latest": latest.isoformat()}))
        if change.due_on < deed.today:
            problems.append(Problem("task-due-past", "due_on", {"today": deed.today.isoformat()}))
    if change.evidence is not UNSET:
        problems += _evidence_problems(deed, change.evidence)
    if problems:
        raise TaskInvalid(problems)


def _evidence_problems(deed: Deed, evidence: tuple[str, ...]) -> list[Problem]:
    """Evidence is a file that the organisation has, or a record of what there is, in words."""
    files = {each for each in evidence if FILE.fullmatch(each)}
    known = deed.unit.evidence.scans(deed.organisation_id, files) if files else {}
    problems: list[Problem] = []
    for index, each in enumerate(evidence):
        where = f"evidence[{index}]"
        if each in files and known.get(each) in (None, "purged", "rejected"):
            problems.append(Problem("evidence-not-here", where, {"file": each}))
        elif each not in files and each.startswith("sha256:"):
            problems.append(Problem("task-evidence-digest", where, {"given": each}))
        elif each in evidence[:index]:
            problems.append(Problem("task-evidence-twice", where, {"given": each}))
    return problems


def _changed(deed: Deed, row: TaskRow, change: TaskChange) -> TaskRow:
    state = row.state if change.state is UNSET else change.state
    evidence = row.evidence if change.evidence is UNSET else change.evidence
    reason = row.reason if change.reason is UNSET else change.reason
    if state != row.state:
        given = None if change.reason is UNSET else change.reason
        check_step(row.state, state, is_critical=row.priority == "critical", has_evidence=bool(evidence), reason=given)
    elif state == "done" and not evidence:
        raise TaskNeedsEvidence([Problem("task-without-evidence", "evidence")])
    due_on = row.due_on if change.due_on is UNSET else change.due_on
    return replace(
        row, state=state, evidence=evidence, reason=reason if state == "dropped" else None, due_on=due_on,
        owner_id=row.owner_id if change.owner_id is UNSET else change.owner_id,
        note=row.note if change.note is UNSET else change.note,
        # Another day is reminded of again.
        reminded_on=row.reminded_on if due_on == row.due_on else None,
        revision=row.revision + 1, changed_at=deed.now,
    )  # fmt: skip


def _drawn_on(deed: Deed, row: TaskRow) -> date:
    snapshot = deed.unit.submissions.find(deed.organisation_id, row.assessment_id, row.snapshot)
    assert snapshot is not None, "a task belongs to a snapshot"
    return snapshot.created_at.date()


def _show(deed: Deed, assessment: Assessment, row: TaskRow, language: str | None) -> ShownTask:
    questionnaire, _ = words_of(deed, assessment, language)
    name = deed.unit.people.names({row.owner_id}).get(row.owner_id) if row.owner_id else None
    return _shown(deed, row, _asked(questionnaire), _drawn_on(deed, row), name)


class _Asked(Struct, frozen=True):
    """What tasks are about, to be looked up for each."""

    says: Speaker
    items: dict[str, tuple[Section, ScoredItem]]


def _asked(questionnaire: Questionnaire) -> _Asked:
    items = {item.id: (section, item) for section in questionnaire.sections for item in section.items
             if not isinstance(item, TextItem)}  # fmt: skip
    return _Asked(speaker(questionnaire.language), items)


def _shown(deed: Deed, row: TaskRow, asked: _Asked, drawn_on: date, owner_name: str | None) -> ShownTask:
    says = asked.says
    section, scored = asked.items[row.item]
    # Evidence is attached by whoever finishes the work on the item.
    by = scored.actions[-1 if row.step.action is None else row.step.action].by if scored.actions else ""
    return ShownTask(
        id=row.id, assessment_id=row.assessment_id, item=row.item, section=section.id, text=scored.text,
        do=say_step(says, scored, row.step), by=by, priority=row.priority,
        priority_says=says.say(f"priority-{row.priority}"), effort_half_days=row.step.effort_half_days,
        effort=says.half_days(row.step.effort_half_days), gain=row.step.gain, state=row.state,
        can_be_dropped=row.priority != "critical", owner_id=row.owner_id, owner_name=owner_name, due_on=row.due_on,
        due_on_latest=latest_due_on(row.priority, drawn_on),
        is_overdue=row.state in _OPEN and row.due_on < deed.today, note=row.note, reason=row.reason,
        evidence=row.evidence, revision=row.revision, changed_at=row.changed_at,
    )  # fmt: skip
