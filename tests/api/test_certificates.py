"""Certificates: withheld until the identity is confirmed, recorded once, superseded, and what the operator may do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from msgspec import json

from compliance.domain.certificate import number_is_valid
from compliance.store.identities import Identity
from compliance.store.organisations import Organisation, Profile
from compliance.usecases.certificate_statuses import expire_certificate, suspend_certificate
from compliance.usecases.clockwork import watch_withheld
from compliance.usecases.issuing import issue_waiting
from hotels import MET, Hotel


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.parts.close()


def confirm(hotel):
    """The operator looked the register number up."""
    with hotel.unit() as unit:
        unit.identities.add(
            Identity(organisation_id=hotel.id, country="KH", state="confirmed", how="register_operator",
                     register="Ministry of Commerce", number="00012345", decided_by=hotel.people["Sok Dara"],
                     decided_at=hotel.now, revision=1, created_at=hotel.now)
        )  # fmt: skip


def run(hotel, do, *arguments):
    """A deed of the service itself."""
    with hotel.parts.desk.deed(writes=True) as deed:
        return do(deed, *arguments)


def certificates(hotel):
    return hotel.must("GET", "./certificates")["certificates"]


def make_operator(hotel):
    operator_id = hotel.new_id()
    with hotel.unit() as unit:
        unit.organisations.add(Organisation(id=operator_id, name="Operator", country="KH", town=None, language="en",
                                            kinds=("operator",), profile=Profile(), revision=1,
                                            created_at=hotel.now))  # fmt: skip
    hotel.add_person("Admin")
    hotel.join(operator_id, "Admin", ("admin",))


def test_a_certificate_waits_for_the_identity_and_is_issued_when_it_is_confirmed(hotel):
    assessment_id = hotel.start()
    hotel.fill(assessment_id, MET)
    news = hotel.sign(assessment_id)
    assert news["outcome"] == "met"
    assert news["certificate"] == {"number": None, "waits_for": ["identity-stated"], "until": None}
    confirm(hotel)
    (issued,) = run(hotel, issue_waiting, hotel.id, "KH")
    assert number_is_valid(issued.number)
    assert run(hotel, issue_waiting, hotel.id, "KH") == []
    (certificate,) = certificates(hotel)
    assert certificate["status"] == "active"
    assert certificate["signing"] == "pending"
    assert certificate["claim"]["holder"]["identity"]["by"] == "operator"
    assert certificate["claim"]["valid_until"] == "2027-11-22"
    assert "Sok Dara" not in json.encode(certificate["claim"]).decode()


def test_everybody_may_look_a_number_up_however_it_is_typed(hotel):
    confirm(hotel)
    hotel.submitted(MET)
    (certificate,) = certificates(hotel)
    number = certificate["number"]
    for typed in (number, number.lower(), number.replace("-", ""), number.replace("0", "o")):
        found = hotel.client.get(f"/api/v1/certificates/{typed}").json()
        assert (found["number"], found["is_valid"]) == (number, False)  # not signed yet
        assert found["claim"] == certificate["claim"]
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert hotel.client.get(f"/api/v1/certificates/{wrong}").json()["code"] == "number-mistyped"
    assert hotel.client.get("/api/v1/certificates/CP-0000-0000").json()["code"] == "no-such-certificate"


def test_an_equal_one_supersedes_and_the_old_one_stays_to_be_seen(hotel):
    confirm(hotel)
    hotel.submitted(MET)
    hotel.now += timedelta(days=30)
    hotel.submitted(MET)
    new, old = certificates(hotel)
    assert (new["status"], old["status"]) == ("active", "superseded")
    assert old["history"][-1]["successor"] == new["number"]


def test_withdrawing_the_submission_withdraws_the_certificate_and_blocks_a_year(hotel):
    confirm(hotel)
    assessment_id = hotel.submitted(MET)
    hotel.must("POST", f"./assessments/{assessment_id}/withdrawal", json={"reason": "A mistake"})
    assert certificates(hotel)[0]["status"] == "withdrawn"
    again = hotel.start()
    hotel.fill(again, MET)
    news = hotel.sign(again)
    assert news["certificate"] == {"number": None, "waits_for": ["withdrawn-within-12-months"], "until": "2027-11-22"}


def test_past_its_last_day_it_reads_as_expired_before_anybody_recorded_it(hotel):
    confirm(hotel)
    hotel.submitted(MET)
    number = certificates(hotel)[0]["number"]
    hotel.now += timedelta(days=366)
    assert certificates(hotel)[0]["status"] == "expired"
    assert run(hotel, expire_certificate, hotel.id, number) is True
    assert run(hotel, expire_certificate, hotel.id, number) is False


def test_the_operator_suspends_reinstates_and_withdraws_with_a_reason(hotel):
    confirm(hotel)
    hotel.submitted(MET)
    make_operator(hotel)
    number = certificates(hotel)[0]["number"]
    place = f"/operator/certificates/{number}"
    because = {"reason": "Used for another hotel"}
    assert hotel.code("POST", f"{place}/suspension", json=because) == (403, "operator-only")
    assert hotel.code("POST", f"{place}/suspension", as_="Admin", json={"reason": ""}) == (422, "body-invalid")
    assert hotel.must("POST", f"{place}/suspension", as_="Admin", json=because)["status"] == "suspended"
    assert hotel.code("POST", f"{place}/suspension", as_="Admin", json=because) == (409, "certificate-status-fixed")
    held = hotel.start()
    hotel.fill(held, MET)
    assert hotel.sign(held)["certificate"]["waits_for"] == ["suspended-in-scope"]
    assert hotel.must("POST", f"{place}/reinstatement", as_="Admin", json=because)["status"] == "active"
    assert hotel.must("POST", f"{place}/withdrawal", as_="Admin", json=because)["status"] == "withdrawn"
    assert hotel.code("POST", f"{place}/reinstatement", as_="Admin", json=because)[0] == 409
    shown = hotel.client.get(f"/api/v1/certificates/{number}")
    assert [each["status"] for each in shown.json()["history"]] == ["active", "suspended", "active", "withdrawn"]
    assert "Used for another hotel" not in shown.text


def test_what_waited_for_an_identity_ends_a_year_after_its_answers(hotel):
    hotel.submitted(MET)
    hotel.now += timedelta(days=300)
    confirm(hotel)
    (issued,) = run(hotel, issue_waiting, hotel.id, "KH")
    (certificate,) = certificates(hotel)
    assert certificate["number"] == issued.number
    assert (certificate["issued_on"], certificate["valid_until"]) == ("2027-09-18", "2027-11-22")


def test_answers_that_are_too_old_earn_nothing_any_more(hotel):
    hotel.submitted(MET)
    hotel.now += timedelta(days=400)
    confirm(hotel)
    (news,) = run(hotel, issue_waiting, hotel.id, "KH")
    assert (news.number, news.waits_for) == (None, ("answers-too-old",))
    assert run(hotel, issue_waiting, hotel.id, "KH") == []


def test_what_was_withheld_until_a_day_is_issued_on_that_day(hotel):
    confirm(hotel)
    first = hotel.submitted(MET)
    hotel.must("POST", f"./assessments/{first}/withdrawal", json={"reason": "A mistake"})
    hotel.now += timedelta(days=5)
    hotel.submitted(MET)
    for days, jobs in ((300, 0), (60, 1)):
        hotel.now += timedelta(days=days)
        watch_withheld(hotel.parts.desk)
        with hotel.unit() as unit:
            assert len([job for job in unit.jobs.list(state="ready", after=None, limit=200)
                        if job.kind == "issue-waiting"]) == jobs  # fmt: skip
    (issued,) = run(hotel, issue_waiting, hotel.id, "KH")
    assert issued.number
    assert certificates(hotel)[0]["valid_until"] == "2027-11-27"


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_of_two_who_decide_about_a_certificate_at_once_the_second_sees_what_the_first_decided(hotel):
    confirm(hotel)
    hotel.submitted(MET)
    make_operator(hotel)
    number = certificates(hotel)[0]["number"]
    place, because = f"/operator/certificates/{number}/suspension", {"reason": "Used for another hotel"}
    with ThreadPoolExecutor(1) as pool:
        with hotel.parts.desk.deed("operator", writes=True, credential=hotel.session("Admin")) as deed:
            suspend_certificate(deed, number, "Used for another hotel")
            second = pool.submit(hotel.code, "POST", place, as_="Admin", json=because)
            sleep(0.3)
            assert not second.done()
        assert second.result(20) == (409, "certificate-status-fixed")
