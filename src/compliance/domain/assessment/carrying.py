"""Carry-over: one operation for renewal, for a new questionnaire version, and for a second sector or site.

An answer is taken over, unconfirmed, where its item is there under the same id with the same structure; else it stays
visible as history. Attestations, decisions, samples and certificates never carry: nothing here can hold one.

Source: docs/lifecycle.md, "Assessment".
"""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec import UNSET, Struct

from compliance.domain.assessment.draft import Draft, DraftAnswer, DraftFact, ScanState
from compliance.domain.questionnaire import Fact, Questionnaire, carry_over, structure_of
from compliance.domain.scoring import Answer, FactValue, Submission


class Carried(Struct, frozen=True, kw_only=True):
    """What becomes of earlier facts and answers; everything in the new version's order, history in the old one's."""

    facts: dict[str, FactValue]
    """Taken over, to be confirmed."""
    answers: dict[str, Answer]
    """Taken over, to be confirmed; their evidence with the days that it bears."""
    history_facts: dict[str, FactValue]
    """Not taken over; only shown."""
    history: dict[str, Answer]
    """Not taken over, because the item is gone or has changed; only shown."""
    new: tuple[str, ...]
    """Items of the new version, texts included, to which nothing was taken over."""


def plan_carry(old: Questionnaire, new: Questionnaire, given: Submission) -> Carried:
    """What of a submission to one version carries to another, or to the same one a year later."""
    fates = carry_over(old, new)
    answers = {name: _dated(given.answers[name], given.as_of) for name in fates.carried if name in given.answers}
    before = {fact.id: fact for fact in old.facts}
    facts = {
        fact.id: given.profile[fact.id]
        for fact in new.facts
        if fact.id in given.profile and fact.id in before and _asks_the_same(before[fact.id], fact)
    }
    return Carried(
        facts=facts,
        answers=answers,
        history_facts={fact.id: given.profile[fact.id] for fact in old.facts
                       if fact.id in given.profile and fact.id not in facts},
        history={item.id: given.answers[item.id] for item in old.items
                 if item.id in given.answers and item.id not in answers},
        new=tuple(item.id for item in new.items if item.id not in answers),
    )  # fmt: skip


def _asks_the_same(old: Fact, new: Fact) -> bool:
    return old == new or structure_of(old) == structure_of(new)  # mostly equal, and that is seen at once


def carried_draft(
    carried: Carried, *, as_of: date, by: str, at: datetime, scans: Mapping[str, ScanState] | None = None
) -> Draft:
    """A draft that begins with what was carried, each fact and answer at revision 1 and unconfirmed."""
    return Draft(
        as_of=as_of,
        facts={name: DraftFact(value=value, source="carried", changed_by=by, changed_at=at)
               for name, value in carried.facts.items()},
        answers={name: DraftAnswer(answer=answer, source="carried", changed_by=by, changed_at=at)
                 for name, answer in carried.answers.items()},
        scans=scans or {},
    )  # fmt: skip


def _dated(answer: Answer, as_of: date) -> Answer:
    """The answer with the day of its evidence written out.

    Left out, that day is the day of the submission: evidence would look new again with every renewal.
    """
    undated = answer.evidence != "declared" and answer.evidence_on is None and not answer.pieces
    if undated and answer.value is not UNSET:
        return msgspec.structs.replace(answer, evidence_on=as_of)
    return answer
