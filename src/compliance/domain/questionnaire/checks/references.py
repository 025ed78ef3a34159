"""References: everything a questionnaire names is there, is of the right type, and came earlier.

Checked whenever a questionnaire is loaded; the rest of the publishing gate is not.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import UNSET

from compliance.domain.questionnaire.conditions import leaves
from compliance.domain.questionnaire.model import (
    ChoiceFact,
    ChoiceItem,
    Condition,
    Fact,
    Item,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    TextItem,
    YesNoFact,
    YesNoItem,
)
from compliance.errors import Problem


def reference_problems(questionnaire: Questionnaire) -> list[Problem]:
    """Duplicate ids, dangling and forward references, comparisons that do not fit what they compare."""
    return [
        *_duplicates(questionnaire),
        *_fact_references(questionnaire.facts),
        *_item_references(questionnaire),
    ]


def _duplicates(questionnaire: Questionnaire) -> Iterator[Problem]:
    yield from _twice((fact.id for fact in questionnaire.facts), "facts")
    yield from _twice((item.id for item in questionnaire.items), "items")
    for fact in questionnaire.facts:
        if isinstance(fact, ChoiceFact | MultipleFact):
            yield from _twice((option.id for option in fact.options), f"facts.{fact.id}.options")
    for item in questionnaire.scored_items:
        yield from _twice((piece.id for piece in item.evidence.expected), f"items.{item.id}.evidence")
        if isinstance(item, ChoiceItem | MultipleItem):
            exclusive = [item.exclusive.id] if isinstance(item, MultipleItem) and item.exclusive else []
            yield from _twice([*(option.id for option in item.options), *exclusive], f"items.{item.id}.options")


def _twice(ids: Iterable[str], place: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            where = f"{place}.{each}" if place in ("facts", "items") else place
            yield Problem("id-twice", where, {"id": each})
        seen.add(each)


def _fact_references(facts: tuple[Fact, ...]) -> Iterator[Problem]:
    earlier: dict[str, Fact] = {}
    every = {fact.id: fact for fact in facts}
    for fact in facts:
        if fact.asked_if is not None:
            place = f"facts.{fact.id}.asked_if"
            for leaf in leaves(fact.asked_if):
                if leaf.fact is UNSET:
                    yield Problem("condition-facts-only", place)
                elif leaf.fact not in earlier:
                    code = "reference-forward" if leaf.fact in every else "reference-unknown"
                    yield Problem(code, place, {"id": leaf.fact})
                else:
                    yield from _fits_fact(leaf, earlier[leaf.fact], place)
        earlier[fact.id] = fact


def _item_references(questionnaire: Questionnaire) -> Iterator[Problem]:
    facts = {fact.id: fact for fact in questionnaire.facts}
    every = {item.id: item for item in questionnaire.items}
    earlier: dict[str, Item] = {}
    for item in questionnaire.items:
        place = f"items.{item.id}"
        for leaf in leaves(item.applies_if) if item.applies_if else ():
            yield from _item_condition(leaf, item, facts, earlier, every)
        if isinstance(item, PercentageItem) and item.of_fact is not None:
            whole = facts.get(item.of_fact)
            if whole is None:
                yield Problem("reference-unknown", f"{place}.of_fact", {"id": item.of_fact})
            elif not isinstance(whole, NumberFact):
                yield Problem("whole-no-number", f"{place}.of_fact", {"fact": item.of_fact})
        if isinstance(item, MultipleItem):
            options = {option.id for option in item.options}
            for option in item.must_have:
                if option not in options:
                    yield Problem("reference-unknown", f"{place}.must_have", {"id": option})
        earlier[item.id] = item


def _item_condition(
    leaf: Condition, item: Item, facts: Mapping[str, Fact], earlier: Mapping[str, Item], every: Mapping[str, Item]
) -> Iterator[Problem]:
    place = f"items.{item.id}.applies_if"
    if leaf.fact is not UNSET:
        fact = facts.get(leaf.fact)
        if fact is None:
            yield Problem("reference-unknown", place, {"id": leaf.fact})
        else:
            yield from _fits_fact(leaf, fact, place)
        return
    named = leaf.answer if leaf.answer is not UNSET else leaf.answered
    if not isinstance(item, TextItem):
        yield Problem("condition-answer-on-scored", place, {"id": str(named)})
    elif named not in earlier:
        code = "reference-forward" if named in every else "reference-unknown"
        yield Problem(code, place, {"id": str(named)})
    elif leaf.answer is not UNSET:
        yield from _fits_answer(leaf, earlier[leaf.answer], place)


def _fits_fact(leaf: Condition, fact: Fact, place: str) -> Iterator[Problem]:
    match fact:
        case YesNoFact():
            yield from _fits_words(leaf, ("yes", "no"), fact.id, place)
        case ChoiceFact():
            yield from _fits_words(leaf, tuple(option.id for option in fact.options), fact.id, place)
        case NumberFact():
            yield from _fits_number(leaf, fact.id, place)
        case MultipleFact():
            yield from _fits_several(leaf, tuple(option.id for option in fact.options), fact.id, place)


def _fits_answer(leaf: Condition, item: Item, place: str) -> Iterator[Problem]:
    match item:
        case YesNoItem():
            yield from _fits_words(leaf, ("yes", "no"), item.id, place)
        case ChoiceItem():
            yield from _fits_words(leaf, tuple(option.id for option in item.options), item.id, place)
        case MaturityItem() | NumberItem():
            yield from _fits_number(leaf, item.id, place)
        case MultipleItem():
            yield from _fits_several(leaf, tuple(option.id for option in item.options), item.id, place)
        case _:
            yield Problem("condition-not-comparable", place, {"id": item.id})


def _fits_words(leaf: Condition, words: tuple[str, ...], subject: str, place: str) -> Iterator[Problem]:
    if leaf.is_ is UNSET and leaf.in_ is UNSET:
        yield Problem("condition-operator", place, {"id": subject, "operators": "is, in"})
        return
    for value in (leaf.is_,) if leaf.is_ is not UNSET else leaf.in_ or ():
        if value not in words:
            yield Problem("condition-value", place, {"id": subject, "given": str(value), "words": ", ".join(words)})


def _fits_number(leaf: Condition, subject: str, place: str) -> Iterator[Problem]:
    if leaf.includes is not UNSET:
        yield Problem("condition-operator", place, {"id": subject, "operators": "is, in, at_least, at_most"})
    for value in (leaf.is_,) if leaf.is_ is not UNSET else leaf.in_ or ():
        if not isinstance(value, int):
            yield Problem("condition-value", place, {"id": subject, "given": str(value), "words": "a whole number"})


def _fits_several(leaf: Condition, options: tuple[str, ...], subject: str, place: str) -> Iterator[Problem]:
    if leaf.includes is UNSET:
        yield Problem("condition-operator", place, {"id": subject, "operators": "includes"})
    elif leaf.includes not in options:
        yield Problem("condition-value", place, {"id": subject, "given": leaf.includes, "words": ", ".join(options)})
