"""What kind of file somebody sent, told by its content alone.

Only what stands here is taken: PDF, PNG, JPEG, WebP, OpenDocument, Office Open XML, CSV and plain text. Neither the name
nor the type that came with the file counts, save that a plain text whose name ends in `.csv` is a CSV. Nothing is
unpacked but the small parts that say what an office document is; nothing is drawn. What passes here is whole in its
outer form and of one kind; that it does no harm is for the virus scanner and for who opens it. What stands after the end
of a JPEG is cut off by `photographs`, which every picture goes through next.
"""

import codecs
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from msgspec import Struct

from compliance.errors import Invalid, Problem

HEAD_BYTES = 2048
_TAIL_BYTES = 2048
_STEP_BYTES = 256 * 1024
_START_SIGNS = 64

MOST_ENTRIES = 5_000
MOST_DIRECTORY_BYTES = 1024 * 1024
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_RATIO = 100
"""Unpacked to packed; real documents stay below 20. Small ones, up to the next figure, may be anything."""
ALWAYS_UNPACKED_BYTES = 16 * 1024 * 1024
_MOST_PART_BYTES = 1024 * 1024
_MOST_PIECES = 50_000
"""Of a picture: more are made only to keep us busy."""

_OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_MAIN_PARTS = {
    f"{_OFFICE}{kind}.main+xml": (f"{_OFFICE}{kind}", extension)
    for kind, extension in (
        ("wordprocessingml.document", "docx"),
        ("spreadsheetml.sheet", "xlsx"),
        ("presentationml.presentation", "pptx"),
    )
}
_OVERRIDE = re.compile(r"<Override\s[^>]*>")
_PART_NAME = re.compile(r"""\bPartName\s*=\s*["']/([^"']+)["']""")
_CONTENT_TYPE = re.compile(r"""\bContentType\s*=\s*["']([^"']+)["']""")
_MACRO_NAMES = re.compile(
    r"(^|/)(vbaproject\.bin$|vbadata\.xml$|macrosheets/|activex/)|^(basic|scripts)/", re.IGNORECASE
)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\\\0]")
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z0-9_.+-])")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_BLANK = re.compile(r"[\s\ufeff]*")
_MARKUP = re.compile(r"<(!|\?|/?[A-Za-z][\w:.-]*([\s/>]|$))")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_ARCHIVE_END_BYTES = 22 + 65_535
_LOCAL_ENTRY, _DIRECTORY_END = b"PK\3\4", b"PK\5\6"


class FileTypeRefused(Invalid):
    """This file is not one of the kinds that are taken, or holds what is not taken."""

    code: ClassVar[str] = "file-type-refused"


class MediaType(Struct, frozen=True):
    """The kind of a file."""

    media_type: str
    """Without parameters: `text/plain`. Texts are UTF-8."""
    extension: str
    """Small letters, without a dot."""


def read_media_type(whole: BinaryIO, *, name: str = "") -> MediaType:
    """The kind of a file that may be taken. Reads all of it, from its beginning wherever it stands; moves its position.

    Raises:
        FileTypeRefused: empty, of no known kind, or what `sniff` refuses.
    """
    whole.seek(0)
    head = whole.read(HEAD_BYTES)
    if not head:
        raise _refused("file-empty")
    found = sniff(head, whole=whole, name=name)
    if found is None:
        raise _refused("file-type-unknown")
    return found


def sniff(head: bytes, *, whole: BinaryIO, name: str = "") -> MediaType | None:
    """The kind of a file, None when it is of no kind that we know. `head` is its first 2 KiB, or all of a smaller one.

    A PDF is searched for the names of actions that run programs or scripts, as they stand in its raw bytes. That is a
    plain search: it does not see into compressed object streams, and one who wants to hide a script there can.

    Raises:
        FileTypeRefused: of a known kind, but broken, encrypted, with macros or scripts, made to unpack without end, or
            of two kinds at once.
    """
    size_bytes = whole.seek(0, 2)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_one_kind(head, whole, size_bytes)
        _check_png(whole, size_bytes)
        return MediaType("image/png", "png")
    if head.startswith(b"\xff\xd8\xff"):
        _check_one_kind(head, whole, size_bytes)
        _check_jpeg(whole)
        return MediaType("image/jpeg", "jpg")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        _check_one_kind(head, whole, size_bytes)
        _check_webp(head, size_bytes)
        return MediaType("image/webp", "webp")
    if head.startswith(_LOCAL_ENTRY):
        return _sniff_archive(head, whole, size_bytes)
    if head.startswith(_OLD_OFFICE):
        # A document with a password is a new one inside an old container.
        if any("EncryptedPackage".encode("utf-16-le") in step for step in _steps(whole, overlap_bytes=32)):
            raise _refused("file-encrypted")
        return None
    if b"%PDF-" in head[:1024]:
        _check_pdf(whole, size_bytes)
        return MediaType("application/pdf", "pdf")
    return _sniff_text(whole, name)


def _refused(code: str, **facts: str | int) -> FileTypeRefused:
    return FileTypeRefused([Problem(code, "", facts)])


def _broken(reason: str) -> FileTypeRefused:
    return _refused("file-broken", reason=reason)


def _steps(whole: BinaryIO, *, start_at: int = 0, overlap_bytes: int = 0) -> Iterator[bytes]:
    """The file piece by piece; each begins with the end of the one before, so that nothing is cut in two unseen."""
    whole.seek(start_at)
    before = b""
    while step := whole.read(_STEP_BYTES):
        yield before + step
        before = step[-overlap_bytes:] if overlap_bytes else b""


def _tail(whole: BinaryIO, size_bytes: int, count: int) -> bytes:
    whole.seek(max(0, size_bytes - count))
    return whole.read(count)


def _check_one_kind(head: bytes, whole: BinaryIO, size_bytes: int) -> None:
    """A picture that is a PDF or an archive too passes for one here and opens as the other elsewhere."""
    if b"%PDF-" in head[:1024] or _archive_end(_tail(whole, size_bytes, _MOST_ARCHIVE_END_BYTES)) is not None:
        raise _broken("it is of two kinds at once")


def _check_png(whole: BinaryIO, size_bytes: int) -> None:
    at, kinds = 8, set[bytes]()
    for _ in range(_MOST_PIECES):
        whole.seek(at)
        start = whole.read(8)
        length, kind = int.from_bytes(start[:4], "big"), start[4:]
        if at == 8:
            header = kind + whole.read(17)
            if length != 13 or kind != b"IHDR" or zlib.crc32(header[:-4]) != int.from_bytes(header[-4:], "big"):
                raise _broken("its beginning is not that of a PNG")
            if not any(header[4:8]) or not any(header[8:12]):
                raise _broken("it has no width or no height")
        at += 12 + length
        kinds.add(kind)
        if kind == b"IEND" and length == 0 and at == size_bytes and b"IDAT" in kinds:
            return
        if kind == b"IEND" or at >= size_bytes:
            break
    raise _broken("it does not end where a PNG ends")


def _check_jpeg(whole: BinaryIO) -> None:
    """Segment by segment to where the picture begins; after its end, telephones write what they like, even films."""
    at, has_frame = 2, False
    for _ in range(_MOST_PIECES):
        whole.seek(at)
        start = whole.read(9)
        marker, length = start[1:2], int.from_bytes(start[2:4], "big")
        if len(start) < 9 or start[0] != 0xFF or length < 2:
            raise _broken("it is cut off or damaged")
        if marker == b"\xff":
            at += 1
            continue
        if marker == b"\xda":
            break
        # C0 to CF tell the picture's size, except three that tell something else.
        if b"\xc0" <= marker <= b"\xcf" and marker not in b"\xc4\xc8\xcc":
            has_frame = any(start[7:9])
        at += 2 + length
    if not has_frame or not any(b"\xff\xd9" in step for step in _steps(whole, start_at=at, overlap_bytes=1)):
        raise _broken("it is cut off or damaged")


def _check_webp(head: bytes, size_bytes: int) -> None:
    if head[12:16] not in (b"VP8 ", b"VP8L", b"VP8X") or int.from_bytes(head[4:8], "little") + 8 != size_bytes:
        raise _broken("it is cut off, or something stands after its end")


def _check_pdf(whole: BinaryIO, size_bytes: int) -> None:
    if b"%%EOF" not in _tail(whole, size_bytes, _TAIL_BYTES):
        raise _broken("it is cut off, or something stands after its end")
    if _archive_end(_tail(whole, size_bytes, _MOST_ARCHIVE_END_BYTES)) is not None:
        raise _broken("it is of two kinds at once")
    for step in _steps(whole, overlap_bytes=64):
        # A name may be spelled /J#61vaScript and means the same.
        if _PDF_ACTIVE.search(_PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), step)):
            raise _refused("file-pdf-active")


def _sniff_text(whole: BinaryIO, name: str) -> MediaType | None:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    start = ""
    try:
        for step in _steps(whole):
            text = decoder.decode(step)
            if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in set(text)):
                return None
            # Any amount of white space may stand before what counts.
            start = start if len(start) == _START_SIGNS else _BLANK.sub("", start + text, count=1)[:_START_SIGNS]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if not start:
        raise _refused("file-empty")
    if _MARKUP.match(start):
        return None  # a page, a drawing or any other markup may run scripts where it is opened
    return MediaType("text/csv", "csv") if name.lower().endswith(".csv") else MediaType("text/plain", "txt")


class _ArchiveEnd(Struct, frozen=True):
    entries: int
    directory_bytes: int
    directory_at: int
    size_bytes: int


def _archive_end(tail: bytes) -> _ArchiveEnd | None:
    """What an archive says at its end, when this is one's end and its comment fits exactly."""
    at = tail.rfind(_DIRECTORY_END)
    end = tail[at : at + 22]
    if at < 0 or len(end) < 22 or at + 22 + int.from_bytes(end[20:22], "little") != len(tail):
        return None
    entries, directory_bytes, directory_at = struct.unpack("<HII", end[10:20])
    return _ArchiveEnd(entries, directory_bytes, directory_at, len(tail) - at)


def _sniff_archive(head: bytes, whole: BinaryIO, size_bytes: int) -> MediaType | None:
    # Looked at before the directory is read: it may be what is too large.
    end = _archive_end(_tail(whole, size_bytes, _MOST_ARCHIVE_END_BYTES))
    if end is None:
        raise _broken("it is cut off, or something stands after its end")
    if end.entries > MOST_ENTRIES or end.directory_bytes > MOST_DIRECTORY_BYTES:
        raise _refused("file-zip-bomb")
    if end.directory_at + end.directory_bytes + end.size_bytes != size_bytes:
        raise _broken("something stands before its beginning or between its parts")
    try:
        with zipfile.ZipFile(whole) as archive:
            entries = archive.infolist()
            _check_entries(entries, size_bytes)
            return _sniff_opendocument(head, archive) or _sniff_office(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        EOFError,
        ValueError,
        LookupError,
    ) as fault:
        raise _broken("the archive inside it cannot be read") from fault


def _check_entries(entries: list[zipfile.ZipInfo], size_bytes: int) -> None:
    names = [entry.orig_filename for entry in entries]
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise _refused("file-encrypted")
    if any(_MACRO_NAMES.search(name) for name in names):
        raise _refused("file-macros")
    if any(_OUTSIDE.search(name) for name in names) or len({name.casefold() for name in names}) != len(names):
        raise _broken("it names its parts in a way that no office programme does")
    unpacked_bytes = sum(entry.file_size for entry in entries)
    packed_bytes = sum(entry.compress_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked_bytes > MOST_UNPACKED_BYTES
        or unpacked_bytes > max(ALWAYS_UNPACKED_BYTES, MOST_RATIO * packed_bytes)
        # Parts that share bytes are how a small archive unpacks without end.
        or packed_bytes > size_bytes
        or _overlap(entries)
    ):
        raise _refused("file-zip-bomb")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise _broken("it is packed in a way that no office programme uses")
    if min((entry.header_offset for entry in entries), default=0) != 0:
        raise _broken("something stands before its beginning")


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    ends_at = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < ends_at:
            return True
        ends_at = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
    return False


def _part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A small part's bytes, None when it is not there."""
    if name not in archive.namelist():
        return None
    with archive.open(name) as part:
        content = part.read(_MOST_PART_BYTES + 1)
    if len(content) > _MOST_PART_BYTES:
        raise _refused("file-zip-bomb")
    return content


def _sniff_opendocument(head: bytes, archive: zipfile.ZipFile) -> MediaType | None:
    """Its first part says what it is: unpacked, and always at the same place."""
    first = archive.infolist()[0] if archive.infolist() else None
    if first is None or first.orig_filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        return None
    kind = _part(archive, "mimetype") or b""
    if kind not in _OPENDOCUMENT or not head[30:].startswith(b"mimetype"):
        return None
    manifest = _part(archive, "META-INF/manifest.xml")
    if manifest is None or "content.xml" not in archive.namelist():
        raise _broken("a part of it is missing")
    if b"encryption-data" in manifest:
        raise _refused("file-encrypted")
    return MediaType(kind.decode("ascii"), _OPENDOCUMENT[kind])


def _sniff_office(archive: zipfile.ZipFile) -> MediaType | None:
    """Its list of content types names the main part. It is searched, not parsed: so it can declare no entities."""
    content = _part(archive, "[Content_Types].xml")
    if content is None:
        return None
    listed = content.decode("utf-8", "replace")
    if "macroEnabled" in listed or "vbaProject" in listed:
        raise _refused("file-macros")
    found: list[tuple[str, str]] = []
    for override in _OVERRIDE.findall(listed):
        part, kind = _PART_NAME.search(override), _CONTENT_TYPE.search(override)
        if part and kind and kind[1] in _OFFICE_MAIN_PARTS:
            if part[1] not in archive.namelist():
                raise _broken("a part of it is missing")
            found.append(_OFFICE_MAIN_PARTS[kind[1]])
    if len(found) > 1:
        raise _broken("it is of two kinds at once")
    return MediaType(*found[0]) if found else None
