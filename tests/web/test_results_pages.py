import json
from io import BytesIO

import pytest
from filled import MET, base, fill, start, submit
from guest import Guest

from hotels import seen
from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def poor(manager):
    """The address of a submission that is not met."""
    return base(manager.visitor, submit(manager.visitor))


@pytest.fixture
def met(manager):
    """The address of a submission that is met."""
    return base(manager.visitor, submit(manager.visitor, given=MET))


def test_not_met_says_where_to_begin_with_three_tasks(manager, poor):
    page = manager.open(f"{poor}/result")
    assert page.heading == "Not met"
    assert "This is where the work begins. Start with these three." in page.text
    assert len(page.tree.xpath("//ol[@class='app-cards']/li")) == 3
    assert "What keeps the result from" in page.text
    assert page.follow("Open the plan").heading == "Plan"


@SQLITE
def test_the_charts_can_be_read_without_seeing_them(manager, poor):
    page = manager.open(f"{poor}/result")
    charts = page.tree.xpath("//svg[@role='img']")
    assert len(charts) == 4 + 12
    for chart in charts:
        named = chart.get("aria-labelledby").split()
        assert [chart.xpath(f".//*[@id='{each}']")[0].text_content() for each in named]
    assert len(page.tree.xpath("//main//table")) == 2
    assert "style=" not in page.answer.text


@SQLITE
def test_every_question_says_why_it_earned_what_it_earned(manager, poor):
    page = manager.open(f"{poor}/result")
    policy = page.tree.xpath("//dl[@class='govuk-summary-list']/div")
    assert len(policy) == 38
    assert "0 points" in page.text


@SQLITE
def test_met_tells_what_the_certificate_waits_for_and_shows_a_preview(manager, met):
    page = manager.open(f"{met}/result")
    assert page.heading == "Met"
    assert "It waits until the identity of your business is confirmed" in page.text
    assert f"/organisations/{manager.visitor.organisation_id}/identity/KH" in page.links
    assert "What keeps the result" not in page.text
    preview = manager.open(f"{met}/documents/certificate-preview.pdf")
    assert preview.answer.content.startswith(b"%PDF-")


@SQLITE
@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [
        ("report.pdf", "application/pdf", b"%PDF-"),
        ("plan.pdf", "application/pdf", b"%PDF-"),
        ("plan.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("plan.csv", "text/csv; charset=utf-8", b""),
        ("plan.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
        ("receipt.json", "application/json", b"{"),
        ("attestation.json", "application/json", b"{"),
        ("kit-policy.pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_documents_are_saved_as_files(manager, poor, name, kind, begins):
    answer = manager.open(f"{poor}/documents/{name}").answer
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert BytesIO(answer.content).read(len(begins)) == begins


@SQLITE
def test_a_document_that_there_is_not_is_not_there(manager, poor):
    for name in ("nothing.pdf", "kit-nothing.pdf", "certificate-preview.pdf", "report.docx"):
        assert manager.open(f"{poor}/documents/{name}").status == 404


@SQLITE
def test_a_draft_has_no_result_yet(manager):
    draft = base(manager.visitor, start(manager.visitor))
    for page in ("result", "plan", "what-if"):
        answer = manager.client.get(f"{draft}/{page}", follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == draft
    assert manager.open(f"{draft}/documents/report.pdf").status == 404


@SQLITE
def test_earlier_results_are_shown_over_the_years(manager, poor, clock):
    clock.forward(days=300)
    manager.log_in(manager.visitor.email, PASSWORD)
    manager.visitor.sign_in()
    visitor = manager.visitor
    started = visitor.must("POST", f"{visitor.at}/assessments/{poor.rpartition('/')[2]}/successor", json={})
    again = started["assessment"]["id"]
    place = f"{visitor.at}/assessments/{again}"
    whole = visitor.must("GET", place)
    visitor.must("POST", f"{place}/confirmations", json={
        "answers": {item: each["revision"] for item, each in whole["answers"].items()}, "facts": list(whole["facts"]),
    })  # fmt: skip
    for item in ("CORE-01", "CORE-04"):
        revision = visitor.must("GET", place)["answers"][item]["revision"]
        visitor.must("PUT", f"{place}/answers/{item}", json={"value": 4}, headers=seen(revision))
    submit(visitor, again)
    page = manager.open(f"{base(visitor, again)}/result")
    assert len(page.tree.xpath("//div[@class='app-chart']/svg[@role='img']")) == 1
    assert f"{poor}/result" in page.links
    assert "22 November 2026" in page.text
    assert "18 September 2027" in page.text


def test_what_if_shows_another_outcome_and_saves_nothing(manager, poor):
    before = manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{poor.rpartition('/')[2]}/result")
    page = manager.open(f"{poor}/what-if")
    assert page.heading == "What if?"
    boxes = page.tree.xpath("//main//input[@type='checkbox']")
    assert boxes
    assert not page.tree.xpath("//main//input[@checked]")
    shortest = page.follow("Tick the shortest way for me")
    assert "would change from “Not met” to “Approaching”" in shortest.text
    every = manager.open(f"{poor}/what-if?" + "&".join(f"{box.get('name')}=1" for box in boxes))
    assert "would change from “Not met” to “Met”" in every.text
    one = manager.open(f"{poor}/what-if?{boxes[0].get('name')}=1&do.NONE-01.9=1&do.%3Cscript%3E=1")
    assert "would still be “Not met”" in one.text
    after = manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{poor.rpartition('/')[2]}/result")
    assert before == after


@SQLITE
def test_a_later_step_of_a_question_brings_the_earlier_ones_with_it(manager, poor):
    page = manager.open(f"{poor}/what-if")
    names = [box.get("name") for box in page.tree.xpath("//main//input[@type='checkbox']")]
    several = next(name for name in names if name.endswith(".1") and f"{name[:-1]}0" in names)
    ticked = manager.open(f"{poor}/what-if?{several}=1").tree.xpath("//main//input[@checked]/@name")
    assert {several, f"{several[:-1]}0"} <= set(ticked)


@SQLITE
def test_results_of_another_organisation_are_not_there(service, manager, poor):
    other = service.visitor("Chan Thida")
    other.begin("Garden Hotel")
    guest = Guest(service.client.app)
    guest.log_in(other.email, PASSWORD)
    own = f"/organisations/{other.organisation_id}/assessments/{poor.rpartition('/')[2]}"
    for place in (poor, own):
        for page in ("result", "what-if", "plan", "documents/report.pdf", "documents/receipt.json",
                     "documents/kit-policy.pdf"):  # fmt: skip
            assert guest.open(f"{place}/{page}").status == 404, page


@SQLITE
def test_the_attestation_names_who_signed(manager, poor):
    assert json.loads(manager.open(f"{poor}/documents/attestation.json").answer.content)["name"] == "Sok Dara"


@SQLITE
def test_a_draft_that_is_filled_in_but_not_signed_has_no_result(manager):
    assessment_id = start(manager.visitor)
    fill(manager.visitor, assessment_id, MET)
    assert manager.open(f"{base(manager.visitor, assessment_id)}/documents/receipt.json").status == 404
