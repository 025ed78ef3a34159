"""Bars that show two scores and a floor: assured dark, declared light behind it, the floor as a mark across."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.documents._document import Document
from compliance.documents._page import Page
from compliance.documents._palette import BODY, GREEN, INK, MUTED, PAPER, STRONG_LINE, TRACK, Colour
from compliance.documents._strips import Block
from compliance.documents._tagging import Element, box_attribute
from compliance.domain.scoring import Share

_HEIGHT = 9.0
_LABEL_SHARE, _SAID_SHARE = 0.34, 0.25
_DECLARED = Colour.of("#a9cbbd")
_LABEL = BODY.but(size=9.5)


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """One row: its name, its scores, and all of it in words."""

    label: str
    assured: Share | None
    declared: Share | None
    assured_said: str
    declared_said: str
    alternative: str
    """What a screen reader says instead of the bar."""
    floor: int | None = None
    """In percent; None where no floor applies."""


def draw_score_bars(doc: Document, bars: Sequence[ScoreBar]) -> None:
    """The bars under each other, on a common scale. Each is a figure, so that pages may end between them."""
    for bar in bars:
        row = _Row.of(bar, doc.width)
        doc.figure(row.height, bar.alternative, row.draw)


@dataclass(frozen=True, slots=True)
class _Row:
    bar: ScoreBar
    width: float
    label: Block
    assured: Block
    declared: Block

    @classmethod
    def of(cls, bar: ScoreBar, width: float) -> "_Row":
        said = width * _SAID_SHARE - 8
        return cls(
            bar,
            width,
            Block.of(bar.label, _LABEL, width * _LABEL_SHARE - 10, None),
            Block.of(bar.assured_said, _LABEL.but(bold=True), said, None),
            Block.of(bar.declared_said, _LABEL.but(size=8, colour=MUTED), said, None),
        )

    @property
    def height(self) -> float:
        return max(self.label.height, self.assured.height + self.declared.height, _HEIGHT + 6)

    def draw(self, page: Page, left: float, top: float, figure: Element) -> None:
        figure.attributes = box_attribute(left, top - self.height, left + self.width, top)
        middle = top - self.height / 2
        inset, track = self.width * _LABEL_SHARE, self.width * (1 - _LABEL_SHARE - _SAID_SHARE)
        self._write(self.label, page, left, middle + self.label.height / 2, figure)
        with page.marked(figure):
            _draw_bar(page, self.bar, left + inset, middle - _HEIGHT / 2, track)
        x, y = left + inset + track + 8, middle + (self.assured.height + self.declared.height) / 2
        self._write(self.assured, page, x, y, figure)
        self._write(self.declared, page, x, y - self.assured.height, figure)

    @staticmethod
    def _write(block: Block, page: Page, left: float, top: float, figure: Element) -> None:
        Block(block.lines, block.style, block.width, figure).draw(page, left, top)


def _draw_bar(page: Page, bar: ScoreBar, left: float, bottom: float, width: float) -> None:
    if bar.declared is None and bar.assured is None:
        page.rule(left, bottom + _HEIGHT / 2, width, colour=STRONG_LINE, line_width=0.8, dashes="[2 3]")
        return
    page.rectangle(left, bottom, width, _HEIGHT, fill=TRACK, radius=2)
    for share, colour in ((bar.declared, _DECLARED), (bar.assured, GREEN)):
        if share is not None and share.points > 0:
            filled = max(width * share.points / (100 * share.weight), 2.0)
            page.rectangle(left, bottom, filled, _HEIGHT, fill=colour, radius=2)
    if bar.floor is not None:
        x = left + width * bar.floor / 100
        page.rectangle(x - 1.7, bottom - 3, 3.4, _HEIGHT + 6, fill=PAPER)
        page.rectangle(x - 0.8, bottom - 3, 1.6, _HEIGHT + 6, fill=INK)
