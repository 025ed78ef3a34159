"""The score card: what a submission earned, item by item, and why. A result holds data, never sentences.

Source: docs/scoring.md; docs/questionnaire.md, "A result".
"""

from datetime import date
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field, to_builtins

from compliance.domain.canonical import canonical_bytes
from compliance.domain.questionnaire.model import EvidenceLevel, Pillar
from compliance.domain.scoring.submission import FactValue

RULE = 1
"""The version of the rule in this code; stored with every result."""

ItemState = Literal["answered", "unanswered", "not_applicable", "not_asked"]
Outcome = Literal["met", "approaching", "not_met"]
Assurance = Literal["self_assessed", "desk_verified", "site_verified"]


class Share(Struct, frozen=True, gc=False):
    """The exact pair (Σ weight × points, Σ weight). Thresholds compare it by cross-multiplication."""

    points: int
    weight: int

    def reaches(self, percent: int) -> bool:
        """Whether the share is at least so many percent; exact."""
        return self.points >= percent * self.weight

    @property
    def percent(self) -> str:
        """For display only: two decimals, half-even."""
        hundredths, rest = divmod(self.points * 100, self.weight)
        if 2 * rest > self.weight or (2 * rest == self.weight and hundredths % 2 == 1):
            hundredths += 1
        return f"{hundredths // 100}.{hundredths % 100:02d}"


class Because(Struct, frozen=True, gc=False):
    """The fact that made an item not asked, with its value; None where the fact was not asked."""

    fact: str
    is_: FactValue | None = field(name="is")


class ItemScore(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What one item earned and why. Unanswered items earn nothing, at `declared`."""

    state: ItemState
    points: int | UnsetType = UNSET
    """Points of the respondent's value."""
    found_points: int | UnsetType = UNSET
    """Points of the value that a reviewer put in its place; else the declared points."""
    assured_points: int | UnsetType = UNSET
    """The found points, at most the cap of the level in force."""
    level: EvidenceLevel | UnsetType = UNSET
    critical: Literal["passed", "failed"] | UnsetType = UNSET
    claim: Literal["pending", "accepted"] | UnsetType = UNSET
    because: Because | UnsetType = UNSET


class Score(Struct, frozen=True, gc=False):
    """Declared and assured; each None where there is nothing to score."""

    declared: Share | None
    assured: Share | None


class SectionScore(Struct, frozen=True, gc=False):
    """What one section earned, and how much of it was claimed away."""

    pillar: Pillar
    declared: Share | None
    assured: Share | None
    claimed_away_weight: int
    flagged: bool


class CriticalReason(Struct, frozen=True, gc=False, tag_field="kind", tag="critical"):
    """A critical item that does not pass; `points` are the found points."""

    item: str
    points: int
    needed: int
    level: EvidenceLevel
    level_needed: EvidenceLevel
    blocks: tuple[Outcome, ...]


class SectionReason(Struct, frozen=True, gc=False, tag_field="kind", tag="section"):
    """A section whose assured score is below its floor."""

    section: str
    points: int
    weight: int
    needed: int
    blocks: tuple[Outcome, ...]


class PillarReason(Struct, frozen=True, gc=False, tag_field="kind", tag="pillar"):
    """A pillar whose assured score is below its floor."""

    pillar: Pillar
    points: int
    weight: int
    needed: int
    blocks: tuple[Outcome, ...]


class TotalReason(Struct, frozen=True, gc=False, tag_field="kind", tag="total"):
    """The assured total is below what `met` needs; points and weight None where there is nothing to score."""

    points: int | None
    weight: int | None
    needed: int
    blocks: tuple[Outcome, ...]


Reason = CriticalReason | SectionReason | PillarReason | TotalReason


class ScoreCard(Struct, frozen=True, gc=False, kw_only=True):
    """The whole result of one submission."""

    questionnaire: str
    structure: str
    """Structure digest of the questionnaire, `sha256:…`."""
    as_of: date
    outcome: Outcome
    assurance: Assurance | None
    total: Score
    pillars: dict[Pillar, Score]
    """Only pillars that the questionnaire has sections for."""
    sections: dict[str, SectionScore]
    """Every section, also one without applicable items."""
    items: dict[str, ItemScore]
    """Every scored item, in the questionnaire's order."""
    reasons: tuple[Reason, ...]
    """Everything that keeps the result from `met`; empty where it is met."""


def result_document(card: ScoreCard) -> dict[str, object]:
    """The score card as plain JSON data, percents written out."""
    document = to_builtins(card)
    document["rule"] = RULE
    shares = [document["total"], *document["pillars"].values(), *document["sections"].values()]
    scores = [card.total, *card.pillars.values(), *card.sections.values()]
    for plain, score in zip(shares, scores, strict=True):
        for kind, share in (("declared", score.declared), ("assured", score.assured)):
            if share is not None:
                plain[kind]["percent"] = share.percent
    return document


def result_bytes(card: ScoreCard) -> bytes:
    """The canonical bytes of a result (RFC 8785). Same input, same bytes, on every machine."""
    return canonical_bytes(result_document(card))
