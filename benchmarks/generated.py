"""A large questionnaire and submissions to it, made from a seed: the load of the scoring benchmark.

The same seed gives the same bytes on every machine.
"""

import random
from datetime import date, timedelta

import msgspec

from compliance.domain.questionnaire import (
    PERCENTAGE_STEPS,
    PILLARS,
    ChoiceItem,
    DateItem,
    Fact,
    MaturityItem,
    MultipleItem,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    YesNoItem,
    compile_condition,
    reference_problems,
)

SEED = 20261121
ITEMS = 150
CONDITIONS = 60
SECTIONS = ("GOV", "PEO", "TRA", "REP", "GUE", "SUP", "ONL", "PRO", "COM", "REV")
AS_OF = date(2026, 11, 21)

Data = dict[str, object]

# Out of 150, about as in the shipped questionnaires (54 yes_no, 34 maturity, 10 number, 7 percentage, 2 multiple, 1 date
# of 108), with at least five of each.
_TYPES = {"yes_no": 66, "maturity": 43, "number": 13, "percentage": 10, "multiple": 6, "choice": 6, "date": 6}
_FACT_TYPES = ("yes_no", "yes_no", "number", "yes_no", "choice", "multiple")
_FACTS = 24
_LARGEST_FACT = 400
_OPTIONS = ("first", "second", "third", "fourth", "fifth")
_NOTES = (
    "The duty manager keeps it.", "Renewed in May, seen by the whole team.", "Only in the main building.",
    "We print it in Khmer and English.", "From next season for the new site too.",
)  # fmt: skip


def make_questionnaire(*, items: int = ITEMS, conditions: int = CONDITIONS, seed: int = SEED) -> Questionnaire:
    """A questionnaire of all item types, weights and sections, with so many conditions over 24 facts."""
    chance = random.Random(seed)
    facts = [_fact(number, chance) for number in range(_FACTS)]
    conditional = set(chance.sample(range(items), conditions))
    types = chance.sample(list(_TYPES), counts=list(_TYPES.values()), k=sum(_TYPES.values()))
    sections: list[Data] = [
        {"id": name, "title": name.title(), "pillar": PILLARS[place % len(PILLARS)], "items": []}
        for place, name in enumerate(SECTIONS)
    ]
    for number in range(items):
        section = sections[number * len(sections) // items]
        item = _item(f"{section['id']}-{number + 1:03}", types[number % len(types)], facts, chance)
        if number in conditional:
            item["applies_if"] = _condition(facts, chance, depth=2)
        section["items"].append(item)  # pyright: ignore[reportAttributeAccessIssue]
    made = msgspec.convert({**_HEAD, "facts": facts, "sections": sections}, Questionnaire)
    assert not reference_problems(made)
    return made


_HEAD: Data = {
    "questionnaire": "generated", "version": "1.0", "title": "Generated for benchmarks", "language": "en",
    "intro": None, "module": "no", "includes": [],
    "scoring": {
        "caps": {"declared": 40, "documented": 80, "verified_remotely": 100, "verified_on_site": 100},
        "met": {"total": 70, "section": 50, "section_from_weight": 8, "pillar": 50},
        "approaching": {"total": 55}, "flag_claimed_away_percent": 20,
    },
}  # fmt: skip


def _fact(number: int, chance: random.Random) -> Data:
    kind = _FACT_TYPES[number % len(_FACT_TYPES)]
    fact: Data = {"id": f"fact_{number:02}", "type": kind, "text": f"Fact {number}?", "decides": "What is asked."}
    if kind == "number":
        return {**fact, "unit": "people", "min": 1, "max": _LARGEST_FACT}
    if kind != "yes_no":
        fact["options"] = [{"id": name, "text": name.title()} for name in _OPTIONS]
    if number and chance.random() < 0.3:
        fact["asked_if"] = {"fact": "fact_00", "is": "yes"}
    return fact


def _condition(facts: list[Data], chance: random.Random, *, depth: int) -> Data:
    """A comparison, or two of them joined; true for somewhat more than half of all profiles."""
    form = chance.random()
    if depth and form < 0.5:
        if form < 0.1:
            return {"not": _condition(facts, chance, depth=0)}
        parts = [_condition(facts, chance, depth=depth - 1) for _ in range(2)]
        return {"any" if form < 0.38 else "all": parts}
    fact = chance.choice(facts)
    named: Data = {"fact": fact["id"]}
    if fact["type"] == "yes_no":
        return {**named, "is": chance.choice(["yes", "yes", "no"])}
    if fact["type"] == "number":
        return {**named, chance.choice(["at_least", "at_most"]): chance.randint(5, 60)}
    if fact["type"] == "choice":
        return {**named, "in": chance.sample(_OPTIONS, 3)}
    return {**named, "includes": chance.choice(_OPTIONS)}


def _item(name: str, kind: str, facts: list[Data], chance: random.Random) -> Data:
    item: Data = {
        "id": name, "type": kind, "text": f"Question {name}?", "help": "Help.", "why": "Because.",
        "weight": chance.choice([1, 3, 3, 5]),
        "evidence": {"expected": [{"id": "paper", "text": "A paper"}],
                     "fresh_for_months": chance.choice([6, 12, 24, 24])},
        "actions": [{"do": "Mend it", "effort_days": 2, "within_days": 60, "by": "owner",
                     "reaches": {"points": 100, "evidence": "documented"}}],
        "maps_to": ["KCS"],
    }  # fmt: skip
    if chance.random() < 0.1:
        item |= {"critical": {"at_least": 75}, "universal": "Everyone can.", "weight": 5}
    return item | _particulars(kind, facts, chance)


def _particulars(kind: str, facts: list[Data], chance: random.Random) -> Data:
    by_age: Data = {"unit": "months", "direction": "lower_is_better", "steps": [[0, 100], [12, 60], [24, 0]],
                    "never": "Never"}  # fmt: skip
    if kind == "maturity":
        return {"levels": ["None", "Some", "Half", "Most", "All"]}
    if kind == "yes_no":
        return {"good": chance.choice(["yes", "yes", "yes", "no"])}
    if kind == "choice":
        return {"options": [{"id": name, "text": name.title(), "points": points} for name, points in
                            zip(_OPTIONS, (0, 20, 50, 75, 100), strict=True)]}  # fmt: skip
    if kind == "multiple":
        return {"options": [{"id": name, "text": name.title()} for name in _OPTIONS],
                "must_have": ["first"], "exclusive": {"id": "none_of_these", "text": "None of these"}}  # fmt: skip
    if kind == "percentage":
        numbers = [fact["id"] for fact in facts if fact["type"] == "number"]
        whole: Data = {"of_fact": chance.choice(numbers)} if chance.random() < 0.5 else {"may_be_none": "yes"}
        return {"counts": {"is": "trained", "of": "all"}, "steps": PERCENTAGE_STEPS, **whole}
    if kind == "number":
        return {"unit": "days", "direction": "higher_is_better", "steps": [[0, 0], [2, 40], [6, 75], [12, 100]],
                "max": 366, "never": "Never"}  # fmt: skip
    return by_age


def make_submissions(questionnaire: Questionnaire, count: int, *, seed: int = SEED) -> list[bytes]:
    """So many valid submissions as JSON, about 7 KB each: every applicable item answered, but for a few."""
    return [_submission(questionnaire, random.Random(f"{seed}-{number}")) for number in range(count)]


def _submission(questionnaire: Questionnaire, chance: random.Random) -> bytes:
    strength = chance.choice([0.5, 0.8, 0.95, 1.0])
    profile: Data = {}
    for fact in questionnaire.facts:
        if fact.asked_if is None or compile_condition(fact.asked_if)(profile):
            profile[fact.id] = _fact_value(fact, chance)
    answers = {
        item.id: _answer(item, profile, strength, chance)
        for item in questionnaire.scored_items
        if item.applies_if is None or compile_condition(item.applies_if)(profile)
        if chance.random() < 0.9 + strength / 10
    }
    made = {"as_of": AS_OF, "profile": profile, "answers": answers, "attested": True}
    return msgspec.json.encode(made)


def _fact_value(fact: Fact, chance: random.Random) -> object:
    kind = msgspec.structs.asdict(fact)
    if "options" not in kind:
        return chance.randint(1, 80) if "unit" in kind else chance.choice(["yes", "yes", "no"])
    chosen = chance.sample(_OPTIONS, chance.randint(1, 4))
    return chosen if type(fact).__name__ == "MultipleFact" else chosen[0]


def _answer(item: ScoredItem, profile: Data, strength: float, chance: random.Random) -> Data:
    if item.critical is None and chance.random() < 0.02:
        return {"not_applicable": "We have nothing of the kind."}
    answer: Data = {"value": _value(item, profile, chance.random() < strength, chance)}
    if chance.random() < 0.5 + strength / 2:
        answer["evidence"] = "documented"
        if chance.random() < 0.2:
            answer["evidence_on"] = AS_OF - timedelta(days=chance.randint(0, 500 if strength < 1 else 120))
    if chance.random() < 0.1:
        answer["note"] = chance.choice(_NOTES)
    return answer


def _value(item: ScoredItem, profile: Data, strong: bool, chance: random.Random) -> object:  # noqa: FBT001
    match item:
        case MaturityItem():
            return 4 if strong else chance.randint(0, 3)
        case YesNoItem():
            return item.good if strong else {"yes": "no", "no": "yes"}[item.good]
        case ChoiceItem():
            return "fifth" if strong else chance.choice(_OPTIONS)
        case MultipleItem():
            options = list(_OPTIONS) if strong else chance.sample(_OPTIONS, chance.randint(1, 4))
            return options if strong or chance.random() < 0.9 else ["none_of_these"]
        case PercentageItem():
            return _part(item, profile, strong, chance)
        case NumberItem():
            return chance.randint(12, 60) if strong else chance.choice(["never", 1, 3, 7])
        case DateItem():
            days = chance.randint(0, 300) if strong else chance.randint(300, 1200)
            return AS_OF - timedelta(days=days) if strong or chance.random() < 0.8 else "never"


def _part(item: PercentageItem, profile: Data, strong: bool, chance: random.Random) -> Data:  # noqa: FBT001
    whole = profile[item.of_fact] if item.of_fact else chance.choice([4, 20, 57] if item.critical else [0, 4, 20, 57])
    assert isinstance(whole, int)
    part = {"is": whole if strong else chance.randint(0, whole)}
    return part if item.of_fact else {**part, "of": whole}
