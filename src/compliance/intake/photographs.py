"""What a picture says beside what is seen: where and when it was taken, by which device, in which words. It is taken out.

The picture itself is not drawn anew: its packed points are copied byte for byte. Kept is what is needed to show it, by
name: size, points, palette, transparency, frames of an animation, colours (with the colour profile as it is) and which
side is up. Everything else goes: Exif, XMP, IPTC, comments, previews, signatures of origin, pieces that nobody knows, and
what stands after the picture's end, such as the film of a moving photograph.

Stripping what is stripped gives the same bytes. Nothing is held in memory but a list of places; the bytes are streamed.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, ClassVar, Literal

from compliance.errors import Invalid, Problem

_STEP_BYTES = 256 * 1024
_MOST_PIECES = 50_000
"""Of a picture: more are made only to keep us busy."""
_MOST_PIECES_OF_A_FRAME = 16
_MOST_EXIF_BYTES = 64 * 1024
"""So far is looked for the side that is up; it stands at the beginning."""
_UPRIGHT = 1

Part = bytes | tuple[int, int]
"""Bytes as they are to be, or where they stand in the file: place and count."""

_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_JFIF, _EXIF, _ICC, _ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
_JFIF_BYTES, _ADOBE_BYTES = 14, 12
_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
# In a scan, FF 00 is a byte of it, FF D0 to D7 are marks of its own, and FF FF is filling before a marker.
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"PLTE", b"IDAT", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip

_WEBP_IMAGES = {b"VP8 ", b"VP8L"}
_WEBP_KEPT = {b"ICCP", b"ANIM", b"ALPH"}
_WEBP_SHOWN_FLAGS, _WEBP_EXIF_FLAG = 0b0011_0010, 0b0000_1000
_WEBP_HEADER_BYTES, _FRAME_HEADER_BYTES = 10, 16


class PhotographDamaged(Invalid):
    """The picture is damaged, so what is hidden in it cannot be taken out."""

    code: ClassVar[str] = "photograph-damaged"


def strip_photograph(whole: BinaryIO, *, media_type: str) -> Iterator[bytes]:
    """The file without what it says of place, time and device; any file that is no JPEG, PNG or WebP as it is.

    Gives chunks of up to 256 KiB and moves the position of `whole`. The picture is looked through to its end before this
    returns, so that of a damaged one not a byte is given.

    Raises:
        PhotographDamaged: it is cut off, its pieces do not fit into each other, or there are too many of them.
    """
    size_bytes = whole.seek(0, 2)
    plan = _PLANS.get(media_type)
    return _copied(whole, _joined(plan(whole, size_bytes)) if plan else [(0, size_bytes)])


def _damaged() -> PhotographDamaged:
    return PhotographDamaged([Problem("photograph-damaged", "")])


def _read(whole: BinaryIO, at: int, count: int) -> bytes:
    whole.seek(at)
    found = whole.read(count)
    if len(found) < count:
        raise _damaged()
    return found


def _copied(whole: BinaryIO, parts: list[Part]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        at, count = part
        for start in range(at, at + count, _STEP_BYTES):
            yield _read(whole, start, min(_STEP_BYTES, at + count - start))


def _joined(parts: list[Part]) -> list[Part]:
    """The same with neighbours in one: a picture has thousands of pieces, and few that go."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else b""
        if isinstance(part, tuple) and isinstance(last, tuple) and sum(last) == part[0]:
            joined[-1] = (last[0], last[1] + part[1])
        elif part:
            joined.append(part)
    return joined


def _size(part: Part) -> int:
    return len(part) if isinstance(part, bytes) else part[1]


# ── Which side is up


def _orientation(exif: bytes) -> int:
    """The number from 1 to 8 in the first directory of an Exif block; 1, which turns nothing, where there is none."""
    tiff = exif.removeprefix(_EXIF)
    orders: dict[bytes, Literal["little", "big"]] = {b"II*\0": "little", b"MM\0*": "big"}
    order = orders.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    start = int.from_bytes(tiff[4:8], order)
    entries_end = start + 2 + 12 * int.from_bytes(tiff[start : start + 2], order)
    for at in range(start + 2, min(entries_end, len(tiff) - 11), 12):
        tag, kind = int.from_bytes(tiff[at : at + 2], order), int.from_bytes(tiff[at + 2 : at + 4], order)
        if (tag, kind) == (0x0112, 3):
            value = int.from_bytes(tiff[at + 8 : at + 10], order)
            return value if 1 <= value <= 8 else _UPRIGHT
    return _UPRIGHT


def _small_exif(orientation: int) -> bytes:
    """An Exif block, 26 bytes long, that says which side is up and nothing else."""
    # Big-endian; one directory at 8 with one entry: tag 0x0112, a SHORT, one of it; no further directory.
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + bytes(6)


# ── JPEG: segments, each with its length; after the last, and between some, the packed points


def _plan_jpeg(whole: BinaryIO, size_bytes: int) -> list[Part]:
    jfif, exif = b"", b""
    parts: list[Part] = []
    at, has_frame, has_scan = 2, False, False
    for _ in range(_MOST_PIECES):
        first, code = _read(whole, at, 2)
        if first != 0xFF:
            raise _damaged()
        if code == 0xFF:
            at += 1  # filling
            continue
        if code == _END and has_scan:
            return [_JPEG_START, jfif, exif, *parts, _JPEG_END]
        end = _segment_end(whole, at, size_bytes)
        if code == _SCAN and has_frame:
            end, has_scan = _scan_end(whole, end), True
            parts.append((at, end - at))
        elif code in _FRAMES or code in _TABLES:
            has_frame = has_frame or code in _FRAMES
            parts.append((at, end - at))
        elif code == 0xE0 and not has_scan:
            jfif = jfif or _plain_jfif(whole, at, end)
        elif code == 0xE1 and not has_scan:
            exif = exif or _plain_exif(whole, at, end)
        elif code in (0xE2, 0xEE) and not has_scan:
            parts.append(_colours(whole, at, end))
        elif not (0xE0 <= code <= 0xEF or code == _COMMENT):
            raise _damaged()
        at = end
    raise _damaged()


def _segment_end(whole: BinaryIO, at: int, size_bytes: int) -> int:
    length = int.from_bytes(_read(whole, at + 2, 2), "big")
    if length < 2 or at + 2 + length > size_bytes:
        raise _damaged()
    return at + 2 + length


def _scan_end(whole: BinaryIO, at: int) -> int:
    """Where the next marker after the packed points stands."""
    whole.seek(at)
    before = b""
    while step := whole.read(_STEP_BYTES):
        found = _SCAN_ENDS.search(before + step)
        if found:
            return at - len(before) + found.start()
        at += len(step)
        before = step[-1:]
    raise _damaged()


def _segment(code: int, content: bytes) -> bytes:
    return bytes([0xFF, code]) + (len(content) + 2).to_bytes(2, "big") + content


def _plain_jfif(whole: BinaryIO, at: int, end: int) -> bytes:
    """What says how large a point is; without its preview, which may show more than the picture."""
    content = _read(whole, at + 4, min(_JFIF_BYTES, end - at - 4))
    if not content.startswith(_JFIF) or len(content) < _JFIF_BYTES:
        return b""
    return _segment(0xE0, content[:-2] + bytes(2))


def _plain_exif(whole: BinaryIO, at: int, end: int) -> bytes:
    content = _read(whole, at + 4, end - at - 4)
    orientation = _orientation(content) if content.startswith(_EXIF) else _UPRIGHT
    return b"" if orientation == _UPRIGHT else _segment(0xE1, _EXIF + _small_exif(orientation))


def _colours(whole: BinaryIO, at: int, end: int) -> Part:
    """A part of the colour profile, or how Adobe's programmes count colours; nothing where it is something else."""
    content = _read(whole, at + 4, min(_ADOBE_BYTES, end - at - 4))
    code = _read(whole, at + 1, 1)[0]
    if code == 0xE2 and content == _ICC:
        return (at, end - at)
    if code == 0xEE and content.startswith(_ADOBE) and len(content) == _ADOBE_BYTES:
        return _segment(code, content)
    return b""


# ── PNG: chunks, each with its length, its name and a checksum


def _plan_png(whole: BinaryIO, size_bytes: int) -> list[Part]:
    orientation, has_points = _UPRIGHT, False
    parts: list[Part] = []
    at = len(_PNG_SIGNATURE)
    for number in range(_MOST_PIECES):
        start = _read(whole, at, 8)
        length, kind = int.from_bytes(start[:4], "big"), start[4:]
        end = at + 12 + length
        if end > size_bytes or (kind == b"IHDR") != (number == 0):
            raise _damaged()
        if kind in _PNG_KEPT:
            has_points = has_points or kind == b"IDAT"
            parts.append((at, end - at))
        elif kind == b"IEND":
            if length or not has_points:
                raise _damaged()
            exif = b"" if orientation == _UPRIGHT else _chunk(b"eXIf", _small_exif(orientation))
            beginning = _PNG_SIGNATURE + _read(whole, len(_PNG_SIGNATURE), 25)
            return [beginning, exif, *parts, (at, end - at)]
        elif kind == b"eXIf" and orientation == _UPRIGHT:
            orientation = _orientation(_read(whole, at + 8, min(length, _MOST_EXIF_BYTES)))
        elif kind == b"IHDR":
            if length != 13:
                raise _damaged()
        elif not kind[:1].islower():
            raise _damaged()  # a capital: nobody may show the picture without it, and we do not know it
        at = end
    raise _damaged()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


# ── WebP: chunks in a RIFF container, padded to even lengths; frames of an animation hold chunks of their own


def _plan_webp(whole: BinaryIO, size_bytes: int) -> list[Part]:
    end = 8 + int.from_bytes(_read(whole, 4, 4), "little")
    if end > size_bytes:
        raise _damaged()
    chunks = _webp_chunks(whole, 12, end, most=_MOST_PIECES)
    first = chunks[0][0] if chunks else b""
    if first in _WEBP_IMAGES:
        parts = _webp_chunk(*chunks[0])
    elif first == b"VP8X":
        parts = _extended(whole, chunks)
    else:
        raise _damaged()
    size = 4 + sum(map(_size, parts))
    return [b"RIFF" + size.to_bytes(4, "little") + b"WEBP", *parts]


def _webp_chunks(whole: BinaryIO, at: int, end: int, *, most: int) -> list[tuple[bytes, int, int]]:
    """Name, place and length of each content. The last may lack its padding, as some programmes write it."""
    chunks: list[tuple[bytes, int, int]] = []
    while at < end:
        start = _read(whole, at, 8)
        length = int.from_bytes(start[4:], "little")
        if at + 8 + length > end or len(chunks) == most:
            raise _damaged()
        chunks.append((start[:4], at + 8, length))
        at += 8 + length + length % 2
    return chunks


def _webp_chunk(kind: bytes, at: int, length: int) -> list[Part]:
    return [kind + length.to_bytes(4, "little"), (at, length), bytes(length % 2)]


def _extended(whole: BinaryIO, chunks: list[tuple[bytes, int, int]]) -> list[Part]:
    orientation, seen = _UPRIGHT, set[bytes]()
    parts: list[Part] = []
    for kind, at, length in chunks[1:]:
        # The second picture, or profile, of a file that has one: nobody sees it.
        name = b"VP8 " if kind in _WEBP_IMAGES else kind
        if kind == b"ANMF":
            parts += _frame(whole, at, length)
        elif kind in _WEBP_IMAGES | _WEBP_KEPT and name not in seen:
            parts += _webp_chunk(kind, at, length)
        elif kind == b"EXIF" and orientation == _UPRIGHT:
            orientation = _orientation(_read(whole, at, min(length, _MOST_EXIF_BYTES)))
        seen.add(name)
    if not seen & {b"VP8 ", b"ANMF"} or chunks[0][2] < _WEBP_HEADER_BYTES:
        raise _damaged()
    header = _read(whole, chunks[0][1], _WEBP_HEADER_BYTES)
    flags = header[0] & _WEBP_SHOWN_FLAGS
    if orientation != _UPRIGHT:
        flags |= _WEBP_EXIF_FLAG
        exif = _small_exif(orientation)
        parts.append(b"EXIF" + len(exif).to_bytes(4, "little") + exif)
    return [b"VP8X\x0a\0\0\0" + bytes([flags, 0, 0, 0]) + header[4:], *parts]


def _frame(whole: BinaryIO, at: int, length: int) -> list[Part]:
    """One frame of an animation, with its own pieces looked through likewise."""
    if length < _FRAME_HEADER_BYTES:
        raise _damaged()
    parts: list[Part] = [(at, _FRAME_HEADER_BYTES)]
    for chunk in _webp_chunks(whole, at + _FRAME_HEADER_BYTES, at + length, most=_MOST_PIECES_OF_A_FRAME):
        if chunk[0] in _WEBP_IMAGES or chunk[0] == b"ALPH":
            parts += _webp_chunk(*chunk)
    return [b"ANMF" + sum(map(_size, parts)).to_bytes(4, "little"), *parts]


_PLANS: dict[str, Callable[[BinaryIO, int], list[Part]]] = {
    "image/jpeg": _plan_jpeg,
    "image/png": _plan_png,
    "image/webp": _plan_webp,
}
