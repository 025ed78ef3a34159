"""Colours, type sizes and paper sizes. Every text colour keeps 4.5:1 against `PAPER` and the tints (WCAG AA)."""

from dataclasses import dataclass, replace
from typing import Literal

MM = 72 / 25.4
"""Points in a millimetre; all lengths are in points."""

_LINEAR_UP_TO = 0.04045


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour, each part between 0 and 1."""

    red: float
    green: float
    blue: float

    @classmethod
    def of(cls, code: str) -> "Colour":
        """Read `#0b3d2e`."""
        red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return cls(round(red, 4), round(green, 4), round(blue, 4))

    @property
    def operands(self) -> str:
        """As PDF's `rg` and `RG` want it."""
        return f"{self.red:g} {self.green:g} {self.blue:g}"

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG defines it."""

        def linear(part: float) -> float:
            return part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4

        return 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((one.luminance, other.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAPER = Colour.of("#ffffff")
INK = Colour.of("#1d2524")
MUTED = Colour.of("#59615f")
GREEN = Colour.of("#0b4f3c")
"""Headings, bars, what is fulfilled."""
BLUE = Colour.of("#17456e")
"""Links and information."""
AMBER = Colour.of("#8a4b08")
"""To be done."""
RED = Colour.of("#9b1c1c")
"""Not fulfilled, refused."""
GOLD = Colour.of("#b08d3e")
"""Ornament only: too pale for text."""
LINE = Colour.of("#d3cdc2")
STRONG_LINE = Colour.of("#8d877b")
SAND = Colour.of("#f6f2ea")
GREEN_TINT = Colour.of("#e7f1ec")
BLUE_TINT = Colour.of("#e8eff6")
AMBER_TINT = Colour.of("#fbf1e0")
RED_TINT = Colour.of("#faeaea")
TRACK = Colour.of("#e9e4da")
"""The empty part of a bar."""

Tone = Literal["plain", "good", "note", "todo", "bad"]
TONES: dict[Tone, tuple[Colour, Colour]] = {
    "plain": (INK, SAND),
    "good": (GREEN, GREEN_TINT),
    "note": (BLUE, BLUE_TINT),
    "todo": (AMBER, AMBER_TINT),
    "bad": (RED, RED_TINT),
}
"""Tone → its text colour and the tint behind it. A tone never stands alone: words say the same."""

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set."""

    size: float
    colour: Colour = INK
    bold: bool = False
    align: Align = "left"
    spacing: float = 1.0
    """Times the natural distance of lines, which depends on the script."""
    gap: float = 6.0
    """White space above, in points; dropped at the top of a page."""

    def but(
        self,
        *,
        size: float | None = None,
        colour: Colour | None = None,
        bold: bool | None = None,
        align: Align | None = None,
        gap: float | None = None,
    ) -> "Style":
        """The same style with some things changed."""
        return replace(
            self,
            size=self.size if size is None else size,
            colour=self.colour if colour is None else colour,
            bold=self.bold if bold is None else bold,
            align=self.align if align is None else align,
            gap=self.gap if gap is None else gap,
        )


BODY = Style(size=10)
SMALL = Style(size=8.5, gap=4)
NOTE = Style(size=8.5, colour=MUTED, gap=4)
HEADINGS = {
    1: Style(size=21, colour=GREEN, bold=True, spacing=0.9, gap=0),
    2: Style(size=14, colour=GREEN, bold=True, spacing=0.95, gap=16),
    3: Style(size=11, colour=INK, bold=True, gap=11),
}

A4_PORTRAIT = (210 * MM, 297 * MM)
A4_LANDSCAPE = (297 * MM, 210 * MM)
