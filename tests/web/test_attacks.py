"""What strangers try with pages: scripts in what is typed and in addresses, frames, foreign ways on, fixed sessions."""

import pytest
from guest import Guest
from test_every_page import check, walk

from visitor import PASSWORD

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def is_clean(page):
    """Whether nothing that was typed became part of the page."""
    check(page)
    tree = page.tree
    assert not tree.xpath("//img[@src='x']"), page
    assert not tree.xpath("//*[@*[starts-with(name(), 'on')]]"), page
    assert not tree.xpath("//a[starts-with(@href, 'javascript:')]"), page
    assert "49" not in page.title


@pytest.fixture
def poisoned(service, guest):
    """Somebody whose every name is a script, with a draft full of them."""
    visitor = service.visitor("Sok Dara")
    visitor.begin(name=EVIL, town=EVIL)
    visitor.must("PATCH", "/me", json={"name": EVIL})
    site = visitor.must("POST", f"{visitor.at}/sites", json={"name": EVIL, "town": EVIL, "country": "KH"})
    made = visitor.must("POST", f"{visitor.at}/assessments", json={
        "sector": "hospitality", "country": "KH", "site_ids": [site["id"]], "language": "en"})  # fmt: skip
    draft = f"{visitor.at}/assessments/{made['id']}"
    visitor.must("PUT", f"{draft}/answers/CORE-01", json={"value": 2, "note": EVIL}, headers={"if-none-match": "*"})
    visitor.must("POST", f"{draft}/comments/CORE-01", json={"text": EVIL})
    visitor.must("POST", f"{visitor.at}/invitations", json={"email": "other@example.org", "roles": ["contributor"]})
    guest.log_in(visitor.email, PASSWORD)
    return guest


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_typed_never_becomes_part_of_a_page(poisoned):
    pages = walk(poisoned, ["/organisations", "/account"])
    for page in pages:
        is_clean(page)
    assert sum("<script>alert(1)</script>" in page.tree.text_content() for page in pages) > 5, "it is shown as text"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_stands_in_an_address_never_becomes_part_of_a_page(guest):
    for path in ("/log-in", "/", "/register", "/check", "/questionnaires", "/quick-check", "/recover"):
        for name in ("to", "done", "number", "language", "email", "cursor"):
            page = Guest(guest.client.app).client.get(path, params={name: EVIL})
            assert page.status_code < 500
            assert b"<script>alert" not in page.content
            assert b"<img src=x" not in page.content
    for path in (f"/certificates/{EVIL}", f"/questionnaires/{EVIL}", f"/danger/{EVIL}", f"/quick-check/{EVIL}"):
        page = guest.client.get(path.replace("/<", "/%3C").replace("</", "%3C%2F"))
        assert page.status_code in (404, 422, 200)
        assert b"<script>alert" not in page.content


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_pages_stand_in_no_frame_and_run_no_script_but_ours(guest):
    for path in ("/", "/log-in", "/nothing-here"):
        headers = guest.client.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_session_that_was_planted_is_not_the_one_after_the_log_in(service, guest):
    attacker, victim = service.visitor("Lim Vuthy"), service.visitor("Sok Dara")
    guest.client.cookies.set("session", attacker.token, domain="testserver.local", path="/")
    page = guest.open("/log-in")
    guest.post("/log-in", {"email": victim.email, "password": PASSWORD})
    session = guest.client.cookies["session"]
    assert session not in (attacker.token, victim.token)
    assert page.status == 200
    cookie = guest.client.cookies.jar._cookies["testserver.local"]["/"]["session"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite", "").lower() == "lax"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_language_link_leads_nowhere_else(guest):
    for to in ("https://evil.example", "//evil.example", "/\\evil.example", "\thttps://evil.example"):
        answer = guest.client.get("/language/km", params={"to": to}, follow_redirects=False)
        assert answer.headers["location"] == "/"
