import re

import pytest
from guest import Guest
from phone import set_up_phone

from visitor import PASSWORD

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
pytestmark = ONE_ENGINE
BECAUSE = "Called back on the number of the hotel"
STEPS = ["disabling", "enabling", "second-factor-removal"]


@pytest.fixture
def operator(service, guest):
    """The operator's browser."""
    guest.log_in(service.operator(has_phone=False).email, PASSWORD)
    set_up_phone(service, guest)
    return guest


@pytest.fixture
def owner(service):
    """A business, and a hotelier whose name is no name."""
    owner = service.visitor("Sok <b>Dara</b>")
    owner.begin("River <i>Hotel</i>")
    owner.at_operator = f"/operator/people/{owner.user_id}"
    return owner


# People


def test_somebody_is_found_and_shown_with_organisations_and_roles(operator, owner):
    page = operator.open("/operator").follow("People: find somebody, shut out, let in, help who lost their phone")
    assert "Ada Admin" in page.text
    page = operator.open("/operator/people?search=DARA")
    assert "Ada Admin" not in page.text
    assert "River <i>Hotel</i>: Owner, Contributor, Signatory" in page.text
    shown = page.follow("Sok <b>Dara</b>")
    assert shown.heading == "Sok <b>Dara</b>"
    assert "Confirmed" in shown.text
    assert operator.open("/operator/people?search=%25").text.endswith("Try a shorter part of the name or address.")
    assert operator.open("/operator/people?search=%3Cscript%3E").status == 200
    assert operator.open("/operator/people?cursor=nonsense").status == 422


def test_a_long_list_goes_on_with_what_was_searched(service, operator, owner, monkeypatch):
    monkeypatch.setattr("compliance.web.operator_people.A_SCREEN", 1)
    owner.invite("Sok Thida", "contributor")
    page = operator.open("/operator/people?search=sok")
    assert "Sok Thida" not in page.text
    [following] = [each for each in page.links if "cursor=" in each]
    assert "search=sok" in following
    rest = operator.open(following)
    assert "Sok Thida" in rest.text
    assert not [each for each in rest.links if "cursor=" in each and each.partition("#")[0] != rest.path]


def test_somebody_is_shut_out_and_let_in_again(service, operator, owner):
    page = operator.open(owner.at_operator).follow("Shut this person out")
    done = page.send("/disabling", reason=BECAUSE)
    assert (done.path, "This person is shut out." in done.text) == (f"{owner.at_operator}?done=person-shut-out", True)
    assert owner.get("/me").status_code == 401
    browser = Guest(service.client.app)
    assert browser.log_in(owner.email, PASSWORD).status == 403
    assert "Shut out" in operator.open("/operator/people?search=sok").text
    done = done.follow("Let this person in again").send("/enabling", reason=BECAUSE)
    assert "This person can log in again" in done.text
    assert browser.log_in(owner.email, PASSWORD).status == 200


def test_a_lost_second_proof_is_taken_away_once_the_operator_said_how_they_made_sure(service, operator, owner):
    owner.set_phone_up()
    page = operator.open(owner.at_operator).follow("Take away a second proof that was lost")
    for wrong in ("", "short", "x" * 301):
        page = page.send("/second-factor-removal", reason=wrong)
        assert (page.status, [field for _, field in page.mistakes]) == (422, ["reason"])
    done = page.send("/second-factor-removal", reason=f"{BECAUSE},\nby Ada")
    assert "The second proof is taken away." in done.text
    assert "Take away" not in done.text
    assert service.mail(owner.email, "second_factor_taken")["administrator"] == "Ada Admin"
    assert Guest(service.client.app).log_in(owner.email, PASSWORD).path.startswith("/organisations")


def test_nothing_is_offered_for_oneself_and_nothing_is_done(service, operator):
    listed = operator.open("/operator/people?search=ada")
    [me] = {operator.open(each) for each in listed.links if re.fullmatch(r"/operator/people/[0-9a-f-]{36}", each)}
    assert "This is you." in me.text
    assert not [each for each in me.links if each.endswith(tuple(STEPS))]
    for step in STEPS:
        page = operator.post(f"{me.path}/{step}", {"reason": BECAUSE})
        assert page.status == 403
        assert [text for text, _ in page.mistakes] == ["Nobody does this to their own account: ask another operator."]
        assert operator.open(f"{me.path}/{step}").path == me.path
    assert operator.open("/operator").status == 200


def test_what_would_change_nothing_leads_back_and_nobody_is_not_found(operator, owner):
    assert operator.open(f"{owner.at_operator}/enabling").path == owner.at_operator
    assert operator.open(f"{owner.at_operator}/second-factor-removal").path == owner.at_operator
    assert operator.post(f"{owner.at_operator}/second-factor-removal", {"reason": BECAUSE}).status == 409
    nobody = "/operator/people/01890a5d-ac96-774b-bcce-b302099a8057"
    for path in (nobody, *(f"{nobody}/{step}" for step in STEPS), "/operator/people/1"):
        assert operator.open(path).status == 404
        if path.endswith(tuple(STEPS)):
            assert operator.post(path, {"reason": BECAUSE}).status == 404


def test_a_regulator_reaches_none_of_it(service, operator, owner):
    page = operator.open("/operator/regulators/new")
    page = page.send("/new", name="Ministry", country="KH", email="chan.thida@example.org", reach="all")
    regulator = service.visitor("Chan Thida")
    regulator.must("POST", "/invitations/accept", json={"token": service.link(regulator.email, "invitation")})
    browser = Guest(service.client.app)
    browser.log_in(regulator.email, PASSWORD)
    set_up_phone(service, browser)
    paths = ["/operator/people", owner.at_operator, *(f"{owner.at_operator}/{step}" for step in STEPS),
             "/operator/regulators", "/operator/regulators/new", page.path.partition("?")[0]]  # fmt: skip
    for path in paths:
        assert browser.open(path).status == 403, path
    for path in [path for path in paths if path.endswith((*STEPS, "new")) or path == paths[-1]]:
        assert browser.post(path, {"reason": BECAUSE, "seen": "1", "jurisdictions": "KH"}).status == 403, path
    assert owner.get("/me").status_code == 200


# Regulators


def test_a_regulator_is_made_and_its_first_person_invited(service, operator):
    page = operator.open("/operator").follow("Regulators and what they are responsible for")
    assert "There is no regulator yet." in page.text
    page = page.follow("Make a regulator")
    done = page.send("/new", name="Ministry <b>of</b> Tourism", country="KH", reach="some",
                     sectors=["hospitality", "transport"], email="office@ministry.example", language="km")  # fmt: skip
    assert "The regulator is made." in done.text
    assert done.heading == "Ministry <b>of</b> Tourism"
    assert "Nobody accepted the invitation yet." in done.text
    [mail] = service.mails("office@ministry.example", "invitation")
    assert mail["language"] == "km"
    listed = operator.open("/operator/regulators")
    assert "Ministry <b>of</b> Tourism" in listed.text
    assert listed.text.count("Cambodia: ") == 2


@pytest.mark.parametrize(("change", "field"), [
    ({"name": ""}, "name"), ({"name": "x" * 151}, "name"), ({"country": ""}, "country"), ({"email": "x"}, "email"),
    ({"reach": "some"}, "sectors"),
])  # fmt: skip
def test_a_mistake_is_said_beside_its_field_and_nothing_is_made(service, operator, change, field):
    given = {"name": "Ministry", "country": "KH", "reach": "all", "email": "office@ministry.example"}
    page = operator.open("/operator/regulators/new").send("/new", **given | change)
    assert (page.status, [at for _, at in page.mistakes]) == (422, [field])
    assert page.form("/new").fields["email"] == (given | change)["email"]
    assert service.mails("office@ministry.example") == []
    assert "There is no regulator yet." in operator.open("/operator/regulators").text


def test_what_a_regulator_is_responsible_for_is_changed(service, operator):
    page = operator.open("/operator/regulators/new").send("/new", name="Ministry", country="KH", reach="all",
                                                          email="office@ministry.example")  # fmt: skip
    path = page.path.partition("?")[0]
    page = page.send(path, country="VN", reach="some", sectors=["hospitality"])
    assert "Saved." in page.text
    boxes = {box.get("value"): box.checked for box in page.form(path).xpath(".//input[@name='jurisdictions']")}
    assert boxes == {"KH": True, "VN.hospitality": True}
    page = page.send(path, jurisdictions=["VN.hospitality"])
    assert "Cambodia: all sectors" not in page.text
    page = page.send(path, jurisdictions=[])
    assert (page.status, [at for _, at in page.mistakes]) == (422, ["jurisdictions"])
    late, first = operator.open(path), operator.open(path).send(path, country="LA")
    assert "Laos: all sectors" in first.text
    late = late.send(path, country="TH")
    assert late.status in (409, 412)
    assert len(late.mistakes) == 1
    assert "Thailand: all sectors" not in operator.open(path).text
    assert operator.open("/operator/regulators/01890a5d-ac96-774b-bcce-b302099a8057").status == 404


def test_all_of_it_is_there_in_khmer(operator, owner):
    operator.open("/language/km?to=/operator")
    for path in ("/operator/people", owner.at_operator, f"{owner.at_operator}/disabling", "/operator/regulators",
                 "/operator/regulators/new"):  # fmt: skip
        page = operator.open(path)
        assert page.tree.get("lang") == "km"
        assert any("\u1780" <= each <= "\u17ff" for each in page.text)
