"""A list of sites as a CSV file: from any spreadsheet, with commas, semicolons or tabs, in UTF-8 or UTF-16.

The first line names the columns: name, town, country, reference, in any order; only the name is needed. Whether a site
is there already is not known here. A cell that begins like a formula is refused: it is text here, but whoever exports
it into a spreadsheet again would run it.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from msgspec import Struct

from compliance.errors import Invalid, Problem

MOST_ROWS = 1000
COLUMNS = ("name", "town", "country", "reference")
_LONGEST = {"name": 150, "town": 150, "country": 2, "reference": 60}
_CALLED = {
    "name": "name", "site": "name", "site name": "name", "place": "name", "ឈ្មោះ": "name", "ឈ្មោះទីតាំង": "name",
    "town": "town", "city": "town", "ទីក្រុង": "town", "country": "country", "ប្រទេស": "country",
    "reference": "reference", "number": "reference", "code": "reference", "id": "reference", "លេខយោង": "reference",
}  # fmt: skip
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


class SitesFileInvalid(Invalid):
    """This file cannot be read as a list of sites."""

    code = "sites-file-invalid"


class SiteLine(Struct, frozen=True, kw_only=True):
    """A line of the file."""

    line: int
    """As a text editor counts, from 1; the columns' names stand in the first."""
    name: str
    town: str | None = None
    country: str | None = None
    """Two capital letters; None where the file does not say."""
    reference: str | None = None


def read_sites_csv(content: bytes) -> tuple[SiteLine, ...]:
    """Read a list of sites; lines without any text are passed over.

    Raises:
        SitesFileInvalid: it is no text, no table, without a column for the name, empty, or longer than 1000 sites.
    """
    text = _decoded(content)
    if "\x00" in text:
        raise SitesFileInvalid([Problem("sites-file-encoding", "file")])
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _read((reader.line_num, row) for row in reader)
    except csv.Error:
        raise SitesFileInvalid([Problem("sites-file-broken", "file", {"line": reader.line_num})]) from None


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise SitesFileInvalid([Problem("sites-file-encoding", "file")]) from None


def _read(rows: Iterator[tuple[int, list[str]]]) -> tuple[SiteLine, ...]:
    columns: list[str | None] | None = None
    lines: list[SiteLine] = []
    # A site with a line break in a cell has the number of its last line; there a person finds it too.
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = [_CALLED.get(" ".join(cell.casefold().split())) for cell in cells]
            if "name" not in columns or any(columns.count(each) > 1 for each in COLUMNS):
                raise SitesFileInvalid([Problem("sites-file-columns", "file", {"columns": ", ".join(COLUMNS)})])
            continue
        if len(lines) == MOST_ROWS:
            raise SitesFileInvalid([Problem("sites-file-long", "file", {"limit": MOST_ROWS})])
        given = {name: cell for name, cell in zip(columns, cells, strict=False) if name is not None and cell}
        country = given.get("country")
        lines.append(SiteLine(line=number, name=given.get("name", ""), town=given.get("town"),
                              country=country.upper() if country else None, reference=given.get("reference")))  # fmt: skip
    if not lines:
        raise SitesFileInvalid([Problem("sites-file-empty", "file")])
    return tuple(lines)


def line_problems(line: SiteLine) -> list[Problem]:
    """What is wrong with a line by itself; whether the country is one is not known here."""
    found = [] if line.name.strip() else [Problem("site-name-missing", "name")]
    for name in COLUMNS:
        cell = str(getattr(line, name) or "")
        if len(cell) > _LONGEST[name] and name != "country":
            found.append(Problem("field-too-long", name, {"most": _LONGEST[name]}))
        elif _UNSEEN.search(cell):
            found.append(Problem("field-line", name))
        elif cell.startswith(("=", "+", "-", "@")):
            found.append(Problem("site-formula", name, {"given": cell[:40]}))
    return found
