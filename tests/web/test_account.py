import re
from datetime import timedelta

import pyotp
import pytest
import segno
from guest import Guest
from phone import set_up_phone

from compliance.web.devices import name_device
from compliance.web.routes import PAGES
from visitor import PASSWORD

SCRIPT = "<script>alert(1)</script>"
NEW = "nine slow tuk-tuks"
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def another(service, email, password=PASSWORD):
    guest = Guest(service.client.app)
    guest.client.headers["user-agent"] = f"Other thing {SCRIPT}"
    guest.log_in(email, password)
    return guest


def wrong_fields(page):
    return [field for _, field in page.mistakes]


def test_the_account_says_everything_and_leads_to_every_change(manager):
    page = manager.open("/account")
    for part in ("Sok Dara", manager.visitor.email, "English", "Off", "In 2 places", "None",
                 "You belong to 1 organisation"):  # fmt: skip
        assert part in page.text
    for link in ("/account/name", "/account/password", "/account/second-factor", "/account/sessions",
                 "/account/tokens", "/account/closing"):  # fmt: skip
        assert link in page.links
        assert manager.open(link).status == 200
    assert page.send("/log-out").path.startswith("/?")
    assert manager.open("/account").heading == "Log in"


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["/account", "/account/name", "/account/password", "/account/sessions", "/account/tokens", "/account/tokens/new",
     "/account/closing", "/account/second-factor", "/account/second-factor/confirmation"],
)  # fmt: skip
def test_nobody_sees_an_account_without_logging_in(guest, path):
    page = guest.open(path)
    assert page.heading == "Log in"
    assert page.form("/log-in").fields["to"] == path


def test_the_name_and_the_language_are_changed(manager):
    page = manager.open("/account/name").send("/account/name", name=f"Sok {SCRIPT}", language="en")
    assert page.path.startswith("/account?")
    assert "Saved." in page.text
    assert SCRIPT in page.text
    assert manager.client.cookies["language"] == "en"
    assert wrong_fields(manager.open("/account/name").send("/account/name", name="")) == ["name"]
    wrong = manager.post("/account/name", {"name": "Sok Dara", "language": "tlh"})
    assert (wrong.status, wrong_fields(wrong)) == (422, ["language"])


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(service, manager):
    other = another(service, manager.visitor.email)
    before = manager.client.cookies["session"]
    page = manager.open("/account/password").send("/account/password", current=PASSWORD, new=NEW)
    assert "Your password is changed" in page.text
    assert manager.client.cookies["session"] != before
    assert other.open("/account").heading == "Log in"
    third = another(service, manager.visitor.email, NEW)
    assert third.open("/account").heading == "Your account"


@on_sqlite
def test_mistakes_about_the_password_stand_beside_their_fields(manager):
    form = manager.open("/account/password")
    assert wrong_fields(form.send("/account/password", current="", new="")) == ["current", "new"]
    assert wrong_fields(form.send("/account/password", current="another password", new=NEW)) == ["current"]
    weak = form.send("/account/password", current=PASSWORD, new="short")
    assert (weak.status, wrong_fields(weak)) == (422, ["new"])


def test_sessions_are_listed_and_ended_one_by_one_or_all(service, manager):
    first, second = another(service, manager.visitor.email), another(service, manager.visitor.email)
    page = manager.open("/account/sessions")
    assert "This one" in page.text
    assert SCRIPT in page.text
    forms = [each for each in page.forms if (each.action or "").endswith("/end")]
    assert len(forms) == 3  # two browsers, and the API

    ended = page.send(forms[0].action)
    assert "You are logged out there." in ended.text
    assert second.open("/account").heading == "Log in"
    assert first.open("/account").heading == "Your account"

    assert "nowhere else" in manager.open("/account/sessions").send("/account/sessions").text
    assert first.open("/account").heading == "Log in"
    assert manager.open("/account").heading == "Your account"


@on_sqlite
def test_nobody_ends_another_persons_session_or_token(service, manager):
    stranger = service.visitor("Keo Sophea")
    session = stranger.must("GET", "/sessions")[0]["id"]
    token = stranger.must("POST", "/me/tokens", json={"name": "a", "scopes": ["read"], "expires_on": "2026-12-01"})
    assert manager.post(f"/account/sessions/{session}/end", {}).status == 404
    assert manager.post(f"/account/tokens/{token['shown']['id']}/revoke", {}).status == 404
    assert manager.post("/account/sessions/none/end", {}).status == 404
    assert stranger.get("/me").status_code == 200


def test_a_token_is_made_shown_once_and_revoked(service, manager):
    organisation = manager.visitor.organisation_id
    page = manager.open("/account/tokens").follow("Make a token")
    made = page.send("/account/tokens/new", name=f"Booking {SCRIPT}", scope="read", organisation=organisation,
                     days="30")  # fmt: skip
    assert made.heading == "Your new token"
    token = made.tree.get_element_by_id("token").text
    assert service.ask("GET", "/me", credential=token).status_code == 200
    assert service.ask("PATCH", "/me", credential=token, json={"name": "X"}).status_code == 403

    page = manager.open("/account/tokens")
    assert token not in page.answer.text
    for part in (f"Booking {SCRIPT}", "Reads only", "Riverside Hotel", "22 December 2026"):
        assert part in page.text
    revoked = page.send("/revoke")
    assert "The token is revoked." in revoked.text
    assert "No longer working" in revoked.text
    assert service.ask("GET", "/me", credential=token).status_code == 401


@on_sqlite
def test_mistakes_about_a_token_stand_beside_their_fields(service, manager):
    stranger = service.visitor("Keo Sophea")
    stranger.begin("Other Hotel")
    right = {"name": "Booking", "scope": "write", "organisation": "", "days": "90"}
    for given, fields in [
        ({"name": ""}, ["name"]), ({"name": "x" * 81}, ["name"]), ({"scope": ""}, ["scope"]),
        ({"days": ""}, ["days"]), ({"days": "4000"}, ["days"]),
        ({"organisation": stranger.organisation_id}, ["organisation"]),
    ]:  # fmt: skip
        page = manager.post("/account/tokens/new", right | given)
        assert (page.status, wrong_fields(page)) == (422, fields)
    assert manager.open("/account/tokens").text.count("works until") == 0


def test_a_phone_is_set_up_and_then_asked_for_at_log_in(service, manager, clock):
    wrong = manager.open("/account/second-factor").send("/account/second-factor", password="another password")
    assert (wrong.status, wrong_fields(wrong)) == (403, ["password"])

    page = wrong.send("/account/second-factor", password=PASSWORD)
    assert page.heading == "Add this service to your app"
    secret = page.form("/confirmation").fields["secret"]
    for code, status in (("", 422), ("12", 422), ("000000", 403)):
        page = page.send("/confirmation", code=code)
        assert (page.status, wrong_fields(page)) == (status, ["code"])
        assert page.form("/confirmation").fields["secret"] == secret

    phone = pyotp.TOTP(secret)
    codes = page.send("/confirmation", code=phone.at(clock.now))
    assert codes.heading == "Keep your recovery codes"
    recovery = [each.text for each in codes.tree.xpath("//main//li/code")]
    assert len(recovery) == 10
    assert recovery[9] in codes.tree.xpath("//a[@download]/@href")[0]
    assert "Log-in asks for a code" in manager.open("/account").text

    clock.forward(minutes=1)
    other = another(service, manager.visitor.email)
    asked = other.log_in(manager.visitor.email, PASSWORD)
    assert (asked.status, asked.heading, asked.mistakes) == (200, "Type your code", [])
    assert "session" not in other.client.cookies
    for code, status in (("", 422), ("000000", 403)):
        asked = asked.send("/log-in/code", code=code)
        assert (asked.status, wrong_fields(asked)) == (status, ["code"])
    asked.send("/log-in/code", code=phone.at(clock.now))
    assert other.open("/account").heading == "Your account"
    other = another(service, manager.visitor.email)
    other.log_in(manager.visitor.email, PASSWORD).send("/log-in/code", code=recovery[0])
    assert other.open("/account").heading == "Your account"


@on_sqlite
def test_codes_are_asked_for_only_while_the_password_was_shown_a_moment_ago(service, manager, clock):
    phone, _ = set_up_phone(service, manager)
    email = manager.visitor.email
    clock.forward(minutes=1)
    asked = Guest(service.client.app).log_in(email, PASSWORD)
    clock.forward(minutes=6)
    late = asked.send("/log-in/code", code=phone.code())
    assert (late.status, late.heading) == (403, "Log in")
    assert "took too long" in late.text

    asked = Guest(service.client.app).log_in(email, PASSWORD)
    manager.open("/account/password").send("/account/password", current=PASSWORD, new=NEW)
    assert "took too long" in asked.send("/log-in/code", code=phone.code()).text
    assert Guest(service.client.app).open("/log-in/code").heading == "Log in"
    for note in ("nonsense", "AAAA", "é", "x" * 400):
        page = Guest(service.client.app).post("/log-in/code", {"note": note, "code": "123456"})
        assert (page.status, page.heading) == (403, "Log in")


@on_sqlite
def test_codes_cannot_be_guessed_whatever_is_sent_along(service, manager, clock):
    phone, _ = set_up_phone(service, manager)
    clock.forward(minutes=15)
    asked = Guest(service.client.app).log_in(manager.visitor.email, PASSWORD)
    note = asked.form("/log-in/code").fields["note"]
    for turn in range(9):
        guess = {"note": note, "code": "000000", "email": f"{turn}@example.org"}
        assert Guest(service.client.app).post("/log-in/code", guess).status == 403
    right = {"note": note, "code": phone.code()}
    assert Guest(service.client.app).post("/log-in/code", right).status == 429


@on_sqlite
def test_the_picture_holds_what_the_app_needs(manager):
    page = manager.open("/account/second-factor").send("/account/second-factor", password=PASSWORD)
    drawing = page.tree.xpath("//main//*[local-name()='svg']")[0]
    uri = page.tree.xpath("//main//a[starts-with(@href, 'otpauth:')]/@href")[0]
    assert f"secret={page.form('/confirmation').fields['secret']}" in uri
    side = int(drawing.get("viewbox").split()[2]) - 8
    dark = set()
    for part in drawing.xpath(".//*[local-name()='path']")[1].get("d").split("z")[:-1]:
        x, y, width, narrow = re.fullmatch(r"M(\d+) (\d+)h(\d+)v1h-(\d+)", part).groups()
        assert width == narrow
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = segno.make_qr(uri, error="m", boost_error=False, mask=3).matrix
    assert side == len(matrix)
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}


def test_the_phone_is_taken_away_with_the_password(service, manager):
    set_up_phone(service, manager)
    page = manager.open("/account/second-factor")
    wrong = page.send("/removal", password="another password")
    assert (wrong.status, wrong_fields(wrong)) == (403, ["password"])
    done = wrong.send("/removal", password=PASSWORD)
    assert "Log-in no longer asks for a code." in done.text
    assert "Off" in done.text


@on_sqlite
def test_a_secret_that_is_not_to_be_confirmed_is_not_shown(manager):
    page = manager.post("/account/second-factor/confirmation", {"secret": "A" * 32, "code": "123456"})
    assert page.status == 409
    assert not page.tree.xpath("//main//*[local-name()='svg']")


def test_whoever_runs_the_service_sets_a_phone_up_before_anything_else(service, guest, clock):
    operator = service.operator(has_phone=False)
    guest.log_in(operator.email, PASSWORD)
    home = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    path = f"/organisations/{home}"
    stopped = guest.open(path)
    assert stopped.heading == "Second proof when you log in"
    assert "Your role lets you see" in stopped.text

    page = stopped.send("/account/second-factor", password=PASSWORD)
    secret = page.form("/confirmation").fields["secret"]
    codes = page.send("/confirmation", code=pyotp.TOTP(secret).at(clock.now))
    assert codes.follow("I have kept them: go on").path == path

    clock.forward(minutes=1)
    other = Guest(service.client.app)
    code = pyotp.TOTP(secret).at(clock.now)
    other.log_in(operator.email, PASSWORD).send("/log-in/code", code=code)
    assert other.open(path).path == path
    guest.open("/account/second-factor").send("/removal", password=PASSWORD)
    for each in (guest, other):
        assert each.open(path).heading == "Second proof when you log in"


@on_sqlite
def test_no_page_or_form_of_an_operator_is_open_without_the_phone(service, guest):
    operator = service.operator(has_phone=False)
    guest.log_in(operator.email, PASSWORD)
    home = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    for page in PAGES:
        if page.access not in ("member", "operator"):
            continue
        names = {each: home if each.endswith("_id") else "x" for each in page.parameters}
        answers = [guest.client.get(page.path.format(**names), follow_redirects=False)]
        if page.do or page.upload:
            answers.append(guest.client.post(page.path.format(**names), data={}, follow_redirects=False,
                                             headers={"sec-fetch-site": "same-origin"}))  # fmt: skip
        for answer in answers:
            assert answer.status_code == 303, page.path
            assert answer.headers["location"].startswith("/account/second-factor?to="), page.path


@on_sqlite
def test_a_log_in_from_before_the_phone_does_not_count_as_proven(service, guest):
    operator = service.operator(has_phone=False)
    guest.log_in(operator.email, PASSWORD)
    old = another(service, operator.email)
    set_up_phone(service, guest)
    home = operator.must("GET", "/organisations")[0]["organisation"]["id"]
    page = old.open(f"/organisations/{home}")
    assert "Log out, then log in with your code." in page.text


def test_an_account_is_closed_once_nobody_is_left_alone(service, manager):
    page = manager.open("/account/closing")
    assert "Riverside Hotel" in page.text
    wrong = page.send("/account/closing", password="another password")
    assert (wrong.status, wrong_fields(wrong)) == (403, ["password"])
    alone = page.send("/account/closing", password=PASSWORD)
    assert alone.status == 409
    assert wrong_fields(alone) == [manager.visitor.organisation_id]
    assert alone.tree.get_element_by_id(manager.visitor.organisation_id).tag == "a"

    manager.visitor.invite("Keo Sophea", "owner")
    gone = page.send("/account/closing", password=PASSWORD)
    assert "Your account is closed." in gone.text
    assert manager.log_in(manager.visitor.email, PASSWORD).status == 403


@on_sqlite
def test_a_token_ends_when_it_was_said_to(service, manager, clock):
    made = manager.post("/account/tokens/new", {"name": "A", "scope": "read", "organisation": "", "days": "30"})
    token = made.tree.get_element_by_id("token").text
    clock.now += timedelta(days=30)
    assert service.ask("GET", "/me", credential=token).status_code == 200
    clock.now += timedelta(days=1)
    assert service.ask("GET", "/me", credential=token).status_code == 401


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
         "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
         "Edge, Windows"),
        ("something\x00 else", "something else"), ("", ""), ("x" * 500, "x" * 120),
    ],
)  # fmt: skip
def test_browsers_are_named_in_a_few_words(user_agent, name):
    assert name_device(user_agent) == name


@on_sqlite
def test_what_was_typed_is_kept_through_password_and_code(service, manager, clock):
    phone, _ = set_up_phone(service, manager)
    clock.forward(hours=13)
    page = manager.post("/account/name", {"name": "Sok Dara Lim", "language": "en"})
    assert (page.status, page.heading) == (401, "Log in")
    page = page.send("/log-in", email=manager.visitor.email, password=PASSWORD).send("/log-in/code", code=phone.code())
    assert page.heading == "You are logged in again"
    assert "Saved." in page.send("/account/name").text
    assert "Sok Dara Lim" in manager.open("/account").text
