"""Our spreadsheet, filled in: what is read back, what is refused, and that nothing hostile gets through."""

import contextlib
import io
import zipfile
from datetime import date, datetime
from functools import cache

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import (
    choice,
    choice_fact,
    day,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.documents.form_sheet import blank_sheet
from compliance.intake.answers import ANSWERS_LIMITS, AnswersInvalid, parse_answers
from compliance.intake.spreadsheets import read_spreadsheet
from compliance.intake.workbooks import MOST_PARTS, MOST_ROWS
from compliance.intake.yaml_text import Limits, UnreadableFile
from compliance.words import speaker

ORGANISATION = {"name": "Riverside Hotel", "country": "KH"}
WORDS = {
    language: {
        "yes": speaker(language).say("yes"),
        "no": speaker(language).say("no"),
        "declared": speaker(language).say("level-declared"),
        "documented": speaker(language).say("level-documented"),
        "KH": country,
    }
    for language, country in (("en", "Cambodia (KH)"), ("km", "កម្ពុជា (KH)"))
}
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@cache
def asked(language="en"):
    return questionnaire(
        maturity("ONE-01"),
        yes_no("ONE-02"),
        choice("ONE-03", options={"never_done": 0, "yearly": 100}),
        multiple("ONE-04", exclusive="nothing"),
        percentage("ONE-05", of_fact="workers"),
        percentage("ONE-06"),
        number("ONE-07", never="We have none"),
        day("ONE-08"),
        text("ONE-09"),
        facts=[number_fact("workers", min=1), yes_no_fact("pool"), choice_fact("kind", "house", "hotel"),
               multiple_fact("services", "meals", "tours")],
        language=language,
    )  # fmt: skip


@cache
def blank(language="en") -> bytes:
    return blank_sheet(asked(language), reviewed=False)


def filled(cells: dict[str, dict[str, object]], language="en", change=None) -> bytes:
    """The blank sheet with values put in: `{"ONE-01": {"value": 3}}`; organisation and day are there."""
    book = openpyxl.load_workbook(io.BytesIO(blank(language)))
    given = {"organisation.name": {"value": "Riverside Hotel"}, "organisation.country": {"value": WORDS[language]["KH"]},
             "as_of": {"value": date(2026, 11, 21)}, **cells}  # fmt: skip
    rest = dict(given)
    for sheet in book:
        keys = ["id", *(cell.value for cell in sheet[1][1:])]
        for row in sheet.iter_rows(min_row=3):
            for key, value in rest.pop(row[0].value, {}).items():
                row[keys.index(key)].value = value
    assert not rest, rest
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(raw: bytes, limits: Limits = ANSWERS_LIMITS):
    return read_spreadsheet(raw, limits)


def answer(cells, name="ONE-01", language="en"):
    return read(filled({name: cells}, language)).data["answers"].get(name)


def problems(raw: bytes, limits: Limits = ANSWERS_LIMITS) -> list[str]:
    with pytest.raises(UnreadableFile) as refusal:
        read(raw, limits)
    return [problem.code for problem in refusal.value.problems]


# What is read back


def test_a_blank_form_holds_nothing_but_its_questionnaire():
    assert read(blank()).data == {"questionnaire": "small@1.0", "organisation": {}, "profile": {}, "answers": {}}


def test_a_filled_form_is_an_answers_file():
    raw = filled({
        "attested_by.name": {"value": "Sok Dara"}, "attested_by.role": {"value": "Owner"},
        "attested_by.on": {"value": date(2026, 11, 20)}, "organisation.town": {"value": "Siem Reap"},
        "workers": {"value": 50}, "pool": {"value": "yes"}, "ONE-01": {"value": 3, "evidence": "documented"},
        "services.meals": {"value": "yes"}, "services.tours": {"value": "no"},
    })  # fmt: skip
    answers = parse_answers(raw, "form.xlsx").answers
    assert answers.questionnaire == "small@1.0"
    assert answers.as_of == date(2026, 11, 21)
    assert answers.organisation.town == "Siem Reap"
    assert answers.attested_by.role == "Owner"
    assert answers.profile == {"workers": 50, "pool": "yes", "services": ("meals",)}
    assert answers.answers["ONE-01"].evidence == "documented"


def days():
    return st.dates(date(2000, 1, 1), date(2026, 11, 21)).map(date.isoformat)


def plain_text():
    letters = st.sampled_from("abc ក្មេង ABC 1 .,;=-+\n\"'<&>")
    return st.text(letters, min_size=1, max_size=30).map(str.strip).filter(bool).filter(lambda each: each[0] != "=")


def chosen(*options):
    return st.sets(st.sampled_from(options)).map(lambda picked: [each for each in options if each in picked])


VALUES = {
    "ONE-01": st.integers(0, 4),
    "ONE-02": st.sampled_from(["yes", "no"]),
    "ONE-03": st.sampled_from(["never_done", "yearly"]),
    "ONE-04": chosen("a", "b", "c", "nothing"),
    "ONE-05": st.fixed_dictionaries({"is": st.integers(0, 10**9)}),
    "ONE-06": st.fixed_dictionaries({"is": st.integers(0, 10**9), "of": st.integers(0, 10**9)}),
    "ONE-07": st.just("never") | st.integers(0, 10**6),
    "ONE-08": st.just("never") | days(),
    "ONE-09": plain_text().filter(lambda each: not each.isdecimal()),
}
FACTS = {
    "workers": st.integers(1, 10**6),
    "pool": st.sampled_from(["yes", "no"]),
    "kind": st.sampled_from(["house", "hotel"]),
    "services": chosen("meals", "tours"),
}


@st.composite
def answer_sets(draw):
    answers = {}
    for name, values in VALUES.items():
        kind = draw(st.sampled_from(["nothing", "value", "claim"])) if name != "ONE-09" else "value"
        if kind == "value":
            answers[name] = {"value": draw(values)}
            if name != "ONE-09" and draw(st.booleans()):
                answers[name] |= {
                    "evidence": draw(st.sampled_from(["declared", "documented"])),
                    "evidence_on": draw(days()),
                }
        elif kind == "claim":
            answers[name] = {"not_applicable": draw(plain_text())}
        if kind != "nothing" and draw(st.booleans()):
            answers[name]["note"] = draw(plain_text())
    facts = {name: draw(values) for name, values in FACTS.items() if draw(st.booleans())}
    return facts, answers


def shown(name: str, value, language: str, *, khmer_digits: bool) -> dict[str, dict[str, object]]:
    """The cells in which a person states a value."""
    words = WORDS[language]
    match value:
        case list():
            options = {"ONE-04": ("a", "b", "c", "nothing"), "services": ("meals", "tours")}[name]
            return {f"{name}.{each}": {"value": words["yes" if each in value else "no"]} for each in options}
        case dict():
            return {name: {"value": value["is"], **({"of": value["of"]} if "of" in value else {})}}
        case "never":
            return {name: {"value": {"ONE-07": "We have none", "ONE-08": "Never"}[name]}}
        case "never_done" | "house":
            return {name: {"value": "An option"}}
        case "yearly" | "hotel":
            return {name: {"value": f"An option ({value})"}}
        case int() if khmer_digits:
            return {name: {"value": str(value).translate(KHMER_DIGITS)}}
        case str() if name == "ONE-08":
            typed = value.translate(KHMER_DIGITS) if khmer_digits else date.fromisoformat(value)
            return {name: {"value": typed}}
        case _:
            return {name: {"value": words.get(value, value) if isinstance(value, str) else value}}


@pytest.mark.parametrize("language", ["en", "km"])
@settings(max_examples=4)
@given(given_answers=answer_sets(), khmer_digits=st.booleans())
def test_what_was_filled_in_is_read_back(language, given_answers, khmer_digits):
    facts, answers = given_answers
    cells: dict[str, dict[str, object]] = {}
    for name, value in facts.items():
        cells |= shown(name, value, language, khmer_digits=khmer_digits)
    for name, each in answers.items():
        for cell, put in (
            shown(name, each["value"], language, khmer_digits=khmer_digits) if "value" in each else {}
        ).items():
            cells.setdefault(cell, {}).update(put)
        own = {key: each[key] for key in ("note", "not_applicable") if key in each}
        if "evidence" in each:
            own |= {
                "evidence": WORDS[language][each["evidence"]],
                "evidence_on": date.fromisoformat(each["evidence_on"]),
            }
        cells.setdefault(name, {}).update(own)
    raw = filled(cells, language)
    assert read(raw).data == {
        "questionnaire": "small@1.0", "as_of": "2026-11-21", "organisation": ORGANISATION, "profile": facts,
        "answers": answers,
    }  # fmt: skip
    parse_answers(raw, "form.xlsx")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("ONE-01", "3", 3),
        ("ONE-01", "៣", 3),
        ("ONE-01", 3.0, 3),
        ("ONE-01", 3.5, 3.5),
        ("ONE-02", "YES", "yes"),
        ("ONE-02", "ចាស", "ចាស"),
        ("ONE-03", "yearly", "yearly"),
        ("ONE-03", "every year", "every year"),
        ("ONE-07", "never", "never"),
        ("ONE-07", "we have  none", "never"),
        ("ONE-07", "46 / 50", "46 / 50"),
        ("ONE-08", "២០២៦-០១-៣១", "2026-01-31"),
        ("ONE-08", datetime(2026, 1, 31, 14, 30), "2026-01-31"),  # noqa: DTZ001
        ("ONE-08", "31 January", "31 January"),
        ("ONE-09", 2026, "2026"),
    ],
)
def test_a_cell_is_read_as_what_it_asks_for_and_never_guessed(name, typed, value):
    assert answer({"value": typed}, name) == {"value": value}


def test_a_part_and_its_whole_are_two_cells():
    assert answer({"value": "46 / 50"}, "ONE-05") == {"value": {"is": "46 / 50"}}
    assert answer({"value": 46, "of": "៥០"}, "ONE-06") == {"value": {"is": 46, "of": 50}}


def test_unanswered_options_are_no_answer_and_a_no_to_each_is_an_empty_list():
    assert answer({}, "ONE-04") is None
    assert read(filled({"ONE-04.a": {"value": "no"}})).data["answers"]["ONE-04"] == {"value": []}


def test_a_problem_names_the_row():
    raw = filled({"ONE-01": {"value": 1}, "ONE-08": {"value": 1, "evidence": "sworn"}})
    with pytest.raises(AnswersInvalid) as refusal:
        parse_answers(raw, "form.xlsx")
    [problem] = refusal.value.problems
    assert (problem.code, problem.where) == ("wrong-word", "form.xlsx:15 answers.ONE-08.evidence")


def test_sheets_and_columns_may_be_renamed_and_moved():
    def change(book):
        book._sheets.reverse()
        for number_, sheet in enumerate(book):
            sheet.title = f"Sheet {number_}"
        book["Sheet 1"].insert_cols(3)

    assert read(filled({"ONE-01": {"value": 2}}, change=change)).data["answers"] == {"ONE-01": {"value": 2}}


# What is refused


def test_a_formula_counts_by_its_stored_result_only():
    assert problems(filled({"ONE-01": {"value": "=1+1"}})) == ["sheet-formula"]
    raw = filled({"ONE-01": {"value": "=1+1"}, "ONE-02": {"note": "=A1"}})
    assert problems(raw) == ["sheet-formula", "sheet-formula"]
    stored = rewritten(filled({"ONE-01": {"value": "=1+2"}}), b"<f>1+2</f><v></v>", b"<f>1+2</f><v>3</v>")
    assert read(stored).data["answers"]["ONE-01"] == {"value": 3}


def rewritten(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The same archive with something replaced in every part; it must be there."""
    out, found = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            text_ = source.read(part)
            found += text_.count(old)
            target.writestr(part.filename, text_.replace(old, new))
    assert found
    return out.getvalue()


def test_an_answer_in_a_row_without_an_id_is_not_dropped():
    def change(book):
        sheet = book.worksheets[3]
        sheet.cell(row=sheet.max_row + 1, column=4).value = "yes"

    assert problems(filled({}, change=change)) == ["sheet-row-without-id"]


def test_a_row_that_stands_twice_is_refused():
    def change(book):
        sheet = book.worksheets[3]
        sheet.append([cell.value for cell in sheet[4]])

    assert problems(filled({}, change=change)) == ["id-twice"]


def test_an_option_takes_yes_or_no():
    assert problems(filled({"ONE-04.a": {"value": "perhaps"}})) == ["wrong-word"]


@pytest.mark.parametrize(("letter", "code"), [("\u202e", "direction-character"), ("\x7f", "control-character")])
def test_text_is_held_to_the_same_characters_as_everywhere(letter, code):
    with pytest.raises(UnreadableFile) as refusal:
        parse_answers(filled({"ONE-01": {"value": 1, "note": f"a{letter}b"}}), "form.xlsx")
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert refusal.value.problems[0].where == "form.xlsx:4"


def test_zero_width_spaces_belong_to_khmer():
    assert answer({"value": 1, "note": "សណ្ឋា\u200bគារ"})["note"] == "សណ្ឋា\u200bគារ"


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(200),
        blank()[:-40],
        blank()[: len(blank()) // 2],
        blank().replace(b"\x00", b"\x01"),
    ],
    ids=["nothing", "zeros", "cut short", "half", "spoilt"],
)
def test_a_broken_archive_is_refused(raw):
    assert problems(raw) == ["not-a-spreadsheet"]


def test_another_workbook_is_refused():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert problems(out.getvalue()) == ["not-a-spreadsheet"]


def test_another_format_version_is_refused():
    assert problems(rewritten(blank(), b"compliance-form:answers:1", b"compliance-form:answers:2")) == [
        "not-a-spreadsheet"
    ]


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(blank())) as source:
        return archive({part: source.read(part) for part in source.namelist()} | {name: content})


def test_a_bomb_is_not_unpacked():
    raw = archive({"[Content_Types].xml": b" " * (25 * 1024 * 1024)})
    assert len(raw) < ANSWERS_LIMITS.size_bytes
    assert problems(raw) == ["sheet-too-large"]


def test_many_parts_are_refused():
    assert problems(archive({f"{count}.xml": b"" for count in range(MOST_PARTS + 1)})) == ["sheet-too-large"]


def test_a_large_file_is_refused_before_it_is_opened():
    assert problems(b"PK" + bytes(2000), Limits(size_bytes=1000, nodes=10)) == ["file-too-large"]


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><sst>&b;</sst>',
        "<!DOCTYPE a><sst/>".encode("utf-16"),
    ],
)
def test_entities_are_never_resolved(declaration):
    assert problems(with_part("xl/sharedStrings.xml", declaration)) == ["not-a-spreadsheet"]


def test_links_to_other_files_are_not_followed():
    rels = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    raw = with_part("xl/externalLinks/_rels/externalLink1.xml.rels", rels)
    assert read(raw).data["answers"] == {}


def test_too_many_cells_are_refused():
    assert problems(blank(), Limits(size_bytes=1024 * 1024, nodes=50)) == ["too-many-values"]


def test_too_many_rows_are_refused():
    def change(book):
        book.worksheets[3].cell(row=MOST_ROWS + 1, column=4).value = "yes"

    assert problems(filled({}, change=change)) == ["sheet-too-many-rows"]


def test_a_row_number_beyond_all_bounds_costs_nothing():
    def change(book):
        book.worksheets[3].cell(row=1_048_576, column=4).value = "yes"

    assert read(filled({"ONE-01": {"value": 1}}, change=change)).data["answers"] == {"ONE-01": {"value": 1}}


@settings(max_examples=30)
@given(st.integers(0, len(blank()) - 1), st.binary(min_size=1, max_size=8))
def test_spoilt_bytes_are_read_or_refused_but_never_a_fault(at, noise):
    raw = blank()
    with contextlib.suppress(UnreadableFile):
        read(raw[:at] + noise + raw[at + len(noise) :])
