"""Walks every link and every form of everybody's pages: no dead end, no 404, no fault, nowhere without the two links."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from guest import Guest
from walking import check, kind_of, walk

from demo import Demo

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


def starts_of(who):
    if who == "nobody":
        return ["/", "/log-in", "/register", "/recover"]
    return ["/", "/organisations", "/account", *(["/operator"] if who == "operator" else [])]


def come_in(demo, who):
    """A browser of somebody."""
    guest = Guest(demo.app)
    if VISITORS[who] is not None:
        log_in = demo.log_in_of(*VISITORS[who])
        assert guest.log_in(log_in["email"], log_in["password"]).status == 200
    return guest


@pytest.mark.parametrize("who", VISITORS)
def test_every_link_leads_somewhere(demo, who):
    guest = come_in(demo, who)
    assert len(walk(guest, starts_of(who))) > 15


@pytest.mark.parametrize("who", VISITORS)
def test_every_form_answers_whatever_stands_in_it(demo_made, tmp_path, who):
    """Emptied, and as it came: a page comes back, never a fault. What succeeds, succeeds: the world is a copy."""
    with Demo(demo_made, tmp_path / "data") as demo:
        guest = come_in(demo, who)
        tried = Counter()
        for page in walk(guest, starts_of(who)):
            for form in page.forms:
                action = urlsplit(form.action or page.path).path
                if form.method != "POST" or LEAVES_ALONE.search(action) or tried[kind_of(action)] >= 2:
                    continue
                tried[kind_of(action)] += 1
                try_form(guest, page, form, action)
        assert tried


def try_form(guest, page, form, action):
    came = {name: value or "" for name, value in form.form_values()}
    emptied = {**came, **dict.fromkeys(form.fields, "")}
    for pairs in [emptied, came] if emptied != came else [came]:
        answer = guest.post(action, pairs)
        what = f"{action} on {page!r}: {answer!r}"
        assert answer.status < 500, what
        # What was done a moment ago from another page may be gone.
        assert answer.status != 405, what
        if answer.status == 404:
            assert guest.open(page.path).status == 404, what
        elif answer.tree is not None and answer.status != 200:
            assert answer.mistakes or answer.status in (401, 403, 409, 422), f"{what} says nothing"
            check(answer)
