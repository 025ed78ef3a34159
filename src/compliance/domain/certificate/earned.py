"""When a certificate is earned, and what it must admit was not checked.

Source: docs/certificate.md.
"""

from msgspec import UNSET, Struct

from compliance.domain.questionnaire import EVIDENCE_LEVELS, Questionnaire, YesNoFact
from compliance.domain.scoring import Assurance, ItemScore, ScoreCard, Submission
from compliance.domain.scoring.profile import compile_fact, corrected_facts, submitted_facts

_VALIDITY_MONTHS: dict[Assurance, int] = {"self_assessed": 12, "desk_verified": 12, "site_verified": 36}
_CHECKED_FROM = EVIDENCE_LEVELS.index("verified_remotely")


class NotChecked(Struct, frozen=True):
    """What nobody but the holder has looked at."""

    sections: dict[str, int]
    """Section id → how many of its applicable items stand below `verified_remotely`; in order, none with 0.

    A claim that no reviewer has accepted counts: nobody has checked it either.
    """
    facts: tuple[str, ...]
    """Facts that switched off a critical item, each once, in the questionnaire's order."""
    switched_off: tuple[str, ...]
    """The critical items that these facts switched off, in the questionnaire's order."""

    @property
    def count(self) -> int:
        """How many items in all."""
        return sum(self.sections.values())


def earns_certificate(card: ScoreCard) -> bool:
    """Whether a certificate may be issued for a score card: the outcome is met, and somebody attested the answers."""
    return card.outcome == "met" and card.assurance is not None


def validity_months(assurance: Assurance) -> int:
    """For how many months a certificate of that assurance is valid."""
    return _VALIDITY_MONTHS[assurance]


def not_checked(questionnaire: Questionnaire, card: ScoreCard) -> NotChecked:
    """What a certificate for this score card has to admit."""
    sections: dict[str, int] = {}
    for section in questionnaire.sections:
        scores = (card.items.get(item.id) for item in section.items)
        if count := sum(1 for score in scores if score is not None and _is_unchecked(score)):
            sections[section.id] = count
    switched_off: list[str] = []
    blamed: set[str] = set()
    for item in questionnaire.scored_items:
        because = card.items[item.id].because
        if item.critical is not None and because is not UNSET:
            switched_off.append(item.id)
            blamed.add(because.fact)
    facts = tuple(fact.id for fact in questionnaire.facts if fact.id in blamed)
    return NotChecked(sections, facts, tuple(switched_off))


def _is_unchecked(score: ItemScore) -> bool:
    if score.state in ("answered", "unanswered"):
        assert score.level is not UNSET
        return EVIDENCE_LEVELS.index(score.level) < _CHECKED_FROM
    return score.claim == "pending"


def certificate_notes(questionnaire: Questionnaire, submission: Submission) -> tuple[str, ...]:
    """What facts answered yes have printed on the certificate, after reviewers' corrections; in their order."""
    rules = tuple(compile_fact(fact) for fact in questionnaire.facts)
    facts = corrected_facts(rules, submitted_facts(rules, submission.profile, []), submission.decisions)
    return tuple(
        fact.on_certificate
        for fact in questionnaire.facts
        if isinstance(fact, YesNoFact) and fact.on_certificate is not None and facts.get(fact.id) == "yes"
    )
