"""A draft: facts and answers as several people write them, each with who, when and from where.

A draft may hold anything; `completeness` says what still keeps it from being submitted.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, Struct

from compliance.domain.questionnaire import compile_condition
from compliance.domain.scoring import Answer, FactValue, Scorer, Submission
from compliance.domain.scoring.profile import Facts, compile_fact, submitted_facts
from compliance.errors import Problem

AnswerSource = Literal["typed", "carried", "proposed"]
"""Written by a person here; taken over from an earlier assessment; suggested by something else."""
ScanState = Literal["quarantined", "clean", "not_scanned", "rejected", "purged"]
"""Of a file, by its digest. `not_scanned` counts as clean: no scanner is configured, and reviewers are shown it."""


class DraftFact(Struct, frozen=True, kw_only=True):
    """One fact of the profile, as it stands."""

    value: FactValue
    source: AnswerSource = "typed"
    confirmed: bool = False
    """Whether a person said yes to a value that was carried or proposed; says nothing of a typed one."""
    changed_by: str
    changed_at: datetime
    revision: int = 1

    @property
    def counts(self) -> bool:
        """Whether a person stands behind it."""
        return self.source == "typed" or self.confirmed


class DraftAnswer(Struct, frozen=True, kw_only=True):
    """One answer, as it stands. It may hold only a note or evidence yet: then it is still unanswered."""

    answer: Answer
    source: AnswerSource = "typed"
    confirmed: bool = False
    """Whether a person said yes to an answer that was carried or proposed; says nothing of a typed one."""
    changed_by: str
    changed_at: datetime
    revision: int = 1

    @property
    def counts(self) -> bool:
        """Whether a person stands behind it."""
        return self.source == "typed" or self.confirmed

    @property
    def is_filled(self) -> bool:
        """Whether there is a value, or a claim that the item does not apply."""
        return self.answer.value is not UNSET or self.answer.not_applicable is not None


class Draft(Struct, frozen=True, kw_only=True):
    """Everything that has been given so far."""

    as_of: date
    """The day that ages count from: the day of submitting, today while nothing is submitted."""
    facts: Mapping[str, DraftFact]
    answers: Mapping[str, DraftAnswer]
    scans: Mapping[str, ScanState] = {}
    """By digest, `sha256:…`, of every file that the answers name."""


class Asked(Struct, frozen=True):
    """What a draft's facts, as far as they are given, make to be asked."""

    facts: Facts
    """Facts that are asked and have a right value, in the questionnaire's order."""
    problems: tuple[Problem, ...]
    """Of facts that are asked and missing, or have a wrong value; in the questionnaire's order."""
    items: frozenset[str]
    """Scored items that apply."""
    texts: frozenset[str]
    """Unscored items that apply; these may also depend on answers."""


def asked_of(scorer: Scorer, draft: Draft) -> Asked:
    """Which facts and items are asked, by the facts alone, whether these are confirmed or not."""
    problems: list[Problem] = []
    rules = tuple(compile_fact(fact) for fact in scorer.questionnaire.facts)
    facts = submitted_facts(rules, {name: fact.value for name, fact in draft.facts.items()}, problems)
    items = frozenset(rule.id for rule in scorer.items if rule.applies is None or rule.applies(facts))
    known: dict[str, object] = {
        **facts,
        **{name: given.answer.value for name, given in draft.answers.items() if given.answer.value is not UNSET},
    }
    scored = {rule.id for rule in scorer.items}
    texts = frozenset(
        item.id
        for item in scorer.questionnaire.items
        if item.id not in scored and (item.applies_if is None or compile_condition(item.applies_if)(known))
    )
    return Asked(facts, tuple(problems), items, texts)


def submission_from(scorer: Scorer, draft: Draft, *, attested: bool = False) -> Submission:
    """What of a draft is scored: facts and answers that are asked, filled in, and that a person stands behind.

    An unconfirmed fact is left out like a missing one, so scoring refuses it.
    """
    asked = asked_of(scorer, draft)
    wanted = asked.items | asked.texts
    answers = {
        item.id: given.answer
        for item in scorer.questionnaire.items
        if item.id in wanted and (given := draft.answers.get(item.id)) and given.counts and given.is_filled
    }
    profile = {name: value for name, value in asked.facts.items() if draft.facts[name].counts}
    return Submission(as_of=draft.as_of, profile=profile, answers=answers, attested=attested)
