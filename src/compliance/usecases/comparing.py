"""Compare two versions, and what would happen to stored assessments."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct

from compliance.domain.assessment import AnswersFile
from compliance.domain.questionnaire import (
    CarryOver,
    Change,
    ChangeClass,
    Questionnaire,
    carry_over,
    class_of,
    differences,
)
from compliance.domain.scoring import Outcome, Scorer, Submission, SubmissionInvalid
from compliance.intake.library import Library


class Fate(Struct, frozen=True, kw_only=True):
    """What would happen to one stored assessment."""

    name: str
    carried: int
    to_confirm: int
    dropped: int
    to_answer: int
    """Items that the new version asks and the answers do not have."""
    before: Outcome | None
    after: Outcome | None
    """None where the answers could not be scored as they are: facts or values must be given first."""


class Comparison(Struct, frozen=True, kw_only=True):
    """The differences of two versions, and what they would do."""

    old: str
    new: str
    kind: ChangeClass
    changes: tuple[Change, ...]
    carry: CarryOver
    fates: tuple[Fate, ...]


def compare_versions(
    library: Library, old: str, new: str, *, stored: Sequence[tuple[str, AnswersFile]] = ()
) -> Comparison:
    """Say what changed from one version to another, and what becomes of stored answers to the old one."""
    before, after = library.load(old).questionnaire, library.load(new).questionnaire
    changes = differences(before, after)
    return Comparison(
        old=old,
        new=new,
        kind=class_of(changes),
        changes=changes,
        carry=carry_over(before, after),
        fates=tuple(_fate(name, answers, before, after) for name, answers in stored),
    )


def _fate(name: str, answers: AnswersFile, before: Questionnaire, after: Questionnaire) -> Fate:
    carry = carry_over(before, after)
    given = answers.answers.keys()
    kept = {*carry.carried, *carry.to_confirm}
    submission = answers.submission()
    new_facts = {fact.id for fact in after.facts}
    moved = msgspec.structs.replace(
        submission,
        answers={item: answer for item, answer in submission.answers.items() if item in kept},
        profile={fact: value for fact, value in submission.profile.items() if fact in new_facts},
        decisions={},
        sample=None,
    )
    return Fate(
        name=name,
        carried=len(given & set(carry.carried)),
        to_confirm=len(given & set(carry.to_confirm)),
        dropped=len(given & set(carry.dropped)),
        to_answer=_unanswered(after, moved, given),
        before=_outcome(before, submission),
        after=_outcome(after, moved),
    )


def _unanswered(questionnaire: Questionnaire, submission: Submission, given: Collection[str]) -> int:
    """How many items are asked and not answered; where the facts do not say yet, of all items."""
    try:
        items = Scorer(questionnaire).score(submission).items
    except SubmissionInvalid:
        return len([item for item in questionnaire.scored_items if item.id not in given])
    return len([item for item in items.values() if item.state == "unanswered"])


def _outcome(questionnaire: Questionnaire, submission: Submission) -> Outcome | None:
    try:
        return Scorer(questionnaire).score(submission).outcome
    except SubmissionInvalid:
        return None
