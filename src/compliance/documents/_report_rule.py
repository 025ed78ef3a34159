"""How the score came about, in plain words with the questionnaire's own numbers, and what each answer earns."""

from compliance.documents._draft import Draft
from compliance.documents._lines import strong
from compliance.documents._palette import SMALL
from compliance.documents._table import Column, TableStyle
from compliance.domain.questionnaire import (
    EVIDENCE_LEVELS,
    ChoiceItem,
    DateItem,
    MaturityItem,
    MultipleItem,
    NumberItem,
    PercentageItem,
    ScoredItem,
    YesNoItem,
)
from compliance.domain.questionnaire.model import DEFAULT_AT_LEAST


def write_rule(draft: Draft) -> None:
    """The rule, its numbers, and how it could be cheated."""
    scoring = draft.dossier.questionnaire.scoring
    doc = draft.doc
    doc.heading(2, draft.say("report-rule"))
    doc.paragraph(draft.say("report-rule-points"))
    doc.paragraph(draft.say("report-rule-evidence"))
    _write_caps(draft)
    doc.paragraph(draft.say("report-rule-levels"))
    doc.paragraph(draft.say("report-rule-critical", needed=DEFAULT_AT_LEAST))
    _write_outcomes(draft)
    doc.paragraph(draft.say("report-rule-applies", percent=scoring.flag_claimed_away_percent))
    doc.paragraph(draft.say("report-rule-unattested"))
    with doc.box("note"):
        doc.paragraph(draft.say("no-badge"))
        doc.paragraph(draft.say("report-rule-cheat"))
    _write_steps(draft)


def _write_caps(draft: Draft) -> None:
    caps = draft.dossier.questionnaire.scoring.caps
    columns = [Column(draft.say("report-column-level"), 2, names_row=True), Column(draft.say("report-column-cap"), 1)]
    points = {level: getattr(caps, level) for level in EVIDENCE_LEVELS}
    rows = [
        [draft.say(f"level-{level}"), draft.speaker.say_count("report-cap", cap, points=cap)]
        for level, cap in points.items()
    ]
    draft.doc.table(columns, rows)


def _write_outcomes(draft: Draft) -> None:
    met, approaching = draft.dossier.questionnaire.scoring.met, draft.dossier.questionnaire.scoring.approaching
    rules = {
        "met": draft.say("report-rule-met", total=met.total, section=met.section, weight=met.section_from_weight,
                         pillar=met.pillar),
        "approaching": draft.say("report-rule-approaching", total=approaching.total),
        "not_met": draft.say("report-rule-not_met"),
    }  # fmt: skip
    draft.doc.bullets([[strong(draft.say(f"outcome-{name}")), ": ", rule] for name, rule in rules.items()])


def _write_steps(draft: Draft) -> None:
    draft.doc.heading(3, draft.say("report-rule-steps"))
    columns = [Column(draft.say("report-column-items"), 2, names_row=True), Column(draft.say("report-column-earns"), 5)]
    alike: dict[str, list[str]] = {}
    for item in draft.items.values():
        if draft.dossier.card.items[item.id].state != "not_asked":
            alike.setdefault(say_points(draft, item), []).append(item.id)
    rows = [[", ".join(names), said] for said, names in alike.items()]
    draft.doc.table(columns, rows, style=TableStyle(size=SMALL.size))


def say_points(draft: Draft, item: ScoredItem) -> str:
    """What each answer of an item earns, in one line."""
    match item:
        case MaturityItem():
            return draft.say("report-earns-maturity")
        case YesNoItem():
            return draft.say("report-earns-yes_no", good=draft.say(item.good))
        case ChoiceItem():
            said = [draft.say("report-earns-option", option=each.text, points=each.points) for each in item.options]
            return "; ".join(said)
        case MultipleItem():
            return _say_multiple(draft, item)
        case PercentageItem() | NumberItem() | DateItem():
            return _say_steps(draft, item)


def _say_multiple(draft: Draft, item: MultipleItem) -> str:
    said = draft.say("report-earns-multiple", count=len(item.options))
    if not item.must_have:
        return said
    texts = {option.id: option.text for option in item.options}
    return said + draft.say("report-earns-must-have", options=", ".join(texts[each] for each in item.must_have))


def _say_steps(draft: Draft, item: PercentageItem | NumberItem | DateItem) -> str:
    if isinstance(item, PercentageItem):
        return ", ".join(draft.say("report-earns-step-percent", start=start, points=won) for start, won in item.steps)
    starts = [
        (draft.speaker.say_count("with-unit", start, number=start, unit=item.unit), won) for start, won in item.steps
    ]
    said = [draft.say("report-earns-step", start=start, points=won) for start, won in starts]
    if item.never is not None:
        said.append(draft.say("report-earns-never", never=item.never))
    return ", ".join(said)
