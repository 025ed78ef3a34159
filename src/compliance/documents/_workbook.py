"""Spreadsheets: one look for all of them, fixed days inside, text that is never taken for a formula.

The same calls give the same bytes. A sheet that is to be read back has a hidden first row: a marker in its first cell
(`compliance-form:answers:1`), the keys of the columns in the others. Visible titles may then be in any language.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Look = Literal[
    "title", "remark", "head", "id", "text", "strong", "muted", "section", "answer", "day", "shut", "plain_day", "cell",
    "critical",
]  # fmt: skip
Cell = str | int | date | None
Parts = Sequence[tuple[Look, str]]
"""Pieces of one cell's text, each in the font of its look."""

_GREEN, _SAND, _LINE, _MUTED, _AMBER, _RED = "#0B4F3C", "#F6F2EA", "#D3CDC2", "#59615F", "#8A4B08", "#9B1C1C"
_BORDER = {"border": 1, "border_color": _LINE}
_CELL = {**_BORDER, "text_wrap": True, "valign": "top"}
_LOOKS: Mapping[Look, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 18, "font_color": _GREEN, "valign": "top"},
    "remark": {"text_wrap": True, "valign": "top"},
    "head": {**_CELL, "bold": True, "bg_color": _SAND, "bottom": 2, "bottom_color": _GREEN},
    "id": {**_CELL, "font_color": _MUTED},
    "text": {**_CELL},
    "strong": {**_CELL, "bold": True},
    "muted": {**_CELL, "font_color": _MUTED},
    "critical": {**_CELL, "bold": True, "font_color": _RED},
    "section": {"bold": True, "font_size": 13, "font_color": _GREEN, "valign": "top"},
    "answer": {**_CELL, "locked": False, "bg_color": "#FFFDF3", "border_color": "#8D877B"},
    "day": {**_CELL, "locked": False, "bg_color": "#FFFDF3", "border_color": "#8D877B", "num_format": "yyyy-mm-dd",
            "align": "left"},
    "shut": {**_CELL, "bg_color": "#E4E1DA"},
    "plain_day": {**_CELL, "num_format": "yyyy-mm-dd", "align": "left"},
    "cell": {**_CELL},
}  # fmt: skip
_FONTS = {"km": "Khmer UI"}
"""Where the language needs a typeface other than Excel's own."""
_CELL_LENGTH = 32_000


class Book:
    """One workbook in the making."""

    def __init__(self, *, title: str, language: str, made_on: date) -> None:
        self._out = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book: Any = Workbook(self._out, options)  # xlsxwriter is untyped
        created = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001  written as it is
        self._book.set_properties({"title": title, "author": "compliance", "created": created})
        font = {"font_name": _FONTS[language]} if language in _FONTS else {}
        self._looks: dict[Look, Format] = {}
        for look, traits in _LOOKS.items():
            self._looks[look] = self._book.add_format({**font, **traits})

    def sheet(self, name: str) -> "Sheet":
        """A further sheet. Its name is cut to what spreadsheets take."""
        taken = {str(each.get_name()).casefold() for each in self._book.worksheets()}
        kept = "".join("-" if letter in "[]:*?/\\" else letter for letter in name).strip("' ")[:31] or "-"
        number = 2
        while kept.casefold() in taken:
            kept, number = f"{kept[:28]} {number}", number + 1
        return Sheet(self._book.add_worksheet(kept), self._looks, kept)

    def bytes(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._out.getvalue()


class Sheet:
    """One sheet, written row by row. Rows and columns count from 0."""

    def __init__(self, sheet: Worksheet, looks: Mapping[Look, Format], name: str) -> None:
        self._sheet: Any = sheet
        self._looks = looks
        self.name = name
        self.row = 0

    def widths(self, *widths: float) -> None:
        """The columns' widths, in letters; 0 hides a column."""
        for column, width in enumerate(widths):
            hidden = {"hidden": True} if width == 0 else {}
            self._sheet.set_column(column, column, width or None, None, hidden)

    def keys(self, marker: str, *keys: str) -> None:
        """The hidden row by which the sheet is known again."""
        for column, key in enumerate((marker, *keys)):
            self._sheet.write_string(self.row, column, key)
        self._sheet.set_row(self.row, None, None, {"hidden": True})
        self.row += 1

    def line(self, *cells: tuple[Look, Cell]) -> int:
        """A row of cells from the left; gives its number."""
        for column, (look, value) in enumerate(cells):
            self.put(self.row, column, look, value)
        self.row += 1
        return self.row - 1

    def heads(self, *titles: str) -> None:
        """A row of column titles."""
        for column, title in enumerate(titles):
            self.put(self.row, column, "head", title)
        self.row += 1

    def put(self, row: int, column: int, look: Look, value: Cell) -> None:
        """One cell. Text is text, whatever it begins with."""
        style = self._looks[look]
        match value:
            case None | "":
                self._sheet.write_blank(row, column, None, style)
            case date():
                self._sheet.write_datetime(row, column, value, style)
            case int():
                self._sheet.write_number(row, column, value, style)
            case _:
                self._sheet.write_string(row, column, value[:_CELL_LENGTH], style)

    def put_parts(self, row: int, column: int, parts: Parts, *, look: Look = "text") -> None:
        """One cell whose text changes its looks."""
        shown: list[tuple[Look, str]] = [(each, text) for each, text in parts if text]
        if len(shown) < 2:
            self.put(row, column, shown[0][0] if shown else look, shown[0][1] if shown else None)
            return
        fragments: list[object] = []
        for each, text in shown:
            fragments += [self._looks[each], text]
        self._sheet.write_rich_string(row, column, *fragments, self._looks[look])

    def choose(self, row: int, column: int, source: str, *, strict: bool = True) -> None:
        """A drop-down over a range of cells; unless strict, anything else may be typed too."""
        self._sheet.data_validation(row, column, row, column,
                                    {"validate": "list", "source": source, "show_error": strict})  # fmt: skip

    def want_number(self, row: int, column: int, *, least: int, most: int, says: str) -> None:
        """A whole number is asked for; other input is questioned, not refused: digits differ by script."""
        rule = {"validate": "integer", "criteria": "between", "minimum": least, "maximum": most,
                "error_type": "warning", "error_message": says[:250]}  # fmt: skip
        self._sheet.data_validation(row, column, row, column, rule)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep rows and columns in sight."""
        self._sheet.freeze_panes(rows, columns)

    def protect(self) -> None:
        """Only answer cells can be changed. There is no password: it guards against slips, not against people."""
        self._sheet.protect("", {"format_columns": True, "format_rows": True})

    def hide(self) -> None:
        """Not shown among the sheets."""
        self._sheet.hide()

    def for_print(self, *, landscape: bool, repeated: tuple[int, int] | None = None) -> None:
        """A4, as wide as one page; the repeated rows return on each."""
        self._sheet.set_paper(9)
        if landscape:
            self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        if repeated is not None:
            self._sheet.repeat_rows(*repeated)

    def filter(self, first: int, last: int, columns: int) -> None:
        """Arrows to sort and filter by."""
        self._sheet.autofilter(first, 0, last, columns - 1)


class Lists:
    """The hidden sheet behind drop-downs: what is shown, and what it means."""

    def __init__(self, sheet: Sheet, marker: str) -> None:
        self._sheet = sheet
        self._sources: dict[str, str] = {}
        sheet.keys(marker, "shown", "value")
        sheet.hide()

    def fact(self, name: str, shown: str, value: str) -> None:
        """Something to be read back that is no choice."""
        self._sheet.line(("cell", name), ("cell", shown), ("cell", value))

    def add(self, name: str, choices: Mapping[str, str]) -> str:
        """A list of choices, value → shown; gives the range for its drop-down. The same name is written once."""
        if name not in self._sources:
            first = self._sheet.row + 1
            seen: set[str] = set()
            for value, text in choices.items():
                shown = f"{text} ({value})" if text in seen else text
                seen.add(text)
                self._sheet.line(("cell", name), ("cell", shown), ("cell", value))
            self._sources[name] = f"='{self._sheet.name}'!$B${first}:$B${self._sheet.row}"
        return self._sources[name]
