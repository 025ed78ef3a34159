"""A file that is sent with a form: the form's texts first, then the file, read as it comes and never kept whole."""

import re
from collections.abc import Generator, Iterator
from itertools import chain

from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from compliance.errors import Invalid, Problem
from compliance.web.forms import FormInvalid, FormMalformed
from compliance.web.page import Visit

_MOST_PARTS = 40
_LONGEST_TEXT_BYTES = 20_000
_KIB = 1024
_BOUNDARY = re.compile(r"multipart/form-data\s*;.*?\bboundary=\"?([0-9A-Za-z'()+_,./:=?-]{1,70})\"?", re.IGNORECASE)
Event = MultipartSegment | bytes | bytearray | None


class FileTooLarge(Invalid):
    """The file is larger than is taken here."""

    code = "sent-file-too-large"


class SentFile(Struct, kw_only=True):
    """A file on its way in."""

    name: str
    """As it is called on the sender's machine, maybe with folders: believe nothing of it."""
    chunks: Iterator[bytes]
    """Its bytes, once."""

    def whole(self, *, most_bytes: int) -> bytes:
        """All of it, for small files.

        Raises:
            FileTooLarge: there is more.
        """
        parts: list[bytes] = []
        size = 0
        for part in self.chunks:
            size += len(part)
            if size > most_bytes:
                raise FileTooLarge([Problem("sent-file-too-large", "file", {"limit_kib": most_bytes // _KIB})])
            parts.append(part)
        return b"".join(parts)


def read_upload(visit: Visit, *, field: str = "file") -> SentFile:
    """Put the texts that stand before the file into the form, and begin to read the file.

    A browser sends the fields in the order in which they stand on the page: the file must be the last one.

    Raises:
        NotSignedIn, NoSuchOrganisation: the visitor may not ask.
        FormMalformed: this is no form with a file.
        FormInvalid: no file was chosen.
    """
    assert visit.open_deed is not None
    with visit.open_deed(writes=False, is_reading=True):
        pass  # strangers are told before a part of theirs is waited for
    events = _events(visit)
    for event in events:
        if not isinstance(event, MultipartSegment):
            continue
        if event.name == field and event.filename is not None:
            first = next(events, None)
            if not isinstance(first, bytes | bytearray):
                if not event.filename:
                    break
                first = b""
            return SentFile(name=event.filename, chunks=chain((bytes(first),), _rest(events) if first else ()))
        visit.form.keep(event.name or "", _text(events))
    raise FormInvalid([Problem("file-missing", field)])


def _events(visit: Visit) -> Generator[Event]:
    found = _BOUNDARY.match(visit.content_type)
    if found is None or visit.chunks is None:
        raise FormMalformed
    try:
        parser = PushMultipartParser(found[1], max_segment_count=_MOST_PARTS)
        for chunk in visit.chunks:
            yield from parser.parse(chunk)
            if parser.closed:
                return
        parser.close()  # raises where the end is missing
    except MultipartError as fault:
        raise FormMalformed from fault


def _rest(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if not isinstance(event, bytes | bytearray):
            return
        yield bytes(event)


def _text(events: Iterator[Event]) -> str:
    parts = b""
    for event in events:
        if not isinstance(event, bytes | bytearray):
            break
        parts += event
        if len(parts) > _LONGEST_TEXT_BYTES:
            raise FormMalformed
    try:
        text = parts.decode()
    except UnicodeDecodeError:
        raise FormMalformed from None
    if "\x00" in text:
        raise FormMalformed
    return text.replace("\r\n", "\n")
