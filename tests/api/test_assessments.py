"""Drafts that several people fill in at once, what refuses them, and the submission."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from msgspec import to_builtins

from compliance.domain.journal import verify_chain
from compliance.domain.scoring import Answer
from compliance.http.repeats import Answered, remember_answer
from compliance.usecases.answering import put_answer
from compliance.usecases.assessments import start_assessment
from compliance.usecases.collaborating import assign_section
from compliance.usecases.pages import write_cursor
from hotels import MET, NEW, POOR, Hotel, seen

FACTS = to_builtins(POOR.profile)


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.parts.close()


@pytest.fixture
def draft(hotel):
    return f"./assessments/{hotel.start()}"


def test_a_second_start_for_the_same_site_opens_the_first_draft(hotel):
    assert hotel.start() == hotel.start()
    assert hotel.start(sites=("Garden",)) != hotel.start()


def test_sites_that_stand_in_different_drafts_are_refused(hotel):
    hotel.start()
    hotel.start(sites=("Garden",))
    body = {"sector": "hospitality", "country": "KH", "site_ids": sorted(hotel.sites.values())}
    assert hotel.code("POST", "./assessments", json=body) == (409, "sites-taken")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sector": "restaurants"}, "no-such-questionnaire"),
        ({"questionnaire": "transport@1.0"}, "no-such-questionnaire"),
        ({"questionnaire": "hospitality@9.9"}, "no-such-questionnaire"),
        ({"country": "TH"}, "assessment-invalid"),
        ({"site_ids": []}, "body-invalid"),
        ({"site_ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}, "assessment-invalid"),
    ],
)
def test_what_cannot_be_started(hotel, change, code):
    body = {"sector": "hospitality", "country": "KH", "site_ids": [hotel.sites["River"]], **change}
    assert hotel.code("POST", "./assessments", json=body)[1] == code


def test_facts_and_answers_name_the_revision_that_they_saw(hotel, draft):
    assert hotel.code("PATCH", f"{draft}/facts", json={"facts": FACTS}) == (428, "revision-missing")
    hotel.must("PATCH", f"{draft}/facts", json={"facts": FACTS}, headers=seen(0))
    stale = hotel.ask("PATCH", f"{draft}/facts", json={"facts": FACTS}, headers=seen(0))
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-revision")
    assert stale.json()["current"]["revision"] == 1


def test_of_two_people_who_answer_at_once_the_second_is_shown_what_the_first_wrote(hotel, draft):
    first = hotel.ask("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW)
    assert first.headers["etag"] == '"1"'
    second = hotel.ask("PUT", f"{draft}/answers/CORE-02", json={"value": "no"}, headers=NEW, as_="Lim Vuthy")
    assert second.status_code == 412
    assert second.json()["current"]["answer"] == {"value": "yes"}
    assert second.json()["current"]["changed_by"] == hotel.people["Sok Dara"]
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={"value": "no"}, headers=seen(1), as_="Lim Vuthy")
    earlier = hotel.must("GET", f"{draft}/answers/CORE-02/earlier")["earlier"]
    assert [each["answer"] for each in earlier] == [{"value": "yes"}]


def test_an_empty_answer_takes_the_earlier_one_away(hotel, draft):
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW)
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={}, headers=seen(1))
    gaps = {gap["id"] for gap in hotel.must("GET", f"{draft}/completeness")["gaps"]}
    assert "workers" in gaps


def test_many_answers_are_written_together_or_not_at_all(hotel, draft):
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW)
    both = {"CORE-02": {"answer": {"value": "no"}}, "CORE-03": {"answer": {"value": "never"}}}
    refused = hotel.ask("PATCH", f"{draft}/answers", json={"answers": both})
    assert refused.status_code == 412
    assert list(refused.json()["current"]) == ["CORE-02"]
    wrong = {"CORE-02": {"answer": {"value": "perhaps"}, "seen": 1}, "CORE-03": {"answer": {"value": 7}}}
    refused = hotel.ask("PATCH", f"{draft}/answers", json={"answers": wrong})
    assert [each["code"] for each in refused.json()["errors"]] == ["value-yes-no", "value-date"]
    assert list(hotel.must("GET", draft)["answers"]) == ["CORE-02"]
    both["CORE-02"]["seen"] = 1
    hotel.must("PATCH", f"{draft}/answers", json={"answers": both})
    assert sorted(hotel.must("GET", draft)["answers"]) == ["CORE-02", "CORE-03"]


def test_a_section_has_a_revision_that_any_of_its_answers_moves(hotel, draft):
    section = hotel.ask("GET", f"{draft}/sections/GOV")
    assert section.headers["etag"] == '"0"'
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW)
    changes = {"answers": {"CORE-03": {"value": "never"}}}
    assert hotel.code("PATCH", f"{draft}/sections/GOV", json=changes, headers=seen(0)) == (412, "stale-revision")
    hotel.must("PATCH", f"{draft}/sections/GOV", json=changes, headers=seen(1))
    elsewhere = {"answers": {"HOS-08": {"value": 1}}}
    assert hotel.code("PATCH", f"{draft}/sections/GOV", json=elsewhere, headers=seen(2)) == (422, "answer-invalid")
    assert hotel.code("GET", f"{draft}/sections/XYZ") == (404, "no-such-item")


@pytest.mark.parametrize(
    ("item", "answer", "code"),
    [
        ("CORE-02", {"value": 1}, "value-yes-no"),
        ("CORE-01", {"value": 3, "evidence": "verified_on_site"}, "evidence-not-yours-to-claim"),
        ("CORE-01", {"value": 3, "pieces": [{"form": "file", "dated_on": "2026-03-01"}]}, "evidence-without-file"),
        ("CORE-01", {"value": 3, "pieces": [{"form": "file", "dated_on": "2026-03-01", "file": f"sha256:{'0' * 64}"}]},
         "evidence-not-here"),
        ("CORE-02", {"not_applicable": "We are small"}, "claim-critical"),
    ],
)  # fmt: skip
def test_an_answer_that_the_item_does_not_take_is_refused_with_its_place(hotel, draft, item, answer, code):
    refused = hotel.ask("PUT", f"{draft}/answers/{item}", json=answer, headers=NEW)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] == code
    assert refused.json()["errors"][0]["where"].startswith(f"answers.{item}")


@pytest.mark.parametrize("value", ["3", 3.5, True, {"is": "4"}, [1]])
def test_no_value_is_bent_to_fit(hotel, draft, value):
    status, code = hotel.code("PUT", f"{draft}/answers/CORE-01", json={"value": value}, headers=NEW)
    assert (status, code) in ((422, "answer-invalid"), (422, "body-invalid"))


def test_wrong_and_unknown_facts_are_all_named(hotel, draft):
    facts = {"workers": "many", "helicopters": "yes", "sites": 0}
    refused = hotel.ask("PATCH", f"{draft}/facts", json={"facts": facts}, headers=seen(0))
    places = {each["where"] for each in refused.json()["errors"]}
    assert places == {"facts.workers", "facts.helicopters", "facts.sites"}


def test_who_has_no_part_in_assessments_sees_none(hotel, draft):
    assert hotel.code("GET", draft, as_="Noun Nary") == (403, "not-your-role")
    assert hotel.code("GET", "./assessments", as_="Noun Nary") == (403, "not-your-role")


def test_a_contributor_limited_to_a_site_sees_only_its_assessments(hotel, draft):
    garden = hotel.start(sites=("Garden",))
    hotel.limit_to("Lim Vuthy", "Garden")
    listed = hotel.must("GET", "./assessments", as_="Lim Vuthy")["items"]
    assert [each["id"] for each in listed] == [garden]
    assert hotel.code("GET", draft, as_="Lim Vuthy") == (404, "no-such-assessment")
    refused = hotel.code("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW, as_="Lim Vuthy")
    assert refused == (404, "no-such-assessment")


def test_lists_go_on_where_the_page_before_ended(hotel):
    ids = [hotel.start(), hotel.start(sites=("Garden",)), hotel.start(sector="transport")]
    first = hotel.must("GET", "./assessments", params={"limit": 2})
    rest = hotel.must("GET", "./assessments", params={"limit": 2, "cursor": first["next"]})
    assert [each["id"] for each in [*first["items"], *rest["items"]]] == ids[::-1]
    assert rest["next"] is None
    assert hotel.code("GET", "./assessments", params={"cursor": "bm8"})[0] == 422


# Submitting


def test_a_draft_with_gaps_is_refused_with_every_gap(hotel, draft):
    assert hotel.must("GET", f"{draft}/completeness")["is_complete"] is False
    sign = {"name": "Chan Thida", "role": "General manager", "statement": "1", "fingerprint": "x"}
    refused = hotel.ask("POST", f"{draft}/submission", as_="Chan Thida", json=sign)
    assert (refused.status_code, refused.json()["code"]) == (422, "answers-incomplete")
    assert len(refused.json()["errors"]) > 5


def test_only_a_signatory_submits(hotel):
    assessment_id = hotel.start()
    hotel.fill(assessment_id)
    checked = hotel.must("GET", f"./assessments/{assessment_id}/completeness")
    sign = {"name": "Sok Dara", "role": "Owner", "statement": "1", "fingerprint": checked["fingerprint"]}
    assert hotel.code("POST", f"./assessments/{assessment_id}/submission", json=sign) == (403, "signatory-only")


def test_nobody_signs_what_changed_while_they_read(hotel):
    assessment_id = hotel.start()
    hotel.fill(assessment_id)
    checked = hotel.must("GET", f"./assessments/{assessment_id}/completeness")
    hotel.must("PUT", f"./assessments/{assessment_id}/answers/CORE-02", json={"value": "no"}, headers=seen(1))
    sign = {"name": "Chan Thida", "role": "GM", "statement": "1", "fingerprint": checked["fingerprint"]}
    place = f"./assessments/{assessment_id}/submission"
    assert hotel.code("POST", place, as_="Chan Thida", json=sign) == (412, "stale-revision")
    old = {**sign, "statement": "0"}
    assert hotel.code("POST", place, as_="Chan Thida", json=old) == (409, "statement-outdated")


def test_a_submission_is_scored_at_once_and_closed_for_answers(hotel):
    assessment_id = hotel.start()
    hotel.fill(assessment_id)
    news = hotel.sign(assessment_id)
    assert (news["outcome"], news["assurance"], news["snapshot"]) == ("not_met", "self_assessed", 1)
    assert news["certificate"]["waits_for"] == ["not-earned"]
    assert news["tasks"] > 10
    place = f"./assessments/{assessment_id}"
    assert hotel.code("PUT", f"{place}/answers/CORE-02", json={"value": "yes"}, headers=seen(1)) == (
        409, "assessment-not-open")  # fmt: skip
    sign = {"name": "x", "role": "y", "statement": "1", "fingerprint": "z"}
    assert hotel.code("POST", f"{place}/submission", as_="Chan Thida", json=sign) == (409, "assessment-not-open")
    assert hotel.start() != assessment_id


def test_a_submission_that_is_sent_again_gives_the_same_answer_and_one_effect(hotel):
    assessment_id = hotel.start()
    hotel.fill(assessment_id)
    place = f"./assessments/{assessment_id}"
    checked = hotel.must("GET", f"{place}/completeness")
    sign = {"name": "Chan Thida", "role": "GM", "statement": "1", "fingerprint": checked["fingerprint"]}
    key = {"idempotency-key": "submit-1"}
    first = hotel.ask("POST", f"{place}/submission", as_="Chan Thida", json=sign, headers=key)
    again = hotel.ask("POST", f"{place}/submission", as_="Chan Thida", json=sign, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    other = {**sign, "name": "Somebody Else"}
    refused = hotel.code("POST", f"{place}/submission", as_="Chan Thida", json=other, headers=key)
    assert refused == (422, "idempotency-key-reused")
    assert hotel.must("GET", place)["snapshots"] == 1


def test_withdrawing_is_for_owners_and_signatories_and_frees_the_sites(hotel):
    assessment_id = hotel.submitted()
    place = f"./assessments/{assessment_id}/withdrawal"
    assert hotel.code("POST", place, as_="Lim Vuthy", json={"reason": "x"}) == (403, "not-your-role")
    assert hotel.must("POST", place, json={"reason": "Wrong site"})["state"] == "withdrawn"
    assert hotel.code("POST", place, json={"reason": "again"}) == (409, "assessment-not-open")


def test_everything_is_in_the_journal_and_the_chain_is_whole(hotel):
    hotel.submitted(MET)
    with hotel.unit() as unit:
        rows = list(unit.journal.every(hotel.id))
        assert verify_chain(hotel.id, rows, unit.journal.head(hotel.id)) == ()
    kinds = [row.entry.kind for row in rows]
    assert kinds == ["assessment-started", "facts-changed", "answers-changed", "assessment-submitted",
                     "certificate-withheld"]  # fmt: skip


def test_a_draft_says_when_it_expires(hotel, draft):
    hotel.now += timedelta(days=40)
    assert hotel.must("GET", draft)["expires_on"] == "2027-05-22"
    hotel.must("PUT", f"{draft}/answers/CORE-02", json={"value": "yes"}, headers=NEW)
    assert hotel.must("GET", draft)["expires_on"] == "2027-07-01"


# ── Two at once: the second finds taken what was free when it looked, and looks again


def meanwhile(hotel, do, ask):
    """The answer to a request that comes while somebody else's deed is not kept yet."""
    who = hotel.session("Sok Dara")
    with ThreadPoolExecutor(1) as pool:
        with hotel.parts.desk.deed("member", writes=True, credential=who, organisation_id=hotel.id) as deed:
            do(deed)
            asked = pool.submit(ask)
            sleep(0.3)
            assert not asked.done()
        return asked.result(20)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("revision", [0, 1])
def test_who_answers_while_another_answer_is_being_kept_is_shown_that_one(hotel, draft, revision):
    assessment_id = draft.rpartition("/")[2]
    place = f"{draft}/answers/CORE-02"
    if revision:
        hotel.must("PUT", place, json={"value": "yes"}, headers=NEW)
    answer = meanwhile(
        hotel,
        lambda deed: put_answer(deed, assessment_id, "CORE-02", Answer(value="no"), seen=revision),
        lambda: hotel.ask("PUT", place, json={"value": "yes"}, headers=seen(revision), as_="Lim Vuthy"),
    )
    assert (answer.status_code, answer.json()["current"]["answer"]) == (412, {"value": "no"})


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_starts_while_another_draft_is_being_started_opens_that_one(hotel):
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [hotel.sites["River"]]}
    started = []
    answer = meanwhile(
        hotel,
        lambda deed: started.append(start_assessment(deed, sector="hospitality", country="KH", language="en",
                                                     site_ids=(hotel.sites["River"],)).assessment.id),
        lambda: hotel.ask("POST", "./assessments", json=asked, as_="Lim Vuthy"),
    )  # fmt: skip
    assert [answer.json()["id"]] == started


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_section_that_two_give_at_once_is_given_to_the_second(hotel, draft):
    assessment_id = draft.rpartition("/")[2]
    given = {"user_id": hotel.people["Keo Sophea"]}
    section = hotel.must("GET", f"{draft}/completeness")["sections"][0]["section"]
    answer = meanwhile(
        hotel,
        lambda deed: assign_section(deed, assessment_id, section, hotel.people["Lim Vuthy"]),
        lambda: hotel.ask("PUT", f"{draft}/assignments/{section}", json=given),
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["user_id"] == hotel.people["Keo Sophea"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_key_that_comes_twice_at_once_is_answered_by_what_was_kept_first(hotel):
    kept = Answered(b"of another request".ljust(32), 201, {}, b"{}")
    answer = meanwhile(
        hotel,
        lambda deed: remember_answer(deed, "annex", kept),
        lambda: hotel.ask("POST", "./sites", json={"name": "Annex", "country": "KH"},
                          headers={"idempotency-key": "annex"}),
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_a_country_does_not_end_in_a_line_break(hotel):
    asked = {"sector": "hospitality", "country": "KH\n", "site_ids": [hotel.sites["River"]]}
    assert hotel.code("POST", "./assessments", json=asked) == (422, "body-invalid")


def test_a_cursor_beyond_all_time_was_not_given_out(hotel):
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        cursor = write_cursor(at, hotel.id)
        assert hotel.code("GET", "./assessments", params={"cursor": cursor}) == (422, "cursor-wrong")
