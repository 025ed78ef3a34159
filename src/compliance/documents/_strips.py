"""What flows down a page: strips, none of which is ever cut, and the blocks of text made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.documents._lines import Line, Words, fill
from compliance.documents._page import Page
from compliance.documents._palette import Colour, Style
from compliance.documents._tagging import Element

Draw = Callable[[Page, float, float], None]
"""Draws on a page, given the strip's left edge and its top."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A box around strips; on each page that they cross it is drawn anew."""

    fill: Colour
    edge: Colour
    width: float
    left: float
    padding: float


@dataclass(slots=True, eq=False)
class Strip:
    """A piece of the page's full width."""

    height: float
    draw: Draw
    gap: float = 0
    """White space above; dropped at the top of a page."""
    keeps_next: bool = False
    """The next strip stands on the same page, unless the chain is longer than a page."""
    left: float = 0
    """From the left margin."""
    again: "Strip | None" = None
    """Drawn first when this strip opens a page: a table's head."""
    frame: Frame | None = None


def blank(height: float) -> Strip:
    """White space that is kept at the top of a page too."""
    return Strip(height, lambda _page, _left, _top: None)


def chained(strips: Sequence[Strip]) -> Sequence[Strip]:
    """The strips, kept together."""
    for strip in strips[:-1]:
        strip.keeps_next = True
    return strips


def without_widows(strips: Sequence[Strip]) -> Sequence[Strip]:
    """The strips, with two at least before and after a page break."""
    if len(strips) > 1:
        strips[0].keeps_next = strips[-2].keeps_next = True
    return strips


@dataclass(frozen=True, slots=True)
class Block:
    """Words filled into a width, ready to be drawn as one piece or line by line."""

    lines: tuple[Line, ...]
    style: Style
    width: float
    element: Element | None

    @classmethod
    def of(cls, words: Words, style: Style, width: float, element: Element | None) -> "Block":
        """Fill the words into the width (points)."""
        measure = round(max(width, 1.0) / style.size, 3)
        return cls(fill(words, measure, bold=style.bold), style, width, element)

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return sum(self.height_of(line) for line in self.lines)

    @property
    def ink_width(self) -> float:
        """Of the widest line."""
        return max((line.width for line in self.lines), default=0.0) * self.style.size

    def height_of(self, line: Line) -> float:
        """A line's share of the height."""
        return (line.above + line.below) * self.style.size * self.style.spacing

    def draw(self, page: Page, left: float, top: float) -> float:
        """Draw all lines; gives the bottom."""
        for line in self.lines:
            self.draw_line(line, page, left, top)
            top -= self.height_of(line)
        return top

    def draw_line(self, line: Line, page: Page, left: float, top: float) -> None:
        """Draw one line below `top`, aligned as its style says."""
        spare = self.width - line.width * self.style.size
        shift = {"left": 0.0, "centre": spare / 2, "right": spare}[self.style.align]
        slack = (line.above + line.below) * self.style.size * (1 - self.style.spacing) / 2
        baseline = top - line.above * self.style.size + slack
        if line.pieces:
            page.write(line, left + shift, baseline, self.style.size, colour=self.style.colour, element=self.element)

    def strips(self, *, left: float = 0) -> list[Strip]:
        """A strip for each line, two of them kept together at either end."""
        strips = [
            Strip(
                self.height_of(line),
                lambda page, x, top, line=line: self.draw_line(line, page, x, top),
                left=left,
            )
            for line in self.lines
        ]
        if strips:
            strips[0].gap = self.style.gap
        without_widows(strips)
        return strips
