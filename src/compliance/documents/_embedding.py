"""A face cut down to the glyphs a document shows, as the streams that PDF embeds.

ReportLab's own TrueType embedding numbers letters anew in sets of 256 and writes private-use codes for shaped glyphs.
Here glyph numbers are kept (Identity-H), so that shaping can be done once for all documents.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from compliance.documents._fonts import Face


@dataclass(frozen=True, slots=True)
class EmbeddedFace:
    """What the font objects of one document need."""

    name: str
    """PostScript name with the six letters that mark a subset."""
    program: bytes
    """The TrueType file, deflated."""
    program_length: int
    spelling: bytes
    """The ToUnicode map, deflated."""
    widths: str
    """The W array."""


@lru_cache(maxsize=128)
def embed(face: Face, glyphs: tuple[tuple[int, str], ...]) -> EmbeddedFace:
    """Cut the face down to glyphs, given in order with their spellings. Their numbers stay as they are."""
    shown = [glyph for glyph, _ in glyphs]
    program = face.font.cut(shown)
    mark = sha256(",".join(map(str, shown)).encode()).digest()
    return EmbeddedFace(
        name="".join(chr(65 + byte % 26) for byte in mark[:6]) + "+" + face.name,
        program=zlib.compress(program),
        program_length=len(program),
        spelling=zlib.compress(_spelling(glyphs)),
        widths=" ".join(f"{glyph}[{face.font.advance(glyph) * 1000 / face.font.units:g}]" for glyph in shown),
    )


def _spelling(glyphs: tuple[tuple[int, str], ...]) -> bytes:
    pairs = [f"<{glyph:04X}><{letters.encode('utf-16-be').hex().upper()}>" for glyph, letters in glyphs]
    # The format allows a hundred pairs in a block.
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
    ).encode()
