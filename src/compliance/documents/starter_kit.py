"""The starter kit's templates as PDFs: one A4 page each, to be filled in by hand.

The type is set as large as the page allows, never below 9 points. Numbers to call are those of the country, or none:
a foreign number helps nobody.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET

from compliance.documents._document import Document, Words, strong
from compliance.documents._flow import Margins
from compliance.documents._kit_pieces import Piece, PieceSetter, coloured
from compliance.documents._palette import A4_PORTRAIT, GREEN, LINE, MM, MUTED, STRONG_LINE, Style
from compliance.domain.questionnaire import Channel
from compliance.domain.questionnaire.starter_kit import KitBlock, KitCards, KitDocument
from compliance.errors import Invalid, Problem
from compliance.words import Speaker, speaker

LEAST_SIZE = 9.0
_LARGEST_SIZE = 12.0
_AIRS = (2.4, 2.2, 2.0, 1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.75, 0.6)
_COMFORTABLE = 1.3
_MARGINS = Margins(top=13 * MM, right=17 * MM, bottom=15 * MM, left=17 * MM)
_WIDTH = A4_PORTRAIT[0] - _MARGINS.left - _MARGINS.right
_HEIGHT = A4_PORTRAIT[1] - _MARGINS.top - _MARGINS.bottom
_SPACING = {"km": 0.86}
"""Times the natural distance of lines. Khmer's is generous; on one page it must be less so, and still keeps apart."""
_MOST_CHANNELS = 5
_CARD_ROWS = 4
_CARD_MARGIN = 18.0
"""Above and below the cards, for the marks where to cut."""


class TemplateTooLong(Invalid):
    """This template does not fit on one page."""

    code = "kit-too-long"


def draw_kit_document(document: KitDocument, *, channels: tuple[Channel, ...], country: str, made_on: date) -> bytes:
    """One template as a PDF of one page.

    `channels` may be those of all countries; only those of `country` (ISO 3166) are printed.

    Raises:
        TemplateTooLong: its texts do not fit on a page at 9 points.
    """
    says = speaker(document.language)
    doc = Document(
        title=document.title,
        language=document.language,
        made_on=made_on,
        author=says.say("kit-author"),
        subject=says.say("kit-footer", items=", ".join(document.items)),
        margins=_MARGINS,
    )
    sheet = _Sheet(doc, document, says, _of_country(channels, country), made_on)
    sheet.draw()
    return doc.bytes()


def _of_country(channels: tuple[Channel, ...], country: str) -> tuple[Channel, ...]:
    return tuple(each for each in channels if each.country == country and each.status != "dead")[:_MOST_CHANNELS]


class _Sheet:
    """One template on its way to the page."""

    def __init__(
        self, doc: Document, document: KitDocument, says: Speaker, channels: tuple[Channel, ...], made_on: date
    ) -> None:
        self.doc = doc
        self.document = document
        self.says = says
        self.channels = channels
        self.made_on = made_on
        self.spacing = _SPACING.get(document.language, 1.0)

    def draw(self) -> None:
        """Choose the size of type, then draw."""
        pieces = self._fitting()
        left, top = _MARGINS.left, A4_PORTRAIT[1] - _MARGINS.top
        for piece in pieces:
            top -= piece.gap
            piece.draw(left, top)
            top -= piece.height
        self._draw_footer()

    def _fitting(self) -> list[Piece]:
        """The largest type that leaves comfortable white space, then as much white space as there is."""
        size = _LARGEST_SIZE
        while size > LEAST_SIZE and not _fits(self._pieces(size, _COMFORTABLE)):
            size -= 0.25
        for air in _AIRS:
            pieces = self._pieces(size, air)
            if _fits(pieces):
                return pieces
        raise TemplateTooLong([Problem("kit-too-long", self.document.document, {"size": int(LEAST_SIZE)})])

    def _pieces(self, size: float, air: float) -> list[Piece]:
        setter = PieceSetter(self.doc, _WIDTH, size, air, self.spacing)
        title = Style(size=20, bold=True, colour=GREEN, spacing=self.spacing)
        title = self.doc.fitted(self.document.title, title, width=_WIDTH, least=14)
        pieces = [setter.text(self.document.title, style=title, role="H1", gap=0)]
        note = PieceSetter(self.doc, _WIDTH, LEAST_SIZE, air, self.spacing)
        pieces.append(note.box(self.document.note, tone="plain", bold=False, gap=3))
        if self.document.reviewed == "no":
            said = self.says.say("unreviewed-translation", language=self.says.say("language"))
            pieces.append(note.text(coloured(said, "todo"), gap=2))
        for block in self.document.blocks:
            if block.cards is not UNSET:
                room = _HEIGHT - _total(pieces)
                pieces += self._card_pieces(block.cards, setter, note, room)
            else:
                pieces += self._block_pieces(block, setter)
        return pieces

    def _block_pieces(self, block: KitBlock, setter: PieceSetter) -> list[Piece]:
        match block:
            case KitBlock(heading=str(words)):
                return [setter.heading(words)]
            case KitBlock(text=str(words)):
                return [setter.text(words)]
            case KitBlock(box=str(words)):
                return [setter.box(words)]
            case KitBlock(fill=str(label)):
                return [setter.blanks([label])]
            case KitBlock(fill=tuple(labels)):
                return [setter.blanks(labels)]
            case KitBlock(bullets=tuple(texts)):
                return [setter.items(texts, mark="•")]
            case KitBlock(steps=tuple(texts)):
                return [setter.items(texts, mark="1.")]
            case KitBlock(tick=tuple(texts)):
                return [setter.items(texts, mark="☐")]
            case _:
                return [setter.table(block.table)] if block.table is not UNSET else self._channel_pieces(setter)

    def _channel_pieces(self, setter: PieceSetter) -> list[Piece]:
        """The local police first, for whom nobody needs a list; then the country's channels, or that there is none."""
        says = self.says
        pieces = [setter.heading(says.say("kit-channels"))]
        pieces.append(setter.text(strong(says.say("kit-local-police")), gap=2))
        pieces.append(setter.blanks([says.say("kit-local-number").strip()]))
        if self.channels:
            pieces.append(setter.items([self._say_channel(each) for each in self.channels], mark="•"))
        else:
            pieces.append(setter.text(says.say("kit-no-channel"), gap=3))
        return pieces

    def _say_channel(self, channel: Channel) -> Words:
        says = self.says
        name = self._name_of(channel)
        purposes = ", ".join(says.say(f"kit-purpose-{purpose.replace(' ', '-')}") for purpose in channel.purpose)
        # Nobody may try out an emergency number: such a contact is compared with what its owner publishes.
        is_compared = channel.phone is None or channel.operator_type == "police" or "emergency" in channel.purpose
        words: list[Words] = [f"{name}: " if channel.phone or channel.web else name]
        if channel.phone:
            words.append(strong(channel.phone))
        elif channel.web:
            words.append(strong(channel.web.removeprefix("https://").rstrip("/")))
        words += [f" ({purposes}) · ", self._say_status(channel), "\n"]
        words.append(says.say("kit-compared" if is_compared else "kit-called"))
        return words  # pyright: ignore[reportReturnType]

    def _say_status(self, channel: Channel) -> Words:
        if channel.status != "active" or channel.verified_on is None:
            return coloured(self.says.say("kit-unverified"), "todo")
        if channel.verify_again_by < self.made_on:
            return coloured(self.says.say("kit-outdated"), "todo")
        return coloured(self.says.say("kit-verified", day=self.says.day(channel.verified_on)), "good")

    def _card_channels(self) -> list[str]:
        """The country's telephone channels in one breath, and who has checked them."""
        dialled = [channel for channel in self.channels if channel.phone]
        if not dialled:
            return []
        named = " · ".join(f"{self._name_of(channel)} {channel.phone}" for channel in dialled)
        return [named, self.says.say("kit-card-checked")]

    def _name_of(self, channel: Channel) -> str:
        names = channel.name
        return names.get(self.document.language) or names.get("en") or next(iter(names.values()))

    def _card_pieces(self, cards: KitCards, setter: PieceSetter, note: PieceSetter, room: float) -> list[Piece]:
        how = note.text(self.says.say("kit-cards-how"), gap=4)
        each = PieceSetter(self.doc, _WIDTH / 2, setter.size, setter.air, self.spacing)
        backs = (*cards.back, *(self._card_channels() or cards.without_channels))
        needed = max(each.card(texts, height=0).height for texts in (cards.front, backs))
        height = max(needed, (room - how.gap - how.height - _CARD_MARGIN) / _CARD_ROWS)
        front, back = each.card(cards.front, height=height), each.card(backs, height=height)

        def draw(left: float, top: float) -> None:
            _draw_cut_marks(self.doc, left, top, height)
            for row in range(_CARD_ROWS):
                front.draw(left, top - row * height)
                back.draw(left + _WIDTH / 2, top - row * height)

        return [how, Piece(_CARD_ROWS * height + _CARD_MARGIN / 2, _CARD_MARGIN / 2, draw)]

    def _draw_footer(self) -> None:
        style = Style(size=LEAST_SIZE, colour=MUTED)
        left, top = _MARGINS.left, _MARGINS.bottom - 5
        with self.doc.page.decoration():
            self.doc.page.rule(left, top, _WIDTH, colour=LINE, line_width=0.5)
        said = self.says.say("kit-footer", items=", ".join(self.document.items))
        day = self.says.day(self.made_on)
        self.doc.place(said, left=left, top=top - 3, width=_WIDTH * 0.8, style=style)
        self.doc.place(day, left=left + _WIDTH * 0.8, top=top - 3, width=_WIDTH * 0.2, style=style.but(align="right"))


def _total(pieces: Sequence[Piece]) -> float:
    return sum(piece.gap + piece.height for piece in pieces)


def _fits(pieces: Sequence[Piece]) -> bool:
    return _total(pieces) <= _HEIGHT + 0.01


def _draw_cut_marks(doc: Document, left: float, top: float, height: float) -> None:
    """Short marks outside the cards where to cut, a dashed line where to fold."""
    page = doc.page
    with page.decoration():
        for row in range(_CARD_ROWS + 1):
            y = top - row * height
            page.rule(left - 16, y, 12, colour=STRONG_LINE)
            page.rule(left + _WIDTH + 4, y, 12, colour=STRONG_LINE)
            page.rule(left, y, _WIDTH, colour=LINE, line_width=0.4)
        for x in (left, left + _WIDTH):
            page.stroke(((x, top + 3), (x, top + 11)), colour=STRONG_LINE)
            page.stroke(((x, top - _CARD_ROWS * height - 3), (x, top - _CARD_ROWS * height - 9)), colour=STRONG_LINE)
            page.stroke(((x, top), (x, top - _CARD_ROWS * height)), colour=LINE, line_width=0.4)
        middle = left + _WIDTH / 2
        page.stroke(
            ((middle, top), (middle, top - _CARD_ROWS * height)), colour=STRONG_LINE, line_width=0.5, dashes="[3 3]"
        )
