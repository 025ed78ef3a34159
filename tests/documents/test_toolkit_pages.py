"""Where pages end: heads that return, blocks that stay whole, headings that keep company."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageCms

from compliance.documents._colour_profile import srgb_profile
from compliance.documents._document import Cell, Column, Document, Running
from compliance.documents._palette import AMBER, BLUE, GREEN, INK, MUTED, PAPER, RED, TONES, contrast

SENTENCE = "Every member of the staff knows what to do and whom to call. "


def document(**changes) -> Document:
    return Document(title="Pages", language="en", made_on=date(2026, 11, 21), **changes)


def pages_of(poppler, doc: Document) -> list[str]:
    return poppler("pdftotext", doc.bytes(), "-layout").rstrip("\f").split("\f")


def test_a_long_table_repeats_its_head(poppler):
    doc = document()
    doc.table([Column("Question", 4), Column("Answer")], [[f"{n}. {SENTENCE}", "Yes"] for n in range(120)])
    pages = pages_of(poppler, doc)
    assert len(pages) > 2
    assert all(page.count("Question") == 1 for page in pages)
    assert all(f"{n}. Every" in "".join(pages) for n in range(120))


def test_the_repeated_head_is_said_once(poppler):
    doc = document()
    doc.table([Column("Question", 4), Column("Answer")], [[SENTENCE, "Yes"] for _ in range(120)])
    assert poppler("pdfinfo", doc.bytes(), "-struct-text").count('"Question"') == 1


def test_rows_stay_whole(poppler):
    doc = document()
    doc.table(
        [Column("Question"), Column("Answer")], [[f"begin{n} " + SENTENCE * 3 + f"end{n}", "Yes"] for n in range(40)]
    )
    for page in pages_of(poppler, doc):
        for n in range(40):
            assert (f"begin{n} " in page) == (f"end{n}" in page.split())


def test_a_row_taller_than_a_page_is_cut(poppler):
    doc = document()
    doc.table([Column("Question"), Column("Answer")], [["begin " + SENTENCE * 200 + "end", Cell("Yes", tone="good")]])
    pages = pages_of(poppler, doc)
    assert "begin" in pages[0]
    assert "end" in pages[-1].split()
    assert len(pages) > 2


@pytest.mark.parametrize("lines", range(40, 60))
def test_a_heading_stands_with_what_follows(poppler, lines):
    doc = document()
    for n in range(lines):
        doc.note(f"line {n}")
    doc.heading(2, "The heading")
    doc.paragraph("Company")
    page = next(page for page in pages_of(poppler, doc) if "The heading" in page)
    assert "Company" in page


def test_what_is_kept_together_stands_on_one_page(poppler):
    doc = document()
    for n in range(30):
        with doc.kept_together():
            doc.paragraph(f"begin{n}. {SENTENCE}")
            doc.tick_boxes(["Yes", "No"])
            doc.blanks([f"blank{n}."], lines=2)
    for page in pages_of(poppler, doc):
        for n in range(30):
            assert (f"begin{n}." in page) == (f"blank{n}." in page)


def test_a_box_longer_than_a_page_goes_on(poppler, findings):
    doc = document()
    doc.paragraph("Before")
    with doc.box("todo"):
        doc.heading(3, "A long list")
        doc.bullets([SENTENCE * 2 for _ in range(60)])
    doc.paragraph("After")
    pdf = doc.bytes()
    assert findings(pdf, "2b") == []
    assert "After" in poppler("pdftotext", pdf)


def tints(pdf: bytes) -> list[int]:
    """How many boxes each page has."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [page.Contents.read_bytes().count(TONES["bad"][1].operands.encode()) for page in opened.pages]


@pytest.mark.parametrize("lines", range(30, 60, 2))
def test_a_box_leaves_nothing_on_the_page_after_it(lines):
    doc = document()
    for n in range(lines):
        doc.note(f"line {n}")
    with doc.box("bad"):
        doc.paragraph("Inside")
    doc.paragraph(SENTENCE * 10)
    assert sum(tints(doc.bytes())) == 1


def test_boxes_and_blocks_may_be_empty():
    doc = document()
    with doc.box():
        pass
    with doc.kept_together():
        pass
    doc.bullets([])
    doc.pairs([])
    doc.bars([])
    doc.paragraph("")
    doc.table([Column("a")], [])
    assert doc.bytes()


def test_pages_are_numbered_in_the_readers_words(poppler):
    doc = document(running=Running("Angkor Hotel", "Kept for ten years", lambda page, pages: f"ទំព័រ {page} នៃ {pages}"))
    for _ in range(3):
        doc.paragraph("Words")
        doc.break_page()
    pages = pages_of(poppler, doc)
    assert [f"ទំព័រ {n} នៃ {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "Angkor Hotel" not in pages[0]
    assert "Angkor Hotel" in pages[1]


def test_text_colours_can_be_read():
    for colour in (INK, MUTED, GREEN, BLUE, AMBER, RED):
        assert contrast(colour, PAPER) >= 4.5
    for colour, tint in TONES.values():
        assert contrast(colour, tint) >= 4.5
        assert contrast(INK, tint) >= 4.5
        assert contrast(MUTED, tint) >= 4.5


def test_the_colour_profile_is_srgb():
    profile = ImageCms.getOpenProfile(BytesIO(srgb_profile()))
    swatch = Image.new("RGB", (2, 1))
    swatch.putdata([(11, 79, 60), (200, 30, 120)])
    turned = ImageCms.profileToProfile(swatch, profile, ImageCms.createProfile("sRGB"))
    for before, after in zip(swatch.tobytes(), turned.tobytes(), strict=True):
        assert abs(before - after) <= 1
