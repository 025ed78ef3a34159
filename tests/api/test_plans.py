"""Plans: tasks in words, who changes them, which step follows which, when they are due."""

import csv
import io
from datetime import timedelta

import pytest

from hotels import Hotel, problem_codes, seen

FILE = "sha256:" + "1" * 64


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.close()


@pytest.fixture
def plan(hotel):
    return hotel.must("GET", f"./assessments/{hotel.submitted()}/plan")


def task_of(plan, priority):
    return next(task for task in plan["tasks"] if task["priority"] == priority)


def change(hotel, task, *, as_="Sok Dara", revision=None, **changes):
    headers = seen(task["revision"] if revision is None else revision)
    return hotel.ask("PATCH", f"./tasks/{task['id']}", as_=as_, json=changes, headers=headers)


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_the_plan_holds_every_task_in_words(hotel, plan):
    assert plan["drawn_on"] == "2026-11-22"
    assert plan["counts"] == {"open": len(plan["tasks"])}
    assert plan["overdue"] == 0
    assert [task["priority"] for task in plan["tasks"]] == sorted(
        (task["priority"] for task in plan["tasks"]), key=["critical", "floor", "gain"].index
    )
    for task in plan["tasks"]:
        assert all(task[name] for name in ("text", "do", "by", "priority_says", "effort", "section"))
        days = 30 if task["priority"] == "critical" else 180
        assert task["due_on_latest"] == (hotel.now.date() + timedelta(days)).isoformat() >= task["due_on"]
        assert task["can_be_dropped"] == (task["priority"] != "critical")
    khmer = hotel.must("GET", f"./assessments/{plan['assessment_id']}/plan?language=km", as_="Lim Vuthy")
    assert khmer["language"] == "km"
    assert [task["id"] for task in khmer["tasks"]] == [task["id"] for task in plan["tasks"]]
    assert khmer["tasks"][0]["do"] != plan["tasks"][0]["do"]


def test_a_task_is_begun_and_done_with_evidence(hotel, plan):
    task = task_of(plan, "critical")
    begun = change(hotel, task, state="in_progress", owner_id=hotel.people["Lim Vuthy"], note="Draft is written")
    assert begun.headers["etag"] == '"2"'
    assert (begun.json()["owner_name"], begun.json()["note"]) == ("Lim Vuthy", "Draft is written")
    assert refused(change(hotel, begun.json(), state="done")) == (422, "task-needs-evidence")
    done = change(hotel, begun.json(), as_="Lim Vuthy", state="done", evidence=["Signed policy, file 3, HR office"])
    assert done.json()["state"] == "done"
    assert hotel.must("GET", f"./tasks/{task['id']}") == done.json()
    assert hotel.journal()[-1] == (
        "task-moved",
        {"task": task["id"], "assessment": plan["assessment_id"], "item": task["item"], "before": "in_progress",
         "after": "done"},
    )  # fmt: skip
    assert refused(change(hotel, done.json(), evidence=[])) == (422, "task-needs-evidence")
    counts = hotel.must("GET", f"./assessments/{plan['assessment_id']}/plan")["counts"]
    assert counts == {"open": len(plan["tasks"]) - 1, "done": 1}


def test_a_task_cannot_skip_a_step_nor_be_verified_by_the_business(hotel, plan):
    task = plan["tasks"][0]
    assert refused(change(hotel, task, state="done", evidence=["x"])) == (409, "task-step-refused")
    begun = change(hotel, task, state="in_progress").json()
    done = change(hotel, begun, state="done", evidence=["x"]).json()
    assert refused(change(hotel, done, state="verified")) == (403, "task-not-yours-to-verify")


def test_a_task_is_dropped_with_a_reason_but_never_a_critical_one(hotel, plan):
    task = task_of(plan, "gain")
    assert refused(change(hotel, task, state="dropped")) == (422, "task-needs-reason")
    assert refused(change(hotel, task, state="dropped", reason="  ")) == (422, "task-needs-reason")
    dropped = change(hotel, task, state="dropped", reason="We sell this boat").json()
    assert dropped["reason"] == "We sell this boat"
    critical = task_of(plan, "critical")
    assert refused(change(hotel, critical, state="dropped", reason="No time")) == (409, "task-cannot-be-dropped")
    back = change(hotel, dropped, state="open").json()
    assert (back["state"], back["reason"]) == ("open", None)


def test_a_stale_change_is_refused_with_the_task_as_it_is_now(hotel, plan):
    task = plan["tasks"][0]
    first = change(hotel, task, note="Mine").json()
    answer = change(hotel, task, revision=1, note="Yours")
    assert refused(answer) == (412, "stale-revision")
    assert answer.json()["current"] == first
    assert hotel.code("PATCH", f"./tasks/{task['id']}", json={"note": "x"}) == (428, "revision-missing")


def test_a_contributor_changes_tasks_that_are_theirs_or_nobodys(hotel, plan):
    task = plan["tasks"][0]
    others = hotel.people["Keo Sophea"]
    assert refused(change(hotel, task, as_="Lim Vuthy", owner_id=others)) == (403, "task-not-yours")
    taken = change(hotel, task, as_="Lim Vuthy", owner_id=hotel.people["Lim Vuthy"]).json()
    assert refused(change(hotel, taken, as_="Keo Sophea", note="x")) == (403, "task-not-yours")
    free = change(hotel, taken, as_="Lim Vuthy", owner_id=None).json()
    assert free["owner_id"] is None
    assert change(hotel, free, as_="Keo Sophea", note="x").status_code == 200
    assert refused(change(hotel, free, as_="Noun Nary", note="x")) == (403, "not-your-role")


def test_a_task_is_given_only_to_members_who_answer(hotel, plan):
    answer = change(hotel, plan["tasks"][0], owner_id=hotel.people["Noun Nary"])
    assert refused(answer) == (422, "person-cannot-answer")
    assert problem_codes(answer) == ["person-not-answering"]


def test_a_due_day_lies_between_today_and_the_latest(hotel, plan):
    for priority, most in (("critical", 30), ("gain", 180)):
        task = task_of(plan, priority)
        latest = hotel.now.date() + timedelta(days=most)
        late = change(hotel, task, due_on=(latest + timedelta(days=1)).isoformat())
        assert (refused(late), problem_codes(late)) == ((422, "task-invalid"), ["task-due-late"])
        past = change(hotel, task, due_on="2026-11-21")
        assert problem_codes(past) == ["task-due-past"]
        assert change(hotel, task, due_on=latest.isoformat()).json()["due_on"] == latest.isoformat()


def test_overdue_tasks_come_first_and_can_be_changed_in_other_ways(hotel, plan):
    hotel.now += timedelta(days=31)
    later = hotel.must("GET", f"./assessments/{plan['assessment_id']}/plan")
    flags = [task["is_overdue"] for task in later["tasks"]]
    assert flags == sorted(flags, reverse=True)
    assert later["overdue"] == sum(flags) > 0
    task = later["tasks"][0]
    begun = change(hotel, task, state="in_progress", due_on=task["due_on"], note="Late").json()
    done = change(hotel, begun, state="done", evidence=["Register, HR office"]).json()
    assert (begun["is_overdue"], done["is_overdue"]) == (True, False)


def test_evidence_is_a_file_that_is_here_or_a_record_in_words(hotel, plan):
    answer = change(hotel, plan["tasks"][0], evidence=[FILE, "sha256:abc", "Register", "Register"])
    assert problem_codes(answer) == ["evidence-not-here", "task-evidence-digest", "task-evidence-twice"]
    assert refused(change(hotel, plan["tasks"][0], evidence=["  "])) == (422, "body-invalid")


def test_the_files_of_the_plan_show_it_as_it_stands_today(hotel, plan):
    documents = f"./assessments/{plan['assessment_id']}/documents"
    first, second = plan["tasks"][:2]
    begun = change(hotel, first, state="in_progress", owner_id=hotel.people["Lim Vuthy"]).json()
    change(hotel, begun, state="done", evidence=["Register, HR office"])
    put_off = (hotel.now.date() + timedelta(days=3)).isoformat()
    assert change(hotel, second, due_on=put_off).status_code == 200

    table = hotel.ask("GET", f"{documents}/plan.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert (rows[0]["State"], rows[0]["Owner"], rows[0]["Evidence"]) == ("done", "Lim Vuthy", "Register, HR office")
    assert (rows[1]["State"], rows[1]["Due on"]) == ("to do", put_off)
    calendar = hotel.ask("GET", f"{documents}/plan.ics").text
    assert calendar.count("BEGIN:VEVENT") == len(plan["tasks"]) - 1
    assert f"DTSTART;VALUE=DATE:{put_off.replace('-', '')}" in calendar
    khmer = hotel.ask("GET", f"{documents}/plan.csv?language=km").content.decode("utf-8-sig")
    assert "រួចរាល់" in khmer


def test_a_task_behind_sites_that_one_does_not_see_is_not_there(hotel):
    plan = hotel.must("GET", f"./assessments/{hotel.submitted(sites=('Garden',))}/plan")
    hotel.limit_to("Lim Vuthy", "River")
    task = plan["tasks"][0]
    assert hotel.code("GET", f"./tasks/{task['id']}", as_="Lim Vuthy") == (404, "no-such-task")
    assert refused(change(hotel, task, as_="Lim Vuthy", note="x")) == (404, "no-such-task")
    assert hotel.code("GET", f"./tasks/{hotel.id}") == (404, "no-such-task")
    assert hotel.code("GET", f"./tasks/{task['id']}", as_="Noun Nary") == (403, "not-your-role")
