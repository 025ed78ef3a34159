"""Spreadsheets from outside → cells, before anything in them is believed.

1. at most so many bytes, so many parts, and 20 MiB unpacked (told by the archive's own directory, beyond which
   nothing is unpacked);
2. no document type declarations, so no entities;
3. only sheets of ours are read, at most 5,000 rows of 30 columns; links to other files are not followed;
4. formulas are not computed: what the last programme stored as their result counts, else the cell is a problem;
5. text is held to the same characters as YAML.
"""

import warnings
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import msgspec
from msgspec import Struct

from compliance.errors import Problem
from compliance.intake.yaml_text import Limits, UnreadableFile, decode_text

MOST_UNPACKED_BYTES = 20 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 5_000
MOST_COLUMNS = 30
MOST_SHEETS = 50


class Formula(Struct, frozen=True):
    """Stands for a formula whose result was not stored."""


class SheetRows(Struct, frozen=True):
    """One sheet: its marker and its rows, the first row of the file first."""

    marker: tuple[str, ...]
    """The first cell's text, at its colons."""
    rows: tuple[tuple[object, ...], ...]
    """Empty cells are None; the first cell of the first row is the marker."""


def refused(reason: str, **named: str) -> UnreadableFile:
    """The file is no spreadsheet of ours; what is named is said in brackets."""
    details = f" ({', '.join(named.values())})" if named else ""
    return UnreadableFile([Problem("not-a-spreadsheet", "", {"reason": reason + details})])


def read_workbook(raw: bytes, limits: Limits, *, marker: str) -> tuple[SheetRows, ...]:
    """The sheets whose first cell begins with the marker and a colon.

    Raises:
        UnreadableFile: no workbook, too large, or with text that is not taken.
    """
    if len(raw) > limits.size_bytes:
        raise UnreadableFile([Problem("file-too-large", "", {"limit_kib": limits.size_bytes // 1024})])
    with _faults_refused():
        _check_parts(raw)
        sheets = _read(raw, limits, marker, stored_results=False)
        if any(isinstance(cell, Formula) for sheet in sheets for row in sheet.rows for cell in row):
            results = _read(raw, limits, marker, stored_results=True)
            sheets = [_with_results(sheet, result) for sheet, result in zip(sheets, results, strict=True)]
    return tuple(sheets)


def _check_parts(raw: bytes) -> None:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            facts = {"limit_mib": MOST_UNPACKED_BYTES // 1024**2, "parts": MOST_PARTS}
            raise UnreadableFile([Problem("sheet-too-large", "", facts)])
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = archive.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
                    raise refused("it declares a document type")


@contextmanager
def _faults_refused() -> Generator[None]:
    """What a parser says of a broken file is not our fault; it becomes a refusal. Its warnings are of no use here."""
    from openpyxl.utils.exceptions import InvalidFileException  # half a second, and only spreadsheets need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (
            zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, ValueError, TypeError, LookupError,
            AttributeError, ArithmeticError, RuntimeError, NotImplementedError, OSError, EOFError,
        ) as error:  # fmt: skip
            raise refused("it cannot be opened", error=type(error).__name__) from None


def _read(raw: bytes, limits: Limits, marker: str, *, stored_results: bool) -> list[SheetRows]:
    from openpyxl import load_workbook

    book: Any = load_workbook(BytesIO(raw), read_only=True, data_only=stored_results, keep_links=False)
    sheets: list[SheetRows] = []
    count = 0
    for sheet in book.worksheets[:MOST_SHEETS]:
        rows: list[tuple[object, ...]] = []
        for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS), start=1):
            row = tuple(_value(cell, f":{number}") for cell in cells)
            if number == 1 and not _is_ours(row, marker):
                break
            count += sum(value is not None for value in row)
            if count > limits.nodes:
                raise UnreadableFile([Problem("too-many-values", f":{number}", {"limit": limits.nodes})])
            if number > MOST_ROWS and any(value is not None for value in row):
                raise UnreadableFile([Problem("sheet-too-many-rows", f":{number}", {"limit": MOST_ROWS})])
            rows.append(row)
        if rows:
            sheets.append(SheetRows(tuple(str(rows[0][0]).split(":")), tuple(rows)))
    book.close()
    return sheets


def _is_ours(row: tuple[object, ...], marker: str) -> bool:
    return bool(row) and isinstance(row[0], str) and row[0].startswith(f"{marker}:")


def _value(cell: Any, place: str) -> object:
    value: object = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Formula()
    if isinstance(value, str):
        return _checked(value, place) if value.strip() else None
    return value


def _checked(text: str, place: str) -> str:
    """The text, held to the rules for all text from outside."""
    raw = text.encode("utf-8", "surrogatepass")
    try:
        return decode_text(raw, Limits(size_bytes=len(raw), nodes=0)).strip()
    except UnreadableFile as refusal:
        raise UnreadableFile([msgspec.structs.replace(problem, where=place) for problem in refusal.problems]) from None


def _with_results(sheet: SheetRows, results: SheetRows) -> SheetRows:
    rows = tuple(
        tuple(
            (Formula() if result is None else result) if isinstance(cell, Formula) else cell
            for cell, result in zip(row, result_row, strict=False)
        )
        for row, result_row in zip(sheet.rows, results.rows, strict=False)
    )
    return SheetRows(sheet.marker, rows)
