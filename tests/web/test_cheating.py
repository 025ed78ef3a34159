"""Trying to cheat: each alteration is noticed by a step; the demonstration offers a certificate, real businesses are spared."""

import json

import pytest
from guest import Guest
from test_check_files import brought, hotel
from test_checks import states

from compliance.usecases.altered import ALTERATIONS, OTHER_HOLDER

__all__ = ["hotel"]


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_every_alteration_is_noticed_and_the_step_unfolded(hotel, alteration):
    guest = Guest(hotel.client.app)
    page = guest.open(f"/check/try?number={hotel.number}&change={alteration}")
    assert states(page)["signature"] == "false*"
    assert states(page)["inclusion"] == "false"
    assert "the credential was changed after it was signed, or credentials-1 never signed it." in page.text
    assert OTHER_HOLDER in page.text or "2030-11-22" in page.text
    saved = page.follow("Download the altered copy")
    assert saved.answer.headers["content-disposition"].startswith("attachment")
    again = brought(hotel, saved.answer.content)
    assert again.heading == "Do not rely on this file"
    assert hotel.file(hotel.number, "credential").content == guest.open(
        f"/certificates/{hotel.number}/credential.json").answer.content  # fmt: skip


def test_real_businesses_are_no_example_unless_somebody_knows_a_number(hotel):
    guest = Guest(hotel.client.app)
    page = guest.open("/check/try")
    assert page.status == 200
    assert "If you know the number of one, type it" in page.text
    assert hotel.number not in page.text
    assert guest.open("/check/three").status == 404
    chosen = guest.open(f"/check/try?number={hotel.number.lower()}")
    assert sum("&change=" in each for each in chosen.links) == len(ALTERATIONS)
    assert guest.open(f"/check/try?number={hotel.number}&change=nothing").status == 200


@pytest.mark.parametrize("number", ["CP-0000-0000", "%3Cscript%3E", "", "CP-7QF4-KX"])
def test_a_number_that_cannot_be_tried_is_said_at_the_field(hotel, number):
    page = Guest(hotel.client.app).open(f"/check/try?number={number}&change=name")
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["number"])
    assert not page.tree.xpath("//main//script")
    assert Guest(hotel.client.app).open(f"/check/try/altered.json?number={number}&change=name").status in (
        200,
        404,
        422,
    )


def test_the_demonstration_shows_a_valid_a_suspended_and_an_altered_one(demo):
    guest = Guest(demo.app)
    page = guest.open("/check/three")
    assert page.heading == "Three certificates to check"
    valid, suspended = (each for each in page.links if each.startswith("/certificates/"))
    assert "Valid today" in guest.open(valid).text
    assert not guest.open(valid).tree.find_class("app-valid"), "nothing that is invented is green"
    assert "Not valid: it is suspended" in guest.open(suspended).text
    altered = page.follow("See which step notices it")
    assert states(altered)["signature"] == "false*"
    assert "/check/three" in guest.open("/check").links
    assert len(guest.open("/check/try").tree.xpath("//main//a[@role='button']")) == len(ALTERATIONS)


def test_the_altered_copy_is_json_that_differs_in_the_words_that_are_named(hotel):
    guest = Guest(hotel.client.app)
    copy = json.loads(guest.open(f"/check/try/altered.json?number={hotel.number}&change=name").answer.content)
    own = json.loads(hotel.file(hotel.number, "credential").content)
    assert copy["credentialSubject"]["claim"]["holder"].pop("name") == OTHER_HOLDER
    del own["credentialSubject"]["claim"]["holder"]["name"]
    assert copy == own
