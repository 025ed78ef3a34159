import pytest

from compliance.usecases.public_pages import always_critical


@pytest.fixture
def items(service):
    shelf = service.parts.desk.means.shelf
    version = next(each for each in shelf.versions() if each.copy.name == "hospitality")
    return always_critical(shelf.questionnaire(version.copy.digest))


def rows(service):
    """How many rows each table holds that could tell of a visitor."""
    with service.deed() as deed:
        return deed.unit.jobs.counts(), deed.unit.organisations.counted(after=None, limit=10)


def test_every_sector_that_is_open_can_be_checked(guest):
    page = guest.open("/quick-check")
    sectors = [each for each in page.links if each.startswith("/quick-check/")]
    assert len(sectors) == 5
    for path in sectors:
        asked = guest.open(path)
        assert asked.status == 200
        assert len(asked.tree.xpath("//main//fieldset")) >= 5
        assert "Nothing is stored" in asked.text


def test_what_is_not_yet_in_place_gets_its_first_step_and_nothing_is_stored(guest, service, items):
    before = rows(service)
    first, second, *others = items
    answers = {first.id: "not-yet", second.id: "not-sure", **{each.id: "in-place" for each in others}}
    page = guest.open("/quick-check/hospitality").send("/quick-check/hospitality", **answers)
    assert (page.status, page.heading) == (200, "What to do first")
    assert " ".join(first.actions[0].do.split()) in page.text
    assert second.text in page.text
    assert others[0].text not in page.text
    assert f"{len(others)} of {len(items)} are in place." in page.text
    assert "/register" in page.links
    assert "%" not in page.text
    assert rows(service) == before
    assert "session" not in guest.client.cookies


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_question_left_open_is_named_and_the_others_keep_their_answers(guest, items):
    first, *others = items
    page = guest.open("/quick-check/hospitality")
    page = page.send("/quick-check/hospitality", **{each.id: "not-yet" for each in others})
    assert page.status == 422
    assert [field for _, field in page.mistakes] == [first.id]
    assert page.tree.xpath(f"//input[@id='{first.id}']")
    assert page.form("/hospitality").fields[others[0].id] == "not-yet"
    assert page.form("/hospitality").fields[first.id] is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_answer_that_was_never_offered_is_none(guest, items):
    page = guest.post("/quick-check/hospitality", {each.id: "<script>" for each in items})
    assert page.status == 422
    assert len(page.mistakes) == len(items)
    assert "<script>" not in page.answer.text.replace("<script src", "")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_all_in_place_leads_on_to_showing_it(guest, items):
    page = guest.post("/quick-check/hospitality", {each.id: "in-place" for each in items})
    assert "The next step is to show it" in page.text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sector", ["core", "space-travel", "hospitality@1.0"])
def test_a_sector_that_is_not_open_is_no_page(guest, sector):
    assert guest.open(f"/quick-check/{sector}").status == 404
    assert guest.post(f"/quick-check/{sector}", {"CORE-01": "in-place"}).status == 404


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_where_it_is_asked_how_many_the_answers_say_from_which_share_it_passes(guest):
    page = guest.open("/quick-check/hospitality")
    labels = page.tree.xpath("//div[.//input[@name='CORE-09']]/label/text()")
    assert [each.strip() for each in labels] == ["At least 80 %", "Fewer", "I am not sure"]
