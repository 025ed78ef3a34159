"""The plan: everything that falls short, the dangerous first, then floors, then what gains most for the effort."""

from build import action, answered, claimed, decided, documented, maturity, questionnaire, scoring, section, submission
from compliance.domain.remediation import draw_plan
from compliance.domain.scoring import Scorer


def plan_of(asked, answers=None, **given):
    scorer = Scorer(asked)
    return draw_plan(scorer, scorer.score(submission(answers, **given)))


def order(plan) -> list[tuple[str, int | None, str]]:
    return [(task.item, task.step.action, task.priority) for task in plan.tasks]


def test_a_full_and_documented_submission_needs_no_plan():
    plan = plan_of(
        questionnaire(maturity("ONE-01"), maturity("ONE-02")), {"ONE-01": documented(4), "ONE-02": documented(4)}
    )
    assert (plan.tasks, plan.effort_half_days) == ((), 0)
    assert (plan.to_met.steps, plan.to_met.outcome, plan.to_approaching.outcome) == ((), "met", "met")


def test_failed_criticals_come_first_then_floors_then_gains():
    asked = questionnaire(
        section("AAA", *(maturity(f"AAA-0{n}") for n in range(6))),
        section("BBB", maturity("BBB-01"), maturity("BBB-02"), pillar="training"),
        section(
            "CCC", maturity("CCC-01", critical=True), *(maturity(f"CCC-1{n}") for n in range(5)), pillar="reporting"
        ),
    )
    answers = {f"AAA-0{n}": documented(4) for n in range(1, 6)} | {f"CCC-1{n}": documented(4) for n in range(5)}
    plan = plan_of(asked, answers | {"BBB-01": documented(4)})
    assert order(plan) == [("CCC-01", 0, "critical"), ("BBB-02", 0, "floor"), ("AAA-00", 0, "gain")]
    assert [task.can_be_dropped for task in plan.tasks] == [False, True, True]


def test_a_pillar_below_its_floor_puts_its_items_forward_as_well():
    asked = questionnaire(
        section("AAA", maturity("AAA-01", weight=1), *(maturity(f"AAA-1{n}") for n in range(4))),
        section("BBB", maturity("BBB-01", weight=1), pillar="training"),
    )
    plan = plan_of(asked, {f"AAA-1{n}": documented(4) for n in range(4)})
    assert order(plan) == [("BBB-01", 0, "floor"), ("AAA-01", 0, "gain")]


def test_within_a_group_the_most_points_for_the_effort_come_first():
    asked = questionnaire(
        maturity("ONE-01", weight=1, actions=(action(days=1),)),  # 80 points for 2 half-days
        maturity("ONE-02", weight=5, actions=(action(days=10),)),  # 400 for 20
        maturity("ONE-03", weight=3, actions=(action(days=2),)),  # 240 for 4
        maturity("ONE-04", weight=3),  # evidence: 120 for 1
    )
    plan = plan_of(asked, {"ONE-04": answered(4)})
    assert [task.item for task in plan.tasks] == ["ONE-04", "ONE-03", "ONE-01", "ONE-02"]
    assert plan.effort_half_days == 1 + 4 + 2 + 20


def test_where_two_gain_alike_the_questionnaires_order_holds():
    asked = questionnaire(
        maturity("ONE-02", weight=3), maturity("ONE-01", weight=3), section("SUP", maturity("AAA-01", weight=3))
    )
    assert [task.item for task in plan_of(asked).tasks] == ["ONE-02", "ONE-01", "AAA-01"]


def test_the_steps_of_one_item_keep_their_order_even_where_a_later_one_gains_more():
    rising = (action(25, days=5), action(100, days=1))
    asked = questionnaire(maturity("ONE-01", actions=rising), maturity("ONE-02", weight=3, actions=(action(days=2),)))
    assert order(plan_of(asked)) == [
        ("ONE-02", 0, "floor"), ("ONE-01", 0, "floor"), ("ONE-01", 1, "floor")
    ]  # fmt: skip


def test_steps_beyond_passing_are_no_longer_critical():
    asked = questionnaire(
        maturity("ONE-01", critical=50, actions=(action(50, within=90), action(75), action(100, within=50))),
        *(maturity(f"ONE-1{n}") for n in range(5)),
    )
    plan = plan_of(asked, {f"ONE-1{n}": documented(4) for n in range(5)})
    assert order(plan) == [("ONE-01", 0, "critical"), ("ONE-01", 1, "gain"), ("ONE-01", 2, "gain")]
    assert [task.step.within_days for task in plan.tasks] == [30, 60, 50]
    assert [task.can_be_dropped for task in plan.tasks] == [False, True, True]


def test_a_later_step_of_a_critical_item_stays_behind_it_among_the_others():
    asked = questionnaire(
        maturity("ONE-01", critical=50, actions=(action(50, days=9), action(100, days=1))),
        maturity("ONE-02", critical=75, actions=(action(days=2),)),
        *(maturity(f"ONE-1{n}") for n in range(4)),
    )
    answers = {f"ONE-1{n}": documented(4) for n in range(4)}
    assert order(plan_of(asked, answers)) == [
        ("ONE-02", 0, "critical"), ("ONE-01", 0, "critical"), ("ONE-01", 1, "gain")
    ]  # fmt: skip


def test_claimed_items_have_no_tasks_and_decided_ones_do():
    asked = questionnaire(*(maturity(f"ONE-0{n}") for n in range(1, 7)))
    decisions = {"ONE-02": decided("lowered", value=1, evidence="verified_on_site")}
    answers = {f"ONE-0{n}": documented(4) for n in range(2, 7)} | {"ONE-01": claimed()}
    assert order(plan_of(asked, answers, decisions=decisions)) == [("ONE-02", 0, "gain")]


def test_the_plan_holds_both_paths():
    asked = questionnaire(
        *(maturity(f"ONE-0{n}") for n in range(4)), scoring=scoring(met={"section": 10, "pillar": 10})
    )
    plan = plan_of(asked, {"ONE-00": documented(4), "ONE-01": documented(4)})
    assert (plan.to_approaching.target, plan.to_met.target) == ("approaching", "met")
    assert [step.item for step in plan.to_approaching.steps] == ["ONE-02"]
    assert [step.item for step in plan.to_met.steps] == ["ONE-02", "ONE-03"]


def test_the_same_card_gives_the_same_plan():
    asked = questionnaire(*(maturity(f"ONE-0{n}", critical=n == 3) for n in range(6)))
    assert plan_of(asked, {"ONE-00": answered(2)}) == plan_of(asked, {"ONE-00": answered(2)})
