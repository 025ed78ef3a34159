"""What came of a submission: the stored result, the receipt, words, documents, the least-effort path."""

import csv
import hashlib
import io

import msgspec
import pytest

from compliance.domain.assessment import Attested, Receipt, attestation_digest, recompute
from compliance.domain.scoring import ScoreCard
from hotels import MET, Hotel

MAGIC = {
    "report.pdf": b"%PDF-",
    "plan.pdf": b"%PDF-",
    "plan.xlsx": b"PK\x03\x04",
    "plan.csv": b"\xef\xbb\xbf",
    "plan.ics": b"BEGIN:VCALENDAR\r\n",
    "certificate-preview.pdf": b"%PDF-",
}


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.close()


def test_the_result_is_given_byte_for_byte_as_it_was_stored(hotel):
    assessment = hotel.submitted()
    answer = hotel.ask("GET", f"./assessments/{assessment}/result", as_="Lim Vuthy")
    with hotel.unit() as unit:
        row = unit.submissions.find(hotel.id, assessment, 1)
    assert answer.content == row.result
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"] == f'"{row.result_digest}"' == f'"sha256:{hashlib.sha256(row.result).hexdigest()}"'
    again = hotel.ask("GET", f"./assessments/{assessment}/result", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_anybody_can_compute_the_result_again_from_the_receipt_alone(hotel):
    assessment = hotel.submitted()
    receipt = hotel.ask("GET", f"./assessments/{assessment}/receipt")
    result = hotel.ask("GET", f"./assessments/{assessment}/result")
    with hotel.parts.desk.deed(writes=False) as deed:
        scorer = deed.means.shelf.scorer(hotel_digest(deed))
    assert recompute(msgspec.json.decode(receipt.content, type=Receipt), scorer) == result.content
    assert receipt.headers["content-disposition"] == 'attachment; filename="receipt.json"'


def hotel_digest(deed):
    return deed.means.shelf.named("hospitality@1.0").copy.digest


def test_the_receipt_holds_the_digest_of_the_signature_and_not_the_name(hotel):
    assessment = hotel.submitted()
    receipt = hotel.ask("GET", f"./assessments/{assessment}/receipt")
    signed = hotel.ask("GET", f"./assessments/{assessment}/attestation")
    attested = msgspec.json.decode(signed.content, type=Attested)
    assert attested.name == "Chan Thida"
    assert b"Chan Thida" not in receipt.content
    assert receipt.json()["attestation"] == attestation_digest(attested)
    assert signed.headers["etag"] == f'"{attestation_digest(attested)}"'


def test_a_draft_has_no_result(hotel):
    draft = hotel.start()
    for place in ("result", "result/reasons", "receipt", "attestation", "path", "plan", "documents/report.pdf"):
        assert hotel.code("GET", f"./assessments/{draft}/{place}") == (404, "not-submitted")


def test_what_cannot_be_seen_has_no_result_either(hotel):
    assessment = hotel.submitted(sites=("Garden",))
    hotel.limit_to("Lim Vuthy", "River")
    for place in ("result", "receipt", "attestation", "documents/plan.csv"):
        path = f"./assessments/{assessment}/{place}"
        assert hotel.code("GET", path, as_="Lim Vuthy") == (404, "no-such-assessment")
        assert hotel.code("GET", path, as_="Noun Nary") == (403, "not-your-role")


def test_the_result_is_said_in_words(hotel):
    assessment = hotel.submitted()
    card = msgspec.json.decode(hotel.ask("GET", f"./assessments/{assessment}/result").content, type=ScoreCard)
    said = hotel.must("GET", f"./assessments/{assessment}/result/reasons")
    assert (said["language"], said["is_reviewed"]) == ("en", True)
    assert said["outcome"] == card.outcome == "not_met"
    assert said["outcome_says"].startswith("Not met.")
    assert "Nobody else has checked" in said["assurance_says"]
    assert card.total.assured.percent in said["total_says"]
    assert len(said["reasons"]) == len(card.reasons) > 0
    with hotel.parts.desk.deed(writes=False) as deed:
        asked = deed.means.shelf.questionnaire(hotel_digest(deed)).scored_items
    assert [each["item"] for each in said["items"]] == [item.id for item in asked]
    assert all(each["says"] for each in said["items"])


def test_the_result_is_said_in_khmer_with_the_warning_that_nobody_reviewed_it(hotel):
    assessment = hotel.submitted()
    said = hotel.must("GET", f"./assessments/{assessment}/result/reasons?language=km")
    assert (said["language"], said["is_reviewed"]) == ("km", False)
    assert "Nobody" not in said["assurance_says"]
    unknown = hotel.must("GET", f"./assessments/{assessment}/result/reasons?language=fr")
    assert unknown["language"] == "en"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_every_document_is_drawn_and_the_same_every_time(hotel):
    assessment = hotel.submitted(MET)
    for name, magic in MAGIC.items():
        path = f"./assessments/{assessment}/documents/{name}"
        answer = hotel.ask("GET", path)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(magic)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["content-language"] == "en"
        assert answer.headers["etag"] == f'"sha256:{hashlib.sha256(answer.content).hexdigest()}"'
        assert hotel.ask("GET", path, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_documents_are_drawn_from_what_was_submitted(hotel):
    assessment = hotel.submitted()
    with hotel.unit() as unit:
        tasks = unit.submissions.tasks(hotel.id, assessment, 1)
    table = hotel.ask("GET", f"./assessments/{assessment}/documents/plan.csv?language=km").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert [row[1] for row in rows] == [task.item for task in tasks]
    assert [row[7] for row in rows] == [task.due_on.isoformat() for task in tasks]


def test_a_preview_of_a_certificate_is_drawn_only_where_one_is_earned(hotel):
    assessment = hotel.submitted()
    path = f"./assessments/{assessment}/documents/certificate-preview.pdf"
    assert hotel.code("GET", path) == (404, "no-certificate-earned")
    assert hotel.ask("GET", f"./assessments/{assessment}/documents/result.txt").status_code == 404


def test_the_least_effort_path_leads_to_the_outcome(hotel):
    assessment = hotel.submitted()
    path = hotel.must("GET", f"./assessments/{assessment}/path")
    assert (path["target"], path["reachable"], path["outcome"], path["obstacles"]) == ("met", True, "met", [])
    assert path["effort_half_days"] == sum(step["effort_half_days"] for step in path["steps"])
    assert all(step["text"] and step["do"] and step["effort"] for step in path["steps"])
    shorter = hotel.must("GET", f"./assessments/{assessment}/path?target=approaching&language=km")
    assert 0 < shorter["effort_half_days"] <= path["effort_half_days"]
    assert shorter["steps"][0]["text"] not in {step["text"] for step in path["steps"]}
    assert hotel.code("GET", f"./assessments/{assessment}/path?target=not_met") == (400, "request-malformed")


def test_who_has_met_needs_no_path(hotel):
    path = hotel.must("GET", f"./assessments/{hotel.submitted(MET)}/path")
    assert (path["steps"], path["effort_half_days"], path["reachable"]) == ([], 0, True)


def test_a_withdrawn_submission_keeps_its_result(hotel):
    assessment = hotel.submitted()
    before = hotel.ask("GET", f"./assessments/{assessment}/result").content
    hotel.must("POST", f"./assessments/{assessment}/withdrawal", json={"reason": "Answered for the wrong site"})
    assert hotel.ask("GET", f"./assessments/{assessment}/result").content == before
