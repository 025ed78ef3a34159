"""Running text to lines: bold and coloured runs, breaks where the script allows them, greedy filling.

ICU finds the breaks, with its dictionaries for Khmer, Thai and Lao, which set no spaces between words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from icu4py.breakers import LineBreaker

from compliance.documents._palette import Colour
from compliance.documents._shaping import Shaped, clean, clusters, shape


@dataclass(frozen=True, slots=True)
class Run:
    """Some words that look other than those around them, or lead somewhere."""

    text: str
    bold: bool | None = None
    """None: as the paragraph."""
    colour: Colour | None = None
    link: str | None = None
    """An address; the run becomes a tagged, clickable link."""


Words: TypeAlias = str | Run | Sequence[str | Run]
"""Running text. A string is drawn as it is: nothing in it is ever read as markup."""


def strong(text: str) -> Run:
    """The words in bold."""
    return Run(text, bold=True)


def runs_of(words: Words) -> tuple[Run, ...]:
    """The words as runs, made fit for a PDF."""
    parts = (words,) if isinstance(words, str | Run) else words
    runs = (Run(part) if isinstance(part, str) else part for part in parts)
    return tuple(Run(clean(run.text), run.bold, run.colour, run.link) for run in runs if run.text)


def text_of(words: Words) -> str:
    """The words without their looks."""
    return "".join(run.text for run in runs_of(words))


@dataclass(frozen=True, slots=True)
class Piece:
    """What is drawn in one go: one face, one run."""

    shaped: Shaped
    run: Run


@dataclass(frozen=True, slots=True)
class Line:
    """One line, filled. Lengths are in em."""

    pieces: tuple[Piece, ...]
    width: float
    """Without the white space at its end."""

    @property
    def text(self) -> str:
        """Exactly what was given, with the space that ended the line."""
        return "".join(piece.shaped.text for piece in self.pieces)

    @property
    def above(self) -> float:
        """From the line's top to its baseline."""
        return max((piece.shaped.face.family.above for piece in self.pieces), default=1.02)

    @property
    def below(self) -> float:
        """From the baseline to the line's bottom."""
        return max((piece.shaped.face.family.below for piece in self.pieces), default=0.36)


@lru_cache(maxsize=4096)
def breakable(text: str) -> tuple[str, ...]:
    """The text cut wherever a line may end; never within a cluster. Spaces stay at the end of their part."""
    # ICU counts in UTF-16, so its offsets are of no use here; its strings are right.
    parts = tuple(LineBreaker(text, "km"))
    if text.isascii():
        return parts
    ends = _ends(clusters(text))
    joined: list[str] = []
    at = 0
    start = 0
    for part in parts:
        at += len(part)
        if at in ends:
            joined.append(text[start:at])
            start = at
    return tuple(joined)


def _ends(parts: Iterator[str]) -> frozenset[int]:
    at = 0
    return frozenset(at := at + len(part) for part in parts)


def fill(words: Words, measure: float, *, bold: bool = False) -> tuple[Line, ...]:
    """Break the words into lines no wider than `measure` (em). No words give no lines.

    A word wider than a line is broken between clusters; one cluster always fits.
    """
    return _fill(runs_of(words), measure, bold)


@lru_cache(maxsize=2048)
def _fill(runs: tuple[Run, ...], measure: float, bold: bool) -> tuple[Line, ...]:  # noqa: FBT001  a cache's key
    filler = _Filler(measure)
    for pieces, ends_line in _unbreakables(runs, bold=bold):
        filler.add(pieces)
        if ends_line:
            filler.end_line()
    if filler.pieces:
        filler.end_line()
    return tuple(filler.lines)


def _unbreakables(runs: tuple[Run, ...], *, bold: bool) -> Iterator[tuple[list[Piece], bool]]:
    """Each part that must stay on one line, and whether the line ends after it."""
    text = "".join(run.text for run in runs)
    borders: list[tuple[int, Run]] = []
    at = 0
    for run in runs:
        at += len(run.text)
        borders.append((at, run))
    at = index = 0
    for part in breakable(text):
        shown = part.rstrip("\n")
        end = at + len(shown)
        pieces: list[Piece] = []
        start = at
        while start < end:
            border, run = borders[index]
            stop = min(border, end)
            pieces += _pieces(text[start:stop], run, bold=bold)
            index += stop == border
            start = stop
        at += len(part)
        while index < len(borders) and borders[index][0] <= at:
            index += 1
        yield pieces, part.endswith("\n")


def _pieces(text: str, run: Run, *, bold: bool) -> list[Piece]:
    return [Piece(shaped, run) for shaped in shape(text, bold=bold if run.bold is None else run.bold)]


class _Filler:
    """The line being filled, and those that are."""

    def __init__(self, measure: float) -> None:
        self.measure = measure
        self.lines: list[Line] = []
        self.pieces: list[Piece] = []
        self.width = 0.0
        self.ink_width = 0.0

    def add(self, pieces: list[Piece]) -> None:
        """Put the part on this line, else on the next, else break it."""
        width = sum(piece.shaped.width for piece in pieces)
        ink = width - pieces[-1].shaped.width + pieces[-1].shaped.ink_width if pieces else 0.0
        if self.width + ink > self.measure and self.pieces:
            self.end_line()
        if ink > self.measure:
            self._add_broken(pieces)
            return
        self._append(pieces, width, ink)

    def _append(self, pieces: list[Piece], width: float, ink: float) -> None:
        self.pieces += pieces
        self.ink_width = self.width + ink
        self.width += width

    def _add_broken(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            bold = piece.shaped.face.name == piece.shaped.face.family.bold
            room, kept = self.measure - self.width, ""
            for cluster in clusters(piece.shaped.text):
                width = sum(shaped.width for shaped in shape(cluster, bold=bold))
                if width > room and (kept or self.pieces):
                    self._append_text(kept, piece.run, bold=bold)
                    self.end_line()
                    room, kept = self.measure, ""
                room -= width
                kept += cluster
            self._append_text(kept, piece.run, bold=bold)

    def _append_text(self, text: str, run: Run, *, bold: bool) -> None:
        if text:
            pieces = _pieces(text, run, bold=bold)
            width = sum(piece.shaped.width for piece in pieces)
            self._append(pieces, width, width)

    def end_line(self) -> None:
        """Close the line, be it empty."""
        self.lines.append(Line(tuple(self.pieces), self.ink_width))
        self.pieces = []
        self.width = self.ink_width = 0.0
