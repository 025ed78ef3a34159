"""One item a page: every kind of answer, evidence, who was faster, what was carried, and all on one page."""

import io

import pytest
from guest import Guest
from test_assessments_pages import fill_facts, member, other_manager, start, tags

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def tasks(manager):
    """A draft with its facts, so that questions are asked; the list of tasks."""
    return fill_facts(start(manager), employs_under_18="no")


def path_of(tasks):
    return tasks.path.partition("?")[0]


def answers(manager, tasks):
    return manager.visitor.must("GET", path_of(tasks))["answers"]


def test_an_answer_is_kept_with_its_note_and_the_next_question_follows(manager, tasks):
    here = path_of(tasks)
    page = manager.open(f"{here}/items/CORE-01")
    assert page.tree.xpath("//form[@data-keeps]")
    after = page.send("/items/CORE-01", **{"CORE-01.value": "2", "CORE-01.note": "Since May"})
    assert after.path == f"{here}/items/CORE-02"
    kept = answers(manager, tasks)["CORE-01"]
    assert kept["answer"] == {"value": 2, "note": "Since May"}
    again = manager.open(f"{here}/items/CORE-01")
    assert again.form("/items/CORE-01").fields["CORE-01.value"] == "2"
    assert "Sok Dara" in again.text
    assert manager.open(f"{here}/items/CORE-01").send("/items/CORE-01").path == f"{here}/items/CORE-02"
    assert answers(manager, tasks)["CORE-01"]["revision"] == 1  # nothing changed, nothing written


def test_save_and_go_back_keeps_what_is_there_and_tells_the_list(manager, tasks):
    here = path_of(tasks)
    page = manager.open(f"{here}/items/CORE-01")
    back = page.send("/items/CORE-01", press=("then", "list"), **{"CORE-01.note": "Ask the manager"})
    assert back.path == f"{here}?done=saved"
    assert "In progress: 0 of" in " ".join(tags(back).values())
    section = next(each for each in back.links if "/sections/" in each)
    assert "No answer yet, only notes" in tags(manager.open(section)).values()


@ON_SQLITE
def test_a_question_without_an_answer_is_not_passed_over_silently(manager, tasks):
    page = manager.open(f"{path_of(tasks)}/items/CORE-01").send(
        "/items/CORE-01", **{"CORE-01.note": "<script>x</script>"}
    )
    assert (page.status, page.mistakes) == (422, [("Your answer: Choose one of these.", "CORE-01.value")])
    assert page.tree.xpath("//*[@id='CORE-01.value']")
    assert page.form("/items/CORE-01").fields["CORE-01.note"].strip() == "<script>x</script>"
    assert b"<script>x</script>" not in page.answer.content
    assert answers(manager, tasks) == {}


def kinds(manager, tasks):
    """The ids of asked items by kind, as the service tells them."""
    reference = manager.visitor.must("GET", path_of(tasks))["questionnaire"]
    whole = manager.visitor.must("GET", f"/questionnaires/{reference}")
    return [item for section in whole["sections"] for item in section["items"]]


def first(manager, tasks, kind, **other):
    for item in kinds(manager, tasks):
        fits = item["type"] == kind and all((item.get(name) is not None) == there for name, there in other.items())
        if fits and manager.open(f"{path_of(tasks)}/items/{item['id']}").tree.xpath("//form[@data-keeps]"):
            return item
    return pytest.fail(f"no item of type {kind} is asked")


@ON_SQLITE
def test_every_kind_of_answer_goes_in_and_comes_back(manager, tasks):
    here = path_of(tasks)
    multiple, date_item = first(manager, tasks, "multiple"), first(manager, tasks, "date")
    number, part = first(manager, tasks, "number"), first(manager, tasks, "percentage", of_fact=True)
    yes_no = first(manager, tasks, "yes_no")
    chosen = [each["id"] for each in multiple["options"][:2]]
    typed = {
        yes_no["id"]: ({"value": "no"}, "no"),
        multiple["id"]: ({"value": chosen}, chosen),
        date_item["id"]: ({"value-day": "1", "value-month": "5", "value-year": "2026"}, "2026-05-01"),
        number["id"]: ({"value": "1 2"}, 12),
        part["id"]: ({"part": "៩"}, {"is": 9}),
    }
    for item, (fields, _) in typed.items():
        page = manager.open(f"{here}/items/{item}")
        sent = page.send(f"/items/{item}", **{f"{item}.{name}": value for name, value in fields.items()})
        assert sent.status == 200, (item, sent.mistakes)
    kept = answers(manager, tasks)
    assert {item: kept[item]["answer"]["value"] for item in typed} == {
        item: value for item, (_, value) in typed.items()
    }
    for item in typed:  # shown again as it was typed, so saving once more changes nothing
        assert manager.open(f"{here}/items/{item}").send(f"/items/{item}").status == 200
    assert all(each["revision"] == 1 for each in answers(manager, tasks).values())
    never = date_item["id"]
    manager.open(f"{here}/items/{never}").send(f"/items/{never}", **{f"{never}.never": ["never"]})
    assert answers(manager, tasks)[never]["answer"]["value"] == "never"


@ON_SQLITE
def test_what_cannot_be_right_is_said_beside_its_field(manager, tasks):
    here = path_of(tasks)
    part, date_item = first(manager, tasks, "percentage", of_fact=True)["id"], first(manager, tasks, "date")["id"]
    number = first(manager, tasks, "number")["id"]
    tries = [
        (part, {f"{part}.part": "13"}, f"{part}.part"),  # of twelve
        (part, {f"{part}.part": "many"}, f"{part}.part"),
        (date_item, {f"{date_item}.value-day": "31", f"{date_item}.value-month": "2", f"{date_item}.value-year": "2026"},
         f"{date_item}.value"),
        (date_item, {f"{date_item}.value-day": "1", f"{date_item}.value-month": "1", f"{date_item}.value-year": "2030"},
         f"{date_item}.value"),
        (number, {f"{number}.value": "-3"}, f"{number}.value"),
        ("CORE-01", {"CORE-01.value": "1", "CORE-01.what": "Policy of 2026, binder 3"}, "CORE-01.dated"),
        ("CORE-01", {"CORE-01.value": "1", "CORE-01.what": "Policy", "CORE-01.dated-day": "1",
                     "CORE-01.dated-month": "1", "CORE-01.dated-year": "2030"}, "CORE-01.dated"),
        ("CORE-01", {"CORE-01.value": "1", "CORE-01.note": "x" * 1001}, "CORE-01.note"),
    ]  # fmt: skip
    for item, fields, where in tries:
        page = manager.open(f"{here}/items/{item}").send(f"/items/{item}", **fields)
        assert page.status == 422, (item, fields)
        assert [field for _, field in page.mistakes] == [where]
        assert page.tree.xpath(f"//*[@id='{where}']"), where
    assert manager.post(f"{here}/items/CORE-01", {"CORE-01.value": "9", "CORE-01.seen": "0"}).status == 422
    assert manager.open(f"{here}/items/CORE-99").status == 404
    assert answers(manager, tasks) == {}


@ON_SQLITE
def test_evidence_is_described_and_taken_away_again(manager, tasks):
    here = path_of(tasks)
    page = manager.open(f"{here}/items/CORE-01")
    page.send("/items/CORE-01", **{
        "CORE-01.value": "3", "CORE-01.what": "Signed policy, binder 3 <b>", "CORE-01.dated-day": "1",
        "CORE-01.dated-month": "3", "CORE-01.dated-year": "2026",
    })  # fmt: skip
    kept = answers(manager, tasks)["CORE-01"]["answer"]["pieces"]
    assert [(each["form"], each["what"], each["dated_on"]) for each in kept] == [
        ("record", "Signed policy, binder 3 <b>", "2026-03-01")
    ]
    page = manager.open(f"{here}/items/CORE-01")
    assert "Signed policy, binder 3 <b>" in page.text
    assert page.form("/items/CORE-01").fields["CORE-01.what"].strip() == ""
    page.send("/items/CORE-01", **{"CORE-01.drop": ["0"]})
    assert "pieces" not in answers(manager, tasks)["CORE-01"]["answer"]
    assert "earlier answer" in manager.open(f"{here}/items/CORE-01").text


def send_file(guest, path, content=PDF, name="policy.pdf", **fields):
    files = {"file": (name, io.BytesIO(content), "application/pdf")} if content is not None else {"file": ("", b"")}
    return guest.client.post(path, data={"expected": "", **fields}, files=files,
                             headers={"sec-fetch-site": "same-origin"})  # fmt: skip


@ON_SQLITE
def test_a_file_is_uploaded_beside_the_question_and_can_be_chosen_beside_another(manager, tasks):
    here = path_of(tasks)
    takes = [item["id"] for item in kinds(manager, tasks)
             if item["type"] == "maturity" and item["evidence"].get("form") is None][:2]  # fmt: skip
    page = manager.open(f"{here}/items/{takes[0]}").send(f"/items/{takes[0]}", press=("then", "upload"))
    assert page.path == f"{here}/items/{takes[0]}/evidence"
    assert "Never upload" in page.text
    names = page.form("/evidence").xpath(".//input/@name")
    assert names[-1] == "file"
    day = {"dated_on-day": "1", "dated_on-month": "3", "dated_on-year": "2026"}
    assert send_file(manager, page.path, **day).url.path.endswith(f"/items/{takes[0]}")
    kept = answers(manager, tasks)[takes[0]]["answer"]["pieces"]
    assert [each["form"] for each in kept] == ["file"]
    other = manager.open(f"{here}/items/{takes[1]}")
    item = takes[1]
    other.send(f"/items/{item}", **{f"{item}.value": "1", f"{item}.file": kept[0]["file"], f"{item}.file_dated-day": "1",
                                    f"{item}.file_dated-month": "3", f"{item}.file_dated-year": "2026"})  # fmt: skip
    assert answers(manager, tasks)[item]["answer"]["pieces"][0]["file"] == kept[0]["file"]
    assert "policy.pdf" in manager.open(f"{here}/items/{item}").text


@ON_SQLITE
def test_what_is_wrong_with_an_upload_is_said_on_its_page(manager, tasks):
    here = path_of(tasks)
    item = next(
        each["id"] for each in kinds(manager, tasks) if each["type"] == "maturity" and not each["evidence"].get("form")
    )
    page = f"{here}/items/{item}/evidence"
    day = {"dated_on-day": "1", "dated_on-month": "3", "dated_on-year": "2026"}
    assert send_file(manager, page).status_code == 422
    assert send_file(manager, page, **{**day, "dated_on-year": "2031"}).status_code == 422
    assert send_file(manager, page, content=b"MZ\x00\x01", name="x.exe", **day).status_code == 422
    assert send_file(manager, page, content=None, **day).status_code == 422
    record = next(each["id"] for each in kinds(manager, tasks) if each.get("evidence", {}).get("form") == "record")
    assert send_file(manager, f"{here}/items/{record}/evidence", **day).status_code == 422
    assert answers(manager, tasks) == {}


@ON_SQLITE
def test_not_applicable_needs_a_reason_and_is_not_offered_where_an_item_is_critical(manager, tasks):
    here = path_of(tasks)
    asked = [item for item in kinds(manager, tasks) if item["type"] == "maturity"]
    critical = next(item["id"] for item in asked if item.get("critical"))
    usual = next(item["id"] for item in asked if not item.get("critical") and not item.get("applies_if"))
    assert not manager.open(f"{here}/items/{critical}").tree.xpath(f"//input[@name='{critical}.not_applicable']")
    forged = manager.post(f"{here}/items/{critical}", {f"{critical}.not_applicable": "yes", f"{critical}.reason": "No",
                                                       f"{critical}.seen": "0"})  # fmt: skip
    assert forged.status == 422
    page = manager.open(f"{here}/items/{usual}").send(f"/items/{usual}", **{f"{usual}.not_applicable": ["yes"]})
    assert (page.status, [field for _, field in page.mistakes]) == (422, [f"{usual}.reason"])
    page.send(f"/items/{usual}", **{f"{usual}.reason": "We have no such place."})
    assert answers(manager, tasks)[usual]["answer"] == {"not_applicable": "We have no such place."}


def test_two_people_answering_the_same_item_lose_nothing_and_both_see_what_happened(service, manager, tasks):
    here = f"{path_of(tasks)}/items/CORE-01"
    colleague = member(service, manager, "Lim Vuthy", "contributor")
    mine, theirs = manager.open(here), colleague.open(here)
    theirs.send("/items/CORE-01", **{"CORE-01.value": "3", "CORE-01.note": "Theirs"})
    page = mine.send("/items/CORE-01", **{"CORE-01.value": "1", "CORE-01.note": "Mine"})
    assert page.status == 409
    assert page.heading == "Somebody else answered meanwhile"
    assert len(page.tree.xpath("//h1")) == 1
    assert "Lim Vuthy" in page.text
    assert page.form("/items/CORE-01").fields["CORE-01.note"].strip() == "Mine"
    assert answers(manager, tasks)["CORE-01"]["answer"]["value"] == 3  # nothing is replaced before a person decides
    kept = page.follow("Keep their answer")
    assert kept.form("/items/CORE-01").fields["CORE-01.value"] == "3"
    assert page.send("/items/CORE-01").status == 200
    assert answers(manager, tasks)["CORE-01"]["answer"] == {"value": 1, "note": "Mine"}
    seen = colleague.open(here)
    assert "1 earlier answer" in seen.text
    assert "Theirs" in seen.text
    assert "Sok Dara" in seen.text


@ON_SQLITE
def test_a_mistake_does_not_hide_that_somebody_else_answered(service, manager, tasks):
    here = f"{path_of(tasks)}/items/CORE-01"
    mine, theirs = manager.open(here), member(service, manager, "Lim Vuthy", "contributor").open(here)
    theirs.send("/items/CORE-01", **{"CORE-01.value": "3"})
    wrong = mine.send("/items/CORE-01", **{"CORE-01.value": "1", "CORE-01.note": "x" * 1001})
    assert wrong.status == 422
    assert wrong.send("/items/CORE-01", **{"CORE-01.note": ""}).status == 409


@ON_SQLITE
def test_comments_are_added_and_taken_away_by_who_wrote_them(service, manager, tasks):
    here = f"{path_of(tasks)}/items/CORE-01"
    colleague = member(service, manager, "Lim Vuthy", "contributor")
    page = manager.open(here).send("/comments/CORE-01", comment="Who has the <script>alert(1)</script> binder?")
    assert "Your comment is added." in page.text
    assert b"<script>alert(1)" not in page.answer.content
    assert "Who has the <script>alert(1)</script> binder?" in page.text
    assert not colleague.open(here).tree.xpath("//form[contains(@action, '/delete')]")
    empty = manager.open(here).send("/comments/CORE-01", comment=" ")
    assert (empty.status, empty.mistakes) == (422, [("Your comment: Fill this in.", "comment")])
    delete = manager.open(here).tree.xpath("//form[contains(@action, '/delete')]/@action")[0]
    assert colleague.post(delete, {}).status == 403
    assert "Taken away" in manager.post(delete, {}).text
    assert manager.post(delete, {}).status == 404
    assert other_manager(service).post(f"{path_of(tasks)}/comments/CORE-01", {"comment": "x"}).status == 404


@ON_SQLITE
def test_all_questions_on_one_page_are_saved_together(service, manager, tasks):
    here = path_of(tasks)
    page = manager.open(f"{here}/all")
    assert len(page.form("/all").fields.keys()) < 1000
    done = page.send("/all", **{"CORE-01.value": "2", "CORE-02.value": "yes", "CORE-02.note": "<i>note</i>"})
    assert done.path == f"{here}?done=saved"
    kept = answers(manager, tasks)
    assert {item: each["answer"]["value"] for item, each in kept.items()} == {"CORE-01": 2, "CORE-02": "yes"}
    wrong = manager.open(f"{here}/all").send("/all", **{"CORE-01.value": "3", "CORE-02.note": "x" * 1001})
    assert (wrong.status, [field for _, field in wrong.mistakes]) == (422, ["CORE-02.note"])
    assert answers(manager, tasks)["CORE-01"]["answer"]["value"] == 2
    printed = manager.open(f"{here}/print")
    assert "<i>note</i>" in printed.text
    assert "☐" in printed.text


@ON_SQLITE
def test_on_the_page_of_all_questions_who_comes_second_chooses(service, manager, tasks):
    here = path_of(tasks)
    colleague = member(service, manager, "Lim Vuthy", "contributor")
    page = manager.open(f"{here}/all")
    colleague.open(f"{here}/items/CORE-01").send("/items/CORE-01", **{"CORE-01.value": "3"})
    colleague.open(f"{here}/items/CORE-02").send("/items/CORE-02", **{"CORE-02.value": "no"})
    second = page.send("/all", **{"CORE-01.value": "1", "CORE-03.note": "Mine"})
    assert second.status == 409
    assert "Lim Vuthy answered meanwhile:" in second.text
    assert not second.tree.xpath("//input[@name='CORE-02.theirs']")  # left alone here, so theirs stays anyway
    mine = second.send("/all")
    assert mine.status == 200
    kept = {item: each["answer"].get("value") for item, each in answers(manager, tasks).items()}
    assert kept == {"CORE-01": 1, "CORE-02": "no", "CORE-03": None}


@ON_SQLITE
def test_carried_answers_are_confirmed_by_section_or_one_by_one(service, manager, tasks):
    here = path_of(tasks)
    manager.open(f"{here}/all").send("/all", **{"CORE-01.value": "2", "CORE-02.value": "yes", "CORE-04.value": "1"})
    manager.visitor.must("POST", f"{here}/withdrawal", json={"reason": "Next year"})
    begun = manager.visitor.must("POST", f"{here}/successor", json={})
    assert begun["carried"] == 3
    there = here.replace(here.rpartition("/")[2], begun["assessment"]["id"])
    page = manager.open(there)
    assert "3 answers were carried over" in page.text
    assert "What changed since last time" in page.text
    page = manager.open(f"{there}/confirm")
    assert "What changed since last time" in page.text
    assert "These facts are still true" in page.text
    stale = manager.open(f"{there}/confirm")
    item = manager.open(f"{there}/items/CORE-01")
    assert "Is it still true?" in item.text
    item.send("/items/CORE-01")
    kept = manager.visitor.must("GET", there)["answers"]
    assert (kept["CORE-01"]["is_confirmed"], kept["CORE-01"]["source"]) == (True, "carried")
    form = next(each for each in stale.forms if each.xpath(".//input[@name='item'][@value='CORE-01']"))
    answer = manager.post(f"{there}/confirm", _data(form))
    assert answer.status == 409
    assert "Somebody changed one of these answers" in answer.text
    facts = next(each for each in page.forms if each.xpath(".//input[@name='fact']"))
    assert "Confirmed." in manager.post(f"{there}/confirm", _data(facts)).text
    for form in [each for each in manager.open(f"{there}/confirm").forms if each.xpath(".//input[@name='item']")]:
        assert manager.post(f"{there}/confirm", _data(form)).status == 200
    assert "Nothing waits to be confirmed." in manager.open(f"{there}/confirm").text
    kept = manager.visitor.must("GET", there)["answers"]
    assert all(each["is_confirmed"] for each in kept.values())


def _data(form):
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return data


@ON_SQLITE
def test_submissions_are_seen_by_the_regulator_who_is_named(service, manager, tasks):
    operator = service.operator()
    operator.must("POST", "/operator/organisations", json={
        "name": "Ministry of Tourism", "country": "KH", "email": "office@ministry.example",
        "jurisdictions": [{"country": "KH", "sector": "hospitality"}],
    })  # fmt: skip
    with service.deed() as deed:
        from compliance.usecases.overview import who_sees

        assert who_sees(deed, "KH", "hospitality") == ("Ministry of Tourism",)
        assert who_sees(deed, "KH", "transport") == ()
        assert who_sees(deed, "VN", "hospitality") == ()
    assert "Nobody else" in manager.open(path_of(tasks)).text


@ON_SQLITE
def test_what_was_typed_survives_an_ended_session(manager, tasks, clock):
    here = f"{path_of(tasks)}/items/CORE-01"
    page = manager.open(here)
    clock.forward(hours=13)
    out = page.send("/items/CORE-01", **{"CORE-01.value": "2", "CORE-01.note": "Long thought about"})
    assert out.heading == "Log in"
    again = out.send("/log-in", email=manager.visitor.email, password=manager.visitor.password)
    sent = again.send("/items/CORE-01")
    assert sent.status == 200
    assert isinstance(manager, Guest)
    assert "Long thought about" in manager.open(here).answer.text
