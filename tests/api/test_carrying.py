"""Carry-over: renewal, a new version, a second sector or site; what was said once is asked again, shorter."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from compliance.domain.questionnaire import full_digest, structure_digest
from compliance.store.questionnaires import Copy
from hotels import MET, NEW, Hotel, problem_codes, seen


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.close()


def publish_next_version(hotel):
    """hospitality@1.1: CORE-04 is weighed otherwise, CORE-08 is gone, CORE-12 is called CORE-99."""
    shelf = hotel.parts.desk.means.shelf
    before = shelf.named("hospitality@1.0").copy
    old = shelf.questionnaire(before.digest)

    def after(items):
        for item in items:
            if item.id == "CORE-04":
                yield replace(item, weight=2 if item.weight == 1 else 1)
            elif item.id == "CORE-12":
                yield replace(item, id="CORE-99")
            elif item.id != "CORE-08":
                yield item

    sections = tuple(replace(section, items=tuple(after(section.items))) for section in old.sections)
    new = replace(old, version="1.1", sections=sections)
    copy = Copy(digest=full_digest(new), name="hospitality", version="1.1", structure=structure_digest(new),
                title=new.title, language="en", states=before.states)  # fmt: skip
    with hotel.unit() as unit:
        unit.questionnaires.add(
            copy, new, now=max(hotel.now, datetime.now(UTC)) + timedelta(days=1)
        )  # 1.0 was copied today
    shelf.refresh()


def ids(parts):
    return {part["id"] for part in parts}


def preview(hotel, assessment_id, **query):
    return hotel.must("GET", f"./assessments/{assessment_id}/carry-over", params=query)


def succeed(hotel, assessment_id, **asked):
    return hotel.must("POST", f"./assessments/{assessment_id}/successor", json=asked)


def test_a_renewal_begins_with_last_years_answers_unconfirmed(hotel):
    first = hotel.submitted(MET)
    before = hotel.must("GET", f"./assessments/{first}")
    hotel.now += timedelta(days=330)
    looked = preview(hotel, first)
    answer = hotel.ask("POST", f"./assessments/{first}/successor", json={})
    begun = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/organisations/{hotel.id}/assessments/{begun['assessment']['id']}"
    assert begun["is_new"] is True
    assert begun["assessment"]["carried_from"] == first
    assert (begun["carried"], begun["facts"]) == (len(looked["carried"]), len(looked["facts"]))

    draft = hotel.must("GET", f"./assessments/{begun['assessment']['id']}")
    assert draft["site_ids"] == [hotel.sites["River"]]
    assert draft["answers"].keys() == ids(looked["carried"]) == before["answers"].keys()
    assert {each["is_confirmed"] for each in draft["answers"].values()} == {False}
    assert {each["source"] for each in draft["answers"].values()} == {"carried"}
    assert {(fact["source"], fact["confirmed"]) for fact in draft["facts"].values()} == {("carried", False)}
    assert (draft["state"], draft["snapshots"], draft["submitted_at"]) == ("draft", 0, None)
    carried, given = (each["answers"]["CORE-04"]["answer"]["value"] for each in (draft, before))
    assert carried == given


def test_carried_answers_count_once_they_are_confirmed(hotel):
    first = hotel.submitted(MET)
    hotel.now += timedelta(days=330)
    draft = f"./assessments/{succeed(hotel, first)['assessment']['id']}"
    checked = hotel.must("GET", f"{draft}/completeness")
    assert not checked["is_complete"]
    assert {gap["kind"] for gap in checked["gaps"]} >= {"gap-unconfirmed", "gap-fact-unconfirmed"}

    whole = hotel.must("GET", draft)
    confirmed = {item: each["revision"] for item, each in whole["answers"].items()}
    hotel.must("POST", f"{draft}/confirmations", json={"answers": confirmed, "facts": list(whole["facts"])})
    checked = hotel.must("GET", f"{draft}/completeness")
    assert checked["gaps"] == []
    hotel.sign(draft.rpartition("/")[2])


def test_nothing_signed_or_earned_is_carried(hotel):
    first = hotel.submitted(MET)
    draft = f"./assessments/{succeed(hotel, first)['assessment']['id']}"
    for place in ("result", "receipt", "attestation", "plan"):
        assert hotel.code("GET", f"{draft}/{place}") == (404, "not-submitted")
    assert hotel.must("GET", draft)["assignments"] == {}


def test_evidence_keeps_the_day_that_it_bore(hotel):
    first = hotel.start()
    hotel.fill(first, MET)
    hotel.must("PUT", f"./assessments/{first}/answers/CORE-04", json={"value": 3, "evidence": "documented"},
               headers=seen(1))  # fmt: skip
    hotel.sign(first)
    hotel.now += timedelta(days=330)
    draft = hotel.must("GET", f"./assessments/{succeed(hotel, first)['assessment']['id']}")
    assert draft["answers"]["CORE-04"]["answer"]["evidence_on"] == "2026-11-22"


def test_a_new_version_takes_what_is_unchanged_and_keeps_the_rest_as_history(hotel):
    first = hotel.submitted(MET)
    publish_next_version(hotel)
    looked = preview(hotel, first)
    assert looked["questionnaire"] == "hospitality@1.1"
    assert ids(looked["to_confirm"]) == {"CORE-04"}
    assert ids(looked["dropped"]) == {"CORE-08", "CORE-12"}
    assert ids(looked["new"]) >= {"CORE-99"}
    assert all(part["text"] for part in looked["dropped"] + looked["new"])
    assert ids(looked["carried"]).isdisjoint({"CORE-04", "CORE-08", "CORE-12", "CORE-99"})

    begun = succeed(hotel, first)
    assert begun["history"] == 3
    draft = f"./assessments/{begun['assessment']['id']}"
    assert hotel.must("GET", draft)["questionnaire"] == "hospitality@1.1"
    assert "CORE-04" not in hotel.must("GET", draft)["answers"]
    for item in ("CORE-04", "CORE-08"):
        earlier = hotel.must("GET", f"{draft}/answers/{item}/earlier")["earlier"]
        assert [(each["revision"], each["source"]) for each in earlier] == [(0, "carried")]

    hotel.must("PUT", f"{draft}/answers/CORE-04", json={"value": 1}, headers=NEW)
    hotel.must("PUT", f"{draft}/answers/CORE-04", json={"value": 2}, headers=seen(1))
    earlier = hotel.must("GET", f"{draft}/answers/CORE-04/earlier")["earlier"]
    assert [each["revision"] for each in earlier] == [1, 0]


def test_a_second_sector_takes_the_answers_to_what_both_ask(hotel):
    first = hotel.submitted(MET)
    looked = preview(hotel, first, sector="tour-operators")
    assert all(name.startswith("CORE-") for name in ids(looked["carried"]))
    assert any(name.startswith("HOS-") for name in ids(looked["dropped"]))
    draft = hotel.must("GET", f"./assessments/{succeed(hotel, first, sector='tour-operators')['assessment']['id']}")
    assert draft["sector"] == "tour-operators"
    assert draft["answers"].keys() == ids(looked["carried"])
    assert draft["facts"].keys() == ids(looked["facts"])


def test_a_second_site_takes_everything_unconfirmed(hotel):
    first = hotel.submitted(MET)
    garden = hotel.sites["Garden"]
    assert preview(hotel, first, site_ids=garden)["site_ids"] == [garden]
    begun = succeed(hotel, first, site_ids=[garden], language="km")
    draft = hotel.must("GET", f"./assessments/{begun['assessment']['id']}")
    assert (draft["site_ids"], draft["language"]) == ([garden], "km")
    assert begun["carried"] == len(draft["answers"]) > 0


def test_a_draft_that_is_open_for_these_sites_is_opened_and_nothing_is_carried_over_it(hotel):
    first = hotel.submitted(MET)
    opened = hotel.start()
    hotel.must("PUT", f"./assessments/{opened}/answers/CORE-04", json={"value": 1}, headers=NEW)
    assert preview(hotel, first)["opens"] == opened
    begun = succeed(hotel, first)
    assert (begun["is_new"], begun["assessment"]["id"], begun["carried"]) == (False, opened, 0)
    draft = hotel.must("GET", f"./assessments/{opened}")
    assert (list(draft["answers"]), draft["facts"], draft["carried_from"]) == (["CORE-04"], {}, None)


def test_an_open_draft_carries_to_another_site_too(hotel):
    first = hotel.start()
    hotel.must("PATCH", f"./assessments/{first}/facts", json={"facts": {"workers": 12}}, headers=seen(0))
    hotel.must("PUT", f"./assessments/{first}/answers/CORE-04", json={"value": 3}, headers=NEW)
    hotel.must("PUT", f"./assessments/{first}/answers/CORE-08", json={"value": 3}, headers=NEW)
    hotel.must("PUT", f"./assessments/{first}/answers/CORE-08", json={}, headers=seen(1))
    begun = succeed(hotel, first, site_ids=[hotel.sites["Garden"]])
    draft = hotel.must("GET", f"./assessments/{begun['assessment']['id']}")
    assert list(draft["answers"]) == ["CORE-04"]
    assert draft["facts"]["workers"]["value"] == 12


def test_a_withdrawn_submission_can_be_taken_up_again(hotel):
    first = hotel.submitted(MET)
    hotel.must("POST", f"./assessments/{first}/withdrawal", json={"reason": "A mistake in the facts"})
    assert succeed(hotel, first)["carried"] > 20


def test_answers_whose_tasks_are_all_done_come_back_as_proposed(hotel):
    first = hotel.submitted()
    tasks = hotel.must("GET", f"./assessments/{first}/plan")["tasks"]
    item = tasks[0]["item"]
    for task in (each for each in tasks if each["item"] == item):
        place = f"./tasks/{task['id']}"
        hotel.must("PATCH", place, json={"state": "in_progress"}, headers=seen(1))
        hotel.must("PATCH", place, json={"state": "done", "evidence": ["HR office"]}, headers=seen(2))
    looked = preview(hotel, first)
    assert [part["id"] for part in looked["carried"] if part["is_proposed"]] == [item]
    before = hotel.must("GET", f"./assessments/{first}")["answers"][item]["answer"]["value"]
    draft = hotel.must("GET", f"./assessments/{succeed(hotel, first)['assessment']['id']}")
    proposed = {name: each for name, each in draft["answers"].items() if each["source"] == "proposed"}
    assert list(proposed) == [item]
    assert (proposed[item]["is_confirmed"], proposed[item]["answer"]["value"]) == (False, before)


def test_a_successor_is_refused_where_an_assessment_could_not_be_started(hotel):
    first = f"./assessments/{hotel.submitted(MET)}"
    assert hotel.code("POST", f"{first}/successor", json={"sector": "no-such"}) == (404, "no-such-questionnaire")
    assert hotel.code("POST", f"{first}/successor", json={"country": "TH"}) == (422, "assessment-invalid")
    assert hotel.code("GET", f"{first}/carry-over?country=TH") == (422, "assessment-invalid")
    assert hotel.code("GET", f"{first}/carry-over?site_ids={hotel.id}") == (422, "assessment-invalid")
    assert hotel.code("GET", f"{first}/carry-over?site_ids=x") == (400, "request-malformed")
    assert hotel.code("POST", f"{first}/successor", as_="Noun Nary", json={}) == (403, "not-your-role")
    assert hotel.code("POST", f"./assessments/{hotel.id}/successor", json={}) == (404, "no-such-assessment")


def test_sites_that_stand_in_different_drafts_are_refused(hotel):
    first = hotel.submitted(MET)
    hotel.start(sites=("River",))
    hotel.start(sites=("Garden",))
    both = {"site_ids": list(hotel.sites.values())}
    assert hotel.code("POST", f"./assessments/{first}/successor", json=both) == (409, "sites-taken")


def test_who_works_for_one_site_learns_nothing_of_drafts_about_others_too(hotel):
    first = hotel.submitted(MET)
    both = hotel.start(sites=("River", "Garden"))
    hotel.limit_to("Lim Vuthy", "River")
    assert preview(hotel, first)["opens"] == both
    assert hotel.must("GET", f"./assessments/{first}/carry-over", as_="Lim Vuthy")["opens"] is None
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [hotel.sites["River"]]}
    for path, body in ((f"./assessments/{first}/successor", {}), ("./assessments", asked)):
        refused = hotel.ask("POST", path, as_="Lim Vuthy", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "sites-taken")
        assert problem_codes(refused) == ["sites-taken-elsewhere"]
        assert both not in refused.text
        assert hotel.sites["Garden"] not in refused.text


def test_of_several_drafts_only_those_that_one_may_see_are_named(hotel):
    first = hotel.submitted(MET)
    hotel.sites["Hill"] = hotel.must("POST", "./sites", json={"name": "Hill", "country": "KH"})["id"]
    own, other = hotel.start(sites=("River",)), hotel.start(sites=("Garden", "Hill"))
    hotel.limit_to("Lim Vuthy", "River", "Garden")
    both = {"site_ids": [hotel.sites["River"], hotel.sites["Garden"]]}
    path = f"./assessments/{first}/successor"
    for who, named in (("Lim Vuthy", {own}), ("Sok Dara", {own, other})):
        refused = hotel.ask("POST", path, as_=who, json=both)
        assert problem_codes(refused) == ["sites-taken"]
        assert {each for each in (own, other) if each in refused.text} == named


def test_a_second_site_that_one_does_not_work_for_is_refused(hotel):
    first = hotel.submitted(MET)
    hotel.limit_to("Lim Vuthy", "River")
    asked = {"site_ids": [hotel.sites["Garden"]]}
    path = f"./assessments/{first}/successor"
    assert hotel.code("POST", path, as_="Lim Vuthy", json=asked) == (422, "assessment-invalid")
