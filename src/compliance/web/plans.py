"""The plan of a submission: the next three tasks, all tasks with who and by when, and one task to work on."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from compliance.domain.remediation import TaskState
from compliance.usecases.assessments import read_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import list_evidence
from compliance.usecases.overview import who_sees_submission
from compliance.usecases.people import list_people
from compliance.usecases.plans import (
    FILE,
    NoSuchTask,
    ShownPlan,
    ShownTask,
    TaskChange,
    change_task,
    read_plan,
    read_task,
)
from compliance.usecases.results import NotSubmitted
from compliance.usecases.revisions import StaleRevision
from compliance.usecases.starter_kit import KitEntry, list_kit
from compliance.web.checking import A
from compliance.web.forms import Form
from compliance.web.notices import N_
from compliance.web.page import Go, Page, View, Visit

MOST_EVIDENCE = 20
LONGEST_RECORD = 500
STATES: Mapping[TaskState, str] = {
    "open": N_("Not started"),
    "in_progress": N_("In progress"),
    "done": N_("Done"),
    "verified": N_("Done, and checked by a reviewer"),
    "dropped": N_("Dropped"),
}
TAGS: Mapping[TaskState, str] = {
    "open": "app-tag--todo", "in_progress": "app-tag--part", "done": "app-tag--done", "verified": "app-tag--done",
    "dropped": "app-tag--later",
}  # fmt: skip
_STEPS: Mapping[TaskState, tuple[TaskState, ...]] = {
    "open": ("open", "in_progress", "done", "dropped"),
    "in_progress": ("open", "in_progress", "done", "dropped"),
    "done": ("in_progress", "done"),
    "verified": ("verified",),
    "dropped": ("open", "dropped"),
}
"""What a task can be set to; `open` to `done` goes by way of `in_progress`."""
_NAMED: Mapping[str, TaskState] = {state: state for state in STATES}
ACTIVE = ("open", "in_progress")
FIELDS = {
    "due_on": "due", "owner_id": "owner", "task.state": "state", "evidence": "records", "task.evidence": "records",
    **{f"evidence[{index}]": "records" for index in range(MOST_EVIDENCE)},
}  # fmt: skip


def show_plan(deed: Deed, visit: Visit) -> View | Go:
    """Opens with the next three; overdue ones first."""
    at = A.format(**visit.path)
    try:
        plan = read_plan(deed, visit["assessment_id"], visit.language)
    except NotSubmitted:
        return Go(to=at)
    active = [task for task in plan.tasks if task.state in ACTIVE]
    finished = sum(task.state in ("done", "verified") for task in plan.tasks)
    wanted = len(plan.tasks) - plan.counts.get("dropped", 0)
    return View(template="plan.html", context={
        "at": at, "plan": plan, "states": STATES, "tags": TAGS, "finished": finished, "wanted": wanted,
        "next_three": active[:3], "kit": kit_by_item(visit.language), "groups": _groups(plan), "who": "submission",
        "regulators": who_sees_submission(deed, visit["assessment_id"]),
    })  # fmt: skip


def _groups(plan: ShownPlan) -> list[tuple[str, list[ShownTask]]]:
    """Overdue, to be done, done, dropped; each as the plan orders it."""
    groups = [
        (N_("Overdue"), [task for task in plan.tasks if task.is_overdue]),
        (N_("To be done"), [task for task in plan.tasks if task.state in ACTIVE and not task.is_overdue]),
        (N_("Finished"), [task for task in plan.tasks if task.state in ("done", "verified")]),
        (N_("Dropped"), [task for task in plan.tasks if task.state == "dropped"]),
    ]
    return [(title, tasks) for title, tasks in groups if tasks]


def kit_by_item(language: str) -> dict[str, list[KitEntry]]:
    """The templates of the starter kit that serve each item."""
    found: dict[str, list[KitEntry]] = {}
    for each in list_kit(language):
        for item in each.items:
            found.setdefault(item, []).append(each)
    return found


def show_task(deed: Deed, visit: Visit) -> View:
    """One task with its form; what somebody else changed meanwhile stands beside what was typed."""
    task = _task_of(deed, visit)
    plan = read_plan(deed, task.assessment_id, visit.language)
    own = deed.actor.user_id
    manages = deed.actor.has("owner", "signatory")
    siblings = [each for each in plan.tasks if each.item == task.item and each.id != task.id]
    files = _files(deed, task)
    return View(template="task.html", context={
        "at": A.format(**visit.path), "task": task, "text_language": plan.language, "states": STATES, "tags": TAGS, "files": files,
        "choices": [state for state in _STEPS[task.state] if state != "dropped" or task.can_be_dropped],
        "owners": _owners(deed, task, manages=manages), "own": own,
        "can_change": (manages or task.owner_id in (None, own)) and task.state != "verified",
        "kit": kit_by_item(visit.language).get(task.item, []), "siblings": siblings,
        "unfinished": [each for each in siblings if each.state in ACTIVE],
        "records": "\n".join(each for each in task.evidence if not FILE.fullmatch(each)),
        "is_changed": isinstance(visit.refusal, StaleRevision), "who": "submission",
        "regulators": who_sees_submission(deed, visit["assessment_id"]),
    })  # fmt: skip


def _task_of(deed: Deed, visit: Visit) -> ShownTask:
    task = read_task(deed, visit["task_id"], visit.language)
    if task.assessment_id != visit["assessment_id"]:
        raise NoSuchTask
    return task


def _files(deed: Deed, task: ShownTask) -> list[dict[str, Any]]:
    """Files of the organisation that can stand as evidence, those of the task always among them."""
    listed = list_evidence(deed, cursor=None, limit=100, digest=None, expiring_before=None).items
    files = {each.digest: each.title for each in listed if each.scan not in ("purged", "rejected")}
    for digest in task.evidence:
        if FILE.fullmatch(digest):
            files.setdefault(digest, digest[:20])
    return [{"value": digest, "text": title} for digest, title in files.items()]


def _owners(deed: Deed, task: ShownTask, *, manages: bool) -> list[dict[str, str]]:
    """Who can be given the task: whoever answers for all its sites; a contributor can only take it."""
    sites = set(read_assessment(deed, task.assessment_id).site_ids)
    people = [each for each in list_people(deed) if {"owner", "contributor", "signatory"} & set(each.roles)
              and (each.site_ids is None or sites <= set(each.site_ids))]  # fmt: skip
    own = deed.actor.user_id
    return [{"value": each.user_id, "text": each.name} for each in people
            if manages or each.user_id in (own, task.owner_id)]  # fmt: skip


def save_task(deed: Deed, visit: Visit) -> Go:
    """Change what was changed in the form."""
    task = _task_of(deed, visit)
    change, seen = _change(visit.form, task)
    if task.state == "open" and change.state == "done":
        task = change_task(deed, task.id, TaskChange(state="in_progress"), seen=seen)
        seen = task.revision
    if change != TaskChange():
        change_task(deed, task.id, change, seen=seen)
    at = A.format(**visit.path)
    if change.state == "done":
        return Go(to=f"{at}/tasks/{task.id}", done="task-done")
    return Go(to=f"{at}/plan", done="saved")


def _change(form: Form, task: ShownTask) -> tuple[TaskChange, int]:
    """What differs from the task as it stands; a task that has changed meanwhile is refused by its revision."""
    state = _NAMED.get(form.raw("state"), task.state)
    due = form.day("due")
    note = form.text("note", most=1000, needed=False)
    reason = form.text("reason", most=1000, needed=state == "dropped" != task.state)
    records = [line.strip() for line in form.raw("records").splitlines() if line.strip()]
    if any(len(line) > LONGEST_RECORD for line in records):
        form.complain("field-too-long", "records", most=LONGEST_RECORD)
    evidence = (*form.many("files"), *records)
    if len(evidence) > MOST_EVIDENCE:
        form.complain("too-many", "records", count=len(evidence), most=MOST_EVIDENCE)
    seen = form.number("revision") or 0
    form.check()
    owner = form.raw("owner") or None
    change = TaskChange(
        state=state if state != task.state else UNSET, owner_id=owner if owner != task.owner_id else UNSET,
        due_on=due if due is not None and due != task.due_on else UNSET, note=note if note != task.note else UNSET,
        evidence=evidence if set(evidence) != set(task.evidence) else UNSET,
    )  # fmt: skip
    return replace(change, reason=reason) if change.state == "dropped" else change, seen


PAGES = (
    Page(path=f"{A}/plan", show=show_plan),
    Page(path=f"{A}/tasks/{{task_id}}", show=show_task, do=save_task, fields=FIELDS),
)
