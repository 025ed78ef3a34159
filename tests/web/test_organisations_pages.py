import pytest
from guest import Guest

from visitor import PASSWORD

EVIL = '<script>alert("x")</script>'
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def logged_in(service, visitor):
    """Another browser, with somebody logged in."""
    other = Guest(service.client.app)
    other.log_in(visitor.email, PASSWORD)
    return other


def test_who_belongs_to_nothing_begins_an_organisation_and_comes_to_its_overview(service, guest):
    visitor = service.visitor("Sok Dara")
    guest.log_in(visitor.email, PASSWORD)
    page = guest.open("/organisations")
    assert page.heading == "Your organisations"
    form = page.follow("Begin an organisation")
    shown = form.send("/organisations/new", name="Riverside Hotel", country="KH", town="Siem Reap")
    assert shown.status == 200
    assert shown.heading == "Riverside Hotel"
    assert "Your organisation is here." in shown.text
    assert "Start your first assessment" in shown.text


@SQLITE
def test_mistakes_in_a_new_organisation_stand_beside_their_fields(service, guest):
    visitor = service.visitor("Sok Dara")
    guest.log_in(visitor.email, PASSWORD)
    page = guest.open("/organisations/new").send("/organisations/new", name="", country="")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["name", "country"]
    again = page.send("/organisations/new", name="x" * 151, country="KH")
    assert [field for _, field in again.mistakes] == ["name"]
    assert again.form("/organisations/new").fields["name"] == "x" * 151


@SQLITE
def test_nobody_begins_an_organisation_before_the_address_is_proven(service, guest):
    visitor = service.visitor("Sok Dara", settled=False)
    visitor.register()
    guest.log_in(visitor.email, PASSWORD)
    page = guest.open("/organisations/new").send("/organisations/new", name="Riverside", country="KH")
    assert page.status == 403
    assert page.mistakes


@SQLITE
def test_who_has_one_organisation_comes_straight_to_it_and_who_has_two_chooses(manager):
    page = manager.open("/organisations")
    assert page.heading == "Riverside Hotel"
    assert manager.open("/organisations?all").heading == "Your organisations"
    manager.visitor.begin(EVIL)
    page = manager.open("/organisations")
    assert page.heading == "Your organisations"
    assert EVIL in page.text
    assert EVIL not in page.answer.text
    assert page.follow(EVIL).heading == EVIL


@SQLITE
def test_another_organisation_is_not_found(service, manager):
    theirs = service.visitor("Chan Thida")
    theirs.begin("Garden Hotel")
    for path in ("", "/profile", "/profile/edit", "/identity/KH", "/sites", "/people", "/activity", "/evidence"):
        assert manager.open(theirs.at + path).status == 404
    assert manager.post(theirs.at + "/profile/edit", {"name": "Mine"}).status == 404


@SQLITE
def test_the_overview_shows_drafts_with_their_progress(manager):
    site = manager.visitor.must("GET", f"{manager.visitor.at}/sites")["items"][0]
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [site["id"]]}
    manager.visitor.must("POST", f"{manager.visitor.at}/assessments", json=asked)
    page = manager.open(manager.visitor.at)
    assert "Go on answering" in page.text
    assert "Start your first assessment" not in page.text


def test_the_profile_is_changed_and_what_stands_there_is_escaped(manager):
    at = manager.visitor.at
    page = manager.open(f"{at}/profile").follow("Change the profile")
    shown = page.send("/profile/edit", name=EVIL, town="Siem Reap", sectors=["hospitality"], workers="៤៦",
                      website="hotel.example")  # fmt: skip
    assert shown.heading == "Profile"
    assert EVIL in shown.text
    assert EVIL not in shown.answer.text
    stored = manager.visitor.must("GET", at)
    assert (stored["workers"], stored["website"], stored["sectors"]) == (46, "https://hotel.example", ["hospitality"])


@SQLITE
def test_mistakes_in_the_profile_stand_beside_their_fields_and_the_typed_text_stays(manager):
    page = manager.open(f"{manager.visitor.at}/profile/edit")
    shown = page.send("/profile/edit", name=" ", workers="many", website="no site", town=EVIL)
    assert shown.status == 422
    assert sorted(field for _, field in shown.mistakes) == ["name", "website", "workers"]
    assert shown.form("/profile/edit").fields["workers"] == "many"
    assert shown.form("/profile/edit").fields["town"] == EVIL
    assert EVIL not in shown.answer.text


@SQLITE
def test_who_changes_a_profile_that_somebody_else_changed_meanwhile_is_told(manager):
    at = manager.visitor.at
    page = manager.open(f"{at}/profile/edit")
    manager.visitor.must("PATCH", at, json={"town": "Phnom Penh"}, seen=1)
    shown = page.send("/profile/edit", name="Mine")
    assert shown.status == 412
    assert shown.mistakes
    assert shown.send("/profile/edit").heading == "Profile"
    assert manager.visitor.must("GET", at)["name"] == "Mine"


@SQLITE
def test_only_who_manages_the_organisation_changes_the_profile(service, manager):
    other = logged_in(service, manager.visitor.invite("Lim Vuthy", "contributor"))
    at = manager.visitor.at
    assert "Change the profile" not in other.open(f"{at}/profile").text
    refused = other.post(f"{at}/profile/edit", {"name": "Mine", "country": "KH", "language": "en", "revision": "1"})
    assert refused.status == 403
    assert refused.mistakes


@SQLITE
def test_a_register_number_goes_into_the_queue(manager):
    at = manager.visitor.at
    page = manager.open(f"{at}/identity/KH")
    assert page.heading == "Confirm your business in Cambodia"
    wrong = page.send("/register", register="", number="")
    assert [field for _, field in wrong.mistakes] == ["register", "number"]
    shown = wrong.send("/register", register="Ministry of Tourism", number=EVIL)
    assert "Being looked up" in shown.text
    assert EVIL not in shown.answer.text
    assert manager.visitor.must("GET", f"{at}/identities/KH")["state"] == "waiting"


@SQLITE
def test_a_domain_gets_a_text_to_put_there_and_is_looked_at(service, manager):
    at = manager.visitor.at
    page = manager.open(f"{at}/identity/KH")
    wrong = page.send("/domain", domain="https://hotel.example/")
    assert [field for _, field in wrong.mistakes] == ["domain"]
    shown = wrong.send("/domain", domain="hotel.example")
    text = manager.visitor.must("GET", f"{at}/identities/KH")["challenge"]["text"]
    assert text in shown.text
    looked = shown.send("/domain-check")
    assert "We are looking at your web site now." in looked.text
    assert len(service.jobs("check-domain")) == 1


@SQLITE
def test_what_is_no_country_is_not_found(manager):
    for country in ("XX", "kh", "K"):
        assert manager.open(f"{manager.visitor.at}/identity/{country}").status == 404


@SQLITE
def test_the_links_of_mails_about_identities_lead_to_the_profile(manager):
    assert manager.open(f"{manager.visitor.at}/identities").heading == "Profile"


@SQLITE
def test_why_a_number_was_refused_is_said(service, manager):
    operator = service.operator()
    at = manager.visitor.at
    manager.open(f"{at}/identity/KH").send("/register", register="Ministry", number="17")
    found = operator.must("GET", "/operator/identities")["items"][0]
    operator.must("POST", f"/operator/identities/{found['organisation_id']}/KH/refusal",
                  json={"reason": f"Not there. {EVIL}"}, seen=found["revision"])  # fmt: skip
    page = manager.open(f"{at}/identity/KH")
    assert "Not there." in page.text
    assert EVIL not in page.answer.text


@SQLITE
def test_pages_are_there_in_every_language(manager):
    for language in ("km", "en"):
        manager.speak(language)
        for path in ("", "/profile", "/profile/edit", "/identity/KH"):
            assert manager.open(manager.visitor.at + path).status == 200
