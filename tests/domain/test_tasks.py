"""The life of a plan's tasks, and when each is due."""

from datetime import date
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import action, maturity, questionnaire, scored
from compliance.domain.remediation import (
    TaskCannotBeDropped,
    TaskNeedsEvidence,
    TaskNeedsReason,
    TaskNotYoursToVerify,
    TaskState,
    TaskStepRefused,
    check_step,
    draw_plan,
    draw_tasks,
    due_on,
)
from compliance.domain.scoring import Scorer
from compliance.errors import Refusal
from domain.strategies import questionnaires, submissions

STATES = get_args(TaskState)
STEPS = {
    ("open", "in_progress"), ("open", "dropped"),
    ("in_progress", "open"), ("in_progress", "done"), ("in_progress", "dropped"),
    ("done", "in_progress"), ("done", "verified"),
    ("dropped", "open"),
}  # fmt: skip
FREE = {"is_critical": False, "has_evidence": True, "reason": "No rooms any more", "by_reviewer": True}


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_there_are_no_other_steps(before, after):
    if (before, after) in STEPS:
        check_step(before, after, **FREE)
    else:
        with pytest.raises(TaskStepRefused):
            check_step(before, after, **FREE)


@pytest.mark.parametrize(("before", "after", "changed", "refused"), [
    ("in_progress", "done", {"has_evidence": False}, TaskNeedsEvidence),
    ("done", "verified", {"by_reviewer": False}, TaskNotYoursToVerify),
    ("done", "verified", {"has_evidence": False}, TaskNeedsEvidence),
    ("open", "dropped", {"reason": None}, TaskNeedsReason),
    ("in_progress", "dropped", {"reason": "  "}, TaskNeedsReason),
    ("open", "dropped", {"is_critical": True}, TaskCannotBeDropped),
    ("in_progress", "dropped", {"is_critical": True}, TaskCannotBeDropped),
])  # fmt: skip
def test_a_step_needs_what_it_needs(before, after, changed, refused):
    with pytest.raises(refused):
        check_step(before, after, **{**FREE, **changed})


def test_a_business_needs_neither_reviewer_nor_reason_to_work():
    plain = {"is_critical": True, "has_evidence": False}
    check_step("open", "in_progress", **plain)
    check_step("in_progress", "open", **plain)
    check_step("in_progress", "done", **{**plain, "has_evidence": True})
    check_step("done", "in_progress", **plain)


@given(st.lists(st.tuples(st.sampled_from(STATES), st.booleans(), st.booleans()), max_size=15))
def test_what_is_verified_stays_so_and_critical_tasks_are_never_dropped(wanted):
    state = "open"
    for after, has_evidence, by_reviewer in wanted:
        try:
            check_step(state, after, is_critical=True, has_evidence=has_evidence, reason="x", by_reviewer=by_reviewer)
        except Refusal:
            continue
        assert state != "verified"
        assert after != "dropped"
        assert after not in {"done", "verified"} or has_evidence
        state = after


# Due


@pytest.mark.parametrize(("within", "priority", "due"), [
    (60, "gain", date(2027, 1, 20)),
    (180, "floor", date(2027, 5, 20)),
    (181, "gain", date(2027, 5, 20)),
    (3650, "gain", date(2027, 5, 20)),
    (30, "critical", date(2026, 12, 21)),
    (60, "critical", date(2026, 12, 21)),
    (7, "critical", date(2026, 11, 28)),
])  # fmt: skip
def test_a_task_is_due_within_180_days_and_a_critical_one_within_30(within, priority, due):
    scorer = Scorer(questionnaire(maturity("GOV-01", actions=(action(within=1),))))
    [task] = draw_tasks(scorer, scored(scorer.questionnaire))
    assert due_on(msgspec.structs.replace(task.step, within_days=within), date(2026, 11, 21), priority) == due


@st.composite
def drawn(draw):
    scorer = Scorer(draw(questionnaires()))
    return scorer, scorer.score(draw(submissions(scorer)))


@given(drawn())
def test_the_tasks_alone_are_those_of_the_plan(case):
    scorer, card = case
    tasks = draw_tasks(scorer, card)
    assert tasks == draw_plan(scorer, card).tasks
    start = date(2026, 11, 21)
    for task in tasks:
        days = (due_on(task.step, start, task.priority) - start).days
        assert 1 <= days <= (180 if task.can_be_dropped else 30)
