"""One item: does it apply, what was answered, with which evidence, and what does that earn."""

from datetime import date
from typing import cast

import msgspec
from msgspec import UNSET, UnsetType

from compliance.domain.questionnaire.conditions import compile_blame, compile_condition
from compliance.domain.questionnaire.model import (
    EVIDENCE_LEVELS,
    DateItem,
    EvidenceLevel,
    PercentageItem,
    ScoredItem,
    Scoring,
)
from compliance.domain.scoring.card import Because, ItemScore
from compliance.domain.scoring.evidence import EvidenceRule
from compliance.domain.scoring.profile import Facts
from compliance.domain.scoring.submission import Answer, Decision, FactValue, Submission, Value
from compliance.domain.scoring.values import ThereAreNone, Wrong, compile_points

DOCUMENTED = EVIDENCE_LEVELS.index("documented")
MOST_REMEMBERED = 256
"""Values of one item whose score is kept at hand; honest answers are few, hostile ones endless."""
PENDING_CLAIM = ItemScore(state="not_applicable", claim="pending")
ACCEPTED_CLAIM = ItemScore(state="not_applicable", claim="accepted")


class ItemRule:
    """An item compiled for scoring. It may serve many threads: all it remembers is what it has worked out before."""

    def __init__(self, item: ScoredItem, scoring: Scoring) -> None:
        self.id = item.id
        self.weight: int = item.weight
        self.item = item
        self.needed = item.critical.at_least if item.critical else None
        """Found points that a critical item needs; None for an item that is not critical."""
        self.applies = compile_condition(item.applies_if) if item.applies_if else None
        self.blamed = compile_blame(item.applies_if) if item.applies_if else None
        self.whole_fact = item.of_fact if isinstance(item, PercentageItem) else None
        self.points_of = compile_points(item)
        self._evidence = EvidenceRule(item.evidence)
        self._caps: dict[EvidenceLevel, int] = {level: getattr(scoring.caps, level) for level in EVIDENCE_LEVELS}
        self._is_fixed = not isinstance(item, PercentageItem | DateItem)
        """Whether a value earns the same whatever the facts and the day."""
        self._read: dict[EvidenceLevel, dict[Value | UnsetType, ItemScore]] = {"declared": {}, "documented": {}}
        self._scores: dict[tuple[int, int, EvidenceLevel], ItemScore] = {}
        self._not_asked: dict[tuple[str, FactValue | None], ItemScore] = {}
        self.unanswered = msgspec.structs.replace(self.scored(0, 0, "declared"), state="unanswered")

    def read(self, answer: Answer, facts: Facts, as_of: date) -> ItemScore | None:
        """What an answer earns, before any reviewer; None for a claim that the item does not apply.

        Raises:
            Wrong: the item does not take this answer.
        """
        level = "declared"
        if answer.evidence != "declared" or answer.pieces or answer.evidence_on is not None:
            level = self._evidence.level(answer, as_of)
        if answer.not_applicable is not None:
            self._check_claim(answer)
            return None
        value = answer.value
        # True equals 1 in Python, and is no level of anything: it must not find what 1 earned.
        if self._is_fixed and value.__class__ is not bool:
            made = self._read[level].get(value)
            if made is not None:
                return made
        return self._read_value(value, level, facts, as_of)

    def _read_value(
        self, value: Value | UnsetType, level: EvidenceLevel, facts: Facts, as_of: date
    ) -> ItemScore | None:
        if value is UNSET:
            raise Wrong("answer-empty")
        whole = None if self.whole_fact is None else cast("int | None", facts.get(self.whole_fact))
        try:
            points = self.points_of(value, whole, as_of)
        except ThereAreNone:
            if self.needed is not None:
                raise Wrong("value-whole-zero") from None
            return None
        made = self.scored(points, points, level)
        if self._is_fixed and len(self._read[level]) < MOST_REMEMBERED:
            self._read[level][value] = made
        return made

    def scored(self, points: int, found: int, level: EvidenceLevel) -> ItemScore:
        """The item score of an answered item. Few combinations exist, so each is made once."""
        key = (points, found, level)
        made = self._scores.get(key)
        if made is None:
            made = self._scores[key] = self._earns(points, found, level)
        return made

    def state(self, found: int, level: EvidenceLevel) -> ItemScore:
        """The item score with these found points at this level, as if just answered so."""
        return self.scored(found, found, level)

    def not_asked(self, facts: Facts) -> ItemScore:
        """The item score of an item that does not apply, with the fact that made it so."""
        assert self.blamed is not None
        fact = self.blamed(facts)
        value = facts.get(fact)
        made = self._not_asked.get((fact, value))
        if made is None:
            made = ItemScore(state="not_asked", because=Because(fact, value))
            if len(self._not_asked) < MOST_REMEMBERED:
                self._not_asked[fact, value] = made
        return made

    def _earns(self, points: int, found: int, level: EvidenceLevel) -> ItemScore:
        passed = self.needed is not None and found >= self.needed and EVIDENCE_LEVELS.index(level) >= DOCUMENTED
        return ItemScore(
            state="answered",
            points=points,
            found_points=found,
            assured_points=min(found, self._caps[level]),
            level=level,
            critical=UNSET if self.needed is None else "passed" if passed else "failed",
        )

    def _check_claim(self, answer: Answer) -> None:
        if answer.value is not UNSET:
            raise Wrong("answer-both")
        if self.needed is not None:
            raise Wrong("claim-critical")
        if not (answer.not_applicable or "").strip():
            raise Wrong("claim-without-reason")


def score_item(rule: ItemRule, submission: Submission, submitted: Facts, effective: Facts) -> ItemScore:
    """Score one item; `submitted` and `effective` are the same object where no fact was corrected.

    Raises:
        Wrong: the item does not take the answer, whether it applies or not.
    """
    answer = submission.answers.get(rule.id)
    if rule.applies is not None and not rule.applies(effective):
        if answer is not None:
            rule.read(answer, submitted, submission.as_of)
        return rule.not_asked(effective)
    if answer is None:
        return rule.unanswered
    reading = rule.read(answer, submitted, submission.as_of)
    if submission.decisions:
        return _decided(rule, submission, submitted, effective, reading)
    return PENDING_CLAIM if reading is None else reading


def _decided(
    rule: ItemRule, submission: Submission, submitted: Facts, effective: Facts, reading: ItemScore | None
) -> ItemScore:
    """Score an answered item that applies, where reviewers have decided something."""
    if is_newly_asked(rule, submitted, effective):
        return rule.unanswered
    decision = submission.decisions.get(rule.id)
    if reading is None:
        return _claimed(rule, decision)
    points, level = cast("int", reading.points), cast("EvidenceLevel", reading.level)
    if effective is not submitted and rule.whole_fact is not None:
        points = points_under(rule, submission.answers[rule.id], effective, submission.as_of)
    if decision is None or decision.evidence is None:
        return rule.scored(points, points, level)
    found = points
    if decision.value is not UNSET:
        found = points_under(rule, Answer(value=decision.value), effective, submission.as_of)
    return rule.scored(points, found, decision.evidence)


def is_newly_asked(rule: ItemRule, submitted: Facts, effective: Facts) -> bool:
    """Whether the item applies only because a reviewer corrected a fact: it counts as unanswered."""
    return effective is not submitted and rule.applies is not None and not rule.applies(submitted)


def points_under(rule: ItemRule, answer: Answer, facts: Facts, as_of: date) -> int:
    """What a value earns under corrected facts.

    A part that was right when it was given may exceed a whole that was corrected downwards; it is then all of it.
    """
    if rule.whole_fact is None:
        return rule.points_of(answer.value, None, as_of)
    whole = facts.get(rule.whole_fact)
    part = getattr(answer.value, "is_", 0)
    return rule.points_of(answer.value, max(whole, part) if isinstance(whole, int) else None, as_of)


def _claimed(rule: ItemRule, decision: Decision | None) -> ItemScore:
    if decision is not None and decision.decision == "not_applicable_refused":
        return rule.unanswered
    accepted = decision is not None and decision.decision == "not_applicable_accepted"
    return ACCEPTED_CLAIM if accepted else PENDING_CLAIM
