"""Pages in the states that links do not lead to: accessible, not too wide, and whoever made a mistake is led to it."""

import pytest
from browsing import PHONE, Port, is_too_wide, opened, picture, violations
from standing import Standing, copied
from states import STATES
from traveller import Traveller

from compliance.words.pages import translations

CASES = [*((name, "km") for name in STATES), *((name, "en") for name in list(STATES)[::8])]
"""All of them in Khmer, whose lines are higher and break less willingly; of the English ones, whose markup is the same, some."""
LOST = """() => [...document.querySelectorAll('.govuk-error-summary a')].map((link) => link.getAttribute('href'))
  .filter((to) => !/^(INPUT|SELECT|TEXTAREA|A)$/.test(document.getElementById(to.slice(1))?.tagName))"""
"""Links of the summary of mistakes that lead to nothing that can be filled in or followed."""


@pytest.fixture(scope="module")
def standing(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("standing")
    with copied(sqlite_template, folder / "standing.sqlite") as service, Port(service.client.app) as port:
        standing = Standing(service, sqlite_template, folder)
        standing.url = port.url
        yield standing


@pytest.fixture(scope="module")
def contexts(chromium, standing):
    """Language and person → a browser of theirs, opened when it is asked for first."""
    known = {}

    def context_of(language, who):
        if (language, who) not in known:
            context = known[language, who] = opened(chromium, standing.url, language=language, size=PHONE)
            if who:
                session = {"name": "session", "value": standing.people[who].token, "url": standing.url}
                context.add_cookies([session])
        return known[language, who]

    yield context_of
    for context in known.values():
        context.close()


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_page_in_this_state(standing, contexts, name, language):
    who, drive, is_wrong = STATES[name]
    standing.service.clock.forward(minutes=20)  # tries of one state are not counted in the next
    page = contexts(language, who).new_page()
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    me = Traveller(page, standing.url, prefix="state")

    drive(standing, me)

    said = me.said
    picture(page, f"state-{name}-{language}")
    faults += violations(page)
    if is_too_wide(page):
        faults.append("scrolls sideways")
    title = translations(language).gettext("Error:")
    if page.title().startswith(title) != is_wrong or bool(said) != is_wrong:
        faults.append(f"the title is {page.title()!r}, the summary says {said!r}")
    if is_wrong and "govuk-error-summary" not in page.evaluate("document.activeElement.className"):
        faults.append("nobody is led to the summary of mistakes")
    faults += [f"a mistake leads to {each}" for each in page.evaluate(LOST)]
    page.close()
    assert faults == []
