"""One item: does it apply, what was answered, with which evidence, and what does that earn."""

from datetime import date

from msgspec import UNSET

from compliance.domain.questionnaire.conditions import Known, blamed_fact, compile_condition
from compliance.domain.questionnaire.model import (
    EVIDENCE_LEVELS,
    EvidenceLevel,
    PercentageItem,
    ScoredItem,
    Scoring,
)
from compliance.domain.scoring.card import Because, ItemScore
from compliance.domain.scoring.profile import Facts
from compliance.domain.scoring.submission import Answer, Decision, Submission
from compliance.domain.scoring.values import ThereAreNone, Wrong, compile_points, whole_months

DOCUMENTED = EVIDENCE_LEVELS.index("documented")
Reading = tuple[int, EvidenceLevel]
"""Declared points and the answer's own evidence level."""


class ItemRule:
    """An item compiled for scoring. Holds no submission; may serve many threads."""

    def __init__(self, item: ScoredItem, scoring: Scoring) -> None:
        self.id = item.id
        self.weight: int = item.weight
        self.item = item
        self.needed = item.critical.at_least if item.critical else None
        """Found points that a critical item needs; None for an item that is not critical."""
        self.condition = item.applies_if
        self.applies = compile_condition(item.applies_if) if item.applies_if else None
        self.whole_fact = item.of_fact if isinstance(item, PercentageItem) else None
        self.points_of = compile_points(item)
        self.caps: dict[EvidenceLevel, int] = {level: getattr(scoring.caps, level) for level in EVIDENCE_LEVELS}
        self._scores: dict[tuple[int, int, EvidenceLevel], ItemScore] = {}
        self.unanswered = self._earns("unanswered", 0, 0, "declared")

    def read(self, answer: Answer, facts: Facts, as_of: date) -> Reading | None:
        """What an answer earns, before any reviewer; None for a claim that the item does not apply.

        Raises:
            Wrong: the item does not take this answer.
        """
        if answer.not_applicable is not None:
            self._check_claim(answer)
            return None
        if answer.value is UNSET:
            raise Wrong("answer-empty")
        level = self._level(answer, as_of) if answer.evidence != "declared" or answer.pieces else "declared"
        whole = facts.get(self.whole_fact) if self.whole_fact is not None else None
        try:
            return self.points_of(answer.value, whole if isinstance(whole, int) else None, as_of), level
        except ThereAreNone:
            return None

    def scored(self, points: int, found: int, level: EvidenceLevel) -> ItemScore:
        """The item score of an answered item. Few combinations exist, so each is made once."""
        key = (points, found, level)
        made = self._scores.get(key)
        if made is None:
            made = self._scores[key] = self._earns("answered", points, found, level)
        return made

    def state(self, found: int, level: EvidenceLevel) -> ItemScore:
        """The item score with these found points at this level, as if just answered so."""
        return self.scored(found, found, level)

    def _earns(self, state: str, points: int, found: int, level: EvidenceLevel) -> ItemScore:
        passed = self.needed is not None and found >= self.needed and EVIDENCE_LEVELS.index(level) >= DOCUMENTED
        return ItemScore(
            state="answered" if state == "answered" else "unanswered",
            points=points,
            found_points=found,
            assured_points=min(found, self.caps[level]),
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

    def _level(self, answer: Answer, as_of: date) -> EvidenceLevel:
        if answer.evidence not in ("declared", "documented"):
            raise Wrong("evidence-not-yours-to-claim", given=answer.evidence)
        if answer.pieces:
            return self._level_of_pieces(answer, as_of)
        dated_on = answer.evidence_on or as_of
        return "documented" if self._is_fresh(dated_on, as_of) else "declared"

    def _level_of_pieces(self, answer: Answer, as_of: date) -> EvidenceLevel:
        if answer.evidence_on is not None:
            raise Wrong("evidence-twice")
        evidence = self.item.evidence
        expected = {piece.id for piece in evidence.expected}
        fresh = False
        for piece in answer.pieces:
            if evidence.form is not None and piece.form != evidence.form:
                raise Wrong("evidence-form", form=evidence.form, given=piece.form)
            if piece.expected is not None and piece.expected not in expected:
                raise Wrong("evidence-unknown", given=piece.expected, expected=", ".join(sorted(expected)))
            fresh |= self._is_fresh(piece.dated_on, as_of)
        return "documented" if fresh else "declared"

    def _is_fresh(self, dated_on: date, as_of: date) -> bool:
        if dated_on > as_of:
            raise Wrong("evidence-date-future", given=dated_on.isoformat(), as_of=as_of.isoformat())
        return whole_months(dated_on, as_of) < self.item.evidence.fresh_for_months


def score_item(rule: ItemRule, submission: Submission, submitted: Facts, effective: Facts) -> ItemScore:
    """Score one item; `submitted` and `effective` are the same object where no fact was corrected.

    Raises:
        Wrong: the item does not take the answer, whether it applies or not.
    """
    answer = submission.answers.get(rule.id)
    reading = rule.read(answer, submitted, submission.as_of) if answer is not None else None
    if rule.applies is not None and not rule.applies(effective):
        return _not_asked(rule, effective)
    if answer is None or is_newly_asked(rule, submitted, effective):
        return rule.unanswered
    decision = submission.decisions.get(rule.id)
    if reading is None:
        return _claimed(rule, decision)
    points, level = reading
    if effective is not submitted and rule.whole_fact is not None:
        points = points_under(rule, answer, effective, submission.as_of)
    if decision is None or decision.evidence is None:
        return rule.scored(points, points, level)
    if decision.value is UNSET:
        return rule.scored(points, points, decision.evidence)
    lowered = Answer(value=decision.value)
    return rule.scored(points, points_under(rule, lowered, effective, submission.as_of), decision.evidence)


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


def _not_asked(rule: ItemRule, facts: Known) -> ItemScore:
    assert rule.condition is not None
    fact = blamed_fact(rule.condition, facts)
    return ItemScore(state="not_asked", because=Because(fact, facts.get(fact)))  # pyright: ignore[reportArgumentType]


def _claimed(rule: ItemRule, decision: Decision | None) -> ItemScore:
    if decision is not None and decision.decision == "not_applicable_refused":
        return rule.unanswered
    accepted = decision is not None and decision.decision == "not_applicable_accepted"
    return ItemScore(state="not_applicable", claim="accepted" if accepted else "pending")
