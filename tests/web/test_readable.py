import pytest
from guest import Guest

from compliance.usecases.publishing import publish_questionnaire
from fixtures.libraries import TINY, TODAY, copy_of, library
from visitor import Service

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
HOTELS = "/questionnaires/hospitality@1.0"


@pytest.fixture
def two_versions(migrated_url, clock, tmp_path):
    """The service with two versions of a tiny questionnaire."""
    folder = copy_of(TINY, tmp_path)
    first = (folder / "inn" / "1.0.yaml").read_text(encoding="utf-8")
    second = first.replace('version: "1.0"', 'version: "1.1"', 1).replace("weight: 5", "weight: 3", 1)
    # Of INN-02. The new version has no translation; the old one has.
    second = second.replace("help: Choose all.", "help: Never choose everything.", 1)
    (folder / "inn" / "1.1.yaml").write_text(second, encoding="utf-8")
    cases = (folder / "inn" / "1.0.cases.yaml").read_text(encoding="utf-8")
    (folder / "inn" / "1.1.cases.yaml").write_text(cases, encoding="utf-8")
    opened = library(folder)
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(opened, name, today=TODAY)
    lock = (folder / "published.lock").read_text(encoding="utf-8")
    at = lock.index("  - questionnaire: inn")
    (folder / "published.lock").write_text(lock + lock[at:].replace('version: "1.0"', 'version: "1.1"', 1).replace(
        lock[lock.index("file: ", at) : lock.index("\n", lock.index("file: ", at))],
        f"file: {_digest(folder / 'inn' / '1.1.yaml')}", 1), encoding="utf-8")  # fmt: skip
    with Service(migrated_url, clock=clock, questionnaires=folder) as service:
        yield service


def _digest(path):
    from compliance.intake.library import file_digest

    return file_digest(path)


def test_every_version_is_listed_with_its_state_and_languages(guest):
    page = guest.open("/questionnaires")
    assert HOTELS in page.links
    assert f"{HOTELS}?language=km" in page.links
    assert "translation not reviewed yet" in page.text
    assert page.text.count("Version 1.0") == 5
    assert "/questionnaires/core@1.0" not in page.links


def test_a_questionnaire_is_shown_whole(guest, service):
    shelf = service.parts.desk.means.shelf
    asked = shelf.questionnaire(shelf.named("hospitality@1.0").copy.digest)
    page = guest.open(HOTELS)
    assert page.heading == asked.title
    shown = {each.get("id") for each in page.tree.find_class("app-item") if each.get("id")}
    assert shown == {item.id for item in asked.items}
    critical = [each for each in page.tree.find_class("app-item") if each.find_class("govuk-tag")]
    assert len(critical) == sum(1 for item in asked.scored_items if item.critical)
    for text in (asked.items[0].text, asked.items[0].help, asked.items[0].why, asked.facts[0].text):
        assert " ".join(text.split()) in page.text
    assert "Asked if:" in page.text


def test_it_is_read_in_the_language_that_is_asked_for_and_says_that_nobody_reviewed_it(guest):
    page = guest.open(f"{HOTELS}?language=km")
    assert page.tree.xpath("//h1/@lang") == ["km"]
    assert "No expert has reviewed this translation yet" in page.text
    assert guest.open(f"{HOTELS}?language=xx").tree.xpath("//h1/@lang") == ["en"]
    assert guest.open(f"{HOTELS}?language=%3Cscript%3E").status == 200


@pytest.mark.parametrize("reference", ["hospitality@9.9", "nothing", "core@1.0", "<script>@1.0"])
def test_what_was_never_published_is_no_page(guest, reference):
    for tail in ("", "/changes", "/form", "/sheet"):
        assert guest.open(f"/questionnaires/{reference}{tail}").status == 404


def test_a_first_version_has_nothing_to_be_compared_with(guest):
    page = guest.open(f"{HOTELS}/changes")
    assert "This is the first version" in page.text
    assert "Nothing changed." in guest.open(f"{HOTELS}/changes?from=hospitality@1.0").text
    assert guest.open(f"{HOTELS}/changes?from=transport@1.0").status == 404


def test_two_versions_are_compared_in_words(two_versions):
    guest = Guest(two_versions.client.app)
    listed = guest.open("/questionnaires")
    assert "/questionnaires/inn@1.1/changes" in listed.links
    page = listed.follow("What changed")
    assert "Compared with inn@1.0." in page.text
    assert "now 3 (was 5)" in page.text
    assert guest.open("/questionnaires/inn@1.0/changes?from=inn@1.1").status == 200
    assert "/questionnaires/inn@1.1/changes?from=inn@1.0" in guest.open("/questionnaires/inn@1.1").links


def test_what_changed_is_said_in_the_language_of_the_page(two_versions):
    guest = Guest(two_versions.client.app).speak("km")
    page = guest.open("/questionnaires/inn@1.1/changes")
    assert "ទម្ងន់៖ ឥឡូវគឺ 3 (មុនគឺ 5)។" in page.text
    assert page.tree.xpath("//main//li[@lang='en']") == []
    back = guest.open("/questionnaires/inn@1.0/changes?from=inn@1.1")
    english = "".join(each.text_content() for each in back.tree.xpath("//main//li//*[@lang='en']"))
    shown = "".join(
        each.text_content() for each in back.tree.xpath("//main//ul[@class='govuk-list govuk-list--bullet']/li")
    )
    assert "Never choose everything." in english
    assert "ជ្រើសរើសទាំងអស់។" not in english
    assert "ជ្រើសរើសទាំងអស់។" in shown


def test_the_form_comes_as_pdf_and_as_spreadsheet(guest):
    pdf = guest.open(f"{HOTELS}/form").answer
    assert pdf.content.startswith(b"%PDF")
    assert "hospitality-1.0-en.pdf" in pdf.headers["content-disposition"]
    assert guest.open(f"{HOTELS}/form").answer.content == pdf.content
    sheet = guest.open(f"{HOTELS}/sheet?language=km").answer
    assert sheet.content.startswith(b"PK")
    assert "hospitality-1.0-km.xlsx" in sheet.headers["content-disposition"]


def test_standards_lead_to_the_questions_that_map_to_them(guest):
    page = guest.open("/standards")
    assert page.tree.get_element_by_id("UNCRC") is not None
    links = [each for each in page.links if each.startswith(f"{HOTELS}#")]
    assert links
    questions = guest.open(HOTELS)
    for link in links:
        questions.tree.get_element_by_id(link.partition("#")[2])
    assert "It never means that a business complies" in page.text


def test_the_glossary_says_what_to_write_instead(guest):
    page = guest.open("/glossary")
    assert "child sexual abuse material" in page.text
    assert "An expert has not reviewed this list yet." in page.text


def test_what_is_counted_shows_from_where_it_earns_how_many_points(guest):
    page = guest.open(HOTELS)
    assert "from 80 %: 75" in " ".join(page.tree.get_element_by_id("CORE-09").text_content().split())
    assert "from 31: 50" in " ".join(page.tree.get_element_by_id("CORE-10").text_content().split())
