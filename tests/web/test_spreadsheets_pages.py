from io import BytesIO

import pytest
from filled import MET, base, fill, start, submit
from guest import Guest, Shown
from openpyxl import load_workbook

from hotels import seen
from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def draft(manager):
    """The address of a draft that is filled in but for two answers."""
    manager.assessment_id = start(manager.visitor)
    fill(manager.visitor, manager.assessment_id, MET, leave_out=("CORE-01", "HOS-01"))
    return base(manager.visitor, manager.assessment_id)


def whole(manager):
    return manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{manager.assessment_id}")


def answers(manager):
    return {item: each["answer"] for item, each in whole(manager)["answers"].items()}


def sheet_of(guest, draft):
    answer = guest.open(f"{draft}/spreadsheet/form.xlsx").answer
    assert answer.headers["content-type"] == XLSX
    return load_workbook(BytesIO(answer.content))


def write(book, cells):
    """Fill cells in: {("answers", "CORE-01", "value"): 4}."""
    for (kind, name, key), value in cells.items():
        sheet = next(each for each in book.worksheets if str(each["A1"].value).startswith(f"compliance-form:{kind}:"))
        keys = [cell.value for cell in sheet[1]]
        row = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == name)
        row[keys.index(key)].value = value
    return book


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def send(guest, draft, content, name="form.xlsx"):
    answer = guest.client.post(f"{draft}/spreadsheet", files={"file": (name, content, XLSX)},
                               headers={"sec-fetch-site": "same-origin"})  # fmt: skip
    return Shown(guest, answer)


def test_a_spreadsheet_goes_out_filled_in_and_comes_back_after_a_look(manager, draft):
    before = answers(manager)
    page = manager.open(f"{draft}/spreadsheet")
    assert page.heading == "Fill in without a network"
    assert f"{draft}/spreadsheet/form.xlsx" in page.links
    book = write(sheet_of(manager, draft), {("answers", "CORE-01", "value"): 4, ("answers", "CORE-02", "note"): "New",
                                            ("facts", "workers", "value"): 41})  # fmt: skip
    look = send(manager, draft, saved(book))
    assert look.heading == "What will change"
    assert "3 answers will change" in look.text
    assert answers(manager) == before
    done = look.send("/spreadsheet/confirm")
    assert done.path == f"{draft}?done=sheet-applied"
    after = answers(manager)
    assert after["CORE-01"]["value"] == 4
    assert after["CORE-02"] == {**before["CORE-02"], "note": "New"}
    assert whole(manager)["facts"]["workers"]["value"] == 41
    assert {item for item in after if after[item] != before.get(item)} == {"CORE-01", "CORE-02"}


@SQLITE
def test_an_untouched_spreadsheet_changes_nothing(manager, draft):
    look = send(manager, draft, saved(sheet_of(manager, draft)))
    assert "Nothing will change" in look.text
    assert look.tree.xpath("//main//form") == []
    assert "more rows say what stands here already" in look.text


@SQLITE
def test_what_is_wrong_is_named_with_its_row_and_the_rest_is_taken(manager, draft):
    book = write(sheet_of(manager, draft), {("answers", "CORE-01", "value"): 4, ("answers", "HOS-01", "value"): 17,
                                            ("answers", "CORE-02", "evidence_on"): "some day"})  # fmt: skip
    look = send(manager, draft, saved(book))
    assert "One answer will change" in look.text
    assert "2 rows cannot be taken" in look.text
    assert "takes a whole number from 0 to 4" in look.text
    assert "Row " in look.text
    assert look.send("/spreadsheet/confirm").path == f"{draft}?done=sheet-applied"
    assert "HOS-01" not in answers(manager)


@SQLITE
def test_a_claim_takes_the_place_of_a_value_and_pieces_of_evidence_stay(manager, draft):
    before = answers(manager)
    claimed = next(item for item, each in before.items() if each.get("pieces") and not item.startswith("CORE-0"))
    book = write(sheet_of(manager, draft), {("answers", claimed, "note"): "<script>alert(1)</script>"})
    look = send(manager, draft, saved(book))
    assert "<script>alert" not in look.answer.text
    look.send("/spreadsheet/confirm")
    assert answers(manager)[claimed]["pieces"] == before[claimed]["pieces"]


@SQLITE
def test_who_confirms_after_somebody_answered_meanwhile_looks_again(manager, draft):
    book = write(sheet_of(manager, draft), {("answers", "CORE-01", "value"): 4, ("answers", "HOS-01", "value"): 3})
    look = send(manager, draft, saved(book))
    place = f"{manager.visitor.at}/assessments/{manager.assessment_id}/answers/CORE-01"
    manager.visitor.must("PUT", place, json={"value": 2}, headers=seen(0))
    again = look.send("/spreadsheet/confirm")
    assert again.status == 412
    assert "Somebody changed some of these answers" in again.text
    assert answers(manager)["CORE-01"]["value"] == 2
    assert "HOS-01" not in answers(manager)
    assert again.send("/spreadsheet/confirm").path == f"{draft}?done=sheet-applied"
    assert answers(manager)["CORE-01"]["value"] == 4


@SQLITE
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n", b"x" * (5 * 1024 * 1024 + 1)])
def test_files_that_are_no_spreadsheet_of_ours_are_refused_in_words(manager, draft, content):
    page = send(manager, draft, content)
    assert page.status == 422
    assert page.heading == "Fill in without a network"
    assert len(page.mistakes) == 1


@SQLITE
def test_formulas_without_a_result_are_named_with_their_row(manager, draft):
    book = write(sheet_of(manager, draft), {("answers", "CORE-01", "value"): "=1+1"})
    page = send(manager, draft, saved(book))
    assert page.status == 422
    assert {field for _, field in page.mistakes} == {"file"}
    assert "Row " in page.text


@SQLITE
def test_the_spreadsheet_of_another_questionnaire_is_refused(manager, draft):
    other = base(manager.visitor, start(manager.visitor, sector="tour-operators"))
    page = send(manager, draft, saved(sheet_of(manager, other)))
    assert page.status == 422
    assert "tour-operators@1.0" in page.mistakes[0][0]


@SQLITE
def test_what_is_sent_to_be_confirmed_is_checked_again(manager, draft):
    place = f"{draft}/spreadsheet/confirm"
    assert manager.open(place).path == f"{draft}/spreadsheet"
    assert manager.post(place, {"changes": "nonsense"}).status == 422
    assert manager.post(place, {"changes": '{"facts":{},"facts_seen":0,"answers":{}}'}).status == 422
    wrong = (
        '{"facts":{},"facts_seen":1,"answers":{"CORE-01":{"row":{"answer":{"value":99},"keys":["value"]},"seen":0}}}'
    )
    assert manager.post(place, {"changes": wrong}).status == 422
    assert "CORE-01" not in answers(manager)


@SQLITE
def test_a_submission_takes_no_spreadsheet(manager):
    place = base(manager.visitor, submit(manager.visitor, given=MET))
    assert manager.client.get(f"{place}/spreadsheet", follow_redirects=False).headers["location"] == place
    assert send(manager, place, b"PK").status in (303, 404, 409, 200)


@SQLITE
def test_a_contributor_cannot_answer_what_was_given_to_somebody_else(service, manager, draft):
    at = f"{manager.visitor.at}/assessments/{manager.assessment_id}"
    manager.visitor.must("PUT", f"{at}/assignments/GOV", json={"user_id": manager.visitor.user_id})
    helper = manager.visitor.invite("Lim Vuthy", "contributor")
    guest = Guest(service.client.app)
    guest.log_in(helper.email, PASSWORD)
    look = send(guest, draft, saved(write(sheet_of(guest, draft), {("answers", "CORE-01", "value"): 4})))
    assert "was given to somebody else" in look.text
    assert "Nothing will change" in look.text


@SQLITE
def test_spreadsheets_of_another_organisation_are_not_there(service, manager, draft):
    other = service.visitor("Chan Thida")
    other.begin("Garden Hotel")
    guest = Guest(service.client.app)
    guest.log_in(other.email, PASSWORD)
    for place in (draft, base(other, manager.assessment_id)):
        assert guest.open(f"{place}/spreadsheet").status == 404
        assert guest.open(f"{place}/spreadsheet/form.xlsx").status == 404
        assert send(guest, place, b"PK").status == 404
        assert guest.post(f"{place}/spreadsheet/confirm", {"changes": "{}"}).status in (404, 422)
    nobody = Guest(service.client.app)
    assert nobody.open(f"{draft}/spreadsheet").heading == "Log in"
