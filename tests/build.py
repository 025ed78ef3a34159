"""Small questionnaires and submissions, so that a test reads as a sentence.

    questionnaire(maturity("ONE-01", weight=5, critical=75), facts=[yes_no_fact("pool")])
    submission({"ONE-01": answered(4, evidence="documented")}, profile={"pool": "yes"})

Everything that a test does not say is filled in: texts that nobody reads, one action, weight 5, section GOV.
Conditions are written as in a questionnaire file: `applies_if={"fact": "pool", "is": "yes"}`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
import pytest

from compliance.domain.questionnaire import (
    Action,
    ChoiceFact,
    ChoiceItem,
    Condition,
    Counts,
    Critical,
    DateItem,
    Effect,
    Evidence,
    ExpectedEvidence,
    Item,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    Option,
    PercentageItem,
    Questionnaire,
    ScoredOption,
    Scoring,
    Section,
    TextItem,
    YesNoFact,
    YesNoItem,
)
from compliance.domain.scoring import Answer, Decision, ScoreCard, Scorer, Submission, SubmissionInvalid
from compliance.errors import Problem

TODAY = date(2026, 11, 21)
SCORING = msgspec.convert(
    {
        "caps": {"declared": 40, "documented": 80, "verified_remotely": 100, "verified_on_site": 100},
        "met": {"total": 70, "section": 50, "section_from_weight": 8, "pillar": 50},
        "approaching": {"total": 55},
        "flag_claimed_away_percent": 20,
    },
    Scoring,
)
LEVELS = (
    "Nothing is done here",
    "Something is done here",
    "Half is done here",
    "Most is done here",
    "All is done here",
)


# Questionnaires


def questionnaire(*items: Item | Section, facts: Iterable[Any] = (), scoring: Scoring = SCORING, **more: Any):
    """Items that stand alone come in one section, GOV, of the pillar `policy`."""
    sections = [each for each in items if isinstance(each, Section)]
    alone = [each for each in items if not isinstance(each, Section)]
    if alone:
        sections.insert(0, section("GOV", *alone))
    named = {"questionnaire": "small", "version": "1.0", "title": "Small", "language": "en", "intro": None,
             "module": "no", "includes": (), **more}  # fmt: skip
    return Questionnaire(scoring=scoring, facts=tuple(facts), sections=tuple(sections), **named)


def section(name: str, *items: Item, pillar: str = "policy", title: str = "A section", about: str | None = None):
    return Section(id=name, title=title, pillar=pillar, about=about, items=items)


def scoring(**changed: Any) -> Scoring:
    """The usual scoring with some values changed: `scoring(caps={"documented": 85}, approaching={"total": 60})`."""
    plain = msgspec.to_builtins(SCORING)
    for key, value in changed.items():
        plain[key] = {**plain[key], **value} if isinstance(value, Mapping) else value
    return msgspec.convert(plain, Scoring)


def when(condition: Mapping[str, Any]) -> Condition:
    return msgspec.convert(condition, Condition)


def action(points: int = 100, evidence: str = "documented", *, days: int = 1, within: int = 60) -> Action:
    return Action(do="Do it", effort_days=days, within_days=within, by="manager", reaches=Effect(points, evidence))


def evidence(*expected: str, form: str | None = None, fresh_for: int = 24) -> Evidence:
    pieces = tuple(ExpectedEvidence(each, "A paper") for each in expected or ("paper",))
    return Evidence(form=form, expected=pieces, fresh_for_months=fresh_for)


def _item(kind: type, name: str, own: dict[str, Any], *, critical: bool | int = False,
          applies_if: Mapping[str, Any] | None = None, **more: Any):  # fmt: skip
    common: dict[str, Any] = {
        "text": "A question",
        "help": "How to see it",
        "why": "Why it is asked",
        "weight": 5,
        "evidence": evidence(),
        "actions": (action(),),
        "maps_to": ("KCS",),
    }
    needed = {True: Critical(), False: None}.get(critical) if isinstance(critical, bool) else Critical(critical)
    condition = when(applies_if) if applies_if is not None else None
    return kind(id=name, critical=needed, applies_if=condition, **{**common, **own, **more})


def maturity(name: str = "ONE-01", **more: Any) -> MaturityItem:
    return _item(MaturityItem, name, {"levels": LEVELS}, **more)


def yes_no(name: str = "ONE-01", **more: Any) -> YesNoItem:
    return _item(YesNoItem, name, {}, **more)


def choice(name: str = "ONE-01", *, options: Mapping[str, int], **more: Any) -> ChoiceItem:
    scored = tuple(ScoredOption(each, "An option", points) for each, points in options.items())
    return _item(ChoiceItem, name, {"options": scored}, **more)


def multiple(name: str = "ONE-01", *, options: Iterable[str] = ("a", "b", "c"), must_have: Iterable[str] = (),
             exclusive: str | None = None, **more: Any) -> MultipleItem:  # fmt: skip
    own = {
        "options": tuple(Option(each, "An option") for each in options),
        "must_have": tuple(must_have),
        "exclusive": Option(exclusive, "None of these") if exclusive else None,
    }
    return _item(MultipleItem, name, own, **more)


def percentage(name: str = "ONE-01", *, of_fact: str | None = None, **more: Any) -> PercentageItem:
    counts = Counts("those trained", None if of_fact else "all of them")
    return _item(PercentageItem, name, {"counts": counts, "of_fact": of_fact}, **more)


def number(name: str = "ONE-01", **more: Any) -> NumberItem:
    own = {"unit": "days", "direction": "higher_is_better", "steps": ((0, 0), (14, 50), (30, 100))}
    return _item(NumberItem, name, own, **more)


def day(name: str = "ONE-01", **more: Any) -> DateItem:
    own = {"unit": "months", "direction": "lower_is_better", "never": "Never", "steps": ((0, 100), (12, 50), (24, 0))}
    return _item(DateItem, name, own, **more)


def text(name: str = "ONE-01", *, applies_if: Mapping[str, Any] | None = None) -> TextItem:
    return TextItem(id=name, text="In your own words", applies_if=when(applies_if) if applies_if else None)


def _fact(kind: type, name: str, asked_if: Mapping[str, Any] | None, **own: Any):
    return kind(id=name, text="A fact", asked_if=when(asked_if) if asked_if else None, **own)


def yes_no_fact(name: str, asked_if: Mapping[str, Any] | None = None, **more: Any) -> YesNoFact:
    return _fact(YesNoFact, name, asked_if, **more)


def number_fact(name: str, asked_if: Mapping[str, Any] | None = None, **more: Any) -> NumberFact:
    return _fact(NumberFact, name, asked_if, **{"unit": "people", **more})


def choice_fact(name: str, *options: str, asked_if: Mapping[str, Any] | None = None, **more: Any) -> ChoiceFact:
    return _fact(ChoiceFact, name, asked_if, options=tuple(Option(each, "An option") for each in options), **more)


def multiple_fact(name: str, *options: str, asked_if: Mapping[str, Any] | None = None, **more: Any) -> MultipleFact:
    return _fact(MultipleFact, name, asked_if, options=tuple(Option(each, "An option") for each in options), **more)


# Submissions


def answered(value: Any, evidence: str = "declared", **more: Any) -> Answer:
    return Answer(value=value, evidence=evidence, **more)


def documented(value: Any) -> Answer:
    return Answer(value=value, evidence="documented")


def claimed(reason: str = "We have no rooms") -> Answer:
    return Answer(not_applicable=reason)


def decided(decision: str, **more: Any) -> Decision:
    return Decision(decision=decision, on=TODAY, reason="Seen on site", **more)


def corrected(value: Any) -> Decision:
    """A reviewer's correction of a fact."""
    return decided("fact_corrected", value=value)


def submission(answers: Mapping[str, Any] | None = None, **more: Any) -> Submission:
    """Values that are no `Answer` are declared; attested unless a test says otherwise."""
    given = {name: each if isinstance(each, Answer) else answered(each) for name, each in (answers or {}).items()}
    return Submission(answers=given, **{"as_of": TODAY, "profile": {}, "attested": True, **more})


# Results


def scored(asked: Questionnaire, answers: Mapping[str, Any] | None = None, **more: Any) -> ScoreCard:
    """Score answers: `scored(questionnaire(yes_no()), {"ONE-01": "yes"})`."""
    return Scorer(asked).score(submission(answers, **more))


def refused(asked: Questionnaire, answers: Mapping[str, Any] | None = None, **more: Any) -> list[Problem]:
    """The problems that a submission is refused with; there is at least one."""
    with pytest.raises(SubmissionInvalid) as refusal:
        scored(asked, answers, **more)
    assert refusal.value.problems
    return list(refusal.value.problems)


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def pairs(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Code and place of each problem."""
    return [(problem.code, problem.where) for problem in problems]
