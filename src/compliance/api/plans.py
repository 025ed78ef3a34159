"""The plan of a submission, and its tasks."""

from typing import Any

from compliance.api.assessments import ONE
from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.results import READING, InWords
from compliance.domain.remediation import (
    TaskCannotBeDropped,
    TaskNeedsEvidence,
    TaskNeedsReason,
    TaskNotYoursToVerify,
    TaskStepRefused,
)
from compliance.usecases.assessments import NotYourRole
from compliance.usecases.collaborating import PersonCannotAnswer
from compliance.usecases.deed import Deed
from compliance.usecases.plans import (
    NoSuchTask,
    ShownPlan,
    ShownTask,
    TaskChange,
    TaskInvalid,
    TaskNotYours,
    change_task,
    read_plan,
    read_task,
)

TAGS = ("plans",)
TASK = "/organisations/{organisation_id}/tasks/{task_id}"
STEPS = (TaskStepRefused, TaskNeedsEvidence, TaskNeedsReason, TaskCannotBeDropped, TaskNotYoursToVerify)


@endpoint("GET", ONE + "/plan", gives=ShownPlan, query=InWords, tags=TAGS, refuses=READING)
def read_assessment_plan(deed: Deed, call: Call[Any]) -> Reply:
    """Read the plan of the newest submission, overdue tasks first."""
    return Reply(body=read_plan(deed, call["assessment_id"], call.query.language))


@endpoint("GET", TASK, gives=ShownTask, query=InWords, tags=TAGS, refuses=(NoSuchTask, NotYourRole))
def read_one_task(deed: Deed, call: Call[Any]) -> Reply:
    """Read one task."""
    task = read_task(deed, call["task_id"], call.query.language)
    return Reply(body=task, revision=task.revision)


@endpoint("PATCH", TASK, takes=TaskChange, gives=ShownTask, conditional=True, tags=TAGS,
          refuses=(NoSuchTask, NotYourRole, TaskNotYours, TaskInvalid, PersonCannotAnswer, *STEPS),
          examples={"Done, with a record": {"state": "done", "evidence": ["Signed policy, file 3 in the HR office"]}},
          )  # fmt: skip
def change_one_task(deed: Deed, call: Call[TaskChange]) -> Reply:
    """Change a task: its state, who does it, by when, with which evidence."""
    task = change_task(deed, call["task_id"], call.body, seen=call.revision)
    return Reply(body=task, revision=task.revision)


ENDPOINTS = (read_assessment_plan, read_one_task, change_one_task)
