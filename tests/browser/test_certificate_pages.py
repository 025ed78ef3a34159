"""What strangers see who check certificates, in a real browser: every status, what a check found, and badges."""

import base64
import json
from datetime import date

import pytest
from browsing import DESK, PHONE, SCREENS, Port, is_too_wide, opened, picture, violations
from sqlalchemy import text

from compliance.documents.badge import BadgeShown, draw_badge
from compliance.resources import shipped
from compliance.usecases.certificate_statuses import suspend_certificate
from compliance.words.speaker import speaker
from hotels import MET
from sealed import signed_hotel

LONG = "Grand Riverside Wilderness Resort, Convention Centre and Spa of the Seven Hills (សណ្ឋាគារមាត់ទន្លេដ៏ធំ)"
KHMER = "@font-face {{ font-family: 'Noto Sans Khmer'; src: url('data:font/ttf;base64,{}') }}".format(
    base64.b64encode((shipped("fonts") / "NotoSansKhmer-Regular.ttf").read_bytes()).decode()
)
"""A device that has Khmer letters, which this one has not."""
PAGES = ("active", "suspended", "signing", "unknown", "wrong", "try", "altered")


def put(hotel, statement, **values):
    with hotel.unit() as unit:
        unit.certificates._connection.execute(text(statement), values)


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    """A hotel with a valid, a suspended and a waiting certificate; `paths` by what is seen there."""
    folder = tmp_path_factory.mktemp("hotel")
    with signed_hotel(sqlite_template, folder) as hotel:
        hotel.add_site("Harbour")
        put(hotel, "UPDATE sites SET town = 'Siem Reap'")
        active = hotel.certified()
        put(hotel, "UPDATE organisations SET name = :name", name=LONG)
        suspended = hotel.certified(sites=("Garden",))
        with hotel.parts.desk.deed(writes=True) as deed:
            suspend_certificate(deed, suspended, "Shown for another hotel")
        hotel.work(2)
        hotel.submitted(MET, sites=("Harbour",))
        waiting = next(each["number"] for each in hotel.must("GET", "./certificates")["certificates"]
                       if each["signing"] == "pending")  # fmt: skip
        hotel.number, hotel.paths = active, {
            "active": f"/certificates/{active}", "suspended": f"/certificates/{suspended}",
            "signing": f"/certificates/{waiting}",
            "unknown": "/certificates/CP-0000-0000", "wrong": "/check?number=CP-7QF4-KX",
            "try": f"/check/try?number={active}", "altered": f"/check/try?number={active}&change=name",
        }  # fmt: skip
        yield hotel


@pytest.fixture(scope="module")
def url(world):
    with Port(world.client.app) as port:
        yield port.url


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_whoever_checks(world, url, chromium, name, language):
    for size, width in ((PHONE, 320), (DESK, 1280)):
        context = opened(chromium, url, language=language, size=size)
        page = context.new_page()
        page.goto(url + world.paths[name])
        picture(page, f"certificate-{name}-{language}-{width}")
        assert size is DESK or violations(page) == []
        assert not is_too_wide(page), f"{name} scrolls sideways at {width}"
        context.close()


def test_on_a_phone_the_first_screen_says_all_that_a_guest_needs(world, url, chromium):
    context = opened(chromium, url, size={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(url + world.paths["active"])
    for said in (
        "Riverside Hotel",
        "Siem Reap",
        "Valid today",
        "Only the business itself has checked",
        "Not this place?",
    ):
        box = page.get_by_text(said).first.bounding_box()
        assert box["y"] + box["height"] < 740, said
    context.close()


@pytest.mark.parametrize("language", ["en", "km"])
def test_what_a_check_of_a_file_found(world, url, chromium, language):
    good = world.file(world.number, "credential").content
    files = {"held": good, "false": good.replace(b"Riverside", b"Otherside"),
             "foreign": json.dumps({"issuer": "did:web:other.example", "credentialSubject": {}}).encode()}  # fmt: skip
    context = opened(chromium, url, language=language, size=PHONE)
    page = context.new_page()
    for name, content in files.items():
        page.goto(f"{url}/check")
        page.locator("#file").set_input_files(
            [{"name": "certificate.json", "mimeType": "application/json", "buffer": content}]
        )
        page.locator("form[method=post] button").click()
        page.locator(".govuk-caption-l").wait_for()
        picture(page, f"verdict-{name}-{language}-320")
        assert violations(page) == []
        assert not is_too_wide(page)
        assert page.locator(".app-steps details[open]").count() == (1 if name == "false" else 0)
    context.close()


def test_badges_as_pictures(chromium):
    """For the eye; and that a picture of its own loads nothing and has the height of what it says."""
    shown = [("valid", "Riverside Hotel", False), ("suspended", LONG, False), ("expired", "Riverside Hotel", False),
             ("valid", "Lotus Lantern Hotel (invented)", True)]  # fmt: skip
    context = chromium.new_context(viewport={"width": 400, "height": 300}, offline=True)
    page = context.new_page()
    SCREENS.mkdir(parents=True, exist_ok=True)
    for language in ("en", "km"):
        for number, (status, holder, is_demo) in enumerate(shown):
            badge = BadgeShown(number="CP-7QF4-M2XF", holder=holder, status=status, assurance="desk_verified",
                               valid_until=date(2027, 11, 22), address="https://check.example.org/certificates/CP-7QF4-M2XF",
                               is_demo=is_demo)  # fmt: skip
            page.set_content(draw_badge(speaker(language), badge).decode())
            page.add_style_tag(content=KHMER)
            page.evaluate("document.fonts.load('16px \\'Noto Sans Khmer\\'', 'ក')")
            drawing = page.locator("svg")
            drawing.screenshot(path=SCREENS / f"badge-{number}-{status}-{language}.png")
            outside = drawing.evaluate(
                "(svg) => [...svg.querySelectorAll('text')].filter((each) => each.getBBox().x + each.getBBox().width > 360).length"
            )
            assert outside == 0
    context.close()
