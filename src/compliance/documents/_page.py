"""One page's content: shapes, lines of text, and the marks that tie them to the structure tree.

Coordinates are PDF's: points, from the lower left corner, upwards. Whatever is drawn without an element is an artifact:
screen readers pass over it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from compliance.documents._fonts import Face
from compliance.documents._lines import Line, Piece
from compliance.documents._palette import INK, Colour
from compliance.documents._tagging import Element, Mark, Spot, text_string


@dataclass(frozen=True, slots=True)
class Anchor:
    """A rectangle on the page that leads to an address."""

    address: str
    words: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline beside the pages."""

    title: str
    level: int
    top: float


def number(value: float) -> str:
    """A length as PDF wants it: two decimals at most, never an exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


class Page:
    """A page that can still be drawn upon; pages are written out together at the end."""

    def __init__(self, index: int, width: float, height: float) -> None:
        self.index = index
        self.width = width
        self.height = height
        self.operators: list[str] = []
        self.owners: list[Element] = []
        """The element of each marked-content number."""
        self.glyphs: dict[Face, dict[int, str]] = {}
        self.anchors: list[Anchor] = []
        self.bookmarks: list[Bookmark] = []
        self._is_marking = False

    @contextmanager
    def marked(self, element: Element | None) -> Generator[None]:
        """What is drawn inside belongs to the element; to nothing, if None.

        Marks do not nest, and `write` makes its own: text never stands inside.
        """
        if self._is_marking:
            msg = "a mark inside a mark: readers would not know whose it is"
            raise RuntimeError(msg)
        self._is_marking = True
        if element is None:
            self.operators.append("/Artifact BMC")
        else:
            mark = Mark(self.index, len(self.owners))
            self.owners.append(element)
            element.kids.append(mark)
            self.operators.append(f"/{element.role}<</MCID {mark.number}>>BDC")
        yield
        self.operators.append("EMC")
        self._is_marking = False

    @contextmanager
    def decoration(self) -> Generator[None]:
        """What is drawn inside says nothing: rules, tints, the empty part of a bar."""
        with self.marked(None):
            yield

    def rectangle(  # noqa: PLR0913  four numbers, then keywords
        self,
        left: float,
        bottom: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        line_width: float = 0.6,
        radius: float = 0,
    ) -> None:
        """A box, with round corners if a radius is given."""
        self.operators.append(
            box_operators(left, bottom, width, height, fill=fill, stroke=stroke, line_width=line_width, radius=radius)
        )

    def rule(
        self,
        left: float,
        y: float,
        width: float,
        *,
        colour: Colour = INK,
        line_width: float = 0.6,
        dashes: str = "",
    ) -> None:
        """A level line."""
        self.stroke(((left, y), (left + width, y)), colour=colour, line_width=line_width, dashes=dashes)

    def stroke(
        self,
        points: tuple[tuple[float, float], ...],
        *,
        colour: Colour = INK,
        line_width: float = 0.6,
        dashes: str = "",
    ) -> None:
        """Straight lines from point to point. Dashes are PDF's dash array, `[1 2]`."""
        path = " ".join(f"{number(x)} {number(y)} {'l' if at else 'm'}" for at, (x, y) in enumerate(points))
        dash = f"{dashes} 0 d " if dashes else ""
        self.operators.append(f"q {colour.operands} RG {number(line_width)} w {dash}{path} S Q")

    def fill_path(self, path: str, *, colour: Colour = INK, matrix: str = "") -> None:
        """Fill a path given as PDF operators, placed by a matrix of six numbers."""
        placing = f"{matrix} cm " if matrix else ""
        self.operators.append(f"q {placing}{colour.operands} rg {path} f Q")

    def write(
        self, line: Line, left: float, baseline: float, size: float, *, colour: Colour = INK, element: Element | None
    ) -> None:
        """Draw a line of text. Links inside it become elements of their own, below the given one."""
        x = left
        for link, group in groupby(line.pieces, key=lambda piece: piece.run.link if element else None):
            pieces = tuple(group)
            width = size * sum(piece.shaped.width for piece in pieces)
            owner = element
            if link and element:
                owner = self._anchor(link, pieces, element, (x, baseline - 0.25 * size, x + width, baseline + size))
            with self.marked(owner):
                if link:
                    shown = width - size * (pieces[-1].shaped.width - pieces[-1].shaped.ink_width)
                    self._underline(pieces[0], x, baseline, shown, size, colour)
                self._show(pieces, x, baseline, size, colour, owner)
            x += width

    def _show(
        self, pieces: tuple[Piece, ...], x: float, baseline: float, size: float, colour: Colour, owner: Element | None
    ) -> None:
        out: list[str] = []
        set_face = set_colour = ""
        for piece in pieces:
            shaped = piece.shaped
            if (shade := (piece.run.colour or colour).operands) != set_colour:
                set_colour = shade
                out.append(f"{shade} rg")
            if (key := shaped.face.key) != set_face:
                set_face = key
                out.append(f"/{key} {shaped.face.family.scale:g} Tf")
            out.append(shaped.operators)
            self.glyphs.setdefault(shaped.face, {}).update(shaped.glyphs)
        text = " ".join(out).replace("]TJ [", "").replace("><", "")
        placing = f"{number(size)} 0 0 {number(size)} {number(x)} {number(baseline)} Tm"
        shown = f"BT {placing} {text} ET"
        properties = _span(pieces, owner)
        self.operators.append(f"/Span<<{properties}>>BDC {shown} EMC" if properties else shown)

    def _underline(self, piece: Piece, x: float, baseline: float, width: float, size: float, colour: Colour) -> None:
        self.rule(x, baseline - 0.14 * size, width, colour=piece.run.colour or colour, line_width=0.05 * size)

    def _anchor(
        self, address: str, pieces: tuple[Piece, ...], element: Element, box: tuple[float, float, float, float]
    ) -> Element:
        words = "".join(piece.shaped.text for piece in pieces).strip()
        link = element.child("Link")
        link.kids.append(Spot(self.index, len(self.anchors)))
        self.anchors.append(Anchor(address, words, *box))
        return link


def _span(pieces: tuple[Piece, ...], owner: Element | None) -> str:
    """What a reader must be told because the glyphs do not say it: the exact text, and its language."""
    properties = ""
    if not all(piece.shaped.is_plain for piece in pieces):
        properties = f"/ActualText{text_string(''.join(piece.shaped.text for piece in pieces))}"
    languages = {piece.shaped.face.family.language for piece in pieces if piece.shaped.face.family.language}
    if owner and len(languages) == 1 and (language := languages.pop()) != owner.spoken_language:
        properties += f"/Lang({language})"
    return properties


def box_operators(  # noqa: PLR0913  four numbers, then keywords
    left: float,
    bottom: float,
    width: float,
    height: float,
    *,
    fill: Colour | None = None,
    stroke: Colour | None = None,
    line_width: float = 0.6,
    radius: float = 0,
) -> str:
    """The operators of a box that leave the graphics state as it was."""
    colours = (f"{fill.operands} rg " if fill else "") + (
        f"{stroke.operands} RG {number(line_width)} w " if stroke else ""
    )
    paint = "B" if fill and stroke else "f" if fill else "S"
    return f"q {colours}{_outline(left, bottom, width, height, radius)} {paint} Q"


def _outline(left: float, bottom: float, width: float, height: float, radius: float) -> str:
    radius = min(radius, width / 2, height / 2)
    if radius <= 0:
        return f"{number(left)} {number(bottom)} {number(width)} {number(height)} re"
    right, top, bend = left + width, bottom + height, radius * 0.4477  # 1 - 4/3 (sqrt(2) - 1): a quarter circle
    points = (
        (left + radius, bottom), (right - radius, bottom),
        (right - bend, bottom), (right, bottom + bend), (right, bottom + radius), (right, top - radius),
        (right, top - bend), (right - bend, top), (right - radius, top), (left + radius, top),
        (left + bend, top), (left, top - bend), (left, top - radius), (left, bottom + radius),
        (left, bottom + bend), (left + bend, bottom), (left + radius, bottom),
    )  # fmt: skip
    operators = ("m", "l", "", "", "c", "l", "", "", "c", "l", "", "", "c", "l", "", "", "c")
    path = " ".join(f"{number(x)} {number(y)} {op}".rstrip() for (x, y), op in zip(points, operators, strict=True))
    return f"{path} h"
