"""Strips to pages: where a page ends, what stays together, what returns at the top of the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compliance.documents._lines import Words
from compliance.documents._page import Page, box_operators
from compliance.documents._palette import LINE, MM, NOTE
from compliance.documents._strips import Block, Frame, Strip


@dataclass(frozen=True, slots=True)
class Margins:
    """White space around what flows, in points."""

    top: float = 22 * MM
    right: float = 20 * MM
    bottom: float = 20 * MM
    left: float = 20 * MM


@dataclass(frozen=True, slots=True)
class Running:
    """What returns on every page."""

    header: Words = ""
    """On every page but the first."""
    footer: Words = ""
    number: Callable[[int, int], str] | None = None
    """Says "page 2 of 5" in the reader's language and digits."""


@dataclass(slots=True)
class _OpenFrame:
    frame: Frame
    top: float
    at: int
    """Where in the page's operators its tint must go: before what stands on it."""


class Flow:
    """The pages so far, and how far down the last one is filled."""

    def __init__(self, size: tuple[float, float], margins: Margins, running: Running) -> None:
        self.size = size
        self.margins = margins
        self.running = running
        self.pages: list[Page] = []
        self._top = 0.0
        self._is_fresh = False
        self._open: _OpenFrame | None = None
        self._chain: list[Strip] = []

    @property
    def page(self) -> Page:
        """The last page; the first one is opened when it is asked for."""
        return self.pages[-1] if self.pages else self.open_page()

    @property
    def height(self) -> float:
        """Of what may flow on one page."""
        return self.size[1] - self.margins.top - self.margins.bottom

    def open_page(self) -> Page:
        """Go on at the top of a new page."""
        frame = self._open.frame if self._open else None
        self._close_frame()
        page = Page(len(self.pages), *self.size)
        self.pages.append(page)
        self._top = self.size[1] - self.margins.top
        self._is_fresh = True
        if frame:
            self._open_frame(frame)
            self._top -= frame.padding
        return page

    def add(self, strips: Iterable[Strip]) -> None:
        """Place the strips; the last ones wait if they are to be kept with what follows."""
        for strip in strips:
            self._chain.append(strip)
            if not strip.keeps_next:
                self._place_chain()

    def settle(self) -> None:
        """Place what still waits for a successor."""
        self._place_chain()
        self._close_frame()

    def end_page(self) -> None:
        """Go on at the top of a new page, unless this one is empty."""
        self.settle()
        if self.pages and not self._is_fresh:
            self.open_page()

    def _place_chain(self) -> None:
        chain, self._chain = self._chain, []
        if not chain:
            return
        self._leave_frame(chain[0])
        needed = sum(strip.gap + strip.height for strip in chain) - chain[0].gap
        if self.pages and not self._is_fresh and chain[0].gap + needed > self._room:
            self.open_page()
        for strip in chain:
            self._place(strip)

    @property
    def _room(self) -> float:
        return self._top - self.margins.bottom + 0.01

    def _place(self, strip: Strip) -> None:
        self._leave_frame(strip)
        if not self.pages or (not self._is_fresh and strip.gap + strip.height > self._room):
            self.open_page()
        if self._is_fresh and strip.again:
            self._draw(strip.again, strip.left)
        if not self._is_fresh:
            self._top -= strip.gap
        if strip.frame and not self._open:
            self._open_frame(strip.frame)
        self._draw(strip, strip.left)

    def _draw(self, strip: Strip, left: float) -> None:
        strip.draw(self.page, self.margins.left + left, self._top)
        self._top -= strip.height
        self._is_fresh = False

    def _leave_frame(self, strip: Strip) -> None:
        if self._open and self._open.frame is not strip.frame:
            self._close_frame()

    def _open_frame(self, frame: Frame) -> None:
        self._open = _OpenFrame(frame, self._top, len(self.page.operators))

    def _close_frame(self) -> None:
        if self._open is None:
            return
        opened, self._open = self._open, None
        frame, height = opened.frame, opened.top - self._top
        left = self.margins.left + frame.left
        tint = box_operators(left, self._top, frame.width, height, fill=frame.fill)
        edge = box_operators(left, self._top, 2.5, height, fill=frame.edge)
        self.page.operators[opened.at : opened.at] = ["/Artifact BMC", tint, edge, "EMC"]

    def finish(self) -> list[Page]:
        """All pages, with what returns on each."""
        self.settle()
        if not self.pages:
            self.open_page()
        for page in self.pages:
            self._run(page, len(self.pages))
        return self.pages

    def _run(self, page: Page, count: int) -> None:
        left, width = self.margins.left, self.size[0] - self.margins.left - self.margins.right
        if self.running.header and page.index:
            y = self.size[1] - self.margins.top + 14
            header = Block.of(self.running.header, NOTE, width, None)
            header.draw(page, left, y + header.height)
            self._rule(page, left, y - 2, width)
        number = self.running.number(page.index + 1, count) if self.running.number else ""
        if self.running.footer or number:
            y = self.margins.bottom - 14
            self._rule(page, left, y, width)
            Block.of(self.running.footer, NOTE, width * 0.78, None).draw(page, left, y - 3)
            Block.of(number, NOTE.but(align="right"), width * 0.22, None).draw(page, left + width * 0.78, y - 3)

    def _rule(self, page: Page, left: float, y: float, width: float) -> None:
        with page.decoration():
            page.rule(left, y, width, colour=LINE, line_width=0.5)
