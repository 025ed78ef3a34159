"""Who an organisation is: by its domain, by a register number; the queues of operator and regulator."""

import pytest

from compliance.usecases.identities import DomainProof, find_challenge, settle_domain_proof
from visitor import code_of


@pytest.fixture
def service(service_without_questionnaires):
    return service_without_questionnaires


@pytest.fixture
def operator(service):
    return service.operator()


def regulator_of(service, operator, *countries, name="Chan Thida"):
    """Somebody at a regulator that is responsible for these countries."""
    made = operator.must("POST", "/operator/organisations", json={
        "name": f"Ministry of {name}", "country": countries[0], "email": f"{name.lower().replace(' ', '.')}@example.org",
        "jurisdictions": [{"country": each} for each in countries],
    })  # fmt: skip
    person = service.visitor(name)
    person.must("POST", "/invitations/accept", json={"token": service.link(person.email, "invitation")})
    person.organisation_id = made["id"]
    person.set_phone_up()
    return person


def ask_register(owner, *, number="KH-00 123/4", country="KH"):
    return owner.must("POST", f"{owner.at}/identities/{country}/register",
                      json={"register": "Chamber of Commerce", "number": number})  # fmt: skip


def challenge(owner, domain="Riverside.example"):
    return owner.must("POST", f"{owner.at}/identities/KH/domain", json={"domain": domain})["challenge"]


def settle(service, owner, **found):
    with service.deed(writes=True) as deed:
        return settle_domain_proof(deed, owner.organisation_id, "KH", DomainProof(**found))


def identity(owner, country="KH"):
    return owner.must("GET", f"{owner.at}/identities/{country}")


# ── By domain


def test_a_domain_gets_a_challenge_that_stays_until_another_is_named(owner):
    first = challenge(owner)
    assert first["domain"] == "riverside.example"
    assert first["dns_name"] == "_compliance-check.riverside.example"
    assert first["file_url"] == "https://riverside.example/.well-known/compliance-check.txt"
    assert first["text"].startswith("compliance-check=")
    assert challenge(owner, "riverside.EXAMPLE.") == first
    assert challenge(owner, "other.example")["text"] != first["text"]
    read = owner.get(f"{owner.at}/identities/KH")
    assert (read.json()["state"], read.headers["etag"]) == ("stated", '"2"')
    assert owner.must("GET", f"{owner.at}/identities") == [read.json()]


@pytest.mark.parametrize("way", ["texts", "file"])
def test_the_challenge_found_confirms_the_identity_and_wakes_what_waited(owner, service, way):
    text = challenge(owner)["text"]
    assert owner.post(f"{owner.at}/identities/KH/check").status_code == 202
    assert owner.post(f"{owner.at}/identities/KH/check").status_code == 202
    assert service.jobs("check-domain") == [{"organisation_id": owner.organisation_id, "country": "KH"}]
    with service.deed() as deed:
        assert find_challenge(deed, owner.organisation_id, "KH").text == text

    found = {"texts": ("v=spf1 -all", f" {text} ")} if way == "texts" else {"file": f"{text}\n"}
    assert settle(service, owner, domain="riverside.example", **found) is True

    now = identity(owner)
    assert (now["state"], now["confirmed_by"]) == ("confirmed", "service")
    assert now["proof"] == {"texts": "domain_dns", "file": "domain_file"}[way]
    assert service.jobs("issue-waiting") == [{"organisation_id": owner.organisation_id, "country": "KH"}]
    assert service.mail(owner.email, "identity_confirmed")["organisation"] == "Riverside Hotel"
    assert service.journal(owner.organisation_id)[-1] == ("identity-confirmed", {"country": "KH", "how": now["proof"]})
    # Done twice, it is done once.
    assert settle(service, owner, domain="riverside.example", **found) is True
    assert len(service.jobs("issue-waiting")) == 1
    with service.deed() as deed:
        assert find_challenge(deed, owner.organisation_id, "KH") is None
    for path, body in (
        ("check", None),
        ("domain", {"domain": "a.example"}),
        ("register", {"register": "A", "number": "1"}),
    ):
        refused = owner.post(f"{owner.at}/identities/KH/{path}", body)
        assert code_of(refused) == (409, "identity-already-confirmed")


@pytest.mark.parametrize(
    "found",
    [
        {"domain": "riverside.example"},
        {"domain": "riverside.example", "texts": ("compliance-check=other",), "file": "<html>"},
        {"domain": "earlier.example", "file": "the challenge"},
    ],
)
def test_a_challenge_that_was_not_found_says_so_and_confirms_nothing(owner, service, found):
    text = challenge(owner)["text"]
    if "file" in found:
        found = {**found, "file": found["file"].replace("the challenge", text)}
    assert settle(service, owner, failure="The page was not found.", **found) is False
    now = identity(owner)
    assert now["state"] == "stated"
    if found["domain"] == "riverside.example":
        assert now["reason"] == "The text was not found at riverside.example. The page was not found."
    assert service.jobs("issue-waiting") == []


def test_a_number_goes_on_waiting_while_a_domain_is_not_proven(owner, service):
    ask_register(owner)
    challenge(owner)
    assert settle(service, owner, domain="riverside.example") is False
    assert (identity(owner)["state"], identity(owner)["reason"]) == ("waiting", None)


def test_what_cannot_be_asked_about_a_domain(owner):
    assert code_of(owner.get(f"{owner.at}/identities/KH")) == (404, "no-such-identity")
    assert code_of(owner.post(f"{owner.at}/identities/KH/check")) == (404, "no-such-identity")
    for domain in ("localhost", "127.0.0.1", "https://riverside.example", "a b.example"):
        refused = owner.post(f"{owner.at}/identities/KH/domain", {"domain": domain})
        assert code_of(refused) == (422, "domain-name-wrong")
    for country in ("kh", "KHM", "K1"):
        refused = owner.post(f"{owner.at}/identities/{country}/domain", {"domain": "riverside.example"})
        assert code_of(refused) == (404, "no-such-identity")
    ask_register(owner)
    assert code_of(owner.post(f"{owner.at}/identities/KH/check")) == (409, "no-challenge")


# ── By register


def test_the_operator_confirms_a_number_that_was_looked_up(owner, service, operator):
    asked = ask_register(owner)
    assert asked["state"] == "waiting"
    queue = operator.must("GET", "/operator/identities")["items"]
    assert queue == [{
        "organisation_id": owner.organisation_id, "country": "KH", "name": "Riverside Hotel",
        "register": "Chamber of Commerce", "number": "KH-00 123/4", "state": "waiting",
        "asked_at": asked["asked_at"], "revision": 1,
    }]  # fmt: skip

    path = f"/operator/identities/{owner.organisation_id}/KH/confirmation"
    assert code_of(operator.post(path)) == (428, "revision-missing")
    confirmed = operator.post(path, seen=1)

    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    now = identity(owner)
    assert (now["state"], now["proof"], now["confirmed_by"]) == ("confirmed", "register", "operator")
    assert operator.must("GET", "/operator/identities")["items"] == []
    assert len(operator.must("GET", "/operator/identities", params={"state": "confirmed"})["items"]) == 1
    assert len(service.jobs("issue-waiting")) == 1
    assert code_of(operator.post(path, seen=2)) == (409, "identity-not-waiting")


def test_a_number_that_was_changed_meanwhile_is_not_confirmed(owner, operator):
    ask_register(owner)
    ask_register(owner, number="another")
    stale = operator.post(f"/operator/identities/{owner.organisation_id}/KH/confirmation", seen=1)
    assert code_of(stale) == (412, "stale-revision")
    assert stale.json()["current"]["number"] == "another"


def test_a_refused_number_comes_with_its_reason_and_can_be_given_anew(owner, service, operator):
    ask_register(owner)
    path = f"/operator/identities/{owner.organisation_id}/KH/refusal"
    assert code_of(operator.post(path, {"reason": ""}, seen=1)) == (422, "body-invalid")
    reason = "The register knows this number under another name."

    assert operator.post(path, {"reason": reason}, seen=1).json()["state"] == "refused"

    assert (identity(owner)["state"], identity(owner)["reason"]) == ("refused", reason)
    assert service.mail(owner.email, "identity_refused")["reason"] == reason
    assert service.journal(owner.organisation_id)[-1] == ("identity-refused", {"country": "KH"})
    again = ask_register(owner, number="right")
    assert (again["state"], again["reason"]) == ("waiting", None)
    assert code_of(operator.post(f"/operator/identities/{owner.organisation_id}/LA/refusal", {"reason": "x"},
                                 seen=1)) == (404, "no-such-identity")  # fmt: skip


def test_no_two_organisations_hold_the_same_number_however_it_is_written(owner, service, operator):
    other = service.visitor("Lim Vuthy")
    other.begin("Other Hotel")
    ask_register(owner, number="KH-00 123/4")
    ask_register(other, number="kh 001234.")
    first = operator.post(f"/operator/identities/{owner.organisation_id}/KH/confirmation", seen=1)
    assert first.status_code == 200

    refused = operator.post(f"/operator/identities/{other.organisation_id}/KH/confirmation", seen=1)

    assert code_of(refused) == (409, "register-number-taken")
    assert identity(other)["state"] == "waiting"
    assert len(operator.must("GET", "/operator/identities")["items"]) == 1


@pytest.mark.parametrize("change", [{"name": "Another Hotel"}, {"country": "LA"}])
def test_with_another_name_or_country_the_identity_is_only_stated_again(owner, service, operator, change):
    ask_register(owner)
    path = f"/operator/identities/{owner.organisation_id}/KH/confirmation"
    assert operator.post(path, seen=1).status_code == 200
    owner.must("PATCH", owner.at, json={"town": "Kep"}, seen=1)
    assert identity(owner)["state"] == "confirmed"

    owner.must("PATCH", owner.at, json=change, seen=2)

    now = identity(owner)
    assert (now["state"], now["proof"], now["confirmed_by"]) == ("stated", None, None)
    entry = ("identity-stated-again", {"country": "KH", "before": "confirmed"})
    assert entry in service.journal(owner.organisation_id)
    # The number is free again, and may be confirmed for another.
    other = service.visitor("Lim Vuthy")
    other.begin("Other Hotel")
    ask_register(other)
    assert operator.post(f"/operator/identities/{other.organisation_id}/KH/confirmation", seen=1).status_code == 200


def test_a_regulator_sees_and_decides_for_its_countries_only(owner, service, operator):
    regulator = regulator_of(service, operator, "KH", "LA")
    other = regulator_of(service, operator, "TH", name="Somchai Dee")
    ask_register(owner)
    ask_register(owner, country="TH")

    mine = regulator.must("GET", f"{regulator.at}/identity-queue")["items"]
    assert [(each["country"], each["name"]) for each in mine] == [("KH", "Riverside Hotel")]
    assert set(mine[0]) == {"organisation_id", "country", "name", "register", "number", "state", "asked_at", "revision"}
    foreign = f"{other.at}/identity-queue/{owner.organisation_id}/KH"
    assert code_of(other.post(f"{foreign}/confirmation", seen=1)) == (404, "no-such-identity")
    assert code_of(other.post(f"{foreign}/refusal", {"reason": "x"}, seen=1)) == (404, "no-such-identity")

    path = f"{regulator.at}/identity-queue/{owner.organisation_id}/KH"
    assert regulator.post(f"{path}/confirmation", seen=1).json()["state"] == "confirmed"
    assert identity(owner)["confirmed_by"] == "regulator"
    there = f"{other.at}/identity-queue/{owner.organisation_id}/TH/refusal"
    assert other.post(there, {"reason": "No such number."}, seen=1).json()["state"] == "refused"
    assert code_of(regulator.get(owner.at)) == (404, "no-such-organisation")


def test_only_those_of_a_regulator_who_review_or_decide_see_its_queue(owner, service, operator):
    regulator = regulator_of(service, operator, "KH")
    author = regulator.invite("Keo Sophea", "author")
    author.set_phone_up()
    path = f"{owner.organisation_id}/KH"
    for person in (author, owner):
        queue = f"{person.at}/identity-queue"
        assert code_of(person.get(queue)) == (403, "regulator-only")
        assert code_of(person.post(f"{queue}/{path}/confirmation", seen=1)) == (403, "regulator-only")
        assert code_of(person.post(f"{queue}/{path}/refusal", {"reason": "x"}, seen=1)) == (403, "regulator-only")


def test_a_challenge_alone_is_nothing_to_look_up(owner, operator):
    challenge(owner)
    assert operator.must("GET", "/operator/identities")["items"] == []
    refused = operator.post(f"/operator/identities/{owner.organisation_id}/KH/confirmation", seen=1)
    assert code_of(refused) == (404, "no-such-identity")


def test_the_queue_is_given_in_pages_longest_waiting_first(owner, operator):
    for country in ("KH", "LA", "TH", "VN"):
        ask_register(owner, country=country)
    ask_register(owner, country="LA")  # asked again: to the end
    seen, cursor = [], None
    while True:
        page = operator.must(
            "GET", "/operator/identities", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
        )
        seen += [each["country"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["KH", "TH", "VN", "LA"]
    for wrong in ("x", "WyIyMDI2IiwieCIsInkiXQ", "WyIyMDI2LTExLTIyIiwieCIsInkiXQ"):
        assert code_of(operator.get("/operator/identities", params={"cursor": wrong})) == (422, "cursor-wrong")
