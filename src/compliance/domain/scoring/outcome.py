"""Sums, outcome, reasons and assurance: what the item scores add up to.

Every threshold is compared by cross-multiplication. Sums cover sections, pillars and the total, each declared and
assured:

    declared: answered and unanswered items, with the respondent's points;
    assured: the same with assured points, and pending claims with 0.

Source: docs/scoring.md, "Sums", "Outcome", "Assurance".
"""

from collections.abc import Iterable, Iterator, Mapping
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
    weights: tuple[int, ...]


class Sums(Struct, frozen=True, gc=False):
    """Everything summed up."""

    total: Score
    pillars: dict[Pillar, Score]
    sections: dict[str, SectionScore]


_Tally = tuple[int, int, int, int, int]
"""Declared points and weight, assured points and weight, claimed-away weight, of some items."""


def sum_up(sections: Iterable[SectionRule], items: Mapping[str, ItemScore], scoring: Scoring) -> Sums:
    """Sum item scores by section, pillar and in total; `items` are those of the sections, in their order."""
    by_pillar: dict[Pillar, list[_Tally]] = {}
    scored: dict[str, SectionScore] = {}
    in_order = iter(items.values())
    for section in sections:
        tally = _tally(section.weights, in_order)
        by_pillar.setdefault(section.pillar, []).append(tally)
        scored[section.id] = _section_score(section.pillar, tally, scoring.flag_claimed_away_percent)
    pillars: dict[Pillar, _Tally] = {name: _added(by_pillar[name]) for name in PILLARS if name in by_pillar}
    total = _added(pillars.values())
    return Sums(_score(total), {name: _score(pillars[name]) for name in pillars}, scored)


def _tally(weights: Iterable[int], items: Iterator[ItemScore]) -> _Tally:
    """Tally one section: so many of the items that follow as there are weights."""
    declared_points = assured_points = counted = pending = accepted = 0
    for weight, item in zip(weights, items, strict=False):
        points = item.points
        if points is not UNSET:  # answered or unanswered
            counted += weight
            declared_points += weight * points
            assured_points += weight * cast("int", item.assured_points)  # set together with `points`
        elif item.claim == "pending":
            pending += weight
        elif item.claim == "accepted":
            accepted += weight
    return declared_points, counted, assured_points, counted + pending, pending + accepted


def _added(tallies: Iterable[_Tally]) -> _Tally:
    a, b, c, d, e = map(sum, zip(*tallies, strict=True))
    return a, b, c, d, e


def _score(tally: _Tally) -> Score:
    """A tally as shares; None where nothing is to be scored."""
    declared_points, declared_weight, assured_points, assured_weight, _ = tally
    return Score(
        Share(declared_points, declared_weight) if declared_weight else None,
        Share(assured_points, assured_weight) if assured_weight else None,
    )


def _section_score(pillar: Pillar, tally: _Tally, most_claimed_percent: int) -> SectionScore:
    score = _score(tally)
    claimed_away = tally[4]
    # Weight of the section's other applicable items: those counted in the declared sum.
    is_flagged = 100 * claimed_away > most_claimed_percent * (claimed_away + tally[1])
    return SectionScore(pillar, score.declared, score.assured, claimed_away, is_flagged)


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
    items = tuple(rules[item.id] for item in section.items if item.id in rules)
    return SectionRule(section.id, section.pillar, items, tuple(rule.weight for rule in items))
