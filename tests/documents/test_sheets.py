"""Blank spreadsheets and translation sheets: what a person finds in them, and that they are the same every time."""

import io
import zipfile

import openpyxl
import pytest
from test_form import DAY, everything

from compliance.documents._workbook import Book, Lists
from compliance.documents.form_sheet import blank_sheet
from compliance.documents.translation_sheet import translation_sheet
from compliance.domain.questionnaire import words_of
from compliance.intake.library import Library
from compliance.intake.translation_sheet import read_corrections
from compliance.intake.yaml_text import Limits, UnreadableFile
from fixtures.libraries import SHIPPED

LIMITS = Limits(size_bytes=1024 * 1024, nodes=40_000)


def opened(raw: bytes):
    return openpyxl.load_workbook(io.BytesIO(raw))


def sheet_of(book, kind: str):
    return next(sheet for sheet in book if str(sheet["A1"].value).startswith(f"compliance-form:{kind}:"))


def row_of(sheet, name: str) -> dict[str, object]:
    keys = ["id", *(cell.value for cell in sheet[1][1:])]
    row = next(cells for cells in sheet.iter_rows(min_row=3) if cells[0].value == name)
    return dict(zip(keys, row, strict=True))


def drop_down(sheet, cell) -> list[str]:
    """What a cell's drop-down offers."""
    rule = next(each for each in sheet.data_validations.dataValidation if cell.coordinate in each.sqref)
    if rule.type != "list":
        return []
    name, _, cells = rule.formula1.replace("'", "").replace("$", "").partition("!")
    return [each.value for (each,) in sheet.parent[name][cells]]


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_questionnaire_gives_the_same_bytes(language):
    assert blank_sheet(everything(language=language), reviewed=False) == blank_sheet(
        everything(language=language), reviewed=False
    )


def test_ids_and_keys_are_the_same_in_every_language():
    def skeleton(language):
        book = opened(blank_sheet(everything(language=language), reviewed=True))
        return {kind: ([cell.value for cell in sheet_of(book, kind)[1]],
                       [cells[0].value for cells in sheet_of(book, kind).iter_rows(min_row=3)])
                for kind in ("organisation", "facts", "answers")}  # fmt: skip

    assert skeleton("en") == skeleton("km")


@pytest.mark.parametrize(
    ("language", "name", "offered"),
    [
        ("en", "ONE-01", ["0", "1", "2", "3", "4"]),
        ("en", "ONE-02", ["yes", "no"]),
        ("km", "ONE-02", ["បាទ/ចាស", "ទេ"]),
        ("en", "ONE-03", ["An option", "An option (yearly)"]),
        ("en", "ONE-04.a", ["yes", "no"]),
        ("en", "ONE-07", ["We have none"]),
        ("en", "ONE-08", ["Never"]),
        ("en", "ONE-05", []),
    ],
)
def test_what_can_be_chosen_is_offered(language, name, offered):
    sheet = sheet_of(opened(blank_sheet(everything(language=language), reviewed=True)), "answers")
    assert drop_down(sheet, row_of(sheet, name)["value"]) == offered


def test_only_cells_that_take_something_are_open():
    sheet = sheet_of(opened(blank_sheet(everything(), reviewed=True)), "answers")
    assert sheet.protection.sheet

    def is_open(name, key):
        return not row_of(sheet, name)[key].protection.locked

    assert is_open("ONE-06", "of")
    assert not is_open("ONE-05", "of")  # the whole comes from a fact
    assert not is_open("ONE-01", "not_applicable")  # critical
    assert is_open("ONE-02", "not_applicable")
    assert not is_open("ONE-04", "value")  # its options have rows of their own
    assert is_open("ONE-04.nothing", "value")
    assert not is_open("ONE-09", "evidence")  # own words need none


def test_the_read_me_says_whether_the_texts_are_reviewed():
    def said(reviewed):
        return [row[0].value for row in opened(blank_sheet(everything(language="km"), reviewed=reviewed)).worksheets[0]]

    assert any("មិនទាន់ត្រូវបានអ្នកជំនាញ" in (text or "") for text in said(False))
    assert not any("មិនទាន់ត្រូវបានអ្នកជំនាញ" in (text or "") for text in said(True))


def test_lists_are_hidden_and_name_the_questionnaire():
    lists = sheet_of(opened(blank_sheet(everything(), reviewed=True)), "lists")
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists[2]] == ["questionnaire", "Small", "small@1.0"]


def test_no_text_becomes_a_formula_or_a_link():
    asked = everything(title="=1+1", intro="http://example.org")
    book = opened(blank_sheet(asked, reviewed=True))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_sheets_get_names_that_spreadsheets_take():
    book = Book(title="T", language="en", made_on=DAY)
    names = [book.sheet(name).name for name in ("a/b", "a-b", "x" * 40, "x" * 40, "'[]'")]
    assert names == ["a-b", "a-b 2", "x" * 31, "x" * 28 + " 2", "--"]


def test_choices_with_the_same_words_can_be_told_apart():
    book = Book(title="T", language="en", made_on=DAY)
    lists = Lists(book.sheet("lists"), "test:lists:1")
    assert lists.add("one", {"a": "Same", "b": "Same"}) == lists.add("one", {})
    shown = [row[1].value for row in opened(book.bytes())["lists"].iter_rows(min_row=2)]
    assert shown == ["Same", "Same (b)"]


# Translation sheets


def pair():
    library = Library(SHIPPED)
    own = library.load("core@1.0").questionnaire
    everything_named = {"facts": frozenset(fact.id for fact in own.facts),
                        "sections": frozenset(each.id for each in own.sections),
                        "items": frozenset(item.id for item in own.items)}  # fmt: skip
    return words_of(own, **everything_named), library.translation("core@1.0", "km")


def test_original_and_translation_stand_side_by_side():
    original, translation = pair()
    raw = translation_sheet([(original, translation)])
    assert raw == translation_sheet([(original, translation)])
    rows = {cells[0].value: cells for cells in opened(raw).worksheets[0].iter_rows(min_row=3)}
    cells = rows["items.CORE-01.levels.2"]
    assert cells[1].value == original.items["CORE-01"].levels[2]
    assert cells[2].value == translation.items["CORE-01"].levels[2]
    assert rows["items.CORE-01.actions.0.by"][1].value == "general manager"
    assert rows["items.CORE-05.counts.is"][2].value == translation.items["CORE-05"].counts.is_


def test_corrections_come_back_by_their_paths():
    book = opened(translation_sheet([pair()]))
    sheet = book.worksheets[0]
    sheet["D5"], sheet["D7"] = "កែហើយ", "   "
    out = io.BytesIO()
    book.save(out)
    assert read_corrections(out.getvalue(), LIMITS) == {"core@1.0.km": {sheet["A5"].value: "កែហើយ"}}


@pytest.mark.parametrize(
    ("cell", "value", "code"), [("D5", "=1+1", "sheet-formula"), ("D5", "a\u202eb", "direction-character")]
)
def test_corrections_that_cannot_be_read_are_refused(cell, value, code):
    book = opened(translation_sheet([pair()]))
    book.worksheets[0][cell] = value
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFile) as refusal:
        read_corrections(out.getvalue(), LIMITS)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_blank_form_is_no_translation_sheet():
    with pytest.raises(UnreadableFile):
        read_corrections(blank_sheet(everything(), reviewed=True), LIMITS)


def test_nothing_in_a_spreadsheet_tells_when_it_was_made():
    with zipfile.ZipFile(io.BytesIO(blank_sheet(everything(), reviewed=True))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-01-01T00:00:00Z" in archive.read("docProps/core.xml")
