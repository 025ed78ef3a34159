from visitor import PASSWORD


def test_who_logs_in_comes_to_their_organisations_and_the_way_out_ends_the_session(service, guest):
    visitor = service.visitor("Sok Dara")
    page = guest.open("/log-in")
    assert page.heading == "Log in"
    inside = page.send("/log-in", email=visitor.email, password=PASSWORD)
    assert inside.status in (200, 404)
    assert guest.client.cookies["session"].startswith("cs_")


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
