"""The document that the others write with: it reads as prose and comes out as a tagged PDF/A.

    def draw_report(report: Report) -> bytes:
        doc = Document(title="Report", language="en", made_on=report.on, author="Compliance",
                       running=Running("Angkor Heritage Hotel", number=lambda page, pages: f"Page {page} of {pages}"))
        doc.heading(1, "How well children are protected")
        doc.heading(1, "ការការពារកុមារ", language="km")          # named where it is not the document's own
        doc.paragraph(["The result is ", strong("72 %"), ". See ", Run("the rules", link="https://example.org/r"), "."])
        doc.pairs([("Organisation", "Angkor Heritage Hotel"), ("Issued", "21 November 2026")])
        doc.bars([Bar("Staff", 0.72, "72 %"), Bar("Suppliers", 0.4, "40 %", tone="bad"),
                  Bar("Pools", None, "not asked", tone="plain")], threshold=0.7)
        with doc.box("note"):                                     # kept on one page where it fits
            doc.heading(3, "What was not checked")
            doc.bullets(["Suppliers abroad", "Contracts before 2020"])
        doc.table([Column("Question", 3, names_row=True), Column("Answer"), Column("Points", align="right")],
                  [["Is there a policy?", Cell("No", tone="bad"), "0"]])
        with doc.kept_together():                                  # a question of a form, with its blanks
            doc.paragraph(strong("1. Is there a policy?"))
            doc.tick_boxes(["Yes", "No", "Not applicable"])
            doc.blanks(["Name", "Date"])
        return doc.bytes()

A page that is composed rather than flowed, such as a certificate, is drawn on directly:

        doc = Document(title="Certificate", language="en", made_on=day, size=A4_LANDSCAPE)
        with doc.page.decoration():
            doc.page.rectangle(30, 30, 782, 535, stroke=GREEN, line_width=2)
        style = doc.fitted(name, Style(size=28, bold=True, align="centre"), width=600)
        below = doc.place(name, left=120, top=420, width=600, style=style, role="H1")
        doc.place_qr(url, left=60, bottom=60, side=90, alternative=f"QR code that leads to {url}")
        doc.attach(Attachment("claim.json", claim, "application/json", "The claim"))    # makes it PDF/A-3b

Text is drawn as it is given, whatever it holds: there is no markup. Lengths are points (`MM` helps), y runs upwards.
The same calls give the same bytes, on any day.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Protocol

from compliance.documents._blocks import (
    Bar,
    bar_strips,
    blank_strips,
    list_strips,
    pair_strips,
    rule_strip,
    tick_strips,
)
from compliance.documents._flow import Flow, Margins, Running
from compliance.documents._lines import Run, Words, strong, text_of
from compliance.documents._metadata import Metadata
from compliance.documents._page import Bookmark, Page
from compliance.documents._palette import A4_PORTRAIT, BODY, HEADINGS, NOTE, TONES, Style, Tone
from compliance.documents._pdfa import Attachment, write_pdf
from compliance.documents._qr import draw_qr
from compliance.documents._shaping import clean
from compliance.documents._strips import Block, Frame, Strip, blank, chained
from compliance.documents._table import Cell, Column, TableSetter, TableStyle
from compliance.documents._tagging import Element, Role

__all__ = [
    "Attachment",
    "Bar",
    "Cell",
    "Column",
    "Document",
    "DrawFigure",
    "Margins",
    "Run",
    "Running",
    "Style",
    "TableStyle",
    "Words",
    "strong",
]

_BOX_PADDING = 10.0


class DrawFigure(Protocol):
    """Draws a figure below `top`: shapes inside `page.marked(figure)`, text by `page.write(…, element=figure)`."""

    def __call__(self, page: Page, left: float, top: float, figure: Element) -> None: ...


class Document:
    """One PDF, written from top to bottom."""

    def __init__(  # noqa: PLR0913  all by keyword
        self,
        *,
        title: str,
        language: str,
        made_on: date,
        author: str = "",
        subject: str = "",
        size: tuple[float, float] = A4_PORTRAIT,
        margins: Margins | None = None,
        running: Running | None = None,
    ) -> None:
        self._metadata = Metadata(clean(title), language, made_on, clean(author), clean(subject))
        margins = margins or Margins()
        self._flow = Flow(size, margins, running or Running())
        self._root = Element("Document", language=language)
        self._parent: Element = self._root
        self._width = size[0] - margins.left - margins.right
        self._left = 0.0
        self._collected: list[Strip] | None = None
        self._attachments: list[Attachment] = []

    @property
    def page(self) -> Page:
        """The page being filled, to draw on directly. What still waits for its successor is placed first."""
        self._flow.settle()
        return self._flow.page

    @property
    def width(self) -> float:
        """What a paragraph has to itself here, in points."""
        return self._width

    def bytes(self) -> bytes:
        """The finished file. The document must not be written to afterwards."""
        return write_pdf(self._metadata, self._flow.finish(), self._root, self._attachments)

    # What flows

    def heading(self, level: int, words: Words, *, language: str | None = None) -> None:
        """A heading of level 1 to 3, kept with what follows and listed in the outline."""
        roles: dict[int, Role] = {1: "H1", 2: "H2", 3: "H3"}
        block = self._block(words, HEADINGS[level], roles[level], language)
        strips = block.strips()
        for strip in strips:
            strip.keeps_next = True
        if strips:
            first, title = strips[0].draw, text_of(words)

            def draw(page: Page, left: float, top: float) -> None:
                page.bookmarks.append(Bookmark(title, level - 1, top))
                first(page, left, top)

            strips[0].draw = draw
        self._add(strips)

    def paragraph(self, words: Words, *, style: Style = BODY, language: str | None = None) -> None:
        """Running text; a line feed in it begins a new line."""
        self._add(self._block(words, style, "P", language).strips())

    def note(self, words: Words, *, language: str | None = None) -> None:
        """Small, muted text."""
        self.paragraph(words, style=NOTE, language=language)

    def bullets(
        self, items: Sequence[Words], *, numbered: bool = False, style: Style = BODY, language: str | None = None
    ) -> None:
        """A list."""
        element = self._parent.child("L", language=language)
        self._add(list_strips(items, style, self._width, element, numbered=numbered))

    def pairs(
        self,
        pairs: Sequence[tuple[Words, Words]],
        *,
        label_share: float = 0.32,
        style: Style = BODY,
        language: str | None = None,
    ) -> None:
        """Labels and their values, side by side."""
        element = self._parent.child("Table", language=language)
        self._add(pair_strips(pairs, style, self._width, element, label_share=label_share))

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Words | Cell]],
        *,
        style: TableStyle | None = None,
        language: str | None = None,
    ) -> None:
        """A table with a head. Each row has a cell for each column."""
        element = self._parent.child("Table", language=language)
        self._add(TableSetter(columns, self._width, style or TableStyle(), element).strips(rows))

    def bars(
        self,
        bars: Sequence[Bar],
        *,
        threshold: float | None = None,
        label_share: float = 0.42,
        language: str | None = None,
    ) -> None:
        """Level bars under each other. The threshold (0 to 1) is marked across them; it should be said in words too."""
        parent = self._parent.child("Div", language=language)
        self._add(bar_strips(bars, self._width, parent, threshold=threshold, label_share=label_share))

    def blanks(self, labels: Sequence[Words], *, lines: int = 1, language: str | None = None) -> None:
        """Lines to write on by hand, each below its label; several labels share the width."""
        parent = self._parent.child("Div", language=language)
        self._add(blank_strips(labels, self._width, parent, lines=lines))

    def tick_boxes(
        self,
        options: Sequence[Words],
        *,
        ticked: Collection[int] = (),
        columns: int | None = None,
        language: str | None = None,
    ) -> None:
        """Boxes to tick; as many columns as fit, unless told."""
        element = self._parent.child("L", language=language)
        self._add(tick_strips(options, ticked, self._width, element, columns=columns))

    def figure(self, height: float, alternative: str, draw: DrawFigure) -> None:
        """A drawing of one's own, with the words that stand for it."""
        element = self._parent.child("Figure", alternative=clean(alternative))
        self._add([Strip(height, lambda page, left, top: draw(page, left, top, element), gap=8)])

    def rule(self) -> None:
        """A hairline."""
        self._add([rule_strip(self._width)])

    def space(self, height: float) -> None:
        """White space; none at the top of a page."""
        self._add([Strip(0, lambda _page, _left, _top: None, gap=height)])

    def break_page(self) -> None:
        """Go on at the top of the next page."""
        self._flow.end_page()

    @contextmanager
    def kept_together(self) -> Generator[None]:
        """What is written inside stands on one page, if a page can hold it."""
        with self._collecting() as strips:
            yield
        self._pass_on(chained(strips))

    @contextmanager
    def box(self, tone: Tone = "plain") -> Generator[None]:
        """A tinted box around what is written inside. One over half a page tall may be cut; boxes do not nest."""
        edge, fill = TONES[tone]
        frame = Frame(fill, edge, self._width, self._left, _BOX_PADDING)
        outer = self._parent
        self._parent = outer.child("Div")
        self._left += _BOX_PADDING + 4
        self._width -= 2 * _BOX_PADDING + 4
        with self._collecting() as strips:
            yield
        self._parent = outer
        self._left -= _BOX_PADDING + 4
        self._width += 2 * _BOX_PADDING + 4
        if not strips:
            return
        strips[0].gap = 0
        strips = [replace(blank(_BOX_PADDING - 2), gap=9), *strips, blank(_BOX_PADDING - 3)]
        for strip in strips:
            strip.frame = frame
        if sum(strip.gap + strip.height for strip in strips) <= self._flow.height / 2:
            chained(strips)
        else:
            chained(strips[:3])
            chained(strips[-3:])
        self._pass_on(strips)

    # What is placed

    def place(  # noqa: PLR0913  all by keyword
        self,
        words: Words,
        *,
        left: float,
        top: float,
        width: float,
        style: Style = BODY,
        role: Role = "P",
        language: str | None = None,
    ) -> float:
        """Set words at a place of the current page; gives their bottom. `style.gap` is left out."""
        return self._block(words, style, role, language, width=width).draw(self.page, left, top)

    def height_of(self, words: Words, *, width: float, style: Style = BODY) -> float:
        """How tall the words will be when placed."""
        return Block.of(words, style, width, None).height

    def fitted(self, words: Words, style: Style, *, width: float, lines: int = 1, least: float = 8) -> Style:
        """The style in the largest size, down to `least`, that sets the words in so many lines."""
        size = style.size
        while size > least and len(Block.of(words, style.but(size=size), width, None).lines) > lines:
            size = max(least, size - 1)
        return style.but(size=size)

    def place_qr(self, text: str, *, left: float, bottom: float, side: float, alternative: str) -> None:
        """A QR code in a square that includes its quiet zone."""
        element = self._parent.child("Figure", alternative=clean(alternative))
        draw_qr(self.page, text, left, bottom, side, element=element)

    def attach(self, attachment: Attachment) -> None:
        """Put a file inside; the document becomes PDF/A-3b. No two may have one name."""
        self._attachments.append(attachment)

    def element(self, role: Role, *, alternative: str | None = None, language: str | None = None) -> Element:
        """A new element of the structure tree, for drawing on `page` directly."""
        return self._parent.child(role, alternative=alternative, language=language)

    # How it is done

    def _block(
        self, words: Words, style: Style, role: Role, language: str | None, *, width: float | None = None
    ) -> Block:
        element = self._parent.child(role, language=language)
        return Block.of(words, style, self._width if width is None else width, element)

    def _add(self, strips: Sequence[Strip]) -> None:
        for strip in strips:
            strip.left += self._left
        self._pass_on(strips)

    def _pass_on(self, strips: Sequence[Strip]) -> None:
        if self._collected is None:
            self._flow.add(strips)
        else:
            self._collected += strips

    @contextmanager
    def _collecting(self) -> Generator[list[Strip]]:
        outer, inner = self._collected, list[Strip]()
        self._collected = inner
        try:
            yield inner
        finally:
            self._collected = outer
