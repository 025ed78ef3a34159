"""Where and when a photograph was taken is taken out of it, the picture itself stays, and no bytes are a fault."""

import contextlib
import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

import photographs
from compliance.intake.media_types import FileTypeRefused, read_media_type
from compliance.intake.photographs import PhotographDamaged, strip_photograph
from measured import most_memory
from photographs import ORIENTATION, PLACE, SECRET, chunk, container, jpeg, png, riff, said, seen, segment, webp

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAGIC = {"JPEG": b"\xff\xd8", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF"}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
JPEG, PNG, WEBP = jpeg(), png(), webp()


def stripped(content, kind):
    return b"".join(strip_photograph(io.BytesIO(content), media_type=TYPES[kind]))


def after_soi(*more):
    return JPEG[:2] + b"".join(more) + JPEG[2:]


def with_preview():
    """A JFIF block whose preview is a picture of its own."""
    block = b"JFIF\0\1\1\0\0\1\0\1\4\4" + (SECRET * 4)[:48]
    return JPEG[:2] + segment(0xE0, block) + JPEG[2:]


def two_pictures():
    """As telephones keep a second picture behind the first."""
    memory = io.BytesIO()
    photographs.drawing().save(
        memory, "MPO", save_all=True, append_images=[photographs.drawing()], exif=photographs.exif()
    )
    return memory.getvalue()


PLAIN, PROGRESSIVE = photographs.saved("PNG"), jpeg(progressive=True)
FRAMES = photographs.animation("WEBP", xmp=photographs.XMP)
PICTURES = {
    "a telephone's jpeg": ("JPEG", JPEG, 6),
    "a progressive jpeg": ("JPEG", PROGRESSIVE, 6),
    "a jpeg with marks to restart at": ("JPEG", jpeg(restart_marker_blocks=2), 6),
    "a jpeg with a colour profile": ("JPEG", jpeg(icc_profile=PROFILE), 6),
    "a jpeg that stands upright": ("JPEG", jpeg(exif=photographs.exif(orientation=1)), None),
    "a jpeg whose orientation is none": ("JPEG", jpeg(exif=photographs.exif(orientation=9)), None),
    "a jpeg without anything": ("JPEG", photographs.saved("JPEG"), None),
    "a jpeg with iptc": ("JPEG", after_soi(segment(0xED, b"Photoshop 3.0\0" + SECRET)), 6),
    "a jpeg with a maker's own segments": ("JPEG", after_soi(segment(0xE5, SECRET), segment(0xEB, SECRET)), 6),
    "a jpeg with filling before a marker": ("JPEG", after_soi(b"\xff" * 100), 6),
    "a jpeg with a preview": ("JPEG", with_preview(), 6),
    "a jpeg with a comment between its scans": (
        "JPEG", PROGRESSIVE[:-2] + segment(0xFE, SECRET) + segment(0xE1, b"Exif\0\0" + SECRET) + PROGRESSIVE[-2:], 6,
    ),
    "a jpeg with a film behind": ("JPEG", JPEG + b"\0\0\0\x18ftypmp42" + SECRET * 9000, 6),
    "a jpeg with another picture behind": ("JPEG", two_pictures(), 6),
    "a png": ("PNG", PNG, 6),
    "a png with a colour profile": ("PNG", png(icc_profile=PROFILE), 6),
    "a png with its description at the end": ("PNG", PLAIN[:-12] + chunk(b"eXIf", photographs.exif()[6:]) + PLAIN[-12:], 6),
    "a png with a day and a chunk nobody knows": (
        "PNG", PNG[:-12] + chunk(b"tIME", bytes(7)) + chunk(b"caBX", SECRET) + PNG[-12:], 6,
    ),
    "a png that moves": ("PNG", photographs.animation("PNG"), 6),
    "a webp": ("WEBP", WEBP, 6),
    "a webp without loss": ("WEBP", webp(lossless=True), 6),
    "a webp with a colour profile": ("WEBP", webp(icc_profile=PROFILE), 6),
    "a webp without anything": ("WEBP", photographs.saved("WEBP"), None),
    "a simple webp with a description": (
        "WEBP", container(photographs.saved("WEBP")[12:], riff(b"XMP ", SECRET), riff(b"EXIF", SECRET)), None,
    ),
    "a webp that moves": ("WEBP", FRAMES, 6),
    "a webp with a chunk nobody knows": ("WEBP", container(WEBP[12:], riff(b"NOTE", SECRET)), 6),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_hidden_stays_and_every_point_does(name):
    kind, content, orientation = PICTURES[name]
    out = stripped(content, kind)
    tags, texts = said(out)
    assert tags == ({} if orientation is None else {ORIENTATION: orientation})
    assert texts == set()
    assert SECRET not in out
    assert PLACE not in out
    assert seen(out) == seen(content)
    assert stripped(out, kind) == out
    assert read_media_type(io.BytesIO(out)).media_type == TYPES[kind]


def test_the_secrets_of_these_pictures_are_really_there():
    for name, (_, content, _) in PICTURES.items():
        if "without anything" not in name:
            assert SECRET in content
    for content in (JPEG, PNG, WEBP):
        tags, texts = said(content)
        assert photographs.GPS in tags
        assert texts
        assert PLACE in content


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", TYPES)
def test_the_side_that_is_up_stays_up(kind, orientation):
    made = {"JPEG": jpeg, "PNG": png, "WEBP": webp}[kind](exif=photographs.exif(orientation=orientation))
    assert said(stripped(made, kind)) == ({ORIENTATION: orientation}, set())


@pytest.mark.parametrize(("kind", "content"), [
    ("JPEG", jpeg(icc_profile=PROFILE)), ("PNG", png(icc_profile=PROFILE)), ("WEBP", webp(icc_profile=PROFILE)),
])  # fmt: skip
def test_the_colour_profile_stays(kind, content):
    with Image.open(io.BytesIO(stripped(content, kind))) as picture:
        assert picture.info["icc_profile"] == PROFILE


def test_how_colours_are_counted_stays_and_what_hides_behind_it_goes():
    memory = io.BytesIO()
    photographs.drawing().convert("CMYK").save(memory, "JPEG", exif=photographs.exif())
    content = memory.getvalue()
    at = content.index(b"\xff\xee")
    adobe = content[at + 4 : at + 16]
    longer = content[:at] + segment(0xEE, adobe + SECRET) + content[at + 16 :]
    out = stripped(longer, "JPEG")
    assert seen(out) == seen(content)
    assert segment(0xEE, adobe) in out
    assert SECRET not in out


def test_pieces_of_a_frame_that_nobody_shows_go():
    at = FRAMES.index(b"ANMF")
    end = at + 8 + int.from_bytes(FRAMES[at + 4 : at + 8], "little")
    frame = FRAMES[at + 8 : end] + riff(b"NOTE", SECRET)
    hidden = container(FRAMES[12:at], riff(b"ANMF", frame), FRAMES[end:])
    assert stripped(hidden, "WEBP") == stripped(FRAMES, "WEBP")


def test_a_webp_whose_last_padding_is_missing_is_mended():
    odd = container(WEBP[12:], riff(b"XMP ", b"odd")[:-1])
    assert stripped(odd, "WEBP") == stripped(WEBP, "WEBP")


def test_what_is_no_picture_stays_as_it_is():
    content = b"GPS: 10.48 N\n" * 50_000
    chunks = list(strip_photograph(io.BytesIO(content), media_type="text/plain"))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= 256 * 1024


HEADER = PNG[8:33]
FRAME_AT = FRAMES.index(b"ANMF")
BROKEN = {
    "a jpeg cut off in its points": ("JPEG", JPEG[: len(JPEG) * 2 // 3]),
    "a jpeg cut off in its description": ("JPEG", JPEG[:60]),
    "a jpeg of a beginning and an end": ("JPEG", b"\xff\xd8\xff\xd9"),
    "a jpeg whose segment is longer than it": ("JPEG", b"\xff\xd8\xff\xe1\xff\xff" + JPEG[2:100]),
    "a jpeg whose segment has no length": ("JPEG", b"\xff\xd8\xff\xe1\0\0" + JPEG[2:]),
    "a jpeg in a jpeg": ("JPEG", JPEG[:2] + JPEG),
    "a jpeg in the points of a jpeg": ("JPEG", JPEG[:-2] + JPEG),
    "a jpeg with points and no frame": ("JPEG", b"\xff\xd8" + segment(0xDA, bytes(6)) + b"x\xff\xd9"),
    "a jpeg with something between its segments": ("JPEG", JPEG[:2] + b"\0" + JPEG[2:]),
    "a jpeg of filling": ("JPEG", b"\xff\xd8" + b"\xff" * 400_000),
    "a jpeg of filling in its points": ("JPEG", JPEG[:-2] + b"\xff" * 4_000_000),
    "a jpeg of segments without end": ("JPEG", b"\xff\xd8" + segment(0xFE, b"") * 60_000 + JPEG[2:]),
    "a png of a signature only": ("PNG", PNG[:8]),
    "a png cut off": ("PNG", PNG[:-1]),
    "a png without points": ("PNG", PNG[:33] + PNG[-12:]),
    "a png with two headers": ("PNG", PNG[:33] + HEADER + PNG[33:]),
    "a png with a long header": ("PNG", PNG[:8] + chunk(b"IHDR", bytes(14)) + PNG[33:]),
    "a png that does not begin with its header": ("PNG", PNG[:8] + chunk(b"tEXt", b"a\0b") + PNG[8:]),
    "a png whose chunk is longer than it": ("PNG", PNG[:33] + b"\xff\xff\xff\xfftEXt" + PNG[33:]),
    "a png that needs what nobody knows": ("PNG", PNG[:33] + chunk(b"CgBI", b"1234") + PNG[33:]),
    "a png whose end says something": ("PNG", PNG[:-12] + chunk(b"IEND", SECRET)),
    "a png of chunks without end": ("PNG", PNG[:33] + chunk(b"tEXt", b"") * 60_000 + PNG[33:]),
    "a webp cut off": ("WEBP", WEBP[:-2]),
    "a webp of nothing": ("WEBP", container()),
    "a webp of another content": ("WEBP", container(riff(b"JUNK", bytes(4)))),
    "a webp of a header only": ("WEBP", container(riff(b"VP8X", bytes(10)))),
    "a webp whose header is short": ("WEBP", container(riff(b"VP8X", bytes(4)), WEBP[30:])),
    "a webp whose chunk is longer than it": ("WEBP", container(WEBP[12:30], b"EXIF\xff\xff\xff\xff" + WEBP[30:])),
    "a webp with a frame too short": ("WEBP", container(FRAMES[12:FRAME_AT], riff(b"ANMF", bytes(8)))),
    "a webp with a frame that leads out of itself": (
        "WEBP", container(FRAMES[12:FRAME_AT], riff(b"ANMF", bytes(16) + b"VP8 \xff\0\0\0abc"), FRAMES[FRAME_AT:]),
    ),
    "a webp with a frame of pieces without end": (
        "WEBP", container(FRAMES[12:FRAME_AT], riff(b"ANMF", bytes(16) + riff(b"NOTE", b"") * 5000)),
    ),
    "a webp of chunks without end": ("WEBP", container(WEBP[12:], riff(b"NOTE", b"") * 60_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_picture_is_refused_before_a_byte_of_it_is_given(name):
    kind, content = BROKEN[name]
    with pytest.raises(PhotographDamaged) as refused:
        strip_photograph(io.BytesIO(content), media_type=TYPES[kind])
    (problem,) = refused.value.problems
    assert problem.code == "photograph-damaged"


MARKERS = st.sampled_from([
    segment(0xE1, photographs.exif()), segment(0xE0, b"JFIF\0"), b"\xff\xc0\0\x05abc", b"\xff\xda\0\x02", b"\xff\xd9", b"\xff\xd8",
    b"\xff\xe1\xff\xff", HEADER, chunk(b"eXIf", photographs.exif()[6:]), chunk(b"IDAT", b"x"), PNG[-12:], b"\xff\xff\xff\xfftEXt",
    riff(b"VP8X", bytes(10)), riff(b"EXIF", photographs.exif()), riff(b"VP8 ", b"x"), riff(b"ANMF", bytes(20)), b"ANMF\xff\xff\xff\xff",
])  # fmt: skip
RUBBISH = st.lists(MARKERS | st.binary(max_size=12), max_size=12).map(b"".join)


@pytest.mark.parametrize("kind", TYPES)
@given(rubbish=RUBBISH)
def test_any_bytes_after_the_first_few_are_stripped_or_refused(kind, rubbish):
    size = (len(rubbish) + 4).to_bytes(4, "little")
    content = MAGIC[kind] + (size + b"WEBP" if kind == "WEBP" else b"") + rubbish
    with contextlib.suppress(PhotographDamaged):
        out = stripped(content, kind)
        assert stripped(out, kind) == out


@pytest.mark.parametrize(
    "name", ["a telephone's jpeg", "a progressive jpeg", "a png that moves", "a webp that moves", "a webp"]
)
@given(data=st.data())
@settings(max_examples=40)
def test_a_scribbled_picture_is_stripped_or_refused_and_never_a_fault(name, data):
    kind, content, _ = PICTURES[name]
    scribbled = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        # Early, where lengths and names stand, more often than not.
        at = data.draw(st.integers(0, 700) | st.integers(0, len(scribbled) - 1)) % len(scribbled)
        scribbled[at] = data.draw(st.sampled_from([0, 255]) | st.integers(0, 255))
    if data.draw(st.booleans()):
        del scribbled[data.draw(st.integers(len(MAGIC[kind]), len(scribbled))) :]
    with contextlib.suppress(PhotographDamaged):
        out = stripped(bytes(scribbled), kind)
        assert stripped(out, kind) == out


def test_a_large_photograph_is_streamed(tmp_path: Path):
    chance = random.Random(4)
    points = chance.randbytes(16 * 1024 * 1024).replace(b"\xff", b"\xff\0")
    at = JPEG.index(b"\xff\xda")
    scan = at + 2 + int.from_bytes(JPEG[at + 2 : at + 4], "big")
    path = tmp_path / "large.jpg"
    path.write_bytes(JPEG[:scan] + points + b"\xff\xd9" + SECRET * 1000)
    with path.open("rb") as whole, most_memory() as most_bytes:
        size_bytes = sum(map(len, strip_photograph(whole, media_type="image/jpeg")))
    assert len(points) < size_bytes < path.stat().st_size
    assert most_bytes() < 2 * 1024 * 1024


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_told_to_be_a_picture_passes_or_is_refused_by_either(kind):
    content = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}[kind]
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] = chance.choice((0, 255, chance.randrange(256)))
        with contextlib.suppress(FileTypeRefused, PhotographDamaged):
            found = read_media_type(io.BytesIO(damaged))
            out = b"".join(strip_photograph(io.BytesIO(damaged), media_type=found.media_type))
            assert read_media_type(io.BytesIO(out)) == found
