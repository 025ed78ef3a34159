import pytest
from filled import MET, base, fill, start, submit
from guest import Guest

from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_an_assessment_is_done_again_with_everything_carried_over(manager):
    old = submit(manager.visitor, given=MET)
    page = manager.open(f"{base(manager.visitor, old)}/again")
    assert page.heading == "Assess again"
    assert f"{len(MET.answers)} answers, {len(MET.profile)} facts about the business" in page.text
    begun = manager.client.post(page.path, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    to, _, done = begun.headers["location"].partition("?")
    assert done == "done=carried-over"
    new = to.rpartition("/")[2]
    assert new != old
    whole = manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{new}")
    assert whole["carried_from"] == old
    assert {each["source"] for each in whole["answers"].values()} == {"carried"}
    again = manager.open(f"{base(manager.visitor, old)}/again")
    assert "You have begun to assess these sites again already" in again.text
    second = manager.client.post(page.path, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert second.headers["location"] == to


@SQLITE
def test_answers_whose_tasks_are_finished_are_named_as_proposed(manager):
    old = submit(manager.visitor)
    at = f"{manager.visitor.at}/assessments/{old}"
    tasks = manager.visitor.must("GET", f"{at}/plan")["tasks"]
    item = tasks[0]["item"]
    for task in [each for each in tasks if each["item"] == item]:
        page = manager.open(f"{base(manager.visitor, old)}/tasks/{task['id']}")
        assert page.send(state="done", records="In the office").status == 200
    page = manager.open(f"{base(manager.visitor, old)}/again")
    assert "One answer: its tasks are finished" in page.text


@SQLITE
def test_a_draft_cannot_be_done_again_before_it_is_finished(manager):
    draft = base(manager.visitor, start(manager.visitor))
    page = manager.open(f"{draft}/again")
    assert "still open" in page.text
    assert draft in page.links


@SQLITE
def test_where_a_site_was_closed_the_page_says_where_to_begin(manager):
    old = submit(manager.visitor, given=MET)
    visitor = manager.visitor
    listed = visitor.must("GET", f"{visitor.at}/sites")
    site = (listed["sites"] if "sites" in listed else listed["items"])[0]
    closed = visitor.ask("POST", f"{visitor.at}/sites/{site['id']}/closing", seen=site["revision"])
    if closed.status_code >= 300:
        closed = visitor.ask("DELETE", f"{visitor.at}/sites/{site['id']}", seen=site["revision"])
    assert closed.status_code < 300, closed.text
    page = manager.open(f"{base(visitor, old)}/again")
    assert page.status == 200
    assert f"/organisations/{visitor.organisation_id}/assessments/new" in page.links
    assert manager.post(page.path, {}).status == 422


def test_a_submission_is_withdrawn_with_a_reason(manager):
    old = submit(manager.visitor, given=MET)
    place = f"{base(manager.visitor, old)}/withdraw"
    page = manager.open(place)
    assert page.heading == "Withdraw this assessment"
    empty = page.send("/withdraw", reason="  ")
    assert empty.status == 422
    assert [field for _, field in empty.mistakes] == ["reason"]
    typed = page.send("/withdraw", reason="<script>" * 200)
    assert typed.status == 422
    assert "<script><script>" not in typed.answer.text
    done = manager.client.post(place, data={"reason": "Two answers were wrong"},
                               headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)  # fmt: skip
    assert done.headers["location"].endswith("/assessments?done=withdrawn")
    assert manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{old}")["state"] == "withdrawn"
    assert "cannot be withdrawn any more" in manager.open(place).text
    assert "was withdrawn" in manager.open(f"{base(manager.visitor, old)}/result").text


@SQLITE
def test_a_contributor_withdraws_nothing(service, manager):
    assessment_id = start(manager.visitor)
    fill(manager.visitor, assessment_id)
    helper = manager.visitor.invite("Lim Vuthy", "contributor")
    guest = Guest(service.client.app)
    guest.log_in(helper.email, PASSWORD)
    place = f"{base(manager.visitor, assessment_id)}/withdraw"
    assert "Only an owner or a signatory" in guest.open(place).text
    assert guest.post(place, {"reason": "No"}).status == 403


@SQLITE
def test_assessments_of_another_organisation_are_not_there(service, manager):
    old = submit(manager.visitor, given=MET)
    other = service.visitor("Chan Thida")
    other.begin("Garden Hotel")
    guest = Guest(service.client.app)
    guest.log_in(other.email, PASSWORD)
    for place in (base(manager.visitor, old), base(other, old)):
        for name in ("again", "withdraw"):
            assert guest.open(f"{place}/{name}").status == 404
            assert guest.post(f"{place}/{name}", {"reason": "No"}).status == 404
