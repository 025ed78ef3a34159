"""Items and facts as fields of a form, and back. Every field of an item begins with its id: `HOS-01.value`.

What cannot be read is complained of beside its field. What a questionnaire then refuses is led to its field by
`at_fields`.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import cast

from msgspec import UNSET
from msgspec.structs import replace

from compliance.domain.questionnaire import (
    ChoiceFact,
    ChoiceItem,
    DateItem,
    Fact,
    Item,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    TextItem,
    YesNoItem,
)
from compliance.domain.scoring import NEVER, Answer, EvidencePiece, FactValue, Part, Value
from compliance.errors import Problem
from compliance.web.forms import Form

NONE = "none_of_these_at_all"
"""The box that says of a list that nothing in it is so; no option is called so long."""
_NOTE, _TEXT = 1000, 4000
_LEVELS = ("0", "1", "2", "3", "4")
_PLACE = re.compile(r"answers\.([A-Z]{3,4}-[0-9]{2,3})(.*)")
_ENDINGS = {"evidence-date-future": "dated", "evidence-unknown": "expected", "evidence-form": "what",
            "claim-critical": "not_applicable", "claim-without-reason": "reason"}  # fmt: skip


def kind_of(part: Item | Fact) -> str:
    """The type as questionnaires write it: `maturity`, `yes_no`."""
    return str(part.__struct_config__.tag)


def field_of(item: Item) -> str:
    """The field that a mistake in the value leads to."""
    return f"{item.id}.part" if isinstance(item, PercentageItem) else f"{item.id}.value"


def fields_from(item: Item, answer: Answer) -> dict[str, str | list[str] | date]:
    """What the fields hold before anybody types; those that are empty are left out."""
    found: dict[str, str | list[str] | date] = {"note": answer.note, "reason": answer.not_applicable or ""}
    value = answer.value
    if value is UNSET:
        return found
    if isinstance(value, Part):
        return {**found, "part": str(value.is_), "whole": "" if value.of is None else str(value.of)}
    if isinstance(value, tuple):
        return {**found, "value": list(value)}
    if value == NEVER and isinstance(item, NumberItem | DateItem):
        return {**found, "never": NEVER}
    if isinstance(item, DateItem):
        return {**found, "value": date.fromisoformat(str(value))}
    return {**found, "value": str(value)}


def read_answer(form: Form, item: Item, before: Answer, today: date, *, is_needed: bool) -> Answer:
    """The answer that was typed, with the evidence that stays and that was added. Complains in the form.

    `is_needed`: whether a missing value is a mistake; else the answer may hold a note or evidence only.
    """
    kept = _kept_evidence(form, item, before)
    pieces = (*kept.pieces, *_new_pieces(form, item, today))
    given = replace(kept, note=form.text(f"{item.id}.note", most=_NOTE, needed=False), pieces=pieces)
    if pieces:
        given = replace(given, evidence="declared", evidence_on=None)
    if form.ticked(f"{item.id}.not_applicable"):
        return replace(given, value=UNSET, not_applicable=form.text(f"{item.id}.reason", most=_NOTE))
    value = _value(form, item, is_needed=is_needed)
    return replace(given, value=UNSET if value is None else value, not_applicable=None)


def read_value_only(form: Form, item: Item, before: Answer) -> Answer:
    """As `read_answer`, where the form has no evidence on it: that stays as it is."""
    given = replace(before, note=form.text(f"{item.id}.note", most=_NOTE, needed=False))
    if form.ticked(f"{item.id}.not_applicable"):
        return replace(given, value=UNSET, not_applicable=form.text(f"{item.id}.reason", most=_NOTE))
    value = _value(form, item, is_needed=False)
    return replace(given, value=UNSET if value is None else value, not_applicable=None)


def _value(form: Form, item: Item, *, is_needed: bool) -> Value | None:
    name = f"{item.id}.value"
    match item:
        case MaturityItem():
            raw = _chosen(form, name, is_needed=is_needed)
            return int(raw) if raw in _LEVELS else raw
        case YesNoItem() | ChoiceItem():
            return _chosen(form, name, is_needed=is_needed)
        case MultipleItem():
            chosen = form.many(name)
            if not chosen and is_needed:
                form.complain("field-choose", name)
            return chosen or None
        case PercentageItem():
            return _part(form, item, is_needed=is_needed)
        case NumberItem():
            if form.ticked(f"{item.id}.never") and item.never is not None:
                return NEVER
            return form.number(name, needed=is_needed)
        case DateItem():
            if form.ticked(f"{item.id}.never"):
                return NEVER
            day = form.day(name, needed=is_needed)
            return None if day is None else day.isoformat()
        case TextItem():
            return form.text(name, most=_TEXT, needed=False) or None


def _chosen(form: Form, name: str, *, is_needed: bool) -> str | None:
    raw = form.raw(name)
    if not raw and is_needed:
        form.complain("field-choose", name)
    return raw or None


def _part(form: Form, item: PercentageItem, *, is_needed: bool) -> Part | None:
    part_name, whole_name = f"{item.id}.part", f"{item.id}.whole"
    is_begun = bool(form.raw(part_name).strip() or form.raw(whole_name).strip())
    part = form.number(part_name, needed=is_needed or is_begun)
    whole = None if item.of_fact else form.number(whole_name, needed=is_needed or is_begun)
    if part is None or (whole is None and item.of_fact is None):
        return None
    return Part(part, whole)


def _kept_evidence(form: Form, item: Item, before: Answer) -> Answer:
    dropped = form.many(f"{item.id}.drop")
    pieces = tuple(piece for number, piece in enumerate(before.pieces) if str(number) not in dropped)
    if "dated" in dropped:
        return replace(before, pieces=pieces, evidence="declared", evidence_on=None)
    return replace(before, pieces=pieces)


def _new_pieces(form: Form, item: Item, today: date) -> Iterable[EvidencePiece]:
    if isinstance(item, TextItem):
        return ()
    found: list[EvidencePiece] = []
    what = form.text(f"{item.id}.what", most=_NOTE, needed=False)
    is_dated = any(form.raw(f"{item.id}.dated-{part}") for part in ("day", "month", "year"))
    if what or is_dated:
        dated_on = past_day(form, f"{item.id}.dated", item.id, today)
        if not what:
            form.complain("field-needed", f"{item.id}.what")
        if dated_on is not None:
            expected = form.maybe(f"{item.id}.expected")
            found.append(EvidencePiece(form="record", dated_on=dated_on, what=what, expected=expected))
    file = form.raw(f"{item.id}.file")
    if file:
        dated_on = past_day(form, f"{item.id}.file_dated", item.id, today)
        if dated_on is not None:
            expected = form.maybe(f"{item.id}.file_expected")
            found.append(EvidencePiece(form="file", dated_on=dated_on, file=file, expected=expected))
    return found


def past_day(form: Form, name: str, item: str, today: date) -> date | None:
    """A day that has come; complains of others."""
    day = form.day(name)
    if day is not None and day > today:
        form.complain("evidence-date-future", name, id=item, given=day.isoformat(), as_of=today.isoformat())
    return day


def at_fields(problems: Iterable[Problem], items: Iterable[Item]) -> list[Problem]:
    """Problems of a questionnaire, each led to the field that it is about."""
    fields = {item.id: field_of(item) for item in items}
    return [replace(problem, where=_field(problem, fields)) for problem in problems]


def _field(problem: Problem, fields: dict[str, str]) -> str:
    found = _PLACE.fullmatch(problem.where)
    if found is None:
        return problem.where
    item, rest = found[1], found[2]
    if rest.startswith(".pieces"):
        return f"{item}.file" if rest.endswith(".file") else f"{item}.what"
    ending = _ENDINGS.get(problem.code)
    return f"{item}.{ending}" if ending else fields.get(item, problem.where)


def read_fact(form: Form, fact: Fact, *, is_needed: bool) -> FactValue | None:
    """The value of a fact that was typed; None where there is none. Complains in the form."""
    match fact:
        case NumberFact():
            return form.number(fact.id, needed=is_needed)
        case MultipleFact():
            chosen = form.many(fact.id)
            if not chosen and is_needed:
                form.complain("field-choose", fact.id)
            return tuple(each for each in chosen if each != NONE) if chosen else None
        case _:
            return _chosen(form, fact.id, is_needed=is_needed)


def fact_fields(value: FactValue | None) -> str | list[str]:
    """What the fields of a fact hold before anybody types."""
    if isinstance(value, tuple):
        return list(value) or [NONE]
    return "" if value is None else str(value)


def fact_options(fact: Fact) -> list[tuple[str, str]]:
    """What can be chosen: id and text; empty where nothing is."""
    if isinstance(fact, ChoiceFact | MultipleFact):
        return [(each.id, each.text) for each in cast("ChoiceFact", fact).options]
    return []
