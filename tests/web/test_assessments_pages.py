"""Assessments in the browser: the list, starting, the list of tasks, facts, sections, who sees it."""

import pytest
from guest import Guest

from visitor import PASSWORD

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def at(guest):
    return f"/organisations/{guest.visitor.organisation_id}/assessments"


def site_of(guest):
    return guest.visitor.must("GET", f"{guest.visitor.at}/sites")["items"][0]["id"]


def start(guest, sector="hospitality"):
    return guest.open(f"{at(guest)}/new").send("/new", sector=sector)


def other_manager(service):
    """The manager of another business, logged in."""
    visitor = service.visitor("Bun Rith")
    visitor.begin("Garden Inn")
    guest = Guest(service.client.app)
    guest.log_in(visitor.email, PASSWORD)
    guest.visitor = visitor
    return guest


def member(service, manager, name, *roles, site_ids=None):
    visitor = manager.visitor.invite(name, *roles, site_ids=site_ids)
    guest = Guest(service.client.app)
    guest.log_in(visitor.email, PASSWORD)
    guest.visitor = visitor
    return guest


def tags(page):
    """Status of each task by its name."""
    rows = page.tree.xpath("//li[contains(@class, 'govuk-task-list__item')]")
    return {
        " ".join(row.xpath("./div[1]/*[1]")[0].text_content().split()): " ".join(
            row.xpath("./div[2]")[0].text_content().split()
        )
        for row in rows
    }


def test_the_empty_list_says_what_to_do_and_a_start_leads_to_the_tasks(manager):
    page = manager.open(at(manager))
    assert page.heading == "Assessments"
    assert "No assessment yet." in page.text
    page = page.follow("Start an assessment")
    assert "depending on what you do" in page.text
    page = page.send("/new", sector="hospitality")
    assert page.status == 200
    assert page.heading.endswith("Hotels and other accommodation")
    assert "The assessment is started." in page.text
    listed = manager.open(at(manager))
    assert "Draft" in listed.text
    assert "Kept until" in listed.text


def test_a_second_start_for_the_same_site_opens_the_first(manager):
    first = start(manager)
    again = start(manager)
    assert again.path.partition("?")[0] == first.path.partition("?")[0]
    assert "was open already" in again.text


@ON_SQLITE
def test_what_is_missing_or_made_up_at_the_start_is_said_beside_its_field(service, manager):
    page = manager.post(f"{at(manager)}/new", {})
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["sector", "site"]
    page = manager.post(f"{at(manager)}/new", {"sector": "hospitality", "site": "00000000-0000-7000-8000-000000000000"})
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["site"])
    page = manager.post(f"{at(manager)}/new", {"sector": "piracy", "site": site_of(manager)})
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["sector"])
    abroad = manager.visitor.must("POST", f"{manager.visitor.at}/sites", json={"name": "Hue", "country": "VN"})["id"]
    page = manager.post(f"{at(manager)}/new", {"sector": "hospitality", "site": [site_of(manager), abroad]})
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["site"])


@ON_SQLITE
def test_without_a_site_the_page_says_to_add_one(service, manager):
    contributor = member(service, manager, "Lim Vuthy", "contributor", site_ids=[site_of(manager)])
    second = manager.visitor.must("POST", f"{manager.visitor.at}/sites", json={"name": "Two", "country": "KH"})["id"]
    page = contributor.open(f"{at(contributor)}/new")
    boxes = page.tree.xpath("//input[@name='site']/@value")
    assert boxes == [site_of(manager)]
    assert second not in boxes


def test_the_tasks_begin_with_the_facts_and_what_depends_on_them_cannot_start(manager):
    page = start(manager)
    found = tags(page)
    assert found["Facts that decide what we ask"] == "Not started"
    assert found["Sign and submit"] == "Cannot start yet"
    assert "Not started" in found.values()
    assert page.tree.xpath("//progress")
    assert "Begin with the facts" in page.text
    assert "Only the people of Riverside Hotel" in page.text


def facts_of(**changed):
    given = {
        "workers": "12", "sites": "1", "new_workers_last_12_months": "yes", "child_contact_roles": "no",
        "contracts_out": "no", "higher_risk_partners": "no", "processes_childrens_data": "no", "has_cctv": "no",
        "guest_wifi": "yes", "third_parties_on_site": "no", "remote_check_in": "no", "rooms_serviced": "yes",
        "offers_childcare": "no", "employs_under_18": "no",
    }  # fmt: skip
    return {**given, **changed}


def fill_facts(tasks, **changed):
    page = tasks.guest.open(tasks.path.partition("?")[0] + "/facts")
    fields = {name: value for name, value in facts_of(**changed).items() if name in page.form("/facts").inputs}
    for name in page.form("/facts").inputs.keys():  # noqa: SIM118 - no dict
        if name not in fields and page.form("/facts").xpath(f".//input[@name='{name}'][@value='no']"):
            fields[name] = "no"
    return page.send("/facts", **fields)


def test_facts_say_what_they_decide_and_are_kept(manager):
    tasks = start(manager)
    page = manager.open(tasks.path.partition("?")[0] + "/facts")
    assert "What this decides" in page.text
    assert "Only if: " in page.text
    done = fill_facts(tasks)
    assert done.status == 200, done.mistakes
    assert tags(done)["Facts that decide what we ask"] == "Complete"
    again = manager.open(page.path)
    assert again.form("/facts").fields["workers"] == "12"


@ON_SQLITE
def test_a_fact_that_is_missing_or_wrong_is_said_beside_its_field_and_the_rest_stays(manager):
    tasks = start(manager)
    here = tasks.path.partition("?")[0] + "/facts"
    page = fill_facts(tasks, workers="twelve")
    said = "How many people work here, owners included? Write a whole number, such as 12."
    assert (page.status, page.mistakes) == (422, [(said, "workers")])
    assert page.form("/facts").fields["workers"] == "twelve"
    assert page.form("/facts").fields["has_cctv"] == "no"
    page = fill_facts(tasks, workers="0")
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["workers"])
    page = manager.post(here, {"seen": "0", "was": "{}", "has_cctv": "yes"})
    assert "footage_limit_under_30_days" in [field for _, field in page.mistakes]
    page = manager.post(here, {"seen": "0", "was": "not json", "has_cctv": "yes", "then": "list"})
    assert page.status == 200
    assert tags(page)["Facts that decide what we ask"] == "In progress"


@ON_SQLITE
def test_two_people_changing_the_facts_both_see_what_happened(service, manager):
    tasks = start(manager)
    fill_facts(tasks)
    here = tasks.path.partition("?")[0] + "/facts"
    mine, theirs = manager.open(here), member(service, manager, "Lim Vuthy", "contributor").open(here)
    theirs.send("/facts", workers="14", guest_wifi="no")
    page = mine.send("/facts", workers="15")
    assert page.status == 409
    assert "Somebody else said meanwhile: 14 people" in page.text
    form = page.form("/facts")
    assert (form.fields["workers"], form.fields["guest_wifi"]) == ("15", "no")
    done = page.send("/facts")
    assert done.status == 200
    assert manager.open(here).form("/facts").fields["workers"] == "15"


@ON_SQLITE
def test_another_organisations_assessment_is_not_there(service, manager):
    tasks = start(manager)
    path = tasks.path.partition("?")[0]
    stranger = other_manager(service)
    foreign = path.replace(manager.visitor.organisation_id, stranger.visitor.organisation_id)
    for ending in ("", "/facts", "/items/CORE-01", "/items/CORE-01/evidence", "/sections/GOV", "/all", "/print",
                   "/confirm"):  # fmt: skip
        assert stranger.open(path + ending).status == 404, ending
        assert stranger.open(foreign + ending).status == 404, ending
    for ending in ("/facts", "/items/CORE-01", "/sections/GOV", "/all", "/confirm", "/comments/CORE-01"):
        answer = stranger.post(foreign + ending, {"comment": "x", "CORE-01.value": "1"})
        assert answer.status == 404, ending


@ON_SQLITE
def test_a_contributor_of_other_sites_does_not_find_it(service, manager):
    tasks = start(manager)
    other = manager.visitor.must("POST", f"{manager.visitor.at}/sites", json={"name": "Two", "country": "KH"})["id"]
    contributor = member(service, manager, "Lim Vuthy", "contributor", site_ids=[other])
    assert contributor.open(tasks.path.partition("?")[0]).status == 404
    assert "No assessment yet" in contributor.open(at(contributor)).text


@ON_SQLITE
def test_a_section_can_be_given_to_somebody_and_back(service, manager):
    tasks = start(manager)
    fill_facts(tasks)
    contributor = member(service, manager, "Lim Vuthy", "contributor")
    other = member(service, manager, "Keo Sophea", "contributor")
    path = tasks.path.partition("?")[0]
    section = manager.open(f"{path}/sections/GOV")
    given = section.send("/sections/GOV", person=contributor.visitor.user_id)
    assert "Given to Lim Vuthy" in given.text
    assert service.mails(contributor.visitor.email, "section_assigned")
    mine = contributor.open(path)
    assert "Given to you" in mine.text
    assert "Needs you: 0 of" in " ".join(tags(mine).values())
    item = contributor.open(f"{path}/sections/GOV").links
    first = next(each for each in item if "/items/" in each)
    refused = other.open(first)
    assert "was given to Lim Vuthy to answer" in refused.text
    name = first.rpartition("/")[2]
    sent = other.post(first, {f"{name}.value": "1", f"{name}.seen": "0"})
    assert sent.status == 403
    assert "was given to somebody else" in sent.mistakes[0][0]
    assert contributor.open(f"{path}/sections/GOV").tree.xpath("//select[@name='person']") == []
    free = manager.open(f"{path}/sections/GOV").send("/sections/GOV", person="")
    assert "Everybody may answer" in free.text
    assert manager.post(f"{path}/sections/GOV", {"person": "nobody"}).status == 422
    assert other.post(f"{path}/sections/GOV", {"person": other.visitor.user_id}).status == 403


@ON_SQLITE
def test_a_closed_draft_says_so_and_offers_to_begin_again(service, manager):
    tasks = start(manager)
    path = tasks.path.partition("?")[0]
    manager.visitor.must("POST", path.replace("/organisations", "/organisations", 1) + "/withdrawal",
                         json={"reason": "A try"})  # fmt: skip
    page = manager.open(path)
    assert "Taken back" in page.text
    assert f"{path}/again" in page.links
    assert manager.post(f"{path}/facts", {"workers": "3", "then": "list", "was": "{}", "seen": "0"}).status == 409
    assert "takes no more answers" in manager.open(f"{path}/items/CORE-01").text


@ON_SQLITE
def test_the_pages_are_there_in_khmer_too(service, manager):
    tasks = start(manager)
    fill_facts(tasks)
    path = tasks.path.partition("?")[0]
    manager.speak("km")
    for ending in ("", "/facts", "/items/CORE-01", "/sections/GOV", "/all", "/print", "/confirm"):
        page = manager.open(path + ending)
        assert page.status == 200, ending
        assert len(page.tree.xpath("//h1")) == 1
    assert "Read this in English" not in manager.speak("en").open(path + "/items/CORE-01").text
