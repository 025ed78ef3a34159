import pytest
from guest import Guest

from visitor import PASSWORD

EVIL = '<script>alert("x")</script>'
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def logged_in(service, visitor):
    other = Guest(service.client.app)
    other.log_in(visitor.email, PASSWORD)
    return other


def people_of(manager):
    return {each["name"]: each for each in manager.visitor.must("GET", f"{manager.visitor.at}/people")}


def test_somebody_is_invited_and_the_invitation_is_sent_again_and_revoked(service, manager, clock):
    at = manager.visitor.at
    page = manager.open(f"{at}/people")
    assert "You are alone here so far." in page.text
    shown = page.follow("Invite somebody").send("/invite", email="thida@hotel.example", roles=["signatory"])
    assert "The invitation is on its way." in shown.text
    assert "Waits for an answer" in shown.text
    assert service.mail("thida@hotel.example", "invitation")["role"] == "signatory"
    soon = shown.send("/sending")
    assert soon.status == 409
    assert soon.mistakes
    clock.forward(minutes=11)
    shown.send("/sending")
    assert len(service.mails("thida@hotel.example", "invitation")) == 2
    revoked = shown.send("/revocation")
    assert "Revoked" in revoked.text


@SQLITE
def test_mistakes_in_an_invitation_stand_beside_their_fields(manager):
    page = manager.open(f"{manager.visitor.at}/people/invite").send("/invite", email="nobody", roles=[])
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["email", "roles"]
    assert page.form("/invite").fields["email"] == "nobody"
    member = page.send("/invite", email=manager.visitor.email, roles=["contributor"])
    assert member.status == 409
    assert member.mistakes


@SQLITE
def test_a_contributor_is_limited_to_sites_and_nobody_else_is(manager):
    at = manager.visitor.at
    manager.visitor.must("POST", f"{at}/sites", json={"name": EVIL, "country": "KH"})
    ids = [each["id"] for each in manager.visitor.must("GET", f"{at}/sites")["items"]]
    page = manager.open(f"{at}/people/invite")
    assert EVIL not in page.answer.text
    none = page.send("/invite", email="a@hotel.example", roles=["contributor"], reach="some", site_ids=[])
    assert [field for _, field in none.mistakes] == ["site_ids"]
    signs = page.send("/invite", email="a@hotel.example", roles=["signatory"], reach="some", site_ids=ids[:1])
    assert [field for _, field in signs.mistakes] == ["site_ids"]
    page.send("/invite", email="a@hotel.example", roles=["contributor"], reach="some", site_ids=ids[:1])
    sent = manager.visitor.must("GET", f"{at}/invitations")["items"]
    assert [each["site_ids"] for each in sent] == [ids[:1]]


@SQLITE
def test_roles_are_changed_and_the_last_owner_stays(manager):
    at = manager.visitor.at
    manager.visitor.invite("Lim Vuthy", "contributor")
    page = manager.open(f"{at}/people/{people_of(manager)['Lim Vuthy']['user_id']}")
    shown = page.send(None, roles=["contributor", "signatory"])
    assert "It holds from now on." in shown.text
    assert people_of(manager)["Lim Vuthy"]["roles"] == ["contributor", "signatory"]
    stale = page.send(None, roles=["contributor"])
    assert stale.status == 412
    mine = manager.open(f"{at}/people/{people_of(manager)['Sok Dara']['user_id']}")
    refused = mine.send(None, roles=["contributor"])
    assert refused.status == 409
    assert refused.mistakes
    assert [field for _, field in mine.send(None, roles=[]).mistakes] == ["roles"]


@SQLITE
def test_somebody_is_taken_out_after_a_question_and_the_last_owner_cannot_leave(service, manager):
    at = manager.visitor.at
    visitor = manager.visitor.invite("Lim Vuthy", "contributor")
    page = manager.open(f"{at}/people/{people_of(manager)['Lim Vuthy']['user_id']}")
    question = page.follow("Take this person out of the organisation")
    assert question.heading == "Take Lim Vuthy out of the organisation?"
    assert "cannot see anything" in question.send("/removal").text
    assert list(people_of(manager)) == ["Sok Dara"]
    assert logged_in(service, visitor).open(at).status == 404
    mine = manager.open(f"{at}/people/{people_of(manager)['Sok Dara']['user_id']}/removal")
    assert mine.send("/removal").status == 409


@SQLITE
def test_who_does_not_manage_the_organisation_sees_people_and_may_leave_only(service, manager):
    at = manager.visitor.at
    visitor = manager.visitor.invite("Lim Vuthy", "contributor")
    other = logged_in(service, visitor)
    page = other.open(f"{at}/people")
    assert "Sok Dara" in page.text
    assert "Invite somebody" not in page.text
    owner = people_of(manager)["Sok Dara"]["user_id"]
    assert other.post(f"{at}/people/invite", {"email": "a@b.example", "roles": "owner", "language": "en"}).status == 403
    assert other.post(f"{at}/people/{owner}", {"roles": "contributor", "revision": "1"}).status == 403
    assert other.post(f"{at}/people/{owner}/removal", {}).status == 403
    left = page.follow("Leave").send("/removal")
    assert left.heading == "Your organisations"
    assert other.open(at).status == 404


@SQLITE
def test_people_and_invitations_of_another_organisation_are_not_found(service, manager):
    theirs = service.visitor("Chan Thida")
    theirs.begin("Garden Hotel")
    at = manager.visitor.at
    made = theirs.must("POST", f"{theirs.at}/invitations", json={"email": "x@y.example", "roles": ["owner"]})
    assert manager.open(f"{at}/people/{theirs.user_id}").status == 404
    assert manager.open(f"{at}/people/{theirs.user_id}/removal").status == 404
    assert manager.post(f"{at}/people/{theirs.user_id}", {"roles": "owner", "revision": "1"}).status == 404
    assert manager.post(f"{at}/people/invitations/{made['id']}/revocation", {}).status == 404
    assert manager.post(f"{theirs.at}/people/invitations/{made['id']}/revocation", {}).status == 404


@SQLITE
def test_names_that_hold_markup_are_shown_as_text(service, manager):
    visitor = service.visitor(EVIL, settled=False)
    visitor.email = "evil@hotel.example"
    visitor.register()
    visitor.confirm()
    visitor.sign_in()
    given = {"email": visitor.email, "roles": ["contributor"]}
    manager.visitor.must("POST", f"{manager.visitor.at}/invitations", json=given)
    visitor.must("POST", "/invitations/accept", json={"token": service.link(visitor.email, "invitation")})
    page = manager.open(f"{manager.visitor.at}/people")
    assert EVIL in page.text
    assert EVIL not in page.answer.text
    person = manager.open(f"{manager.visitor.at}/people/{visitor.user_id}/removal")
    assert EVIL in person.heading
    assert EVIL not in person.answer.text
    manager.speak("km")
    assert manager.open(f"{manager.visitor.at}/people").status == 200
