r"""Kinds of text that bodies take, and the query of lists. Control characters are refused: no name has any.

`$(?!\n)` is the end of the text. To Python a mere `$` is also the place before a last line break, which then was taken.
"""

from typing import Annotated

from msgspec import Meta, Struct

from compliance.usecases.pages import MOST, USUAL

_LINE = r"^[^\u0000-\u0020\u007f]([^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f])?$(?!\n)"
_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)"

Name = Annotated[str, Meta(min_length=1, max_length=150, pattern=_LINE)]
Short = Annotated[str, Meta(min_length=1, max_length=80, pattern=_LINE)]
Reference = Annotated[str, Meta(min_length=1, max_length=60, pattern=_LINE)]
Web = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^https?://[^\u0000-\u0020\u007f]+$(?!\n)")]
Reason = Annotated[str, Meta(min_length=1, max_length=1000, pattern=_LINE)]
MailAddress = Annotated[str, Meta(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$(?!\n)")]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]
Password = Annotated[str, Meta(min_length=12, max_length=200)]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")]
Language = Annotated[str, Meta(max_length=12, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$(?!\n)")]
SectorName = Annotated[str, Meta(max_length=64, pattern=r"^[a-z]+(-[a-z]+)*$(?!\n)")]
Id = Annotated[str, Meta(pattern=_ID)]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]


class Paged(Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of a list."""

    cursor: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
    """`next` of the page before; left out for the first page."""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = USUAL
    """How many at most."""
