"""Regulators in the hands of the operator: which there are, and what each is responsible for."""

import pytest

from visitor import code_of, problems_of

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
HOTELS, ALL = {"country": "KH", "sector": "hospitality"}, {"country": "KH"}


@pytest.fixture
def service(service_without_questionnaires):
    return service_without_questionnaires


@pytest.fixture
def operator(service):
    return service.operator()


def make(operator, name="Ministry of Tourism", *jurisdictions):
    given = {"name": name, "country": "KH", "email": "office@ministry.example",
             "jurisdictions": list(jurisdictions or [HOTELS])}  # fmt: skip
    return operator.must("POST", "/operator/organisations", json=given)["id"]


def change(operator, regulator_id, *jurisdictions, seen=1):
    return operator.put(f"/operator/regulators/{regulator_id}/jurisdictions",
                        json={"jurisdictions": list(jurisdictions)}, seen=seen)  # fmt: skip


def shown(regulator):
    return [(each["country"], each["sector"]) for each in regulator["jurisdictions"]]


def test_regulators_are_listed_with_what_they_are_responsible_for_and_their_people(service, operator):
    service.visitor("Sok Dara").begin()
    first, second = make(operator), make(operator, "Ministry of Labour", ALL, {"country": "LA"})
    page = operator.must("GET", "/operator/regulators", params={"limit": 1})
    rest = operator.must("GET", "/operator/regulators", params={"cursor": page["next"]})
    assert rest["next"] is None
    listed = [*page["items"], *rest["items"]]
    assert [(each["id"], shown(each), each["people"]) for each in listed] == [
        (first, [("KH", "hospitality")], 0), (second, [("KH", ""), ("LA", "")], 0)]  # fmt: skip
    person = service.visitor("Office", settled=False)
    person.email = "office@ministry.example"
    person.register()
    person.confirm()
    person.sign_in()
    person.must("POST", "/invitations/accept", json={"token": service.link(person.email, "invitation")})
    people = {each["id"]: each["people"] for each in operator.must("GET", "/operator/regulators")["items"]}
    assert people == {first: 0, second: 1}


def test_what_a_regulator_is_responsible_for_is_changed_as_a_whole(service, operator):
    regulator_id = make(operator)
    read = operator.get(f"/operator/regulators/{regulator_id}")
    assert read.headers["etag"] == '"1"'
    changed = change(operator, regulator_id, {"country": "VN", "sector": "transport"}, ALL, HOTELS, ALL)
    assert changed.status_code == 200
    assert changed.headers["etag"] == '"2"'
    assert shown(changed.json()) == [("KH", ""), ("VN", "transport")], "all sectors hold the single ones"
    assert changed.json() == operator.must("GET", f"/operator/regulators/{regulator_id}")
    stale = change(operator, regulator_id, HOTELS, seen=1)
    assert code_of(stale) == (412, "stale-revision")
    assert shown(stale.json()["current"]) == [("KH", ""), ("VN", "transport")]
    assert ("jurisdictions-changed", {"jurisdictions": "KH, VN transport"}) in service.journal(regulator_id)
    own = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    assert ("regulator-changed", {"regulator": regulator_id, "jurisdictions": "KH, VN transport"}) in service.journal(
        own
    )


@ONE_ENGINE
def test_a_regulator_is_responsible_for_something_and_is_one(service, operator):
    regulator_id = make(operator)
    assert code_of(change(operator, regulator_id)) == (422, "body-invalid")
    wrong = change(operator, regulator_id, {"country": "Cambodia"})
    assert code_of(wrong) == (422, "body-invalid")
    assert [where for _, where in problems_of(wrong)] == ["jurisdictions[0].country"]
    owner = service.visitor("Sok Dara")
    owner.begin()
    for path in (owner.organisation_id, "01890a5d-ac96-774b-bcce-b302099a8057"):
        assert code_of(operator.get(f"/operator/regulators/{path}")) == (404, "no-such-regulator")
        assert code_of(change(operator, path, ALL)) == (404, "no-such-regulator")
