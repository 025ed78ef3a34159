"""Walks every link and every form of everybody's pages: no dead end, no 404, no fault, nowhere without the two links."""

import re
from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from guest import Guest, Shown

MOST_OF_A_KIND = 3
"""Pages with the same address but for their ids are looked at so often."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2,5}-[0-9A-Z]+|(?<=/certificates/)[^/?]+|(?<=cursor=)[^&]+")
NO_PAGES = re.compile(r"^/(static|api|health|metrics)/|^/language/|/log-out$")
VISITORS = {
    "nobody": None,
    "owner": ("owner", ""),
    "contributor": ("contributor", ""),
    "signatory": ("signatory", ""),
    "regulator": ("auditor", ""),
    "operator": ("admin", ""),
}
LEAVES_ALONE = re.compile(r"/(closing|log-out|withdraw)$|/sessions")
"""Forms that would end the walk."""


def kind_of(path):
    return ID.sub("*", path)


def walk(guest, starts):
    """Every page that can be reached, a few of each kind."""
    seen, counts, pages = set(), Counter(), []
    waiting = deque((start, "the start") for start in starts)
    while waiting:
        path, come_from = waiting.popleft()
        path = path.partition("#")[0]
        kind = kind_of(path)
        if path in seen or counts[kind] >= MOST_OF_A_KIND or NO_PAGES.search(urlsplit(path).path):
            continue
        seen.add(path)
        counts[kind] += 1
        page = guest.open(path)
        assert page.status == 200, f"{page!r}, linked from {come_from}"
        if page.tree is None:
            continue
        check(page)
        pages.append(page)
        waiting.extend((link, path) for link in page.links)
    return pages


def check(page: Shown):
    """What every page has."""
    assert page.tree.get("lang"), page
    assert len(page.tree.xpath("//h1")) == 1, page
    assert page.title.count(" – ") >= 1, page
    assert page.tree.xpath("//a[@href='/danger']"), page
    assert page.tree.xpath("//a[starts-with(@href, '/language/')] | //*[@aria-current='true' and @lang]"), page
    assert not page.tree.xpath("//script[not(@src)] | //*[@style] | //style"), f"{page}: inline script or style"
    assert page.links, f"{page}: a dead end"


@pytest.fixture
def visitor(demo, request):
    guest = Guest(demo.app)
    wanted = VISITORS[request.param]
    if wanted is not None:
        log_in = demo.log_in_of(*wanted)
        page = guest.log_in(log_in["email"], log_in["password"])
        assert page.status == 200, page
    return guest


@pytest.mark.parametrize("visitor", VISITORS, indirect=True)
def test_every_link_leads_somewhere(visitor):
    pages = walk(
        visitor, ["/", "/organisations", "/account", "/operator"] if visitor.client.cookies.get("session") else ["/"]
    )
    assert len(pages) > 15


@pytest.mark.parametrize("visitor", VISITORS, indirect=True)
def test_every_form_answers_whatever_stands_in_it(visitor):
    """As it came, and emptied: a page comes back, never a fault. What succeeds, succeeds: the world is a copy."""
    starts = (
        ["/", "/organisations"] if visitor.client.cookies.get("session") else ["/", "/log-in", "/register", "/recover"]
    )
    tried = Counter()
    for page in walk(visitor, starts):
        for form in page.forms:
            action = urlsplit(form.action or page.path).path
            if form.method != "POST" or LEAVES_ALONE.search(action) or tried[kind_of(action)] >= 2:
                continue
            tried[kind_of(action)] += 1
            for fields in ({}, dict.fromkeys(form.fields, "")):
                pairs = {**{name: value or "" for name, value in form.form_values()}, **fields}
                answer = visitor.post(action, pairs)
                assert answer.status < 500, f"{action} on {page!r}: {answer!r}"
                assert answer.status not in (404, 405), f"{action} on {page!r}: {answer!r}"
                if answer.tree is not None and answer.status != 200:
                    assert answer.mistakes or answer.status in (401, 403, 409), f"{action} on {page!r} says nothing"
                    check(answer)
    assert tried
