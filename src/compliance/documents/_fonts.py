"""The typefaces that documents are set in, and which of them holds a character.

Faces are read from `compliance/fonts` on first use and kept for the life of the process. Every face is a static
TrueType file: ReportLab cannot embed others, and two instances of one variable font share a PostScript name.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from compliance.documents._harfbuzz import FontFile
from compliance.resources import shipped


@dataclass(frozen=True, slots=True)
class Family:
    """One script's typeface in its weights."""

    script: str
    """ISO 15924, as HarfBuzz wants it."""
    language: str
    """BCP 47, told to screen readers where a line's language is not its element's; "" if the script names none."""
    regular: str
    bold: str
    above: float = 1.02
    """How far a line reaches above its baseline, in em, with the white space that belongs to it."""
    below: float = 0.36
    scale: float = 1.0
    """Drawn so much larger than Latin of the same size, to look as large."""


LATIN = Family("Latn", "", "NotoSans-Regular", "NotoSans-Bold")
# Khmer stacks vowels above and subscripts below: with Latin spacing its lines touch.
KHMER = Family("Khmr", "km", "NotoSansKhmer-Regular", "NotoSansKhmer-Bold", above=1.2, below=0.62, scale=1.08)
THAI = Family("Thai", "th", "NotoSansThai-Regular", "NotoSansThai-Bold", above=1.16, below=0.44)
LAO = Family("Laoo", "lo", "NotoSansLao-Regular", "NotoSansLao-Bold", above=1.16, below=0.44)
SYMBOLS = Family("Zsym", "", "NotoSansSymbols2-Regular", "NotoSansSymbols2-Regular")
MATHS = Family("Zmth", "", "NotoSansMath-Regular", "NotoSansMath-Regular")

FAMILIES = (LATIN, KHMER, THAI, LAO, SYMBOLS, MATHS)
"""In order of preference. A further script is a further row and two files."""

MISSING_GLYPH = "▯"
"""Drawn in place of what no family holds. PDF/A forbids the `.notdef` glyph itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One family in one weight, ready to shape and to embed. There is one object of each, so identity is equality."""

    key: str
    """Its name in a page's resources."""
    name: str
    """Its PostScript name, and its file's."""
    family: Family
    font: FontFile


def face_of(family: Family, *, bold: bool = False) -> Face:
    """The family's face, read from its file the first time."""
    return _read_face(family, family.bold if bold else family.regular)


@cache
def _read_face(family: Family, name: str) -> Face:
    key = f"F{2 * FAMILIES.index(family) + 1 + (name != family.regular)}"
    return Face(key, name, family, FontFile((shipped("fonts") / f"{name}.ttf").read_bytes()))


@lru_cache(maxsize=4096)
def holder_of(letter: str) -> Family | None:
    """The first family that has the letter; both weights of a family have the same ones."""
    for family in FAMILIES:
        if ord(letter) in face_of(family).font.letters:
            return family
    return None


def has_letter(family: Family, letter: str) -> bool:
    """Whether the family can show it."""
    return ord(letter) in face_of(family).font.letters
