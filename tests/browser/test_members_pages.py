"""One page of every kind behind the log-in, in English and in Khmer: nothing that axe minds, nothing too wide, a picture."""

import re

import pytest
from browsing import DESK, PHONE, is_too_wide, opened, picture, violations
from guest import Guest
from walking import kind_of, walk

VISITORS = {"owner": ("owner", "Lotus"), "answering": ("owner", "Kaleidoscope"), "operator": ("admin", "")}
"""Somebody with results, somebody with a draft, and the operator; what one has shown is not looked at with another."""
STARTS = {"owner": ["/organisations", "/account"], "answering": ["/organisations"], "operator": ["/operator"]}
ALIKE = re.compile(r"(?<=/identities/)[A-Z]{2}$|(?<=/identity/)[A-Z]{2}$|(?<=/certificates/).+|(?<=/sections/).+")
"""Parts of addresses that stand for one of many, as ids do."""
PUBLIC = re.compile(
    r"^/($|quick-check|check|danger|scoring|questionnaires|standards|glossary|privacy|accessibility|recover)"
)
"""Pages for everybody are looked at elsewhere (test_public_pages.py)."""


@pytest.fixture(scope="module")
def found(demo):
    """Visitor → their cookie, and one address of every kind of page."""
    everything, seen = {}, set()
    for visitor, wanted in VISITORS.items():
        guest = Guest(demo.app)
        log_in = demo.log_in_of(*wanted)
        guest.log_in(log_in["email"], log_in["password"])
        kinds = {}
        for page in walk(guest, STARTS[visitor], leaves_out=PUBLIC):
            path = page.path.partition("?")[0]
            kind = ALIKE.sub("*", kind_of(path))
            if kind not in seen:
                seen.add(kind)
                kinds[kind] = page.path
        everything[visitor] = guest.client.cookies["session"], kinds
    return everything


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("visitor", VISITORS)
def test_a_page_of_every_kind(demo, found, chromium, visitor, language):
    session, kinds = found[visitor]
    assert len(kinds) > 5
    wrong: list[str] = []
    context = opened(chromium, demo.url, language=language)
    context.add_cookies([{"name": "session", "value": session, "url": demo.url}])
    page = context.new_page()
    page.on("pageerror", lambda fault: wrong.append(f"{page.url}: {fault}"))
    for kind, path in kinds.items():
        page.set_viewport_size(PHONE)
        answer = page.goto(demo.url + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        wrong += [f"{path}: {each}" for each in violations(page)]
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            picture(page, f"member-{visitor}-{name_of(kind)}-{language}-{size['width']}")
            if is_too_wide(page):
                wrong.append(f"{path} scrolls sideways at {size['width']}")
    context.close()
    assert wrong == []


def name_of(kind):
    """A kind of page as the name of a file: `/organisations/*/sites` → `organisations-sites`."""
    return "-".join(part for part in re.split(r"[/?=&*.]+", kind) if part)
