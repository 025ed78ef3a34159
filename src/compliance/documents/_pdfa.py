"""Pages and structure to a PDF/A file. The one module here that knows ReportLab.

1. The pages go through a `Canvas`, which keeps the books: objects, cross-references, outline.
2. Faces are cut to what was shown and take the place of ReportLab's fonts.
3. The structure tree, its parent tree and the links are written as plain objects.
4. Metadata (XMP), the colour profile and attachments make it PDF/A-2b, or 3b where something is attached.

Nothing depends on clock, place or chance: the same pages give the same bytes.
"""

# ReportLab has no types: what comes from it is unknown to the checker, and stays in this file. Its document object is
# private, and there is no other way to structure trees and output intents.
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUntypedBaseClass=false, reportPrivateUsage=false
# ruff: noqa: SLF001

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import md5
from io import BytesIO
from typing import Literal

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from compliance.documents._colour_profile import srgb_profile
from compliance.documents._embedding import embed
from compliance.documents._fonts import Face
from compliance.documents._metadata import PRODUCER, Metadata, xmp
from compliance.documents._page import Anchor, Page, number
from compliance.documents._tagging import Element, Spot, text_string


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"] = "Data"


def write_pdf(
    metadata: Metadata, pages: Sequence[Page], structure: Element, attachments: Sequence[Attachment] = ()
) -> bytes:
    """The whole file."""
    out = BytesIO()
    canvas = _Canvas(out, pages, metadata.language)
    canvas.seed(metadata)
    for page in pages:
        _draw(canvas, page)
    _write_fonts(canvas, pages)
    _write_structure(canvas, pages, structure)
    _write_catalog(canvas, metadata, attachments)
    canvas.save()
    return out.getvalue()


class _Object(pdfdoc.PDFObject):
    """An indirect object written by hand; it is given a function that turns the name of another into a reference."""

    __RefOnly__ = 1

    def __init__(self, write: Callable[[Callable[[str], str]], str]) -> None:
        self.write = write

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        numbers = document.idToObjectNumberAndVersion
        return self.write(lambda name: f"{numbers[name][0]} 0 R").encode("latin-1")


class _Stream(pdfdoc.PDFStream):
    """A stream whose end stands on a line of its own, as PDF/A wants it and ReportLab does not."""

    def __init__(self, content: bytes, *, deflated: bool = True, **entries: str | int) -> None:
        if deflated:
            entries["Filter"] = "/FlateDecode"
        super().__init__(dictionary=pdfdoc.PDFDictionary(entries), content=content, filters=[])

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return super().format(document).removesuffix(b"endstream\n") + b"\nendstream\n"


class _Info(pdfdoc.PDFObject):
    """The old metadata, saying what XMP says."""

    def __init__(self, metadata: Metadata) -> None:
        self.metadata = metadata

    def digest(self, signature: object) -> None:
        """Nothing: the file's id is seeded with the metadata."""

    def format(self, _document: pdfdoc.PDFDocument) -> bytes:
        stamp = self.metadata.made_at.strftime("D:%Y%m%d%H%M%SZ")
        words = (("Title", self.metadata.title), ("Author", self.metadata.author), ("Subject", self.metadata.subject))
        named = "".join(f"/{key}{text_string(value)}" for key, value in words if value)
        return f"<<{named}/Producer({PRODUCER})/CreationDate({stamp})/ModDate({stamp})>>".encode()


class _Canvas(Canvas):
    """ReportLab's canvas without its fonts, for tagged pages."""

    def __init__(self, out: BytesIO, pages: Sequence[Page], language: str) -> None:
        super().__init__(out, invariant=1, pageCompression=1, pdfVersion=(1, 7), lang=language)
        self.pages = pages

    def _make_preamble(self) -> None:
        self._preamble = ""  # ReportLab's names a Helvetica, which is not embedded

    def _setXObjects(self, thing: pdfdoc.PDFPage) -> None:  # noqa: N802  ReportLab's last call before it closes a page
        page = self.pages[self._pageNumber - 1]
        thing.Trans = None
        thing.XObjects = None
        thing.Contents = _Stream(zlib.compress(thing.stream.encode("latin-1")))
        thing.__NoDefault__ = [*thing.__NoDefault__, "StructParents", "Tabs"]
        thing.StructParents = page.index
        thing.Tabs = "/S"
        self._annotationrefs = [pdfdoc.PDFObjectReference(_anchor_name(spot)) for spot in _spots(page)]

    def add(self, name: str, thing: pdfdoc.PDFObject) -> pdfdoc.PDFObjectReference:
        """Put an object into the file under a name of our own."""
        return self._doc.Reference(thing, name)

    def seed(self, metadata: Metadata) -> None:
        """Derive the file's id from what it says; ReportLab's own comes from an environment variable or a fixed day."""
        self._doc.info = _Info(metadata)
        self._doc.signature = md5(repr(metadata).encode(), usedforsecurity=False)
        for page in self.pages:
            self._doc.signature.update("\n".join(page.operators).encode())


def _spots(page: Page) -> list[Spot]:
    return [Spot(page.index, number) for number in range(len(page.anchors))]


def _anchor_name(spot: Spot) -> str:
    return f"Anchor{spot.page}.{spot.number}"


def _page_name(index: int) -> str:
    return f"Page{index + 1}"  # as ReportLab names them


def _draw(canvas: _Canvas, page: Page) -> None:
    canvas.setPageSize((page.width, page.height))
    for at, bookmark in enumerate(page.bookmarks):
        key = f"Bookmark{page.index}.{at}"
        canvas.bookmarkPage(key, fit="FitH", top=number(bookmark.top))
        level = min(bookmark.level, canvas._doc.outline.currentlevel + 1)
        canvas.addOutlineEntry(bookmark.title, key, level=level)
    canvas.addLiteral("\n".join(page.operators))
    canvas.showPage()


def _write_fonts(canvas: _Canvas, pages: Sequence[Page]) -> None:
    shown: dict[Face, dict[int, str]] = {}
    for page in pages:
        for face, glyphs in page.glyphs.items():
            shown.setdefault(face, {}).update(glyphs)
    fonts = canvas._doc.idToObject[pdfdoc.BasicFonts]
    for face in sorted(shown, key=lambda face: face.key):
        fonts.dict[face.key] = _write_font(canvas, face, shown[face])


def _write_font(canvas: _Canvas, face: Face, glyphs: dict[int, str]) -> pdfdoc.PDFObjectReference:
    cut = embed(face, tuple(sorted(glyphs.items())))
    key = face.key
    box = " ".join(f"{side * 1000 // face.font.units}" for side in face.font.box)
    ascent, descent, capitals = (height * 1000 // face.font.units for height in face.font.heights)
    font = canvas.add(
        key,
        _Object(
            lambda ref: (
                f"<</Type/Font/Subtype/Type0/BaseFont/{cut.name}/Encoding/Identity-H"
                f"/DescendantFonts[{ref(key + '.cid')}]/ToUnicode {ref(key + '.spelling')}>>"
            )
        ),
    )
    canvas.add(
        key + ".cid",
        _Object(
            lambda ref: (
                f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{cut.name}/CIDToGIDMap/Identity"
                "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                f"/FontDescriptor {ref(key + '.descriptor')}/DW 0/W[{cut.widths}]>>"
            )
        ),
    )
    canvas.add(
        key + ".descriptor",
        _Object(
            lambda ref: (
                f"<</Type/FontDescriptor/FontName/{cut.name}/Flags 4/FontBBox[{box}]/ItalicAngle 0"
                f"/Ascent {ascent}/Descent {descent}/CapHeight {capitals}/StemV 80"
                f"/FontFile2 {ref(key + '.program')}>>"
            )
        ),
    )
    canvas.add(key + ".program", _Stream(cut.program, Length1=cut.program_length))
    canvas.add(key + ".spelling", _Stream(cut.spelling))
    return font


def _write_structure(canvas: _Canvas, pages: Sequence[Page], structure: Element) -> None:
    elements = list(structure.walk())
    names = {id(element): f"E{at}" for at, element in enumerate(elements)}
    links = {kid: names[id(element)] for element in elements for kid in element.kids if isinstance(kid, Spot)}
    canvas._doc.Catalog.StructTreeRoot = canvas.add(
        "Structure",
        _Object(
            lambda ref: (
                f"<</Type/StructTreeRoot/K {ref('E0')}/ParentTree {ref('Parents')}"
                f"/ParentTreeNextKey {len(pages) + len(links)}>>"
            )
        ),
    )
    for element in elements:
        canvas.add(names[id(element)], _Object(_element_writer(element, names)))
    canvas.add("Parents", _Object(lambda ref: _parent_tree(pages, names, links, ref)))
    for at, spot in enumerate(sorted(links)):
        anchor = pages[spot.page].anchors[spot.number]
        canvas.add(_anchor_name(spot), _Object(_anchor_writer(anchor, key=len(pages) + at)))


def _element_writer(element: Element, names: dict[int, str]) -> Callable[[Callable[[str], str]], str]:
    def write(ref: Callable[[str], str]) -> str:
        marks = [kid for kid in element.kids if not isinstance(kid, Element)]
        page = marks[0].page if marks else None
        parent = names[id(element.parent)] if element.parent else "Structure"
        kids: list[str] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(ref(names[id(kid)]))
            elif isinstance(kid, Spot):
                kids.append(f"<</Type/OBJR/Pg {ref(_page_name(kid.page))}/Obj {ref(_anchor_name(kid))}>>")
            elif kid.page == page:
                kids.append(str(kid.number))
            else:
                kids.append(f"<</Type/MCR/Pg {ref(_page_name(kid.page))}/MCID {kid.number}>>")
        parts = [
            f"<</Type/StructElem/S/{element.role}/P {ref(parent)}",
            f"/Pg {ref(_page_name(page))}" if page is not None else "",
            f"/K[{' '.join(kids)}]" if kids else "",
            f"/Lang({element.language})" if element.language else "",
            f"/Alt{text_string(element.alternative)}" if element.alternative else "",
            f"/A{element.attributes}" if element.attributes else "",
            ">>",
        ]
        return "".join(parts)

    return write


def _parent_tree(
    pages: Sequence[Page], names: dict[int, str], links: dict[Spot, str], ref: Callable[[str], str]
) -> str:
    """From each mark and link back to its element. Pages come first, then the links."""
    rows = [f"{page.index}[{' '.join(ref(names[id(owner)]) for owner in page.owners)}]" for page in pages]
    rows += [f"{len(pages) + at} {ref(links[spot])}" for at, spot in enumerate(sorted(links))]
    return f"<</Nums[{' '.join(rows)}]>>"


def _anchor_writer(anchor: Anchor, *, key: int) -> Callable[[Callable[[str], str]], str]:
    address = anchor.address.encode("ascii", "replace").decode()
    target = "".join(f"\\{letter}" if letter in "()\\" else letter for letter in address)
    rectangle = f"[{anchor.left:.2f} {anchor.bottom:.2f} {anchor.right:.2f} {anchor.top:.2f}]"
    return lambda _ref: (
        f"<</Type/Annot/Subtype/Link/Rect{rectangle}/F 4/Border[0 0 0]/StructParent {key}"
        f"/Contents{text_string(anchor.words or address)}/A<</S/URI/URI({target})>>>>"
    )


def _write_catalog(canvas: _Canvas, metadata: Metadata, attachments: Sequence[Attachment]) -> None:
    catalog = canvas._doc.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents", "AF"]
    catalog.MarkInfo = "<</Marked true>>"
    catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
    part = 3 if attachments else 2
    catalog.Metadata = canvas.add(
        "Metadata", _Stream(xmp(metadata, part=part), deflated=False, Type="/Metadata", Subtype="/XML")
    )
    canvas.add("Profile", _Stream(zlib.compress(srgb_profile()), N=3))
    catalog.OutputIntents = canvas.add(
        "Intents",
        _Object(
            lambda ref: (
                "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
                f"/Info(sRGB IEC61966-2.1)/DestOutputProfile {ref('Profile')}>>]"
            )
        ),
    )
    if attachments:
        _write_attachments(canvas, metadata, sorted(attachments, key=lambda attachment: attachment.name))


def _write_attachments(canvas: _Canvas, metadata: Metadata, attachments: Sequence[Attachment]) -> None:
    stamp = metadata.made_at.strftime("D:%Y%m%d%H%M%SZ")
    for at, attachment in enumerate(attachments):
        media_type = attachment.media_type.replace("/", "#2F").replace("+", "#2B")
        parameters = f"<</Size {len(attachment.content)}/ModDate({stamp})>>"
        content = zlib.compress(attachment.content)
        canvas.add(f"Content{at}", _Stream(content, Type="/EmbeddedFile", Subtype=f"/{media_type}", Params=parameters))
        canvas.add(f"File{at}", _Object(_file_writer(attachment, at)))
    count = range(len(attachments))
    canvas._doc.Catalog.AF = canvas.add("Files", _Object(lambda ref: f"[{' '.join(ref(f'File{at}') for at in count)}]"))
    rows = [text_string(attachment.name) for attachment in attachments]
    canvas._doc.Catalog.Names = canvas.add(
        "Names",
        _Object(
            lambda ref: (
                "<</EmbeddedFiles<</Names["
                + " ".join(f"{row} {ref(f'File{at}')}" for at, row in enumerate(rows))
                + "]>>>>"
            )
        ),
    )


def _file_writer(attachment: Attachment, at: int) -> Callable[[Callable[[str], str]], str]:
    name = text_string(attachment.name)
    return lambda ref: (
        f"<</Type/Filespec/F{name}/UF{name}/Desc{text_string(attachment.description)}"
        f"/AFRelationship/{attachment.relationship}/EF<</F {ref(f'Content{at}')}/UF {ref(f'Content{at}')}>>>>"
    )
