"""What was told and answered, question by question, with what each answer earned and why."""

from msgspec import UNSET

from compliance.documents._draft import Draft
from compliance.documents._lines import Run, Words, strong
from compliance.documents._palette import AMBER, BODY, GREEN, MUTED, NOTE
from compliance.documents._table import Cell, Column
from compliance.domain.questionnaire import Fact, Item, ScoredItem, Section, TextItem, compile_condition
from compliance.domain.scoring import Answer, Decision, ItemScore, Part
from compliance.words import say_answer, say_fact_value, say_item_score, say_value

_PAIRS = BODY.but(size=9.5, gap=3)
_LABEL_SHARE = 0.16


def write_facts(draft: Draft) -> None:
    """What was told about the business, with what reviewers found."""
    draft.doc.heading(2, draft.say("report-facts"))
    columns = [Column(draft.say("report-column-fact"), 3, names_row=True), Column(draft.say("report-column-answer"), 2)]
    draft.doc.table(columns, [_fact_row(draft, fact) for fact in draft.dossier.questionnaire.facts])
    draft.doc.paragraph(draft.say("report-facts-decide"), style=NOTE)


def _fact_row(draft: Draft, fact: Fact) -> list[Words | Cell]:
    given = draft.dossier.answers.profile.get(fact.id)
    decision = draft.dossier.answers.decisions.get(fact.id)
    if fact.id not in draft.facts and decision is None:
        return [fact.text, Cell([Run(draft.say("report-fact-not-asked"), colour=MUTED)])]
    said = say_fact_value(draft.speaker, fact, given) if given is not None else draft.say("report-fact-not-asked")
    if decision is None:
        return [fact.text, said]
    found = ""
    if decision.value is not UNSET and not isinstance(decision.value, Part):
        found = draft.say("report-decision-value", value=say_fact_value(draft.speaker, fact, decision.value))
    return [fact.text, f"{said}\n{_say_decision(draft, decision, found)}"]


def write_items(draft: Draft) -> None:
    """Every question, section by section."""
    draft.doc.heading(2, draft.say("report-items"))
    for section in draft.dossier.questionnaire.sections:
        _write_section(draft, section)


def _write_section(draft: Draft, section: Section) -> None:
    first, others = section.items[:1], section.items[1:]
    with draft.doc.kept_together():
        _write_section_head(draft, section)
        for item in first:
            _write_any_item(draft, item)
    for item in others:
        with draft.doc.kept_together():
            _write_any_item(draft, item)


def _write_section_head(draft: Draft, section: Section) -> None:
    draft.doc.heading(2, f"{section.id} · {section.title}")
    if section.about:
        draft.doc.paragraph(section.about, style=NOTE)
    if draft.dossier.card.sections[section.id].flagged:
        percent = draft.dossier.questionnaire.scoring.flag_claimed_away_percent
        with draft.doc.box("todo"):
            draft.doc.paragraph(draft.say("report-flagged", percent=percent))


def _write_any_item(draft: Draft, item: Item) -> None:
    if isinstance(item, TextItem):
        _write_text_item(draft, item)
    else:
        _write_item(draft, item, draft.dossier.card.items[item.id])


def _write_heading(draft: Draft, item: Item) -> None:
    draft.doc.heading(3, [Run(item.id, colour=GREEN), "  ", item.text])


def _write_text_item(draft: Draft, item: TextItem) -> None:
    answers = draft.dossier.answers.answers
    if item.applies_if is not None:
        known: dict[str, object] = {
            **draft.facts,
            **{name: each.value for name, each in answers.items() if each.value is not UNSET},
        }
        if not compile_condition(item.applies_if)(known):
            return
    answer = answers.get(item.id)
    said: Words = draft.say("report-unanswered")
    if answer is not None and isinstance(answer.value, str):
        said = answer.value
    _write_heading(draft, item)
    draft.doc.paragraph(draft.say("report-unscored"), style=NOTE.but(gap=1))
    draft.doc.pairs([(draft.say("report-answer"), said)], label_share=_LABEL_SHARE, style=_PAIRS)


def _write_item(draft: Draft, item: ScoredItem, score: ItemScore) -> None:
    _write_heading(draft, item)
    marks = [draft.say("report-critical")] if item.critical else []
    marks.append(draft.say("report-weight", weight=item.weight))
    draft.doc.paragraph(" · ".join(marks), style=NOTE.but(gap=1))
    sentences = say_item_score(draft.speaker, item, score, draft.dossier.questionnaire)
    if score.state == "not_asked":
        draft.doc.paragraph(sentences, style=_PAIRS.but(colour=MUTED))
    else:
        draft.doc.pairs(_answer_pairs(draft, item, score, sentences), label_share=_LABEL_SHARE, style=_PAIRS)
    if item.checked == "no":
        draft.doc.paragraph(draft.say("report-not-confirmed"), style=NOTE)


def _answer_pairs(draft: Draft, item: ScoredItem, score: ItemScore, sentences: list[str]) -> list[tuple[Words, Words]]:
    answer = draft.dossier.answers.answers.get(item.id)
    decision = draft.dossier.answers.decisions.get(item.id)
    pairs: list[tuple[Words, Words]] = [(draft.say("report-answer"), _say_answer(draft, item, answer, score))]
    if answer is not None and score.state == "answered":
        pairs.append((draft.say("report-evidence"), "\n".join(_evidence(draft, item, answer, score))))
    if answer is not None and answer.note:
        pairs.append((draft.say("report-note"), answer.note))
    *points, last = sentences
    failed = score.critical == "failed"
    said: list[str | Run] = [f"{each} " for each in points]
    pairs.append((draft.say("report-points"), [*said, Run(last, bold=True, colour=AMBER) if failed else last]))
    if decision is not None:
        found = ""
        if decision.value is not UNSET:
            value = say_value(draft.speaker, item, decision.value, dict(draft.facts))
            found = draft.say("report-decision-value", value=value)
        pairs.append((draft.say("report-decision"), _say_decision(draft, decision, found)))
    return pairs


def _say_answer(draft: Draft, item: ScoredItem, answer: Answer | None, score: ItemScore) -> Words:
    unanswered = Run(draft.say("report-unanswered"), bold=True, colour=AMBER)
    if answer is None:
        return unanswered
    if answer.not_applicable is not None:
        return draft.say("report-claim", reason=answer.not_applicable)
    if score.state == "not_applicable":
        return draft.say("report-claim", reason=draft.say("report-claim-none"))
    if score.state == "unanswered":
        return Run(draft.say("report-newly-asked"), bold=True, colour=AMBER)
    return strong(say_answer(draft.speaker, item, answer, dict(draft.facts)))


def _evidence(draft: Draft, item: ScoredItem, answer: Answer, score: ItemScore) -> list[str]:
    """What evidence was named, and what came of it; a line each."""
    lines: list[str] = []
    decided = getattr(draft.dossier.answers.decisions.get(item.id), "evidence", None)
    if answer.pieces:
        expected = {each.id: each.text for each in item.evidence.expected}
        for piece in answer.pieces:
            named = expected.get(piece.expected or "", draft.say("report-piece-other"))
            what = f"{named}: {piece.what}" if piece.what else named
            form, day = draft.say(f"report-form-{piece.form}"), draft.speaker.day(piece.dated_on)
            lines.append(draft.say("report-piece", what=what, form=form, day=day))
    elif answer.evidence == "declared":
        lines.append(draft.say("report-evidence-none", level=draft.say("level-declared")))
    else:
        day = draft.speaker.day(answer.evidence_on or draft.dossier.answers.as_of)
        lines.append(draft.say("report-evidence-dated", level=draft.say(f"level-{answer.evidence}"), day=day))
    claimed = bool(answer.pieces) or answer.evidence != "declared"
    if decided is not None:
        lines.append(draft.say("report-evidence-now", level=draft.say(f"level-{decided}")))
    elif claimed and score.level == "declared":
        months = item.evidence.fresh_for_months
        lines.append(draft.speaker.say_count("item-stale", months, months=months))
    return lines


def _say_decision(draft: Draft, decision: Decision, found: str) -> str:
    said = draft.say(f"report-decision-{decision.decision}")
    day = draft.speaker.day(decision.on)
    level = ""
    if decision.evidence is not None:
        level = draft.say("report-decision-level", level=draft.say(f"level-{decision.evidence}"))
    why = draft.say("report-decision-says", decision=said, day=day, reason=decision.reason)
    return " ".join(filter(None, (why, found, level)))
