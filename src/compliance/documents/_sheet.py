"""A page that is composed, not flowed: stacks of lines in several languages, shrunk together until they fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, takewhile

from compliance.documents._document import Document
from compliance.documents._lines import Line as TextLine
from compliance.documents._lines import Piece, Run
from compliance.documents._palette import Style
from compliance.documents._shaping import Shaped
from compliance.documents._strips import Block
from compliance.documents._tagging import Role

_SHRINKING = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4)
_READABLE = 0.7
"""Below this, a list is rather cut."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a stack. Its style's gap is the white space above it."""

    text: str | tuple[str | Run, ...]
    style: Style
    language: str
    role: Role = "P"

    def scaled(self, scale: float) -> "Line":
        """The same paragraph in another size."""
        if scale == 1:
            return self
        style = replace(self.style, size=round(self.style.size * scale, 2), gap=self.style.gap * scale)
        return Line(self.text, style, self.language, self.role)


@lru_cache(maxsize=1024)
def _set(text: str | tuple[str | Run, ...], style: Style, width: float) -> tuple[Block, float]:
    """The lines and their height. Most of a page's words are the same on every page of its kind."""
    block = Block.of(text, style, width, None)
    return replace(block, lines=tuple(_joined(line) for line in block.lines)), block.height


def _joined(line: TextLine) -> TextLine:
    """The line with each face's words in one piece, which is drawn several times as fast as word by word."""
    pieces: list[Piece] = []
    for _, group in groupby(line.pieces, key=lambda piece: (piece.shaped.face.key, piece.run)):
        alike = list(group)
        shaped = [piece.shaped for piece in alike]
        width = sum(each.width for each in shaped)
        whole = Shaped(
            face=shaped[0].face,
            text="".join(each.text for each in shaped),
            operators=" ".join(each.operators for each in shaped),
            width=width,
            ink_width=width - shaped[-1].width + shaped[-1].ink_width,
            glyphs={number: letters for each in shaped for number, letters in each.glyphs.items()},
            is_plain=all(each.is_plain for each in shaped),
        )
        pieces.append(Piece(whole, alike[0].run))
    return TextLine(tuple(pieces), line.width)


def line_height(line: Line, width: float) -> float:
    """How tall the paragraph is, without its gap."""
    return _set(line.text, line.style, width)[1]


def stack_height(lines: Sequence[Line], width: float) -> float:
    """How tall the stack is, without the gap above its first line."""
    heights = sum(line.style.gap + line_height(line, width) for line in lines)
    return heights - (lines[0].style.gap if lines else 0.0)


def shrunk(lines: Sequence[Line], *, width: float, height: float) -> Sequence[Line]:
    """The stack in the largest size that fits; in the smallest there is, where none does."""
    return _fitting(lines, width, height, least=_SHRINKING[-1]) or _scaled(lines, _SHRINKING[-1])


def cut_to_fit(build: Callable[[int], Sequence[Line]], entries: int, *, width: float, height: float) -> Sequence[Line]:
    """The stack with its lists as long as a readable size has room for, then as large as fits.

    `build` makes the stack with so many entries in each list at most, down to none; the longest list has `entries`.
    """
    if whole := _fitting(build(entries), width, height, least=_READABLE):
        return whole
    least, most = 0, entries
    while most - least > 1:
        middle = (least + most) // 2
        fits = stack_height(_scaled(build(middle), _READABLE), width) <= height
        least, most = (middle, most) if fits else (least, middle)
    return shrunk(build(least), width=width, height=height)


def _fitting(lines: Sequence[Line], width: float, height: float, *, least: float) -> Sequence[Line] | None:
    for scale in takewhile(lambda scale: scale >= least, _SHRINKING):
        scaled = _scaled(lines, scale)
        if stack_height(scaled, width) <= height:
            return scaled
    return None


def _scaled(lines: Sequence[Line], scale: float) -> Sequence[Line]:
    return [line.scaled(scale) for line in lines]


def place_stack(doc: Document, lines: Sequence[Line], *, left: float, top: float, width: float) -> float:
    """Place the lines under each other; gives the bottom of the last."""
    page = doc.page
    for at, line in enumerate(lines):
        block, _ = _set(line.text, line.style, width)
        if at:
            top -= line.style.gap
        element = doc.element(line.role, language=line.language)
        top = Block(block.lines, block.style, block.width, element).draw(page, left, top)
    return top
