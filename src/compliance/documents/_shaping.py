"""Words to glyphs: which face sets which stretch of text, and where HarfBuzz puts each glyph.

What is drawn is kept apart from what is said: a `Shaped` knows the exact text it stands for, so that a PDF can give it
back (ActualText) even where the glyphs do not spell it, as in Khmer, or where no face has the letters.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from icu4py.breakers import CharacterBreaker

from compliance.documents._fonts import (
    LATIN,
    MISSING_GLYPH,
    SYMBOLS,
    Face,
    Family,
    face_of,
    has_letter,
    holder_of,
)
from compliance.documents._harfbuzz import Glyph

_INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\ufeff")
_NON_CHARACTER = 0xFFFE
_LANGUAGES = {"Latn": "en", "Khmr": "km", "Thai": "th", "Laoo": "lo"}
# Ligatures would draw "fi" as one glyph; readers that copy text then need help for every such line.
_FEATURES = {"liga": False}
_NO_FEATURES: dict[str, bool] = {}


@dataclass(frozen=True, slots=True)
class Shaped:
    """A stretch of text in one face, as the PDF operators that draw it at a font size of 1."""

    face: Face
    text: str
    operators: str
    width: float
    """In em."""
    ink_width: float
    """Without the white space at its end."""
    glyphs: Mapping[int, str]
    """What is shown, with what a reader copies for it that knows glyphs only."""
    is_plain: bool
    """Each glyph stands for one letter, so the text can be copied from the glyphs alone."""


def clean(text: str) -> str:
    """The text without what no PDF string can carry: surrogates, controls and non-characters become U+FFFD.

    Line feeds stay (they end a line); tabs become spaces.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n")
    return "".join("\ufffd" if _is_unfit(letter) else letter for letter in text)


def _is_unfit(letter: str) -> bool:
    if letter == "\n":
        return False
    return unicodedata.category(letter) in {"Cc", "Cs"} or ord(letter) & _NON_CHARACTER == _NON_CHARACTER


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one letter: a Khmer syllable's stack, an emoji of several code points."""
    return iter(CharacterBreaker(text, "km"))


@lru_cache(maxsize=16384)
def shape(text: str, *, bold: bool = False) -> tuple[Shaped, ...]:
    """Shape text that stays on one line, face by face, in reading order. The text must be `clean`."""
    if text.isascii():
        return (_shape(face_of(LATIN, bold=bold), text),)
    return tuple(
        _shape_missing(stretch) if family is None else _shape(face_of(family, bold=bold), stretch)
        for family, stretch in _stretches(text)
    )


def _stretches(text: str) -> list[tuple[Family | None, str]]:
    """The text cut where the family changes. Spaces and points stay with what stands before them, if they can."""
    found: list[tuple[Family | None, str]] = []
    for cluster in clusters(text):
        before = found[-1][0] if found else None
        family = _family_for(cluster, before, at_start=not found)
        if found and family is before:
            found[-1] = (family, found[-1][1] + cluster)
        else:
            found.append((family, cluster))
    return found


def _family_for(cluster: str, before: Family | None, *, at_start: bool) -> Family | None:
    seen = [letter for letter in cluster if not _is_invisible(letter)]
    if not seen:
        return LATIN if at_start else before
    first = seen[0]
    stays = before is not None and unicodedata.category(first)[0] in "ZP"
    for family in (before if stays else None, holder_of(first)):
        if family is not None and all(has_letter(family, letter) for letter in seen):
            return family
    return None


def _is_invisible(letter: str) -> bool:
    return letter in _INVISIBLE or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


def _shape(face: Face, text: str) -> Shaped:
    font, family = face.font, face.family
    features = _FEATURES if family is LATIN else _NO_FEATURES
    glyphs = font.shape(text, script=family.script, language=_LANGUAGES.get(family.script, "en"), features=features)
    em = family.scale / font.units
    width = sum(glyph.advance for glyph in glyphs) * em
    spaces = len(text) - len(text.rstrip())
    trailing = spaces * font.advance(glyphs[-1].number) * em if spaces and glyphs else 0.0
    return Shaped(
        face=face,
        text=text,
        operators=_show(face, glyphs),
        width=width,
        ink_width=max(width - trailing, 0.0),
        glyphs=_spelled(face, text, glyphs),
        is_plain="".join(font.spelling.get(glyph.number, "\0") for glyph in glyphs) == text,
    )


def _spelled(face: Face, text: str, glyphs: Sequence[Glyph]) -> dict[int, str]:
    """A spelling for each glyph. One without a letter of its own, a subscript say, gets what is left of its cluster."""
    spelled: dict[int, str] = {}
    letters = face.font.spelling
    starts = sorted({glyph.start for glyph in glyphs})
    for start, end in pairwise([*starts, len(text)]):
        shown = [glyph.number for glyph in glyphs if glyph.start == start]
        left = text[start:end]
        for glyph in shown:
            if glyph in letters:
                spelled[glyph] = letters[glyph]
                left = left.replace(letters[glyph], "", 1)
        for glyph in shown:
            if glyph not in letters:
                spelled[glyph] = left or "\u200b"
                left = ""
    return spelled


def _shape_missing(text: str) -> Shaped:
    seen = sum(1 for cluster in clusters(text) if not all(map(_is_invisible, cluster)))
    boxes = _shape(face_of(SYMBOLS), MISSING_GLYPH * seen)
    return Shaped(boxes.face, text, boxes.operators, boxes.width, boxes.ink_width, boxes.glyphs, is_plain=False)


def _show(face: Face, glyphs: Sequence[Glyph]) -> str:
    """Text-showing operators. A glyph off its natural place is reached by a kern; one off the baseline by a rise."""
    units = face.font.units
    out: list[str] = []
    array: list[str] = []
    debt = 0  # how far the pen stands right of where the next glyph belongs
    height = 0
    for glyph in glyphs:
        if glyph.y != height:
            height = glyph.y
            out += [f"[{''.join(array)}]TJ" if array else "", f"{height * face.family.scale / units:g} Ts"]
            array = []
        if kern := debt - glyph.x:
            array.append(f"{kern * 1000 / units:g}")
        array.append(f"<{glyph.number:04X}>")
        debt = face.font.advance(glyph.number) - glyph.advance + glyph.x
    if debt:
        array.append(f"{debt * 1000 / units:g}")
    out.append(f"[{''.join(array)}]TJ" if array else "")
    if height:
        out.append("0 Ts")
    return " ".join(filter(None, out)).replace("><", "")
