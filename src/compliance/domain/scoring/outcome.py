"""Sums, outcome, reasons and assurance: what the item scores add up to.

Every threshold is compared by cross-multiplication. Sums cover sections, pillars and the total, each declared and
assured:

    declared: answered and unanswered items, with the respondent's points;
    assured: the same with assured points, and pending claims with 0.

Source: docs/scoring.md, "Sums", "Outcome", "Assurance".
"""

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct

from compliance.domain.questionnaire.model import EVIDENCE_LEVELS, PILLARS, EvidenceLevel, Pillar, Scoring, Section
from compliance.domain.scoring.card import (
    Assurance,
    CriticalReason,
    ItemScore,
    Outcome,
    PillarReason,
    Reason,
    Score,
    SectionReason,
    SectionScore,
    Share,
    TotalReason,
)
from compliance.domain.scoring.items import ItemRule
from compliance.domain.scoring.submission import Submission

ALL_BUT_NOT_MET: tuple[Outcome, ...] = ("approaching", "met")
MET_ONLY: tuple[Outcome, ...] = ("met",)
DECIDED = frozenset({"upheld", "lowered", "not_applicable_accepted", "not_applicable_refused", "fact_upheld",
                     "fact_corrected"})  # fmt: skip


class SectionRule(Struct, frozen=True):
    """A section, compiled: its items with their weights, in order."""

    id: str
    pillar: Pillar
    items: tuple[ItemRule, ...]


class Sum:
    """A running sum of weights and points, declared and assured."""

    __slots__ = ("assured_points", "assured_weight", "claimed_away", "declared_points", "declared_weight")

    def __init__(self) -> None:
        self.declared_points = self.declared_weight = 0
        self.assured_points = self.assured_weight = 0
        self.claimed_away = 0

    def count(self, weight: int, item: ItemScore) -> None:
        """Count one item's score."""
        state = item.state
        if state in ("answered", "unanswered"):
            self.declared_weight += weight
            self.assured_weight += weight
            self.declared_points += weight * cast("int", item.points)
            self.assured_points += weight * cast("int", item.assured_points)
        elif state == "not_applicable":
            self.claimed_away += weight
            if item.claim == "pending":
                self.assured_weight += weight

    def add(self, other: "Sum") -> None:
        """Add another sum to this one."""
        self.declared_points += other.declared_points
        self.declared_weight += other.declared_weight
        self.assured_points += other.assured_points
        self.assured_weight += other.assured_weight

    def score(self) -> Score:
        """The sum as shares; None where nothing is to be scored."""
        return Score(
            Share(self.declared_points, self.declared_weight) if self.declared_weight else None,
            Share(self.assured_points, self.assured_weight) if self.assured_weight else None,
        )

    def flagged(self, percent: int) -> bool:
        """Whether more than so many percent of what applies was claimed away."""
        # Weight of the other applicable items: those counted in the declared sum.
        return 100 * self.claimed_away > percent * (self.claimed_away + self.declared_weight)


class Sums(Struct, frozen=True):
    """Everything summed up."""

    total: Score
    pillars: dict[Pillar, Score]
    sections: dict[str, SectionScore]


def sum_up(sections: Iterable[SectionRule], items: Mapping[str, ItemScore], scoring: Scoring) -> Sums:
    """Sum item scores by section, pillar and in total."""
    total = Sum()
    pillars: dict[Pillar, Sum] = {}
    scored: dict[str, SectionScore] = {}
    for section in sections:
        of_section = Sum()
        for rule in section.items:
            of_section.count(rule.weight, items[rule.id])
        share = of_section.score()
        scored[section.id] = SectionScore(
            pillar=section.pillar,
            declared=share.declared,
            assured=share.assured,
            claimed_away_weight=of_section.claimed_away,
            flagged=of_section.flagged(scoring.flag_claimed_away_percent),
        )
        pillars.setdefault(section.pillar, Sum()).add(of_section)
        total.add(of_section)
    return Sums(total.score(), {name: pillars[name].score() for name in PILLARS if name in pillars}, scored)


def reasons_against_met(
    rules: Iterable[ItemRule], items: Mapping[str, ItemScore], sums: Sums, scoring: Scoring
) -> tuple[Reason, ...]:
    """Everything that keeps a result from `met`: criticals, sections, pillars, the total; the furthest off first."""
    criticals = [
        CriticalReason(
            rule.id,
            cast("int", item.found_points),
            cast("int", rule.needed),
            cast("EvidenceLevel", item.level),
            "documented",
            ALL_BUT_NOT_MET,
        )
        for rule in rules
        if (item := items[rule.id]).critical == "failed"
    ]
    criticals.sort(key=lambda reason: (reason.points - reason.needed, reason.item))
    return (*criticals, *_below_floors(sums, scoring), *_below_total(sums.total.assured, scoring))


def _below_floors(sums: Sums, scoring: Scoring) -> list[SectionReason | PillarReason]:
    met = scoring.met
    sections = [
        SectionReason(name, share.points, share.weight, met.section, MET_ONLY)
        for name, section in sums.sections.items()
        if (share := section.assured) and share.weight >= met.section_from_weight and not share.reaches(met.section)
    ]
    sections.sort(key=lambda reason: (reason.points - reason.needed * reason.weight, reason.section))
    pillars = [
        PillarReason(name, share.points, share.weight, met.pillar, MET_ONLY)
        for name, score in sums.pillars.items()
        if (share := score.assured) and not share.reaches(met.pillar)
    ]
    pillars.sort(key=lambda reason: (reason.points - reason.needed * reason.weight, reason.pillar))
    return [*sections, *pillars]


def _below_total(share: Share | None, scoring: Scoring) -> list[TotalReason]:
    if share is None:
        return [TotalReason(None, None, scoring.met.total, ALL_BUT_NOT_MET)]
    if share.reaches(scoring.met.total):
        return []
    blocks = MET_ONLY if share.reaches(scoring.approaching.total) else ALL_BUT_NOT_MET
    return [TotalReason(share.points, share.weight, scoring.met.total, blocks)]


def outcome_of(reasons: tuple[Reason, ...]) -> Outcome:
    """The best outcome that no reason blocks."""
    if not reasons:
        return "met"
    return "not_met" if any("approaching" in reason.blocks for reason in reasons) else "approaching"


def assurance_of(rules: Iterable[ItemRule], items: Mapping[str, ItemScore], submission: Submission) -> Assurance | None:
    """How far the answers were looked at; a second axis, never mixed with the outcome."""
    if not submission.attested:
        return None
    if submission.sample is None:
        return "self_assessed"
    for drawn in submission.sample:
        item = items.get(drawn)
        if item is not None and item.state == "not_asked":
            continue
        decision = submission.decisions.get(drawn)
        if decision is None or decision.decision not in DECIDED:
            return "self_assessed"
    levels = [
        EVIDENCE_LEVELS.index(cast("EvidenceLevel", item.level))
        for rule in rules
        if rule.needed is not None and (item := items[rule.id]).state in ("answered", "unanswered")
    ]
    lowest = EVIDENCE_LEVELS[min(levels, default=0)]
    if lowest == "verified_on_site":
        return "site_verified"
    return "desk_verified" if lowest == "verified_remotely" else "self_assessed"


def compile_section(section: Section, rules: Mapping[str, ItemRule]) -> SectionRule:
    """A section with its scored items' rules."""
    return SectionRule(section.id, section.pillar, tuple(rules[item.id] for item in section.items if item.id in rules))
