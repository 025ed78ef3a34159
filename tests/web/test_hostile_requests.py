"""Requests that no page of ours sends: each is refused with a page, none is a fault, none leaves a secret behind."""

import pytest
from guest import Guest

from visitor import PASSWORD, Service

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
STRANGE_WAYS = ["//[", "/ក", "/aé", "/a\r\nX-Evil: 1", "/" + "a" * 3000]


@SQLITE
@pytest.mark.parametrize("to", STRANGE_WAYS)
def test_strange_ways_on_are_no_fault(service, guest, to):
    visitor = service.visitor("Sok Dara")
    answer = guest.client.get("/language/km", params={"to": to}, follow_redirects=False)
    assert answer.status_code == 303
    sent = {"email": visitor.email, "password": PASSWORD, "to": to}
    answer = guest.client.post("/log-in", data=sent, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert answer.status_code == 303
    assert "evil" not in str(answer.headers).lower()


@SQLITE
def test_an_origin_that_is_no_address_is_refused(guest):
    for origin in ("http://[", "null", "", "testserver.local"):
        assert guest.client.post("/log-in", data={}, headers={"origin": origin}).status_code == 403


@SQLITE
def test_a_password_is_never_carried_through_the_log_in(manager, clock):
    clock.forward(hours=13)
    for path, fields in (
        ("/account/password", {"current": "old secret words", "new": "new secret words"}),
        ("/account/closing", {"password": "old secret words"}),
        ("/account/second-factor/removal", {"password": "old secret words"}),
    ):
        answer = manager.post(path, fields)
        assert answer.heading == "Log in", path
        assert b"secret words" not in answer.answer.content, path


@SQLITE
def test_made_up_sessions_are_counted(migrated_url):
    with Service(migrated_url, requests_per_minute=5) as service:
        guest = Guest(service.client.app)
        found = []
        for number in range(20):
            guest.client.cookies.set("session", f"cs_{number}", domain="testserver.local", path="/")
            found.append(guest.client.get("/organisations", follow_redirects=False).status_code)
        assert found.count(429) >= 10


@SQLITE
def test_strangers_are_told_before_their_upload_is_read(service, guest):
    path = "/organisations/01890a5d-ac96-774b-bcce-b302099a8057/evidence/new"

    answer = guest.client.post(path, content=b"--x\r\n", follow_redirects=False,
                               headers={"sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/log-in")


@SQLITE
def test_days_and_numbers_of_any_length_are_no_fault(manager):
    at = manager.visitor.at
    site = manager.visitor.must("GET", f"{at}/sites")["items"][0]["id"]
    made = manager.visitor.must("POST", f"{at}/assessments", json={
        "sector": "hospitality", "country": "KH", "site_ids": [site], "language": "en"})  # fmt: skip
    page = manager.post(f"{at}/assessments/{made['id']}/facts", {"seen": "9" * 5000, "was": "[" * 5000})
    assert page.status < 500
    page = manager.post(f"{at}/identity/%00/domain-check", {})
    assert page.status == 404


@SQLITE
def test_who_is_limited_to_a_site_sees_no_certificate_of_another(service):
    owner = service.visitor("Sok Dara")
    owner.begin()
    garden = owner.must("POST", f"{owner.at}/sites", json={"name": "Garden", "town": None, "country": "KH"})["id"]
    limited = owner.invite("Chan Thida", "contributor", site_ids=[garden])
    assert limited.must("GET", f"{owner.at}/certificates") is not None
