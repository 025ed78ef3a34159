"""The life of a plan's tasks: which step may follow which, what each needs, and when each task is due.

    open → in_progress → done → verified
    open | in_progress → dropped, with a reason; never what a failed critical item needs
    back: in_progress → open, done → in_progress, dropped → open

Source: docs/lifecycle.md, "Plan".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from compliance.domain.remediation.plan import Priority
from compliance.domain.remediation.steps import CRITICAL_WITHIN_DAYS, Step
from compliance.errors import Conflict, Forbidden, Invalid, Problem

TaskState = Literal["open", "in_progress", "done", "verified", "dropped"]
MOST_DAYS = 180
"""No task is due later than this after its plan was drawn."""

_NEXT: Mapping[TaskState, frozenset[TaskState]] = {
    "open": frozenset({"in_progress", "dropped"}),
    "in_progress": frozenset({"open", "done", "dropped"}),
    "done": frozenset({"in_progress", "verified"}),
    "verified": frozenset(),
    "dropped": frozenset({"open"}),
}


class TaskStepRefused(Conflict):
    """The task cannot go from its state to that one."""

    code = "task-step-refused"


class TaskNeedsEvidence(Invalid):
    """A task is done only with evidence."""

    code = "task-needs-evidence"


class TaskNeedsReason(Invalid):
    """Dropping a task needs a reason in words."""

    code = "task-needs-reason"


class TaskCannotBeDropped(Conflict):
    """What a failed critical item needs cannot be dropped."""

    code = "task-cannot-be-dropped"


class TaskNotYoursToVerify(Forbidden):
    """Only a reviewer says that a task is verified."""

    code = "task-not-yours-to-verify"


def check_step(
    before: TaskState,
    after: TaskState,
    *,
    is_critical: bool,
    has_evidence: bool,
    reason: str | None = None,
    by_reviewer: bool = False,
) -> None:
    """Refuse a step that a task cannot take. `is_critical` says that a failed critical item needs the task.

    Raises:
        TaskStepRefused: there is no such step.
        TaskCannotBeDropped: a failed critical item needs it.
        TaskNeedsReason: dropped without a reason.
        TaskNeedsEvidence: done, or verified, without evidence.
        TaskNotYoursToVerify: verified by the business itself.
    """
    if after not in _NEXT[before]:
        raise TaskStepRefused([Problem("task-step", "task.state", {"before": before, "after": after})])
    if after == "dropped" and is_critical:
        raise TaskCannotBeDropped
    if after == "dropped" and not (reason or "").strip():
        raise TaskNeedsReason([Problem("reason-empty", "reason")])
    if after in ("done", "verified") and not has_evidence:
        raise TaskNeedsEvidence([Problem("task-without-evidence", "task.evidence")])
    if after == "verified" and not by_reviewer:
        raise TaskNotYoursToVerify


def due_on(step: Step, drawn_on: date, priority: Priority) -> date:
    """The day by which a task of a plan drawn on a day is to be done: 180 days at most, 30 for a failed critical item."""
    most = CRITICAL_WITHIN_DAYS if priority == "critical" else MOST_DAYS
    return drawn_on + timedelta(days=min(step.within_days, most))
