"""The sRGB colour profile that PDF/A asks for, written out from the standard's numbers.

Profiles made by a library carry the second they were made in; this one is the same bytes for ever, and 600 of them.
Source: IEC 61966-2-1 (primaries adapted to D50 as in ICC.1), ICC.1:2010 (profile version 4.2).
"""

import struct
from functools import cache

_WHITE = (0.9642, 1.0, 0.8249)  # D50
_RED = (0.43607, 0.22249, 0.01392)
_GREEN = (0.38515, 0.71687, 0.09708)
_BLUE = (0.14307, 0.06061, 0.7141)
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)  # D65 to D50
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # gamma, a, b, c, d


@cache
def srgb_profile() -> bytes:
    """The profile's bytes."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _numbers(_CURVE)
    tags = {
        b"desc": _text("sRGB"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": b"XYZ " + bytes(4) + _numbers(_WHITE),
        b"chad": b"sf32" + bytes(4) + _numbers(_ADAPTATION),
        b"rXYZ": b"XYZ " + bytes(4) + _numbers(_RED),
        b"gXYZ": b"XYZ " + bytes(4) + _numbers(_GREEN),
        b"bXYZ": b"XYZ " + bytes(4) + _numbers(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    for tag, content in tags.items():
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += tag + struct.pack(">II", places[content], len(content))
    return _header(start + len(body)) + table + body


def _header(size: int) -> bytes:
    return (
        struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ")
        + struct.pack(">6H", 1999, 10, 18, 0, 0, 0)  # the day of the standard
        + b"acsp"
        + bytes(28)
        + _numbers(_WHITE)
        + bytes(48)
    )


def _numbers(values: tuple[float, ...]) -> bytes:
    """Each as s15Fixed16."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text(words: str) -> bytes:
    encoded = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded
