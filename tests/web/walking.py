"""Walks every page that links lead to, a few of each kind, and looks whether each has what every page has."""

import re
from collections import Counter, deque

from guest import Shown

MOST_OF_A_KIND = 3
"""Pages with the same address but for their ids are looked at so often."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2,5}-[0-9A-Z]+|(?<=/certificates/)[^/?]+|(?<=cursor=)[^&]+")
NO_PAGES = re.compile(r"^/(static|api|health|metrics)/|^/language/|/log-out$")


def kind_of(path):
    return ID.sub("*", path)


def walk(guest, starts, *, leaves_out=NO_PAGES):
    """Every page that can be reached, a few of each kind; not through what is left out."""
    seen, counts, pages = set(), Counter(), []
    waiting = deque((start, "the start") for start in starts)
    while waiting:
        path, come_from = waiting.popleft()
        path = path.partition("#")[0]
        kind = kind_of(path)
        if path in seen or counts[kind] >= MOST_OF_A_KIND or NO_PAGES.search(path.partition("?")[0]):
            continue
        if leaves_out.search(path.partition("?")[0]):
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
