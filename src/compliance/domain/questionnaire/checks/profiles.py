"""All profiles that matter to a condition: enough to say whether it can hold, and whether one follows from another.

Numbers are tried at the bounds and just around every number a condition compares; of `multiple` facts, the options
that a condition names. A questionnaire names few facts in one condition, so trying all is exact and quick.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations

from msgspec import UNSET

from compliance.domain.questionnaire.conditions import Known, compile_condition, facts_named, leaves
from compliance.domain.questionnaire.model import (
    ChoiceFact,
    Condition,
    Fact,
    MultipleFact,
    NumberFact,
    Questionnaire,
    YesNoFact,
)

MOST_PROFILES = 200_000


class TooManyProfiles(Exception):
    """Conditions that name too many facts to be tried out."""


def profiles_for(
    questionnaire: Questionnaire, conditions: Iterable[Condition], also: Iterable[str] = ()
) -> list[Known]:
    """Every profile that the conditions can tell apart, over the facts they name and those these depend on.

    Raises:
        TooManyProfiles: they cannot be tried one by one.
    """
    facts = {fact.id: fact for fact in questionnaire.facts}
    named = _with_dependencies(facts, chain(also, *(facts_named(condition) for condition in conditions)))
    compared = [*conditions, *(fact.asked_if for fact in named if fact.asked_if is not None)]
    profiles: list[dict[str, object]] = [{}]
    for fact in named:
        asked = compile_condition(fact.asked_if) if fact.asked_if else None
        values = list(_values(fact, compared))
        grown: list[dict[str, object]] = []
        for profile in profiles:
            if asked is not None and not asked(profile):
                grown.append(profile)
            else:
                grown += [{**profile, fact.id: value} for value in values]
            if len(grown) > MOST_PROFILES:
                raise TooManyProfiles
        profiles = grown
    return list(profiles)


def can_hold(questionnaire: Questionnaire, condition: Condition) -> bool:
    """Whether some profile makes a condition true."""
    holds = compile_condition(condition)
    return any(holds(profile) for profile in profiles_for(questionnaire, [condition]))


def holds_always(questionnaire: Questionnaire, condition: Condition) -> bool:
    """Whether every profile makes a condition true."""
    holds = compile_condition(condition)
    return all(holds(profile) for profile in profiles_for(questionnaire, [condition]))


def is_asked_whenever(questionnaire: Questionnaire, fact: str, condition: Condition | None) -> bool:
    """Whether a fact is asked in every profile in which a condition (or none) holds."""
    holds = compile_condition(condition) if condition else None
    profiles = profiles_for(questionnaire, [condition] if condition else [], [fact])
    return all(fact in profile for profile in profiles if holds is None or holds(profile))


def _with_dependencies(facts: Mapping[str, Fact], named: Iterable[str]) -> list[Fact]:
    wanted: set[str] = set()
    waiting = [name for name in named if name in facts]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            asked_if = facts[name].asked_if
            waiting += [other for other in facts_named(asked_if) if other in facts] if asked_if else []
    return [fact for fact in facts.values() if fact.id in wanted]


def _values(fact: Fact, conditions: list[Condition]) -> Iterator[object]:
    comparing = [leaf for condition in conditions for leaf in leaves(condition) if leaf.fact == fact.id]
    match fact:
        case YesNoFact():
            yield from ("yes", "no")
        case ChoiceFact():
            yield from (option.id for option in fact.options)
        case NumberFact():
            yield from _numbers(fact, comparing)
        case MultipleFact():
            named = sorted({leaf.includes for leaf in comparing if leaf.includes is not UNSET})
            for size in range(len(named) + 1):
                yield from combinations(named, size)


def _numbers(fact: NumberFact, comparing: list[Condition]) -> list[int]:
    numbers = {fact.min, fact.max}
    for leaf in comparing:
        compared = [leaf.is_, leaf.at_least, leaf.at_most, *(leaf.in_ or ())]
        for number in compared:
            if isinstance(number, int):
                numbers |= {number - 1, number, number + 1}
    return sorted(number for number in numbers if fact.min <= number <= fact.max)
