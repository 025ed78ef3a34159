from urllib.parse import unquote

import pytest
from guest import Guest

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_the_first_page_has_three_doors_and_says_what_a_certificate_does_not_say(guest):
    page = guest.open("/")
    assert page.heading == "Would you and your team know what to do tonight?"
    assert {"/quick-check", "/check", "/danger", "/register", "/scoring"} <= set(page.links)
    assert "Nobody else has checked." in page.text


def test_who_is_logged_in_is_led_to_their_organisations_instead_of_registering(manager):
    assert "/organisations" in manager.open("/").links
    assert "/register" not in manager.open("/").links


@pytest.mark.parametrize("path", ["/", "/danger", "/danger/KH", "/scoring", "/privacy", "/accessibility", "/check",
                                  "/quick-check", "/questionnaires", "/standards", "/glossary"])  # fmt: skip
def test_every_public_page_opens_for_everybody_with_one_heading(guest, path):
    page = guest.open(path)
    assert page.status == 200
    assert len(page.tree.xpath("//h1")) == 1
    ids = page.tree.xpath("//main//@id")
    assert len(ids) == len(set(ids))
    assert not page.tree.xpath("//*[@style]")


def test_numbers_to_call_can_be_tapped_and_say_that_nobody_confirmed_them(guest):
    page = guest.open("/danger/KH")
    assert page.heading == "A child in danger in Cambodia"
    phones = page.tree.xpath("//main//a[starts-with(@href, 'tel:')]/@href")
    assert phones == ["tel:1288", "tel:092311511", "tel:1280"]
    assert "We could not confirm this number since 21 November 2026." in page.text
    assert "We do not know the emergency number" not in page.text


def test_the_emergency_number_stands_first(guest):
    assert guest.open("/danger/GB").tree.xpath("//main//a[starts-with(@href, 'tel:')]/@href")[0] == "tel:999"


def test_a_country_of_which_we_know_nothing_gets_the_local_police_and_no_foreign_number(guest):
    page = guest.open("/danger/LA")
    assert page.status == 200
    assert "We do not know the emergency number of the police in Laos." in page.text
    assert not page.tree.xpath("//main//a[starts-with(@href, 'tel:')]")
    assert page.tree.xpath("//main//a[starts-with(@href, 'https://inhope.org')]")


def test_a_country_without_a_police_number_says_so_beside_what_is_known(guest):
    page = guest.open("/danger/TH")
    assert "We do not know the emergency number of the police in Thailand." in page.text
    assert page.tree.xpath("//main//a/@href[. = 'tel:1387']")


@pytest.mark.parametrize("code", ["ZZ", "kh", "<script>", "Cambodia"])
def test_what_is_no_country_is_no_page(guest, code):
    assert guest.open(f"/danger/{code}").status == 404


def test_a_country_is_chosen_from_a_list_without_scripts(guest):
    page = guest.open("/danger?country=VN")
    assert page.path == "/danger/VN"
    assert guest.open("/danger?country=nowhere").path.startswith("/danger?")
    assert len(guest.open("/danger").tree.xpath("//select[@name='country']/option")) > 200


def test_the_country_of_ones_own_organisation_stands_first(manager):
    page = manager.open("/danger")
    assert "Whom to call in Cambodia" in page.text
    assert "Whom to call in Cambodia" not in manager.__class__(manager.client.app).open("/danger").text


def test_scoring_shows_the_numbers_of_the_questionnaires_themselves(guest, service):
    page = guest.open("/scoring")
    shelf = service.parts.desk.means.shelf
    for version in shelf.versions():
        asked = shelf.questionnaire(version.copy.digest)
        cells = [each.text_content() for each in page.tree.xpath(
            f"//tr[.//a[@href='/questionnaires/{version.copy.reference}']]/td")]  # fmt: skip
        critical = sum(1 for item in asked.scored_items if item.critical)
        assert (cells[0], cells[-1]) == (str(len(asked.scored_items)), str(critical))
    assert "The total is at least 70 %, each larger section at least 50 %" in page.text
    assert "no badge" in page.text


def test_privacy_names_the_operator_and_the_times_that_were_set(guest):
    page = guest.open("/privacy")
    assert "after 60 minutes without use, or after 12 hours" in page.text
    assert "The operator of this service" in page.text


LONG = [
    "/danger",
    "/danger/KH",
    "/scoring",
    "/standards",
    "/glossary",
    "/questionnaires/hospitality@1.0",
    "/quick-check/hospitality",
]


@pytest.mark.parametrize("path", LONG)
def test_a_page_that_is_kept_for_strangers_is_not_given_to_others(guest, manager, path):
    stranger = Guest(guest.client.app)
    first, again = stranger.open(path), stranger.open(path)
    assert again.answer.content == first.answer.content

    own = manager.open(path)
    assert "Sok Dara" in own.answer.text
    assert "Sok Dara" not in stranger.open(path).answer.text

    khmer = Guest(guest.client.app)
    khmer.client.cookies.set("language", "km")
    assert khmer.open(path).tree.get("lang") == "km"
    assert stranger.open(path).tree.get("lang") == "en"
    assert any(unquote(each).endswith(f"to={path}?x=1") for each in stranger.open(f"{path}?x=1").links)


def test_a_mistake_is_said_on_a_page_that_is_kept(guest):
    page = guest.open("/quick-check/hospitality")
    assert page.send("/quick-check/hospitality").mistakes
    assert not guest.open("/quick-check/hospitality").mistakes
