"""What everybody can see, in a real browser: nothing that axe minds, nothing from elsewhere, light enough for a slow line."""

import pytest
from browsing import DESK, PHONE, is_too_wide, opened, picture, violations

ADDRESSES = {
    "home": "/",
    "log-in": "/log-in",
    "register": "/register",
    "recover": "/recover",
    "danger": "/danger",
    "danger-kh": "/danger/KH",
    "quick-check": "/quick-check",
    "quick-check-hotel": "/quick-check/hospitality",
    "check": "/check",
    "check-try": "/check/try",
    "check-three": "/check/three",
    "scoring": "/scoring",
    "questionnaires": "/questionnaires",
    "questionnaire": "/questionnaires/hospitality@1.0",
    "standards": "/standards",
    "glossary": "/glossary",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "no-such-page": "/nothing-here",
}
LANGUAGES = ("en", "km", "en-x-long", "ar-x-mirror")
OURS = ("en", "km")
FIRST_VISIT_KB, LATER_KB = 150, 30
HEAVY = {"questionnaire", "quick-check-hotel", "standards", "glossary"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_for_everybody(demo, chromium, name, language):
    for size, width in ((PHONE, 320), (DESK, 1280)) if language in OURS else ((PHONE, 320),):
        context = opened(chromium, demo.url, language=language, size=size)
        page = context.new_page()
        elsewhere = []
        page.on(
            "request",
            lambda request, seen=elsewhere: seen.append(request.url) if not request.url.startswith(demo.url) else None,
        )
        wrong = []
        page.on("console", lambda message, seen=wrong: seen.append(message.text) if message.type == "error" else None)
        page.goto(demo.url + ADDRESSES[name])
        if language in OURS:
            picture(page, f"public-{name}-{language}-{width}")
        assert size is DESK or violations(page) == []
        assert not is_too_wide(page), f"{name} scrolls sideways at {width}"
        assert elsewhere == []
        assert [each for each in wrong if "404" not in each] == []
        context.close()


@pytest.mark.parametrize("language", ["en", "km"])
def test_pages_are_light(demo, chromium, language):
    context = opened(chromium, demo.url, language=language, size=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    taken = []
    session.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))
    page.goto(demo.url + "/", wait_until="networkidle")
    first = sum(taken)
    assert first < FIRST_VISIT_KB * 1024, f"{first} octets"
    for name, address in ADDRESSES.items():
        taken.clear()
        page.goto(demo.url + address, wait_until="networkidle")
        assert sum(taken) < LATER_KB * 1024 or name in HEAVY, f"{name}: {sum(taken)} octets"
    context.close()
