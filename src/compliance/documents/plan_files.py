"""The plan for other programmes: rows for a table, calendar entries.

A due date is the day of the assessment and the days that the step allows, or the day that was set meanwhile where the
dossier says how the plan stands. The same dossier gives the same bytes.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from compliance.documents._dossier import Dossier, TaskToday
from compliance.domain.questionnaire import ScoredItem
from compliance.domain.remediation import Priority, Step
from compliance.words import Speaker, speaker

_LINE_OCTETS = 75
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PLAN_HEADS = (
    "tasks-number", "tasks-item", "tasks-section", "tasks-question", "tasks-do", "tasks-by", "tasks-effort", "tasks-due",
    "tasks-priority",
)  # fmt: skip
TODAY_HEADS = ("tasks-owner", "tasks-state", "tasks-evidence")
"""Beside the others where the dossier says how the plan stands."""


class PlanRow(Struct, frozen=True, kw_only=True):
    """One task of the plan in words."""

    number: int
    item: str
    action: int | None
    section: str
    question: str
    do: str
    by: str
    effort: str
    due_on: date
    priority: Priority
    priority_says: str
    today: TaskToday | None
    """How it stands, where the dossier says so."""
    state_says: str
    """The state in words; empty where the dossier does not say."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more: finished, or dropped."""
        return self.today is not None and (self.today.is_finished or self.today.state == "dropped")


def plan_rows(dossier: Dossier) -> Iterator[PlanRow]:
    """The plan's tasks in its order, in the dossier's language."""
    says = speaker(dossier.language)
    items = {item.id: item for item in dossier.questionnaire.scored_items}
    titles = {item.id: section.title for section in dossier.questionnaire.sections for item in section.items}
    for number, task in enumerate(dossier.plan.tasks, start=1):
        item, step = items[task.item], task.step
        today = dossier.today.of(step) if dossier.today else None
        yield PlanRow(
            number=number,
            item=item.id,
            action=step.action,
            section=titles[item.id],
            question=item.text,
            do=_say_step(says, item, step),
            by=says.say("by-you") if dossier.is_micro else _by(item, step),
            effort=says.half_days(step.effort_half_days),
            due_on=due_on(dossier, step),
            priority=task.priority,
            priority_says=says.say(f"priority-{task.priority}"),
            today=today,
            state_says=says.say(f"task-{today.state}") if today else "",
        )


def due_on(dossier: Dossier, step: Step) -> date:
    """The day by which a step is to be done."""
    today = dossier.today.of(step) if dossier.today else None
    if today is not None:
        return today.due_on
    return dossier.answers.as_of + timedelta(days=step.within_days)


def _say_step(says: Speaker, item: ScoredItem, step: Step) -> str:
    if step.action is None:
        return says.say("attach-evidence", evidence="; ".join(piece.text for piece in item.evidence.expected))
    return item.actions[step.action].do


def _by(item: ScoredItem, step: Step) -> str:
    # Evidence is attached by whoever finishes the work on the item.
    return item.actions[-1 if step.action is None else step.action].by


def reservations(dossier: Dossier) -> list[str]:
    """What a reader of the plan must know of it: unreviewed texts, an unpublished questionnaire, an invented business."""
    says = speaker(dossier.language)
    said: list[str] = []
    if not dossier.reviewed:
        said.append(says.say("unreviewed-translation", language=says.say("language")))
    if not dossier.published:
        said.append(says.say("unpublished"))
    if dossier.answers.organisation.invented:
        said.append(says.say("invented", remark=dossier.answers.organisation.invented))
    return said


def plan_csv(dossier: Dossier) -> bytes:
    """The plan as RFC 4180 text: UTF-8 with a byte-order mark, CRLF. No cell is a formula to any spreadsheet."""
    says = speaker(dossier.language)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    heads = (*PLAN_HEADS, *(TODAY_HEADS if dossier.today else ()), "tasks-remark")
    writer.writerow([_harmless(says.say(key)) for key in heads])
    remark = " ".join(reservations(dossier))
    for row in plan_rows(dossier):
        cells = (str(row.number), row.item, row.section, row.question, row.do, row.by, row.effort,
                 row.due_on.isoformat(), row.priority_says, *today_cells(row), remark)  # fmt: skip
        writer.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def today_cells(row: PlanRow) -> tuple[str, ...]:
    """What stands below `TODAY_HEADS`; nothing where the plan is shown as it was drawn."""
    if row.today is None:
        return ()
    return (row.today.owner, row.state_says, "; ".join(row.today.evidence))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def plan_calendar(dossier: Dossier) -> bytes:
    """The plan as an iCalendar file (RFC 5545): an all-day entry on each due date of what is still to be done.

    Entries keep their identity from one assessment of a business to the next, so a newer file moves them.
    """
    says = speaker(dossier.language)
    business = dossier.answers.organisation.name
    made_on = dossier.today.on if dossier.today else dossier.answers.as_of
    stamp = f"{made_on:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//compliance//plan 1//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(says.say('tasks-calendar-name', business=business))}",
    ]
    if said := reservations(dossier):
        lines.append(f"X-WR-CALDESC:{_escaped(' '.join(said))}")
    for row in (each for each in plan_rows(dossier) if not each.is_over):
        who = (row.today.owner if row.today else "") or row.by
        said = says.say("tasks-calendar-says", question=row.question, by=who, effort=row.effort,
                        priority=row.priority_says)  # fmt: skip
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_identity(dossier, row)}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{row.due_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{row.item}: {row.do}')}",
            f"DESCRIPTION:{_escaped(said)}",
            f"CATEGORIES:{_escaped(row.section)}",
            f"PRIORITY:{ {'critical': 1, 'floor': 5, 'gain': 9}[row.priority] }",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _identity(dossier: Dossier, row: PlanRow) -> str:
    organisation = dossier.answers.organisation
    parts = (organisation.country, organisation.name, dossier.questionnaire.questionnaire, row.item, str(row.action))
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:32] + "@compliance.invalid"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    text = "\\n".join(text.splitlines())
    return "".join(letter for letter in text if letter.isprintable() or letter == "\u200b")


def _folded(line: str) -> bytes:
    """The line in parts of at most 75 octets, cut between characters."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode("utf-8", "replace")
        if len(part) + len(octets) > _LINE_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
