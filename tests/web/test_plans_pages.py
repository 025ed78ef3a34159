import pytest
from filled import base, submit
from guest import Guest

from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def plan(manager):
    """The address of the plan of a submission that is not met."""
    return f"{base(manager.visitor, submit(manager.visitor))}/plan"


def tasks_of(manager, plan):
    return manager.visitor.must("GET", f"{manager.visitor.at}/assessments/{plan.split('/')[4]}/plan")["tasks"]


def as_contributor(service, manager, name="Lim Vuthy"):
    helper = manager.visitor.invite(name, "contributor")
    guest = Guest(service.client.app)
    guest.log_in(helper.email, PASSWORD)
    guest.visitor = helper
    return guest


def test_a_plan_opens_with_three_tasks_and_a_task_is_finished_with_evidence(manager, plan):
    page = manager.open(plan)
    assert page.heading == "Plan"
    assert "Start with these three." in page.text
    task = manager.open(page.tree.xpath("//ol[@class='app-cards']//a/@href")[0])
    saved = task.send(state="done", owner=manager.visitor.user_id, records="Signed policy, file 3 in the HR office",
                      note="Read to everybody.")  # fmt: skip
    assert saved.status == 200
    assert "The task is finished" in saved.text
    assert "comes back" in saved.text
    after = manager.open(plan)
    assert f"1 of {len(tasks_of(manager, plan))} tasks finished." in after.text
    assert tasks_of(manager, plan)[0]["state"] == "done"
    assert tasks_of(manager, plan)[0]["evidence"] == ["Signed policy, file 3 in the HR office"]


@SQLITE
def test_owner_day_and_note_are_kept(manager, plan):
    task = tasks_of(manager, plan)[0]
    page = manager.open(f"{plan[:-5]}/tasks/{task['id']}")
    fields = {"state": "in_progress", "owner": manager.visitor.user_id, "note": "Begun"}
    saved = page.send(**fields, **{"due-day": "1", "due-month": "12", "due-year": "2026"})
    assert saved.path == f"{plan}?done=saved"
    now = tasks_of(manager, plan)[0]
    assert (now["state"], now["owner_name"], now["due_on"], now["note"]) == (
        "in_progress", "Sok Dara", "2026-12-01", "Begun",
    )  # fmt: skip
    same = manager.open(f"{plan[:-5]}/tasks/{task['id']}").send()
    assert same.path == f"{plan}?done=saved"
    assert tasks_of(manager, plan)[0]["revision"] == now["revision"]


@SQLITE
def test_every_mistake_is_shown_beside_its_field(manager, plan):
    tasks = tasks_of(manager, plan)
    at = f"{plan[:-5]}/tasks"
    page = manager.open(f"{at}/{tasks[0]['id']}")
    assert [field for _, field in page.send(state="done").mistakes] == ["records"]
    late = page.send(**{"due-day": "1", "due-month": "12", "due-year": "2030"})
    assert late.mistakes[0][1] == "due"
    assert late.form().fields["due-year"] == "2030"
    assert [field for _, field in page.send(**{"due-day": "31", "due-month": "2"}).mistakes] == ["due"]
    page = manager.open(f"{at}/{tasks[0]['id']}")
    assert [field for _, field in page.send(note="x" * 1001, records="y" * 501).mistakes] == ["records", "note"]
    minor = next(task for task in tasks if task["can_be_dropped"])
    dropped = manager.open(f"{at}/{minor['id']}").send(state="dropped")
    assert [field for _, field in dropped.mistakes] == ["reason"]
    assert dropped.send(state="dropped", reason="We have no such room").path == f"{plan}?done=saved"
    assert "We have no such room" in manager.open(f"{at}/{minor['id']}").text


@SQLITE
def test_what_is_critical_cannot_be_dropped(manager, plan):
    critical = next(task for task in tasks_of(manager, plan) if not task["can_be_dropped"])
    page = manager.open(f"{plan[:-5]}/tasks/{critical['id']}")
    assert "cannot be dropped" in page.text
    assert "dropped" not in page.tree.xpath("//input[@name='state']/@value")


@SQLITE
def test_who_comes_second_sees_what_somebody_else_wrote_and_keeps_their_own(manager, plan):
    task = tasks_of(manager, plan)[0]
    page = manager.open(f"{plan[:-5]}/tasks/{task['id']}")
    page.send(note="Theirs")
    second = page.send(note="Mine")
    assert second.status == 412
    assert "Somebody changed this task" in second.text
    assert "Theirs" in second.text
    assert second.form().fields["note"] == "Mine"
    assert second.send(note="Both").path == f"{plan}?done=saved"
    assert tasks_of(manager, plan)[0]["note"] == "Both"


@SQLITE
def test_overdue_tasks_stand_first(manager, plan, clock):
    clock.forward(days=40)
    manager.log_in(manager.visitor.email, PASSWORD)
    page = manager.open(plan)
    assert page.tree.xpath("//main/h2/text()")[:2] == ["Progress", "Overdue"]
    assert "are overdue" in page.text


@SQLITE
def test_templates_of_the_starter_kit_stand_beside_the_tasks_they_serve(manager, plan):
    page = manager.open(plan)
    found = next(link for link in page.links if "/documents/kit-policy.pdf" in link)
    assert manager.open(found).answer.content.startswith(b"%PDF-")


@SQLITE
def test_what_was_typed_never_becomes_markup(manager, plan):
    task = tasks_of(manager, plan)[0]
    nasty = "<script>alert(1)</script>"
    manager.open(f"{plan[:-5]}/tasks/{task['id']}").send(state="done", records=nasty, note=nasty)
    page = manager.open(f"{plan[:-5]}/tasks/{task['id']}")
    assert "<script>alert" not in page.answer.text
    assert page.form().fields["note"] == nasty


@SQLITE
def test_a_contributor_changes_what_is_theirs_or_nobodys(service, manager, plan):
    guest = as_contributor(service, manager)
    task = tasks_of(manager, plan)[0]
    page = guest.open(f"{plan[:-5]}/tasks/{task['id']}")
    assert page.tree.xpath("//select[@name='owner']/option/@value") == ["", guest.visitor.user_id]
    assert page.send(owner=guest.visitor.user_id).path == f"{plan}?done=saved"
    manager.open(f"{plan[:-5]}/tasks/{task['id']}").send(owner=manager.visitor.user_id)
    closed = guest.open(f"{plan[:-5]}/tasks/{task['id']}")
    assert "belongs to somebody else" in closed.text
    assert not [form for form in closed.forms if form.method == "POST"]
    sent = {"state": "open", "owner": "", "due": task["due_on"], "revision": "3"}
    assert guest.post(closed.path, sent).status == 403


@SQLITE
def test_tasks_of_another_organisation_or_assessment_are_not_there(service, manager, plan):
    task = tasks_of(manager, plan)[0]["id"]
    other = service.visitor("Chan Thida")
    other.begin("Garden Hotel")
    guest = Guest(service.client.app)
    guest.log_in(other.email, PASSWORD)
    own = base(other, submit(other))
    for place in (plan[:-5], own, f"/organisations/{other.organisation_id}/assessments/{plan.split('/')[4]}"):
        assert guest.open(f"{place}/tasks/{task}").status == 404
        assert guest.post(f"{place}/tasks/{task}", {"due": "2026-12-01", "revision": "1"}).status == 404
