"""The parts of a one-page template, measured before they are drawn so that a page can be filled exactly.

A piece is made for one size of type; what it draws is tagged when it is drawn. Heights are in points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.documents._document import Document, Words
from compliance.documents._lines import Run
from compliance.documents._palette import (
    GREEN,
    INK,
    LINE,
    MUTED,
    SAND,
    STRONG_LINE,
    TONES,
    Style,
    Tone,
)
from compliance.documents._strips import Block
from compliance.documents._tagging import BULLET_LIST, COLUMN_HEADER, NUMBERED_LIST, PLAIN_LIST, Element, Role
from compliance.domain.questionnaire.starter_kit import KitTable

_PADDING = 7.0
_BETWEEN = 12.0
_CARD_GAP = 1.5
_CARD_PADDING = 5.0
"""Above and below; beside, cards have `_PADDING`."""
_LEAST_LINE = 66.0
"""A shorter line than this is too short to write a name on."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the page."""

    height: float
    gap: float
    """White space above."""
    draw: Callable[[float, float], None]
    """Draws, given left and top."""


@dataclass(frozen=True, slots=True)
class PieceSetter:
    """Makes pieces for one size of type."""

    doc: Document
    width: float
    size: float
    air: float
    """How generous white space and writing lines are; 1 is sparing."""
    spacing: float = 1.0

    @property
    def style(self) -> Style:
        """Running text."""
        return Style(size=self.size, spacing=self.spacing)

    def _writing(self) -> float:
        return 15.5 * min(self.air, 1.5)

    def text(self, words: Words, *, style: Style | None = None, role: Role = "P", gap: float = 4) -> Piece:
        """A paragraph or heading."""
        style = style or self.style
        height = self.doc.height_of(words, width=self.width, style=style)

        def draw(left: float, top: float) -> None:
            self.doc.place(words, left=left, top=top, width=self.width, style=style, role=role)

        return Piece(height, gap * self.air, draw)

    def heading(self, words: Words) -> Piece:
        """A heading within the page."""
        style = Style(size=self.size + 1.5, bold=True, colour=GREEN, spacing=self.spacing)
        return self.text(words, style=style, role="H2", gap=8)

    def box(self, words: Words, *, tone: Tone = "good", bold: bool = True, gap: float = 6) -> Piece:
        """Words that must be seen, on a tint."""
        style = Style(size=self.size, bold=bold, spacing=self.spacing)
        inner = self.width - 2 * _PADDING - 3
        height = self.doc.height_of(words, width=inner, style=style) + 2 * _PADDING - 3
        edge, fill = TONES[tone]

        def draw(left: float, top: float) -> None:
            page = self.doc.page
            with page.decoration():
                page.rectangle(left, top - height, self.width, height, fill=fill)
                page.rectangle(left, top - height, 3, height, fill=edge)
            self.doc.place(words, left=left + 3 + _PADDING, top=top - _PADDING + 1.5, width=inner, style=style)

        return Piece(height, gap * self.air, draw)

    def items(self, texts: Sequence[Words], *, mark: str) -> Piece:
        """A list; `mark` stands before each, `1.` counts."""
        indent = self.size * (1.5 if mark == "1." else 1.15 if mark == "•" else 1.6)
        gap = 1.2 * self.air
        inner = self.width - indent
        heights = [self.doc.height_of(words, width=inner, style=self.style) for words in texts]

        def draw(left: float, top: float) -> None:
            attributes = {"1.": NUMBERED_LIST, "•": BULLET_LIST}.get(mark, PLAIN_LIST)
            listed = self.doc.element("L")
            listed.attributes = attributes
            for number, (words, height) in enumerate(zip(texts, heights, strict=True), start=1):
                item = listed.child("LI")
                label = f"{number}." if mark == "1." else mark
                style = self.style.but(colour=MUTED if mark == "•" else INK)
                self._draw_labelled(item, (label, words), style, (left, top), indent)
                top -= height + gap

        return Piece(sum(heights) + gap * (len(texts) - 1), 3 * self.air, draw)

    def _draw_labelled(
        self, item: Element, texts: tuple[str, Words], style: Style, place: tuple[float, float], indent: float
    ) -> None:
        left, top = place
        marked = Block.of(texts[0], style, indent, item.child("Lbl"))
        body = Block.of(texts[1], self.style, self.width - indent, item.child("LBody"))
        marked.draw(self.doc.page, left, top - _baseline(body) + _baseline(marked))
        body.draw(self.doc.page, left + indent, top)

    def blanks(self, labels: Sequence[str]) -> Piece:
        """Lines to write on: each after its label where there is room, else below it."""
        widths = [Block.of(label, self.style, 10_000, None).ink_width + 4 for label in labels]
        spare = (self.width - sum(widths) - _BETWEEN * (len(labels) - 1)) / len(labels)
        return self._inline(labels, widths, spare) if spare >= _LEAST_LINE else self._stacked(labels)

    def _inline(self, labels: Sequence[str], widths: Sequence[float], spare: float) -> Piece:
        height = max(self._writing(), self.doc.height_of(labels[0], width=self.width, style=self.style))

        def draw(left: float, top: float) -> None:
            for label, width in zip(labels, widths, strict=True):
                block = Block.of(label, self.style, width + 1, self.doc.element("P"))
                block.draw(self.doc.page, left, top - height + block.height)
                self._line(left + width, top - height + 0.28 * self.size, spare)
                left += width + spare + _BETWEEN

        return Piece(height, 3.5 * self.air, draw)

    def _stacked(self, labels: Sequence[str]) -> Piece:
        each = (self.width - _BETWEEN * (len(labels) - 1)) / len(labels)
        top_height = max(self.doc.height_of(label, width=each, style=self.style) for label in labels)
        height = top_height + self._writing()

        def draw(left: float, top: float) -> None:
            for label in labels:
                self.doc.place(label, left=left, top=top, width=each, style=self.style)
                self._line(left, top - height, each)
                left += each + _BETWEEN

        return Piece(height, 3 * self.air, draw)

    def _line(self, left: float, y: float, width: float) -> None:
        with self.doc.page.decoration():
            self.doc.page.rule(left, y, width, colour=STRONG_LINE)

    def table(self, table: KitTable) -> Piece:
        """An empty table with its head."""
        columns = len(table.columns)
        each = self.width / columns
        style = Style(size=self.size, bold=True, spacing=self.spacing)
        head = max(self.doc.height_of(title, width=each - 8, style=style) for title in table.columns) + 5
        row = self._writing() + 3
        height = head + row * table.rows

        def draw(left: float, top: float) -> None:
            page = self.doc.page
            with page.decoration():
                page.rectangle(left, top - head, self.width, head, fill=SAND)
                for number in range(table.rows + 1):
                    page.rule(left, top - head - number * row, self.width, colour=STRONG_LINE if number == 0 else LINE)
                for number in range(columns + 1):
                    x = left + number * each
                    page.stroke(((x, top), (x, top - height)), colour=LINE)
            line = self.doc.element("Table").child("TR")
            for number, title in enumerate(table.columns):
                cell = line.child("TH", attributes=COLUMN_HEADER)
                Block.of(title, style, each - 8, cell).draw(page, left + number * each + 4, top - 2.5)

        return Piece(height, 5 * self.air, draw)

    def card(self, texts: Sequence[str], *, height: float) -> Piece:
        """One side of a card: its first line is its title."""
        inner = self.width - 2 * _PADDING
        styles = [Style(size=self.size + 1, bold=True, colour=GREEN, spacing=self.spacing)]
        styles += [self.style] * (len(texts) - 1)
        heights = [self.doc.height_of(words, width=inner, style=style)
                   for words, style in zip(texts, styles, strict=True)]  # fmt: skip
        count = len(texts) - 1
        needed = sum(heights) + 2 * _CARD_PADDING + _CARD_GAP * count
        gap = max(_CARD_GAP, min(5.0, _CARD_GAP + (height - needed) / max(count, 1)))

        def draw(left: float, top: float) -> None:
            y = top - max(0.0, height - needed - (gap - _CARD_GAP) * count) / 2 - _CARD_PADDING
            for words, style, each in zip(texts, styles, heights, strict=True):
                self.doc.place(words, left=left + _PADDING, top=y, width=inner, style=style)
                y -= each + gap

        return Piece(needed, 0, draw)


def _baseline(block: Block) -> float:
    return block.lines[0].above * block.style.size if block.lines else 0.0


def coloured(words: str, tone: Tone) -> Run:
    """Words in bold, in a tone's colour."""
    return Run(words, bold=True, colour=TONES[tone][0])
