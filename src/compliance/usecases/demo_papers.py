"""Small invented files, made on the spot, that stand for evidence: a page, a picture, a list, a note."""

import struct
import zlib
from datetime import date

from msgspec import Struct

_WIDTH, _HEIGHT = 64, 48
_FONT = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"


class Paper(Struct, frozen=True, kw_only=True):
    """A file as somebody would upload it."""

    title: str
    file_name: str
    content: bytes


def invent_papers(business: str, on: date) -> list[Paper]:
    """Four files of a business, dated on a day; no two businesses have the same."""
    told = f"{business}. Invented for a demonstration, {on.isoformat()}."
    return [
        Paper(title="Child protection policy", file_name="policy.pdf",
              content=draw_page("Child protection policy", told)),
        Paper(title="Notice where workers see it", file_name="notice.png", content=draw_picture(told)),
        Paper(title="Training list, names covered", file_name="training.csv",
              content=f"group,trained,on\nreception,6,{on}\nkitchen,4,{on}\n# {told}\n".encode()),
        Paper(title="Note of the drill", file_name="drill.txt",
              content=f"{told}\nNine people took part. The invented situation was a call at night.\n".encode()),
    ]  # fmt: skip


def draw_page(title: str, text: str) -> bytes:
    """A PDF of one page with a title and a line."""
    shown = f"BT /F 18 Tf 60 780 Td ({_escaped(title)}) Tj /F 10 Tf 0 -30 Td ({_escaped(text)}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources " + _FONT + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    ]
    page, places = bytearray(b"%PDF-1.4\n"), [0]
    for number, each in enumerate(objects, 1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(page)
    page += b"xref\n0 %d\n0000000000 65535 f \n" % len(places)
    page += b"".join(b"%010d 00000 n \n" % place for place in places[1:])
    page += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places), start)
    return bytes(page)


def draw_picture(text: str) -> bytes:
    """A PNG in one colour, drawn from the text, which it also carries."""
    colour = zlib.crc32(text.encode()).to_bytes(4, "big")[:3]
    rows = (b"\x00" + colour * _WIDTH) * _HEIGHT
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    said = b"Comment\x00" + text.encode("latin-1", "replace")
    chunks = ((b"IHDR", header), (b"tEXt", said), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _escaped(text: str) -> str:
    plain = text.encode("latin-1", "replace").decode("latin-1")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
