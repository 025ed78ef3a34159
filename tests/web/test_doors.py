import pytest
from guest import Guest

from visitor import PASSWORD


def test_who_logs_in_comes_to_their_organisations_and_the_way_out_ends_the_session(service, guest):
    visitor = service.visitor("Sok Dara")
    page = guest.open("/log-in")
    assert page.heading == "Log in"
    inside = page.send("/log-in", email=visitor.email, password=PASSWORD)
    assert (inside.status, inside.path) == (200, "/organisations")
    session = guest.client.cookies["session"]
    assert session.startswith("cs_")
    out = guest.open("/account").send("/log-out")
    assert "You are logged out." in out.text
    assert not guest.client.cookies.get("session")
    assert service.ask("GET", "/me", credential=session).status_code == 401


def test_a_wrong_password_is_said_in_words_and_the_address_stays(service, guest):
    visitor = service.visitor("Sok Dara")
    page = guest.open("/log-in").send("/log-in", email=visitor.email, password="something else")
    assert page.status == 403
    assert page.title.startswith("Error: ")
    assert page.form("/log-in").fields["email"] == visitor.email
    assert len(page.mistakes) == 1


def test_what_is_left_empty_is_named_with_its_field(guest):
    page = guest.open("/log-in").send("/log-in", email="", password="")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["email", "password"]


def test_what_was_typed_after_the_session_ended_is_kept_through_the_log_in(manager, clock):
    clock.forward(hours=13)
    answer = manager.post("/log-out", {"note": "three ripe mangoes"})
    assert answer.status == 401
    assert answer.heading == "Log in"
    again = answer.send("/log-in", email=manager.visitor.email, password=PASSWORD)
    assert again.heading == "You are logged in again"
    assert again.form("/log-out").fields["note"] == "three ripe mangoes"
    assert manager.client.cookies["session"].startswith("cs_")


def test_forms_that_another_site_sends_are_refused(manager):
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
                    {"sec-fetch-site": "none"}):  # fmt: skip
        assert manager.post("/log-out", {}, **headers).status == 403
    answer = manager.client.post("/log-out", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert manager.client.post("/log-out").status_code == 403
    assert manager.client.cookies["session"].startswith("cs_")


def test_the_way_on_after_the_log_in_never_leaves_this_service(service, guest):
    visitor = service.visitor("Sok Dara")
    for to in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        guest.client.cookies.clear()
        page = guest.client.get("/log-in", params={"to": to})
        answer = guest.client.post("/log-in", data={"email": visitor.email, "password": PASSWORD, "to": to},
                                   headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)  # fmt: skip
        assert page.status_code == 200
        assert answer.headers["location"] == "/"


def test_the_pages_speak_the_language_of_who_logs_in_unless_another_was_chosen(service, guest):
    visitor = service.visitor("Sok Dara")
    visitor.must("PATCH", "/me", json={"language": "km"})
    guest.log_in(visitor.email, PASSWORD)
    assert guest.client.cookies["language"] == "km"
    other = Guest(service.client.app).speak("en")
    other.log_in(visitor.email, PASSWORD)
    assert other.client.cookies["language"] == "en"


def test_a_forgotten_password_is_replaced_by_the_link_that_was_mailed(service, guest):
    visitor = service.visitor("Sok Dara")
    sent = guest.open("/log-in").follow("I have forgotten my password").send("/recover", email=visitor.email)
    assert (sent.status, sent.heading) == (200, "Check your mail")
    link = f"/password-resets/{service.link(visitor.email, 'reset_password')}"

    weak = guest.open(link).send(password="short")
    assert weak.status == 422
    assert [field for _, field in weak.mistakes] == ["password"]
    assert [field for _, field in weak.send(password="").mistakes] == ["password"]

    done = weak.send(password="nine slow tuk-tuks")
    assert done.path.startswith("/log-in")
    assert "Your new password is set" in done.text
    assert guest.log_in(visitor.email, PASSWORD).status == 403
    guest.log_in(visitor.email, "nine slow tuk-tuks")
    assert guest.open("/account").heading == "Your account"

    again = guest.open(link).send(password="ten slow tuk-tuks")
    assert again.status == 422
    assert "Get a new link" in again.text


def test_asking_for_a_new_password_answers_alike_for_addresses_that_nobody_has(service, guest):
    visitor = service.visitor("Sok Dara")
    known = guest.open("/recover").send("/recover", email=visitor.email)
    unknown = guest.open("/recover").send("/recover", email="nobody@example.org")
    assert (known.status, known.path, known.text) == (unknown.status, unknown.path, unknown.text)
    assert service.mails("nobody@example.org") == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("email", ["", "sok", "sok dara@example.org", "a@b", "x" * 250 + "@example.org"])
def test_what_is_no_mail_address_is_said_beside_the_field(guest, email):
    page = guest.open("/recover").send("/recover", email=email)
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["email"]
    assert page.form("/recover").fields["email"] == email


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_fields_left_empty_count_against_nobody_else(service, guest):
    for _ in range(12):
        assert guest.open("/recover").send("/recover", email="").status == 422
    assert guest.open("/recover").send("/recover", email="a@example.org").heading == "Check your mail"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_too_many_tries_are_told_to_wait(service, guest):
    visitor = service.visitor("Sok Dara")
    pages = [guest.log_in(visitor.email, "something else") for _ in range(11)]
    assert [page.status for page in pages[:10]] == [403] * 10
    assert pages[10].status == 429
    assert "wait" in pages[10].mistakes[0][0].lower()
