"""Templates: one environment a language, compiled when first used. Texts are escaped unless a template says otherwise."""

import re
from collections.abc import Callable, Iterable, Mapping
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
    nodes,
    select_autoescape,
)
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from compliance.web.countries import country_options
from compliance.web.static_files import address_of
from compliance.words.pages import language_name, reads_from_right, translations
from compliance.words.speaker import LOCALES

TEMPLATES = Path(__file__).with_name("templates")


class _Saying(NodeTransformer):
    """Puts what a page says in its language into the template, where nothing has to be filled in."""

    def __init__(self, speak: Callable[[str], Markup]) -> None:
        self._speak = speak

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name that is looked for
        self.generic_visit(node)
        given = node.args[0] if len(node.args) == 1 else None
        is_plain = not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
        if is_plain and isinstance(node.node, nodes.Name) and node.node.name == "_" and isinstance(given, nodes.Const):
            return nodes.Const(self._speak(given.value), lineno=node.lineno)
        return node


class _Speaking(Environment):
    """Templates of one language: most of a page's hundred texts are part of the compiled template."""

    speak: Callable[..., Markup]

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        return super()._generate(_Saying(self.speak).visit(source), *arguments, **options)


@cache
def environment(language: str) -> Environment:
    """The templates in a language."""
    env = _Speaking(
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
    known["_"] = env.speak = _speaking(translations(language).gettext)
    known.update(static=address_of, language_name=language_name, direction=_direction(language))
    known["country_options"] = partial(country_options, language=language)
    filters: dict[str, Any] = env.filters
    filters.update(day=partial(say_day, language=language), moment=partial(say_moment, language=language))
    filters.update(quoted=partial(quote, language=language), quoting=partial(quote_answer, language=language),
                   quoting_words=partial(quote_words, language=language))  # fmt: skip
    return env


def render(template: str, language: str, context: Mapping[str, Any]) -> bytes:
    """A page, as it is sent."""
    return environment(language).get_template(template).render(context).encode()


def _speaking(say: Callable[[str], str]) -> Callable[..., Markup]:
    """As gettext of new style: the words are trusted, what is filled in is escaped."""

    def speak(text: str, /, **given: object) -> Markup:
        return Markup(say(text)) % given  # noqa: S704 - the words of our catalogues

    return speak


def quote(text: str | None, spoken: str | None, *, language: str) -> str:
    """A text that is quoted, marked with its language where that is not the page's (WCAG 3.1.2)."""
    if not text or _is_of_page(spoken, language):
        return text or ""
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def _is_of_page(spoken: str | None, language: str) -> bool:
    return not spoken or spoken == language or spoken == language.partition("-")[0]


def quote_answer(said: str | None, asked: object, spoken: str, *, language: str) -> str:
    """An answer in the page's language; what it repeats of the question's own words is marked, as `quote` does."""
    if _is_of_page(spoken, language):  # nearly always
        return said or ""
    options = (*getattr(asked, "options", ()), getattr(asked, "exclusive", None))
    words = (*getattr(asked, "levels", ()), getattr(asked, "never", None), getattr(asked, "unit", None),
             *(each.text for each in options if each is not None))  # fmt: skip
    return quote_words(said, words, spoken, language=language)


def quote_words(said: str | None, words: Iterable[str | None], spoken: str, *, language: str) -> str:
    """A text in the page's language; which of these words it repeats is marked, as `quote` does."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    if not said or not longest_first:
        return said or ""
    parts = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", said)
    return Markup().join(quote(each, spoken, language=language) if at % 2 else each for at, each in enumerate(parts))


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
