"""Invented answers of invented businesses: for any questionnaire, aimed at an outcome, the same for the same seed.

They begin as the best answers that can be documented, and are made worse one by one, in an order drawn from the seed,
as long as the outcome allows it. So every condition, floor and critical item of a questionnaire is respected without
being known here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from compliance.domain.questionnaire import (
    ChoiceFact,
    ChoiceItem,
    DateItem,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    YesNoItem,
    compile_condition,
)
from compliance.domain.scoring import Answer, EvidencePiece, FactValue, Outcome, Part, Scorer, Submission, Value

RANKS: Mapping[Outcome, int] = {"not_met": 0, "approaching": 1, "met": 2}
OLDEST_PROOF_DAYS = 150
"""The shortest time for which any evidence counts is six months."""
REVIEWED_DAYS = 200
ANSWERED_FOR_ALL = 20


class Aim(Struct, frozen=True, kw_only=True):
    """What the answers are to come to."""

    outcome: Outcome
    weak_percent: int = 25
    """How many of the items are made worse, where the outcome allows it."""
    seed: str
    on: date
    """The day of the submission."""


class Drawn:
    """Chance from a seed, one draw after the other."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def below(self, limit: int) -> int:
        """A whole number from 0, smaller than the limit."""
        self._count += 1
        drawn = hashlib.sha256(self._seed + self._count.to_bytes(4, "big")).digest()
        return int.from_bytes(drawn[:8], "big") % limit

    def shuffled(self, ids: list[str]) -> list[str]:
        """The same ids in another order."""
        return sorted(ids, key=lambda each: hashlib.sha256(self._seed + each.encode()).digest())


def invent_facts(questionnaire: Questionnaire, known: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """A profile: what is known of the business, `no` and small numbers for all else that is asked."""
    facts: dict[str, FactValue] = {}
    for fact in questionnaire.facts:
        if fact.asked_if is not None and not compile_condition(fact.asked_if)(facts):
            continue
        match fact:
            case NumberFact():
                facts[fact.id] = known.get(fact.id, max(fact.min, min(fact.max, 12)))
            case ChoiceFact():
                facts[fact.id] = known.get(fact.id, fact.options[0].id)
            case MultipleFact():
                facts[fact.id] = known.get(fact.id, (fact.options[0].id,))
            case _:
                facts[fact.id] = known.get(fact.id, "no")
    return facts


def invent_answers(
    scorer: Scorer, profile: Mapping[str, FactValue], aim: Aim, *, papers: Mapping[str, str] | None = None
) -> dict[str, Answer]:
    """Answers to every item that is asked, in the questionnaire's order, that come to the outcome aimed at.

    `papers`: titles by digest of files that were uploaded; some answers name one.
    """
    drawn = Drawn(aim.seed)
    best = {item.id: _best(item, profile, aim.on, drawn) for item in _asked(scorer, profile, aim.on)}
    answers = _with_papers(scorer, best, papers or {}, drawn)
    items = {item.id: item for item in scorer.questionnaire.scored_items}
    worst, most = RANKS[aim.outcome], len(answers) * aim.weak_percent // 100
    rank, weakened = RANKS["met"], 0
    for name in drawn.shuffled(list(answers)):
        if rank == worst and weakened >= most:
            break
        tried = {**answers, name: _weak(items[name], answers[name], profile, drawn)}
        reached = RANKS[outcome_of(scorer, profile, tried, aim.on)]
        if reached >= worst:
            answers, rank, weakened = tried, reached, weakened + 1
    return answers


def outcome_of(scorer: Scorer, profile: Mapping[str, FactValue], answers: Mapping[str, Answer], on: date) -> Outcome:
    """What answers come to."""
    submission = Submission(as_of=on, profile=dict(profile), answers=dict(answers), attested=True)
    return scorer.score(submission).outcome


def _asked(scorer: Scorer, profile: Mapping[str, FactValue], on: date) -> Iterator[ScoredItem]:
    card = scorer.score(Submission(as_of=on, profile=dict(profile), answers={}))
    return (item for item in scorer.questionnaire.scored_items if card.items[item.id].state != "not_asked")


def _best(item: ScoredItem, profile: Mapping[str, FactValue], on: date, drawn: Drawn) -> Answer:
    """The best value, documented; a maturity of 3, since few businesses have reached the end."""
    match item:
        case MaturityItem():
            value: Value = 3 + drawn.below(2)
        case YesNoItem():
            value = item.good
        case ChoiceItem():
            value = max(item.options, key=lambda option: option.points).id
        case MultipleItem():
            value = tuple(option.id for option in item.options)
        case PercentageItem():
            value = _all_of(item, profile)
        case NumberItem():
            value = max(item.steps, key=lambda step: step[1])[0]
        case DateItem():
            value = (on - timedelta(days=drawn.below(REVIEWED_DAYS))).isoformat()
    return Answer(value=value, pieces=(_piece(item, on, drawn),))


def _all_of(item: PercentageItem, profile: Mapping[str, FactValue]) -> Part:
    if item.of_fact is None:
        return Part(ANSWERED_FOR_ALL, ANSWERED_FOR_ALL)
    whole = profile[item.of_fact]
    assert isinstance(whole, int)
    return Part(whole)


def _piece(item: ScoredItem, on: date, drawn: Drawn) -> EvidencePiece:
    expected = item.evidence.expected[drawn.below(len(item.evidence.expected))]
    what = f"Invented for the demonstration. {expected.text}"
    return EvidencePiece(expected=expected.id, form="record", what=what[:1000],
                         dated_on=on - timedelta(days=drawn.below(OLDEST_PROOF_DAYS)))  # fmt: skip


def _with_papers(
    scorer: Scorer, answers: dict[str, Answer], papers: Mapping[str, str], drawn: Drawn
) -> dict[str, Answer]:
    """Some answers with a file in place of a record, where the item takes files."""
    takes = [item.id for item in scorer.questionnaire.scored_items
             if item.id in answers and item.evidence.form != "record"]  # fmt: skip
    filed = dict(answers)
    for name, (digest, title) in zip(drawn.shuffled(takes), papers.items(), strict=False):
        piece = replace(answers[name].pieces[0], form="file", file=digest, what=title)
        filed[name] = replace(answers[name], pieces=(piece,))
    return filed


def _weak(item: ScoredItem, answer: Answer, profile: Mapping[str, FactValue], drawn: Drawn) -> Answer:
    """A worse answer: less of it, or the same without proof."""
    if drawn.below(4) == 0:
        return replace(answer, pieces=(), note="Invented: we do this, and have not written it down yet.")
    match item:
        case MaturityItem():
            value: Value = drawn.below(3)
        case YesNoItem():
            value = "no" if item.good == "yes" else "yes"
        case ChoiceItem():
            value = min(item.options, key=lambda option: option.points).id
        case MultipleItem():
            value = tuple(option.id for option in item.options if option.id in item.must_have) or (item.options[0].id,)
        case PercentageItem():
            whole = _all_of(item, profile)
            value = Part(whole.is_ * (30 + drawn.below(40)) // 100, whole.of)
        case NumberItem():
            value = min(item.steps, key=lambda step: step[1])[0]
        case DateItem():
            value = "never"
    return replace(answer, value=value, pieces=() if item.critical is None else answer.pieces)
