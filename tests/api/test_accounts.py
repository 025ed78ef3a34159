"""Registration, log-in, sessions, passwords, the second factor, personal tokens: over the door, each refusal once."""

from datetime import timedelta

import pyotp
import pytest
from litestar.testing import TestClient

from compliance.api.routes import ENDPOINTS
from compliance.app import make_app
from compliance.usecases.registering import PasswordWeak, check_strength
from compliance.usecases.tries import PER_PERSON
from visitor import PASSWORD, Visitor, code_of, problems_of

OTHER = "a quiet green harbour"


@pytest.fixture
def service(service_without_questionnaires):
    return service_without_questionnaires


# ── Registration and proof of the address


def test_a_new_person_registers_proves_the_address_and_logs_in(service):
    visitor = service.visitor(settled=False)

    visitor.register(language="km")
    assert service.mails(visitor.email)[0]["language"] == "km"
    visitor.sign_in()
    assert visitor.must("GET", "/me")["email_is_verified"] is False
    visitor.confirm()

    me = visitor.must("GET", "/me")
    assert me == {"id": me["id"], "email": "sok.dara@example.org", "email_is_verified": True, "name": "Sok Dara",
                  "language": "km", "has_second_factor": False}  # fmt: skip


def test_registering_a_known_address_is_answered_alike_and_told_by_mail(service):
    known = service.visitor()
    new = service.visitor("Chan Thida", settled=False).register()

    again = Visitor(service, "Somebody Else", email=known.email.upper(), password=OTHER).register()

    assert (again.status_code, again.content) == (new.status_code, new.content)
    assert [each["mail"] for each in service.mails(known.email)] == ["verify_email", "account_exists"]
    assert known.must("GET", "/me")["name"] == "Sok Dara"
    known.sign_in()


def test_whoever_proves_the_address_gets_the_account_not_whoever_came_first(service):
    first = Visitor(service, "Not The Owner", email="sok.dara@example.org", password=OTHER)
    first.register()
    first.sign_in()

    owner = service.visitor(settled=False)
    owner.register()
    owner.confirm()

    assert code_of(first.get("/me")) == (401, "not-signed-in")
    wrong = service.ask("POST", "/sessions", json={"email": first.email, "password": OTHER})
    assert code_of(wrong) == (403, "sign-in-wrong")
    owner.sign_in()


def test_a_person_who_is_appointed_before_registering_cannot_be_registered_over(service):
    service.operator("Ada Admin")
    Visitor(service, "Ada Admin", password=OTHER).register()

    wrong = service.ask("POST", "/sessions", json={"email": "ada.admin@example.org", "password": OTHER})

    assert code_of(wrong) == (403, "sign-in-wrong")


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("aaaabbbbcccc", ["password-common"]),
        ("Password1234!", ["password-common"]),
        ("123456789012", ["password-common"]),
        ("xx sok.dara xx", ["password-has-address"]),
        ("sok.dara@example.org", ["password-has-address"]),
        ("aab1", ["password-short", "password-common"]),
        ("short", ["password-short"]),
        (PASSWORD, []),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password, codes):
    try:
        check_strength(password, "Sok.Dara@example.org")
        found = []
    except PasswordWeak as refusal:
        found = [each.code for each in refusal.problems]
    assert found == codes


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_weak_password_is_refused_with_its_reason(service):
    weak = service.ask("POST", "/registrations",
                       json={"email": "a@example.org", "name": "A", "password": "password123456"})  # fmt: skip
    assert code_of(weak) == (422, "password-weak")
    assert problems_of(weak) == [("password-common", "password")]


@pytest.mark.parametrize(("given", "problems"), [
    ({"email": "no address", "name": "A", "password": "password123456"},
     [("wrong-form", "email"), ("password-common", "password")]),
    ({"email": "a@example.org", "password": "aab1"},
     [("missing-key", ""), ("password-short", "password"), ("password-common", "password")]),
    ({"email": 7, "name": "A", "password": "short"}, [("wrong-kind", "email"), ("password-short", "password")]),
    ({"email": "a@example.org", "name": "A", "password": 7}, [("wrong-kind", "password")]),
    ({"email": "a@example.org", "name": "A", "password": ""}, [("text-empty", "password")]),
])  # fmt: skip
def test_a_weak_password_is_named_with_everything_else_that_is_wrong(service, given, problems):
    refused = service.ask("POST", "/registrations", json=given)
    assert code_of(refused) == (422, "body-invalid")
    assert problems_of(refused) == problems


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        {"email": "no address"}, {"email": "a@b"}, {"email": "a b@example.org"}, {"name": ""}, {"name": "a\u0000b"},
        {"name": " "}, {"password": "short"}, {"password": "x" * 201}, {"language": "english!"}, {"admin": True},
    ],
)  # fmt: skip
def test_malformed_registrations_are_refused(service, change):
    given = {"email": "a@example.org", "name": "A", "password": PASSWORD, **change}
    assert code_of(service.ask("POST", "/registrations", json=given)) == (422, "body-invalid")


def test_the_mailed_code_proves_the_address_as_well(service):
    visitor = service.visitor(settled=False)
    visitor.register()
    code = service.mail(visitor.email, "verify_email")["code"]

    assert len(code) == 6
    confirmed = service.ask("POST", "/email-confirmations/by-code", json={"email": visitor.email, "code": code})
    assert confirmed.status_code == 204
    again = service.ask("POST", "/email-confirmations/by-code", json={"email": visitor.email, "code": code})
    assert code_of(again) == (422, "code-wrong")


def test_a_code_can_be_tried_five_times_and_the_tries_stay_counted(service):
    visitor = service.visitor(settled=False)
    visitor.register()
    code = service.mail(visitor.email, "verify_email")["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    def try_code(given):
        return service.ask("POST", "/email-confirmations/by-code", json={"email": visitor.email, "code": given})

    for _ in range(5):
        assert code_of(try_code(wrong)) == (422, "code-wrong")
    assert code_of(try_code(code)) == (422, "code-wrong")
    for _ in range(4):
        try_code(wrong)
    assert code_of(try_code(wrong)) == (429, "too-many-tries")


def test_codes_and_links_run_out_after_30_minutes_and_new_ones_end_the_old(service, clock):
    visitor = service.visitor(settled=False)
    visitor.register()
    old = service.link(visitor.email, "verify_email")
    clock.forward(minutes=31)
    assert code_of(service.ask("POST", "/email-confirmations", json={"token": old})) == (422, "code-wrong")

    assert service.ask("POST", "/email-confirmations/requests", json={"email": visitor.email}).status_code == 202
    earlier = service.link(visitor.email, "verify_email")
    assert service.ask("POST", "/email-confirmations/requests", json={"email": visitor.email}).status_code == 202
    assert code_of(service.ask("POST", "/email-confirmations", json={"token": earlier})) == (422, "code-wrong")
    visitor.confirm()


def test_nobody_learns_from_asking_for_mails_who_has_an_account(service):
    service.visitor()
    before = len(service.mails())

    for path in ("/email-confirmations/requests", "/password-resets"):
        response = service.ask("POST", path, json={"email": "nobody@example.org"})
        assert (response.status_code, response.content) == (202, b"")
    # A proven address needs no code.
    service.ask("POST", "/email-confirmations/requests", json={"email": "sok.dara@example.org"})

    assert len(service.mails()) == before


def test_nobody_fills_somebodys_mailbox(service, clock):
    for _ in range(5):
        assert service.ask("POST", "/password-resets", json={"email": "a@example.org"}).status_code == 202
    refused = service.ask("POST", "/password-resets", json={"email": "A@example.org "})
    assert code_of(refused) == (422, "body-invalid")  # a space is no part of an address
    refused = service.ask("POST", "/password-resets", json={"email": "A@example.org"})
    assert code_of(refused) == (429, "too-many-tries")
    clock.forward(minutes=15)
    assert service.ask("POST", "/password-resets", json={"email": "a@example.org"}).status_code == 202


# ── Log-in


PROOFS = {
    "password": ("PUT", "/me/password", {"current": "wrong", "new": OTHER}),
    "closing": ("POST", "/me/closing", {"password": "wrong"}),
    "second factor": ("POST", "/me/second-factor", {"password": "wrong"}),
    "its removal": ("POST", "/me/second-factor/removal", {"password": "wrong"}),
    "its code": ("POST", "/me/second-factor/confirmation", {"code": "123456"}),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("door", PROOFS)
def test_many_addresses_do_not_help_whoever_took_a_session_to_find_the_password(service, clock, door):
    visitor, neighbour = service.visitor("Sok Dara"), service.visitor("Chan Thida")
    method, path, body = PROOFS[door]

    def ask(who, number):
        async def app(scope, receive, send):
            await service.client.app({**scope, "client": (f"192.0.2.{number}", 50_000)}, receive, send)

        headers = {"authorization": f"Bearer {who.token}"}
        return code_of(TestClient(app).request(method, f"/api/v1{path}", json=body, headers=headers))

    for number in range(PER_PERSON):
        assert ask(visitor, number)[1] != "too-many-tries"
    assert ask(visitor, 200) == (429, "too-many-tries")
    assert ask(neighbour, 201)[1] != "too-many-tries"
    closed = visitor.ask("PUT", "/me/password", json={"current": PASSWORD, "new": OTHER})
    assert code_of(closed) == (429, "too-many-tries")
    clock.forward(minutes=15)
    assert visitor.ask("PUT", "/me/password", json={"current": PASSWORD, "new": OTHER}).status_code == 200


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_shows_the_right_password_is_counted_anew(service):
    visitor = service.visitor("Sok Dara")
    for _ in range(2):
        for _ in range(PER_PERSON - 1):
            wrong = visitor.ask("POST", "/me/second-factor", json={"password": "wrong"})
            assert code_of(wrong) == (403, "password-wrong")
        assert visitor.ask("POST", "/me/second-factor", json={"password": PASSWORD}).status_code == 201


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(service):
    visitor = service.visitor()

    answers = [
        service.ask("POST", "/sessions", json={"email": email, "password": "something else"})
        for email in (visitor.email, "nobody@example.org")
    ]

    assert [code_of(each) for each in answers] == [(403, "sign-in-wrong")] * 2
    bodies = [{key: value for key, value in each.json().items() if key != "request_id"} for each in answers]
    assert bodies[0] == bodies[1]


def test_tries_are_limited_by_address_and_the_owner_is_told_once(service, clock):
    visitor = service.visitor()
    wrong = {"email": visitor.email, "password": "something else"}
    for _ in range(10):
        assert code_of(service.ask("POST", "/sessions", json=wrong)) == (403, "sign-in-wrong")

    for _ in range(3):
        blocked = service.ask("POST", "/sessions", json={"email": visitor.email.upper(), "password": PASSWORD})
        assert code_of(blocked) == (429, "too-many-tries")
    assert 1 <= int(blocked.headers["retry-after"]) <= 900
    assert len(service.mails(visitor.email, "new_login_blocked")) == 1
    assert service.mail(visitor.email, "new_login_blocked")["valid_minutes"] == 15
    other = service.visitor("Chan Thida")
    other.sign_in()

    clock.forward(minutes=15)
    visitor.sign_in()


def test_a_log_in_that_succeeds_clears_the_count(service):
    visitor = service.visitor()
    wrong = {"email": visitor.email, "password": "something else"}
    for _ in range(2):
        for _ in range(9):
            service.ask("POST", "/sessions", json=wrong)
        visitor.sign_in()


def test_tries_are_limited_by_client_whatever_the_address(service):
    for number in range(100):
        service.ask("POST", "/sessions", json={"email": f"n{number}@example.org", "password": "x"})
    blocked = service.ask("POST", "/sessions", json={"email": "another@example.org", "password": "x"})
    assert code_of(blocked) == (429, "too-many-tries")


def test_nobody_can_read_from_the_database_who_tried(service):
    service.ask("POST", "/sessions", json={"email": "nobody@example.org", "password": "x"})
    with service.parts.database.engine.connect() as connection:
        buckets = connection.exec_driver_sql("SELECT bucket FROM attempts").scalars().all()
    assert buckets
    assert not [each for each in buckets if "nobody" in each or "testclient" in each]


def test_an_outdated_hash_is_renewed_at_log_in(service):
    visitor = service.visitor()
    weaker = service.parts.desk.means.passwords.__class__(memory_kib=32, passes=1).hash(PASSWORD)
    with service.deed(writes=True) as deed:
        deed.unit.people.change(visitor.user_id_in(deed), password_hash=weaker)

    visitor.sign_in()

    with service.deed() as deed:
        stored = deed.unit.people.find_by_email(visitor.email).password_hash
    assert not service.parts.desk.means.passwords.is_outdated(stored)


# ── Sessions


def test_every_log_in_gives_a_new_session_and_ends_the_one_shown(service):
    visitor = service.visitor()
    before = visitor.token

    again = visitor.post("/sessions", {"email": visitor.email, "password": PASSWORD, "device": "Phone"}).json()

    assert again["token"] != before
    assert again["session"]["device"] == "Phone"
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")


def test_only_a_hash_of_the_session_is_stored(service):
    visitor = service.visitor()
    with service.deed() as deed:
        session = deed.unit.sessions.of_person(visitor.user_id_in(deed), now=service.clock())[0]
    assert visitor.token.startswith("cs_")
    assert len(session.token_hash) == 32
    assert visitor.token.encode() not in session.token_hash


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(service):
    here, there, elsewhere = service.visitor(), Visitor(service, "Sok Dara"), Visitor(service, "Sok Dara")
    there.sign_in(device="Office")
    elsewhere.sign_in()
    listed = here.must("GET", "/sessions")
    assert [(each["device"], each["is_current"]) for each in listed] == [("", False), ("Office", False), ("", True)]

    assert here.delete(f"/sessions/{listed[1]['id']}").status_code == 204
    assert code_of(there.get("/me")) == (401, "not-signed-in")
    assert code_of(here.delete(f"/sessions/{listed[1]['id']}")) == (404, "no-such-session")
    assert here.delete("/sessions").status_code == 204
    assert code_of(elsewhere.get("/me")) == (401, "not-signed-in")
    assert here.delete("/sessions/current").status_code == 204
    assert code_of(here.get("/me")) == (401, "not-signed-in")


def test_nobody_ends_anothers_session(service):
    mine, theirs = service.visitor(), service.visitor("Chan Thida")
    session_id = theirs.must("GET", "/sessions")[0]["id"]
    assert code_of(mine.delete(f"/sessions/{session_id}")) == (404, "no-such-session")
    assert theirs.get("/me").status_code == 200


def test_a_session_ends_by_itself_after_an_hour_unused_and_after_twelve_hours(service, clock):
    visitor = service.visitor()
    clock.forward(minutes=61)
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")
    visitor.sign_in()
    for _ in range(14):
        clock.forward(minutes=50)
        visitor.patch("/me", {})
    assert visitor.get("/me").status_code == 200
    clock.forward(minutes=40)
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")


def test_who_only_reads_stays_logged_in(service, clock):
    visitor = service.visitor()
    for _ in range(3):
        clock.forward(minutes=50)
        assert visitor.get("/me").status_code == 200
    assert visitor.must("GET", "/sessions")[0]["last_seen_at"] > visitor.must("GET", "/sessions")[0]["created_at"]
    clock.forward(minutes=61)
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")


def test_made_up_credentials_are_no_new_visitors(service):
    app = make_app(service.parts, requests_per_minute=5, threads=2)
    with TestClient(app) as client:
        bearers = [{"authorization": f"Bearer cs_{number}"} for number in range(8)]
        answers = [client.get("/api/v1/me", headers=each).status_code for each in bearers]
    assert answers == [401] * 5 + [429] * 3


# ── Passwords


def test_who_set_up_an_account_for_anothers_address_has_nothing_left_once_its_owner_resets_the_password(service, clock):
    stranger = Visitor(service, "Not The Owner", email="sok.dara@example.org", password=OTHER)
    stranger.register()
    stranger.sign_in()
    program, _ = as_token(stranger)
    begun = stranger.must("POST", "/me/second-factor", json={"password": OTHER})
    stranger.must("POST", "/me/second-factor/confirmation", json={"code": pyotp.TOTP(begun["secret"]).at(clock.now)})

    service.ask("POST", "/password-resets", json={"email": stranger.email})
    chosen = {"token": service.link(stranger.email, "reset_password"), "password": PASSWORD}
    assert service.ask("POST", "/password-resets/confirmation", json=chosen).status_code == 204

    assert code_of(program.get("/me")) == (401, "not-signed-in")
    assert code_of(stranger.get("/me")) == (401, "not-signed-in")
    owner = Visitor(service, "Sok Dara", email=stranger.email)
    owner.sign_in()
    assert owner.must("GET", "/me")["has_second_factor"] is False


def test_a_forgotten_password_is_replaced_and_every_session_ends(service):
    visitor = service.visitor()
    service.ask("POST", "/password-resets", json={"email": visitor.email})
    token = service.link(visitor.email, "reset_password")

    weak = service.ask("POST", "/password-resets/confirmation", json={"token": token, "password": "iloveyou12345"})
    assert code_of(weak) == (422, "password-weak")
    changed = service.ask("POST", "/password-resets/confirmation", json={"token": token, "password": OTHER})

    assert changed.status_code == 204
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")
    assert service.mail(visitor.email, "password_changed")
    visitor.password = OTHER
    visitor.sign_in()
    again = service.ask("POST", "/password-resets/confirmation", json={"token": token, "password": PASSWORD})
    assert code_of(again) == (422, "code-wrong")


def test_a_reset_link_proves_no_address_and_runs_out_after_an_hour(service, clock):
    visitor = service.visitor()
    service.ask("POST", "/password-resets", json={"email": visitor.email})
    token = service.link(visitor.email, "reset_password")
    assert code_of(service.ask("POST", "/email-confirmations", json={"token": token})) == (422, "code-wrong")
    clock.forward(minutes=61)
    late = service.ask("POST", "/password-resets/confirmation", json={"token": token, "password": OTHER})
    assert code_of(late) == (422, "code-wrong")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_reset_link_of_a_clock_that_ran_ahead_does_not_last_until_that_day(service, clock):
    visitor = service.visitor()
    clock.forward(days=365)
    service.ask("POST", "/password-resets", json={"email": visitor.email})
    token = service.link(visitor.email, "reset_password")
    clock.forward(days=-365)
    early = service.ask("POST", "/password-resets/confirmation", json={"token": token, "password": OTHER})
    assert code_of(early) == (422, "code-wrong")


def test_changing_the_password_needs_the_present_one_and_begins_a_new_session(owner, service):
    before = owner.token
    assert code_of(owner.put("/me/password", {"current": OTHER, "new": OTHER})) == (403, "password-wrong")
    assert code_of(owner.put("/me/password", {"current": PASSWORD, "new": "123456123456"})) == (422, "password-weak")

    changed = owner.must("PUT", "/me/password", json={"current": PASSWORD, "new": OTHER})

    assert code_of(owner.get("/me")) == (401, "not-signed-in")
    owner.token = changed["token"]
    assert owner.token != before
    assert len(owner.must("GET", "/sessions")) == 1
    assert service.mail(owner.email, "password_changed")
    assert ("password-changed", {"person": owner.user_id}) in service.journal(owner.organisation_id)


def test_people_change_their_name_and_language(service):
    visitor = service.visitor()
    assert visitor.must("PATCH", "/me", json={"name": "Dara Sok"})["name"] == "Dara Sok"
    me = visitor.must("PATCH", "/me", json={"language": "km"})
    assert (me["name"], me["language"]) == ("Dara Sok", "km")


# ── The second factor


def totp(visitor, secret, *, steps=0):
    return pyotp.TOTP(secret).at(visitor.service.clock.now + timedelta(seconds=30 * steps))


def with_second_factor(service):
    visitor = service.visitor()
    begun = visitor.must("POST", "/me/second-factor", json={"password": PASSWORD})
    codes = visitor.must("POST", "/me/second-factor/confirmation", json={"code": totp(visitor, begun["secret"])})
    return visitor, begun, codes["codes"]


def test_log_in_asks_for_the_second_factor_once_it_is_confirmed(service, clock):
    visitor = service.visitor()
    begun = visitor.must("POST", "/me/second-factor", json={"password": PASSWORD})
    assert begun["uri"].startswith("otpauth://totp/")
    visitor.sign_in()  # not asked for yet
    wrong = f"{(int(totp(visitor, begun['secret'])) + 1) % 1_000_000:06d}"
    assert code_of(visitor.post("/me/second-factor/confirmation", {"code": wrong})) == (403, "second-factor-wrong")
    codes = visitor.must("POST", "/me/second-factor/confirmation", json={"code": totp(visitor, begun["secret"])})
    assert len(set(codes["codes"])) == 10
    assert visitor.must("GET", "/me")["has_second_factor"] is True

    given = {"email": visitor.email, "password": PASSWORD}
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "second-factor-needed")
    assert code_of(service.ask("POST", "/sessions", json={**given, "code": wrong})) == (403, "second-factor-wrong")
    clock.forward(seconds=30)
    visitor.sign_in(code=totp(visitor, begun["secret"]))


def test_a_code_of_the_app_works_once(service, clock):
    visitor, begun, _ = with_second_factor(service)
    given = {"email": visitor.email, "password": PASSWORD, "code": totp(visitor, begun["secret"])}
    # Its half minute was used up when it was confirmed.
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "second-factor-wrong")
    clock.forward(seconds=30)
    fresh = totp(visitor, begun["secret"])
    visitor.sign_in(code=fresh)
    assert code_of(service.ask("POST", "/sessions", json={**given, "code": fresh})) == (403, "second-factor-wrong")
    old = totp(visitor, begun["secret"], steps=-1)
    assert code_of(service.ask("POST", "/sessions", json={**given, "code": old})) == (403, "second-factor-wrong")
    # A clock half a minute ahead is believed.
    visitor.sign_in(code=totp(visitor, begun["secret"], steps=1))


def test_a_recovery_code_works_once(service):
    visitor, _, codes = with_second_factor(service)
    visitor.sign_in(code=codes[3].upper())
    given = {"email": visitor.email, "password": PASSWORD, "code": codes[3]}
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "second-factor-wrong")
    visitor.sign_in(code=codes[4])


def test_the_secret_is_stored_encrypted_and_lost_with_its_key(service, clock):
    visitor, begun, codes = with_second_factor(service)
    with service.deed() as deed:
        stored = deed.unit.people.find_by_email(visitor.email).totp_secret
    assert begun["secret"].encode() not in stored
    with service.deed(writes=True) as deed:
        deed.unit.people.change(visitor.user_id_in(deed), totp_secret=b"zzzz" + stored[4:])

    clock.forward(seconds=30)
    given = {"email": visitor.email, "password": PASSWORD, "code": totp(visitor, begun["secret"])}
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "second-factor-wrong")
    visitor.sign_in(code=codes[0])


def test_a_second_factor_is_set_up_and_taken_away_with_the_password_only(service):
    visitor = service.visitor()
    assert code_of(visitor.post("/me/second-factor", {"password": OTHER})) == (403, "password-wrong")
    assert code_of(visitor.post("/me/second-factor/removal", {"password": PASSWORD})) == (409, "second-factor-missing")
    assert code_of(visitor.post("/me/second-factor/confirmation", {"code": "123456"})) == (409, "second-factor-missing")
    begun = visitor.must("POST", "/me/second-factor", json={"password": PASSWORD})
    code = totp(visitor, begun["secret"])
    visitor.must("POST", "/me/second-factor/confirmation", json={"code": code})
    assert code_of(visitor.post("/me/second-factor", {"password": PASSWORD})) == (409, "second-factor-there")
    assert code_of(visitor.post("/me/second-factor/confirmation", {"code": code})) == (409, "second-factor-there")

    assert visitor.post("/me/second-factor/removal", {"password": PASSWORD}).status_code == 204
    visitor.sign_in()


# ── Personal tokens


def wish(**other):
    return {"name": "Nightly export", "scopes": ["read", "write"], "expires_on": "2027-11-22", **other}


def as_token(visitor, **other):
    """The same person, with a token in place of the session."""
    made = visitor.must("POST", "/me/tokens", json=wish(**other))
    program = Visitor(visitor.service, visitor.name)
    program.token, program.organisation_id = made["token"], visitor.organisation_id
    return program, made["shown"]


def test_a_token_acts_for_its_owner_until_it_is_revoked(owner, service):
    program, shown = as_token(owner)

    assert program.token.startswith("ct_")
    assert program.get(owner.at).status_code == 200
    assert program.post(f"{owner.at}/sites", {"name": "Annex", "country": "KH"}).status_code == 201
    listed = owner.must("GET", "/me/tokens")
    assert [(each["id"], each["last_used_on"]) for each in listed] == [(shown["id"], "2026-11-22")]
    assert program.token not in owner.get("/me/tokens").text

    assert owner.delete(f"/me/tokens/{shown['id']}").status_code == 204
    assert code_of(program.get("/me")) == (401, "not-signed-in")
    assert owner.delete(f"/me/tokens/{shown['id']}").status_code == 204
    kinds = [kind for kind, _ in service.journal(owner.organisation_id)]
    assert kinds.count("token-made") == kinds.count("token-revoked") == 1


def test_a_token_that_reads_does_not_write(owner):
    program, _ = as_token(owner, scopes=["read"])
    assert program.get(owner.at).status_code == 200
    refused = program.post(f"{owner.at}/sites", {"name": "Annex", "country": "KH"})
    assert code_of(refused) == (403, "read-only-token")


def test_a_token_of_one_organisation_knows_no_other(owner):
    first = owner.organisation_id
    owner.begin("Second Hotel")
    program, _ = as_token(owner, organisation_id=first)

    assert [each["organisation"]["id"] for each in program.must("GET", "/organisations")] == [first]
    assert program.get(f"/organisations/{first}").status_code == 200
    assert code_of(program.get(owner.at)) == (404, "no-such-organisation")


def test_a_token_ends_after_its_last_day(owner, clock):
    program, _ = as_token(owner, expires_on="2026-11-23")
    clock.forward(hours=38)
    assert program.get("/me").status_code == 200
    clock.forward(hours=1, minutes=1)
    assert code_of(program.get("/me")) == (401, "not-signed-in")


def test_no_answer_with_a_secret_is_kept_to_be_given_again(owner, service):
    key = {"idempotency-key": "one"}
    made = [owner.post("/me/tokens", wish(), headers=key).json()["token"] for _ in range(2)]
    begun = owner.post("/me/second-factor", {"password": PASSWORD}, headers=key).json()
    owner.post("/me/second-factor/confirmation", {"code": totp(owner, begun["secret"])}, headers=key)
    with service.parts.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM idempotency_keys").scalar() == 0
    assert made[0] != made[1]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_tokens_that_cannot_be_made(owner, service):
    for day in ("2026-11-21", "2027-11-24"):
        refused = owner.post("/me/tokens", wish(expires_on=day))
        assert code_of(refused) == (422, "token-invalid")
        assert problems_of(refused) == [("token-expiry", "expires_on")]
    stranger = service.visitor("Chan Thida")
    foreign = stranger.post("/me/tokens", wish(organisation_id=owner.organisation_id))
    assert code_of(foreign) == (404, "no-such-organisation")
    _, shown = as_token(owner)
    assert code_of(stranger.delete(f"/me/tokens/{shown['id']}")) == (404, "no-such-token")
    for _ in range(49):
        owner.must("POST", "/me/tokens", json=wish())
    assert problems_of(owner.post("/me/tokens", wish())) == [("too-many-tokens", "")]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/me/tokens", wish()),
        ("PATCH", "/me", {"name": "Somebody Else"}),
        ("PUT", "/me/password", {"current": PASSWORD, "new": OTHER}),
        ("POST", "/me/second-factor", {"password": PASSWORD}),
        ("POST", "/me/second-factor/confirmation", {"code": "123456"}),
        ("POST", "/me/second-factor/removal", {"password": PASSWORD}),
        ("POST", "/me/closing", {"password": PASSWORD}),
        ("DELETE", "/sessions", None),
        ("DELETE", "/sessions/current", None),
        ("DELETE", "/sessions/01890a5d-ac96-774b-bcce-b302099a8057", None),
        ("DELETE", "/me/tokens/01890a5d-ac96-774b-bcce-b302099a8057", None),
        ("POST", "/organisations", {"name": "A", "country": "KH"}),
        ("POST", "/invitations/accept", {"token": "x"}),
    ],
)
def test_what_only_a_person_does_no_token_does(owner, method, path, body):
    program, _ = as_token(owner)
    refused = program.ask(method, path, **({} if body is None else {"json": body}))
    assert code_of(refused) == (403, "session-only")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "token", ["", "ct_", "ct_abc_def", "cs_abc", "something", f"ct_{'0' * 32}_x", f"ct_{'z' * 32}_x"]
)
def test_made_up_credentials_are_refused(service, token):
    assert code_of(service.ask("GET", "/me", credential=token)) == (401, "not-signed-in")


# ── Who must show a second proof


def test_whoever_runs_the_service_shows_a_second_proof_before_anything_else(service, owner):
    operator = service.operator(has_phone=False)
    home = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    due = (403, "second-factor-due")
    program, _ = as_token(operator, scopes=["read"])
    for visitor in (operator, program):
        assert code_of(visitor.get("/operator/organisations")) == due
        assert code_of(visitor.get(f"/organisations/{home}")) == due
        assert code_of(visitor.get(f"/organisations/{home}/people")) == due
        assert code_of(visitor.get(owner.at)) == (404, "no-such-organisation")

    operator.set_phone_up()

    assert operator.get("/operator/organisations").status_code == 200
    assert code_of(program.get("/operator/organisations")) == due, "it was made before"
    proven, _ = as_token(operator, scopes=["read"])
    assert proven.get("/operator/organisations").status_code == 200

    assert operator.post("/me/second-factor/removal", {"password": PASSWORD}).status_code == 204
    assert code_of(operator.get("/operator/organisations")) == due
    assert code_of(proven.get("/operator/organisations")) == due


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_endpoint_of_an_operator_is_open_without_the_phone(service):
    operator = service.operator(has_phone=False)
    home = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    asked = 0
    for endpoint in ENDPOINTS:
        if endpoint.access not in ("member", "operator"):
            continue
        asked += 1
        ids = {each: home if each.endswith("_id") else "x" for each in endpoint.parameters}
        sent = {"json": {}} if endpoint.takes else {}
        if endpoint.upload:
            sent = {"content": b"a paper", "params": {"title": "A paper", "file_name": "paper.txt"}}
        answer = operator.ask(endpoint.method, endpoint.path.format(**ids), **sent)
        assert code_of(answer) == (403, "second-factor-due"), endpoint.path
    assert asked > 80


# ── The end of an account


def test_an_account_is_closed_for_good_and_its_address_is_free_again(owner, service):
    other = owner.invite("Chan Thida", "owner", "signatory")
    assert code_of(other.post("/me/closing", {"password": OTHER})) == (403, "password-wrong")
    program, _ = as_token(other)
    user_id = other.user_id

    assert other.post("/me/closing", {"password": PASSWORD}).status_code == 204

    assert code_of(other.get("/me")) == (401, "not-signed-in")
    assert code_of(program.get("/me")) == (401, "not-signed-in")
    assert [each["name"] for each in owner.must("GET", f"{owner.at}/people")] == ["Sok Dara"]
    assert ("person-left", {"person": user_id}) in service.journal(owner.organisation_id)
    with service.deed() as deed:
        assert "chan.thida" not in deed.unit.people.find(user_id).email
    wrong = service.ask("POST", "/sessions", json={"email": other.email, "password": PASSWORD})
    assert code_of(wrong) == (403, "sign-in-wrong")
    assert service.visitor("Chan Thida").user_id != user_id


def test_whoever_alone_manages_an_organisation_cannot_close_their_account(owner):
    owner.invite("Chan Thida", "contributor")
    refused = owner.post("/me/closing", {"password": PASSWORD})
    assert code_of(refused) == (409, "sole-owner")
    assert problems_of(refused) == [("sole-owner-of", owner.organisation_id)]


def test_a_person_who_was_shut_out_is_answered_as_if_unknown(service):
    visitor = service.visitor()
    with service.deed(writes=True) as deed:
        deed.unit.people.change(visitor.user_id_in(deed), disabled_at=deed.now)
    given = {"email": visitor.email, "password": PASSWORD}
    assert code_of(service.ask("POST", "/sessions", json=given)) == (403, "sign-in-wrong")
    assert code_of(visitor.get("/me")) == (401, "not-signed-in")
