"""What the operator does about people: find them, shut them out, let them in, take a lost second factor away."""

import pyotp
import pytest

from compliance.usecases.operator_people import LastOperator, shut_out
from visitor import PASSWORD, code_of, problems_of

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NOBODYS_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
BECAUSE = {"reason": "Called back on the number of the hotel"}
DEEDS = ["disabling", "enabling", "second-factor-removal"]


@pytest.fixture
def service(service_without_questionnaires):
    return service_without_questionnaires


@pytest.fixture
def operator(service):
    return service.operator()


def found(operator, **query):
    return [each["name"] for each in operator.must("GET", "/operator/people", params=query)["items"]]


def path_of(person, deed=None):
    """A person's place in the operator's list; their id is kept, since whoever is shut out cannot be asked for it."""
    person.id = getattr(person, "id", None) or person.user_id
    return f"/operator/people/{person.id}" + (f"/{deed}" if deed else "")


def as_program(person):
    made = person.must("POST", "/me/tokens", json={"name": "Program", "scopes": ["read", "write"],
                                                   "expires_on": "2027-01-01"})  # fmt: skip
    return made["token"]


def operators_journal(service, operator):
    return service.journal(operator.must("GET", "/organisations")[0]["organisation"]["id"])


# Finding


def test_everybody_is_listed_by_page_and_found_by_part_of_name_or_address(service, operator):
    owner = service.visitor("Sok Dara")
    owner.begin("Riverside Hotel")
    owner.invite("Chan 100% Thida", "contributor")
    for name, email in (("Élodie_Sok", "elodie_sok@example.org"), ("ច័ន្ទ មាលី", "maly@example.org")):
        service.visitor(name, settled=False).register(email=email)
    everybody = ["Ada Admin", "Sok Dara", "Chan 100% Thida", "Élodie_Sok", "ច័ន្ទ មាលី"]
    assert found(operator) == everybody
    listed, cursor = [], None
    while True:
        page = operator.must("GET", "/operator/people", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        listed += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [each["name"] for each in listed] == everybody
    assert found(operator, search="sok") == ["Sok Dara", "Élodie_Sok"]
    assert found(operator, search="DARA@EXAMPLE") == ["Sok Dara"]
    assert found(operator, search="Élo") == ["Élodie_Sok"]
    assert found(operator, search="មាលី") == ["ច័ន្ទ មាលី"]
    assert found(operator, search="0%") == ["Chan 100% Thida"]
    assert found(operator, search="e_s") == ["Élodie_Sok"]
    assert found(operator, search="\\") == found(operator, search="nobody") == []


def test_what_is_known_of_a_person(service, operator, clock):
    owner = service.visitor("Sok Dara")
    owner.begin("Riverside Hotel")
    known = operator.must("GET", path_of(owner))
    assert known.keys() == {"id", "name", "email", "email_is_verified", "has_second_factor", "organisations",
                            "created_at", "last_seen_at", "shut_out_at"}  # fmt: skip
    assert (known["email"], known["email_is_verified"], known["has_second_factor"], known["shut_out_at"]) == (
        "sok.dara@example.org", True, False, None)  # fmt: skip
    assert known["organisations"] == [{"organisation_id": owner.organisation_id, "name": "Riverside Hotel",
                                       "kinds": ["business"], "roles": ["owner", "contributor", "signatory"]}]  # fmt: skip
    first = known["last_seen_at"]
    clock.forward(minutes=30)
    owner.must("GET", "/me")
    assert operator.must("GET", path_of(owner))["last_seen_at"] > first
    owner.delete(f"/sessions/{owner.must('GET', '/sessions')[0]['id']}")
    assert operator.must("GET", path_of(owner))["last_seen_at"] is None


@ONE_ENGINE
def test_who_closed_the_account_is_not_listed_and_cannot_be_let_in(service, operator):
    person = service.visitor("Sok Dara")
    path = path_of(person)
    assert person.post("/me/closing", json={"password": PASSWORD}).status_code < 300
    assert found(operator) == ["Ada Admin"]
    assert code_of(operator.get(path)) == (404, "no-such-account")
    assert code_of(operator.post(f"{path}/enabling", json=BECAUSE)) == (404, "no-such-account")


# Shutting out


def test_who_is_shut_out_comes_in_no_way_and_is_let_in_with_everything_as_it_was(service, operator):
    owner = service.visitor("Sok Dara")
    owner.begin()
    token, path = as_program(owner), path_of(owner)
    shut = operator.must("POST", f"{path}/disabling", json=BECAUSE)
    assert shut["shut_out_at"] is not None
    assert shut["last_seen_at"] is None
    assert code_of(owner.get("/me")) == (401, "not-signed-in")
    assert code_of(service.ask("GET", "/me", credential=token)) == (401, "not-signed-in")
    given = {"email": owner.email, "password": PASSWORD}
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "sign-in-wrong")
    service.ask("POST", "/password-resets", json={"email": owner.email})
    assert service.mails(owner.email, "reset_password") == []

    assert operator.must("POST", f"{path}/disabling", json=BECAUSE) == shut, "a second time nothing changes"
    assert operator.must("POST", f"{path}/enabling", json=BECAUSE)["shut_out_at"] is None
    assert operator.must("POST", f"{path}/enabling", json=BECAUSE)["shut_out_at"] is None
    assert owner.get("/me").status_code == 401, "the session that was ended stays so"
    assert service.ask("GET", "/me", credential=token).status_code == 200
    owner.sign_in()
    kinds = [kind for kind, _ in service.journal(owner.organisation_id)]
    assert [kind for kind in kinds if kind.startswith("person-")] == ["person-shut-out", "person-let-in"]
    facts = {"person": owner.id, **BECAUSE}
    entries = operators_journal(service, operator)
    assert [entry for entry in entries if entry[0].startswith("person-")] == [
        ("person-shut-out-because", facts), ("person-let-in-because", facts)]  # fmt: skip
    assert BECAUSE["reason"] not in str(service.journal(owner.organisation_id))


@ONE_ENGINE
def test_the_last_operator_who_can_come_in_is_not_shut_out(service, operator):
    """Over the door it is always somebody else who is left; but two may shut each other out at the same moment."""
    other = service.operator("Ben Admin")
    first, second = operator.user_id, other.user_id
    with service.parts.desk.deed("operator", writes=True, credential=operator.token) as deed:
        deed.unit.people.change(first, disabled_at=deed.now)
        with pytest.raises(LastOperator):
            shut_out(deed, second, reason="At the same moment")
        deed.unit.people.change(first, disabled_at=None)
    assert operator.post(path_of(other, "disabling"), json=BECAUSE).status_code == 200
    assert code_of(other.get("/operator/jobs")) == (401, "not-signed-in")


# The second factor


def test_a_second_factor_that_was_lost_is_taken_away(service, operator, clock):
    owner = service.visitor("Sok Dara")
    owner.begin()
    secret = owner.set_phone_up()
    known = operator.must("POST", path_of(owner, "second-factor-removal"), json=BECAUSE)
    assert (known["has_second_factor"], known["last_seen_at"]) == (False, None)
    assert code_of(owner.get("/me")) == (401, "not-signed-in")
    facts = service.mail(owner.email, "second_factor_taken")
    assert (facts["administrator"], facts["link"]) == ("Ada Admin", "http://127.0.0.1:8000/account/second-factor")
    assert ("second-factor-taken", {"person": owner.id}) in service.journal(owner.organisation_id)
    assert ("second-factor-taken-because", {"person": owner.id, **BECAUSE}) in operators_journal(service, operator)
    owner.sign_in()
    assert owner.must("GET", "/me")["has_second_factor"] is False
    again = owner.set_phone_up()
    assert again != secret
    clock.forward(minutes=2)
    wrong = {"email": owner.email, "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.now)}
    assert code_of(service.ask("POST", "/sessions", json=wrong)) == (403, "second-factor-wrong")


@ONE_ENGINE
def test_the_organisation_is_not_told_which_operator_it_was_nor_why(service, operator):
    owner = service.visitor("Sok Dara")
    owner.begin()
    owner.set_phone_up()
    operator.must("POST", path_of(owner, "second-factor-removal"), json=BECAUSE)
    owner.sign_in()
    newest = owner.must("GET", f"{owner.at}/journal")["items"][0]
    assert newest["says"] == (
        "The operator of the service took the second factor off the account of Sok Dara, because it was lost."
    )
    organisation_id = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    newest = operator.must("GET", f"/organisations/{organisation_id}/journal")["items"][0]
    assert newest["says"].endswith("made sure who asked for it: Called back on the number of the hotel")
    assert newest["says"].startswith("Ada Admin took")


@ONE_ENGINE
def test_another_operator_sets_a_new_one_up_before_anything_else(service, operator):
    other = service.operator("Ben Admin")
    token = as_program(other)
    assert service.ask("GET", "/operator/jobs", credential=token).status_code == 200
    operator.must("POST", path_of(other, "second-factor-removal"), json=BECAUSE)
    assert code_of(service.ask("GET", "/operator/jobs", credential=token)) == (403, "second-factor-due")
    other.sign_in()
    assert code_of(other.get("/operator/jobs")) == (403, "second-factor-due")
    other.set_phone_up()
    assert other.get("/operator/jobs").status_code == 200
    kinds = [kind for kind, _ in operators_journal(service, operator)]
    assert (kinds.count("second-factor-taken"), kinds.count("second-factor-taken-because")) == (0, 1)


@ONE_ENGINE
def test_where_there_is_none_it_is_said(service, operator):
    owner = service.visitor("Sok Dara")
    answer = operator.post(path_of(owner, "second-factor-removal"), json=BECAUSE)
    assert code_of(answer) == (409, "no-second-factor")
    owner.must("POST", "/me/second-factor", json={"password": PASSWORD})  # begun, not confirmed
    answer = operator.post(path_of(owner, "second-factor-removal"), json=BECAUSE)
    assert code_of(answer) == (409, "no-second-factor")
    assert service.mails(owner.email, "second_factor_taken") == []


# Who may, and how


@ONE_ENGINE
@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_does_it_to_themselves_or_by_a_program_or_to_nobody(service, operator, deed):
    assert code_of(operator.post(path_of(operator, deed), json=BECAUSE)) == (403, "own-account")
    answer = operator.post(f"/operator/people/{NOBODYS_ID}/{deed}", json=BECAUSE)
    assert code_of(answer) == (404, "no-such-account")
    owner = service.visitor("Sok Dara")
    answer = service.ask("POST", path_of(owner, deed), json=BECAUSE, credential=as_program(operator))
    assert code_of(answer) == (403, "session-only")
    assert owner.get("/me").status_code == 200


@ONE_ENGINE
@pytest.mark.parametrize("deed", DEEDS)
def test_each_decision_needs_its_reason(service, operator, deed):
    owner = service.visitor("Sok Dara")
    for wrong in ({}, {"reason": "too short"}, {"reason": "x" * 301}):
        assert code_of(operator.post(path_of(owner, deed), json=wrong)) == (422, "body-invalid")
    blank = operator.post(path_of(owner, deed), json={"reason": "why \n\n\n   not"})
    assert code_of(blank) == (422, "reason-unfit")
    assert problems_of(blank) == [("reason-length", "reason")]
    assert owner.get("/me").status_code == 200


@ONE_ENGINE
def test_no_regulator_and_no_business_reaches_any_of_it(service, operator):
    made = operator.must("POST", "/operator/organisations", json={
        "name": "Ministry", "country": "KH", "email": "chan.thida@example.org", "jurisdictions": [{"country": "KH"}]})  # fmt: skip
    regulator, owner = service.visitor("Chan Thida"), service.visitor("Sok Dara")
    regulator.must("POST", "/invitations/accept", json={"token": service.link(regulator.email, "invitation")})
    regulator.set_phone_up()
    owner.begin()
    for who in (regulator, owner):
        for path in ("/operator/people", path_of(owner), "/operator/regulators", f"/operator/regulators/{made['id']}"):
            assert code_of(who.get(path)) == (403, "operator-only")
        for deed in DEEDS:
            assert code_of(who.post(path_of(operator, deed), json=BECAUSE)) == (403, "operator-only")
        change = {"jurisdictions": [{"country": "VN"}]}
        answer = who.put(f"/operator/regulators/{made['id']}/jurisdictions", json=change, seen=1)
        assert code_of(answer) == (403, "operator-only")
