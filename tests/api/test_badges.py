"""Badges at their addresses: from a check by somebody else on, in several languages, changing with the status."""

import pytest
from sqlalchemy import text

from compliance.usecases.certificate_statuses import suspend_certificate
from sealed import signed_hotel


@pytest.fixture(scope="module")
def hotel(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hotel")
    with signed_hotel(sqlite_template, folder) as hotel:
        yield hotel


@pytest.fixture(scope="module")
def self_assessed(hotel):
    return hotel.certified(sites=("Garden",))


@pytest.fixture(scope="module")
def verified(hotel):
    """The number of a certificate whose stored claim says that a reviewer checked it, as later issues will make them."""
    number = hotel.certified()
    with hotel.unit() as unit:
        connection = unit.certificates._connection
        claim = connection.execute(text("SELECT claim FROM certificates WHERE number = :n"), {"n": number}).scalar_one()
        claim = bytes(claim).replace(b'"assurance":"self_assessed"', b'"assurance":"desk_verified"')
        connection.execute(
            text("UPDATE certificates SET claim = :c, assurance = 'desk_verified' WHERE number = :n"),
            {"c": claim, "n": number},
        )
    return number


def fetch(hotel, path, **headers):
    return hotel.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_self_assessment_has_no_badge_and_the_answer_says_why(hotel, self_assessed):
    for ending in ("svg", "json"):
        answer = fetch(hotel, f"/badges/{self_assessed}.{ending}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no-badge")
        assert "nobody but the business itself" in answer.json()["title"]


def test_a_badge_says_the_status_of_this_moment_in_the_language_that_is_asked_for(hotel, verified):
    picture = fetch(hotel, f"/badges/{verified}.svg")
    assert picture.status_code == 200
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "Valid until 22" in picture.text
    assert fetch(hotel, f"/badges/{verified.lower()}.svg?lang=km").text.count("មានសុពលភាព") >= 1
    assert fetch(hotel, f"/badges/{verified}.svg?lang=xx").content == picture.content
    badge = fetch(hotel, f"/badges/{verified}.json").json()
    assert (badge["status"], badge["is_valid"], badge["holder"]) == ("active", True, "Riverside Hotel")
    assert badge["verify_url"].endswith(f"/certificates/{verified}")
    assert fetch(hotel, badge["svg_url"].partition("8000")[2]).content == picture.content


def test_a_badge_is_asked_for_again_by_its_tag_and_changes_with_the_status(hotel, verified):
    first = fetch(hotel, f"/badges/{verified}.svg")
    assert first.headers["cache-control"] == "public, no-cache"
    assert "set-cookie" not in first.headers
    assert fetch(hotel, f"/badges/{verified}.svg", if_none_match=first.headers["etag"]).status_code == 304
    with hotel.parts.desk.deed(writes=True) as deed:
        suspend_certificate(deed, verified, "Shown for another hotel")
    after = fetch(hotel, f"/badges/{verified}.svg", if_none_match=first.headers["etag"])
    assert after.status_code == 200
    assert "Not valid: suspended" in after.text
    assert "#0b5f43" not in after.text
    assert fetch(hotel, f"/badges/{verified}.json").json()["status"] == "suspended"


@pytest.mark.parametrize("name", ["CP-0000-0000.svg", "x.svg", ".svg", "CP-0000-0000", "CP-0000-0000.png", "%00.svg",
                                  "CP-0000-0000.svg.exe", "<script>.json"])  # fmt: skip
def test_what_is_no_badge_is_refused_and_is_no_fault(hotel, name):
    answer = fetch(hotel, f"/badges/{name}")
    assert answer.status_code in (404, 422)
    assert answer.json()["code"]
