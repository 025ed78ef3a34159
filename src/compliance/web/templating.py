"""Templates: one environment a language, compiled when first used. Texts are escaped unless a template says otherwise."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    select_autoescape,
)
from markupsafe import Markup

from compliance.web.static_files import address_of
from compliance.words.pages import language_name, reads_from_right, translations
from compliance.words.speaker import LOCALES

_MOST_KEPT = 4096
TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment(language: str) -> Environment:
    """The templates in a language."""
    env = Environment(
        loader=ChoiceLoader([
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )  # fmt: skip
    install = getattr(env, "install_gettext_translations")  # noqa: B009 - made by the extension
    install(translations(language), newstyle=True)
    known: dict[str, Any] = env.globals
    known["_"] = _speaking(translations(language).gettext)
    known.update(static=address_of, language_name=language_name, direction=_direction(language))
    filters: dict[str, Any] = env.filters
    filters.update(day=partial(say_day, language=language), moment=partial(say_moment, language=language))
    return env


def render(template: str, language: str, context: Mapping[str, Any]) -> bytes:
    """A page, as it is sent."""
    return environment(language).get_template(template).render(context).encode()


def _speaking(say: Callable[[str], str]) -> Callable[..., Markup]:
    """As gettext of new style: the words are trusted, what is filled in is escaped.

    A page says a hundred texts, most of them without anything to fill in, so those are kept.
    """
    kept: dict[str, Markup] = {}

    def speak(text: str, /, **given: object) -> Markup:
        if given:
            return Markup(say(text)) % given  # noqa: S704 - the words of our catalogues
        if text not in kept:
            said = Markup(say(text)) % {}  # noqa: S704 - the same; a per cent sign stands twice in it
            if len(kept) >= _MOST_KEPT:
                return said
            kept[text] = said
        return kept[text]

    return speak


@lru_cache(4096)
def say_day(day: date, language: str) -> str:
    """A day as people of the language write it."""
    from babel.dates import format_date

    return format_date(day, format="long", locale=_locale(language))


@lru_cache(4096)
def say_moment(at: datetime, language: str) -> str:
    """A moment, in UTC, which is said."""
    from babel.dates import format_datetime

    return f"{format_datetime(at, format='d MMMM y, HH:mm', locale=_locale(language))} UTC"


def _locale(language: str) -> str:
    plain = language.partition("-")[0]
    return LOCALES.get(plain, plain)


def _direction(language: str) -> str:
    return "rtl" if reads_from_right(language) else "ltr"
