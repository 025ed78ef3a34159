"""Requests that no page of ours sends: each is refused with a page, none is a fault, none leaves a secret behind."""

import pytest
from filled import MET, base, start, submit
from guest import Guest

from compliance.usecases.credentials import NotSignedIn
from compliance.web.forms import Form, FormInvalid
from compliance.web.page import Visit
from compliance.web.uploading import read_upload
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


def test_strangers_are_told_before_a_part_of_their_upload_is_waited_for():
    def waited_for():
        pytest.fail("a stranger's body was read")
        yield b""

    def refusing(**_how):
        raise NotSignedIn

    visit = Visit(path={}, here="/", query={}, form=Form(), language="en", chunks=waited_for(), open_deed=refusing,
                  content_type="multipart/form-data; boundary=x")  # fmt: skip
    with pytest.raises(NotSignedIn):
        read_upload(visit)


@SQLITE
def test_revisions_and_days_of_any_length_are_no_fault(manager):
    draft = start(manager.visitor)
    facts = {name: str(value) for name, value in MET.profile.items() if not isinstance(value, tuple)}
    page = manager.post(f"{base(manager.visitor, draft)}/facts", {**facts, "seen": "9" * 5000, "was": "{}"})
    assert page.status in (200, 409)
    assert manager.post(f"{manager.visitor.at}/identity/%00/domain-check", {}).status == 404

    form = Form.read(f"of-day=1&of-month=1&of-year={'9' * 30}".encode())
    assert form.day("of") is None
    with pytest.raises(FormInvalid) as refused:
        form.check()
    assert [(each.code, each.where) for each in refused.value.problems] == [("field-day", "of")]


@SQLITE
def test_who_is_limited_to_a_site_sees_no_certificate_of_another(service):
    owner = service.visitor("Sok Dara")
    owner.begin()
    garden = owner.must("POST", f"{owner.at}/sites", json={"name": "Garden", "town": None, "country": "KH"})["id"]
    confirm_identity(service, owner)
    submit(owner, given=MET)
    limited = owner.invite("Chan Thida", "contributor", site_ids=[garden])
    unlimited = owner.invite("Lim Vuthy", "contributor")
    listed = [each.must("GET", f"{owner.at}/certificates")["certificates"] for each in (owner, unlimited, limited)]
    assert [len(each) for each in listed] == [1, 1, 0]
    number = listed[0][0]["number"]
    for visitor, is_shown in ((owner, True), (limited, False)):
        guest = Guest(service.client.app)
        guest.log_in(visitor.email, PASSWORD)
        assert (number in guest.open(owner.at).text) == is_shown


def confirm_identity(service, owner):
    """The operator looks the register number up."""
    owner.must("POST", f"{owner.at}/identities/KH/register", json={"register": "Ministry", "number": "17"})
    operator = service.operator()
    found = operator.must("GET", "/operator/identities")["items"][0]
    operator.must("POST", f"/operator/identities/{found['organisation_id']}/KH/confirmation", seen=found["revision"])
