"""The publishing gate: whether a questionnaire is complete, fair and able to be met.

Everything here looks at one questionnaire alone; standards, glossary, translations, golden cases and the lock are
looked at by the use case that runs the gate.

Source: docs/questionnaire.md, "Publishing is a gate".
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from compliance.domain.questionnaire.checks.profiles import (
    TooManyProfiles,
    can_hold,
    holds_always,
    is_asked_whenever,
)
from compliance.domain.questionnaire.conditions import answers_named, facts_named
from compliance.domain.questionnaire.model import (
    EVIDENCE_LEVELS,
    ChoiceItem,
    DateItem,
    MaturityItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    Step,
    TextItem,
)
from compliance.errors import Problem

MOST_WORDS = 25
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:%|per ?cent)")


def gate_problems(questionnaire: Questionnaire, standards: Mapping[str, object]) -> list[Problem]:
    """What keeps a questionnaire from being published, beyond its references."""
    problems = [*_scoring_problems(questionnaire), *_fact_problems(questionnaire), *_coverage_problems(questionnaire)]
    seen_levels: dict[str, str] = {}
    for item in questionnaire.scored_items:
        problems += _item_problems(item, standards)
        problems += _condition_problems(questionnaire, item)
        problems += _level_problems(item, seen_levels)
    problems += _text_condition_problems(questionnaire)
    problems += [
        Problem("too-many-words", f"items.{item.id}.text", {"words": words, "most": MOST_WORDS})
        for item in questionnaire.items
        if (words := len(item.text.split())) > MOST_WORDS and questionnaire.language == "en"
    ]
    return problems


def _scoring_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    scoring = questionnaire.scoring
    caps = [getattr(scoring.caps, level) for level in EVIDENCE_LEVELS]
    if caps != sorted(caps):
        yield Problem("caps-fall", "scoring.caps")
    if not 0 < scoring.approaching.total < scoring.met.total <= scoring.caps.documented:
        yield Problem("thresholds-unreachable", "scoring", {"cap": scoring.caps.documented})
    for name, floor in (("section", scoring.met.section), ("pillar", scoring.met.pillar)):
        if floor > scoring.caps.documented:
            yield Problem("thresholds-unreachable", f"scoring.met.{name}", {"cap": scoring.caps.documented})


def _fact_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    used: set[str] = set()
    for condition in [
        *(fact.asked_if for fact in questionnaire.facts),
        *(item.applies_if for item in questionnaire.items),
    ]:
        used |= set(facts_named(condition)) if condition else set()
    used |= {item.of_fact for item in questionnaire.items if isinstance(item, PercentageItem) and item.of_fact}
    for fact in questionnaire.facts:
        place = f"facts.{fact.id}"
        if fact.id not in used and fact.decides is None:
            yield Problem("fact-decides-nothing", place, {"fact": fact.id})
        if isinstance(fact, NumberFact) and fact.min > fact.max:
            yield Problem("fact-bounds", place, {"min": fact.min, "max": fact.max})
        if fact.asked_if is not None and not _holds_somewhere(questionnaire, fact.id, place):
            yield Problem("condition-never-holds", f"{place}.asked_if")


def _holds_somewhere(questionnaire: Questionnaire, fact: str, place: str) -> bool:
    del place
    condition = next(each.asked_if for each in questionnaire.facts if each.id == fact)
    try:
        return condition is None or can_hold(questionnaire, condition)
    except TooManyProfiles:
        return True


def _coverage_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    criticals = [item for item in questionnaire.scored_items if item.critical is not None]
    if not any(_is_asked_of_all(questionnaire, item) for item in criticals):
        yield Problem("no-critical-for-all", "sections")


def _is_asked_of_all(questionnaire: Questionnaire, item: ScoredItem) -> bool:
    if item.applies_if is None:
        return True
    try:
        return holds_always(questionnaire, item.applies_if)
    except TooManyProfiles:  # said at the item itself
        return False


def _item_problems(item: ScoredItem, standards: Mapping[str, object]) -> Iterator[Problem]:
    place = f"items.{item.id}"
    if item.critical is not None:
        yield from _critical_problems(item, place)
    for code in item.maps_to:
        if code not in standards:
            yield Problem("standard-unknown", f"{place}.maps_to", {"code": code})
    yield from _action_problems(item, place)
    if isinstance(item, PercentageItem | NumberItem | DateItem):
        yield from _step_problems(item, place)
    if isinstance(item, NumberItem) and item.direction == "lower_is_better" and item.never is None:
        yield Problem("never-missing", place)
    if isinstance(item, PercentageItem):
        yield from _percentage_problems(item, place)


def _critical_problems(item: ScoredItem, place: str) -> Iterator[Problem]:
    needed = item.critical.at_least if item.critical else 0
    if item.applies_if is None and item.universal is None:
        yield Problem("critical-not-universal", place)
    if needed == 0 or needed > max(points_possible(item)):
        yield Problem("critical-unreachable", f"{place}.critical", {"needed": needed})
    if not any(action.reaches.points >= needed and action.reaches.evidence != "declared" for action in item.actions):
        yield Problem("critical-without-way", f"{place}.actions", {"needed": needed})
    if isinstance(item, PercentageItem) and item.of_fact is None:
        yield Problem("critical-whole-zero", place)


def points_possible(item: ScoredItem) -> frozenset[int]:
    """Every number of points that some answer to an item earns."""
    if isinstance(item, ChoiceItem):
        return frozenset(option.points for option in item.options)
    if isinstance(item, PercentageItem | NumberItem | DateItem):
        return frozenset(points for _, points in item.steps) | {0}
    if isinstance(item, MaturityItem):
        return frozenset({0, 25, 50, 75, 100})
    return frozenset({0, 100})


def _action_problems(item: ScoredItem, place: str) -> Iterator[Problem]:
    before = (0, 0)
    for index, action in enumerate(item.actions):
        reached = (action.reaches.points, EVIDENCE_LEVELS.index(action.reaches.evidence))
        if reached[0] < before[0] or reached[1] < before[1] or reached == before:
            yield Problem("action-does-not-rise", f"{place}.actions.{index}", {"number": index + 1})
        if reached[1] > 1:
            yield Problem("action-beyond-documented", f"{place}.actions.{index}", {"number": index + 1})
        before = reached


def _step_problems(item: PercentageItem | NumberItem | DateItem, place: str) -> Iterator[Problem]:
    starts = [start for start, _ in item.steps]
    if not starts or starts[0] != 0:
        yield Problem("steps-start", f"{place}.steps")
    if starts != sorted(set(starts)):
        yield Problem("steps-order", f"{place}.steps")
    falling = not isinstance(item, PercentageItem) and item.direction == "lower_is_better"
    points = [earned for _, earned in item.steps]
    if points != sorted(points, reverse=falling):
        yield Problem("steps-direction", f"{place}.steps", {"direction": "falling" if falling else "rising"})
    most = 100 if isinstance(item, PercentageItem) else item.max if isinstance(item, NumberItem) else None
    if most is not None and starts and starts[-1] > most:
        yield Problem("steps-beyond", f"{place}.steps", {"most": most})


def _percentage_problems(item: PercentageItem, place: str) -> Iterator[Problem]:
    if item.of_fact is None and item.counts.of is None:
        yield Problem("percentage-without-whole", f"{place}.counts")
    if item.of_fact is not None and item.counts.of is not None:
        yield Problem("percentage-two-wholes", f"{place}.counts")
    if item.of_fact is not None and item.may_be_none == "yes":
        yield Problem("percentage-never-none", f"{place}.may_be_none")
    if item.critical is None:
        return
    passing = passing_share(item)
    others = [share for share in _SHARE.findall(item.text) if Decimal(share) != passing]
    if passing is not None and others:
        named = int(others[0]) if others[0].isdecimal() else others[0]
        yield Problem("share-misnamed", f"{place}.text", {"named": named, "passes": passing})


def passing_share(item: PercentageItem) -> int | None:
    """The share, in percent, from which a critical percentage passes; None where it is not critical."""
    if item.critical is None:
        return None
    steps: tuple[Step, ...] = item.steps
    return next((start for start, points in steps if points >= item.critical.at_least), None)


def _condition_problems(questionnaire: Questionnaire, item: ScoredItem) -> Iterator[Problem]:
    place = f"items.{item.id}"
    try:
        if item.applies_if is not None and not can_hold(questionnaire, item.applies_if):
            yield Problem("condition-never-holds", f"{place}.applies_if")
        if isinstance(item, PercentageItem) and item.of_fact is not None:
            whole = next((fact for fact in questionnaire.facts if fact.id == item.of_fact), None)
            if isinstance(whole, NumberFact) and whole.min < 1:
                code = "critical-whole-zero" if item.critical else "whole-may-be-zero"
                yield Problem(code, f"{place}.of_fact", {"fact": item.of_fact})
            if whole is not None and not is_asked_whenever(questionnaire, item.of_fact, item.applies_if):
                yield Problem("whole-not-asked", f"{place}.of_fact", {"fact": item.of_fact})
    except TooManyProfiles:
        yield Problem("condition-too-wide", f"{place}.applies_if")


def _text_condition_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Conditions of text items over facts alone; those over answers depend on what people write."""
    for item in questionnaire.items:
        if isinstance(item, TextItem) and item.applies_if is not None and not answers_named(item.applies_if):
            try:
                holds = can_hold(questionnaire, item.applies_if)
            except TooManyProfiles:
                continue
            if not holds:
                yield Problem("condition-never-holds", f"items.{item.id}.applies_if")


def _level_problems(item: ScoredItem, seen: dict[str, str]) -> Iterator[Problem]:
    if not isinstance(item, MaturityItem):
        return
    for index, level in enumerate(item.levels):
        words = " ".join(level.lower().split()).rstrip(".")
        if words in seen:
            yield Problem("level-not-specific", f"items.{item.id}.levels.{index}", {"other": seen[words]})
        elif len(words.split()) < 4:
            yield Problem("level-too-short", f"items.{item.id}.levels.{index}")
        seen.setdefault(words, item.id)
