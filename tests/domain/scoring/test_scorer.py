"""A scorer is compiled once and remembers what it works out; what it remembers never leaks into another submission."""

from datetime import date

import pytest

from build import (
    answered,
    claimed,
    corrected,
    day,
    decided,
    documented,
    maturity,
    multiple,
    number_fact,
    pairs,
    percentage,
    questionnaire,
    refused,
    scored,
    section,
    submission,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.scoring import ItemScore, Part, Scorer
from compliance.domain.scoring.values import Wrong
from compliance.errors import Problem

POOL = {"fact": "pool", "is": "yes"}
ASKED = questionnaire(
    section("GOV", day("ONE-01"), percentage("ONE-02", of_fact="workers"), text("ONE-09")),
    section("SUP", maturity("SUP-01", applies_if=POOL, weight=3), pillar="practice"),
    facts=[yes_no_fact("pool"), number_fact("workers", min=1)],
)


def test_a_scorer_knows_its_items_and_sections_in_the_order_of_asking():
    scorer = Scorer(ASKED)
    assert [rule.item for rule in scorer.items] == list(ASKED.scored_items)
    assert [(part.id, part.pillar, [rule.id for rule in part.items]) for part in scorer.sections] == [
        ("GOV", "policy", ["ONE-01", "ONE-02"]), ("SUP", "practice", ["SUP-01"])
    ]  # fmt: skip
    assert scorer.questionnaire is ASKED


def test_one_scorer_reads_one_value_anew_on_every_day_and_under_every_profile():
    scorer = Scorer(ASKED)
    given = {"ONE-01": documented("2026-01-15"), "ONE-02": documented(Part(8))}
    for _ in range(2):
        for as_of, workers, points in (
            (date(2026, 1, 15), 8, [100, 100]),
            (date(2027, 1, 15), 10, [50, 75]),
            (date(2028, 1, 15), 16, [0, 25]),
        ):
            card = scorer.score(submission(given, as_of=as_of, profile={"pool": "no", "workers": workers}))
            assert [card.items[name].points for name in ("ONE-01", "ONE-02")] == points


def test_one_scorer_names_the_fact_to_blame_with_its_value_of_the_day():
    facts = [yes_no_fact("pool"), number_fact("workers")]
    scorer = Scorer(
        questionnaire(maturity(applies_if={"all": [POOL, {"fact": "workers", "at_least": 5}]}), facts=facts)
    )
    for _ in range(2):
        for pool, workers, fact, value in (("no", 9, "pool", "no"), ("yes", 3, "workers", 3), ("yes", 4, "workers", 4)):
            because = scorer.score(submission(profile={"pool": pool, "workers": workers})).items["ONE-01"].because
            assert (because.fact, because.is_) == (fact, value)


def test_the_state_of_an_item_can_be_asked_for_as_if_just_answered_so():
    rule = Scorer(questionnaire(maturity(critical=75))).items[0]
    assert rule.state(75, "documented") == ItemScore(
        state="answered", points=75, found_points=75, assured_points=75, level="documented", critical="passed"
    )
    assert rule.state(100, "declared") == ItemScore(
        state="answered", points=100, found_points=100, assured_points=40, level="declared", critical="failed"
    )


def test_what_is_wrong_with_a_value_is_named_by_its_code():
    wrong = Wrong("value-part-larger", part=6, whole=5)
    assert (str(wrong), wrong.code, wrong.facts) == ("value-part-larger", "value-part-larger", {"part": 6, "whole": 5})


def test_two_claims_in_one_section_are_summed():
    asked = questionnaire(maturity("ONE-01", weight=1), maturity("ONE-02", weight=3), maturity("ONE-03", weight=5))
    claims = {"ONE-01": claimed(), "ONE-02": claimed(), "ONE-03": documented(4)}
    pending = scored(asked, claims)
    assert (pending.total.declared.weight, pending.total.assured.weight) == (5, 9)
    assert pending.sections["GOV"].claimed_away_weight == 4
    accepted = decided("not_applicable_accepted")
    half = scored(asked, claims, decisions={"ONE-01": accepted})
    assert (half.total.assured.weight, half.sections["GOV"].claimed_away_weight) == (8, 4)
    both = scored(asked, claims, decisions={"ONE-01": accepted, "ONE-02": accepted})
    assert (both.total.assured.weight, both.sections["GOV"].claimed_away_weight) == (5, 4)


def test_a_lowered_date_is_aged_at_the_day_of_the_submission():
    asked = questionnaire(day("ONE-01"), facts=[yes_no_fact("pool")])
    lowered = decided("lowered", value="2025-11-21", evidence="documented")
    for decisions in ({"ONE-01": lowered}, {"ONE-01": lowered, "pool": corrected("yes")}):
        item = scored(asked, {"ONE-01": documented("2026-11-01")}, profile={"pool": "no"}, decisions=decisions).items[
            "ONE-01"
        ]
        assert (item.points, item.found_points, item.assured_points) == (100, 50, 50)
    later = decided("lowered", value="2026-11-22", evidence="documented")
    problems = refused(asked, {"ONE-01": documented("2026-11-01")}, profile={"pool": "no"}, decisions={"ONE-01": later})
    assert pairs(problems) == [("value-date-future", "decisions.ONE-01")]


def test_an_answer_beside_a_corrected_fact_is_aged_at_the_day_of_the_submission():
    asked = questionnaire(day("ONE-01"), facts=[yes_no_fact("pool")])
    card = scored(asked, {"ONE-01": "2025-11-21"}, profile={"pool": "no"}, decisions={"pool": corrected("yes")})
    assert card.items["ONE-01"].points == 50


def test_a_date_that_is_not_asked_for_is_read_at_the_day_of_the_submission():
    asked = questionnaire(day("ONE-01", applies_if=POOL), maturity("ONE-02"), facts=[yes_no_fact("pool")])
    card = scored(asked, {"ONE-01": documented("2026-11-21")}, profile={"pool": "no"})
    assert card.items["ONE-01"].state == "not_asked"
    late = refused(asked, {"ONE-01": documented("2026-11-22")}, profile={"pool": "no"})
    assert pairs(late) == [("value-date-future", "answers.ONE-01")]


def test_a_lowered_value_that_is_no_part_is_refused_as_such():
    lowered = decided("lowered", value=5, evidence="documented")
    asked = questionnaire(percentage(of_fact="workers"), facts=[number_fact("workers", min=1)])
    problems = refused(asked, {"ONE-01": Part(9)}, profile={"workers": 9}, decisions={"ONE-01": lowered})
    assert pairs(problems) == [("value-part-of-fact", "decisions.ONE-01")]


def test_an_option_that_is_nothing_is_unknown():
    assert pairs(refused(questionnaire(multiple()), {"ONE-01": (None,)})) == [
        ("value-unknown-option", "answers.ONE-01")
    ]


def test_below_the_first_step_nothing_is_earned():
    item = percentage(steps=((10, 50), (60, 100)))
    for part, points in ((0, 0), (9, 0), (10, 50), (60, 100)):
        assert scored(questionnaire(item), {"ONE-01": Part(part, 100)}).items["ONE-01"].points == points


@pytest.mark.parametrize("may_be_none", ["no", "yes"])
@pytest.mark.parametrize("part", [0, 3])
def test_a_whole_that_is_corrected_to_none_is_refused_by_name(may_be_none, part):
    asked = questionnaire(percentage(of_fact="guests", may_be_none=may_be_none), facts=[number_fact("guests")])
    problems = refused(asked, {"ONE-01": Part(part)}, profile={"guests": 5}, decisions={"guests": corrected(0)})
    assert problems == [Problem("value-whole-zero", "decisions.guests", {"id": "guests"})]


def test_a_number_that_is_no_whole_may_be_corrected_to_none_and_a_whole_to_one():
    asked = questionnaire(percentage(of_fact="guests"), facts=[number_fact("guests"), number_fact("rooms")])
    decisions = {"guests": corrected(1), "rooms": corrected(0)}
    card = scored(asked, {"ONE-01": Part(0)}, profile={"guests": 5, "rooms": 2}, decisions=decisions)
    assert card.items["ONE-01"].points == 0


UNASKED = questionnaire(
    percentage(of_fact="guards"), facts=[yes_no_fact("pool"), number_fact("guards", POOL, min=1), yes_no_fact("wifi")]
)
"""The gate refuses this: the item applies although its whole may not be asked."""


def test_a_part_of_a_whole_that_nobody_was_asked_for_earns_nothing():
    card = scored(UNASKED, {"ONE-01": Part(5)}, profile={"pool": "no", "wifi": "no"})
    assert (card.items["ONE-01"].state, card.items["ONE-01"].points) == ("answered", 0)


def test_a_part_of_a_whole_that_a_correction_takes_away_earns_nothing():
    given = {"profile": {"pool": "yes", "guards": 5, "wifi": "no"}}
    for decisions, points in (({"pool": corrected("no")}, 0), ({"wifi": corrected("yes")}, 100)):
        card = scored(UNASKED, {"ONE-01": Part(5)}, **given, decisions=decisions)
        assert card.items["ONE-01"].points == points


def test_what_does_not_count_is_named_also_where_the_profile_is_not_complete():
    asked = questionnaire(maturity(applies_if=POOL), facts=[yes_no_fact("wifi"), yes_no_fact("pool")])
    ignored = Scorer(asked).ignored(submission({"ONE-01": 4}, profile={"pool": "no"}))
    assert pairs(ignored) == [("item-not-asked", "answers.ONE-01")]


@pytest.mark.parametrize("more", [{}, {"ONE-02": "Since May"}])
def test_a_text_answer_is_checked_and_changes_no_score(more):
    asked = questionnaire(yes_no("ONE-01"), text("ONE-02"))
    assert scored(asked, {"ONE-01": answered("yes"), **more}) == scored(asked, {"ONE-01": answered("yes")})
