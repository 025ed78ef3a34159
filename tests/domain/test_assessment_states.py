"""What each state of an assessment allows, and on which days time changes it."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.assessment import (
    FINAL_STATES,
    AssessmentNotOpen,
    AssessmentState,
    CaseOpen,
    ItemNotOpened,
    check_can_answer,
    check_can_submit,
    check_can_withdraw,
    check_change,
    draft_expires_on,
    draft_warnings,
    is_draft_expired,
    state_after_submission,
    submitted_final_on,
)
from compliance.domain.days import instant_text, months_after
from compliance.errors import Refusal

STATES = get_args(AssessmentState)
STEPS = {
    ("draft", "submitted"), ("draft", "withdrawn"), ("draft", "expired"),
    ("submitted", "in_review"), ("submitted", "withdrawn"),
    ("in_review", "returned"), ("in_review", "decided"), ("in_review", "withdrawn"),
    ("returned", "in_review"), ("returned", "withdrawn"),
    ("decided", "released"),
}  # fmt: skip


def allowed(check, *given, **more) -> bool:
    try:
        check(*given, **more)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("state", STATES)
def test_only_drafts_and_what_was_returned_take_answers_and_submissions(state):
    assert allowed(check_can_answer, state) is (state in {"draft", "returned"})
    assert allowed(check_can_submit, state) is (state in {"draft", "returned"})


def test_what_was_returned_takes_answers_to_the_named_items_only():
    check_can_answer("returned", item="GOV-01", opened={"GOV-01"})
    with pytest.raises(ItemNotOpened) as refusal:
        check_can_answer("returned", item="GOV-02", opened={"GOV-01"})
    assert refusal.value.problems[0].facts == {"id": "GOV-02"}
    check_can_answer("draft", item="GOV-02", opened=())


def test_a_submission_goes_to_the_pile_or_back_to_its_review():
    assert state_after_submission("draft") == "submitted"
    assert state_after_submission("returned") == "in_review"
    with pytest.raises(AssessmentNotOpen):
        state_after_submission("submitted")


@pytest.mark.parametrize(("state", "case_open", "refused"), [
    ("draft", False, None), ("submitted", False, None),
    ("submitted", True, CaseOpen), ("in_review", True, CaseOpen), ("returned", True, CaseOpen), ("decided", True, CaseOpen),
    ("released", True, AssessmentNotOpen), ("withdrawn", False, AssessmentNotOpen), ("expired", False, AssessmentNotOpen),
])  # fmt: skip
def test_a_business_withdraws_until_a_case_is_open(state, case_open, refused):
    if refused is None:
        check_can_withdraw(state, case_open=case_open)
    else:
        with pytest.raises(refused):
            check_can_withdraw(state, case_open=case_open)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_there_are_no_other_steps(before, after):
    assert allowed(check_change, before, after) is ((before, after) in STEPS)


def test_a_refused_step_says_from_where_it_can_be_taken():
    with pytest.raises(AssessmentNotOpen) as refusal:
        check_change("expired", "submitted")
    assert refusal.value.problems[0].facts == {"state": "expired", "needed": "draft"}


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_no_sequence_of_steps_leaves_a_final_state(wanted):
    state, ended = "draft", None
    for each in wanted:
        if allowed(check_change, state, each):
            assert ended is None
            state = each
            ended = each if each in FINAL_STATES else None
    assert {"withdrawn", "expired", "released"} == FINAL_STATES


# Time


@pytest.mark.parametrize(("changed", "expires"), [
    (date(2026, 5, 21), date(2026, 11, 21)),
    (date(2026, 8, 31), date(2027, 2, 28)),
    (date(2027, 8, 30), date(2028, 2, 29)),
])  # fmt: skip
def test_a_draft_expires_after_six_months_without_change(changed, expires):
    assert draft_expires_on(changed) == expires
    assert not is_draft_expired(changed, today=expires - timedelta(days=1))
    assert is_draft_expired(changed, today=expires)


def test_a_draft_warns_30_and_7_days_before():
    assert draft_warnings(date(2026, 5, 21)) == ((30, date(2026, 10, 22)), (7, date(2026, 11, 14)))


def test_a_submission_without_a_case_is_final_after_a_year():
    assert submitted_final_on(date(2028, 2, 29)) == date(2029, 2, 28)


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_short_month(day, months):
    later = months_after(day, months)
    assert 12 * (later.year - day.year) + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)), st.timezones())
def test_equal_instants_are_equal_text(at, zone):
    assert instant_text(at.astimezone(zone)) == instant_text(at)


def test_an_instant_has_a_zone():
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2026, 11, 21))  # noqa: DTZ001  # that is what is refused
    assert instant_text(datetime.fromisoformat("2026-11-21T09:30:00+07:00")) == "2026-11-21T02:30:00.000000Z"
