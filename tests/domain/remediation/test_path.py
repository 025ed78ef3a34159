"""The least-effort path by hand: ties, targets, what is out of reach and why."""

import pytest

from build import (
    action,
    answered,
    claimed,
    decided,
    documented,
    maturity,
    questionnaire,
    scoring,
    section,
    submission,
    yes_no_fact,
)
from compliance.domain.remediation import least_effort
from compliance.domain.scoring import CriticalReason, PillarReason, Score, Scorer, SectionReason, Share, TotalReason

NO_FLOORS = scoring(met={"section": 1, "pillar": 1})


def path(target, asked, answers=None, **given):
    scorer = Scorer(asked)
    return least_effort(scorer, scorer.score(submission(answers, **given)), target)


def worked_on(found) -> list[tuple[str, int | None]]:
    return [(step.item, step.action) for step in found.steps]


def test_the_cheapest_item_is_chosen_and_not_the_heaviest():
    asked = questionnaire(
        maturity("ONE-01", weight=5, actions=(action(days=9),)),
        maturity("ONE-02", weight=5, actions=(action(days=2),)),
        maturity("ONE-03", weight=5, actions=(action(days=3),)),
        scoring=NO_FLOORS,
    )
    found = path("approaching", asked, {"ONE-01": documented(2)})
    assert worked_on(found) == [("ONE-02", 0), ("ONE-03", 0)]
    assert found.effort_half_days == 10
    assert found.total == Score(Share(1250, 15), Share(1050, 15))
    assert (found.reachable, found.outcome, found.obstacles) == (True, "met", ())


def test_no_more_of_an_item_is_done_than_is_needed():
    three = (action(25, days=1), action(75, days=1), action(100, days=1))
    asked = questionnaire(maturity("ONE-01", actions=three))
    assert worked_on(path("approaching", asked)) == [("ONE-01", 0), ("ONE-01", 1)]
    assert worked_on(path("met", asked)) == [("ONE-01", 0), ("ONE-01", 1)]


def test_attaching_evidence_may_be_the_shortest_way():
    asked = questionnaire(maturity("ONE-01"), maturity("ONE-02"), scoring=NO_FLOORS)
    found = path("approaching", asked, {"ONE-01": answered(4), "ONE-02": answered(3)})
    assert worked_on(found) == [("ONE-01", None)]
    assert found.effort_half_days == 1
    found = path("met", asked, {"ONE-01": answered(4), "ONE-02": answered(3)})
    assert (worked_on(found), found.effort_half_days) == ([("ONE-01", None), ("ONE-02", None)], 2)


def test_of_two_ways_as_cheap_the_one_with_fewer_steps_is_taken():
    asked = questionnaire(
        maturity("ONE-01", actions=(action(50, days=1), action(100, days=1))),
        maturity("ONE-02", actions=(action(days=2),)),
        maturity("ONE-03"),
        scoring=NO_FLOORS,
    )
    found = path("approaching", asked, {"ONE-03": documented(4), "ONE-01": documented(1), "ONE-02": documented(0)})
    assert found.effort_half_days == 4
    assert worked_on(found) == [("ONE-02", 0)]


def test_of_two_ways_as_cheap_and_as_short_the_earlier_item_is_taken():
    for first, second in (("ONE-01", "ONE-02"), ("ONE-02", "ONE-01")):
        asked = questionnaire(maturity(first), maturity(second), maturity("ONE-03"), scoring=NO_FLOORS)
        found = path("approaching", asked, {"ONE-03": documented(4), first: documented(1), second: documented(1)})
        assert worked_on(found) == [(first, 0)]


def test_the_list_of_positions_decides_and_not_the_number_of_items():
    two = (action(50, days=1), action(100, days=1))
    rule = scoring(approaching={"total": 51}, met={"section": 1, "pillar": 1})
    found = path("approaching", questionnaire(*(maturity(f"ONE-0{n}", actions=two) for n in range(3)), scoring=rule))
    assert found.effort_half_days == 8
    assert worked_on(found) == [("ONE-00", 0), ("ONE-00", 1), ("ONE-01", 0), ("ONE-01", 1)]


def test_met_minds_the_floors_and_approaching_does_not():
    asked = questionnaire(
        section("GOV", *(maturity(f"GOV-0{n}") for n in range(6))),
        section("REP", maturity("REP-01", weight=1, actions=(action(days=9),)), pillar="reporting"),
    )
    answers = {f"GOV-0{n}": documented(4) for n in range(6)}
    assert path("approaching", asked, answers).steps == ()
    found = path("met", asked, answers)
    assert worked_on(found) == [("REP-01", 0)], "the total would do, the pillar would not"
    assert found.effort_half_days == 18


def test_a_section_too_light_for_a_floor_is_left_alone():
    asked = questionnaire(
        section("GOV", *(maturity(f"GOV-0{n}") for n in range(6))),
        section("SUP", maturity("SUP-01", weight=5), maturity("SUP-02", weight=1)),
        section("LOW", maturity("LOW-01", weight=5, actions=(action(days=4),)), maturity("LOW-02", weight=3)),
    )
    answers = {f"GOV-0{n}": documented(4) for n in range(6)} | {"SUP-02": documented(4), "LOW-02": documented(4)}
    assert worked_on(path("met", asked, answers)) == [("LOW-01", 0)]


def test_a_failed_critical_item_must_pass_however_little_it_weighs():
    asked = questionnaire(
        maturity("ONE-01", weight=1, critical=75, actions=(action(50, days=20), action(75, days=20), action(100))),
        *(maturity(f"ONE-1{n}") for n in range(9)),
    )
    answers = {f"ONE-1{n}": documented(4) for n in range(9)}
    for target in ("approaching", "met"):
        found = path(target, asked, answers)
        assert worked_on(found) == [("ONE-01", 0), ("ONE-01", 1)]
        assert found.outcome == "met"


def test_where_the_outcome_is_reached_already_nothing_is_to_be_done():
    asked = questionnaire(maturity("ONE-01"), maturity("ONE-02"))
    full = {"ONE-01": documented(4), "ONE-02": documented(4)}
    for target in ("approaching", "met"):
        found = path(target, asked, full)
        assert (found.reachable, found.steps, found.effort_half_days, found.obstacles) == (True, (), 0, ())
        assert (found.outcome, found.total) == ("met", Score(Share(1000, 10), Share(800, 10)))
    found = path("approaching", asked, {"ONE-01": documented(4), "ONE-02": documented(2)})
    assert (found.outcome, found.steps) == ("approaching", ())


def test_a_target_out_of_reach_says_what_still_blocks_it():
    asked = questionnaire(
        maturity("ONE-01", actions=(action(60),)),
        maturity("ONE-02", critical=75, actions=(action(50),)),
        scoring=scoring(met={"section": 60, "pillar": 60}),
    )
    found = path("met", asked)
    assert (found.reachable, found.steps, found.effort_half_days) == (False, (), 0)
    assert (found.total, found.outcome) == (None, None)
    assert found.obstacles == (
        CriticalReason("ONE-02", 50, 75, "documented", "documented", ("approaching", "met")),
        SectionReason("GOV", 550, 10, 60, ("met",)),
        PillarReason("policy", 550, 10, 60, ("met",)),
        TotalReason(550, 10, 70, ("met",)),
    )
    found = path("approaching", asked)
    assert [type(reason) for reason in found.obstacles] == [CriticalReason]


def test_a_pending_claim_may_put_met_out_of_reach():
    asked = questionnaire(maturity("ONE-01"), maturity("ONE-02", weight=3), scoring=NO_FLOORS)
    found = path("met", asked, {"ONE-02": claimed()})
    assert found.obstacles == (TotalReason(400, 8, 70, ("approaching", "met")),)
    decisions = {"ONE-02": decided("not_applicable_accepted")}
    assert path("met", asked, {"ONE-02": claimed()}, decisions=decisions).reachable
    decisions = {"ONE-02": decided("not_applicable_refused")}
    found = path("met", asked, {"ONE-02": claimed()}, decisions=decisions)
    assert worked_on(found) == [("ONE-01", 0), ("ONE-02", 0)]


def test_nothing_to_score_is_out_of_reach():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    found = path("approaching", asked, profile={"pool": "no"})
    assert found.obstacles == (TotalReason(None, None, 70, ("approaching", "met")),)


def test_a_pillar_without_applicable_items_stands_in_no_way():
    asked = questionnaire(
        section("GOV", maturity("GOV-01")),
        section("REP", maturity("REP-01", applies_if={"fact": "pool", "is": "yes"}), pillar="reporting"),
        facts=[yes_no_fact("pool")],
    )
    assert worked_on(path("met", asked, profile={"pool": "no"})) == [("GOV-01", 0)]


def test_on_a_verified_item_a_step_is_taken_only_where_it_helps():
    asked = questionnaire(maturity("ONE-01"), maturity("ONE-02"), maturity("ONE-03"), scoring=NO_FLOORS)
    decisions = {
        "ONE-01": decided("lowered", value=3, evidence="verified_on_site"),
        "ONE-02": decided("lowered", value=1, evidence="verified_on_site"),
    }
    answers = {"ONE-01": documented(4), "ONE-02": documented(4), "ONE-03": documented(1)}
    found = path("approaching", asked, answers, decisions=decisions)
    assert worked_on(found) == [("ONE-02", 0)]
    assert found.total.assured == Share(5 * (75 + 80 + 25), 15)


def test_a_verified_full_answer_is_not_brought_down_to_its_paper():
    asked = questionnaire(
        maturity("ONE-01", actions=(action(100),)), maturity("ONE-02", actions=(action(40),)), scoring=NO_FLOORS
    )
    decisions = {"ONE-01": decided("upheld", evidence="verified_on_site")}
    found = path("met", asked, {"ONE-01": documented(4)}, decisions=decisions)
    assert (worked_on(found), found.total.assured) == ([("ONE-02", 0)], Share(700, 10))


def test_a_step_that_would_lose_assured_points_is_no_obstacle_and_no_help():
    nearly = {"ONE-01": decided("lowered", value=3, evidence="verified_on_site")}
    asked = questionnaire(
        maturity("ONE-01", actions=(action(80, "declared"),)),
        maturity("ONE-02", actions=(action(70),)),
        scoring=NO_FLOORS,
    )
    found = path("met", asked, {"ONE-01": documented(4)}, decisions=nearly)
    assert (worked_on(found), found.total.assured) == ([("ONE-02", 0)], Share(725, 10))


def test_a_critical_item_that_passes_is_not_worked_on_until_it_fails():
    steps = (action(50, "declared"), action(days=9))
    asked = questionnaire(
        maturity("ONE-01", critical=25, actions=steps),
        maturity("ONE-02", actions=(action(days=30),)),
        scoring=scoring(approaching={"total": 30}, met={"total": 32, "section": 1, "pillar": 1}),
    )
    found = path("approaching", asked, {"ONE-01": documented(1), "ONE-02": documented(1)})
    assert (worked_on(found), found.outcome) == ([("ONE-01", 0), ("ONE-01", 1)], "met")


@pytest.mark.parametrize("target", ["approaching", "met"])
def test_exactly_at_the_threshold_is_enough(target):
    needed = {"approaching": 55, "met": 70}[target]
    one = questionnaire(maturity("ONE-01", actions=(action(needed),)))
    assert path(target, one).total.assured == Share(needed * 5, 5)
    below = questionnaire(maturity("ONE-01", actions=(action(needed - 1),)))
    assert not path(target, below).reachable


def test_the_same_card_gives_the_same_path():
    asked = questionnaire(*(maturity(f"ONE-0{n}", weight=(1, 3, 5)[n % 3]) for n in range(9)))
    scorer = Scorer(asked)
    card = scorer.score(submission({"ONE-03": answered(3)}))
    assert least_effort(scorer, card, "met") == least_effort(Scorer(asked), card, "met")
