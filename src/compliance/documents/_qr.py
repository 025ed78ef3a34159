"""QR codes as one filled path."""

from functools import lru_cache

import segno

from compliance.documents._page import Page, number
from compliance.documents._palette import INK, PAPER
from compliance.documents._tagging import Element, box_attribute

_QUIET_ZONE = 4
# Trying all eight masks takes most of the time of a page, and phones read each of them.
_MASK = 3


def qr_runs(text: str) -> tuple[list[tuple[int, int, int]], int]:
    """The dark modules, neighbours of a row together as (x, y, width), y downwards, and the modules on a side.

    Level M, no quiet zone.
    """
    code = segno.make_qr(text, error="m", boost_error=False, mask=_MASK)
    runs: list[tuple[int, int, int]] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append((x, y, end - x))
            x = end + 1
    return runs, len(code.matrix)


@lru_cache(maxsize=64)
def qr_path(text: str) -> tuple[str, int]:
    """The dark modules as a path in units of one module, y downwards, and the modules on a side."""
    runs, modules = qr_runs(text)
    return " ".join(f"{x} {y} {width} 1 re" for x, y, width in runs), modules


def draw_qr(page: Page, text: str, left: float, bottom: float, side: float, *, element: Element) -> None:
    """Draw the code with its quiet zone inside a square of the given side. The element is its Figure."""
    path, modules = qr_path(text)
    unit = side / (modules + 2 * _QUIET_ZONE)
    element.attributes = box_attribute(left, bottom, left + side, bottom + side)
    edge = _QUIET_ZONE * unit
    matrix = f"{unit:.4f} 0 0 {-unit:.4f} {number(left + edge)} {number(bottom + side - edge)}"
    with page.marked(element):
        page.rectangle(left, bottom, side, side, fill=PAPER)
        page.fill_path(path, colour=INK, matrix=matrix)
