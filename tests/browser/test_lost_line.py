"""A line that breaks and a session that ends: what was typed is never typed twice."""

import pytest
from browsing import opened
from filled import fill, start
from playwright.sync_api import expect
from traveller import Traveller

from visitor import PASSWORD

NOTE = "The night shift has its own list, in the drawer of the front desk."


@pytest.fixture
def manager(service):
    visitor = service.visitor("Sok Dara")
    visitor.begin()
    return visitor


def note_in(manager, draft):
    return manager.must("GET", draft)["answers"].get("CORE-01", {}).get("answer", {}).get("note")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_sent_over_a_broken_line_stays_until_it_is_saved(service, manager, url, chromium):
    draft = f"{manager.at}/assessments/{start(manager)}"
    context = opened(chromium, url)
    me = Traveller(context.new_page(), url, prefix="lost").log_in(manager.email, PASSWORD)
    me.go(f"{draft}/items/CORE-01").fill_in({"CORE-01.value": "1", "CORE-01.note": NOTE})
    save = me.page.get_by_role("button", name="Save and continue")
    banner = me.page.get_by_role("alert").filter(has_text="There is no connection just now")

    context.set_offline(True)
    save.click()
    expect(banner).to_be_visible()
    me.look("offline")
    assert me.path == f"{draft}/items/CORE-01"
    assert me.page.locator('[name="CORE-01.note"]').input_value() == NOTE
    assert note_in(manager, draft) is None

    context.set_offline(False)
    expect(banner).to_be_hidden()
    me.page.wait_for_timeout(1100)  # a button that was pressed twice within a second was pressed once
    me.press()
    assert me.path == f"{draft}/items/CORE-02"
    assert note_in(manager, draft) == NOTE
    context.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_where_the_service_does_not_answer_the_page_stays_as_well(service, manager, url, chromium):
    """The browser believes it is online: there is a network, and nothing behind it."""
    draft = f"{manager.at}/assessments/{start(manager)}"
    context = opened(chromium, url)
    me = Traveller(context.new_page(), url, prefix="lost").log_in(manager.email, PASSWORD)
    me.go(f"{draft}/items/CORE-01").fill_in({"CORE-01.value": "1", "CORE-01.note": NOTE})
    me.page.route("**/*", lambda route: route.abort())
    me.page.get_by_role("button", name="Save and continue").click()
    expect(me.page.get_by_role("alert").filter(has_text="There is no connection just now")).to_be_visible()
    assert me.page.locator('[name="CORE-01.note"]').input_value() == NOTE
    me.page.unroute("**/*")
    me.page.wait_for_timeout(1100)
    me.press()
    assert note_in(manager, draft) == NOTE
    context.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_where_the_service_cannot_take_it_just_now_the_page_stays_as_well(service, manager, url, chromium, status):
    """Whoever answers: we, or what stands before us. Its page would know nothing of what was typed."""
    draft = f"{manager.at}/assessments/{start(manager)}"
    context = opened(chromium, url)
    me = Traveller(context.new_page(), url, prefix="busy").log_in(manager.email, PASSWORD)
    me.go(f"{draft}/items/CORE-01").fill_in({"CORE-01.value": "1", "CORE-01.note": NOTE})
    busy = {"status": status, "content_type": "text/html", "body": "<h1>Busy</h1>"}
    me.page.route("**/items/CORE-01", lambda route: route.fulfill(**busy))
    me.page.get_by_role("button", name="Save and continue").click()
    expect(me.page.get_by_role("alert").filter(has_text="could not take this just now")).to_be_visible()
    assert me.path == f"{draft}/items/CORE-01"
    assert me.page.locator('[name="CORE-01.note"]').input_value() == NOTE
    me.page.unroute("**/items/CORE-01")
    me.page.wait_for_timeout(1100)
    me.press()
    assert note_in(manager, draft) == NOTE
    context.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_page_with_all_questions_loses_nothing_either(service, manager, url, chromium):
    assessment = start(manager)
    fill(manager, assessment)
    draft = f"{manager.at}/assessments/{assessment}"
    context = opened(chromium, url)
    me = Traveller(context.new_page(), url, prefix="lost").log_in(manager.email, PASSWORD)
    me.go(f"{draft}/all").fill_in({"CORE-01.value": "3"})
    me.page.route("**/*", lambda route: route.abort())
    me.page.get_by_role("button", name="Save all answers").click()
    expect(me.page.get_by_role("alert").filter(has_text="There is no connection just now")).to_be_visible()
    assert me.page.locator('[name="CORE-01.value"]:checked').input_value() == "3"
    me.page.unroute("**/*")
    me.page.wait_for_timeout(1100)
    me.press()
    assert manager.must("GET", draft)["answers"]["CORE-01"]["answer"]["value"] == 3
    context.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
def test_what_was_typed_when_the_session_ended_is_saved_after_the_next_log_in(
    service, manager, url, chromium, clock, has_script
):
    draft = f"{manager.at}/assessments/{start(manager)}"
    context = opened(chromium, url, java_script_enabled=has_script)
    me = Traveller(context.new_page(), url, prefix="ended", has_script=has_script).log_in(manager.email, PASSWORD)
    me.go(f"{draft}/items/CORE-01").fill_in({"CORE-01.value": "1", "CORE-01.note": NOTE})
    clock.forward(hours=13)
    me.press().look("log-in")
    assert "What you typed is kept" in me.main
    me.fill(email=manager.email, password=PASSWORD).press().look("go-on")
    assert me.heading == "You are logged in again"
    me.press()
    assert me.path == f"{draft}/items/CORE-02"
    manager.sign_in()
    assert note_in(manager, draft) == NOTE
    context.close()
