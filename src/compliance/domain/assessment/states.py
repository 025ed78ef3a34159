"""The states of an assessment, what each of them allows, and the days on which time alone changes one.

    draft → submitted → in_review → decided → released
    draft → expired      draft | submitted → withdrawn      in_review → returned → in_review

Source: docs/lifecycle.md, "Assessment".
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NoReturn

from compliance.domain.days import months_after
from compliance.errors import Conflict, Forbidden, Problem

AssessmentState = Literal[
    "draft", "submitted", "in_review", "returned", "decided", "released", "withdrawn", "expired"
]  # fmt: skip

DRAFT_MONTHS = 6
"""How long a draft lives after its last change."""
DRAFT_WARNINGS_DAYS = (30, 7)
FINAL_AFTER_MONTHS = 12
"""After so many months without a case, what was submitted is final."""

_NEXT: Mapping[AssessmentState, frozenset[AssessmentState]] = {
    "draft": frozenset({"submitted", "withdrawn", "expired"}),
    "submitted": frozenset({"in_review", "withdrawn"}),
    # From here on a case is open, so only a regulator withdraws.
    "in_review": frozenset({"returned", "decided", "withdrawn"}),
    "returned": frozenset({"in_review", "withdrawn"}),
    "decided": frozenset({"released"}),
    "released": frozenset(),
    "withdrawn": frozenset(),
    "expired": frozenset(),
}
FINAL_STATES = frozenset(state for state, following in _NEXT.items() if not following)


class AssessmentNotOpen(Conflict):
    """The assessment is in a state that does not allow this."""

    code = "assessment-not-open"


class CaseOpen(Forbidden):
    """A regulator has opened a case; only the regulator can withdraw the assessment now."""

    code = "case-open"


class ItemNotOpened(Forbidden):
    """This item was not returned for clarification."""

    code = "item-not-opened"


def check_can_answer(state: AssessmentState, *, item: str | None = None, opened: Collection[str] = ()) -> None:
    """Refuse a change of facts, answers or evidence that the state does not allow.

    A returned assessment takes answers to the items and facts that the clarification round names, and to no others.

    Raises:
        AssessmentNotOpen: neither a draft nor returned.
        ItemNotOpened: returned, but not for this item or fact.
    """
    _check_state(state, "draft", "returned")
    if state == "returned" and item is not None and item not in opened:
        raise ItemNotOpened([Problem("item-not-returned", f"answers.{item}", {"id": item})])


def check_can_submit(state: AssessmentState) -> None:
    """Refuse to submit what is not a draft and was not returned.

    Raises:
        AssessmentNotOpen: neither a draft nor returned.
    """
    _check_state(state, "draft", "returned")


def state_after_submission(state: AssessmentState) -> AssessmentState:
    """Where a submission leads: a draft is then submitted; what was returned goes back to its review.

    Raises:
        AssessmentNotOpen: neither a draft nor returned.
    """
    check_can_submit(state)
    return "in_review" if state == "returned" else "submitted"


def check_can_withdraw(state: AssessmentState, *, case_open: bool) -> None:
    """Refuse a withdrawal by the business that comes too late.

    Raises:
        CaseOpen: a regulator has opened a case.
        AssessmentNotOpen: neither a draft nor submitted.
    """
    if case_open and state not in FINAL_STATES:
        raise CaseOpen
    _check_state(state, "draft", "submitted")


def check_change(before: AssessmentState, after: AssessmentState) -> None:
    """Refuse a change of state that no life of an assessment has, whoever makes it.

    Raises:
        AssessmentNotOpen: there is no such step.
    """
    if after not in _NEXT[before]:
        _refuse_state(before, [state for state, following in _NEXT.items() if after in following])


def _check_state(state: AssessmentState, *needed: AssessmentState) -> None:
    if state not in needed:
        _refuse_state(state, needed)


def _refuse_state(state: AssessmentState, needed: Sequence[AssessmentState]) -> NoReturn:
    facts = {"state": state, "needed": ", ".join(needed) or "–"}
    raise AssessmentNotOpen([Problem("assessment-state", "assessment.state", facts)])


# Time


def draft_expires_on(changed_on: date) -> date:
    """The first day on which a draft, last changed on a day, has expired."""
    return months_after(changed_on, DRAFT_MONTHS)


def is_draft_expired(changed_on: date, *, today: date) -> bool:
    """Whether a draft, last changed on a day, has expired."""
    return today >= draft_expires_on(changed_on)


def draft_warnings(changed_on: date) -> tuple[tuple[int, date], ...]:
    """When a draft's expiry is warned of: (days before, day), the earliest first."""
    expires_on = draft_expires_on(changed_on)
    return tuple((days, expires_on - timedelta(days=days)) for days in DRAFT_WARNINGS_DAYS)


def submitted_final_on(submitted_on: date) -> date:
    """The first day on which what was submitted is final, where no case has been opened."""
    return months_after(submitted_on, FINAL_AFTER_MONTHS)
