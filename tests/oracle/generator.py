"""Random submissions, all of them valid, that walk every path of the scoring rule."""

from __future__ import annotations

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from .oracle import (
    LEVELS,
    PERCENTAGE_STEPS,
    asked_facts,
    effective_facts,
    holds,
    is_claim,
    load,
    needed_for,
    points,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = [
    "យើងបានសរសេរច្បាប់នេះក្នុងខែឧសភា",
    "We wrote the rule in May",
    "ទើបបើកបានបីសប្តាហ៍ · three weeks",
    'He said "no" — 🛶 é',
]
NUMBERS = [0, 1, 2, 3, 5, 6, 7, 20, 49, 50, 51, 99, 100, 101, 1000, 99_999]
FULL = 100


@dataclass(frozen=True)
class Mood:
    """What a submission is like on the whole: chances between 0 and 1, and how it was reviewed."""

    weak: float  # an answer is not a full one
    weak_critical: float
    undocumented: float
    missing: float
    claim: float
    yes: float  # a fact of type yes_no is yes
    review: str  # "", "any", "desk" or "site"


@cache
def day_before(as_of: str, months: int, days: int) -> str:
    """Day so many months before another, moved by days, never after it."""
    today = date.fromisoformat(as_of)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    day = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1])) + timedelta(days=days)
    return min(day, today).isoformat()


class Maker:
    """Makes the submissions of one questionnaire, one after the other, from one stream of chance."""

    def __init__(self, questionnaire_path: Path, seed: int) -> None:
        """Read the questionnaire."""
        self.questionnaire = load(questionnaire_path)
        self.items = [item for section in self.questionnaire["sections"] for item in section["items"]]
        self.facts = {fact["id"]: fact for fact in self.questionnaire["facts"]}
        self.rng = random.Random(seed)
        self.as_of = "2026-11-21"
        self.mood = self.some_mood()

    def chance(self, probability: float) -> bool:
        """Happen with a probability."""
        return self.rng.random() < probability

    def some_mood(self) -> Mood:
        """Choose how good and how reviewed a submission is."""
        pick = self.rng.choice
        weak = pick([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1.0])
        return Mood(
            weak=weak,
            weak_critical=pick([0.0, 0.0, 0.0, 0.03, weak]),
            undocumented=pick([0.0, 0.0, 0.03, 0.1, 0.3, 0.6]),
            missing=pick([0.0, 0.0, 0.0, 0.03, 0.1, 0.5]),
            claim=pick([0.0, 0.0, 0.02, 0.1, 0.3]),
            yes=pick([0.0, 0.15, 0.5, 0.5, 0.85, 1.0]),
            review=pick(["", "", "", "", "", "", "any", "desk", "site"]),
        )

    def some_day(self) -> str:
        """Choose a day, ends of months and leap days more often than others."""
        year, month = self.rng.randint(2026, 2030), self.rng.randint(1, 12)
        last = monthrange(year, month)[1]
        return date(year, month, self.rng.choice([1, 15, last, last, self.rng.randint(1, last)])).isoformat()

    def months_back(self, months: int, days: int = 0) -> str:
        """Day so many months before as_of, moved by days, never after as_of."""
        return day_before(self.as_of, months, days)

    # Facts

    def fact_value(self, fact: dict[str, Any]) -> Any:
        """Choose a value of a fact."""
        if fact["type"] == "yes_no":
            return "yes" if self.chance(self.mood.yes) else "no"
        if fact["type"] == "number":
            low, high = int(fact.get("min", 0)), int(fact.get("max", 1_000_000))
            return self.rng.choice([number for number in [low, low + 1, high, *NUMBERS] if low <= number <= high])
        options = [option["id"] for option in fact["options"]]
        if fact["type"] == "choice":
            return self.rng.choice(options)
        return self.rng.sample(options, self.rng.randint(1, len(options)))

    def profile(self) -> dict[str, Any]:
        """Give every fact that is asked, and now and then one that is not."""
        asked: dict[str, Any] = {}
        stray: dict[str, Any] = {}
        for fact in self.questionnaire["facts"]:
            if holds(fact.get("asked_if"), asked):
                asked[fact["id"]] = self.fact_value(fact)
            elif self.chance(0.15):
                stray[fact["id"]] = self.fact_value(fact)
        return self.shuffled({**asked, **stray})

    def shuffled(self, data: dict[str, Any]) -> dict[str, Any]:
        """Put the keys in another order."""
        return dict(self.rng.sample(list(data.items()), len(data)))

    # Answers

    def values(self, item: dict[str, Any], facts: dict[str, Any]) -> list[Any]:
        """List values of an item, those on both sides of every boundary among them."""
        kind, pick = item["type"], self.rng.choice
        steps = [int(start) for start, _ in item.get("steps", PERCENTAGE_STEPS)]
        never = ["never"] if "never" in item else []
        if kind == "maturity":
            return [0, 1, 2, 3, 4]
        if kind == "yes_no":
            return ["yes", "no"]
        if kind == "choice":
            return [option["id"] for option in item["options"]]
        if kind == "multiple":
            return self.selections(item)
        if kind == "percentage":
            own = "of_fact" not in item
            whole = pick([1, 2, 3, 7, 20, 33, 50, 100, 997]) if own else facts.get(item["of_fact"], 5)
            edges = [-(-step * whole // 100) for step in steps]
            parts = {0, 1, whole, *edges, *(edge - 1 for edge in edges), self.rng.randint(0, whole)}
            valid = sorted(part for part in parts if 0 <= part <= whole)
            return [{"is": part, "of": whole} if own else {"is": part} for part in valid]
        if kind == "number":
            most = int(item.get("max", 1_000_000))
            numbers = {0, most, *steps, *(step - 1 for step in steps[1:]), self.rng.randint(0, most)}
            return [*sorted(number for number in numbers if number <= most), *never]
        days = [self.months_back(step, day) for step in steps for day in (-1, 0, 1)]
        return [*days, self.months_back(self.rng.randint(0, 60), -self.rng.randint(0, 30)), *never]

    def selections(self, item: dict[str, Any]) -> list[list[str]]:
        """List choices for an item of type multiple."""
        options, must = [option["id"] for option in item["options"]], item.get("must_have", [])
        found = [self.rng.sample(options, count) for count in range(1, len(options) + 1)]
        found += [[option for option in options if option != left_out] for left_out in must]
        found += [[*must, *self.rng.sample([o for o in options if o not in must], 1)]] if must else []
        found += [[item["exclusive"]["id"]]] if "exclusive" in item else []
        return found

    def answer(self, item: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        """Answer an item, or claim that it does not apply."""
        if item["type"] == "text":
            return {"value": self.rng.choice(WORDS)}
        critical, answer = needed_for(item) is not None, {}
        if not critical and self.chance(self.mood.claim):
            if item.get("may_be_none") == "yes" and self.chance(0.5):
                return {"value": {"is": 0, "of": 0}}
            return {"not_applicable": self.rng.choice(WORDS)}
        values = self.values(item, facts)
        if not self.chance(self.mood.weak_critical if critical else self.mood.weak) and holds(
            item.get("applies_if"), facts
        ):
            values = [value for value in values if points(item, value, facts, self.as_of) == FULL] or values
        answer["value"] = self.rng.choice(values)
        if self.chance(0.2):
            answer["note"] = self.rng.choice(WORDS)
        return {**answer, **self.evidence(item)}

    def evidence(self, item: dict[str, Any]) -> dict[str, Any]:
        """Show evidence, in one of the ways there are, fresh or stale."""
        fresh_for = int(item.get("evidence", {}).get("fresh_for_months", 24))
        fresh = [self.as_of, self.months_back(self.rng.randint(0, fresh_for - 1)), self.months_back(fresh_for, 1)]
        fresh.append(self.months_back(fresh_for - 1))
        stale = [self.months_back(fresh_for), self.months_back(fresh_for, -1), self.months_back(fresh_for + 30)]
        if not self.chance(self.mood.undocumented):
            if self.chance(0.4):
                return {"evidence": "documented"}
            if self.chance(0.5):
                return {"evidence": "documented", "evidence_on": self.rng.choice(fresh)}
            return {
                "pieces": self.pieces(item, [self.rng.choice(fresh), *self.rng.sample(stale, self.rng.randint(0, 2))])
            }
        if self.chance(0.5):
            return self.rng.choice([{}, {"evidence": "declared"}])
        if self.chance(0.5):
            return {"evidence": "documented", "evidence_on": self.rng.choice(stale)}
        return {"pieces": self.pieces(item, self.rng.sample(stale, self.rng.randint(1, 2)))}

    def pieces(self, item: dict[str, Any], days: list[str]) -> list[dict[str, Any]]:
        """Make a piece of evidence for every day, in any order."""
        known = item.get("evidence", {})
        found = []
        for day in self.rng.sample(days, len(days)):
            form = known.get("form") or self.rng.choice(["file", "record"])
            piece = {"form": form, "dated_on": day}
            if known.get("expected") and self.chance(0.7):
                piece["expected"] = self.rng.choice(known["expected"])["id"]
            if form == "record" or self.chance(0.3):
                piece["what"] = self.rng.choice(WORDS)
            found.append(piece)
        return found

    def answers(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Answer most of what is asked, and now and then what is not."""
        found: dict[str, Any] = {}
        for item in self.items:
            applies = item["type"] == "text" or holds(item.get("applies_if"), facts)
            if self.chance(1 - self.mood.missing if applies else 0.2):
                found[item["id"]] = self.answer(item, facts)
        return self.shuffled(found)

    # Reviews

    def corrections(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Uphold or correct some of the facts that were asked."""
        found: dict[str, Any] = {}
        for name, value in facts.items():
            if not self.chance(0.35):
                continue
            found[name] = {"decision": "fact_upheld"}
            other = self.fact_value(self.facts[name])
            same = sorted(other) == sorted(value) if isinstance(value, list) else other == value
            if not same and self.chance(0.6 if self.mood.review == "any" else 0.15):
                found[name] = {"decision": "fact_corrected", "value": other}
        return found

    def item_decision(self, item: dict[str, Any], answer: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        """Decide on what a respondent said about an item; facts are the effective ones."""
        verified = {"desk": LEVELS[2:], "site": LEVELS[3:]}.get(self.mood.review, LEVELS)
        if self.chance(0.15 if self.mood.review == "any" else 0.01):
            return {"decision": "needs_clarification"}
        if is_claim(item, answer):
            return {"decision": self.rng.choice(["not_applicable_accepted", "not_applicable_refused"])}
        level = self.rng.choice(verified)
        applies = holds(item.get("applies_if"), facts)
        if applies and self.chance(0.35 if self.mood.review == "any" else 0.06):
            most = points(item, answer["value"], facts, self.as_of)
            lower = [v for v in self.lower(item, answer, facts) if points(item, v, facts, self.as_of) <= most]
            if lower:
                return {"decision": "lowered", "value": self.rng.choice(lower), "evidence": level}
        return {"decision": "upheld", "evidence": level}

    def lower(self, item: dict[str, Any], answer: dict[str, Any], facts: dict[str, Any]) -> list[Any]:
        """List values for a lowered decision; the part of a percentage never grows."""
        given = answer["value"]
        values = [*self.values(item, facts), given]
        if item["type"] != "percentage":
            return values
        whole = min(given["is"], facts[item["of_fact"]]) if "of_fact" in item else given["is"]
        return [{**given, "is": part} for part in {0, whole // 2, max(0, whole - 1), whole}]

    def review(self, submission: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        """Add decisions and a sample."""
        scored = [item for item in self.items if item["type"] != "text" and holds(item.get("applies_if"), asked)]
        drawable = [*(item["id"] for item in scored), *asked]
        if not self.mood.review:
            drawn = self.rng.sample(drawable, self.rng.randint(1, min(8, len(drawable)))) if self.chance(0.1) else None
            return {**submission, "decisions": {}, "sample": drawn}
        decisions = self.corrections(asked)
        facts = effective_facts(self.questionnaire, {**submission, "decisions": decisions})
        share = self.rng.choice([0.1, 0.4, 0.8, 1.0])
        for item in scored:
            answer = submission["answers"].get(item["id"])
            everything = self.mood.review != "any" and needed_for(item) is not None
            if answer is not None and (everything or self.chance(share)):
                decisions[item["id"]] = self.item_decision(item, answer, facts)
        for decision in decisions.values():
            decision |= {"on": self.as_of, "reason": self.rng.choice(WORDS)}
        pool = [name for name in drawable if name in decisions]
        if self.mood.review == "any" or not pool or self.chance(0.1):
            pool = drawable
        sample = self.rng.sample(pool, self.rng.randint(1, len(pool))) if self.chance(0.9) else None
        return {**submission, "decisions": self.shuffled(decisions), "sample": sample}

    def submission(self) -> dict[str, Any]:
        """Make one submission."""
        self.mood, self.as_of = self.some_mood(), self.some_day()
        profile = self.profile()
        asked = asked_facts(self.questionnaire, profile)
        made = {"as_of": self.as_of, "profile": profile, "answers": self.answers(asked)}
        return {**self.review(made, asked), "attested": self.chance(0.95 if self.mood.review else 0.7)}


def submissions(questionnaire_path: Path, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield so many valid submissions of a questionnaire; the same seed gives the same ones."""
    maker = Maker(questionnaire_path, seed)
    for _ in range(count):
        yield maker.submission()
