"""Tables: cells that wrap, rows that stay whole unless they are very tall, a head that returns on every page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from compliance.documents._lines import Words
from compliance.documents._page import Page
from compliance.documents._palette import GREEN, LINE, SAND, TONES, Align, Colour, Style, Tone
from compliance.documents._strips import Block, Strip, chained
from compliance.documents._tagging import COLUMN_HEADER, ROW_HEADER, Element

_PADDING = 4.0
_SIDE = 5.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title and its share of the width."""

    title: Words
    share: float = 1.0
    """Columns divide the width in proportion to their shares."""
    align: Align = "left"
    names_row: bool = False
    """Its cells are the rows' headers: screen readers say them with each cell of the row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that looks other than its neighbours; plain words need none."""

    words: Words
    tone: Tone | None = None
    bold: bool = False
    background: Colour | None = None


@dataclass(frozen=True, slots=True)
class TableStyle:
    """What may differ from table to table."""

    size: float = 9
    whole_rows_below: float = 180
    """A row taller than this (points) may be cut between its lines."""
    head: Colour = SAND
    gap: float = 8


@dataclass(frozen=True, slots=True)
class _Row:
    blocks: tuple[Block, ...]
    lefts: tuple[float, ...]
    backgrounds: tuple[Colour | None, ...]

    @property
    def drops(self) -> tuple[float, ...]:
        """What each cell is lowered by, so that all first lines share a baseline whatever their script."""
        above = [block.lines[0].above * block.style.size if block.lines else 0.0 for block in self.blocks]
        return tuple(max(above) - one if one else 0.0 for one in above)

    @property
    def height(self) -> float:
        heights = (block.height + drop for block, drop in zip(self.blocks, self.drops, strict=True))
        return max(heights, default=0.0) + 2 * _PADDING

    def draw(self, page: Page, left: float, top: float) -> None:
        for block, inset, drop in zip(self.blocks, self.lefts, self.drops, strict=True):
            block.draw(page, left + inset + _SIDE, top - _PADDING - drop)


class TableSetter:
    """Turns rows into strips. The table's element grows with them."""

    def __init__(self, columns: Sequence[Column], width: float, style: TableStyle, element: Element) -> None:
        self.columns = columns
        self.width = width
        self.style = style
        self.element = element
        self._again: Strip | None = None
        shares = sum(column.share for column in columns)
        self.widths = tuple(width * column.share / shares for column in columns)
        self.lefts = tuple(sum(self.widths[:at]) for at in range(len(columns)))

    def strips(self, rows: Sequence[Sequence[Words | Cell]]) -> list[Strip]:
        """The whole table: its head, kept with the first row, and its rows."""
        heads = self.element.child("TR")
        titles = [Cell(column.title, bold=True) for column in self.columns]
        head = self._head(self._row(titles, [heads.child("TH", attributes=COLUMN_HEADER) for _ in titles]))
        head.gap = self.style.gap
        head.keeps_next = True
        self._again = self._head(self._row(titles, [None for _ in titles]))
        return [head, *(strip for cells in rows for strip in self._row_strips(cells))]

    def _head(self, row: _Row) -> Strip:
        def draw(page: Page, left: float, top: float) -> None:
            with page.decoration():
                page.rectangle(left, top - row.height, self.width, row.height, fill=self.style.head)
                page.rule(left, top - row.height, self.width, colour=GREEN, line_width=1)
            row.draw(page, left, top)

        return Strip(row.height, draw)

    def _row_strips(self, cells: Sequence[Words | Cell]) -> Sequence[Strip]:
        line = self.element.child("TR")
        elements = [
            line.child("TH", attributes=ROW_HEADER) if column.names_row else line.child("TD") for column in self.columns
        ]
        row = self._row([cell if isinstance(cell, Cell) else Cell(cell) for cell in cells], elements)
        if row.height <= self.style.whole_rows_below:
            return [Strip(row.height, partial(self._draw_whole, row), again=self._again)]
        return self._cut(row)

    def _row(self, cells: Sequence[Cell], elements: Sequence[Element | None]) -> _Row:
        blocks: list[Block] = []
        for cell, column, width, element in zip(cells, self.columns, self.widths, elements, strict=True):
            style = Style(size=self.style.size, bold=cell.bold, align=column.align)
            if cell.tone:
                style = style.but(colour=TONES[cell.tone][0], bold=True)
            blocks.append(Block.of(cell.words, style, width - 2 * _SIDE, element))
        return _Row(tuple(blocks), self.lefts, tuple(cell.background for cell in cells))

    def _draw_whole(self, row: _Row, page: Page, left: float, top: float) -> None:
        self._tint(row, page, left, top, row.height)
        row.draw(page, left, top)
        self._rule_off(page, left, top - row.height)

    def _tint(self, row: _Row, page: Page, left: float, top: float, height: float) -> None:
        for background, inset, width in zip(row.backgrounds, self.lefts, self.widths, strict=True):
            if background:
                with page.decoration():
                    page.rectangle(left + inset, top - height, width, height, fill=background)

    def _rule_off(self, page: Page, left: float, y: float) -> None:
        with page.decoration():
            page.rule(left, y, self.width, colour=LINE, line_width=0.5)

    def _cut(self, row: _Row) -> Sequence[Strip]:
        """A strip for each line, for a row that no page should have to hold whole."""
        count = max(len(block.lines) for block in row.blocks)
        strips = [self._slice(row, at, is_last=at == count - 1) for at in range(count)]
        chained(strips[:3])
        chained(strips[-3:])
        return strips

    def _slice(self, row: _Row, at: int, *, is_last: bool) -> Strip:
        shown = [(block, left) for block, left in zip(row.blocks, self.lefts, strict=True) if at < len(block.lines)]
        above = _PADDING if at == 0 else 0.0
        height = max(block.height_of(block.lines[at]) for block, _ in shown) + above + (_PADDING if is_last else 0.0)

        def draw(page: Page, left: float, top: float) -> None:
            self._tint(row, page, left, top, height)
            for block, inset in shown:
                block.draw_line(block.lines[at], page, left + inset + _SIDE, top - above)
            if is_last:
                self._rule_off(page, left, top - height)

        # A slice from within the row brings no padding of its own to keep it off the head.
        again = replace(self._again, height=self._again.height + _PADDING) if at and self._again else self._again
        return Strip(height, draw, again=again)
