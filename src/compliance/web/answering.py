"""One item a page: question, answer, evidence, who answered before; and what to do when somebody else was faster."""

from datetime import date, datetime
from typing import Any, cast

from msgspec import Struct, json

from compliance.domain.assessment import DraftAnswer
from compliance.domain.questionnaire import Item, TextItem
from compliance.domain.scoring import Answer
from compliance.errors import Problem
from compliance.usecases.answering import (
    AnswerInvalid,
    SectionAssigned,
    confirm_carried,
    list_earlier,
    put_answer,
)
from compliance.usecases.assessments import ShownAnswer
from compliance.usecases.attaching import attach_file, check_can_attach
from compliance.usecases.collaborating import list_comments
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import ShownEvidence, list_evidence
from compliance.usecases.evidence_files import NewFile, add_evidence, in_a_deed
from compliance.usecases.revisions import StaleRevision
from compliance.web.forms import Form
from compliance.web.item_fields import at_fields, fields_from, kind_of, past_day, read_answer
from compliance.web.page import Go, Page, View, Visit
from compliance.web.sheet import ASSESSMENT, Sheet, common, open_sheet
from compliance.web.uploading import read_upload
from compliance.words.evidence import upload_warning
from compliance.words.speaker import say_problem

ITEM = ASSESSMENT + "/items/{item}"
SMALL = 5
"""Up to so many workers, a question comes with its plainer help."""
_MOST_FILES = 200
_MIB = 1024 * 1024


class Earlier(Struct, frozen=True, kw_only=True):
    """What an answer was before."""

    said: str
    note: str
    name: str
    changed_at: datetime
    is_history: bool
    """Whether it stood in the assessment before this one."""


def show_item(deed: Deed, visit: Visit) -> View:
    """The question with everything about its answer."""
    sheet = open_sheet(deed, visit)
    item = sheet.item(visit["item"])
    earlier = [_earlier(sheet, item, each) for each in list_earlier(deed, visit["assessment_id"], item.id)]
    comments = list_comments(deed, visit["assessment_id"], item.id)
    context = {**_question(deed, visit, sheet, item), "earlier": earlier, "comments": comments,
               "opens_earlier": any(each.is_history for each in earlier)}  # fmt: skip
    return View(template="item.html", context=context)


def _question(deed: Deed, visit: Visit, sheet: Sheet, item: Item) -> dict[str, Any]:
    standing, section = sheet.standing, sheet.section_of(item.id)
    place = standing.section(section.id)
    asked = [each.id for each in sheet.asked_in(section)]
    number = asked.index(item.id) + 1 if item.id in asked else 0
    given = standing.given(item.id)
    workers = sheet.profile.get("workers")
    known = {} if isinstance(item, TextItem) else _files(deed)
    return {
        **common(deed, sheet), "item": item, "english": sheet.english(item), "kind": kind_of(item), "section": section,
        "number": number, "count": len(asked), "given": given, "revision": standing.revision(item.id),
        "fields": fields_from(item, given.answer if given else Answer()), "profile": sheet.profile,
        "said": sheet.say(item, given.answer if given else None), "condition": sheet.say_if(item),
        "is_small": isinstance(workers, int) and workers <= SMALL,
        "can_answer": standing.is_open and place.can_answer and number > 0,
        "assigned_name": standing.names.get(place.assigned_to or "", ""), "known_files": known,
        "files": {} if isinstance(item, TextItem) or item.evidence.form == "record" else
                 {digest: each for digest, each in known.items() if each.purged_at is None and each.scan != "rejected"},
        "opens_evidence": any(visit.form.raw(f"{item.id}.{name}") for name in ("what", "file", "dated-day")),
        "previous": asked[number - 2] if number > 1 else None,
        "next": asked[number] if 0 < number < len(asked) else None,
        "wrong": [say_problem(gap.problem, visit.language) for gap in standing.gaps
                  if gap.id == item.id and gap.kind not in ("gap-unanswered", "gap-unconfirmed")],
    }  # fmt: skip


def _files(deed: Deed) -> dict[str, ShownEvidence]:
    """What was uploaded, by digest, newest first."""
    page = list_evidence(deed, cursor=None, limit=_MOST_FILES, digest=None, expiring_before=None)
    found: dict[str, ShownEvidence] = {}
    for each in page.items:
        found.setdefault(each.digest, each)
    return found


def _earlier(sheet: Sheet, item: Item, shown: ShownAnswer) -> Earlier:
    answer = json.decode(shown.answer, type=Answer)
    return Earlier(said=sheet.say(item, answer), note=answer.note, changed_at=shown.changed_at,
                   name=sheet.standing.names.get(shown.changed_by, ""), is_history=shown.revision == 0)  # fmt: skip


def save_item(deed: Deed, visit: Visit) -> Go | View:
    """Keep the answer; then the next question, or the list."""
    sheet = open_sheet(deed, visit)
    item = sheet.item(visit["item"])
    form, given = visit.form, sheet.standing.given(item.id)
    then = form.raw("then")
    before = given.answer if given else Answer()
    seen = seen_revision(form, item.id)
    answer = read_answer(form, item, before, deed.today,
                         is_needed=not then and not isinstance(item, TextItem))  # fmt: skip
    form.check()
    try:
        _keep(deed, visit["assessment_id"], item.id, answer, given=given, seen=seen)
    except StaleRevision as stale:
        return _conflict(deed, visit, item, answer, cast("ShownAnswer | None", stale.current))
    except AnswerInvalid as refusal:
        raise AnswerInvalid(at_fields(refusal.problems, [item])) from None
    except SectionAssigned as refusal:
        raise SectionAssigned(_nowhere(refusal.problems)) from None
    if then == "upload":
        return Go(to=f"{sheet.at}/items/{item.id}/evidence")
    following = None if then else _following(sheet, item)
    return Go(to=f"{sheet.at}/items/{following}") if following else Go(to=sheet.at, done="saved")


def seen_revision(form: Form, item: str) -> int:
    """The revision of the answer that the page showed; 0 where there was none."""
    raw = form.raw(f"{item}.seen")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else 0


def _keep(deed: Deed, assessment_id: str, item: str, answer: Answer, *, given: DraftAnswer | None, seen: int) -> None:
    """One use case: none where nothing changed, a yes to what was carried, or the answer."""
    is_same = answer == (given.answer if given else Answer()) and (given.revision if given else 0) == seen
    if is_same and given is not None and not given.counts:
        confirm_carried(deed, assessment_id, items={item: seen}, facts=())
    elif not is_same:
        put_answer(deed, assessment_id, item, answer, seen=seen)


def _following(sheet: Sheet, item: Item) -> str | None:
    asked = [each.id for each in sheet.asked_in(sheet.section_of(item.id))]
    place = asked.index(item.id) + 1 if item.id in asked else len(asked)
    return asked[place] if place < len(asked) else None


def _nowhere(problems: tuple[Problem, ...]) -> list[Problem]:
    """The same problems, about the whole page: the fields are not on it."""
    return [Problem(each.code, "", each.facts) for each in problems]


def _conflict(deed: Deed, visit: Visit, item: Item, mine: Answer, theirs: ShownAnswer | None) -> View:
    """Both answers, and the form with what was typed, to be saved over theirs by somebody who has read them."""
    sheet = open_sheet(deed, visit)
    answer = json.decode(theirs.answer, type=Answer) if theirs else Answer()
    context = {
        **_question(deed, visit, sheet, item), "theirs": answer, "theirs_said": sheet.say(item, answer),
        "theirs_by": sheet.standing.names.get(theirs.changed_by, "") if theirs else "",
        "theirs_at": theirs.changed_at if theirs else None, "mine_answer": mine, "mine_said": sheet.say(item, mine),
    }  # fmt: skip
    return View(template="item_conflict.html", context=context, status=409)


def show_upload(deed: Deed, visit: Visit) -> View:
    """What must never be uploaded; then the file."""
    sheet = open_sheet(deed, visit)
    item = sheet.item(visit["item"])
    place = sheet.standing.section(sheet.standing.items[item.id].section)
    takes_files = not isinstance(item, TextItem) and item.evidence.form != "record"
    terms = deed.means.terms
    context = {
        **common(deed, sheet), "item": item, "most_mb": terms.evidence_max_bytes // _MIB,
        "can_attach": sheet.standing.is_open and place.can_answer and takes_files,
        "warning": upload_warning(visit.language, channels=f"{terms.base_url}/danger"),
    }  # fmt: skip
    return View(template="item_evidence.html", context=context)


def upload(visit: Visit) -> Go:
    """Take the file in, then name it in the answer."""
    assert visit.open_deed is not None
    open_deed, assessment_id, item = visit.open_deed, visit["assessment_id"], visit["item"]
    sent, form = read_upload(visit), visit.form

    def look(deed: Deed) -> date:
        check_can_attach(deed, assessment_id, item)
        return deed.today

    dated_on = past_day(form, "dated_on", item, in_a_deed(open_deed, look))
    form.check()
    assert dated_on is not None
    kept = add_evidence(open_deed, sent.chunks, NewFile(file_name=sent.name))

    def attach(deed: Deed) -> None:
        attach_file(deed, assessment_id, item, digest=kept.digest, dated_on=dated_on, expected=form.maybe("expected"))

    in_a_deed(open_deed, attach)
    return Go(to=ITEM.format(**visit.path), done="evidence-attached")


PAGES = (
    Page(path=ITEM, show=show_item, do=save_item),
    Page(path=ITEM + "/evidence", show=show_upload, upload=upload,
         fields={"": "file", "file": "file", "answers": "file"}),
)  # fmt: skip
