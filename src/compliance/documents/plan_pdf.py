"""The plan on paper: the shortest way to the next outcome, then every task with room for an owner and a day."""

from collections.abc import Sequence
from itertools import groupby

from compliance.documents._dossier import Dossier, TaskToday
from compliance.documents._draft import Draft, shortened
from compliance.documents._lines import Words, strong
from compliance.documents._palette import A4_LANDSCAPE, BODY, MUTED, NOTE, SMALL
from compliance.documents._table import Cell, Column, TableStyle
from compliance.domain.remediation import Path, Step, Task
from compliance.words import say_reason, speaker

_OWNER_LETTERS, _EVIDENCE_LETTERS, _MOST_EVIDENCE = 60, 90, 3
_STEPS_IN_FULL = 8
"""A longer way names its tasks by number only: the list says what each is."""


def draw_plan_pdf(dossier: Dossier) -> bytes:
    """The plan as a tagged PDF/A-2b, A4 across, in the dossier's language. Same dossier, same bytes.

    Where the dossier says how the plan stands, it shows that; else there is room to write it down.
    """
    draft = Draft.of(dossier, speaker(dossier.language).say("plan-title"), size=A4_LANDSCAPE)
    _write_opening(draft)
    _write_paths(draft)
    _write_tasks(draft)
    draft.doc.space(10)
    draft.write_structure()
    return draft.doc.bytes()


def _write_opening(draft: Draft) -> None:
    card, plan = draft.dossier.card, draft.dossier.plan
    draft.doc.heading(1, draft.say("plan-title"))
    draft.doc.paragraph(draft.say("plan-subtitle"), style=BODY.but(colour=MUTED, gap=2))
    draft.write_notices()
    pairs: list[tuple[Words, Words]] = [*draft.who()]
    outcome, says = draft.say(f"outcome-{card.outcome}"), draft.say(f"outcome-{card.outcome}-says")
    pairs.append((draft.say("plan-outcome-now"), strong(draft.say("plan-outcome-is", outcome=outcome, says=says))))
    if plan.tasks:
        effort = draft.speaker.half_days(plan.effort_half_days)
        pairs.append(
            (
                draft.say("plan-all-effort"),
                draft.speaker.say_count("plan-all-effort-is", len(plan.tasks), count=len(plan.tasks), effort=effort),
            )
        )
    today = draft.dossier.today
    if today is not None:
        finished = draft.say("part-of", part=today.finished, whole=len(plan.tasks))
        pairs += [(draft.say("tasks-today"), draft.speaker.day(today.on)), (draft.say("tasks-finished"), finished)]
    draft.doc.pairs(pairs, label_share=0.17)


# Paths


def _write_paths(draft: Draft) -> None:
    outcome, plan = draft.dossier.card.outcome, draft.dossier.plan
    paths = {"not_met": [plan.to_approaching, plan.to_met], "approaching": [plan.to_met], "met": []}[outcome]
    for path in paths:
        with draft.doc.box("note"):
            _write_path(draft, path)


def _write_path(draft: Draft, path: Path) -> None:
    draft.doc.heading(3, draft.say(f"path-{path.target}"))
    if not path.reachable:
        draft.doc.paragraph(draft.say("path-out-of-reach"))
        questionnaire = draft.dossier.questionnaire
        draft.doc.bullets([say_reason(draft.speaker, reason, questionnaire) for reason in path.obstacles], style=SMALL)
        return
    effort = draft.speaker.half_days(path.effort_half_days)
    percent = path.total.assured.percent if path.total and path.total.assured else "0.00"
    draft.doc.paragraph(
        strong(
            draft.speaker.say_count(
                "path-effort", len(path.steps), effort=effort, count=len(path.steps), percent=percent
            )
        )
    )
    if path.target == "approaching" and path.outcome == "met":
        draft.doc.paragraph(draft.say("plan-same-path", outcome=draft.say("outcome-met")))
    _write_steps(draft, path.steps)
    draft.doc.note(draft.say("path-not-urgency"))


def _write_steps(draft: Draft, steps: Sequence[Step]) -> None:
    """The steps in full; where they are many, only where they stand in the list of tasks."""
    numbers = {task.step: number for number, task in enumerate(draft.dossier.plan.tasks, start=1)}
    if len(steps) <= _STEPS_IN_FULL:
        draft.doc.bullets([_say_step(draft, step, numbers[step]) for step in steps], numbered=True, style=SMALL)
        return
    by_item: dict[str, list[str]] = {}
    for step in steps:
        by_item.setdefault(step.item, []).append(str(numbers[step]))
    said = [draft.say("plan-path-item", item=name, numbers=", ".join(each)) for name, each in by_item.items()]
    draft.doc.paragraph(f"{draft.say('plan-path-tasks')} {'; '.join(said)}", style=SMALL)


def _say_step(draft: Draft, step: Step, number: int) -> Words:
    effort, day = draft.speaker.half_days(step.effort_half_days), draft.speaker.day(draft.due_on(step))
    today = draft.dossier.today.of(step) if draft.dossier.today else None
    if today is not None and today.is_finished:
        done = draft.say(f"task-{today.state}")
        return [strong(step.item), " ", draft.say("plan-path-done", do=draft.say_step(step), state=done, number=number)]
    said = draft.say("plan-path-step", do=draft.say_step(step), effort=effort, day=day, number=number)
    return [strong(step.item), " ", said]


# Tasks


def _write_tasks(draft: Draft) -> None:
    tasks = draft.dossier.plan.tasks
    if not tasks:
        draft.doc.space(8)
        draft.doc.paragraph(strong(draft.say("nothing-to-do")))
        return
    draft.doc.space(4)
    draft.doc.paragraph(draft.say("plan-order"), style=NOTE)
    draft.doc.heading(2, draft.say("plan-tasks"))
    number = 1
    for priority, group in groupby(tasks, key=lambda task: task.priority):
        members = list(group)
        draft.doc.heading(3, draft.say(f"priority-{priority}"))
        draft.doc.table(_columns(draft), _rows(draft, members, first=number), style=TableStyle(size=8.5))
        number += len(members)


def _columns(draft: Draft) -> list[Column]:
    return [
        Column("", 0.45, align="right"),
        Column(draft.say("plan-column-item"), 1.2, names_row=True),
        Column(draft.say("plan-column-do"), 5.3),
        Column(draft.say("plan-column-effort"), 0.95),
        Column(draft.say("plan-column-due"), 1.8),
        Column(draft.say("plan-column-by"), 1.4),
        Column(draft.say("plan-column-reaches"), 1.6),
        Column(draft.say("plan-column-owner"), 1.6),
        Column(draft.say("tasks-state" if draft.dossier.today else "plan-column-done"), 1.1),
    ]


def _rows(draft: Draft, tasks: Sequence[Task], *, first: int) -> list[list[Words | Cell]]:
    return [_row(draft, task, number) for number, task in enumerate(tasks, start=first)]


def _row(draft: Draft, task: Task, number: int) -> list[Words | Cell]:
    step = task.step
    today = draft.dossier.today.of(step) if draft.dossier.today else None
    due = draft.speaker.day(draft.due_on(step))
    if today is None:
        within = draft.speaker.say_count("within-days", step.within_days, days=step.within_days)
        due = draft.say("plan-due", within=within, day=due)
    passes = step.needed_to_pass and step.passes
    reaches = "plan-reaches-pass" if passes else "plan-reaches"
    return [
        str(number),
        Cell(step.item, bold=True),
        _what(draft, step, today),
        draft.speaker.half_days(step.effort_half_days),
        due,
        draft.say_by(step),
        draft.speaker.say_count(reaches, step.points, points=step.points, level=draft.say(f"level-{step.level}")),
        shortened(today.owner, _OWNER_LETTERS) if today else "",
        draft.say(f"task-{today.state}") if today else "",
    ]


def _what(draft: Draft, step: Step, today: TaskToday | None) -> str:
    """What to do; below it what shows that it was done."""
    if today is None or not today.evidence:
        return draft.say_step(step)
    shown = [shortened(each, _EVIDENCE_LETTERS) for each in today.evidence[:_MOST_EVIDENCE]]
    more = ["…"] if len(today.evidence) > _MOST_EVIDENCE else []
    return f"{draft.say_step(step)}\n{draft.say('plan-shown-by', evidence='; '.join([*shown, *more]))}"
