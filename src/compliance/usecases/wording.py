"""Look for terms to avoid in any text."""

from collections.abc import Iterator

from msgspec import Struct

from compliance.domain.questionnaire import FoundTerm, Glossary, TermFinder


class Hit(Struct, frozen=True):
    """A term to avoid, by line and column from 1."""

    line: int
    column: int
    term: FoundTerm


def check_wording(glossary: Glossary, text: str) -> Iterator[Hit]:
    """The terms to avoid in a text, in its order."""
    for term in TermFinder(glossary).find(text):
        line = text.count("\n", 0, term.start) + 1
        yield Hit(line, term.start - text.rfind("\n", 0, term.start), term)
