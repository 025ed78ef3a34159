"""Our spreadsheet, filled in → the plain data of an answers file, with the row of every part.

The file is read by what stands in hidden cells: markers, column keys, ids, kinds of answer, lists of choices. Names
and order of sheets, columns and languages do not matter. Nothing is guessed: what is neither a choice nor a number,
day or text of the kind that is asked stays as it was written, and the checks of answers name it.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from compliance.errors import Problem
from compliance.intake.workbooks import Formula, SheetRows, read_workbook, refused
from compliance.intake.yaml_text import Limits, Path, Plain, UnreadableFile

MARKER = "compliance-form"
FORMAT = "1"

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ANSWER_KEYS = ("value", "of", "evidence", "evidence_on", "note", "not_applicable")

Lists = Mapping[str, Mapping[str, str]]
"""List name → shown text → value."""


class _Row(Struct, frozen=True):
    """One question's row."""

    number: int
    """From 1, as a spreadsheet shows it."""
    name: str
    kind: str
    list_name: str
    cells: Mapping[str, object]


def read_spreadsheet(raw: bytes, limits: Limits) -> Plain:
    """Read our spreadsheet; `lines` are row numbers of the sheets.

    Raises:
        UnreadableFile: it is no spreadsheet of ours, too large, or has cells that cannot be read.
    """
    sheets = {sheet.marker[1]: sheet for sheet in read_workbook(raw, limits, marker=MARKER) if len(sheet.marker) > 1}
    for name in ("lists", "organisation", "facts", "answers"):
        if name not in sheets:
            raise refused("a sheet is missing, or its first row was changed", sheet=name)
        if sheets[name].marker[2:] != (FORMAT,):
            raise refused("it was made by another version of this programme")
    reference, lists = _lists(sheets["lists"])
    reading = _Reading(lists)
    whole: dict[str, object] = {"questionnaire": reference}
    whole |= reading.organisation(sheets["organisation"])
    whole["profile"] = reading.facts(sheets["facts"])
    whole["answers"] = reading.answers(sheets["answers"])
    if reading.problems:
        raise UnreadableFile(reading.problems)
    return Plain(whole, reading.lines)


def _lists(sheet: SheetRows) -> tuple[object, Lists]:
    lists: dict[str, dict[str, str]] = {}
    reference: object = None
    for row in sheet.rows[1:]:
        name, shown, value = (*row, None, None, None)[:3]
        if name == "questionnaire":
            reference = value
        elif name is not None and shown is not None and value is not None:
            lists.setdefault(str(name), {})[_same(str(shown))] = str(value)
    if reference is None:
        raise refused("it does not say which questionnaire it is of")
    return reference, lists


class _Reading:
    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.lines: dict[Path, int] = {("organisation",): 1, ("profile",): 1, ("answers",): 1}
        self.problems: list[Problem] = []

    def organisation(self, sheet: SheetRows) -> dict[str, object]:
        whole: dict[str, object] = {"organisation": {}}
        for row in self._rows(sheet):
            value = self._read(row)
            if value is None:
                continue
            outer, _, inner = row.name.partition(".")
            if not inner:
                whole[outer] = value
                self.lines[(outer,)] = row.number
                continue
            group = whole.setdefault(outer, {})
            if isinstance(group, dict):
                group[inner] = value
            if self.lines.get((outer,), 1) == 1:
                self.lines[(outer,)] = row.number
            self.lines[(outer, inner)] = row.number
        return whole

    def facts(self, sheet: SheetRows) -> dict[str, object]:
        facts: dict[str, object] = {}
        chosen = self._chosen(sheet)
        for row in self._rows(sheet):
            value = chosen.get(row.name) if row.kind == "multiple" else self._read(row)
            if row.kind != "option" and value is not None:
                facts[row.name] = value
                self.lines[("profile", row.name)] = row.number
        return facts

    def answers(self, sheet: SheetRows) -> dict[str, object]:
        answers: dict[str, object] = {}
        chosen = self._chosen(sheet)
        for row in self._rows(sheet):
            if row.kind == "option":
                continue
            value = chosen.get(row.name) if row.kind == "multiple" else self._read(row)
            answer = self._answer(row, value)
            if answer:
                answers[row.name] = answer
                self.lines[("answers", row.name)] = row.number
        return answers

    def _answer(self, row: _Row, value: object) -> dict[str, object]:
        answer: dict[str, object] = {} if value is None else {"value": value}
        evidence = row.cells.get("evidence")
        plain: dict[str, object] = {
            "evidence": None if evidence is None else self._choice("evidence", evidence),
            "evidence_on": _day(row.cells.get("evidence_on")),
            "note": _text(row.cells.get("note")),
            "not_applicable": _text(row.cells.get("not_applicable")),
        }
        return answer | {key: each for key, each in plain.items() if each is not None}

    def _chosen(self, sheet: SheetRows) -> dict[str, list[str]]:
        """The options with a yes, for each question of which at least one option is answered."""
        chosen: dict[str, list[str]] = {}
        for row in self._rows(sheet, quiet=True):
            name, _, option = row.name.partition(".")
            if row.kind != "option" or (value := self._read(row)) is None:
                continue
            options = chosen.setdefault(name, [])
            if value == "yes":
                options.append(option)
            elif value != "no":
                facts = {"given": str(value)[:60], "words": "yes, no"}
                self.problems.append(Problem("wrong-word", f":{row.number} {row.name}", facts))
        return chosen

    def _rows(self, sheet: SheetRows, *, quiet: bool = False) -> list[_Row]:
        """The rows that ask something. Unless quiet, what stands in other rows is a problem."""
        keys = ("id", *(str(key) for key in sheet.rows[0][1:]))
        rows: list[_Row] = []
        seen: set[str] = set()
        for number, cells in enumerate(sheet.rows[2:], start=3):
            given = {key: cell for key, cell in zip(keys, cells, strict=False) if cell is not None}
            name, kind = str(given.get("id", "")), str(given.get("kind", ""))
            if not name:
                if not quiet and any(key in given for key in _ANSWER_KEYS):
                    self.problems.append(Problem("sheet-row-without-id", f":{number}"))
                continue
            if not quiet and name in seen:
                self.problems.append(Problem("id-twice", f":{number}", {"id": name[:80]}))
            seen.add(name)
            if not quiet:
                self._check_formulas(number, name, given)
            rows.append(_Row(number, name, kind, str(given.get("list", "")), given))
        return rows

    def _check_formulas(self, number: int, name: str, given: Mapping[str, object]) -> None:
        for key in _ANSWER_KEYS:
            if isinstance(given.get(key), Formula):
                self.problems.append(Problem("sheet-formula", f":{number} {name[:80]}", {"id": name[:80]}))

    def _read(self, row: _Row) -> object:
        value = row.cells.get("value")
        if row.kind == "percentage":
            return _part(value, row.cells.get("of"))
        if value is None:
            return None
        chosen = self._choice(row.list_name, value) if row.list_name else value
        match row.kind:
            case "maturity" | "number":
                return _number(chosen)
            case "date":
                return _day(chosen)
            case "choice" | "yes_no" | "option":
                return chosen
            case _:
                return _text(chosen)

    def _choice(self, list_name: str, value: object) -> object:
        if not isinstance(value, str):
            return value
        choices = self.lists.get(list_name, {})
        same = _same(value)
        lowered = {shown.casefold(): each for shown, each in choices.items()}
        plain = {each.casefold(): each for each in choices.values()}
        return choices.get(same) or lowered.get(same.casefold()) or plain.get(same.casefold()) or value


def _same(text: str) -> str:
    """Text as compared with what a drop-down shows: spreadsheets change white space."""
    return " ".join(text.split())


def _part(part: object, whole: object) -> object:
    given = {"is": _number(part), "of": _number(whole)}
    return {key: value for key, value in given.items() if value is not None} or None


def _number(value: object) -> object:
    """A whole number where the cell holds one, in any digits; else what it holds."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        digits = value.strip().translate(_KHMER_DIGITS)
        return int(digits) if _NUMBER.fullmatch(digits) else value
    return value if isinstance(value, int | float) or value is None else _text(value)


def _day(value: object) -> object:
    """A day as YYYY-MM-DD where the cell holds one; else what it holds."""
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d") if value.year > 999 else str(value)
    if isinstance(value, str):
        digits = value.strip().translate(_KHMER_DIGITS)
        return digits if _DAY.fullmatch(digits) else value
    return value if isinstance(value, int | float) or value is None else str(value)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == value.min.time():
        return value.date().isoformat()
    return str(value)
