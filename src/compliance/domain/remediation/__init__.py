"""From a score card to a plan: tasks in order of danger, and the least-effort path to each outcome."""

from compliance.domain.remediation.life import (
    TaskCannotBeDropped,
    TaskNeedsEvidence,
    TaskNeedsReason,
    TaskNotYoursToVerify,
    TaskState,
    TaskStepRefused,
    check_step,
    due_on,
)
from compliance.domain.remediation.path import Path, PathNotProven, Target, least_effort
from compliance.domain.remediation.plan import Plan, Priority, Task, draw_plan, draw_tasks
from compliance.domain.remediation.steps import Step, steps_of

__all__ = [
    "Path",
    "PathNotProven",
    "Plan",
    "Priority",
    "Step",
    "Target",
    "Task",
    "TaskCannotBeDropped",
    "TaskNeedsEvidence",
    "TaskNeedsReason",
    "TaskNotYoursToVerify",
    "TaskState",
    "TaskStepRefused",
    "check_step",
    "draw_plan",
    "draw_tasks",
    "due_on",
    "least_effort",
    "steps_of",
]
