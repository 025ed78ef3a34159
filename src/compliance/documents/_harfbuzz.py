"""A font file as HarfBuzz sees it, with types. The one module here that knows HarfBuzz."""

# uharfbuzz is compiled and brings no types: what comes from it is unknown to the checker, and stays in this file.
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import struct
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import uharfbuzz as hb

# TrueType in a PDF needs outlines and widths; layout and names have done their work in shaping.
_DROPPED = ("GSUB", "GPOS", "GDEF", "name", "OS/2", "cmap", "post", "gasp", "meta", "DSIG")


class Glyph(NamedTuple):
    """A shaped glyph, in font units."""

    number: int
    start: int
    """Where in the text its cluster begins."""
    advance: int
    x: int
    y: int


class FontFile:
    """One static TrueType font. Immutable, so threads share it."""

    def __init__(self, content: bytes) -> None:
        face = hb.Face(hb.Blob(content))
        self._font = hb.Font(face)
        # Takes a millisecond once and makes each cut four times as fast.
        self._prepared = hb.subset_preprocess(face)
        self._tables = {tag: bytes(face.reference_table(tag).data) for tag in ("head", "hhea", "OS/2")}
        self.units: int = face.upem
        """Units in an em."""
        self.letters: frozenset[int] = frozenset(face.unicodes)
        self._advances: dict[int, int] = {}

    @cached_property
    def spelling(self) -> Mapping[int, str]:
        """Glyph → the letter that a reader copies for it; where letters share a glyph, the lowest."""
        letters = sorted(self.letters, reverse=True)
        return {self._font.get_nominal_glyph(letter): chr(letter) for letter in letters}

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Left, bottom, right and top of all glyphs together."""
        left, bottom, right, top = struct.unpack_from(">4h", self._tables["head"], 36)
        return left, bottom, right, top

    @cached_property
    def heights(self) -> tuple[int, int, int]:
        """Ascent, descent (negative) and the height of capitals."""
        ascent, descent = struct.unpack_from(">2h", self._tables["hhea"], 4)
        (capitals,) = struct.unpack_from(">h", self._tables["OS/2"], 88)
        return ascent, descent, capitals

    def advance(self, glyph: int) -> int:
        """The glyph's own width."""
        known = self._advances.get(glyph)
        if known is None:
            known = self._advances[glyph] = int(self._font.get_glyph_h_advance(glyph))
        return known

    def shape(self, text: str, *, script: str, language: str, features: Mapping[str, bool]) -> list[Glyph]:
        """Choose and place the glyphs of one line's stretch, left to right. Invisible characters get none."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        buffer.direction = "ltr"
        buffer.script = script
        buffer.language = language  # else HarfBuzz asks the machine's locale
        hb.shape(self._font, buffer, dict(features))
        return [
            Glyph(info.codepoint, info.cluster, place.x_advance, place.x_offset, place.y_offset)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    def cut(self, glyphs: Iterable[int]) -> bytes:
        """A font with these glyphs only, under their old numbers."""
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        wanted.glyph_set.update(list(glyphs))
        wanted.drop_table_tag_set.update([int.from_bytes(tag.encode(), "big") for tag in _DROPPED])
        return bytes(hb.subset(self._prepared, wanted).blob.data)
