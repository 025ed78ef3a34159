"""Long lists are given a page at a time; where the next one begins is an opaque text."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

from compliance.errors import Invalid

MOST = 200
USUAL = 50
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


Item = TypeVar("Item")


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """A part of a list."""

    items: list[Item]
    next: str | None
    """The cursor of the next part; null where the list ends."""


class CursorWrong(Invalid):
    """This cursor was not given out here: take the one that the page before named, or none."""

    code = "cursor-wrong"


def write_cursor(*places: str) -> str:
    """Where a page ended."""
    return base64.urlsafe_b64encode(msgspec.json.encode(places)).decode().rstrip("=")


def read_cursor(cursor: str | None, *, parts: int = 1) -> tuple[str, ...] | None:
    """Where the page before ended; None for the first page.

    Raises:
        CursorWrong: it was not written by `write_cursor`, with so many parts.
    """
    if cursor is None:
        return None
    try:
        places = msgspec.json.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True),
                                     type=tuple[str, ...])  # fmt: skip
    except (msgspec.DecodeError, binascii.Error, ValueError):
        raise CursorWrong from None
    if len(places) != parts or any("\x00" in place for place in places):
        raise CursorWrong
    return places


def read_instant_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The instant and id at which the page before ended; None for the first page.

    Raises:
        CursorWrong: it is none of ours.
    """
    places = read_cursor(cursor, parts=2)
    return None if places is None else read_place(places)


def read_place(places: tuple[str, ...]) -> tuple[datetime, str]:
    """An instant and an id, as a cursor's first two parts name them.

    Raises:
        CursorWrong: it is none of ours.
    """
    try:
        at = datetime.fromisoformat(places[0])
        if at.tzinfo is None:
            raise CursorWrong
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):  # no instant, or before the first or after the last that there is
        raise CursorWrong from None
    check_id(places[1])
    return at, places[1]


def read_id_cursor(cursor: str | None) -> str | None:
    """The id at which the page before ended; None for the first page.

    Raises:
        CursorWrong: it is none of ours.
    """
    places = read_cursor(cursor)
    if places is None:
        return None
    check_id(places[0])
    return places[0]


def check_id(place: str) -> None:
    """Refuse what can be no id.

    Raises:
        CursorWrong: likewise.
    """
    if not _ID.fullmatch(place):
        raise CursorWrong
