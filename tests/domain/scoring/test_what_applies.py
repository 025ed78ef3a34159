"""Facts decide what applies, answers never do; a correction by a reviewer may change what applies."""

import pytest

from build import (
    choice_fact,
    claimed,
    corrected,
    decided,
    documented,
    maturity,
    multiple_fact,
    number_fact,
    percentage,
    questionnaire,
    scored,
    yes_no,
    yes_no_fact,
)
from compliance.domain.scoring import Because, ItemScore, Part

FACTS = [
    yes_no_fact("a"),
    yes_no_fact("b"),
    number_fact("n"),
    choice_fact("c", "sea", "hill"),
    multiple_fact("m", "beds", "meals"),
    yes_no_fact("gone", {"fact": "b", "is": "yes"}),
]
PROFILE = {"a": "yes", "b": "no", "n": 5, "c": "hill", "m": ("beds",), "gone": "yes"}
POOL = {"fact": "pool", "is": "yes"}
WITH_POOL = questionnaire(
    maturity("ONE-01", applies_if=POOL, critical=True),
    maturity("ONE-02", applies_if={"fact": "pool", "is": "no"}),
    maturity("ONE-03"),
    facts=[yes_no_fact("pool"), number_fact("guards", POOL, min=1), yes_no_fact("night", {"fact": "guards", "at_least": 2})],
)  # fmt: skip


def state_of(condition, profile=PROFILE) -> ItemScore:
    return scored(questionnaire(yes_no(applies_if=condition), facts=FACTS), profile=profile).items["ONE-01"]


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "a", "is": "yes"},
        {"fact": "n", "is": 5},
        {"fact": "n", "in": [4, 5]},
        {"fact": "n", "at_least": 5},
        {"fact": "n", "at_most": 5},
        {"fact": "c", "in": ["sea", "hill"]},
        {"fact": "m", "includes": "beds"},
        {"all": [{"fact": "a", "is": "yes"}, {"fact": "b", "is": "no"}]},
        {"any": [{"fact": "a", "is": "no"}, {"fact": "b", "is": "no"}]},
        {"not": {"fact": "gone", "is": "yes"}},
        {"not": {"fact": "m", "includes": "meals"}},
    ],
)
def test_an_item_applies_where_its_condition_holds(condition):
    assert state_of(condition).state == "unanswered"


@pytest.mark.parametrize(
    ("condition", "fact", "value"),
    [
        ({"fact": "a", "is": "no"}, "a", "yes"),
        ({"fact": "n", "is": 4}, "n", 5),
        ({"fact": "n", "in": [4, 6]}, "n", 5),
        ({"fact": "n", "at_least": 6}, "n", 5),
        ({"fact": "n", "at_most": 4}, "n", 5),
        ({"fact": "c", "is": "sea"}, "c", "hill"),
        ({"fact": "m", "includes": "meals"}, "m", ("beds",)),
        ({"fact": "gone", "is": "yes"}, "gone", None),
        ({"not": {"fact": "a", "is": "yes"}}, "a", "yes"),
        ({"not": {"not": {"fact": "gone", "is": "yes"}}}, "gone", None),
        ({"all": [{"fact": "a", "is": "yes"}, {"fact": "n", "at_least": 9}, {"fact": "b", "is": "yes"}]}, "n", 5),
        ({"all": [{"fact": "b", "is": "yes"}, {"fact": "n", "at_least": 9}]}, "b", "no"),
        ({"any": [{"fact": "b", "is": "yes"}, {"fact": "a", "is": "no"}]}, "b", "no"),
        ({"not": {"all": [{"fact": "n", "at_most": 5}, {"fact": "a", "is": "yes"}]}}, "n", 5),
        ({"not": {"any": [{"fact": "b", "is": "yes"}, {"fact": "a", "in": ["yes"]}]}}, "a", "yes"),
        ({"all": [{"fact": "a", "is": "yes"}, {"any": [{"fact": "gone", "is": "yes"}]}]}, "gone", None),
    ],
)
def test_an_item_that_does_not_apply_names_the_first_fact_that_made_it_so(condition, fact, value):
    assert state_of(condition) == ItemScore(state="not_asked", because=Because(fact, value))


def test_a_fact_is_asked_only_where_earlier_facts_say_so():
    card = scored(WITH_POOL, profile={"pool": "no", "guards": 5, "night": "yes"})
    assert [item.state for item in card.items.values()] == ["not_asked", "unanswered", "unanswered"]
    assert card.items["ONE-01"].because == Because("pool", "no")


def test_a_fact_not_asked_is_not_checked_either():
    assert scored(WITH_POOL, profile={"pool": "no", "guards": -5}).total.declared.weight == 10


def test_what_is_not_asked_counts_nowhere():
    answers = {"ONE-01": documented(0), "ONE-02": documented(4), "ONE-03": documented(4)}
    card = scored(WITH_POOL, answers, profile={"pool": "no"})
    assert (card.total.declared.points, card.total.declared.weight) == (1000, 10)
    assert card.outcome == "met"


def test_a_corrected_fact_brings_items_in_as_unanswered_whatever_the_file_holds():
    answers = {"ONE-01": documented(4), "ONE-02": documented(4), "ONE-03": documented(4)}
    card = scored(WITH_POOL, answers, profile={"pool": "no"}, decisions={"pool": corrected("yes")})
    assert card.items["ONE-01"] == ItemScore(
        state="unanswered", points=0, found_points=0, assured_points=0, level="declared", critical="failed"
    )
    assert card.items["ONE-02"] == ItemScore(state="not_asked", because=Because("pool", "yes"))
    assert (card.items["ONE-03"].state, card.items["ONE-03"].points) == ("answered", 100)


def test_a_claim_on_an_item_that_a_correction_brings_in_counts_as_unanswered():
    asked = questionnaire(maturity(applies_if=POOL), maturity("ONE-02"), facts=[yes_no_fact("pool")])
    card = scored(asked, {"ONE-01": claimed()}, profile={"pool": "no"}, decisions={"pool": corrected("yes")})
    assert card.items["ONE-01"].state == "unanswered"


def test_facts_newly_asked_by_a_correction_are_absent_and_not_refused():
    asked = questionnaire(
        maturity("ONE-01", applies_if={"fact": "guards", "at_least": 1}),
        maturity("ONE-02"),
        facts=[yes_no_fact("pool"), number_fact("guards", POOL, min=1)],
    )
    decisions = {"pool": corrected("yes")}
    card = scored(asked, profile={"pool": "no", "guards": 4}, decisions=decisions)
    assert card.items["ONE-01"].because == Because("guards", None)
    card = scored(asked, profile={"pool": "no"}, decisions={**decisions, "guards": corrected(3)})
    assert card.items["ONE-01"].state == "unanswered"


def test_facts_no_longer_asked_after_a_correction_are_dropped():
    asked = questionnaire(
        maturity("ONE-01", applies_if={"fact": "guards", "at_least": 1}),
        maturity("ONE-02"),
        facts=[yes_no_fact("pool"), number_fact("guards", POOL, min=1)],
    )
    card = scored(
        asked,
        {"ONE-01": 4},
        profile={"pool": "yes", "guards": 4},
        decisions={"pool": corrected("no"), "guards": corrected(9)},
    )
    assert card.items["ONE-01"].because == Because("guards", None)


def test_a_corrected_fact_is_looked_at_in_the_order_of_the_questionnaire():
    decisions = {"night": corrected("yes"), "guards": corrected(2)}
    asked = questionnaire(maturity(applies_if={"fact": "night", "is": "yes"}), facts=WITH_POOL.facts)
    card = scored(asked, profile={"pool": "yes", "guards": 1}, decisions=decisions)
    assert card.items["ONE-01"].state == "unanswered"


def test_an_upheld_fact_and_an_open_question_change_nothing():
    for decision in (decided("fact_upheld"), decided("needs_clarification")):
        card = scored(WITH_POOL, {"ONE-02": 4}, profile={"pool": "no"}, decisions={"pool": decision})
        assert [item.state for item in card.items.values()] == ["not_asked", "answered", "unanswered"]


@pytest.mark.parametrize(
    ("part", "before", "workers", "after"),
    [(10, 25, 8, 100), (10, 25, 10, 100), (10, 25, 40, 0), (10, 25, 12, 75), (16, 75, 20, 75), (0, 0, 1, 0)],
)
def test_a_corrected_whole_is_counted_against_and_a_part_is_at_most_all_of_it(part, before, workers, after):
    asked = questionnaire(percentage(of_fact="workers"), facts=[number_fact("workers", min=1)])
    given = {"profile": {"workers": 20}}
    assert scored(asked, {"ONE-01": Part(part)}, **given).items["ONE-01"].points == before
    card = scored(asked, {"ONE-01": Part(part)}, **given, decisions={"workers": corrected(workers)})
    assert card.items["ONE-01"].points == card.items["ONE-01"].found_points == after


def test_a_lowered_part_is_counted_against_the_corrected_whole():
    asked = questionnaire(percentage(of_fact="workers"), facts=[number_fact("workers", min=1)])
    decisions = {"workers": corrected(40), "ONE-01": decided("lowered", value=Part(20), evidence="verified_on_site")}
    item = scored(asked, {"ONE-01": Part(32)}, profile={"workers": 32}, decisions=decisions).items["ONE-01"]
    assert (item.points, item.found_points, item.assured_points) == (75, 25, 25)


def test_a_lowered_part_of_a_whole_that_is_no_longer_asked_is_not_measured():
    facts = [yes_no_fact("pool"), number_fact("guards", POOL, min=1)]
    asked = questionnaire(percentage(of_fact="guards", applies_if=POOL), maturity("ONE-02"), facts=facts)
    decisions = {"pool": corrected("no"), "ONE-01": decided("lowered", value=Part(4), evidence="documented")}
    card = scored(asked, {"ONE-01": Part(2)}, profile={"pool": "yes", "guards": 4}, decisions=decisions)
    assert card.items["ONE-01"].state == "not_asked"
