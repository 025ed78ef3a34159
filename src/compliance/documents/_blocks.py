"""The blocks a document is made of, as strips: lists, pairs, bars, and the blanks of a printed form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from compliance.documents._lines import Words
from compliance.documents._page import Page
from compliance.documents._palette import BODY, INK, LINE, MUTED, PAPER, SMALL, STRONG_LINE, TONES, TRACK, Style, Tone
from compliance.documents._strips import Block, Strip, chained
from compliance.documents._tagging import BULLET_LIST, NUMBERED_LIST, PLAIN_LIST, ROW_HEADER, Element

_BULLET_INDENT = 13.0
_BAR_HEIGHT = 8.0
_WRITING_LINE = 22.0
"""Room for handwriting, in points."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A level bar with its words; what it shows is also said."""

    label: Words
    share: float | None
    """Between 0 and 1; None draws an empty, dashed bar: nothing to score."""
    said: Words
    """The value in words: "72 %"."""
    tone: Tone = "good"


def list_strips(items: Sequence[Words], style: Style, width: float, element: Element, *, numbered: bool) -> list[Strip]:
    """Bulleted or numbered items, each with its lines kept from standing alone."""
    element.attributes = NUMBERED_LIST if numbered else BULLET_LIST
    indent = _BULLET_INDENT + (4 if numbered else 0)
    strips: list[Strip] = []
    for count, words in enumerate(items, start=1):
        item = element.child("LI")
        label = Block.of(f"{count}." if numbered else "•", style.but(colour=MUTED), indent, item.child("Lbl"))
        body = Block.of(words, style, width - indent, item.child("LBody"))
        lines = body.strips(left=indent) or [Strip(label.height, lambda _page, _left, _top: None, left=indent)]
        lines[0].draw = partial(_draw_labelled, label, body, indent)
        lines[0].gap = style.gap if count == 1 else style.gap / 2
        strips += lines
    return strips


def _draw_labelled(label: Block, body: Block, indent: float, page: Page, left: float, top: float) -> None:
    drop = (body.lines[0].above - label.lines[0].above) * body.style.size * body.style.spacing if body.lines else 0.0
    label.draw(page, left - indent, top - drop)
    if body.lines:
        body.draw_line(body.lines[0], page, left, top)


def pair_strips(
    pairs: Sequence[tuple[Words, Words]], style: Style, width: float, element: Element, *, label_share: float
) -> list[Strip]:
    """Label and value side by side: a table whose row headers are the labels."""
    strips: list[Strip] = []
    for label_words, value_words in pairs:
        row = element.child("TR")
        label_width = width * label_share
        label_style = style.but(colour=MUTED)
        label = Block.of(label_words, label_style, label_width - 8, row.child("TH", attributes=ROW_HEADER))
        value = Block.of(value_words, style, width - label_width, row.child("TD"))
        strips.append(Strip(max(label.height, value.height), partial(_draw_pair, label, value, label_width)))
        strips[-1].gap = 3
    if strips:
        strips[0].gap = style.gap
    return strips


def _first_above(block: Block) -> float:
    return block.lines[0].above * block.style.size if block.lines else 0.0


def _draw_pair(label: Block, value: Block, inset: float, page: Page, left: float, top: float) -> None:
    baseline = max(_first_above(label), _first_above(value))
    label.draw(page, left, top - baseline + _first_above(label))
    value.draw(page, left + inset, top - baseline + _first_above(value))


def bar_strips(
    bars: Sequence[Bar], width: float, parent: Element, *, threshold: float | None, label_share: float
) -> list[Strip]:
    """One bar under the other, with a common scale."""
    label_width, said_width = width * label_share, width * 0.14
    style = BODY.but(size=9.5)
    strips: list[Strip] = []
    for bar in bars:
        element = parent.child("P")
        label = Block.of(bar.label, style, label_width - 10, element)
        said = Block.of(bar.said, style.but(bold=True, align="right", colour=TONES[bar.tone][0]), said_width, element)
        row = _BarRow(bar, label, said, label_width, width - label_width - said_width, threshold)
        strips.append(Strip(row.height, row.draw, gap=4))
    return strips


@dataclass(frozen=True, slots=True)
class _BarRow:
    bar: Bar
    label: Block
    said: Block
    inset: float
    track: float
    threshold: float | None

    @property
    def height(self) -> float:
        return max(self.label.height, self.said.height, _BAR_HEIGHT + 6)

    def draw(self, page: Page, left: float, top: float) -> None:
        middle = top - self.height / 2
        self.label.draw(page, left, middle + self.label.height / 2)
        bottom = middle - _BAR_HEIGHT / 2
        draw_bar(page, self.bar, left + self.inset, bottom, self.track, threshold=self.threshold)
        self.said.draw(page, left + self.inset + self.track, middle + self.said.height / 2)


def draw_bar(page: Page, bar: Bar, left: float, bottom: float, width: float, *, threshold: float | None) -> None:
    """The bar alone; the threshold is a mark across it."""
    with page.decoration():
        if bar.share is None:
            middle = bottom + _BAR_HEIGHT / 2
            page.rule(left, middle, width, colour=STRONG_LINE, line_width=0.8, dashes="[2 3]")
            return
        page.rectangle(left, bottom, width, _BAR_HEIGHT, fill=TRACK, radius=2)
        if bar.share > 0:
            filled = max(width * min(bar.share, 1.0), 2.0)
            page.rectangle(left, bottom, filled, _BAR_HEIGHT, fill=TONES[bar.tone][0], radius=2)
        if threshold is not None:
            x = left + width * threshold
            page.rectangle(x - 1.6, bottom - 3, 3.2, _BAR_HEIGHT + 6, fill=PAPER)
            page.rectangle(x - 0.7, bottom - 3, 1.4, _BAR_HEIGHT + 6, fill=INK)


def blank_strips(labels: Sequence[Words], width: float, parent: Element, *, lines: int) -> Sequence[Strip]:
    """Labels side by side, each above lines to write on."""
    between = 14.0
    each = (width - between * (len(labels) - 1)) / len(labels)
    blocks = [Block.of(words, SMALL.but(colour=MUTED), each, parent.child("P")) for words in labels]
    lefts = [at * (each + between) for at in range(len(labels))]

    def draw_labels(page: Page, left: float, top: float) -> None:
        for block, inset in zip(blocks, lefts, strict=True):
            block.draw(page, left + inset, top)

    def draw_lines(page: Page, left: float, top: float) -> None:
        with page.decoration():
            for inset in lefts:
                page.rule(left + inset, top - _WRITING_LINE, each, colour=STRONG_LINE)

    head = Strip(max(block.height for block in blocks), draw_labels, gap=6)
    return chained([head, *(Strip(_WRITING_LINE, draw_lines) for _ in range(lines))])


def tick_strips(
    options: Sequence[Words], ticked: Collection[int], width: float, element: Element, *, columns: int | None
) -> list[Strip]:
    """Boxes to tick, each before its words, in as many columns as the longest words allow."""
    element.attributes = PLAIN_LIST
    style = BODY.but(gap=0)
    label_width = style.size * 1.5
    if columns is None:
        longest = max(Block.of(words, style, 10_000, None).ink_width for words in options) + label_width + 16
        columns = max(1, min(len(options), int(width // longest)))
    each = width / columns
    cells: list[tuple[Block, Block]] = []
    for at, words in enumerate(options):
        item = element.child("LI")
        box = Block.of("☒" if at in ticked else "☐", style.but(size=style.size * 1.25), label_width, item.child("Lbl"))
        cells.append((box, Block.of(words, style, each - label_width - 8, item.child("LBody"))))
    strips: list[Strip] = []
    for start in range(0, len(cells), columns):
        row = cells[start : start + columns]
        height = max(words.height for _, words in row)
        strips.append(Strip(height, partial(_draw_ticks, row, each, label_width), gap=5))
    return strips


def _draw_ticks(
    row: Sequence[tuple[Block, Block]], each: float, inset: float, page: Page, left: float, top: float
) -> None:
    for at, (box, words) in enumerate(row):
        box.draw(page, left + at * each, top - _first_above(words) + _first_above(box) - 0.8)
        words.draw(page, left + at * each + inset, top)


def rule_strip(width: float) -> Strip:
    """A hairline across the page."""

    def draw(page: Page, left: float, top: float) -> None:
        with page.decoration():
            page.rule(left, top - 0.5, width, colour=LINE)

    return Strip(1, draw, gap=8)
