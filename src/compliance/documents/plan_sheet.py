"""The plan as a spreadsheet to work with: sorted, filtered, ticked off."""

from compliance.documents._dossier import Dossier
from compliance.documents._workbook import Book, Cell, Look, Sheet
from compliance.documents.plan_files import PLAN_HEADS, TODAY_HEADS, plan_rows, reservations, today_cells
from compliance.domain.remediation import Path
from compliance.words import Speaker, speaker

_HEADS = (*PLAN_HEADS, "tasks-done", "tasks-remark")
_HEADS_TODAY = (*PLAN_HEADS, *TODAY_HEADS, "tasks-remark")


def plan_sheet(dossier: Dossier) -> bytes:
    """The plan as an .xlsx file, in the dossier's language."""
    says = speaker(dossier.language)
    title = says.say("tasks-title", business=dossier.answers.organisation.name)
    book = Book(
        title=title, language=dossier.language, made_on=dossier.today.on if dossier.today else dossier.answers.as_of
    )
    _write_tasks(book.sheet(says.say("tasks-sheet")), dossier, says)
    _write_about(book.sheet(says.say("tasks-about")), dossier, says, title)
    return book.bytes()


def _write_tasks(sheet: Sheet, dossier: Dossier, says: Speaker) -> None:
    sheet.widths(6, 11, 22, 40, 56, 22, 12, 13, 26, *((22, 14, 40, 30) if dossier.today else (10, 30)))
    heads = _HEADS_TODAY if dossier.today else _HEADS
    sheet.heads(*(says.say(key) for key in heads))
    for row in plan_rows(dossier):
        stands: list[tuple[Look, Cell]] = [("text", cell) for cell in today_cells(row)] or [("answer", None)]
        sheet.line(
            ("text", row.number), ("id", row.item), ("muted", row.section), ("text", row.question), ("strong", row.do),
            ("text", row.by), ("text", row.effort), ("plain_day", row.due_on),
            ("critical" if row.priority == "critical" else "text", row.priority_says), *stands,
            ("answer", None),
        )  # fmt: skip
    if sheet.row == 1:
        sheet.line(("text", None), ("text", None), ("text", None), ("text", None), ("text", says.say("nothing-to-do")))
    sheet.filter(0, sheet.row - 1, len(heads))
    sheet.freeze(1, 2)
    sheet.for_print(landscape=True, repeated=(0, 0))


def _write_about(sheet: Sheet, dossier: Dossier, says: Speaker, title: str) -> None:
    answers, card = dossier.answers, dossier.card
    sheet.widths(34, 90)
    sheet.line(("title", title))
    for key, value in (
        ("tasks-business", answers.organisation.name),
        ("tasks-questionnaire", f"{dossier.questionnaire.title} ({dossier.questionnaire.reference})"),
        ("tasks-as-of", says.day(answers.as_of)),
        *(
            (("tasks-today", says.day(dossier.today.on)), ("tasks-finished", _finished(says, dossier)))
            if dossier.today
            else ()
        ),
        ("tasks-outcome", says.say(f"outcome-{card.outcome}")),
        ("tasks-assurance", says.say(f"assurance-{card.assurance or 'none'}")),
        ("tasks-effort-whole", says.half_days(dossier.plan.effort_half_days)),
        ("path-approaching", _say_path(says, dossier.plan.to_approaching)),
        ("path-met", _say_path(says, dossier.plan.to_met)),
    ):
        sheet.line(("strong", says.say(key)), ("text", value))
    for remark in (says.say("path-not-urgency"), *reservations(dossier)):
        sheet.line(("text", None), ("muted", remark))
    sheet.for_print(landscape=False)


def _finished(says: Speaker, dossier: Dossier) -> str:
    finished = dossier.today.finished if dossier.today else 0
    return says.say("part-of", part=finished, whole=len(dossier.plan.tasks))


def _say_path(says: Speaker, path: Path) -> str:
    if not path.reachable:
        return says.say("path-out-of-reach").rstrip(":៖")
    if not path.steps:
        return says.say("path-there")
    share = path.total.assured if path.total else None
    return says.say_count("path-effort", len(path.steps), effort=says.half_days(path.effort_half_days), count=len(path.steps),
                    percent=share.percent if share else "0.00")  # fmt: skip
