"""The plan on paper: ways first, then every task with room for an owner and a day."""

import re
from datetime import date

import pytest
from guesthouse import GOOD, HOSTILE, POOR, PROFILE, check_golden, dossier, shipped_dossier
from msgspec.structs import replace

from compliance.documents._dossier import PlanToday, TaskToday
from compliance.documents.plan_pdf import draw_plan_pdf
from compliance.domain.scoring import Answer

# A claim that no reviewer has accepted keeps the section's assured score down, whatever is done.
OUT_OF_REACH = GOOD | {
    "GHT-07": Answer(not_applicable="No cards."), "GHT-08": Answer(not_applicable="No line."),
}  # fmt: skip


def words(poppler, pdf):
    return re.sub(r"\s+", " ", poppler("pdftotext", pdf))


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", ["met", "not-met", "micro"])
def test_plans_say_what_the_golden_files_say(poppler, name, language):
    given = {
        "met": dossier(language=language),
        "not-met": dossier(POOR, language, attested=False, published=False, invented="made up for a test"),
        "micro": dossier({}, language, profile=PROFILE | {"workers": 2}),
    }[name]
    check_golden(f"plan-{name}-{language}", poppler("pdftotext", draw_plan_pdf(given), "-layout"))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_dossier_gives_the_same_bytes(language):
    given = dossier(POOR, language)
    assert draw_plan_pdf(given) == draw_plan_pdf(given)


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_long_plan_is_archived_too(language, findings, poppler):
    pdf = draw_plan_pdf(shipped_dossier("hospitality@1.0", language, good=False))
    assert findings(pdf, "2b") == []
    assert "841.89 x 595.276" in poppler("pdfinfo", pdf)


def test_the_shortest_way_is_told_before_the_tasks_and_is_not_the_order_of_urgency(poppler):
    text = words(poppler, draw_plan_pdf(dossier(POOR)))
    way, tasks = text.index("Shortest way to approaching"), text.index("All tasks, the most urgent first")
    assert way < tasks
    assert re.search(r"days of work in \d+ steps; the assured total then is \d+\.\d\d %", text)
    assert "not the order of urgency" in text
    assert "Shortest way to met" in text


def test_tasks_come_by_priority_with_a_day_and_empty_columns(poppler):
    given = dossier(POOR)
    text = words(poppler, draw_plan_pdf(given))
    critical, floor = text.index("Critical: first, and not to be dropped"), text.index("above its floor\x20")
    assert critical < floor
    assert "5 December 2026" in text
    for title in ("What to do", "Effort", "Due", "By", "Reaches", "Owner", "Done on"):
        assert title in text


def test_attaching_evidence_names_what_is_expected(poppler):
    assert "Attach the evidence: Training record" in words(poppler, draw_plan_pdf(dossier(POOR)))


def test_a_way_out_of_reach_says_so_with_its_obstacles(poppler):
    given = dossier(OUT_OF_REACH)
    assert not given.plan.to_met.reachable
    text = words(poppler, draw_plan_pdf(given))
    assert "Out of reach by your own work alone" in text
    assert "Pillar Practice is below its floor" in text


def test_the_smallest_businesses_are_spoken_to_as_you(poppler):
    small = words(poppler, draw_plan_pdf(dossier({}, profile=PROFILE | {"workers": 2})))
    large = words(poppler, draw_plan_pdf(dossier({})))
    assert " manager " not in small.replace("General manager", "")
    assert " manager " in large.replace("General manager", "")


def test_a_plan_without_tasks_says_that_nothing_is_left(poppler):
    done = dossier(GOOD | {"GHT-09": Answer(value="yes", evidence="documented", evidence_on=date(2026, 11, 1))})
    assert not done.plan.tasks
    assert "Nothing is left to do" in words(poppler, draw_plan_pdf(done))


@pytest.mark.parametrize("name", HOSTILE, ids=["long", "khmer", "arabic", "markup"])
def test_hostile_words_stay_words(name, findings):
    assert findings(draw_plan_pdf(dossier(POOR, name=name, town=name, invented=name)), "2b") == []


def test_as_it_stands_it_says_on_which_day_who_does_what_and_what_is_done(poppler, findings):
    given = dossier(POOR)
    tasks = {
        (task.step.item, task.step.action): TaskToday(state="open", owner="", due_on=date(2027, 2, 1), evidence=())
        for task in given.plan.tasks
    }
    first = next(iter(tasks))
    tasks[first] = TaskToday(state="done", owner="Chan Thida " * 13, due_on=date(2026, 12, 1),
                             evidence=("The policy, signed by all " * 18, *HOSTILE[:4]))  # fmt: skip
    pdf = draw_plan_pdf(replace(given, today=PlanToday(on=date(2026, 12, 24), tasks=tasks)))
    text = words(poppler, pdf)
    assert "Plan as of 24 December 2026" in text
    assert f"Finished tasks 1 of {len(tasks)}" in text
    assert "Chan Thida" in text
    assert "1 December 2026" in text
    assert "1 February 2027" in text
    assert "Evidence: The policy, signed by all" in text
    counted = r"within \d+ days \d+ \w+ 20\d\d"
    assert re.search(counted, words(poppler, draw_plan_pdf(given)))
    assert not re.search(counted, text)
    assert findings(pdf, "2b") == []
    assert draw_plan_pdf(given) == draw_plan_pdf(replace(given, today=None))
