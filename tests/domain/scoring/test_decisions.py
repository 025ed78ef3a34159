"""What a reviewer's decision puts in the place of an answer's value and level."""

from datetime import date

import pytest

from build import answered, decided, maturity, questionnaire, scored, scoring

LEVELS = ["declared", "documented", "verified_remotely", "verified_on_site"]
CRITICAL = questionnaire(maturity(critical=75))


def reviewed(given, decision, **more):
    return scored(CRITICAL, {"ONE-01": given}, decisions={"ONE-01": decided(decision, **more)}).items["ONE-01"]


@pytest.mark.parametrize(
    ("level", "assured", "critical"),
    [
        ("declared", 40, "failed"),
        ("documented", 80, "passed"),
        ("verified_remotely", 100, "passed"),
        ("verified_on_site", 100, "passed"),
    ],
)
@pytest.mark.parametrize("stated", ["declared", "documented"])
def test_an_upheld_answer_stands_at_the_reviewers_level_up_or_down(stated, level, assured, critical):
    item = reviewed(answered(4, stated), "upheld", evidence=level)
    assert (item.points, item.found_points, item.assured_points) == (100, 100, assured)
    assert (item.level, item.critical) == (level, critical)


def test_a_reviewers_level_does_not_age():
    stale = answered(4, "documented", evidence_on=date(2001, 1, 1))
    assert reviewed(stale, "needs_clarification").level == "declared"
    assert reviewed(stale, "upheld", evidence="documented").level == "documented"


@pytest.mark.parametrize(
    ("value", "level", "assured", "critical"),
    [
        (3, "documented", 75, "passed"),
        (3, "declared", 40, "failed"),
        (2, "verified_on_site", 50, "failed"),
        (0, "verified_remotely", 0, "failed"),
        (4, "verified_on_site", 100, "passed"),
    ],
)
def test_a_lowered_value_is_found_and_the_declared_points_stay(value, level, assured, critical):
    item = reviewed(answered(4, "documented"), "lowered", value=value, evidence=level)
    assert (item.state, item.points, item.found_points) == ("answered", 100, 25 * value)
    assert (item.assured_points, item.level, item.critical) == (assured, level, critical)


def test_an_open_question_counts_as_no_decision():
    assert (
        reviewed(answered(4, "documented"), "needs_clarification")
        == scored(CRITICAL, {"ONE-01": answered(4, "documented")}).items["ONE-01"]
    )


@pytest.mark.parametrize(
    ("needed", "value", "level", "result"),
    [
        (75, 3, "documented", "passed"),
        (75, 2, "documented", "failed"),
        (75, 4, "declared", "failed"),
        (100, 3, "documented", "failed"),
        (100, 4, "documented", "passed"),
        (25, 1, "documented", "passed"),
        (25, 0, "documented", "failed"),
    ],
)
def test_a_critical_item_passes_with_enough_found_points_and_a_paper(needed, value, level, result):
    card = scored(questionnaire(maturity(critical=needed)), {"ONE-01": answered(value, level)})
    assert card.items["ONE-01"].critical == result


def test_a_critical_item_needs_three_quarters_where_nothing_else_is_said():
    asked = questionnaire(maturity(critical=True))
    for value, result in ((2, "failed"), (3, "passed")):
        assert scored(asked, {"ONE-01": answered(value, "documented")}).items["ONE-01"].critical == result


@pytest.mark.parametrize(("level", "cap"), list(zip(LEVELS, (10, 20, 30, 40), strict=True)))
def test_the_caps_are_the_questionnaires(level, cap):
    caps = dict(zip(LEVELS, (10, 20, 30, 40), strict=True))
    asked = questionnaire(maturity(), scoring=scoring(caps=caps))
    decisions = {"ONE-01": decided("upheld", evidence=level)}
    assert scored(asked, {"ONE-01": 4}, decisions=decisions).items["ONE-01"].assured_points == cap
