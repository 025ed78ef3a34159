import pytest
from guest import Guest

from visitor import PASSWORD

SCRIPT = "<script>alert(1)</script>"
EMAIL = "lim.vuthy@example.org"


def register(guest, **other):
    given = {"name": "Lim Vuthy", "email": EMAIL, "password": PASSWORD, **other}
    return guest.open("/register").send("/register", **given)


def test_who_registers_types_the_code_logs_in_and_has_an_account(service, guest):
    page = register(guest)
    assert (page.status, page.heading) == (200, "Check your mail")
    assert EMAIL in page.text

    code = service.mail(EMAIL, "verify_email")["code"]
    door = page.send("/register/check-mail", code=f"{code[:3]} {code[3:]}")
    assert door.heading == "Log in"
    assert "Your mail address is confirmed." in door.text
    assert door.form("/log-in").fields["email"] == EMAIL

    door.send("/log-in", password=PASSWORD)
    account = guest.open("/account")
    assert account.heading == "Your account"
    assert "Lim Vuthy" in account.text
    assert "Not confirmed yet" not in account.text
    assert guest.open("/register").path.startswith("/organisations")


def test_the_link_in_the_mail_is_pressed_and_not_only_opened(service, guest):
    register(guest)
    link = f"/email-confirmations/{service.link(EMAIL, 'verify_email')}"
    for _ in range(3):
        assert guest.open(link).heading == "Confirm your mail address"
    done = guest.open(link).send()
    assert done.heading == "Log in"
    assert "Your mail address is confirmed." in done.text
    again = guest.open(link).send()
    assert again.status == 422
    assert "Get a new code" in again.text
    assert again.follow("Get a new code").heading == "Check your mail"


def test_another_code_is_mailed_and_the_earlier_one_ends(service, guest):
    page = register(guest)
    old = service.mail(EMAIL, "verify_email")["code"]
    page = page.send("/register/send-again")
    assert page.heading == "Check your mail"
    assert "a new one is on its way" in page.text
    new = service.mail(EMAIL, "verify_email")["code"]
    assert len(service.mails(EMAIL, "verify_email")) == 2
    wrong = page.send("/register/check-mail", code=old)
    assert wrong.status == 422
    assert [field for _, field in wrong.mistakes] == ["code"]
    assert wrong.send("/register/check-mail", code=new).heading == "Log in"


def test_who_comes_back_later_types_address_and_code(service, guest):
    register(guest)
    other = Guest(service.client.app)
    code = service.mail(EMAIL, "verify_email")["code"].translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    page = other.open("/register/check-mail").send("/register/check-mail", email=EMAIL, code=code)
    assert page.heading == "Log in"


def test_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told(service, guest):
    service.visitor("Lim Vuthy")
    page = register(guest, password="eleven fast boats")
    assert (page.status, page.heading) == (200, "Check your mail")
    assert service.mail(EMAIL, "account_exists")["link"].endswith("/log-in")
    assert guest.log_in(EMAIL, "eleven fast boats").status == 403


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 151}, ["name"]),
        ({"name": "Lim\nVuthy"}, ["name"]),
        ({"email": ""}, ["email"]),
        ({"email": "vuthy"}, ["email"]),
        ({"email": "x" * 250 + "@example.org"}, ["email"]),
        ({"password": ""}, ["password"]),
        ({"password": "short"}, ["password"]),
        ({"password": "a1" * 101}, ["password"]),
        ({"password": f"my {EMAIL}"}, ["password"]),
        ({"name": "", "email": "", "password": ""}, ["name", "email", "password"]),
        ({"name": "", "email": "lim", "password": "password123456"}, ["name", "email", "password"]),
    ],
)
def test_every_mistake_stands_beside_its_field(service, guest, given, fields):
    typed = {"name": "Lim Vuthy", "email": EMAIL, "password": PASSWORD, **given}
    page = guest.post("/register", typed)
    assert page.status == 422
    assert sorted({field for _, field in page.mistakes}, key=["name", "email", "password"].index) == fields
    for _, field in page.mistakes:
        assert page.tree.get_element_by_id(field).get("aria-describedby")
    assert page.form("/register").fields["email"] == typed["email"]
    assert not page.form("/register").fields["password"]
    assert service.mails(typed["email"]) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_needs_many_tries_for_a_strong_password_is_not_shut_out(guest):
    for _ in range(8):
        assert register(guest, password="short").status == 422
    assert register(guest).heading == "Check your mail"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_code_that_is_no_code_or_guessed_is_refused(service, guest):
    page = register(guest)
    for code in ("", "12345", "abcdef", "1" * 50):
        refused = page.send("/register/check-mail", code=code)
        assert refused.status == 422
        assert [field for _, field in refused.mistakes] == ["code"]
    right = service.mail(EMAIL, "verify_email")["code"]
    for _ in range(3):
        page.send("/register/check-mail", code=f"{(int(right) + 1) % 1_000_000:06d}")
    assert page.send("/register/check-mail", code=right).status == 422


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_typed_or_put_into_the_address_is_shown_as_text_only(service, guest):
    pages = [
        register(guest, name=SCRIPT, email=SCRIPT),
        guest.open(f"/register?email={SCRIPT}&to={SCRIPT}"),
        guest.open(f"/register/check-mail?email={SCRIPT}&to=/{SCRIPT}"),
        guest.open(f"/log-in?email={SCRIPT}"),
        guest.post("/register/check-mail", {"email": SCRIPT, "code": SCRIPT}),
        guest.post("/register/send-again", {"address": SCRIPT}),
        guest.open(f"/email-confirmations/{SCRIPT.replace('/', '')}"),
    ]
    for page in pages:
        assert "alert(1)" not in "".join(page.tree.xpath("//script/text()"))
        assert not page.tree.xpath("//script[not(@src)]")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_way_on_never_leaves_this_service(service, guest):
    for to in ("https://evil.example", "//evil.example", "/\\evil.example"):
        page = guest.client.post(
            "/register", data={"name": "A", "email": EMAIL, "password": PASSWORD, "to": to},
            headers={"sec-fetch-site": "same-origin"}, follow_redirects=False,
        )  # fmt: skip
        assert "evil" not in page.headers["location"]


def invited(service, *roles):
    owner = service.visitor("Sok Dara")
    owner.begin(f"Hotel {SCRIPT}")
    owner.must("POST", f"{owner.at}/invitations", json={"email": EMAIL, "roles": list(roles)})
    return owner, f"/invitations/{service.link(EMAIL, 'invitation')}"


def test_who_is_invited_makes_an_account_comes_back_and_joins(service, guest):
    owner, link = invited(service, "contributor", "signatory")
    page = guest.open(link)
    assert page.status == 200
    assert "Sok Dara" in page.text
    assert SCRIPT in page.heading
    assert "signs and submits them" in page.text

    page = page.follow("Make an account")
    assert page.form("/register").fields["email"] == EMAIL
    page = page.send("/register", name="Lim Vuthy", password=PASSWORD)
    page = page.send("/register/check-mail", code=service.mail(EMAIL, "verify_email")["code"])
    page = page.send("/log-in", password=PASSWORD)
    assert page.path == link
    joined = page.send(link)
    assert joined.path.startswith(owner.at)
    roles = {each["name"]: each["roles"] for each in owner.must("GET", f"{owner.at}/people")}
    assert sorted(roles["Lim Vuthy"]) == ["contributor", "signatory"]
    assert "You belong to this organisation" in guest.open(link).text


def test_another_persons_invitation_cannot_be_accepted(service, guest):
    owner, link = invited(service, "contributor")
    other = service.visitor("Keo Sophea")
    guest.log_in(other.email, PASSWORD)
    page = guest.open(link)
    assert "You are logged in with another mail address" in page.text
    assert guest.post(link, {}).status == 403
    assert len(owner.must("GET", f"{owner.at}/people")) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_invitations_that_are_over_or_nobodys_say_so(service, guest, clock):
    _, link = invited(service, "contributor")
    assert guest.post(link, {}).heading == "Log in"
    clock.forward(days=15)
    assert "no longer open" in guest.open(link).text
    other = service.visitor("Lim Vuthy")
    guest.log_in(other.email, PASSWORD)
    assert guest.post(link, {}).status == 409
    assert guest.open("/invitations/none-of-ours").status == 404
