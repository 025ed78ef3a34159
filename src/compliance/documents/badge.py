"""The badge of a certificate for the holder's own site: an SVG picture that says its status in words.

It loads nothing, runs nothing and brings no font, so that it can stand on anybody's page. It is drawn anew whenever it is
asked for, and changes with the status.
"""

import unicodedata
from datetime import date
from html import escape
from typing import Literal

from msgspec import Struct

from compliance.domain.scoring import Assurance
from compliance.words import Speaker

BadgeStatus = Literal["valid", "signing", "early", "suspended", "withdrawn", "expired", "superseded"]

_WIDTH, _STRIP, _MARGIN = 360, 64, 14
_GREEN, _GREY, _INK, _MUTED, _LINE, _GOLD = "#0b5f43", "#55605d", "#1d2524", "#55605d", "#d3cdc2", "#b08d3e"
_FONTS = "Noto Sans, Noto Sans Khmer, Khmer OS, system-ui, Segoe UI, Arial, sans-serif"
_MOST_NAME_LINES = 2
_BOLD = 1.15
"""How much wider bold letters are."""
_SUBSCRIPT = "\u17d2"
"""Khmer: what follows belongs to the letter before."""
_ICONS = {
    "valid": "M18 33l9 9 18-20",
    "signing": "M32 20v13l9 6M32 14a19 19 0 1 0 .1 0",
    "early": "M32 20v13l9 6M32 14a19 19 0 1 0 .1 0",
    "suspended": "M24 20v26M40 20v26",
    "withdrawn": "M21 22l22 22M43 22L21 44",
    "expired": "M32 20v13l9 6M32 14a19 19 0 1 0 .1 0",
    "superseded": "M20 33h24M34 23l10 10-10 10",
}


class BadgeShown(Struct, frozen=True, kw_only=True):
    """What stands on a badge."""

    number: str
    holder: str
    status: BadgeStatus
    """`valid` only where it is active today, and signed."""
    assurance: Assurance
    valid_until: date
    """The last day."""
    address: str
    """Where the certificate is looked up."""
    is_demo: bool = False
    """Whether everything is invented: the badge then says so, and is never green."""


class _Line(Struct, frozen=True):
    text: str
    size: int
    is_bold: bool = False
    colour: str = _INK


def badge_says(speaker: Speaker, badge: BadgeShown) -> str:
    """The status in words, with its day where one belongs to it."""
    return speaker.say(f"badge-status-{badge.status}", day=speaker.day(badge.valid_until))


def draw_badge(speaker: Speaker, badge: BadgeShown) -> bytes:
    """The picture: SVG, UTF-8, 360 units wide, its height by how much there is to say. Same input, same bytes.

    Raises:
        KeyError: of a self-assessment there is no badge, and no word for who has checked it.
    """
    status = badge_says(speaker, badge)
    checked = speaker.say(f"badge-checked-{badge.assurance}")
    described = speaker.say("badge-described", number=badge.number, holder=badge.holder, status=status, checked=checked,
                            address=badge.address)  # fmt: skip
    demo = [_Line(speaker.say("badge-demo"), 13, is_bold=True, colour="#6d3b05")] if badge.is_demo else []
    lines = [
        *demo,
        *_wrapped(_Line(status, 16, is_bold=True), most=2),
        *_wrapped(_Line(badge.holder, 15), most=_MOST_NAME_LINES),
        *_wrapped(_Line(checked, 13, colour=_MUTED), most=2),
        *_wrapped(_Line(speaker.say("badge-title"), 13, colour=_MUTED), most=2),
        _Line(badge.number, 13, colour=_MUTED),
    ]
    return _drawn(speaker.language, badge, lines, described).encode()


def _drawn(language: str, badge: BadgeShown, lines: list[_Line], described: str) -> str:
    texts: list[str] = []
    y = _MARGIN
    for line in lines:
        y += round(line.size * _leading(language))
        weight = ' font-weight="700"' if line.is_bold else ""
        texts.append(
            f'<text x="{_STRIP + _MARGIN}" y="{y - round(line.size * 0.35)}" font-size="{line.size}"{weight} '
            f'fill="{line.colour}">{_plain(line.text)}</text>'
        )
    height = max(y + _MARGIN, 96)
    is_green = badge.status == "valid" and not badge.is_demo
    strip = _GREEN if is_green else (_GOLD if badge.is_demo else _GREY)
    language = escape(language)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-labelledby="badge-title badge-desc" lang="{language}" xml:lang="{language}" '
        f'font-family="{_FONTS}">'
        f'<title id="badge-title">{_plain(lines[0].text)}</title><desc id="badge-desc">{_plain(described)}</desc>'
        f'<rect x=".5" y=".5" width="{_WIDTH - 1}" height="{height - 1}" rx="6" fill="#fff" stroke="{_LINE}"/>'
        f'<path d="M6 .5h{_STRIP - 6}v{height - 1}H6a5.5 5.5 0 0 1-5.500-5.500v-{height - 12}A5.500 5.500 0 0 1 6 .5z" fill="{strip}"/>'
        f'<path d="{_ICONS[badge.status]}" transform="translate(0 {height // 2 - 33})" fill="none" stroke="#fff" '
        f'stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>'
        f"{''.join(texts)}</svg>\n"
    )


def _leading(language: str) -> float:
    """Khmer needs air above and below."""
    return 1.75 if language == "km" else 1.4


def _plain(text: str) -> str:
    """Text for XML: no markup, and none of the signs that XML cannot hold."""
    return escape("".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Cn")))


def _wrapped(line: _Line, *, most: int) -> list[_Line]:
    """A text on as many lines as it needs, at most so many; what is too long ends in an ellipsis.

    Which font will draw it is not known, so widths are taken from a wide one.
    """
    room = (_WIDTH - _STRIP - 2 * _MARGIN) / line.size / (_BOLD if line.is_bold else 1)
    rows = [""]
    for piece in _pieces(line.text):
        if _width(rows[-1] + piece.rstrip()) <= room or not rows[-1]:
            rows[-1] += piece
        else:
            rows.append(piece)
    if len(rows) > most or _width(rows[-1].rstrip()) > room:
        rows = rows[:most]
        rows[-1] = _cut(rows[-1], room)
    return [_Line(row.strip(), line.size, line.is_bold, line.colour) for row in rows]


def _pieces(text: str) -> list[str]:
    """Words with the blank behind them; words too long for a line, letter by letter."""
    words = [f"{word} " for word in text.split()]
    return [piece for word in words for piece in (_letters(word) if _width(word) > 12 else [word])]


def _letters(word: str) -> list[str]:
    letters: list[str] = []
    for sign in word:
        belongs = letters and (unicodedata.combining(sign) or unicodedata.category(sign)[0] == "M" or sign == " ")
        if belongs or (letters and letters[-1].endswith(_SUBSCRIPT)):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _cut(row: str, room: float) -> str:
    letters = _letters(row.rstrip())
    while letters and _width("".join(letters)) + 1 > room:
        letters.pop()
    return "".join(letters).rstrip() + "…"


def _width(text: str) -> float:
    """Roughly, in ems."""
    return sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> float:
    if unicodedata.category(sign) in ("Mn", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return 1.0
    if sign in " .,:;!|'ijlIt":
        return 0.32
    return 0.72 if sign.isupper() or not sign.isascii() else 0.58
