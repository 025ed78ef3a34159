"""Photographs that say where they were taken, made by a library that is not ours; and what is left to read in them."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

SECRET = b"Kep lighthouse"
"""Stands in every hidden text of these pictures."""
PLACE = b"10.4833N"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf place="' + SECRET + b'"/></x:xmpmeta>'
ORIENTATION, GPS = 0x0112, 0x8825


def exif(*, orientation=6):
    """As telephones write it: device, day, place, and which side is up."""
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block[0x010F] = SECRET.decode()
    block[0x0132] = "2026:11:22 09:00:00"
    block[GPS] = {1: "N", 2: (IFDRational(10), IFDRational(29), IFDRational(0)), 29: "2026:11:22", 27: PLACE}
    return block.tobytes()


def drawing(*, width=70, height=50):
    return Image.effect_noise((width, height), 60).convert("RGB")


def saved(kind, **options):
    memory = io.BytesIO()
    drawing().save(memory, kind, **options)
    return memory.getvalue()


def jpeg(**options):
    return saved("JPEG", **{"exif": exif(), "xmp": XMP, "comment": SECRET, **options})


def png(**options):
    texts = PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_text("Location", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", **{"exif": exif(), "pnginfo": texts, **options})


def webp(**options):
    return saved("WEBP", **{"exif": exif(), "xmp": XMP, **options})


def animation(kind, **options):
    memory = io.BytesIO()
    first, *others = [drawing() for _ in range(3)]
    first.save(memory, kind, save_all=True, append_images=others, duration=80, **{"exif": exif(), **options})
    return memory.getvalue()


def segment(code, content):
    """A segment of a JPEG."""
    return bytes([0xFF, code]) + struct.pack(">H", len(content) + 2) + content


def chunk(kind, content):
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def riff(kind, content):
    """A chunk of a WebP."""
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def container(*chunks):
    """A WebP of these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def seen(content):
    """Every frame's points, as a library that is not ours draws them."""
    with Image.open(io.BytesIO(content)) as picture:
        frames = range(1 if picture.format == "MPO" else getattr(picture, "n_frames", 1))
        points = []
        for number in frames:
            picture.seek(number)
            points.append((picture.mode, picture.size, picture.convert("RGBA").tobytes()))
        return points


def said(content):
    """What is left to be read beside the points: the tags of Exif, and the names of all else that tells something."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        texts = {name for name in picture.info if name.lower() in ("xmp", "comment", "photoshop", "mp", "location")}
        return dict(picture.getexif()), texts | set(getattr(picture, "text", {}))
