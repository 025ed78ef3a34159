"""The facts of an assessment: each with what it decides. They are few, so they stand on one page."""

from collections.abc import Mapping
from typing import Any, cast

from msgspec import DecodeError, Struct, ValidationError, json

from compliance.domain.questionnaire import Fact, Section
from compliance.domain.questionnaire.conditions import compile_condition
from compliance.domain.scoring import FactValue
from compliance.errors import Problem
from compliance.usecases.answering import FactsInvalid, ShownFacts, put_facts
from compliance.usecases.deed import Deed
from compliance.usecases.overview import sections_decided
from compliance.usecases.revisions import StaleRevision
from compliance.web.forms import Form
from compliance.web.item_fields import NONE, fact_fields, fact_options, kind_of, read_fact
from compliance.web.page import Go, Page, View, Visit
from compliance.web.sheet import ASSESSMENT, Sheet, common, open_sheet

FACTS = ASSESSMENT + "/facts"
Values = dict[str, FactValue]


class FactRow(Struct, frozen=True, kw_only=True):
    """A fact on the page."""

    fact: Fact
    kind: str
    value: str | list[str]
    options: list[tuple[str, str]]
    decides: list[tuple[str, int]]
    """Titles of sections, with how many of their items look at the fact."""
    only_if: str
    """When it is asked, in words; empty where it always is."""
    is_asked: bool
    to_confirm: bool
    theirs: str | None = None
    """What somebody else has said meanwhile, in words."""


def show_facts(deed: Deed, visit: Visit) -> View:
    """Every fact, those that are asked only in some cases too."""
    sheet = open_sheet(deed, visit)
    return View(template="assessment_facts.html", context=_context(deed, sheet, {}))


def _context(deed: Deed, sheet: Sheet, theirs: Mapping[str, str]) -> dict[str, Any]:
    facts = sheet.standing.draft.facts
    decided = sections_decided(sheet.questionnaire)
    rows = [_row(sheet, fact, theirs.get(fact.id), decided.get(fact.id, [])) for fact in sheet.questionnaire.facts]
    return {
        **common(deed, sheet), "rows": rows, "none_value": NONE, "revision": sheet.standing.facts_revision,
        "was": json.encode({name: fact.value for name, fact in facts.items()}).decode(), "has_conflict": bool(theirs),
        "can_answer": sheet.standing.is_open, "is_new": not facts,
    }  # fmt: skip


def _row(sheet: Sheet, fact: Fact, theirs: str | None, decided: list[tuple[Section, int]]) -> FactRow:
    given = sheet.standing.draft.facts.get(fact.id)
    is_missing = any(problem.where == f"profile.{fact.id}" for problem in sheet.standing.asked.problems)
    return FactRow(
        fact=fact, kind=kind_of(fact), value=fact_fields(given.value if given else None), options=fact_options(fact),
        decides=[(section.title, count) for section, count in decided],
        only_if=sheet.say_if(fact), is_asked=is_missing or fact.id in sheet.standing.asked.facts,
        to_confirm=given is not None and not given.counts, theirs=theirs,
    )  # fmt: skip


def save_facts(deed: Deed, visit: Visit) -> Go | View:
    """Keep what was changed, and stand behind what was carried."""
    sheet = open_sheet(deed, visit)
    form = visit.form
    goes_back = form.raw("then") == "list"
    typed = _typed(form, sheet, is_needed=not goes_back)
    form.check()
    changes = _changes(form, sheet, typed)
    seen = form.raw("seen")
    try:
        if changes:
            put_facts(
                deed,
                visit["assessment_id"],
                changes,
                seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
            )
    except StaleRevision as stale:
        return _conflict(deed, visit, changes, cast("ShownFacts", stale.current))
    except FactsInvalid as refusal:
        raise FactsInvalid(Problem(each.code, each.where.removeprefix("facts."), each.facts)
                           for each in refusal.problems) from None  # fmt: skip
    return Go(to=sheet.at, done="saved")


def _typed(form: Form, sheet: Sheet, *, is_needed: bool) -> dict[str, FactValue | None]:
    """What was typed; of facts that are not asked after that, nothing. Conditions look at earlier facts only."""
    typed: dict[str, FactValue | None] = {}
    for fact in sheet.questionnaire.facts:
        known = {name: value for name, value in typed.items() if value is not None}
        if fact.asked_if is None or compile_condition(fact.asked_if)(known):
            typed[fact.id] = read_fact(form, fact, is_needed=is_needed)
    return typed


def _changes(form: Form, sheet: Sheet, typed: Mapping[str, FactValue | None]) -> dict[str, FactValue | None]:
    """What differs from what the page had shown; carried facts too, for saving them says yes to them."""
    facts = sheet.standing.draft.facts
    try:
        was = json.decode(form.raw("was") or "{}", type=Values)
    except (DecodeError, ValidationError):
        was = {name: fact.value for name, fact in facts.items()}
    unconfirmed = {name for name, fact in facts.items() if not fact.counts}
    return {name: value for name, value in typed.items()
            if value != was.get(name) or (name in unconfirmed and value is not None)}  # fmt: skip


def _conflict(deed: Deed, visit: Visit, changes: Mapping[str, FactValue | None], now: ShownFacts) -> View:
    """The page again: what somebody else said stands beside what was typed here; the rest is as it is now."""
    sheet = open_sheet(deed, visit)
    theirs = {
        fact.id: sheet.say_fact(fact, now.facts[fact.id].value)
        for fact in sheet.questionnaire.facts
        if fact.id in changes and fact.id in now.facts and now.facts[fact.id].value != changes[fact.id]
    }
    # What was not touched here is shown as it is now, not as it was when the page was opened.
    mine = [(name, value) for name, value in visit.form.pairs() if name in changes]
    kept: dict[str, list[str]] = {}
    for name, value in mine:
        kept.setdefault(name, []).append(value)
    visit.form = Form(kept)
    context = {**_context(deed, sheet, theirs), "has_conflict": True}
    return View(template="assessment_facts.html", context=context, status=409)


PAGES = (Page(path=FACTS, show=show_facts, do=save_facts),)
