"""Answering with our spreadsheet: the form with what is answered so far, and what a filled-in one would change.

1. read the file, outside of any transaction;
2. compare it with the draft as it stands: what would change, and what cannot be taken;
3. after a person has looked at that, apply it in one deed, if nobody changed any of it meanwhile.

Cells that are empty change nothing, so a sheet that was downloaded earlier takes nothing away. Pieces of evidence are
not in the sheet and stay as they are.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, cast

from msgspec import UNSET, Meta, Struct
from msgspec.structs import replace

from compliance.domain.assessment import check_can_answer
from compliance.domain.scoring import Answer, FactValue, Scorer
from compliance.errors import Invalid, Problem
from compliance.intake.shapes import Found, read_shape
from compliance.intake.spreadsheets import read_spreadsheet
from compliance.intake.yaml_text import Limits
from compliance.store.assessments import Assessment
from compliance.usecases.answering import GivenAnswer, put_answers, put_facts
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed

SHEET_LIMITS = Limits(size_bytes=5 * 1024 * 1024, nodes=20_000)


class SheetElsewhere(Invalid):
    """This spreadsheet belongs to another questionnaire."""

    code = "sheet-elsewhere"


class NothingToTake(Invalid):
    """There is nothing in this spreadsheet that could be taken over."""

    code = "nothing-to-take"


class SheetAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the sheet, as far as its cells are filled in."""

    answer: Answer
    keys: Annotated[tuple[str, ...], Meta(max_length=6)]
    """The fields of the answer that are filled in; the others change nothing."""


class SheetProblem(Struct, frozen=True, kw_only=True):
    """Something in the sheet that cannot be taken."""

    id: str
    row: int
    """As a spreadsheet shows it; 0 where it is not known."""
    problem: Problem


class ReadSheet(Struct, frozen=True, kw_only=True):
    """What stands in a sheet."""

    reference: str
    facts: dict[str, FactValue]
    answers: dict[str, SheetAnswer]
    rows: dict[str, int]
    """Id of a fact or item → its row."""
    problems: tuple[SheetProblem, ...] = ()
    """Rows that cannot be read."""


class SheetChange(Struct, frozen=True, kw_only=True):
    """A fact or an answer that would change; or cannot, with what is wrong."""

    id: str
    row: int
    before: FactValue | Answer | None
    after: FactValue | Answer
    problems: tuple[Problem, ...] = ()


class SheetPreview(Struct, frozen=True, kw_only=True):
    """What would become of a draft. Facts and items stand in the questionnaire's order."""

    facts: tuple[SheetChange, ...]
    answers: tuple[SheetChange, ...]
    unreadable: tuple[SheetProblem, ...]
    same: int
    """How many rows say what stands in the draft already."""
    chosen: "ChosenChanges"
    """What would be applied: all that is not wrong."""


class ChosenAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to be applied, with the revision that it was compared with."""

    row: SheetAnswer
    seen: int


class ChosenChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person is asked to confirm; it travels in the form, and everything is checked again."""

    facts: dict[str, FactValue]
    facts_seen: int
    answers: dict[str, ChosenAnswer]

    @property
    def count(self) -> int:
        """How many facts and answers."""
        return len(self.facts) + len(self.answers)

    def as_sheet(self, reference: str) -> ReadSheet:
        """The same as if it had just been read, to be compared with the draft again."""
        return ReadSheet(reference=reference, facts=self.facts, rows={},
                         answers={item: each.row for item, each in self.answers.items()})  # fmt: skip


class AppliedSheet(Struct, frozen=True, kw_only=True):
    """What was changed."""

    facts: int
    answers: int


def draw_filled_sheet(deed: Deed, assessment_id: str, language: str) -> bytes:
    """The form as a spreadsheet with what is answered so far, in a language as far as it is translated.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    from compliance.documents.form_sheet import FilledIn, filled_sheet  # xlsxwriter, which nothing else waits for

    assessment = get_assessment(deed, assessment_id)
    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    questionnaire, is_reviewed = deed.means.shelf.translated(assessment.questionnaire_digest, language)
    given = FilledIn(facts={name: fact.value for name, fact in assessment.facts.items()},
                     answers={item: row.read() for item, row in rows.items()})  # fmt: skip
    return filled_sheet(questionnaire, given, reviewed=is_reviewed)


def read_sheet(raw: bytes) -> ReadSheet:
    """What stands in a filled-in sheet; needs no deed.

    Raises:
        UnreadableFile: it is no spreadsheet of ours, too large, or has cells that cannot be read.
    """
    plain = read_spreadsheet(raw, SHEET_LIMITS)
    whole = cast("dict[str, object]", plain.data)
    rows: dict[str, int] = {}
    problems: list[SheetProblem] = []
    facts: dict[str, FactValue] = {}
    for name, value in cast("dict[str, object]", whole["profile"]).items():
        rows[name] = plain.line(("profile", name))
        found = Found()
        fact = read_shape(value, cast("type[FactValue]", FactValue), found)
        problems += _unreadable(name, rows[name], found)
        if fact is not None:
            facts[name] = fact
    answers: dict[str, SheetAnswer] = {}
    for name, value in cast("dict[str, dict[str, object]]", whole["answers"]).items():
        rows[name] = plain.line(("answers", name))
        found = Found()
        answer = read_shape(value, Answer, found)
        problems += _unreadable(name, rows[name], found)
        if answer is not None:
            answers[name] = SheetAnswer(answer=answer, keys=tuple(value))
    return ReadSheet(reference=str(whole.get("questionnaire", "")), facts=facts, answers=answers, rows=rows,
                     problems=tuple(problems))  # fmt: skip


def _unreadable(name: str, row: int, found: Found) -> Iterator[SheetProblem]:
    for _, problem in found.problems:
        yield SheetProblem(id=name, row=row, problem=problem)


def preview_sheet(deed: Deed, assessment_id: str, sheet: ReadSheet) -> SheetPreview:
    """What a sheet would change in a draft, and what of it cannot be taken. Changes nothing.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen: the actor may not answer this.
        SheetElsewhere: it is of another questionnaire or version.
    """
    assessment = get_assessment(deed, assessment_id)
    check_can_answer(assessment.state)
    if sheet.reference != assessment.questionnaire:
        facts = {"given": sheet.reference[:80], "wanted": assessment.questionnaire}
        raise SheetElsewhere([Problem("sheet-questionnaire", "file", facts)])
    scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    current = {item: row.read() for item, row in rows.items()}

    merged = {item: _merged(current.get(item, Answer()), given) for item, given in sheet.answers.items()}
    facts = _fact_changes(deed, assessment, scorer, sheet)
    answers = _answer_changes(deed, assessment, scorer, sheet, current, merged)

    wrong = {each.id for each in answers if each.problems}
    changed = [each.id for each in answers if each.id not in wrong]
    chosen = ChosenChanges(
        facts={each.id: cast("FactValue", each.after) for each in facts if not each.problems},
        facts_seen=assessment.facts_revision,
        answers={item: ChosenAnswer(row=sheet.answers[item], seen=rows[item].revision if item in rows else 0)
                 for item in changed},
    )  # fmt: skip
    given = len(sheet.facts) + len(sheet.answers)
    return SheetPreview(facts=facts, answers=answers, unreadable=sheet.problems, chosen=chosen,
                        same=given - len(facts) - len(answers))  # fmt: skip


def apply_sheet(deed: Deed, assessment_id: str, chosen: ChosenChanges) -> AppliedSheet:
    """Take over what a person confirmed: all of it, or nothing.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, NoSuchItem, SectionAssigned: see `put_answers`.
        StaleRevision: somebody changed some of it since it was compared.
        FactsInvalid, AnswerInvalid: what was sent is not what was shown.
        NothingToTake: there is nothing to apply.
    """
    if not chosen.count:
        raise NothingToTake
    if chosen.facts:
        put_facts(deed, assessment_id, chosen.facts, seen=chosen.facts_seen)
    if chosen.answers:
        rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
        current = {item: row.read() for item, row in rows.items()}
        given = {item: GivenAnswer(answer=_merged(current.get(item, Answer()), each.row), seen=each.seen)
                 for item, each in chosen.answers.items()}  # fmt: skip
        put_answers(deed, assessment_id, given)
    return AppliedSheet(facts=len(chosen.facts), answers=len(chosen.answers))


def _merged(before: Answer, given: SheetAnswer) -> Answer:
    """The answer with the cells that are filled in. A value takes a claim's place, and a claim a value's."""
    new, keys = given.answer, set(given.keys)
    after = before
    if "value" in keys or "not_applicable" in keys:
        after = replace(after, value=new.value if "value" in keys else UNSET, not_applicable=new.not_applicable)
    if "evidence" in keys:
        after = replace(after, evidence=new.evidence)
    if "evidence_on" in keys:
        after = replace(after, evidence_on=new.evidence_on)
    return replace(after, note=new.note) if "note" in keys else after


def _fact_changes(deed: Deed, assessment: Assessment, scorer: Scorer, sheet: ReadSheet) -> tuple[SheetChange, ...]:
    order = [fact.id for fact in scorer.questionnaire.facts]
    changes: list[SheetChange] = []
    for name, value in sorted(sheet.facts.items(), key=lambda pair: _place(order, pair[0])):
        before = assessment.facts.get(name)
        if before is None or before.value != value:
            problems = [each for each in scorer.fact_problems({name: value}, deed.today)
                        if each.where.startswith("profile.")]  # fmt: skip
            changes.append(SheetChange(id=name, row=sheet.rows.get(name, 0), after=value, problems=tuple(problems),
                                       before=None if before is None else before.value))  # fmt: skip
    return tuple(changes)


def _answer_changes(
    deed: Deed, assessment: Assessment, scorer: Scorer, sheet: ReadSheet, current: Mapping[str, Answer],
    merged: Mapping[str, Answer],
) -> tuple[SheetChange, ...]:  # fmt: skip
    order = [item.id for item in scorer.questionnaire.items]
    profile = {**{name: fact.value for name, fact in assessment.facts.items()}, **sheet.facts}
    sections = deed.means.shelf.sections_of(assessment.questionnaire_digest)
    taken = _given_to_others(deed, assessment)
    changes: list[SheetChange] = []
    for item, after in sorted(merged.items(), key=lambda pair: _place(order, pair[0])):
        if after == current.get(item, Answer()):
            continue
        where = f"answers.{item}"
        problems: list[Problem] = []
        if item not in sections:
            problems.append(Problem("item-unknown", where, {"id": item[:40]}))
        elif sections[item] in taken:
            problems.append(Problem("section-assigned", where, {"section": sections[item]}))
        elif after.value is not UNSET or after.not_applicable is not None:
            problems += scorer.answer_problems(item, after, profile, deed.today)
        changes.append(SheetChange(id=item, row=sheet.rows.get(item, 0), before=current.get(item), after=after,
                                   problems=tuple(problems)))  # fmt: skip
    return tuple(changes)


def _given_to_others(deed: Deed, assessment: Assessment) -> set[str]:
    """Sections that the actor cannot answer."""
    if deed.actor.has("owner", "signatory"):
        return set()
    given = deed.unit.assessments.assignments(deed.organisation_id, assessment.id)
    return {section for section, each in given.items() if each.user_id != deed.actor.user_id}


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
