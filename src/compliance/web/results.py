"""What came of a submission: the outcome in words, what stands in the way, scores as charts, documents, the years."""

from collections.abc import Mapping
from typing import Any, get_args

from compliance.domain.questionnaire import Questionnaire
from compliance.domain.scoring import CriticalReason, Outcome, ScoreCard, Share
from compliance.usecases.deed import Deed
from compliance.usecases.overview import who_sees_submission
from compliance.usecases.plans import read_plan
from compliance.usecases.result_history import EarlierResult, list_results, read_certificate_of
from compliance.usecases.results import (
    DocumentName,
    NotSubmitted,
    ResultInWords,
    SaidItem,
    draw_document,
    find_path,
    get_submission,
    read_attestation,
    read_receipt_of,
    say_result,
    words_of,
)
from compliance.usecases.starter_kit import draw_template
from compliance.web.checking import A
from compliance.web.notices import N_
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.words import speaker

DOCUMENTS: Mapping[str, DocumentName] = {name: name for name in get_args(DocumentName)}
MOST_REASONS = 5
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "ics": "text/calendar",
    "json": "application/json",
}
OUTCOMES: Mapping[Outcome, str] = {"met": N_("Met"), "approaching": N_("Approaching"), "not_met": N_("Not met")}
OUTCOME_SAYS: Mapping[Outcome, str] = {
    "met": N_("Everything that is critical is in place, and every threshold is reached."),
    "approaching": N_("Everything that is critical is in place. What is still short can be worked off with the plan."),
    "not_met": N_("This is where the work begins. Start with these three."),
}
WAITS: Mapping[str, str] = {
    "identity-stated": N_("It waits until the identity of your business is confirmed in this country."),
    "suspended-in-scope": N_("It waits because another certificate for some of these sites is suspended."),
    "finding-open": N_("It waits because a finding of a regulator is still open."),
    "withdrawn-within-12-months": N_(
        "It waits because a certificate for some of these sites was withdrawn in the last 12 months."
    ),
    "another-active": N_("It waits because another certificate is active for some of these sites."),
    "answers-too-old": N_(
        "It is not issued any more, because the answers are too old. Assess again: all is carried over."
    ),
}
"""Why a certificate that was earned is not there yet."""


def show_result(deed: Deed, visit: Visit) -> View | Go:
    """The result, the outcome in words first."""
    at = A.format(**visit.path)
    assessment_id = visit["assessment_id"]
    try:
        submission = get_submission(deed, assessment_id)
    except NotSubmitted:
        return Go(to=at)
    card = submission.card(deed.means.shelf.scorer(submission.assessment.questionnaire_digest))
    questionnaire, _ = words_of(deed, submission.assessment, visit.language)
    plan = read_plan(deed, assessment_id, visit.language)
    target = "approaching" if card.outcome == "not_met" else "met"
    path = find_path(deed, assessment_id, target, visit.language) if card.outcome != "met" else None
    history = list_results(deed, assessment_id)
    said = say_result(deed, assessment_id, visit.language)
    return View(template="result.html", context={
        "at": at, "said": said, "card": card,
        "outcome": OUTCOMES[card.outcome], "outcome_says": OUTCOME_SAYS[card.outcome], "outcomes": OUTCOMES,
        "assessment": submission.assessment, "submitted_at": submission.row.created_at, "title": questionnaire.title,
        "first_tasks": [task for task in plan.tasks if task.state in ("open", "in_progress")][:3],
        "tasks": len(plan.tasks), "path": path,
        "certificate": read_certificate_of(deed, assessment_id), "waits": WAITS,
        "is_earned": card.outcome == "met", "sections": _section_bars(card, questionnaire),
        "pillars": _pillar_bars(card, questionnaire), "scoring": questionnaire.scoring,
        "items_by_section": _by_section(said, questionnaire),
        "reasons": _reasons(said, card, questionnaire), "history": history, "points": _points(history),
        "most_reasons": MOST_REASONS, "who": "submission",
        "regulators": who_sees_submission(deed, visit["assessment_id"]),
        "may_withdraw": deed.actor.has("owner", "signatory") and submission.assessment.state == "submitted",
    })  # fmt: skip


def _by_section(said: ResultInWords, questionnaire: Questionnaire) -> list[tuple[str, list[SaidItem]]]:
    """The title of every section that has any, with its items."""
    items: dict[str, list[SaidItem]] = {}
    for each in said.items:
        items.setdefault(each.section, []).append(each)
    return [(section.title, items[section.id]) for section in questionnaire.sections if section.id in items]


def _bar(name: str, declared: Share | None, assured: Share | None, floor: int | None) -> dict[str, Any]:
    reached = None if floor is None or assured is None else assured.reaches(floor)
    return {"name": name, "declared": declared, "assured": assured, "floor": floor, "is_reached": reached,
            "declared_width": _width(declared), "assured_width": _width(assured)}  # fmt: skip


def _width(share: Share | None) -> str:
    return "0" if share is None else share.percent


def _section_bars(card: ScoreCard, questionnaire: Questionnaire) -> list[dict[str, Any]]:
    met = questionnaire.scoring.met
    bars: list[dict[str, Any]] = []
    for section in questionnaire.sections:
        score = card.sections.get(section.id)
        if score is not None:
            has_floor = score.assured is not None and score.assured.weight >= met.section_from_weight
            bars.append({**_bar(section.title, score.declared, score.assured, met.section if has_floor else None),
                         "flagged": score.flagged})  # fmt: skip
    return bars


def _pillar_bars(card: ScoreCard, questionnaire: Questionnaire) -> list[dict[str, Any]]:
    says = speaker(questionnaire.language)
    return [_bar(says.say(f"pillar-{name}"), score.declared, score.assured, questionnaire.scoring.met.pillar)
            for name, score in card.pillars.items()]  # fmt: skip


def _reasons(said: ResultInWords, card: ScoreCard, questionnaire: Questionnaire) -> list[dict[str, str]]:
    """What keeps the result from met, each with the question that it is about."""
    texts = {item.id: item.text for item in questionnaire.scored_items}
    return [{"says": says.says, "question": texts[reason.item] if isinstance(reason, CriticalReason) else ""}
            for says, reason in zip(said.reasons, card.reasons, strict=True)]  # fmt: skip


def _points(history: list[EarlierResult]) -> list[dict[str, Any]]:
    """Places of a line through the years: x from 56 to 320, y from 15 (100 %) to 155 (0 %)."""
    most = max(len(history) - 1, 1)
    points: list[dict[str, Any]] = []
    for index, each in enumerate(history):
        share = each.total.assured
        y = None if share is None else 155 - 140 * share.points // (100 * share.weight)
        points.append({"x": 56 + 264 * index // most, "y": y, "result": each})
    return points


def show_document(deed: Deed, visit: Visit) -> Download:
    """A document about the submission; a template of the starter kit where its name begins with `kit-`."""
    name, assessment_id = visit["name"], visit["assessment_id"]
    drawable = DOCUMENTS.get(name)
    if drawable is not None:
        drawn = draw_document(deed, assessment_id, drawable, visit.language)
        return Download(body=drawn.content, media_type=_media_type(name), name=name)
    if name in ("receipt.json", "attestation.json"):
        read = read_receipt_of if name == "receipt.json" else read_attestation
        return Download(body=read(deed, assessment_id).content, media_type=_media_type(name), name=name)
    template = name.removeprefix("kit-").removesuffix(".pdf")
    content = draw_template(deed, assessment_id, template, visit.language)
    return Download(body=content, media_type=_media_type("kit.pdf"), name=f"{template}.pdf")


def _media_type(name: str) -> str:
    return MEDIA_TYPES[name.rpartition(".")[2]]


PAGES = (
    Page(path=f"{A}/result", show=show_result),
    Page(path=f"{A}/documents/{{name}}", show=show_document),
)
