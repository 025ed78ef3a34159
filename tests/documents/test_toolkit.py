"""The document as a whole: same bytes, PDF/A, and what screen readers and copying readers get."""

from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.documents._document import (
    Attachment,
    Bar,
    Cell,
    Column,
    Document,
    Run,
    Running,
    Style,
    strong,
)
from compliance.documents._palette import A4_LANDSCAPE, GREEN

DAY = date(2026, 11, 21)
KHMER_TITLE = "វិញ្ញាបនបត្រអនុលោមភាពការពារកុមារ"
KHMER_SENTENCE = "តើបុគ្គលិកបានទទួលការបណ្តុះបណ្តាលឬទេ?"


def plain_document(**changes) -> Document:
    given = {"title": "Report", "language": "en", "made_on": DAY, "author": "Compliance", "subject": "Hotels"}
    return Document(**(given | changes))


def full_document() -> bytes:
    """One of everything."""
    doc = plain_document(running=Running("Hotel", "Made by hand", lambda page, pages: f"Page {page} of {pages}"))
    doc.heading(1, "How well children are protected")
    doc.heading(2, KHMER_TITLE, language="km")
    doc.paragraph(["The result is ", strong("72 %"), ", see ", Run("the rules", link="https://example.org/(r)"), "."])
    doc.paragraph(KHMER_SENTENCE, language="km")
    doc.pairs([("Organisation", "សណ្ឋាគារ Angkor"), ("Issued", "21 November 2026")])
    doc.bars([Bar("Staff", 0.72, "72 %"), Bar("Pools", None, "not asked", tone="plain")], threshold=0.7)
    with doc.box("note"):
        doc.heading(3, "Not checked")
        doc.bullets(["Suppliers abroad", KHMER_SENTENCE])
    doc.table(
        [Column("Question", 3, names_row=True), Column("Answer"), Column("Points", align="right")],
        [["Is there a policy?", Cell("No", tone="bad"), "0"], [KHMER_SENTENCE, Cell("Yes", tone="good"), "100"]],
    )
    with doc.kept_together():
        doc.paragraph(strong("1. Is there a policy?"))
        doc.tick_boxes(["Yes", "No"], ticked=[1])
        doc.blanks(["Name", "Date"])
    doc.place_qr("https://example.org/v/1", left=400, bottom=60, side=80, alternative="QR code that leads to the page")
    doc.note("End.")
    return doc.bytes()


def test_the_same_calls_give_the_same_bytes():
    assert full_document() == full_document()


def test_another_day_gives_another_file():
    first, second = plain_document(), plain_document(made_on=date(2026, 11, 22))
    assert first.bytes() != second.bytes()


def test_a_document_is_pdf_a(findings):
    assert findings(full_document(), "2b") == []


def test_a_document_with_attachments_is_pdf_a_too(findings):
    doc = plain_document()
    doc.paragraph("Attached")
    doc.attach(Attachment("claim.json", b'{"v": 1}', "application/json", "The claim", "Source"))
    doc.attach(Attachment("credential.vc+json", b"{}", "application/vc+json", "ការអះអាង", "Data"))
    pdf = doc.bytes()
    assert findings(pdf, "3b") == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.attachments["claim.json"].get_file().read_bytes() == b'{"v": 1}'


def test_an_empty_document_is_one_empty_page(findings):
    pdf = plain_document().bytes()
    assert findings(pdf, "2b") == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1


def test_no_stream_ends_on_the_line_of_its_content():
    pdf = full_document()
    assert pdf.count(b"\nendstream") == pdf.count(b"endstream")


def test_old_and_new_metadata_agree():
    instant = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    with pikepdf.open(BytesIO(plain_document(title="ការពារ <&>", made_on=instant).bytes())) as opened:
        xmp = opened.open_metadata()
        assert str(opened.docinfo["/Title"]) == xmp["dc:title"] == "ការពារ <&>"
        assert str(opened.docinfo["/CreationDate"]) == "D:20261121073000Z"
        assert xmp["xmp:CreateDate"] == "2026-11-21T07:30:00Z"
        assert str(opened.Root.Lang) == "en"


def test_copied_text_is_exact_and_in_order(poppler):
    text = poppler("pdftotext", full_document(), "-raw")
    said = [
        "How well children are protected", KHMER_TITLE, "The result is 72 %, see the rules.", KHMER_SENTENCE,
        "សណ្ឋាគារ Angkor", "Not checked", "Suppliers abroad", KHMER_SENTENCE, "Is there a policy?", KHMER_SENTENCE,
        "☐", "☒", "End.", "Made by hand", "Page 1 of 1",
    ]  # fmt: skip
    at = 0
    for words in said:
        at = text.index(words, at) + len(words)


def test_screen_readers_find_the_structure(poppler):
    tree = poppler("pdfinfo", full_document(), "-struct-text")
    roles = [line.split()[0].rstrip(":") for line in tree.splitlines() if line.strip() and '"' not in line]
    for role in (
        "Document",
        "H1",
        "H2",
        "H3",
        "P",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "Link",
        "Figure",
    ):
        assert role in roles
    assert "Page 1 of 1" not in tree, "what returns on every page is an artifact"


def test_a_figure_says_its_alternative_and_headers_their_scope():
    with pikepdf.open(BytesIO(full_document())) as opened:
        scopes = [str(thing.A.Scope) for thing in elements(opened) if "/Scope" in thing.get("/A", {})]
        alternatives = [str(thing.Alt) for thing in elements(opened) if "/Alt" in thing]
    assert scopes.count("/Column") == 3
    assert scopes.count("/Row") == 4
    assert alternatives == ["QR code that leads to the page"]


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [
        thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/StructElem"
    ]


def test_every_mark_and_link_finds_its_element():
    doc = plain_document()
    for _ in range(40):
        doc.paragraph(["Read ", Run("this page", link="https://example.org"), ". " + "More words. " * 40])
    with pikepdf.open(BytesIO(doc.bytes())) as opened:
        parents = dict(zip(*[iter(opened.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
        assert len(opened.pages) > 2
        for page in opened.pages:
            owners = parents[page.StructParents]
            marks = [
                i.operands[1].MCID
                for i in pikepdf.parse_content_stream(page)
                if str(i.operator) == "BDC" and "/MCID" in i.operands[1]
            ]
            assert marks == list(range(len(owners)))
            for link in page.get("/Annots", []):
                assert parents[link.StructParent].S == "/Link"
                assert str(link.Contents) == "this page"


def test_no_two_faces_share_a_name():
    with pikepdf.open(BytesIO(full_document())) as opened:
        names = [str(font.BaseFont) for font in opened.pages[0].Resources.Font.values()]
    assert len(set(names)) == len(names) >= 4
    assert all(name[7] == "+" for name in names)


def test_what_is_placed_stays_where_it_was_put(poppler, findings):
    doc = plain_document(size=A4_LANDSCAPE)
    with doc.page.decoration():
        doc.page.rectangle(30, 30, 782, 535, stroke=GREEN, line_width=2, radius=12)
    name = "A hotel with quite a long name, and a sister house on the other side of the river"
    style = doc.fitted(name, Style(size=28, bold=True, align="centre"), width=600)
    assert style.size < 28
    below = doc.place(name, left=120, top=420, width=600, style=style, role="H1")
    assert 420 - below == pytest.approx(doc.height_of(name, width=600, style=style))
    pdf = doc.bytes()
    assert name in poppler("pdftotext", pdf)
    assert findings(pdf, "2b") == []


HOSTILE = [
    "x" * 5000,
    "ខ" * 3000,
    "ក្" * 2000,
    "្" * 500,
    "😀👨‍👩‍👧 🇰🇭 上海酒店 ホテル 호텔",
    "فندق أنغكور \u202eevil\u202c עברית",
    "a\u0300\u0301\u0302" * 200,
    "\u200b\u200c\u200d\ufeff\u00ad",
    "nul\x00 bell\x07 escape\x1b vt\x0b ff\x0c nel\x85 surrogate\ud800 non\ufffe",
    "<b>not bold</b> &amp; (brackets\\) [array] <</Type/Evil>> endstream EMC ET Q",
    "line\nbreak\r\nand\u2028more\u2029of\n\n\nthem\n",
    "𝔸𝕓𝕔 \U0010ffff \ue000",
    " \u00a0\u3000\t ",
    "",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_drawn(words, findings):
    doc = plain_document(title=words[:200], running=Running(words[:50], words[:50]))
    doc.heading(1, words[:300])
    doc.paragraph([words, strong(words[:100]), Run(words[:100] or "-", link="https://example.org/" + words[:50])])
    doc.bullets([words])
    doc.pairs([(words[:50], words)])
    doc.bars([Bar(words[:50], 0.5, words[:20])])
    doc.table([Column(words[:50]), Column("b")], [[words, words[:10]]])
    doc.tick_boxes([words[:60], "b"])
    doc.blanks([words[:60]])
    assert findings(doc.bytes(), "2b") == []


def test_letters_that_no_face_has_are_still_said(poppler):
    doc = plain_document()
    doc.paragraph("Hotel 上海 😀 in Siem Reap")
    assert "Hotel 上海 😀 in Siem Reap" in poppler("pdftotext", doc.bytes())


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=60
)


@settings(max_examples=30, deadline=None)
@given(st.lists(printable, min_size=1, max_size=5))
def test_any_words_make_a_document(parts):
    doc = plain_document()
    doc.paragraph(parts)
    doc.table([Column("a"), Column("b")], [[part, part] for part in parts])
    assert doc.bytes().startswith(b"%PDF-1.7")
