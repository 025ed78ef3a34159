"""The peer SurveyJS survey-core: our questionnaire in its language, and its installation into benchmarks/.cache."""

import shutil
import subprocess
from pathlib import Path

from msgspec import UNSET

from compliance.domain.questionnaire import (
    MATURITY_POINTS,
    ChoiceFact,
    ChoiceItem,
    Condition,
    DateItem,
    Fact,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    YesNoItem,
    compared,
)

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "node" / "package.json"
WORKER = HERE / "node" / "worker.mjs"
CACHE = HERE / ".cache" / "survey-core"
INSTALL = ("install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
INSTALL_TIMEOUT_S = 120

Data = dict[str, object]


def find_command() -> tuple[list[str], str]:
    """The worker's command, installed where it was not; or an empty one and why there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        return [], "node is not here"
    manifest = CACHE / "package.json"
    if not manifest.exists() or manifest.read_bytes() != PACKAGE.read_bytes() or not (CACHE / "node_modules").is_dir():
        if npm is None:
            return [], "npm is not here"
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        shutil.copy(PACKAGE, manifest)
        try:
            done = subprocess.run([npm, *INSTALL], cwd=CACHE, capture_output=True, text=True, check=False,
                                  timeout=INSTALL_TIMEOUT_S)  # fmt: skip
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode != 0:
            shutil.rmtree(CACHE)
            return [], "survey-core could not be installed"
    return [node, str(WORKER), str(manifest)], ""


def translated(questionnaire: Questionnaire) -> Data:
    """The questionnaire as a survey: a page for the facts, a page for each section."""
    pages = [{"name": "profile", "elements": [_fact(fact) for fact in questionnaire.facts]}]
    scored = {item.id: item for item in questionnaire.scored_items}
    for section in questionnaire.sections:
        elements = [_item(scored[item.id]) for item in section.items if item.id in scored]
        pages.append({"name": section.id, "elements": elements})
    return {"pages": pages}


def expression(condition: Condition) -> str:
    """A condition in survey-core's language."""
    if condition.all_ is not UNSET:
        return " and ".join(f"({expression(part)})" for part in condition.all_)
    if condition.any_ is not UNSET:
        return " or ".join(f"({expression(part)})" for part in condition.any_)
    if condition.not_ is not UNSET:
        return f"!({expression(condition.not_)})"
    subject = f"{{{compared(condition)}}}"
    if condition.is_ is not UNSET:
        return f"{subject} = '{condition.is_}'"
    if condition.in_ is not UNSET:
        return " or ".join(f"{subject} = '{each}'" for each in condition.in_)
    if condition.at_least is not UNSET:
        return f"{subject} >= {condition.at_least}"
    if condition.at_most is not UNSET:
        return f"{subject} <= {condition.at_most}"
    return f"{subject} contains '{condition.includes}'"


def _shown(question: Data, condition: Condition | None) -> Data:
    return question if condition is None else {**question, "visibleIf": expression(condition)}


def _fact(fact: Fact) -> Data:
    question: Data = {"name": fact.id, "title": fact.text}
    match fact:
        case NumberFact():
            bounds = {"type": "numeric", "minValue": fact.min, "maxValue": fact.max}
            question |= {"type": "text", "inputType": "number", "validators": [bounds]}
        case ChoiceFact() | MultipleFact():
            kind = "checkbox" if isinstance(fact, MultipleFact) else "radiogroup"
            question |= {"type": kind, "choices": [option.id for option in fact.options]}
        case _:
            question |= {"type": "radiogroup", "choices": ["yes", "no"]}
    return _shown(question, fact.asked_if)


def _item(item: ScoredItem) -> Data:
    question: Data = {"name": item.id, "title": item.text}
    match item:
        case MultipleItem():
            exclusive = [item.exclusive.id] if item.exclusive else []
            question |= {"type": "checkbox", "choices": [*(option.id for option in item.options), *exclusive]}
        case PercentageItem():
            parts = [{"name": name, "inputType": "number"} for name in ("is", "of")]
            question |= {"type": "multipletext", "items": parts}
        case NumberItem() | DateItem():
            form = "[0-9]+" if isinstance(item, NumberItem) else "[0-9]{4}-[0-9]{2}-[0-9]{2}"
            question |= {"type": "text", "validators": [{"type": "regex", "regex": f"^({form}|never)$"}]}
        case _:
            question |= {"type": "radiogroup", "choices": list(_points(item))}
    return _shown(question, item.applies_if)


def _points(item: ScoredItem) -> dict[int | str, int]:
    match item:
        case YesNoItem():
            return {word: 100 if word == item.good else 0 for word in ("yes", "no")}
        case ChoiceItem():
            return {option.id: option.points for option in item.options}
        case _:
            return dict(enumerate(MATURITY_POINTS))


def scoring_of(questionnaire: Questionnaire) -> list[Data]:
    """What the worker's loop needs to score each item."""
    return [{"id": item.id, "weight": item.weight, **_loop(item)} for item in questionnaire.scored_items]


def _loop(item: ScoredItem) -> Data:
    match item:
        case MultipleItem():
            exclusive = item.exclusive.id if item.exclusive else None
            return {"type": "multiple", "options": len(item.options), "must_have": item.must_have,
                    "exclusive": exclusive}  # fmt: skip
        case PercentageItem():
            return {"type": "percentage", "steps": item.steps, "of_fact": item.of_fact}
        case NumberItem():
            return {"type": "number", "steps": item.steps}
        case DateItem():
            return {"type": "date", "steps": item.steps}
        case _:
            return {"points": _points(item)}
