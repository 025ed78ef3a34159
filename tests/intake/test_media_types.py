"""The kinds of files that are taken, and whole bad files named for their attack. None of them is ever unpacked."""

import io
import random
import struct
import tempfile
import time
import zipfile
import zlib
from contextlib import suppress

import pikepdf
import pytest
import xlsxwriter
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from compliance.intake.media_types import FileTypeRefused, MediaType, read_media_type, sniff

OFFICE = "application/vnd.openxmlformats-officedocument."
EMPTY_ARCHIVE = b"PK\5\6" + bytes(18)


def zipped(*parts, stored=(), comment=b""):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(
                zipfile.ZipInfo(name), content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            )
        archive.comment = comment
    return memory.getvalue()


def content_types(kind, part):
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    )


def office(kind="wordprocessingml.document", part="word/document.xml", *more, listed=None):
    kind = f"{OFFICE}{kind}.main+xml"
    return zipped(("[Content_Types].xml", listed or content_types(kind, part)), (part, "<document/>"), *more)


def opendocument(kind="text", *more, manifest="<manifest/>", stored=("mimetype",)):
    parts = [
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("content.xml", "<content/>"),
        ("META-INF/manifest.xml", manifest),
    ]
    return zipped(*parts, *more, stored=stored)


def pdf():
    memory = io.BytesIO()
    canvas = Canvas(memory)
    canvas.drawString(100, 700, "Child protection policy")
    canvas.save()
    return memory.getvalue()


def pdf_with(action, *, packed=False):
    memory = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.Root.OpenAction = pikepdf.Dictionary(action)
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        document.save(memory, object_stream_mode=mode)
    return memory.getvalue()


def picture(kind):
    memory = io.BytesIO()
    Image.effect_noise((40, 30), 50).save(memory, kind)
    return memory.getvalue()


def workbook():
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        book.add_worksheet().write("A1", "Training log")
    return memory.getvalue()


def kind_of(content, name=""):
    return read_media_type(io.BytesIO(content), name=name)


def refusal_of(content, name="report.pdf"):
    with pytest.raises(FileTypeRefused) as refused:
        read_media_type(io.BytesIO(content), name=name)
    (problem,) = refused.value.problems
    return problem.code


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize(
    ("content", "extension", "media_type"),
    [
        (pdf(), "pdf", "application/pdf"),
        (b"\r\n" * 500 + pdf(), "pdf", "application/pdf"),
        (picture("PNG"), "png", "image/png"),
        (picture("JPEG"), "jpg", "image/jpeg"),
        (picture("JPEG") + b"\0" * 100, "jpg", "image/jpeg"),
        (picture("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(100_000), "jpg", "image/jpeg"),
        (picture("WEBP"), "webp", "image/webp"),
        (workbook(), "xlsx", f"{OFFICE}spreadsheetml.sheet"),
        (office(), "docx", f"{OFFICE}wordprocessingml.document"),
        (office("presentationml.presentation", "ppt/presentation.xml"), "pptx", f"{OFFICE}presentationml.presentation"),
        (opendocument("text"), "odt", "application/vnd.oasis.opendocument.text"),
        (opendocument("spreadsheet"), "ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (opendocument("presentation"), "odp", "application/vnd.oasis.opendocument.presentation"),
        ("គោលការណ៍ការពារកុមារ\n\tpage\f".encode(), "txt", "text/plain"),
        (b"\xef\xbb\xbfStaff trained: 12", "txt", "text/plain"),
        (b"< 5 staff are new", "txt", "text/plain"),
        (b"<info@hotel.example> wrote", "txt", "text/plain"),
        (b"x" * 1_000_000 + "ង".encode(), "txt", "text/plain"),
    ],
)
def test_what_is_taken_is_known_by_its_content(content, extension, media_type):
    for name in ("", "evidence.exe", "evidence.html"):
        assert kind_of(content, name) == MediaType(media_type, extension)


def test_only_between_csv_and_text_the_name_decides():
    assert kind_of(b"name,date\nAnn,2026-01-02\n", "log.CSV") == MediaType("text/csv", "csv")
    assert kind_of(b"name,date\nAnn,2026-01-02\n", "log.txt") == MediaType("text/plain", "txt")
    assert kind_of(picture("PNG"), "log.csv").extension == "png"


def test_the_file_may_stand_anywhere_and_lie_on_disk():
    with tempfile.TemporaryFile() as file:
        file.write(workbook())
        assert read_media_type(file).extension == "xlsx"


def test_sniffing_gives_none_for_what_is_of_no_known_kind():
    assert sniff(b"MZ\x90\0", whole=io.BytesIO(b"MZ\x90\0")) is None


UNKNOWN = {
    "programme for windows": b"MZ\x90\0\3\0\0\0",
    "programme for linux": b"\x7fELF\2\1\1\0",
    "gif": b"GIF89a\1\0\1\0\0\0\0;",
    "svg that calls itself a picture": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html after a megabyte of blanks": b" " * 1_000_000 + b"<script>alert(1)</script>",
    "html after a byte order mark": b"\xef\xbb\xbf\n<!DOCTYPE html><p>",
    "html in capitals": b"<HTML>",
    "html of a closing tag": b"</p><script>",
    "html of a long first tag": b"<" + b"a" * 100 + b"><script>",
    "xml": b'<?xml version="1.0"?><x/>',
    "svg with a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg">',
    "text with a zero byte": b"hello\0world",
    "text with an escape sequence": b"\x1b]0;title\x07 text",
    "text in latin-1": "Kinderschutz für Gäste".encode("latin-1"),
    "text in utf-16": "policy".encode("utf-16"),
    "text cut off in a sign": "ង".encode()[:2],
    "text with a hidden c1 control": "a\x9bb".encode(),
    "old word document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "plain archive": zipped(("malware.exe", b"MZ")),
    "template": office("wordprocessingml.template"),
    "java archive": zipped(("META-INF/MANIFEST.MF", "Manifest-Version: 1.0")),
    "opendocument drawing": opendocument("graphics"),
    "opendocument whose kind is packed": opendocument(stored=()),
    "archive with no parts": b"PK\3\4" + EMPTY_ARCHIVE,
}


@pytest.mark.parametrize("attack", UNKNOWN)
def test_what_is_of_no_kind_that_is_taken_is_refused_whatever_its_name(attack):
    codes = {refusal_of(UNKNOWN[attack], name) for name in ("policy.pdf", "policy.txt", "policy.csv")}
    assert codes <= {"file-type-unknown", "file-broken"}
    if attack != "archive with no parts":
        assert codes == {"file-type-unknown"}


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content):
    assert refusal_of(content) == "file-empty"


MACROS = {
    "macros in a workbook": office("spreadsheetml.sheet", "xl/workbook.xml", ("xl/vbaProject.bin", b"\xd0\xcf")),
    "macros in capitals": office(
        "wordprocessingml.document", "word/document.xml", ("word/VBAPROJECT.BIN", b"\xd0\xcf")
    ),
    "macros under another name": office(
        listed=content_types("application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml")
    ),
    "macros of the old excel": office("spreadsheetml.sheet", "xl/workbook.xml", ("xl/macrosheets/sheet1.xml", "<x/>")),
    "active controls": office("wordprocessingml.document", "word/document.xml", ("word/activeX/activeX1.xml", "<x/>")),
    "basic in an opendocument": opendocument("text", ("Basic/Standard/Module1.xml", "<x/>")),
    "python in an opendocument": opendocument("text", ("Scripts/python/run.py", "import os")),
}


@pytest.mark.parametrize("attack", MACROS)
def test_macros_are_refused(attack):
    assert refusal_of(MACROS[attack]) == "file-macros"


def encrypted_zip():
    content = bytearray(office())
    # The flag of an encrypted part, where the directory tells it.
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


ENCRYPTED = {
    "an encrypted part": encrypted_zip(),
    "an office document with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + bytes(300_000)
    + "EncryptedPackage".encode("utf-16-le"),
    "an opendocument with a password": opendocument(manifest='<manifest:encryption-data manifest:checksum="x"/>'),
}


@pytest.mark.parametrize("attack", ENCRYPTED)
def test_what_nobody_can_review_is_refused(attack):
    assert refusal_of(ENCRYPTED[attack]) == "file-encrypted"


def declaring(content, size_bytes):
    """The same archive, whose first part claims to unpack to so much."""
    changed = bytearray(content)
    at = changed.index(b"PK\1\2")
    changed[at + 24 : at + 28] = struct.pack("<I", size_bytes)
    return bytes(changed)


def overlapping():
    """A directory whose thousand entries all point at the same packed bytes."""
    packed = zlib.compress(bytes(1_000_000), wbits=-15)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), 1_000_000, 4, 0) + b"0000"
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(packed), 1_000_000, 4, 0, 0, 0, 0, 0, 0)
    entries = b"".join(entry + b"%04d" % number for number in range(200))
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 200, 200, len(entries), len(local) + len(packed), 0)
    return local + packed + entries + end


def many_entries(count):
    return office("wordprocessingml.document", "word/document.xml", *((f"media/{n}", b"") for n in range(count)))


BOMBS = {
    "zeros": office("wordprocessingml.document", "word/document.xml", ("word/media/image1.bmp", bytes(20_000_000))),
    "a gigabyte declared": declaring(office(), 1_000_000_000),
    "the largest size declared": declaring(office(), 0xFFFFFFFE),
    "parts that overlap": overlapping(),
    "too many parts": many_entries(5_001),
    "a zip64 count": office()[:-22] + b"PK\5\6" + b"\0\0\0\0\xff\xff\xff\xff" + b"\xff" * 8 + b"\0\0",
    "content types without end": office(listed=" " * 2_000_000),
}


@pytest.mark.parametrize("attack", BOMBS)
def test_what_unpacks_without_end_is_refused_quickly(attack):
    began_s = time.process_time()
    assert refusal_of(BOMBS[attack]) == "file-zip-bomb"
    assert time.process_time() - began_s < 2


JAVASCRIPT = {"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"}
LAUNCH = {"/S": pikepdf.Name.Launch, "/F": "cmd.exe"}
ACTIVE = {
    "javascript": pdf_with(JAVASCRIPT),
    "launch": pdf_with(LAUNCH),
    "javascript spelled with escapes": pdf_with(JAVASCRIPT).replace(b"/JavaScript", b"/J#61va#53cript"),
    "javascript across two readings": b"%PDF-1.7\n%" + b"x" * (256 * 1024 - 15) + b"\n/JavaScript \n%%EOF",
    "javascript behind a picture's worth": b"%PDF-1.7\n" + bytes(3_000_000) + b"/S/JavaScript/JS(x)\n%%EOF",
}


@pytest.mark.parametrize("attack", ACTIVE)
def test_a_pdf_that_runs_something_is_refused(attack):
    assert refusal_of(ACTIVE[attack]) == "file-pdf-active"


def test_a_script_in_a_packed_part_of_a_pdf_is_not_seen_as_the_docstring_says():
    hidden = pdf_with(JAVASCRIPT, packed=True)
    assert kind_of(hidden).extension == "pdf"
    assert "compressed object streams" in sniff.__doc__


def test_names_that_only_begin_alike_are_no_scripts():
    assert kind_of(pdf().replace(b"%%EOF", b"% /LaunchDate /JavaScriptFree\n%%EOF")).extension == "pdf"


PNG, JPEG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")
END_OF_PNG = PNG[-12:]
BROKEN = {
    "pdf cut off": pdf()[:-30],
    "pdf with a programme after its end": pdf() + b"MZ" * 2000,
    "pdf and archive": pdf() + zipped(("x", b"")),
    "png cut off": PNG[:-1],
    "png of a signature only": PNG[:8],
    "png of a beginning and an end": PNG[:33] + END_OF_PNG,
    "png with a page after its end": PNG + b"<script>alert(1)</script>",
    "png with a false end behind a page": PNG + b"<script>" + END_OF_PNG,
    "png with a checksum that is wrong": PNG[:20] + b"\xff" + PNG[21:],
    "png without width": PNG[:8] + chunk(b"IHDR", bytes(4) + PNG[20:29]) + PNG[33:],
    "png that is a pdf too": PNG[:33] + chunk(b"tEXt", b"%PDF-1.7") + PNG[33:],
    "png that is an archive too": PNG[:-12] + chunk(b"tEXt", zipped(("x", b""), comment=b"#" * 16))[:-16] + END_OF_PNG,
    "png of pieces without end": PNG[:33] + chunk(b"tEXt", b"") * 60_000 + PNG[33:],
    "jpeg cut off": JPEG[: len(JPEG) // 2],
    "jpeg of a signature only": b"\xff\xd8\xff\xe0",
    "jpeg of a beginning and an end": JPEG[:20] + b"\xff\xd9",
    "jpeg of fill bytes": b"\xff\xd8" + b"\xff" * 2_000_000 + b"\xff\xd9",
    "jpeg whose preview alone is whole": JPEG[:20] + b"\xff\xe1\0\6\xff\xd9ab" + JPEG[20:-2],
    "jpeg that is an archive too": JPEG + zipped(("x", b"")),
    "jpeg that is a pdf too": JPEG[:20] + b"\xff\xfe\0\x0a%PDF-1.7" + JPEG[20:],
    "webp cut off": WEBP[:-2],
    "webp with a page after its end": WEBP + b"<script>",
    "webp of another content": b"RIFF\x0c\0\0\0WEBPJUNK\0\0\0\0",
    "office document cut off": office()[:-10],
    "office document with something after its end": office() + b"MZ",
    "office document with something before its end": office()[:-22] + b"MZ" + office()[-22:],
    "office document behind another beginning": b"PK\3\4" + bytes(26) + office(),
    "office document without its main part": zipped(
        ("[Content_Types].xml", content_types(f"{OFFICE}wordprocessingml.document.main+xml", "word/document.xml"))
    ),
    "office document of two kinds": office(
        listed=content_types(f"{OFFICE}wordprocessingml.document.main+xml", "word/document.xml")
        + content_types(f"{OFFICE}spreadsheetml.sheet.main+xml", "word/document.xml")
    ),
    "part outside the folder": office("wordprocessingml.document", "word/document.xml", ("../../etc/cron.d/x", b"")),
    "part at the root": office("wordprocessingml.document", "word/document.xml", ("/etc/passwd", b"")),
    "part on a drive": office("wordprocessingml.document", "word/document.xml", ("C:/windows/x", b"")),
    "part with a backslash": office("wordprocessingml.document", "word/document.xml", ("word\\..\\x", b"")),
    "part twice": office("wordprocessingml.document", "word/document.xml", ("WORD/document.xml", b"")),
    "opendocument without content": zipped(
        ("mimetype", "application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", ""), stored=("mimetype",)
    ),
}


@pytest.mark.parametrize("attack", BROKEN)
def test_what_is_broken_or_of_two_kinds_is_refused_quickly(attack):
    began_s = time.process_time()
    assert refusal_of(BROKEN[attack]) == "file-broken"
    assert time.process_time() - began_s < 2


def test_every_refusal_says_how_to_mend_it():
    from compliance.words.en_problems import PROBLEMS

    for code in ("type-unknown", "empty", "broken", "encrypted", "macros", "pdf-active", "zip-bomb"):
        assert PROBLEMS[f"file-{code}"]


@pytest.mark.parametrize("content", [pdf(), PNG, JPEG, WEBP, workbook(), opendocument()], ids=lambda each: each[:4])
def test_damaged_files_are_refused_or_taken_but_never_a_fault(content):
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            # More often near the end, where an archive's directory is.
            at = chance.randrange(len(damaged)) if chance.random() < 0.5 else -chance.randint(1, min(400, len(damaged)))
            damaged[at] = chance.choice((0, 255, chance.randrange(256)))
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        with tempfile.TemporaryFile() as file:
            file.write(damaged)
            with suppress(FileTypeRefused):
                read_media_type(file)
