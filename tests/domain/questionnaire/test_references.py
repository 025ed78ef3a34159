"""References: everything a questionnaire names is there, of the right type, and earlier. Each code once and more."""

import pytest

from build import (
    choice,
    choice_fact,
    day,
    evidence,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    section,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import reference_problems
from compliance.errors import Problem

FACTS = [
    yes_no_fact("pool"),
    number_fact("workers", min=1),
    choice_fact("place", "sea", "hill"),
    multiple_fact("services", "beds", "meals"),
]


def problems(*items, facts=FACTS):
    return reference_problems(questionnaire(*items, facts=facts))


def test_a_sound_questionnaire_has_no_problems():
    sound = [
        maturity("ONE-01", applies_if={"fact": "pool", "is": "yes"}),
        yes_no("ONE-02", applies_if={"fact": "workers", "in": [1, 2]}),
        choice("ONE-03", options={"a": 0, "b": 100}, applies_if={"fact": "place", "in": ["sea", "hill"]}),
        multiple("ONE-04", must_have=("a",), exclusive="none", applies_if={"fact": "services", "includes": "beds"}),
        percentage("ONE-05", of_fact="workers", applies_if={"fact": "workers", "at_most": 9}),
        number("ONE-06", applies_if={"not": {"fact": "workers", "is": 3}}),
        day("ONE-07"),
        text("ONE-08", applies_if={"any": [
            {"answer": "ONE-01", "at_least": 3}, {"answer": "ONE-02", "is": "yes"}, {"answer": "ONE-03", "in": ["a"]},
            {"answer": "ONE-04", "includes": "b"}, {"answer": "ONE-06", "at_most": 3}, {"answered": "ONE-07"},
            {"answered": "ONE-05"}, {"fact": "pool", "is": "no"},
        ]}),
    ]  # fmt: skip
    more = [*FACTS, number_fact("guards", {"all": [{"fact": "pool", "is": "yes"}, {"fact": "workers", "at_least": 2}]})]
    assert problems(*sound, facts=more) == []


def test_ids_stand_once():
    twice = [
        section("AAA", maturity("ONE-01"), yes_no("ONE-02")),
        section("BBB", number("ONE-01"), text("ONE-02")),
    ]
    assert problems(*twice, facts=[*FACTS, number_fact("pool")]) == [
        Problem("id-twice", "facts.pool", {"id": "pool"}),
        Problem("id-twice", "items.ONE-01", {"id": "ONE-01"}),
        Problem("id-twice", "items.ONE-02", {"id": "ONE-02"}),
    ]


@pytest.mark.parametrize(
    ("item", "place", "name"),
    [
        (multiple(options=("a", "b", "a")), "items.ONE-01.options", "a"),
        (multiple(options=("a", "b"), exclusive="b"), "items.ONE-01.options", "b"),
        (maturity(evidence=evidence("paper", "paper")), "items.ONE-01.evidence", "paper"),
    ],
)
def test_options_and_expected_evidence_of_an_item_stand_once(item, place, name):
    assert problems(item) == [Problem("id-twice", place, {"id": name})]


@pytest.mark.parametrize("kind", [choice_fact, multiple_fact])
def test_options_of_a_fact_stand_once(kind):
    facts = [kind("where", "sea", "hill", "sea")]
    assert problems(maturity(), facts=facts) == [Problem("id-twice", "facts.where.options", {"id": "sea"})]


@pytest.mark.parametrize(
    ("condition", "code", "facts"),
    [
        ({"fact": "gone", "is": "yes"}, "reference-unknown", {"id": "gone"}),
        ({"fact": "late", "is": "yes"}, "reference-forward", {"id": "late"}),
        ({"fact": "guards", "at_least": 1}, "reference-forward", {"id": "guards"}),
        ({"answer": "ONE-01", "at_least": 3}, "condition-facts-only", {}),
        ({"answered": "ONE-01"}, "condition-facts-only", {}),
        ({"fact": "pool", "at_least": 1}, "condition-operator", {"id": "pool", "operators": "is, in"}),
    ],
)
def test_a_fact_is_asked_by_earlier_facts_only(condition, code, facts):
    asked = [*FACTS, number_fact("guards", condition), yes_no_fact("late")]
    assert problems(maturity(), facts=asked) == [Problem(code, "facts.guards.asked_if", facts)]


@pytest.mark.parametrize(
    ("condition", "code", "facts"),
    [
        ({"fact": "gone", "is": "yes"}, "reference-unknown", {"id": "gone"}),
        ({"answer": "ONE-01", "at_least": 3}, "condition-answer-on-scored", {"id": "ONE-01"}),
        ({"answered": "ONE-01"}, "condition-answer-on-scored", {"id": "ONE-01"}),
        ({"fact": "pool", "is": "maybe"}, "condition-value", {"id": "pool", "given": "maybe", "words": "yes, no"}),
        ({"fact": "pool", "in": ["yes", 1]}, "condition-value", {"id": "pool", "given": "1", "words": "yes, no"}),
        ({"fact": "pool", "includes": "yes"}, "condition-operator", {"id": "pool", "operators": "is, in"}),
        ({"fact": "place", "is": "lake"}, "condition-value", {"id": "place", "given": "lake", "words": "sea, hill"}),
        ({"fact": "place", "at_most": 3}, "condition-operator", {"id": "place", "operators": "is, in"}),
        (
            {"fact": "workers", "includes": "five"},
            "condition-operator",
            {"id": "workers", "operators": "is, in, at_least, at_most"},
        ),
        (
            {"fact": "workers", "is": "five"},
            "condition-value",
            {"id": "workers", "given": "five", "words": "a whole number"},
        ),
        (
            {"fact": "workers", "in": [5, "six"]},
            "condition-value",
            {"id": "workers", "given": "six", "words": "a whole number"},
        ),
        ({"fact": "services", "is": "beds"}, "condition-operator", {"id": "services", "operators": "includes"}),
        (
            {"fact": "services", "includes": "tours"},
            "condition-value",
            {"id": "services", "given": "tours", "words": "beds, meals"},
        ),
    ],
)
def test_the_condition_of_a_scored_item_fits_the_facts_it_names(condition, code, facts):
    wanted = [Problem(code, "items.ONE-02.applies_if", facts)]
    assert problems(maturity("ONE-01"), maturity("ONE-02", applies_if=condition)) == wanted
    assert problems(maturity("ONE-01"), maturity("ONE-02", applies_if={"not": {"all": [condition]}})) == wanted


ANSWERED = [
    maturity("ONE-01"),
    yes_no("ONE-02"),
    choice("ONE-03", options={"a": 0, "b": 100}),
    multiple("ONE-04"),
    percentage("ONE-05"),
    number("ONE-06"),
    day("ONE-07"),
    text("ONE-08"),
]


@pytest.mark.parametrize(
    ("condition", "code", "facts"),
    [
        ({"answer": "ONE-99", "is": "yes"}, "reference-unknown", {"id": "ONE-99"}),
        ({"answered": "ONE-99"}, "reference-unknown", {"id": "ONE-99"}),
        ({"answered": "ONE-10"}, "reference-forward", {"id": "ONE-10"}),
        ({"answered": "ONE-09"}, "reference-forward", {"id": "ONE-09"}),
        ({"fact": "gone", "is": "yes"}, "reference-unknown", {"id": "gone"}),
        (
            {"answer": "ONE-01", "includes": "a"},
            "condition-operator",
            {"id": "ONE-01", "operators": "is, in, at_least, at_most"},
        ),
        (
            {"answer": "ONE-02", "is": "maybe"},
            "condition-value",
            {"id": "ONE-02", "given": "maybe", "words": "yes, no"},
        ),
        ({"answer": "ONE-03", "in": ["a", "c"]}, "condition-value", {"id": "ONE-03", "given": "c", "words": "a, b"}),
        ({"answer": "ONE-04", "is": "a"}, "condition-operator", {"id": "ONE-04", "operators": "includes"}),
        (
            {"answer": "ONE-06", "is": "many"},
            "condition-value",
            {"id": "ONE-06", "given": "many", "words": "a whole number"},
        ),
        ({"answer": "ONE-05", "at_least": 50}, "condition-not-comparable", {"id": "ONE-05"}),
        ({"answer": "ONE-07", "is": "never"}, "condition-not-comparable", {"id": "ONE-07"}),
        ({"answer": "ONE-08", "is": "May"}, "condition-not-comparable", {"id": "ONE-08"}),
    ],
)
def test_a_text_may_depend_on_earlier_answers_that_can_be_compared(condition, code, facts):
    asked = [*ANSWERED, text("ONE-09", applies_if=condition), text("ONE-10")]
    assert problems(*asked) == [Problem(code, "items.ONE-09.applies_if", facts)]


@pytest.mark.parametrize(
    ("fact", "code", "facts"),
    [
        ("gone", "reference-unknown", {"id": "gone"}),
        ("pool", "whole-no-number", {"fact": "pool"}),
        ("services", "whole-no-number", {"fact": "services"}),
    ],
)
def test_the_whole_of_a_percentage_is_a_number_of_the_profile(fact, code, facts):
    assert problems(percentage(of_fact=fact)) == [Problem(code, "items.ONE-01.of_fact", facts)]


def test_what_must_be_chosen_can_be_chosen():
    item = multiple(options=("a", "b"), must_have=("a", "z"), exclusive="none")
    assert problems(item) == [Problem("reference-unknown", "items.ONE-01.must_have", {"id": "z"})]
    assert problems(multiple(must_have=("none",), exclusive="none")) == [
        Problem("reference-unknown", "items.ONE-01.must_have", {"id": "none"})
    ]
