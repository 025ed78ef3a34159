"""The scores of a report, drawn and as a table: the total, pillars, sections."""

from compliance.documents._draft import Draft
from compliance.documents._palette import NOTE, SMALL
from compliance.documents._scorebars import ScoreBar, draw_score_bars
from compliance.documents._table import Cell, Column
from compliance.domain.questionnaire import Section
from compliance.domain.scoring import Score, SectionScore, Share


def write_totals(draft: Draft) -> None:
    """The total, and what declared and assured mean."""
    needed = draft.dossier.questionnaire.scoring.met.total
    draft.doc.space(4)
    draw_score_bars(draft.doc, [_bar(draft, draft.say("report-total"), draft.dossier.card.total, floor=needed)])
    assured, declared = draft.say("report-assured-means", needed=needed), draft.say("report-declared-means")
    draft.doc.paragraph(f"{declared} {assured}", style=SMALL)


def write_scores(draft: Draft) -> None:
    """Bars for every pillar and section, and the same in figures."""
    card, floors = draft.dossier.card, draft.dossier.questionnaire.scoring.met
    pillars = [(draft.say(f"pillar-{pillar}"), score) for pillar, score in card.pillars.items()]
    with draft.doc.kept_together():
        draft.doc.heading(2, draft.say("report-scores"))
        draft.doc.paragraph(draft.say("report-bars-legend"), style=NOTE)
        draft.doc.heading(3, draft.say("report-pillars"))
        draw_score_bars(draft.doc, [_bar(draft, name, score, floor=floors.pillar) for name, score in pillars])
    draft.doc.heading(3, draft.say("report-sections"))
    sections = [(section, card.sections[section.id]) for section in draft.dossier.questionnaire.sections]
    draw_score_bars(
        draft.doc,
        [_bar(draft, section.title, score, floor=_section_floor(draft, score)) for section, score in sections],
    )
    _write_table(draft, pillars, sections)


def _write_table(draft: Draft, pillars: list[tuple[str, Score]], sections: list[tuple[Section, SectionScore]]) -> None:
    floor = draft.dossier.questionnaire.scoring.met.pillar
    rows = [_row(draft, name, score, _remark(draft, score.assured, floor)) for name, score in pillars]
    for section, score in sections:
        remark = _remark(draft, score.assured, _section_floor(draft, score))
        if score.flagged:
            remark = Cell(f"{_text(remark)}; {draft.say('report-flagged-short')}", tone="todo")
        rows.append(_row(draft, f"{section.id} · {section.title}", score, remark))
    draft.doc.space(6)
    draft.doc.table(
        [
            Column(draft.say("report-column-section"), 3.2, names_row=True),
            Column(draft.say("report-column-weight"), 1, align="right"),
            Column(draft.say("report-column-declared"), 1.3, align="right"),
            Column(draft.say("report-column-assured"), 1.3, align="right"),
            Column(draft.say("report-column-floor"), 3),
        ],
        rows,
    )


def _row(draft: Draft, name: str, score: Score | SectionScore, remark: Cell) -> list[str | Cell]:
    weight = str(score.assured.weight) if score.assured else "0"
    return [name, weight, say_share(draft, score.declared), say_share(draft, score.assured), remark]


def _remark(draft: Draft, assured: Share | None, floor: int | None) -> Cell:
    if assured is None:
        return Cell(draft.say("report-nothing-to-score"))
    if floor is None:
        weight = draft.dossier.questionnaire.scoring.met.section_from_weight
        return Cell(draft.say("report-floor-too-light", weight=weight))
    key = "report-floor-reached" if assured.reaches(floor) else "report-floor-below"
    return Cell(draft.say(key, needed=floor), tone=None if assured.reaches(floor) else "todo")


def _text(cell: Cell) -> str:
    assert isinstance(cell.words, str)
    return cell.words


def _section_floor(draft: Draft, score: SectionScore) -> int | None:
    """The floor of a section in percent; None where it weighs too little to have one."""
    met = draft.dossier.questionnaire.scoring.met
    return met.section if score.assured is not None and score.assured.weight >= met.section_from_weight else None


def _bar(draft: Draft, name: str, score: Score | SectionScore, *, floor: int | None) -> ScoreBar:
    assured, declared = say_share(draft, score.assured), say_share(draft, score.declared)
    counts = floor is not None and score.assured is not None
    said = draft.say("report-bar-floor", needed=floor) if counts else draft.say("report-bar-no-floor")
    return ScoreBar(
        label=name,
        assured=score.assured,
        declared=score.declared,
        assured_said=assured,
        declared_said=draft.say("report-bar-declared", declared=declared) if score.declared else "",
        alternative=draft.say("report-bar-says", name=name, assured=assured, declared=declared, floor=said),
        floor=floor if counts else None,
    )


def say_share(draft: Draft, share: Share | None) -> str:
    """A share in percent, or that there is nothing to score."""
    return draft.say("report-percent", percent=share.percent) if share else draft.say("report-nothing-to-score")
