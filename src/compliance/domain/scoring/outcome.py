"""Sums, outcome, reasons and assurance: what the item scores add up to.

Every threshold is compared by cross-multiplication. Sums cover sections, pillars and the total, each declared and
assured:

    declared: answered and unanswered items, with the respondent's points;
    assured: the same with assured points, and pending claims with 0.

Source: docs/scoring.md, "Sums", "Outcome", "Assurance".
"""

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import UNSET, Struct

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


class Sums(Struct, frozen=True, gc=False):
    """Everything summed up."""

    total: Score
    pillars: dict[Pillar, Score]
    sections: dict[str, SectionScore]


class _Tally(Struct, frozen=True, gc=False):
    """Weights and weighted points of some items, declared and assured."""

    declared_points: int = 0
    declared_weight: int = 0
    assured_points: int = 0
    assured_weight: int = 0
    claimed_away: int = 0

    def __add__(self, other: "_Tally") -> "_Tally":
        return _Tally(
            self.declared_points + other.declared_points,
            self.declared_weight + other.declared_weight,
            self.assured_points + other.assured_points,
            self.assured_weight + other.assured_weight,
            self.claimed_away + other.claimed_away,
        )

    @property
    def score(self) -> Score:
        """The tally as shares; None where nothing is to be scored."""
        return Score(
            Share(self.declared_points, self.declared_weight) if self.declared_weight else None,
            Share(self.assured_points, self.assured_weight) if self.assured_weight else None,
        )


def sum_up(sections: Iterable[SectionRule], items: Mapping[str, ItemScore], scoring: Scoring) -> Sums:
    """Sum item scores by section, pillar and in total."""
    total = _Tally()
    pillars: dict[Pillar, _Tally] = {}
    scored: dict[str, SectionScore] = {}
    most_claimed = scoring.flag_claimed_away_percent
    for section in sections:
        tally = _tally(section.items, items)
        score = tally.score
        # Weight of the section's other applicable items: those counted in the declared sum.
        applicable = tally.claimed_away + tally.declared_weight
        scored[section.id] = SectionScore(
            pillar=section.pillar,
            declared=score.declared,
            assured=score.assured,
            claimed_away_weight=tally.claimed_away,
            flagged=100 * tally.claimed_away > most_claimed * applicable,
        )
        total += tally
        pillars[section.pillar] = pillars[section.pillar] + tally if section.pillar in pillars else tally
    return Sums(total.score, {name: pillars[name].score for name in PILLARS if name in pillars}, scored)


def _tally(rules: Iterable[ItemRule], items: Mapping[str, ItemScore]) -> _Tally:
    declared_points = assured_points = weight_counted = weight_pending = weight_accepted = 0
    for rule in rules:
        item = items[rule.id]
        weight = rule.weight
        if item.points is not UNSET:  # answered or unanswered
            weight_counted += weight
            declared_points += weight * item.points
            assured_points += weight * cast("int", item.assured_points)
        elif item.claim == "pending":
            weight_pending += weight
        elif item.claim == "accepted":
            weight_accepted += weight
    return _Tally(
        declared_points,
        weight_counted,
        assured_points,
        weight_counted + weight_pending,
        weight_pending + weight_accepted,
    )


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
