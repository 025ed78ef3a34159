"""The plan for other programmes: text for tables, calendar entries, a spreadsheet to work with."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_dossiers import AS_OF, HOSTILE, dossier, matches

from compliance.documents._dossier import PlanToday, TaskToday
from compliance.documents.plan_files import plan_calendar, plan_csv, plan_rows
from compliance.documents.plan_sheet import plan_sheet


def rows_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def unfolded(raw: bytes) -> list[str]:
    return raw.decode("utf-8").replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("draw", [plan_csv, plan_calendar, plan_sheet])
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_dossier_gives_the_same_bytes(draw, language):
    assert draw(dossier(language=language)) == draw(dossier(language=language))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_files_are_as_they_were(language):
    matches(f"plan.{language}.csv", plan_csv(dossier(language=language)).decode("utf-8-sig"))
    matches(f"plan.{language}.ics", plan_calendar(dossier(language=language)).decode("utf-8"))


def test_a_task_is_due_as_many_days_after_the_assessment_as_its_step_allows():
    given = dossier()
    for row, task in zip(plan_rows(given), given.plan.tasks, strict=True):
        assert (row.due_on - AS_OF).days == task.step.within_days


def test_a_failed_critical_item_is_due_within_thirty_days():
    assert next(plan_rows(dossier())).due_on == date(2026, 12, 21)


def test_up_to_five_people_read_you_instead_of_a_job_title():
    assert {row.by for row in plan_rows(dossier(workers=5))} == {"you"}
    assert {row.by for row in plan_rows(dossier(workers=6))} == {"manager"}


def test_text_begins_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_wants():
    raw = plan_csv(dossier())
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(rows_of(raw))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(start):
    cells = [cell for row in rows_of(plan_csv(dossier(invented=f"{start}1+1", published=True))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe():
    from compliance.documents.plan_files import _harmless

    assert [_harmless(cell) for cell in ("=1", "-1", "a=1", "")] == ["'=1", "'-1", "a=1", ""]


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", HOSTILE)
def test_calendar_lines_are_short_and_never_cut_a_character(name, language):
    raw = plan_calendar(dossier(name=name[:150], language=language))
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_calendar_text_is_escaped():
    lines = unfolded(plan_calendar(dossier(name="a;b,c\\d\ne")))
    assert "X-WR-CALNAME:Child protection: a\\;b\\,c\\\\d\\ne" in lines


def test_a_name_cannot_add_lines_to_the_calendar():
    lines = unfolded(plan_calendar(dossier(name="Hotel\r\nEND:VCALENDAR\r\nBEGIN:VEVENT\x0b\x85ATTACH:http://x")))
    assert lines.count("END:VCALENDAR") == 1
    assert not [line for line in lines if line.startswith("ATTACH")]


@settings(max_examples=10)
@given(st.text(max_size=150))
def test_any_name_leaves_the_calendar_whole(name):
    lines = unfolded(plan_calendar(dossier(name=name)))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(dossier().plan.tasks)
    assert all(re.match(r"[A-Z-]+(;VALUE=DATE)?:", line) for line in lines[:-1])


def test_entries_keep_their_identity_from_one_assessment_to_the_next():
    def identities(given):
        return [line for line in unfolded(plan_calendar(given)) if line.startswith("UID:")]

    assert identities(dossier()) == identities(dossier(workers=30))
    assert not set(identities(dossier())) & set(identities(dossier(name="Another hotel")))
    assert len(set(identities(dossier()))) == len(dossier().plan.tasks)


def test_a_khmer_plan_says_that_its_texts_are_not_reviewed():
    assert "មិនទាន់ត្រូវបានអ្នកជំនាញ" in plan_csv(dossier(language="km")).decode("utf-8")
    assert "X-WR-CALDESC:អត្ថបទភាសាខ្មែរមិនទាន់ត្រូវបាន" in "".join(unfolded(plan_calendar(dossier(language="km"))))


def test_the_spreadsheet_holds_every_task_as_text_and_real_days():
    given = dossier(name="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(plan_sheet(given)))
    tasks = book.worksheets[0]
    assert tasks.max_row == 1 + len(given.plan.tasks)
    assert [row[7].value.date() for row in tasks.iter_rows(min_row=2)] == [row.due_on for row in plan_rows(given)]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=1+1" in [cell.value for cell in cells]


def test_an_empty_plan_says_that_nothing_is_left_to_do():
    given = dossier(done=True)
    assert given.plan.tasks == ()
    assert len(rows_of(plan_csv(given))) == 1
    assert b"VEVENT" not in plan_calendar(given)
    sheet = openpyxl.load_workbook(io.BytesIO(plan_sheet(given))).worksheets[0]
    assert [cell.value for cell in sheet[2] if cell.value] == [
        "Nothing is left to do: every item has full points and evidence."
    ]


def test_an_invented_business_is_said_to_be_invented():
    book = openpyxl.load_workbook(io.BytesIO(plan_sheet(dossier(invented="no such hotel", published=False))))
    said = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
    assert "Invented example: no such hotel" in said
    assert "Questionnaire not published by the issuer" in said


# The plan as it stands on a day

FIRST, SECOND = ("ONE-01", 0), ("ONE-02", 0)


def standing(**more):
    """A dossier whose first task is done, and whose second was put off and given to somebody."""
    given = dossier(**more)
    tasks = {
        (task.step.item, task.step.action): TaskToday(state="open", owner="", due_on=date(2027, 2, 1), evidence=())
        for task in given.plan.tasks
    }
    tasks[FIRST] = TaskToday(state="done", owner="Chan Thida", due_on=date(2026, 12, 1),
                             evidence=("=The policy, signed", "On the shelf"))  # fmt: skip
    tasks[SECOND] = TaskToday(state="in_progress", owner="Lim Vuthy", due_on=date(2027, 1, 9), evidence=())
    return replace(given, today=PlanToday(on=date(2026, 12, 24), tasks=tasks))


@pytest.mark.parametrize("draw", [plan_csv, plan_calendar, plan_sheet])
def test_as_it_stands_the_same_dossier_gives_the_same_bytes_too(draw):
    assert draw(standing()) == draw(standing())
    assert draw(standing()) != draw(dossier())


def test_the_table_says_who_does_what_by_when_and_how_far_it_is():
    heads, first, second, third, *_ = rows_of(plan_csv(standing()))
    assert heads[7:] == ["Due on", "Why now", "Owner", "State", "Evidence", "Remark"]
    assert first[7] == "2026-12-01"
    assert first[9:12] == ["Chan Thida", "done", "'=The policy, signed; On the shelf"]
    assert (second[7], *second[9:12]) == ("2027-01-09", "Lim Vuthy", "in progress", "")
    assert (third[7], *third[9:12]) == ("2027-02-01", "", "to do", "")


def test_the_calendar_holds_what_is_still_to_be_done_on_the_days_that_are_set():
    given = standing()
    lines = unfolded(plan_calendar(given))
    assert lines.count("BEGIN:VEVENT") == len(given.plan.tasks) - 1
    first, second, *_ = [line for line in unfolded(plan_calendar(dossier())) if line.startswith("UID:")]
    assert first not in lines
    entry = lines[lines.index(second) :]
    assert "DTSTART;VALUE=DATE:20270109" in entry[:6]
    assert "DTSTAMP:20261224T000000Z" in entry[:6]
    assert any("Lim Vuthy" in line for line in entry[:8])


def test_what_was_dropped_is_in_no_calendar():
    given = standing()
    tasks = {key: replace(task, state="dropped") for key, task in given.today.tasks.items()}
    assert b"VEVENT" not in plan_calendar(replace(given, today=PlanToday(on=AS_OF, tasks=tasks)))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_spreadsheet_shows_the_plan_as_it_stands(language):
    given = standing(language=language)
    book = openpyxl.load_workbook(io.BytesIO(plan_sheet(given)))
    first = [cell.value for cell in book.worksheets[0][2]]
    assert first[7].date() == date(2026, 12, 1)
    assert first[9:12] == ["Chan Thida", {"en": "done", "km": "រួចរាល់"}[language], "=The policy, signed; On the shelf"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    day, finished = {"en": ("Plan as of", "Finished tasks"), "km": ("ផែនការគិតត្រឹមថ្ងៃ", "កិច្ចការរួចរាល់")}[language]
    assert "24" in about[day]
    assert "1" in about[finished]
    assert str(len(given.plan.tasks)) in about[finished]
