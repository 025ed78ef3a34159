"""What still keeps a draft from being submitted: every gap, in the questionnaire's order, facts first.

Which items are asked follows from the facts given so far, so a missing fact may bring further gaps once it is there.
Texts in own words are never required; one that was written must be one that can be read.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from compliance.domain.assessment.draft import Asked, Draft, DraftAnswer, asked_of
from compliance.domain.questionnaire import Section
from compliance.domain.scoring import Part, Scorer, Submission, SubmissionInvalid
from compliance.errors import Invalid, Problem

GapKind = Literal[
    "gap-fact-missing",
    "gap-fact-wrong",
    "gap-fact-unconfirmed",
    "gap-unanswered",
    "gap-unconfirmed",
    "gap-claim-without-reason",
    "gap-claim-critical",
    "gap-value-wrong",
    "gap-evidence-scanning",
    "gap-evidence-rejected",
    "gap-evidence-purged",
    "gap-evidence-unknown",
]
LARGEST_NUMBER = 2**53 - 1
"""What canonical JSON can carry (RFC 8785); nothing that anybody counts is larger."""

_CLAIM_GAPS: Mapping[str, GapKind] = {
    "claim-without-reason": "gap-claim-without-reason",
    "claim-critical": "gap-claim-critical",
}
_FILE_GAPS: Mapping[str | None, GapKind] = {
    "quarantined": "gap-evidence-scanning",
    "rejected": "gap-evidence-rejected",
    "purged": "gap-evidence-purged",
    None: "gap-evidence-unknown",
}


class AnswersIncomplete(Invalid):
    """Some questions still need an answer."""

    code = "answers-incomplete"


class Gap(Struct, frozen=True, kw_only=True):
    """One thing that is missing or cannot stay as it is."""

    kind: GapKind
    id: str
    """Of the fact or item."""
    section: str | None
    """Id of the item's section; None for a fact, and for what the questionnaire does not know."""
    where: str
    """The place, as in an answers file: `profile.workers`, `answers.HOS-08`."""
    facts: Mapping[str, str | int] = {}
    cause: Problem | None = None
    """What scoring says against a wrong value."""

    @property
    def problem(self) -> Problem:
        """The gap as a problem: of its kind, or what scoring says, which names what would be right."""
        return self.cause or Problem(self.kind, self.where, {"id": self.id, **self.facts})


class SectionProgress(Struct, frozen=True):
    """How far one section is. Items that are asked but neither answered nor unconfirmed are still open."""

    section: str
    asked: int
    """Scored items that apply; texts in own words are not counted."""
    answered: int
    """Of these, how many have a value or claim that a person stands behind; whether it can be scored is not asked."""
    unconfirmed: int
    """Of these, how many have a carried or proposed value that waits for a person."""


def check_complete(scorer: Scorer, draft: Draft) -> None:
    """Refuse a draft that has gaps, naming every one.

    Raises:
        AnswersIncomplete: with one problem for each gap, in their order.
    """
    found = gaps(scorer, draft)
    if found:
        raise AnswersIncomplete(gap.problem for gap in found)


def gaps(scorer: Scorer, draft: Draft) -> tuple[Gap, ...]:
    """Every gap: facts in their order, then items in theirs, then ids that the questionnaire does not have.

    Of one item: unanswered or unconfirmed first, then its claim or value, then its evidence, piece by piece.
    """
    asked = asked_of(scorer, draft)
    causes = _causes(scorer, draft, asked)
    found = list(_fact_gaps(scorer, draft, asked))
    for section in scorer.questionnaire.sections:
        for item in section.items:
            given = draft.answers.get(item.id)
            if item.id in asked.items or (item.id in asked.texts and given is not None and given.is_filled):
                found += _item_gaps(section, item.id, draft, causes)
    found += [_unknown(problem) for problem in causes.values() if problem.code in ("fact-unknown", "item-unknown")]
    return tuple(found)


def progress(scorer: Scorer, draft: Draft) -> tuple[SectionProgress, ...]:
    """How far each section is, in the questionnaire's order; also sections in which nothing is asked."""
    asked = asked_of(scorer, draft).items
    found: list[SectionProgress] = []
    for section in scorer.sections:
        given = [draft.answers.get(rule.id) for rule in section.items if rule.id in asked]
        filled = [each for each in given if each is not None and each.is_filled]
        answered = sum(each.counts for each in filled)
        found.append(SectionProgress(section.id, len(given), answered, len(filled) - answered))
    return tuple(found)


def _causes(scorer: Scorer, draft: Draft, asked: Asked) -> dict[str, Problem]:
    """What scoring says against values, by place. Answers to items that do not apply are not looked at."""
    known = {item.id for item in scorer.questionnaire.items}
    wanted = asked.items | asked.texts
    answers = {
        name: given.answer
        for name, given in draft.answers.items()
        if given.is_filled and (name in wanted or name not in known)
    }
    profile = {name: fact.value for name, fact in draft.facts.items()}
    causes: dict[str, Problem] = {}
    try:
        scorer.check(Submission(as_of=draft.as_of, profile=profile, answers=answers))
    except SubmissionInvalid as refusal:
        causes = {problem.where: problem for problem in refusal.problems}
    for name, answer in answers.items():
        if isinstance(answer.value, Part) and max(answer.value.is_, answer.value.of or 0) > LARGEST_NUMBER:
            where = f"answers.{name}"
            causes[where] = Problem("value-too-large", where, {"id": name, "max": LARGEST_NUMBER})
    return causes


def _fact_gaps(scorer: Scorer, draft: Draft, asked: Asked) -> Iterator[Gap]:
    wrong = {problem.where: problem for problem in asked.problems}
    for fact in scorer.questionnaire.facts:
        where = f"profile.{fact.id}"
        problem = wrong.get(where)
        if problem is not None and problem.code == "fact-missing":
            yield Gap(kind="gap-fact-missing", id=fact.id, section=None, where=where)
        elif problem is not None:
            yield Gap(kind="gap-fact-wrong", id=fact.id, section=None, where=where, cause=problem)
        if (problem is not None or fact.id in asked.facts) and fact.id in draft.facts:
            given = draft.facts[fact.id]
            if not given.counts:
                yield Gap(kind="gap-fact-unconfirmed", id=fact.id, section=None, where=where,
                          facts={"source": given.source})  # fmt: skip


def _item_gaps(section: Section, name: str, draft: Draft, causes: Mapping[str, Problem]) -> Iterator[Gap]:
    where = f"answers.{name}"
    given = draft.answers.get(name)
    if given is None or not given.is_filled:
        yield Gap(kind="gap-unanswered", id=name, section=section.id, where=where)
    elif not given.counts:
        yield Gap(kind="gap-unconfirmed", id=name, section=section.id, where=where, facts={"source": given.source})
    cause = causes.get(where)
    if cause is not None:
        kind = _CLAIM_GAPS.get(cause.code, "gap-value-wrong")
        is_claim = cause.code in _CLAIM_GAPS
        yield Gap(kind=kind, id=name, section=section.id, where=where, cause=None if is_claim else cause)
    if given is not None:
        yield from _evidence_gaps(section, name, given, draft)


def _evidence_gaps(section: Section, name: str, given: DraftAnswer, draft: Draft) -> Iterator[Gap]:
    for number, piece in enumerate(given.answer.pieces):
        state = None if piece.file is None else draft.scans.get(piece.file)
        if piece.file is not None and state in _FILE_GAPS:
            yield Gap(kind=_FILE_GAPS[state], id=name, section=section.id, where=f"answers.{name}.pieces.{number}",
                      facts={"file": piece.file})  # fmt: skip


def _unknown(problem: Problem) -> Gap:
    kind: GapKind = "gap-fact-wrong" if problem.code == "fact-unknown" else "gap-value-wrong"
    return Gap(kind=kind, id=str(problem.facts["id"]), section=None, where=problem.where, cause=problem)
