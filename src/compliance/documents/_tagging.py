"""The structure tree of a tagged PDF: what a screen reader walks through instead of the drawing.

An `Element` is made where the document says something, in reading order; the pages hang marked content on it as they
are drawn, possibly over several pages. Nothing here knows how objects are written to the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Role: TypeAlias = Literal[
    "Document", "Sect", "Div", "H1", "H2", "H3", "P", "L", "LI", "Lbl", "LBody",
    "Table", "TR", "TH", "TD", "Figure", "Caption", "Link", "Span", "Note", "Form",
]  # fmt: skip


class Mark(NamedTuple):
    """A marked-content sequence: the page it stands on, counted from 0, and its number there."""

    page: int
    number: int


class Spot(NamedTuple):
    """An annotation that belongs to an element: its page and its place among the page's."""

    page: int
    number: int


@dataclass(slots=True, eq=False)
class Element:
    """One node of the tree. It grows while the document is drawn."""

    role: Role
    parent: "Element | None" = None
    language: str | None = None
    alternative: str | None = None
    """Said instead of the content; for figures."""
    attributes: str = ""
    """PDF syntax of one attribute dictionary."""
    kids: "list[Element | Mark | Spot]" = field(default_factory=list["Element | Mark | Spot"])

    def child(
        self, role: Role, *, language: str | None = None, alternative: str | None = None, attributes: str = ""
    ) -> "Element":
        """Append an element."""
        element = Element(role, self, language, alternative, attributes)
        self.kids.append(element)
        return element

    @property
    def spoken_language(self) -> str:
        """Its own language, or the nearest one above it."""
        element: Element | None = self
        while element is not None:
            if element.language:
                return element.language
            element = element.parent
        return ""

    def walk(self) -> "Iterator[Element]":
        """Give the element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    @property
    def is_empty(self) -> bool:
        """Nothing was drawn for it or below it."""
        return all(isinstance(kid, Element) and kid.is_empty for kid in self.kids)


COLUMN_HEADER = "<</O/Table/Scope/Column>>"
ROW_HEADER = "<</O/Table/Scope/Row>>"
PLAIN_LIST = "<</O/List/ListNumbering/None>>"
BULLET_LIST = "<</O/List/ListNumbering/Disc>>"
NUMBERED_LIST = "<</O/List/ListNumbering/Decimal>>"


def box_attribute(left: float, bottom: float, right: float, top: float) -> str:
    """Where a figure stands on its page."""
    return f"<</O/Layout/BBox[{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}]>>"


def text_string(text: str) -> str:
    """The text as a PDF string object, in UTF-16."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
