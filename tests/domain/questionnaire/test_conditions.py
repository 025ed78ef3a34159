"""Conditions are data: exactly one form each, compiled, searched for names, and asked what made them false."""

import msgspec
import pytest

from build import when
from compliance.domain.questionnaire import (
    Condition,
    answers_named,
    compared,
    compile_blame,
    compile_condition,
    facts_named,
    leaves,
    parts_of,
)

YES = {"fact": "a", "is": "yes"}
NO = {"fact": "b", "is": "no"}


@pytest.mark.parametrize(
    ("condition", "known", "holds"),
    [
        (YES, {"a": "yes"}, True),
        (YES, {"a": "no"}, False),
        (YES, {}, False),
        ({"fact": "n", "is": 3}, {"n": 3}, True),
        ({"fact": "n", "is": 3}, {"n": 4}, False),
        ({"fact": "n", "in": [3, 5]}, {"n": 5}, True),
        ({"fact": "n", "in": [3, 5]}, {"n": 4}, False),
        ({"fact": "c", "in": ["sea", "hill"]}, {"c": "hill"}, True),
        ({"fact": "c", "in": ["sea", "hill"]}, {}, False),
        ({"fact": "c", "in": ["sea", "hill"]}, {"c": ("sea",)}, False),
        ({"fact": "n", "at_least": 3}, {"n": 3}, True),
        ({"fact": "n", "at_least": 3}, {"n": 2}, False),
        ({"fact": "n", "at_least": 0}, {}, False),
        ({"fact": "n", "at_least": 0}, {"n": "many"}, False),
        ({"fact": "n", "at_most": 3}, {"n": 3}, True),
        ({"fact": "n", "at_most": 3}, {"n": 4}, False),
        ({"fact": "n", "at_most": 3}, {}, False),
        ({"fact": "n", "at_most": 3}, {"n": "few"}, False),
        ({"fact": "m", "includes": "beds"}, {"m": ("meals", "beds")}, True),
        ({"fact": "m", "includes": "beds"}, {"m": ("meals",)}, False),
        ({"fact": "m", "includes": "beds"}, {"m": ()}, False),
        ({"fact": "m", "includes": "beds"}, {}, False),
        ({"fact": "m", "includes": "beds"}, {"m": "bedsheets"}, False),
        ({"all": [YES, NO]}, {"a": "yes", "b": "no"}, True),
        ({"all": [YES, NO]}, {"a": "yes", "b": "yes"}, False),
        ({"any": [YES, NO]}, {"a": "no", "b": "no"}, True),
        ({"any": [YES, NO]}, {"a": "no", "b": "yes"}, False),
        ({"not": YES}, {"a": "no"}, True),
        ({"not": YES}, {"a": "yes"}, False),
        ({"not": YES}, {}, True),
        ({"answer": "ONE-01", "at_least": 3}, {"ONE-01": 3}, True),
        ({"answer": "ONE-01", "at_least": 3}, {}, False),
        ({"answered": "ONE-01"}, {"ONE-01": 0}, True),
        ({"answered": "ONE-01"}, {}, False),
    ],
)
def test_a_condition_holds_or_not_and_a_comparison_with_something_absent_is_false(condition, known, holds):
    assert compile_condition(when(condition))(known) is holds


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"fact": "a"},
        {"is": "yes"},
        {"fact": "a", "is": "yes", "in": ["yes"]},
        {"fact": "a", "answer": "ONE-01", "is": "yes"},
        {"fact": "a", "is": "yes", "not": {"fact": "a", "is": "yes"}},
        {"answered": "ONE-01", "is": "yes"},
        {"all": []},
        {"any": []},
        {"all": [YES], "any": [YES]},
        {"not": YES, "at_least": 3},
        {"fact": "A", "is": "yes"},
        {"answered": "one"},
        {"fact": "a", "equals": "yes"},
    ],
)
def test_a_condition_has_exactly_one_form(condition):
    with pytest.raises(msgspec.ValidationError):
        when(condition)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({}, "a condition is exactly one of fact, answer, answered, all, any, not"),
        ({"fact": "a"}, "a comparison has exactly one of is, in, at_least, at_most, includes"),
        ({"any": []}, "all and any need at least one condition"),
    ],
)
def test_a_condition_that_is_none_says_what_it_lacks(condition, sentence):
    with pytest.raises(msgspec.ValidationError, match=sentence):
        when(condition)


NESTED = {
    "all": [
        {"fact": "b", "is": "yes"},
        {"not": {"any": [{"fact": "a", "is": "no"}, {"answered": "ONE-02"}]}},
        {"any": [{"fact": "b", "in": ["no"]}, {"answer": "ONE-01", "at_least": 3}, {"answered": "ONE-02"}]},
    ]
}


def test_the_facts_and_answers_that_a_condition_names_come_in_the_written_order_once_each():
    assert facts_named(when(NESTED)) == ("b", "a")
    assert answers_named(when(NESTED)) == ("ONE-02", "ONE-01")


def test_the_leaves_of_a_condition_are_its_comparisons_in_the_written_order():
    subjects = [leaf.fact or leaf.answer or leaf.answered for leaf in leaves(when(NESTED))]
    assert subjects == ["b", "a", "ONE-02", "b", "ONE-01", "ONE-02"]
    assert list(leaves(when(YES))) == [when(YES)]


def test_the_parts_of_a_condition_are_those_directly_inside():
    assert parts_of(when({"all": [YES, NO]})) == parts_of(when({"any": [YES, NO]})) == (when(YES), when(NO))
    assert parts_of(when({"not": YES})) == (when(YES),)
    assert parts_of(when(YES)) == ()


def test_a_comparison_looks_at_one_fact_or_one_answer():
    assert compared(when(YES)) == "a"
    assert compared(when({"answer": "ONE-01", "at_least": 3})) == "ONE-01"


@pytest.mark.parametrize(
    ("condition", "known", "fact"),
    [
        (YES, {"a": "no"}, "a"),
        ({"not": YES}, {"a": "yes"}, "a"),
        ({"all": [YES, NO]}, {"a": "yes", "b": "yes"}, "b"),
        ({"all": [YES, NO]}, {"a": "no", "b": "yes"}, "a"),
        ({"any": [NO, YES]}, {"a": "no", "b": "yes"}, "b"),
        ({"not": {"all": [YES, NO]}}, {"a": "yes", "b": "no"}, "a"),
        ({"not": {"any": [YES, NO]}}, {"a": "no", "b": "no"}, "b"),
        ({"not": {"not": YES}}, {}, "a"),
        ({"all": [{"any": [YES, NO]}, {"not": NO}]}, {"a": "yes", "b": "no"}, "b"),
        ({"any": [{"all": [YES, NO]}, NO]}, {"a": "yes", "b": "yes"}, "b"),
    ],
)
def test_the_first_fact_that_made_a_condition_false_is_to_blame(condition, known, fact):
    assert not compile_condition(when(condition))(known)
    assert compile_blame(when(condition))(known) == fact


def test_a_condition_is_written_out_as_it_was_read():
    assert msgspec.to_builtins(when(NESTED)) == {
        "all": (
            {"fact": "b", "is": "yes"},
            {"not": {"any": ({"fact": "a", "is": "no"}, {"answered": "ONE-02"})}},
            {"any": ({"fact": "b", "in": ("no",)}, {"answer": "ONE-01", "at_least": 3}, {"answered": "ONE-02"})},
        )
    }
    assert msgspec.json.decode(msgspec.json.encode(when(NESTED)), type=Condition) == when(NESTED)
