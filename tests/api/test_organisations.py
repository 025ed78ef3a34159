"""Organisations, sites, people, invitations: over the door, each refusal once."""

import pytest

from visitor import Service, Visitor, code_of, problems_of

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
SOMEBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def service(service_without_questionnaires):
    return service_without_questionnaires


# ── Organisations


def test_whoever_begins_an_organisation_holds_every_role_and_gets_a_first_site(service):
    visitor = service.visitor()

    made = visitor.post("/organisations", {"name": "Riverside Hotel", "country": "KH", "town": "Kampot",
                                           "sectors": ["hospitality"], "workers": 12,
                                           "website": "https://riverside.example"})  # fmt: skip

    assert made.status_code == 201
    organisation = made.json()["organisation"]
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"/api/v1/organisations/{organisation['id']}"
    assert made.json()["roles"] == ["owner", "contributor", "signatory"]
    assert (organisation["kinds"], organisation["language"]) == (["business"], "en")
    visitor.organisation_id = organisation["id"]
    sites = visitor.must("GET", f"{visitor.at}/sites")
    assert [(each["name"], each["town"], each["country"]) for each in sites["items"]] == [
        ("Riverside Hotel", "Kampot", "KH")
    ]
    assert [each["organisation"] for each in visitor.must("GET", "/organisations")] == [organisation]
    assert [kind for kind, _ in service.journal(organisation["id"])] == ["organisation-begun", "site-added"]


def test_a_platform_has_no_first_site_and_one_role(service):
    visitor = service.visitor()
    made = visitor.begin("Travel Map", kinds=["platform"])
    assert made["roles"] == ["client"]
    assert visitor.must("GET", f"{visitor.at}/sites") == {"items": [], "next": None}


def test_an_organisation_needs_a_proven_address(service):
    visitor = service.visitor(settled=False)
    visitor.register()
    visitor.sign_in()
    refused = visitor.post("/organisations", {"name": "Riverside Hotel", "country": "KH"})
    assert code_of(refused) == (403, "address-not-proven")


@ONE_ENGINE
@pytest.mark.parametrize(
    "change",
    [{"kinds": ["regulator"]}, {"kinds": ["operator"]}, {"kinds": []}, {"country": "kh"}, {"name": "a\nb"},
     {"website": "javascript:alert(1)"}, {"workers": -1}, {"sectors": ["Hotel!"]}, {"id": SOMEBODY}],
)  # fmt: skip
def test_nobody_begins_a_regulator_or_an_operator_or_nonsense(service, change):
    visitor = service.visitor()
    refused = visitor.post("/organisations", {"name": "Riverside Hotel", "country": "KH", **change})
    assert code_of(refused) == (422, "body-invalid")


def test_an_organisation_is_changed_by_whoever_saw_its_last_revision(owner, service):
    changed = owner.patch(owner.at, {"town": "Kep", "workers": 20}, seen=1)
    assert changed.headers["etag"] == '"2"'
    assert (changed.json()["town"], changed.json()["workers"], changed.json()["name"]) == ("Kep", 20, "Riverside Hotel")

    stale = owner.patch(owner.at, {"town": None}, seen=1)
    assert code_of(stale) == (412, "stale-revision")
    assert stale.json()["current"] == changed.json()
    assert code_of(owner.patch(owner.at, {"town": None})) == (428, "revision-missing")
    assert owner.must("PATCH", owner.at, json={"town": None}, seen=2)["town"] is None
    assert ("organisation-changed", {"fields": "town,profile"}) in service.journal(owner.organisation_id)


def test_a_business_becomes_a_platform_as_well_and_stays_a_business(owner, service):
    changed = owner.must("PATCH", owner.at, json={"kinds": ["platform", "business"]}, seen=1)
    assert changed["kinds"] == ["business", "platform"]
    assert owner.must("GET", "/organisations")[0]["roles"] == ["owner", "contributor", "signatory", "client"]
    assert code_of(owner.patch(owner.at, {"kinds": ["platform"]}, seen=2)) == (409, "kinds-fixed")


def test_what_belongs_to_others_is_not_there(owner, service):
    stranger = service.visitor("Chan Thida")
    for path in ("", "/sites", "/people", "/invitations", "/identities", "/identity-queue"):
        assert code_of(stranger.get(owner.at + path)) == (404, "no-such-organisation"), path
    assert code_of(stranger.get(f"/organisations/{SOMEBODY}")) == (404, "no-such-organisation")
    assert code_of(stranger.get("/organisations/nonsense")) == (404, "no-such-thing")
    assert stranger.must("GET", "/organisations") == []


# ── Sites


def test_sites_are_added_changed_and_closed(owner, service):
    made = owner.post(f"{owner.at}/sites", {"name": "Garden Villa", "country": "KH", "reference": "V-2"})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    path = f"{owner.at}/sites/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"

    assert owner.must("PATCH", path, json={"name": "Garden House"}, seen=1)["reference"] == "V-2"
    assert code_of(owner.patch(path, {"name": "Villa"}, seen=1)) == (412, "stale-revision")
    closed = owner.must("POST", f"{path}/closing", seen=2)
    assert closed["closed_at"] is not None
    assert code_of(owner.patch(path, {"name": "Villa"}, seen=3)) == (409, "site-closed")
    assert code_of(owner.post(f"{path}/closing", seen=3)) == (409, "site-closed")
    read = owner.get(path)
    assert (read.json(), read.headers["etag"]) == (closed, '"3"')
    kinds = [kind for kind, _ in service.journal(owner.organisation_id)]
    assert kinds[-3:] == ["site-added", "site-changed", "site-closed"]


def test_no_two_sites_have_the_same_reference(owner):
    for name in ("River", "Garden"):
        made = owner.post(f"{owner.at}/sites", {"name": name, "country": "KH", "reference": name})
    path = f"{owner.at}/sites/{made.json()['id']}"
    again = owner.post(f"{owner.at}/sites", {"name": "Third", "country": "KH", "reference": "River"})
    assert code_of(again) == (409, "site-reference-taken")
    assert code_of(owner.patch(path, {"reference": "River"}, seen=1)) == (409, "site-reference-taken")
    assert owner.patch(path, {"reference": "Garden"}, seen=1).status_code == 200


def test_sites_are_listed_in_pages(owner):
    for number in range(4):
        owner.must("POST", f"{owner.at}/sites", json={"name": f"Villa {number}", "country": "KH"})
    names, cursor = [], None
    for _ in range(3):
        page = owner.must("GET", f"{owner.at}/sites", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        names += [each["name"] for each in page["items"]]
        cursor = page["next"]
    assert names == ["Riverside Hotel", "Villa 0", "Villa 1", "Villa 2", "Villa 3"]
    assert cursor is None


@ONE_ENGINE
@pytest.mark.parametrize("cursor", ["x", "not base64 at all", "e30", "WyJ4Il0", "WyJ4IiwieSJd", "ä"])
def test_a_cursor_that_was_not_given_out_is_refused(owner, cursor):
    assert code_of(owner.get(f"{owner.at}/sites", params={"cursor": cursor})) == (422, "cursor-wrong")
    assert code_of(owner.get(f"{owner.at}/invitations", params={"cursor": cursor})) == (422, "cursor-wrong")


def test_a_site_of_somebody_else_is_not_there(owner, service):
    other = service.visitor("Chan Thida")
    other.begin("Other Hotel")
    site = other.must("GET", f"{other.at}/sites")["items"][0]["id"]
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/closing")):
        sent = {"json": {}} if method == "PATCH" else {}
        refused = owner.ask(method, f"{owner.at}/sites/{site}{path}", seen=1, **sent)
        assert code_of(refused) == (404, "no-such-site")


# ── People


def test_a_contributor_limited_to_sites_sees_only_these(owner):
    made = owner.must("POST", f"{owner.at}/sites", json={"name": "Garden Villa", "country": "KH"})
    contributor = owner.invite("Lim Vuthy", "contributor", site_ids=[made["id"]])

    assert [each["name"] for each in contributor.must("GET", f"{owner.at}/sites")["items"]] == ["Garden Villa"]
    first = owner.must("GET", f"{owner.at}/sites")["items"][0]["id"]
    assert code_of(contributor.get(f"{owner.at}/sites/{first}")) == (404, "no-such-site")
    assert contributor.must("GET", "/organisations")[0]["site_ids"] == [made["id"]]


def test_only_owners_manage(owner):
    contributor = owner.invite("Lim Vuthy", "contributor")
    site = owner.must("GET", f"{owner.at}/sites")["items"][0]["id"]
    asked = [
        ("PATCH", "", {"name": "Other"}),
        ("POST", "/sites", {"name": "Villa", "country": "KH"}),
        ("PATCH", f"/sites/{site}", {"name": "Other"}),
        ("POST", f"/sites/{site}/closing", None),
        ("PUT", f"/people/{owner.user_id}/roles", {"roles": ["contributor"]}),
        ("DELETE", f"/people/{owner.user_id}", None),
        ("POST", "/invitations", {"email": "a@example.org", "roles": ["owner"]}),
        ("GET", "/invitations", None),
        ("DELETE", f"/invitations/{SOMEBODY}", None),
        ("POST", f"/invitations/{SOMEBODY}/sending", None),
        ("POST", "/identities/KH/domain", {"domain": "riverside.example"}),
        ("POST", "/identities/KH/check", None),
        ("POST", "/identities/KH/register", {"register": "Chamber", "number": "1"}),
    ]
    for method, path, body in asked:
        refused = contributor.ask(method, owner.at + path, seen=1, **({} if body is None else {"json": body}))
        assert code_of(refused) == (403, "owner-only"), path
    assert contributor.get(f"{owner.at}/people").status_code == 200


def test_roles_are_given_by_owners_and_written_down(owner, service):
    other = owner.invite("Lim Vuthy", "contributor")
    path = f"{owner.at}/people/{other.user_id}"
    assert owner.get(path).headers["etag"] == '"1"'

    changed = owner.put(f"{path}/roles", {"roles": ["signatory", "owner", "owner"]}, seen=1)
    assert (changed.json()["roles"], changed.headers["etag"]) == (["owner", "signatory"], '"2"')
    stale = owner.put(f"{path}/roles", {"roles": ["contributor"]}, seen=1)
    assert code_of(stale) == (412, "stale-revision")
    assert stale.json()["current"]["roles"] == ["owner", "signatory"]
    entry = {"person": other.user_id, "before": "contributor", "after": "owner,signatory", "sites": "all"}
    assert ("roles-changed", entry) in service.journal(owner.organisation_id)


@ONE_ENGINE
@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"roles": ["auditor"]}, [("role-unknown-here", "roles[0]")]),
        ({"roles": ["owner", "admin"]}, [("role-unknown-here", "roles[1]")]),
        ({"roles": ["contributor"], "site_ids": [SOMEBODY]}, [("site-not-here", "site_ids[0]")]),
        ({"roles": ["contributor", "signatory"], "site_ids": [SOMEBODY]},
         [("sites-limit-contributors", "site_ids"), ("site-not-here", "site_ids[0]")]),
    ],
)  # fmt: skip
def test_roles_and_sites_that_are_not_here_are_refused(owner, given, problems):
    refused = owner.post(f"{owner.at}/invitations", {"email": "a@example.org", **given})
    assert code_of(refused) == (422, "roles-invalid")
    assert problems_of(refused) == problems
    changed = owner.put(f"{owner.at}/people/{owner.user_id}/roles", given, seen=1)
    assert problems_of(changed) == problems


def test_an_organisation_never_loses_its_last_owner(owner):
    other = owner.invite("Lim Vuthy", "contributor")
    path = f"{owner.at}/people/{owner.user_id}"
    assert code_of(owner.put(f"{path}/roles", {"roles": ["signatory"]}, seen=1)) == (409, "last-owner")
    assert code_of(owner.delete(path)) == (409, "last-owner")

    owner.must("PUT", f"{owner.at}/people/{other.user_id}/roles", json={"roles": ["owner"]}, seen=1)
    assert owner.delete(path).status_code == 204
    assert code_of(owner.get(owner.at)) == (404, "no-such-organisation")


def test_people_leave_and_are_removed(owner, service):
    leaver, removed = owner.invite("Lim Vuthy", "contributor"), owner.invite("Keo Sophea", "contributor")
    assert leaver.delete(f"{owner.at}/people/{leaver.user_id}").status_code == 204
    assert owner.delete(f"{owner.at}/people/{removed.user_id}").status_code == 204
    assert [each["name"] for each in owner.must("GET", f"{owner.at}/people")] == ["Sok Dara"]
    assert [kind for kind, _ in service.journal(owner.organisation_id)][-2:] == ["person-left", "person-removed"]
    for sent in ({"method": "GET", "path": ""}, {"method": "DELETE", "path": ""}):
        refused = owner.ask(sent["method"], f"{owner.at}/people/{removed.user_id}")
        assert code_of(refused) == (404, "no-such-person")
    gone = owner.put(f"{owner.at}/people/{removed.user_id}/roles", {"roles": ["owner"]}, seen=1)
    assert code_of(gone) == (404, "no-such-person")


# ── Invitations


def invited(owner, email, *roles):
    return owner.must("POST", f"{owner.at}/invitations", json={"email": email, "roles": list(roles or ["contributor"])})


def states(owner):
    return {each["email"]: each["state"] for each in owner.must("GET", f"{owner.at}/invitations")["items"]}


def test_an_invitation_is_mailed_accepted_and_seen_to_be(owner, service):
    invited(owner, "Chan.Thida@Example.org", "signatory", "contributor")
    mail = service.mails("Chan.Thida@Example.org")[0]
    facts = mail["facts"]
    assert (facts["organisation"], facts["inviter"], facts["role"]) == ("Riverside Hotel", "Sok Dara", "contributor")
    assert facts["expires_on"] == "2026-12-06"
    assert states(owner) == {"Chan.Thida@Example.org": "sent"}

    other = service.visitor("Chan Thida", settled=False)
    other.register()
    other.sign_in()
    joined = other.must("POST", "/invitations/accept", json={"token": facts["link"].rpartition("/")[2]})

    assert joined["roles"] == ["contributor", "signatory"]
    assert states(owner) == {"Chan.Thida@Example.org": "accepted"}
    # Who has the mail has the address.
    assert other.must("GET", "/me")["email_is_verified"] is True
    assert service.journal(owner.organisation_id)[-1][0] == "invitation-accepted"
    again = other.post("/invitations/accept", {"token": facts["link"].rpartition("/")[2]})
    assert code_of(again) == (409, "invitation-over")


def test_an_invitation_is_for_one_address_only(owner, service):
    invited(owner, "chan.thida@example.org")
    stranger = service.visitor("Lim Vuthy")
    token = service.link("chan.thida@example.org", "invitation")
    assert code_of(stranger.post("/invitations/accept", {"token": token})) == (403, "other-address")
    assert code_of(stranger.post("/invitations/accept", {"token": "made up"})) == (404, "no-such-invitation")


def test_an_invitation_runs_out_and_is_sent_again(owner, service, clock):
    made = invited(owner, "chan.thida@example.org")
    old = service.link("chan.thida@example.org", "invitation")
    other = service.visitor("Chan Thida")
    clock.forward(days=14)
    owner.sign_in()
    other.sign_in()
    assert states(owner) == {"chan.thida@example.org": "expired"}
    late = other.post("/invitations/accept", {"token": old})
    assert code_of(late) == (409, "invitation-over")
    assert late.json()["errors"][0]["facts"] == {"state": "expired"}

    sent = owner.must("POST", f"{owner.at}/invitations/{made['id']}/sending")
    assert sent["state"] == "sent"
    assert code_of(other.post("/invitations/accept", {"token": old})) == (404, "no-such-invitation")
    other.must("POST", "/invitations/accept", json={"token": service.link(other.email, "invitation")})


def test_an_invitation_is_not_mailed_over_and_over(owner, clock):
    made = invited(owner, "chan.thida@example.org")
    path = f"{owner.at}/invitations/{made['id']}/sending"
    assert code_of(owner.post(path)) == (409, "invitation-just-sent")
    clock.forward(minutes=11)
    assert owner.post(path).status_code == 200
    assert code_of(owner.post(path)) == (409, "invitation-just-sent")


def test_a_revoked_invitation_stays_in_the_list_and_works_no_more(owner, service):
    made = invited(owner, "chan.thida@example.org")
    path = f"{owner.at}/invitations/{made['id']}"
    assert owner.delete(path).status_code == 204
    assert states(owner) == {"chan.thida@example.org": "revoked"}
    other = service.visitor("Chan Thida")
    refused = other.post("/invitations/accept", {"token": service.link(other.email, "invitation")})
    assert code_of(refused) == (409, "invitation-over")
    assert code_of(owner.delete(path)) == (409, "invitation-over")
    assert code_of(owner.post(f"{path}/sending")) == (409, "invitation-over")
    assert code_of(owner.delete(f"{owner.at}/invitations/{SOMEBODY}")) == (404, "no-such-invitation")


def test_whoever_belongs_to_it_is_not_invited_again(owner, service):
    invited(owner, "chan.thida@example.org")
    first = service.link("chan.thida@example.org", "invitation")
    other = owner.invite("Chan Thida", "contributor")
    refused = owner.post(f"{owner.at}/invitations", {"email": "CHAN.THIDA@example.org", "roles": ["owner"]})
    assert code_of(refused) == (409, "already-member")
    assert code_of(other.post("/invitations/accept", {"token": first})) == (409, "already-member")


@ONE_ENGINE
def test_a_hundred_invitations_wait_at_most(owner):
    for number in range(100):
        invited(owner, f"n{number}@example.org")
    refused = owner.post(f"{owner.at}/invitations", {"email": "one.more@example.org", "roles": ["owner"]})
    assert code_of(refused) == (409, "too-many-invitations")
    page = owner.must("GET", f"{owner.at}/invitations", params={"limit": 60})
    rest = owner.must("GET", f"{owner.at}/invitations", params={"limit": 60, "cursor": page["next"]})
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (60, 40, None)


def test_an_invitation_speaks_the_language_of_whoever_gets_it(owner, service):
    known = service.visitor("Chan Thida")
    known.must("PATCH", "/me", json={"language": "km"})
    invited(owner, known.email)
    owner.must("POST", f"{owner.at}/invitations",
               json={"email": "new@example.org", "roles": ["owner"], "language": "fr"})  # fmt: skip
    assert service.mails(known.email, "invitation")[0]["language"] == "km"
    assert service.mails("new@example.org", "invitation")[0]["language"] == "fr"


# ── The operator


def test_the_operator_lists_organisations_with_counts_and_sees_no_more(owner, service):
    operator = service.operator()
    page = operator.must("GET", "/operator/organisations", params={"limit": 1})
    rest = operator.must("GET", "/operator/organisations", params={"limit": 1, "cursor": page["next"]})
    hotel, itself = page["items"][0], rest["items"][0]
    assert hotel == {"id": owner.organisation_id, "name": "Riverside Hotel", "kinds": ["business"], "country": "KH",
                     "people": 1, "sites": 1, "created_at": hotel["created_at"]}  # fmt: skip
    assert (itself["kinds"], itself["people"]) == (["operator"], 1)
    assert code_of(operator.get(owner.at)) == (404, "no-such-organisation")
    assert code_of(operator.get(f"{owner.at}/people")) == (404, "no-such-organisation")


def test_the_operator_makes_a_regulator_and_invites_its_first_person(service):
    operator = service.operator()
    made = operator.must("POST", "/operator/organisations", json={
        "name": "Ministry of Tourism", "country": "KH", "email": "chan.thida@example.org",
        "jurisdictions": [{"country": "KH", "sector": "hospitality"}, {"country": "LA"}],
    })  # fmt: skip
    assert made["jurisdictions"] == [{"country": "KH", "sector": "hospitality"}, {"country": "LA", "sector": ""}]

    first = service.visitor("Chan Thida")
    joined = first.must("POST", "/invitations/accept", json={"token": service.link(first.email, "invitation")})

    assert joined["roles"] == ["auditor", "decider", "appeals", "author"]
    assert code_of(first.get(f"/organisations/{made['id']}")) == (403, "second-factor-due")
    first.set_phone_up()
    assert first.must("GET", f"/organisations/{made['id']}")["jurisdictions"] == made["jurisdictions"]
    assert [kind for kind, _ in service.journal(made["id"])] == [
        "organisation-begun", "invitation-sent", "invitation-accepted", "second-factor-confirmed"
    ]  # fmt: skip
    first.organisation_id = made["id"]
    assert code_of(first.patch(first.at, {"kinds": ["business"]}, seen=1)) == (409, "kinds-fixed")


def test_the_operators_doors_open_for_the_operator_only(owner, service):
    asked = [("GET", "/operator/organisations", None), ("GET", "/operator/identities", None),
             ("POST", "/operator/organisations", {"name": "A", "country": "KH", "email": "a@example.org",
                                                  "jurisdictions": [{"country": "KH"}]})]  # fmt: skip
    for method, path, body in asked:
        sent = {} if body is None else {"json": body}
        assert code_of(owner.ask(method, path, **sent)) == (403, "operator-only")
        assert code_of(service.ask(method, path, **sent)) == (401, "not-signed-in")


def test_appointing_somebody_twice_changes_nothing_and_drops_what_a_stranger_knew(service):
    stranger = Visitor(service, "Ada Admin", password="a quiet green harbour")
    stranger.register()
    stranger.sign_in()
    admin = service.operator("Ada Admin")
    assert code_of(stranger.get("/me")) == (401, "not-signed-in")
    organisations = admin.must("GET", "/organisations")

    second = service.operator("Ben Admin")

    assert admin.must("GET", "/organisations") == organisations
    assert second.must("GET", "/organisations")[0]["organisation"] == organisations[0]["organisation"]


# ── Two at once


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_owners_who_demote_each_other_at_once_leave_one(migrated_url, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with Service(migrated_url, questionnaires=tmp_path) as service:
        one = service.visitor("Sok Dara")
        one.begin()
        for name in ("Chan Thida", "Lim Vuthy", "Keo Sophea", "Noun Nary", "Ros Bopha"):
            other = one.invite(name, "owner")
            path = f"{one.at}/people"
            ids = {each["name"]: each["user_id"] for each in one.must("GET", path)}
            with ThreadPoolExecutor(2) as pool:
                answers = [
                    pool.submit(one.delete, f"{path}/{ids[name]}"),
                    pool.submit(other.delete, f"{path}/{ids['Sok Dara']}"),
                ]
            assert sorted(each.result().status_code for each in answers) in ([204, 404], [204, 409], [204, 403])
            if one.get(one.at).status_code == 404:
                other.must("POST", f"{one.at}/invitations", json={"email": one.email, "roles": ["owner"]})
                one.must("POST", "/invitations/accept", json={"token": service.link(one.email, "invitation")})
                other.must("DELETE", f"{path}/{ids[name]}")


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_an_invitation_that_is_just_being_accepted_is_not_revoked(owner, service):
    from concurrent.futures import ThreadPoolExecutor
    from time import sleep

    from compliance.usecases.invitations import accept_invitation

    other = service.visitor("Chan Thida")
    invitation = owner.must("POST", f"{owner.at}/invitations", json={"email": other.email, "roles": ["contributor"]})
    token = service.link(other.email, "invitation")
    with ThreadPoolExecutor(1) as pool:
        with service.parts.desk.deed("person", writes=True, credential=other.token) as deed:
            accept_invitation(deed, token=token)
            revoked = pool.submit(owner.delete, f"{owner.at}/invitations/{invitation['id']}")
            sleep(0.3)
        assert code_of(revoked.result(20)) == (409, "invitation-over")
