"""Every question on one page: to be answered in one go, or to be printed."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from msgspec import Struct, json

from compliance.domain.questionnaire import Item, Section
from compliance.domain.scoring import Answer
from compliance.errors import Problem
from compliance.usecases.answering import AnswerInvalid, GivenAnswer, SectionAssigned, list_earlier, put_answers
from compliance.usecases.assessments import ShownAnswer
from compliance.usecases.deed import Deed
from compliance.usecases.revisions import StaleRevision
from compliance.web.answering import seen_revision
from compliance.web.item_fields import at_fields, fields_from, kind_of, read_value_only
from compliance.web.page import Go, Page, View, Visit
from compliance.web.sheet import ASSESSMENT, Sheet, common, open_sheet

ALL = ASSESSMENT + "/all"


class Row(Struct, frozen=True, kw_only=True):
    """An item on the page."""

    item: Item
    kind: str
    fields: dict[str, Any]
    revision: int
    said: str
    note: str
    pieces: int
    by: str
    theirs: str | None = None
    """What somebody else has answered meanwhile, in words."""
    theirs_by: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """A section on the page."""

    section: Section
    rows: tuple[Row, ...]
    can_answer: bool
    assigned_name: str


def show_all(deed: Deed, visit: Visit) -> View:
    """Every question that is asked, with its fields."""
    sheet = open_sheet(deed, visit)
    return View(template="assessment_all.html", context=_context(deed, sheet, {}))


def show_print(deed: Deed, visit: Visit) -> View:
    """Every question that is asked, with its answer in words, or room for it."""
    sheet = open_sheet(deed, visit)
    given = sheet.standing.draft.facts
    wanted = {
        each.where.removeprefix("profile.") for each in sheet.standing.asked.problems
    } | sheet.standing.asked.facts.keys()
    facts = [(fact, sheet.say_fact(fact, given[fact.id].value if fact.id in given else None))
             for fact in sheet.questionnaire.facts if fact.id in wanted]  # fmt: skip
    return View(template="assessment_print.html", context={**_context(deed, sheet, {}), "facts": facts})


def _context(deed: Deed, sheet: Sheet, theirs: Mapping[str, ShownAnswer | None]) -> dict[str, Any]:
    parts = [_part(sheet, section, theirs) for section in sheet.questionnaire.sections if sheet.asked_in(section)]
    return {**common(deed, sheet), "parts": parts, "profile": sheet.profile, "can_answer": sheet.standing.is_open,
            "has_conflict": bool(theirs)}  # fmt: skip


def _part(sheet: Sheet, section: Section, theirs: Mapping[str, ShownAnswer | None]) -> Part:
    place = sheet.standing.section(section.id)
    return Part(section=section, can_answer=place.can_answer,
                assigned_name=sheet.standing.names.get(place.assigned_to or "", ""),
                rows=tuple(_row(sheet, item, theirs) for item in sheet.asked_in(section)))  # fmt: skip


def _row(sheet: Sheet, item: Item, theirs: Mapping[str, ShownAnswer | None]) -> Row:
    given = sheet.standing.given(item.id)
    answer = given.answer if given else Answer()
    row = Row(
        item=item, kind=kind_of(item), fields=fields_from(item, answer), revision=sheet.standing.revision(item.id),
        said=sheet.say(item, answer), note=answer.note, pieces=len(answer.pieces),
        by=sheet.standing.names.get(given.changed_by, "") if given else "",
    )  # fmt: skip
    if item.id not in theirs:
        return row
    other = theirs[item.id]
    said = sheet.say(item, json.decode(other.answer, type=Answer)) if other else ""
    by = sheet.standing.names.get(other.changed_by, "") if other else ""
    return Row(item=item, kind=row.kind, fields=row.fields, revision=row.revision, said=row.said, note=row.note,
               pieces=row.pieces, by=row.by, theirs=said, theirs_by=by)  # fmt: skip


def save_all(deed: Deed, visit: Visit) -> Go | View:
    """Keep every answer that was changed here, all or none."""
    sheet = open_sheet(deed, visit)
    given = _changed(deed, visit, sheet)
    visit.form.check()
    try:
        if given:
            put_answers(deed, visit["assessment_id"], given)
    except StaleRevision as stale:
        current = cast("dict[str, ShownAnswer | None]", stale.current)
        context = _context(deed, open_sheet(deed, visit), current)
        return View(template="assessment_all.html", context=context, status=409)
    except AnswerInvalid as refusal:
        raise AnswerInvalid(at_fields(refusal.problems, sheet.questionnaire.items)) from None
    except SectionAssigned as refusal:
        raise SectionAssigned([Problem(each.code, "", each.facts) for each in refusal.problems]) from None
    return Go(to=sheet.at, done="saved")


def _changed(deed: Deed, visit: Visit, sheet: Sheet) -> dict[str, GivenAnswer]:
    """Answers that differ from what the page had shown, each with the revision that it saw.

    Where somebody else answered meanwhile and this form left the item alone, theirs stays.
    """
    form, found = visit.form, dict[str, GivenAnswer]()
    sent = [item for item in sheet.questionnaire.items if f"{item.id}.seen" in form]
    for item in sent:
        if form.ticked(f"{item.id}.theirs"):
            continue
        given, seen = sheet.standing.given(item.id), seen_revision(form, item.id)
        before = given.answer if given else Answer()
        typed = read_value_only(form, item, before)
        shown = before if seen == sheet.standing.revision(item.id) else _as_of(deed, visit, item.id, seen)
        if typed != before and _without_evidence(typed) != _without_evidence(shown):
            found[item.id] = GivenAnswer(answer=typed, seen=seen)
    return found


def _as_of(deed: Deed, visit: Visit, item: str, revision: int) -> Answer:
    """The answer that the page had shown."""
    earlier = list_earlier(deed, visit["assessment_id"], item) if revision else []
    rows: Collection[ShownAnswer] = [each for each in earlier if each.revision == revision]
    return next((json.decode(each.answer, type=Answer) for each in rows), Answer())


def _without_evidence(answer: Answer) -> Answer:
    return Answer(value=answer.value, note=answer.note, not_applicable=answer.not_applicable)


PAGES = (
    Page(path=ALL, show=show_all, do=save_all),
    Page(path=ASSESSMENT + "/print", show=show_print),
)
