"""Fill in offline: the form as a spreadsheet, sent back, looked at, then taken over."""

from collections.abc import Mapping
from typing import Any

import msgspec

from compliance.domain.assessment import check_can_answer
from compliance.domain.questionnaire import Item, Questionnaire, TextItem
from compliance.domain.scoring import Answer, FactValue
from compliance.errors import Invalid
from compliance.intake.yaml_text import UnreadableFile
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.results import words_of
from compliance.usecases.revisions import StaleRevision
from compliance.usecases.spreadsheet_answers import (
    SHEET_LIMITS,
    ChosenChanges,
    ReadSheet,
    SheetChange,
    SheetElsewhere,
    SheetPreview,
    apply_sheet,
    draw_filled_sheet,
    preview_sheet,
    read_sheet,
)
from compliance.web.checking import OPEN_STATES, A
from compliance.web.forms import FormMalformed
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.web.results import MEDIA_TYPES
from compliance.web.uploading import read_upload
from compliance.words import Speaker, say_problem, speaker
from compliance.words.results import say_answer, say_fact_value

_SHEET = f"{A}/spreadsheet"
NOT_DONE_YET = 202
"""What is sent with a preview: the sheet was read, nothing was changed."""


class SheetToConfirm(Invalid):
    """Look at what this spreadsheet would change, then confirm."""

    code = "sheet-to-confirm"

    def __init__(self, sheet: ReadSheet) -> None:
        super().__init__()
        self.sheet = sheet
        """What was read; the page compares it with the draft."""


def show_spreadsheet(deed: Deed, visit: Visit) -> View | Go:
    """Download and upload; or, once a sheet was read, what it would change."""
    assessment = get_assessment(deed, visit["assessment_id"])
    at = A.format(**visit.path)
    if assessment.state not in OPEN_STATES:
        return Go(to=at)
    refusal = visit.refusal
    if isinstance(refusal, SheetToConfirm):
        visit.refusal = None  # nothing is wrong: one more thing is asked
        try:
            return _preview(deed, visit, refusal.sheet)
        except SheetElsewhere as elsewhere:
            visit.refusal = elsewhere
    rows: list[dict[str, str]] = []
    if isinstance(refusal, UnreadableFile):
        rows = [{"place": each.where.removeprefix(":"), "says": say_problem(each, visit.language)}
                for each in refusal.problems if each.where.startswith(":")]  # fmt: skip
        visit.refusal = UnreadableFile(msgspec.structs.replace(each, where="file") for each in refusal.problems)
    return View(template="spreadsheet.html", context={
        "at": at, "who": "draft", "rows": rows, "limit_mib": SHEET_LIMITS.size_bytes // 1024 // 1024,
    })  # fmt: skip


def download_spreadsheet(deed: Deed, visit: Visit) -> Download:
    """The form with what is answered so far, in the language of the pages."""
    assessment = get_assessment(deed, visit["assessment_id"])
    content = draw_filled_sheet(deed, assessment.id, visit.language)
    return Download(body=content, media_type=MEDIA_TYPES["xlsx"], name=f"{assessment.sector}.xlsx")


def upload_spreadsheet(visit: Visit) -> Go:
    """Read the sheet while no transaction waits for the line; what it would change is shown next."""
    assert visit.open_deed is not None
    with visit.open_deed(writes=False) as deed:
        check_can_answer(get_assessment(deed, visit["assessment_id"]).state)
    raw = read_upload(visit).whole(most_bytes=SHEET_LIMITS.size_bytes)
    raise SheetToConfirm(read_sheet(raw))


def show_confirmation(deed: Deed, visit: Visit) -> View | Go:
    """What was to be applied, compared with the draft as it is now: somebody may have changed it meanwhile."""
    if visit.refusal is None or "changes" not in visit.form:
        return Go(to=_SHEET.format(**visit.path))
    assessment = get_assessment(deed, visit["assessment_id"])
    is_changed = isinstance(visit.refusal, StaleRevision)
    if is_changed:
        visit.refusal = None  # the page says it, with what stands there now
    view = _preview(deed, visit, _changes(visit).as_sheet(assessment.questionnaire))
    view.status = 200  # what was refused says which status is sent
    view.context["is_changed"] = is_changed
    return view


def confirm_spreadsheet(deed: Deed, visit: Visit) -> Go:
    """Apply what was shown."""
    apply_sheet(deed, visit["assessment_id"], _changes(visit))
    return Go(to=A.format(**visit.path), done="sheet-applied")


def _changes(visit: Visit) -> ChosenChanges:
    raw = visit.form.raw("changes")
    if "\\u0000" in raw:  # in JSON, the one way to write NUL
        raise FormMalformed
    try:
        return msgspec.json.decode(raw, type=ChosenChanges)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
        raise FormMalformed from None


def _preview(deed: Deed, visit: Visit, sheet: ReadSheet) -> View:
    preview = preview_sheet(deed, visit["assessment_id"], sheet)
    assessment = get_assessment(deed, visit["assessment_id"])
    questionnaire, _ = words_of(deed, assessment, visit.language)
    profile = {name: fact.value for name, fact in assessment.facts.items()}
    return View(template="spreadsheet_preview.html", status=NOT_DONE_YET, context={
        "at": A.format(**visit.path), "preview": preview, "who": "draft", "is_changed": False,
        "changes": msgspec.json.encode(preview.chosen).decode(),
        "rows": _rows(preview, questionnaire, profile, visit.language),
        "wrong": sum(bool(each.problems) for each in (*preview.facts, *preview.answers)) + len(preview.unreadable),
        "unreadable": [{"id": each.id, "row": each.row, "says": say_problem(each.problem, visit.language)}
                       for each in preview.unreadable],
    })  # fmt: skip


def _rows(
    preview: SheetPreview, questionnaire: Questionnaire, profile: Mapping[str, FactValue], language: str
) -> list[dict[str, Any]]:
    """Every change in words: question, before, after, what is wrong."""
    says = speaker(questionnaire.language)
    after_profile = {**profile, **preview.chosen.facts}
    facts = {fact.id: fact for fact in questionnaire.facts}
    items = {item.id: item for item in questionnaire.items}
    rows: list[dict[str, Any]] = []
    for change in preview.facts:
        fact = facts.get(change.id)
        before, after = (
            str(value) if fact is None or change.problems else say_fact_value(says, fact, value)  # pyright: ignore[reportArgumentType]
            for value in ("" if change.before is None else change.before, change.after)
        )
        rows.append(_row(change, fact.text if fact else change.id, before if change.before is not None else "", after,
                         language))  # fmt: skip
    for change in preview.answers:
        item = items.get(change.id)
        text = item.text if item else change.id
        before = _answer_says(says, item, change.before, dict(profile))
        rows.append(_row(change, text, before, _answer_says(says, item, change.after, after_profile), language))
    return rows


def _row(change: SheetChange, text: str, before: str, after: str, language: str) -> dict[str, Any]:
    return {"id": change.id, "row": change.row, "text": text, "before": before, "after": after,
            "problems": [say_problem(each, language) for each in change.problems]}  # fmt: skip


def _answer_says(says: Speaker, item: Item | None, answer: object, profile: dict[str, FactValue]) -> str:
    """Value or claim, level of evidence and note; the value as it was written where the item cannot have it."""
    if not isinstance(answer, Answer):
        return ""
    said = answer.not_applicable or ("" if answer.value is msgspec.UNSET else str(answer.value))
    if item is not None and not isinstance(item, TextItem):
        said = say_answer(says, item, answer, profile)
    level = "" if answer.evidence == "declared" else says.say(f"level-{answer.evidence}")
    return "\n".join(part for part in (said, level, answer.note) if part)


PAGES = (
    Page(path=_SHEET, show=show_spreadsheet, upload=upload_spreadsheet),
    Page(path=f"{_SHEET}/form.xlsx", show=download_spreadsheet),
    Page(path=f"{_SHEET}/confirm", show=show_confirmation, do=confirm_spreadsheet),
)
