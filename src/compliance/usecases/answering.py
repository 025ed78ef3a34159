"""Facts and answers: several people at once, each write naming the revision that it saw.

Nothing is merged silently: a stale write is refused with the value as it is now. Every answer keeps who, when, and from
where. Values of the wrong type never get in; whether a draft is complete is another question.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from compliance.domain.assessment import DraftFact, check_can_answer
from compliance.domain.scoring import Answer, FactValue, Scorer
from compliance.errors import Forbidden, Invalid, NotFound, Problem
from compliance.store.answers import AnswerRow
from compliance.store.assessments import Assessment
from compliance.store.engine import TryAgain
from compliance.usecases.assessments import ShownAnswer, get_assessment, show_answer
from compliance.usecases.deed import Deed
from compliance.usecases.evidence_uses import note_files
from compliance.usecases.revisions import StaleRevision


class AnswerInvalid(Invalid):
    """This item does not take this answer."""

    code = "answer-invalid"


class FactsInvalid(Invalid):
    """These facts cannot be taken."""

    code = "facts-invalid"


class NoSuchItem(NotFound):
    """There is no such item in this questionnaire."""

    code = "no-such-item"


class SectionAssigned(Forbidden):
    """This section was given to somebody else to answer."""

    code = "section-assigned"


class ShownFacts(Struct, frozen=True, kw_only=True):
    """The facts of a draft."""

    facts: dict[str, DraftFact]
    revision: int


class SectionAnswers(Struct, frozen=True, kw_only=True):
    """The answers of one section."""

    section: str
    revision: int
    """Grows with every change of any answer of the section."""
    answers: dict[str, ShownAnswer]


class GivenAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer in a bulk write, with the revision that it saw."""

    answer: Answer
    seen: int = 0
    """0 where there was no answer yet."""


def put_facts(deed: Deed, assessment_id: str, changes: Mapping[str, FactValue | None], *, seen: int) -> ShownFacts:
    """Set some facts, or take them away with null; all or none. Setting a carried fact confirms it.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, StaleRevision: as for answers.
        FactsInvalid: with everything that is wrong.
    """
    assessment = _open_assessment(deed, assessment_id)
    if assessment.facts_revision != seen:
        raise StaleRevision(ShownFacts(facts=assessment.facts, revision=assessment.facts_revision))
    given = {name: value for name, value in changes.items() if value is not None}
    problems = deed.means.shelf.scorer(assessment.questionnaire_digest).fact_problems(given, deed.today)
    if problems:
        raise FactsInvalid(msgspec.structs.replace(each, where=each.where.replace("profile.", "facts.", 1))
                           for each in problems)  # fmt: skip

    facts = {name: fact for name, fact in assessment.facts.items() if changes.get(name, fact) is not None}
    for name, value in given.items():
        before = facts.get(name)
        facts[name] = DraftFact(value=value, changed_by=deed.actor.user_id, changed_at=deed.now,
                                revision=before.revision + 1 if before else 1)  # fmt: skip

    _put_facts(deed, assessment, facts)
    deed.record("facts-changed", assessment=assessment_id, facts=", ".join(sorted(changes)))
    return ShownFacts(facts=facts, revision=assessment.facts_revision + 1)


def put_answer(deed: Deed, assessment_id: str, item: str, answer: Answer, *, seen: int) -> ShownAnswer:
    """Answer one item. An empty answer takes the earlier one away.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, NoSuchItem, SectionAssigned: the actor may not answer this.
        AnswerInvalid: the item does not take this answer.
        StaleRevision: somebody else answered meanwhile; with their answer.
    """
    assessment = _open_assessment(deed, assessment_id)
    section = _section(deed, assessment, item)
    before = deed.unit.answers.find(deed.organisation_id, assessment_id, item)
    if (before.revision if before else 0) != seen:
        raise StaleRevision(show_answer(before) if before else None)
    problems = _problems(deed, assessment, {item: answer})
    if problems:
        raise AnswerInvalid(problems)

    row = _write(deed, assessment, section, item, answer, before)

    deed.record("answer-changed", assessment=assessment_id, item=item, revision=row.revision)
    _touch(deed, assessment)
    return show_answer(row)


def put_answers(deed: Deed, assessment_id: str, given: Mapping[str, GivenAnswer]) -> dict[str, ShownAnswer]:
    """Answer many items at once; all or none.

    Raises:
        as `put_answer`; `StaleRevision` shows every answer that somebody else changed meanwhile.
    """
    assessment = _open_assessment(deed, assessment_id)
    sections = {item: _section(deed, assessment, item) for item in given}
    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    stale = {item: show_answer(rows[item]) if item in rows else None for item, each in given.items()
             if (rows[item].revision if item in rows else 0) != each.seen}  # fmt: skip
    if stale:
        raise StaleRevision(stale)
    problems = _problems(deed, assessment, {item: each.answer for item, each in given.items()})
    if problems:
        raise AnswerInvalid(problems)

    return _write_all(deed, assessment, sections, {item: each.answer for item, each in given.items()}, rows)


def read_section(deed: Deed, assessment_id: str, section: str) -> SectionAnswers:
    """The answers of one section with the section's revision.

    Raises:
        NoSuchAssessment, NotYourRole, NoSuchItem: the actor may not see it, or there is no such section.
    """
    assessment = get_assessment(deed, assessment_id)
    return _section_answers(deed, assessment, section)


def put_section(
    deed: Deed, assessment_id: str, section: str, given: Mapping[str, Answer], *, seen: int
) -> SectionAnswers:
    """Answer items of one section, if nobody changed any answer of it since `seen`; all or none.

    Raises:
        as `put_answer`; `StaleRevision` shows the section.
    """
    assessment = _open_assessment(deed, assessment_id)
    now = _section_answers(deed, assessment, section)
    if now.revision != seen:
        raise StaleRevision(now)
    sections = {item: _section(deed, assessment, item) for item in given}
    strangers = [item for item, own in sections.items() if own != section]
    problems = [Problem("item-elsewhere", f"answers.{item}", {"id": item, "section": section}) for item in strangers]
    problems += _problems(deed, assessment, given)
    if problems:
        raise AnswerInvalid(problems)

    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    _write_all(deed, assessment, sections, given, rows)
    return _section_answers(deed, assessment, section)


def confirm_carried(
    deed: Deed, assessment_id: str, *, items: Mapping[str, int], facts: tuple[str, ...]
) -> dict[str, ShownAnswer]:
    """Say of carried or proposed answers and facts that they are still true. Only then do they count.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, NoSuchItem, SectionAssigned, StaleRevision: as for answers.
    """
    assessment = _open_assessment(deed, assessment_id)
    for item in items:
        _section(deed, assessment, item)
    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    stale = {item: show_answer(rows[item]) if item in rows else None for item, seen in items.items()
             if item not in rows or rows[item].revision != seen}  # fmt: skip
    if stale:
        raise StaleRevision(stale)
    unknown = [Problem("fact-unknown", f"facts.{name}", {"id": name}) for name in facts if name not in assessment.facts]
    if unknown:
        raise FactsInvalid(unknown)

    confirmed = {item: _confirmed(deed, rows[item]) for item in items}
    for item, row in confirmed.items():
        deed.unit.answers.put(deed.organisation_id, assessment_id, row, before=rows[item])
    if facts:
        after = {**assessment.facts, **{name: msgspec.structs.replace(assessment.facts[name], confirmed=True)
                                        for name in facts}}  # fmt: skip
        _put_facts(deed, assessment, after)
    deed.record("answers-confirmed", assessment=assessment_id, answers=len(confirmed), facts=len(facts))
    _touch(deed, assessment)
    return {item: show_answer(row) for item, row in confirmed.items()}


def list_earlier(deed: Deed, assessment_id: str, item: str) -> list[ShownAnswer]:
    """What an answer was before, newest first; also what was not carried over from the year before.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    get_assessment(deed, assessment_id)
    return [show_answer(row) for row in deed.unit.answers.earlier(deed.organisation_id, assessment_id, item)]


def _put_facts(deed: Deed, assessment: Assessment, facts: dict[str, DraftFact]) -> None:
    if not deed.unit.assessments.put_facts(assessment, facts, by=deed.actor.user_id, at=deed.now):
        raise TryAgain  # somebody set facts since they were read here: what they are now decides


def _open_assessment(deed: Deed, assessment_id: str) -> Assessment:
    assessment = get_assessment(deed, assessment_id, lock="keep")
    check_can_answer(assessment.state)
    return assessment


def _section(deed: Deed, assessment: Assessment, item: str) -> str:
    """The section of an item that the actor may answer."""
    section = deed.means.shelf.sections_of(assessment.questionnaire_digest).get(item)
    if section is None:
        raise NoSuchItem([Problem("item-unknown", f"answers.{item}"[:80], {"id": item[:40]})])
    if not deed.actor.has("owner", "signatory"):
        assigned = deed.unit.assessments.assignments(deed.organisation_id, assessment.id).get(section)
        if assigned is not None and assigned.user_id != deed.actor.user_id:
            raise SectionAssigned([Problem("section-assigned", f"answers.{item}", {"section": section})])
    return section


def _problems(deed: Deed, assessment: Assessment, given: Mapping[str, Answer]) -> list[Problem]:
    scorer: Scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
    profile = {name: fact.value for name, fact in assessment.facts.items()}
    problems: list[Problem] = []
    for item, answer in given.items():
        if answer.value is not msgspec.UNSET or answer.not_applicable is not None:
            problems += scorer.answer_problems(item, answer, profile, deed.today)
    return problems + _file_problems(deed, given)


def _file_problems(deed: Deed, given: Mapping[str, Answer]) -> list[Problem]:
    """Files that answers speak of and the organisation has not uploaded: a record says what exists, a file is here."""
    named = {piece.file for answer in given.values() for piece in answer.pieces if piece.file is not None}
    known = deed.unit.evidence.scans(deed.organisation_id, named) if named else {}
    problems: list[Problem] = []
    for item, answer in given.items():
        for index, piece in enumerate(answer.pieces):
            where = f"answers.{item}.pieces[{index}]"
            if piece.form == "file" and piece.file is None:
                problems.append(Problem("evidence-without-file", where))
            elif piece.form == "record" and piece.file is not None:
                problems.append(Problem("evidence-record-with-file", where))
            elif piece.file is not None and known.get(piece.file, "purged") == "purged":
                problems.append(Problem("evidence-not-here", f"{where}.file", {"file": piece.file}))
    return problems


def _write(
    deed: Deed, assessment: Assessment, section: str, item: str, answer: Answer, before: AnswerRow | None
) -> AnswerRow:
    row = AnswerRow(
        item=item, section=section, answer=msgspec.Raw(msgspec.json.encode(answer)),
        revision=before.revision + 1 if before else 1, source="typed", is_confirmed=True,
        changed_by=deed.actor.user_id, changed_at=deed.now, confirmed_by=None, confirmed_at=None,
    )  # fmt: skip
    deed.unit.answers.put(assessment.organisation_id, assessment.id, row, before=before)
    note_files(deed, assessment.id, item, answer, before=before)
    return row


def _write_all(
    deed: Deed, assessment: Assessment, sections: Mapping[str, str], given: Mapping[str, Answer],
    rows: Mapping[str, AnswerRow],
) -> dict[str, ShownAnswer]:  # fmt: skip
    written = {item: _write(deed, assessment, sections[item], item, answer, rows.get(item))
               for item, answer in given.items()}  # fmt: skip
    deed.record("answers-changed", assessment=assessment.id, answers=len(written), items=", ".join(sorted(written)))
    _touch(deed, assessment)
    return {item: show_answer(row) for item, row in written.items()}


def _confirmed(deed: Deed, row: AnswerRow) -> AnswerRow:
    return msgspec.structs.replace(row, revision=row.revision + 1, is_confirmed=True, confirmed_by=deed.actor.user_id,
                                   confirmed_at=deed.now)  # fmt: skip


def _touch(deed: Deed, assessment: Assessment) -> None:
    """A draft lives six months from its last change; the day is enough, so most writes leave this row alone."""
    if assessment.changed_on != deed.today:
        deed.unit.assessments.change(deed.organisation_id, assessment.id, changed_on=deed.today)


def _section_answers(deed: Deed, assessment: Assessment, section: str) -> SectionAnswers:
    sections = deed.means.shelf.sections_of(assessment.questionnaire_digest)
    if section not in sections.values():
        raise NoSuchItem([Problem("section-unknown", "section", {"id": section[:40]})])
    rows = deed.unit.answers.every(deed.organisation_id, assessment.id)
    own = {item: row for item, row in rows.items() if row.section == section}
    return SectionAnswers(section=section, revision=sum(row.revision for row in own.values()),
                          answers={item: show_answer(row) for item, row in own.items()})  # fmt: skip
