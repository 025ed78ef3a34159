"""What can be done about one item: its actions above what is found, and the evidence where only that is missing."""

import pytest

from build import (
    action,
    answered,
    claimed,
    decided,
    documented,
    maturity,
    questionnaire,
    scored,
    scoring,
    submission,
    yes_no_fact,
)
from compliance.domain.remediation import Step, steps_of
from compliance.domain.scoring import Scorer

THREE = (action(50, "documented", days=1, within=90), action(75, "documented", days=2, within=20), action(days=3))


def steps(item, answer=None, decision=None, rule=None, **given) -> tuple[Step, ...]:
    asked = questionnaire(item, scoring=rule or scoring(), **given)
    scorer = Scorer(asked)
    answers = {} if answer is None else {"ONE-01": answer}
    decisions = {} if decision is None else {"ONE-01": decision}
    card = scorer.score(submission(answers, decisions=decisions))
    return steps_of(scorer.items[0], card.items["ONE-01"])


def seen(found: tuple[Step, ...]) -> list[tuple[int | None, int, str]]:
    return [(step.action, step.points, step.level) for step in found]


def test_an_unanswered_item_has_all_its_actions_before_it():
    assert seen(steps(maturity(actions=THREE))) == [
        (0, 50, "documented"),
        (1, 75, "documented"),
        (2, 100, "documented"),
    ]


@pytest.mark.parametrize(("value", "actions"), [(0, [0, 1, 2]), (1, [0, 1, 2]), (2, [1, 2]), (3, [2]), (4, [])])
def test_an_action_that_reaches_no_more_than_was_found_is_no_step(value, actions):
    assert [step.action for step in steps(maturity(actions=THREE), documented(value))] == actions


@pytest.mark.parametrize(("value", "first"), [(0, 0), (1, 0), (2, None), (3, None), (4, None)])
def test_evidence_is_attached_first_where_that_alone_earns_something(value, first):
    assert steps(maturity(actions=THREE), answered(value))[0].action == first


def test_where_only_evidence_is_missing_the_step_is_half_a_day_within_a_month():
    (step,) = steps(maturity(weight=3, actions=THREE), answered(4))
    assert step == Step(
        item="ONE-01", action=None, effort_half_days=1, within_days=30, points=100, level="documented",
        assured_points=80, gain=120, passes=True, needed_to_pass=False,
    )  # fmt: skip


def test_evidence_alone_may_be_what_a_critical_item_needs_to_pass():
    first, *_ = steps(maturity(critical=25, actions=THREE), answered(1))
    assert (first.action, first.points, first.gain, first.passes, first.needed_to_pass) == (None, 25, 0, True, True)


def test_evidence_that_changes_nothing_is_no_step_of_its_own():
    assert seen(steps(maturity(critical=75, actions=THREE), answered(1)))[0] == (0, 50, "documented")


def test_attaching_evidence_is_followed_by_the_actions_above():
    assert seen(steps(maturity(actions=THREE), answered(2))) == [
        (None, 50, "documented"), (1, 75, "documented"), (2, 100, "documented")
    ]  # fmt: skip


def test_an_action_takes_twice_its_days_in_half_days_and_gains_by_weight():
    found = steps(maturity(weight=3, actions=THREE), documented(1))
    assert [step.effort_half_days for step in found] == [2, 4, 6]
    assert [step.assured_points for step in found] == [50, 75, 80]
    assert [step.gain for step in found] == [75, 75, 15]
    assert [step.within_days for step in found] == [90, 20, 60]


def test_what_a_failed_critical_item_needs_is_due_within_thirty_days():
    found = steps(maturity(critical=75, actions=THREE), documented(1))
    assert [step.needed_to_pass for step in found] == [True, True, False]
    assert [step.passes for step in found] == [False, True, True]
    assert [step.within_days for step in found] == [30, 20, 60]


def test_a_critical_item_that_passes_has_nothing_it_needs():
    found = steps(maturity(critical=75, actions=THREE), documented(3))
    assert [(step.action, step.needed_to_pass, step.passes) for step in found] == [(2, False, True)]


def test_an_item_that_is_not_critical_always_passes():
    assert all(step.passes and not step.needed_to_pass for step in steps(maturity(actions=THREE)))


def test_a_declared_effect_carries_no_more_than_declared():
    found = steps(maturity(critical=75, actions=(action(100, "declared"), action(days=2))))
    assert seen(found) == [(0, 100, "declared"), (1, 100, "documented")]
    assert [(step.assured_points, step.passes) for step in found] == [(40, False), (80, True)]


def test_on_a_decided_item_an_action_replaces_found_points_and_level():
    decision = decided("lowered", value=2, evidence="verified_on_site")
    found = steps(maturity(actions=THREE), documented(4), decision)
    assert seen(found) == [(1, 75, "documented"), (2, 100, "documented")]
    assert [step.gain for step in found] == [125, 25]


def test_a_full_answer_that_was_verified_has_nothing_left():
    assert steps(maturity(actions=THREE), answered(4), decided("upheld", evidence="verified_remotely")) == ()


def test_a_full_documented_answer_has_nothing_left():
    assert steps(maturity(actions=THREE), documented(4)) == ()


def test_a_level_lowered_to_declared_asks_for_evidence_again():
    found = steps(maturity(actions=THREE), documented(4), decided("upheld", evidence="declared"))
    assert seen(found) == [(None, 100, "documented")]


@pytest.mark.parametrize("decision", [None, decided("not_applicable_accepted")])
def test_a_claimed_item_has_no_steps(decision):
    assert steps(maturity(actions=THREE), claimed(), decision) == ()


def test_a_refused_claim_is_to_be_worked_on():
    assert len(steps(maturity(actions=THREE), claimed(), decided("not_applicable_refused"))) == 3


def test_an_item_that_does_not_apply_has_no_steps():
    scorer = Scorer(questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")]))
    card = scorer.score(submission(profile={"pool": "no"}))
    assert steps_of(scorer.items[0], card.items["ONE-01"]) == ()


def test_evidence_is_no_step_where_declared_carries_as_much():
    alike = scoring(caps={"declared": 80})
    assert steps(maturity(actions=THREE), answered(4), rule=alike) == ()
    (step,) = steps(maturity(critical=True, actions=THREE), answered(4), rule=alike)
    assert (step.action, step.gain, step.needed_to_pass) == (None, 0, True)


def test_steps_are_those_of_the_card_and_not_of_the_answer():
    card = scored(questionnaire(maturity(actions=THREE)), {"ONE-01": documented(4)})
    scorer = Scorer(questionnaire(maturity(actions=(action(60, "documented"),))))
    assert steps_of(scorer.items[0], card.items["ONE-01"]) == ()
