"""Terms to avoid: found in any text, the longest first, with the better word.

Titles of statutes may be quoted as they are; a term is harmless inside the phrases its entry excepts.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from msgspec import Struct

from compliance.domain.questionnaire.model import TEXT_FIELDS, Questionnaire
from compliance.domain.questionnaire.registers import Glossary, Term
from compliance.domain.questionnaire.translation import Translation

_UNSEEN = re.compile("[\u200b-\u200d]")
"""Ordinary in Khmer; ignored in comparison and search."""


class FoundTerm(Struct, frozen=True):
    """A term to avoid, where it stands, and what is better."""

    text: str
    """As it is written there."""
    start: int
    prefer: str
    why: str


class TermFinder:
    """A glossary, ready to search."""

    def __init__(self, glossary: Glossary) -> None:
        linted = [term for term in glossary.terms if term.lint == "yes"]
        self._by_phrase: dict[str, Term] = {_folded(phrase): term for term in linted for phrase in term.avoid}
        exempt = [*glossary.exempt_titles, *(phrase for term in linted for phrase in term.except_when)]
        phrases = sorted({*self._by_phrase, *(_folded(each) for each in exempt)}, key=len, reverse=True)
        self._exempt = {_folded(each) for each in exempt}
        joined = "|".join(_pattern(phrase) for phrase in phrases)
        self._search = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if phrases else None

    def find(self, text: str) -> Iterator[FoundTerm]:
        """The terms to avoid in a text, in its order."""
        if self._search is None:
            return
        for found in self._search.finditer(text):
            term = self._by_phrase.get(_folded(found.group()))
            if term is not None and _folded(found.group()) not in self._exempt:
                yield FoundTerm(found.group(), found.start(), term.prefer[0], term.why)


def _folded(phrase: str) -> str:
    return " ".join(_UNSEEN.sub("", phrase).casefold().replace("’", "'").split())


@cache
def _pattern(phrase: str) -> str:
    words = (
        r"[\u200b-\u200d]*".join("['’]" if sign == "'" else re.escape(sign) for sign in word) for word in phrase.split()
    )
    return r"[\s\u200b-\u200d]+".join(words)


def texts_of(part: Questionnaire | Translation) -> Iterator[tuple[str, str]]:
    """Every text of a questionnaire or translation, with its place by ids."""
    if isinstance(part, Translation):
        yield from _texts(part, "")
        return
    yield "title", part.title
    if part.intro:
        yield "intro", part.intro
    for fact in part.facts:
        yield from _texts(fact, f"facts.{fact.id}")
    for section in part.sections:
        yield f"sections.{section.id}.title", section.title
        if section.about:
            yield f"sections.{section.id}.about", section.about
        for item in section.items:
            yield from _texts(item, f"items.{item.id}")


def _texts(value: object, place: str, *, is_text: bool = False) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if is_text:
            yield place, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            where = f"{place}.{name}" if place else name
            yield from _texts(getattr(value, name), where, is_text=is_text or name in TEXT_FIELDS or name == "is_")
    elif isinstance(value, dict):
        for key, each in cast("dict[str, object]", value).items():
            yield from _texts(each, f"{place}.{key}" if place else key, is_text=True)
    elif isinstance(value, tuple):
        for index, each in enumerate(cast("tuple[object, ...]", value)):
            yield from _texts(each, f"{place}.{index}", is_text=is_text)
