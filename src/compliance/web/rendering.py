"""What every template is given: who is here, the language, what was typed, what is wrong."""

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from compliance.domain.actor import Actor, Person
from compliance.errors import Problem, Refusal
from compliance.usecases.means import Terms
from compliance.usecases.organisations import MyOrganisation
from compliance.web.notices import NOTICES
from compliance.web.page import View, Visit
from compliance.web.templating import quote, render
from compliance.words.pages import MADE_UP, is_reviewed, page_languages, translations
from compliance.words.speaker import language_of, say_problem, say_refusal

_MOST_KEPT = 100
_KEPT: dict[Hashable, bytes] = {}
"""Pages that are the same for everybody who is not logged in: 100 of them come to 20 MB at most."""


class Frame(Struct, kw_only=True):
    """Who sees a page, and when."""

    person: Person | None = None
    actor: Actor | None = None
    organisations: tuple[MyOrganisation, ...] = ()
    terms: Terms = Terms()
    now: datetime = datetime.min.replace(tzinfo=UTC)
    fields: Mapping[str, str] = {}
    """Where a problem's place is not the name of the form's field."""


class Mistake(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with what was typed."""

    field: str
    """The name of the form's field; empty where it is about the whole."""
    text: str


def render_view(view: View, visit: Visit, frame: Frame) -> bytes:
    """The page. What is the same for all strangers is drawn once: standards and questionnaires are long."""
    is_for_all = view.kept_by is not None and frame.person is None and visit.refusal is None and "?" not in visit.here
    if not is_for_all:
        return _drawn(view, visit, frame)
    key = (view.template, view.kept_by, visit.language, visit.here, frame.now.date(), frame.terms)
    page = _KEPT.get(key)
    if page is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        page = _KEPT[key] = _drawn(view, visit, frame)
    return page


def _drawn(view: View, visit: Visit, frame: Frame) -> bytes:
    return render(view.template, visit.language, {**_common(visit, frame), **view.context})


def _common(visit: Visit, frame: Frame) -> dict[str, Any]:
    mistakes = mistakes_of(visit.refusal, visit.language, frame.fields)
    here_for = next((each for each in frame.organisations
                     if frame.actor is not None and each.organisation.id == frame.actor.organisation_id), None)  # fmt: skip
    done = NOTICES.get(visit.query.get("done", ""))
    return {
        "language": visit.language, "languages": _switch(visit.language), "here": visit.here,
        "is_translation_reviewed": is_reviewed(visit.language), "person": frame.person, "actor": frame.actor,
        "organisations": frame.organisations, "mine": here_for, "terms": frame.terms, "now": frame.now,
        "today": frame.now.date(), "notice": translations(visit.language).gettext(done) if done else None, "mistakes": mistakes, "labels": {},
        "mistake_at": {each.field: each.text for each in reversed(mistakes) if each.field}, "form": visit.form,
    }  # fmt: skip


def _switch(language: str) -> tuple[str, ...]:
    """The languages to switch to; the made-up ones only for those who are there already."""
    made_up = tuple(MADE_UP) if language in MADE_UP else ()
    return (*page_languages(), *made_up)


def mistakes_of(refusal: Refusal | None, language: str, fields: Mapping[str, str] | None = None) -> list[Mistake]:
    """What is wrong, in words, each with its field; the refusal's own sentence where it names nothing."""
    if refusal is None:
        return []
    named = fields or {}
    found = [Mistake(field=named.get(each.where, each.where), text=_marked(say_problem(each, language), each, language))
             for each in refusal.problems]  # fmt: skip
    whole = _marked(say_refusal(refusal, language), refusal, language)
    return found or [Mistake(field=named.get(refusal.code, ""), text=whole)]


def _marked(said: str, told: Problem | Refusal, language: str) -> str:
    return quote(said, language_of(told, language), language=language)
