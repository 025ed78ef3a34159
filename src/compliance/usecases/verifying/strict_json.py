"""JSON out of strangers' hands: one meaning or none.

A name that stands twice is refused at any depth, since two readers could each believe another of the two values. So are
numbers that no reader agrees on, half characters, and anything larger or deeper than what we write ourselves.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn, cast

Members = dict[str, Any]
MOST_BYTES = 1024 * 1024
DEEPEST = 32


class JsonUnread(Exception):
    """A text that is not taken for JSON; with a finding of the step `readable`, and its facts."""

    def __init__(self, finding: str, **facts: str | int) -> None:
        self.finding = finding
        self.facts = facts
        super().__init__(finding)


def read_members(content: bytes, *, most_bytes: int = MOST_BYTES) -> Members:
    """The members of a JSON object.

    Raises:
        JsonUnread: it is none, or one that is not taken.
    """
    if len(content) > most_bytes:
        raise JsonUnread("too-large", limit_kib=most_bytes // 1024)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonUnread("not-text") from None
    try:
        read: object = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except RecursionError:
        raise JsonUnread("too-deep", limit=DEEPEST) from None
    except ValueError as fault:  # not JSON, or a number of thousands of digits
        raise JsonUnread("broken", reason=str(fault)) from None
    if not isinstance(read, dict):
        raise JsonUnread("no-credential")
    members = cast("Members", read)
    _check_values(members)
    return members


def members_in(given: object) -> Members:
    """The members of a value that may be an object; none of what is no object."""
    return cast("Members", given) if isinstance(given, dict) else {}


def plain_bytes(members: Members) -> bytes:
    """JSON again, of what was read here."""
    return json.dumps(members, ensure_ascii=False).encode()


def _each_once(pairs: Sequence[tuple[str, object]]) -> Members:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise JsonUnread("twice", name=next(name for name in names if names.count(name) > 1))
    return members


def _no_constant(name: str) -> NoReturn:
    raise JsonUnread("broken", reason=f"{name} is no number")


def _check_values(read: object) -> None:
    """Depth, numbers and texts of everything in it; without recursion, which what is checked could exhaust."""
    waiting: list[tuple[object, int]] = [(read, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise JsonUnread("too-deep", limit=DEEPEST)
            inner = (
                cast("Members", value).items() if isinstance(value, dict) else enumerate(cast("list[object]", value))
            )
            for name, each in inner:
                waiting += [(each, depth + 1), (name, depth)]
        elif isinstance(value, float) and not math.isfinite(value):
            raise JsonUnread("broken", reason="a number is too large")
        elif isinstance(value, str):
            _check_text(value)


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise JsonUnread("broken", reason="a text holds half a character") from None
