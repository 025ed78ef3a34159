"""The full report on one assessment: outcome first, then why, then everything that was answered and what it earned."""

from dataclasses import replace

from compliance.documents._dossier import Dossier
from compliance.documents._draft import Draft
from compliance.documents._lines import Run, Words, strong
from compliance.documents._palette import BODY, MUTED, NOTE, Style, Tone
from compliance.documents._report_items import write_facts, write_items
from compliance.documents._report_rule import write_rule
from compliance.documents._report_scores import write_scores, write_totals
from compliance.domain.scoring import CriticalReason, Outcome, Reason
from compliance.words import say_blocks, say_reason, speaker

_TONES: dict[Outcome, Tone] = {"met": "good", "approaching": "note", "not_met": "plain"}
_SHOWN_FIRST = 3


def draw_report(dossier: Dossier) -> bytes:
    """The report as a tagged PDF/A-2b, A4 upright, in the dossier's language. Same dossier, same bytes."""
    draft = Draft.of(dossier, speaker(dossier.language).say("report-title"))
    _write_opening(draft)
    _write_outcome(draft)
    write_totals(draft)
    _write_biggest_reasons(draft)
    _write_first_tasks(draft)
    _write_reasons(draft)
    write_scores(draft)
    write_facts(draft)
    write_items(draft)
    write_rule(draft)
    _write_limits(draft)
    return draft.doc.bytes()


def _write_opening(draft: Draft) -> None:
    draft.doc.heading(1, draft.say("report-title"))
    draft.doc.paragraph(draft.say("report-subtitle"), style=BODY.but(colour=MUTED, gap=2))
    draft.write_notices()
    draft.doc.pairs(draft.who(), label_share=0.24, style=_list(draft))


def _write_outcome(draft: Draft) -> None:
    card = draft.dossier.card
    with draft.doc.box(_TONES[card.outcome]):
        outcome = draft.say(f"outcome-{card.outcome}")
        draft.doc.heading(2, draft.say("report-outcome-is", outcome=outcome))
        draft.doc.paragraph(_outcome_says(draft))
        draft.doc.paragraph(strong(draft.say(f"assurance-{card.assurance or 'none'}-says")))


def _outcome_says(draft: Draft) -> str:
    card = draft.dossier.card
    said = draft.say(f"outcome-{card.outcome}-says")
    count = min(len(draft.dossier.plan.tasks), _SHOWN_FIRST)
    return f"{said} {draft.say(f'report-start-{count}')}" if card.outcome == "not_met" and count else said


def _write_biggest_reasons(draft: Draft) -> None:
    reasons = draft.dossier.card.reasons
    if not reasons:
        draft.doc.heading(2, draft.say("report-biggest-reasons"))
        draft.doc.paragraph(draft.say("report-no-reasons"))
        return
    shown = min(len(reasons), _SHOWN_FIRST)
    draft.doc.heading(2, draft.say("report-biggest-of", shown=shown, count=len(reasons)))
    said = [_say_reason(draft, reason) for reason in reasons[:_SHOWN_FIRST]]
    draft.doc.bullets(said, numbered=True, style=_list(draft))


def _write_first_tasks(draft: Draft) -> None:
    draft.doc.heading(2, draft.say("report-first-tasks"))
    tasks = draft.first_tasks(_SHOWN_FIRST)
    if not tasks:
        draft.doc.paragraph(draft.say("nothing-to-do"))
        return
    said: list[Words] = []
    for task in tasks:
        effort, day = draft.speaker.half_days(task.step.effort_half_days), draft.speaker.day(draft.due_on(task.step))
        when = draft.say("report-task-when", effort=effort, day=day)
        said.append([draft.say_step(task.step), "\n", Run(f"{task.item} · {when}", colour=MUTED)])
    draft.doc.bullets(said, numbered=True, style=_list(draft))


def _list(draft: Draft) -> Style:
    """Khmer lines are half as tall again as Latin ones; a little closer, the first page holds what belongs on it."""
    style = BODY.but(size=9.5, gap=5)
    return replace(style, size=9, spacing=0.84) if draft.dossier.language == "km" else style


def _write_reasons(draft: Draft) -> None:
    reasons = draft.dossier.card.reasons
    if not reasons:
        return
    draft.doc.heading(2, draft.say("report-all-reasons"))
    said = [[*_say_reason(draft, reason), " ", say_blocks(draft.speaker, reason)] for reason in reasons]
    draft.doc.bullets(said, style=BODY.but(size=9.5, gap=4))
    draft.doc.paragraph(draft.say("report-reasons-order"), style=NOTE)


def _say_reason(draft: Draft, reason: Reason) -> list[str | Run]:
    """The reason, and for an item what it asks: nobody knows items by their number."""
    said = say_reason(draft.speaker, reason, draft.dossier.questionnaire)
    if not isinstance(reason, CriticalReason):
        return [said]
    asked = draft.say("report-item-asked", question=draft.items[reason.item].text)
    return [said, " ", Run(asked, colour=MUTED)]


def _write_limits(draft: Draft) -> None:
    with draft.doc.kept_together():
        draft.doc.heading(2, draft.say("report-limits-title"))
        draft.doc.paragraph(draft.say("report-limits"))
        draft.doc.space(8)
        draft.write_structure()
