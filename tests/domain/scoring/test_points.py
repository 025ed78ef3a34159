"""What a value earns, item type by item type, on both sides of every edge."""

from datetime import date

import pytest

from build import choice, day, maturity, multiple, number, number_fact, percentage, questionnaire, scored, text, yes_no
from compliance.domain.scoring import NEVER, Part
from compliance.domain.scoring.values import parse_day, shown, whole_months

YES_NO_MULTIPLE = multiple(options=("a", "b", "c"), must_have=("a",), exclusive="none_of_these")
SEVEN = multiple(options=("a", "b", "c", "d", "e", "f", "g"))


def earned(item, value, **more) -> int:
    return scored(questionnaire(item), {"ONE-01": value}, **more).items["ONE-01"].points


@pytest.mark.parametrize(("value", "points"), [(0, 0), (1, 25), (2, 50), (3, 75), (4, 100)])
def test_a_maturity_earns_a_quarter_for_each_level(value, points):
    assert earned(maturity(), value) == points


@pytest.mark.parametrize(
    ("good", "value", "points"), [("yes", "yes", 100), ("yes", "no", 0), ("no", "yes", 0), ("no", "no", 100)]
)
def test_a_yes_or_no_earns_everything_where_it_is_the_good_one(good, value, points):
    assert earned(yes_no(good=good), value) == points


def test_a_yes_is_good_where_nothing_else_is_said():
    assert earned(yes_no(), "yes") == 100


@pytest.mark.parametrize(("value", "points"), [("never", 0), ("yearly", 67), ("always", 100)])
def test_a_choice_earns_what_its_option_states(value, points):
    assert earned(choice(options={"never": 0, "yearly": 67, "always": 100}), value) == points


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        (YES_NO_MULTIPLE, ("a",), 33),
        (YES_NO_MULTIPLE, ("c", "a"), 66),
        (YES_NO_MULTIPLE, ("a", "b", "c"), 100),
        (YES_NO_MULTIPLE, ("b", "c"), 0),
        (YES_NO_MULTIPLE, ("none_of_these",), 0),
        (multiple(must_have=("a", "b")), ("a", "c"), 0),
        (multiple(must_have=("a", "b")), ("b", "a"), 66),
        (SEVEN, ("g",), 14),
        (SEVEN, ("a", "b", "c", "d", "e", "f"), 85),
        (SEVEN, ("a", "b", "c", "d", "e", "f", "g"), 100),
    ],
)
def test_several_options_earn_their_share_rounded_down_and_nothing_without_the_indispensable(item, value, points):
    assert earned(item, value) == points


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [
        (0, 1, 0),
        (1, 1, 100),
        (49, 100, 0),
        (50, 100, 25),
        (79, 100, 25),
        (80, 100, 75),
        (94, 100, 75),
        (95, 100, 100),
        (18, 19, 75),
        (19, 20, 100),
        (1, 2, 25),
        (499_999_999, 1_000_000_000, 0),
        (949_999_999_999_999_999, 1_000_000_000_000_000_000, 75),  # a float would say 95 %
    ],
)
def test_a_percentage_is_compared_exactly_with_the_usual_steps(part, whole, points):
    assert earned(percentage(), Part(part, whole)) == points


@pytest.mark.parametrize(("part", "points"), [(0, 5), (1, 10), (2, 40), (3, 100)])
def test_a_percentage_may_have_steps_of_its_own(part, points):
    item = percentage(steps=((0, 5), (33, 10), (34, 40), (100, 100)))
    assert earned(item, Part(part, 3)) == points


@pytest.mark.parametrize(("part", "points"), [(9, 0), (10, 25), (15, 25), (16, 75), (19, 100), (20, 100)])
def test_the_whole_of_a_percentage_may_come_from_a_fact(part, points):
    asked = questionnaire(percentage(of_fact="workers"), facts=[number_fact("workers", min=1)])
    card = scored(asked, {"ONE-01": Part(part)}, profile={"workers": 20})
    assert card.items["ONE-01"].points == points


@pytest.mark.parametrize(
    ("value", "points"), [(0, 0), (13, 0), (14, 50), (29, 50), (30, 100), (31, 100), (1_000_000, 100)]
)
def test_a_number_earns_the_points_of_the_step_it_has_reached(value, points):
    assert earned(number(), value) == points


@pytest.mark.parametrize(("value", "points"), [(0, 100), (30, 100), (31, 50), (60, 50), (61, 0), (NEVER, 0)])
def test_a_number_where_lower_is_better_may_be_never(value, points):
    item = number(direction="lower_is_better", steps=((0, 100), (31, 50), (61, 0)), never="We give none")
    assert earned(item, value) == points


def test_a_number_may_be_as_large_as_the_item_says():
    assert earned(number(max=40), 40) == 100


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("2026-11-21", 100),
        ("2025-11-22", 100),
        ("2025-11-21", 50),
        ("2024-11-22", 50),
        ("2024-11-21", 0),
        ("1999-12-31", 0),
        (NEVER, 0),
    ],
)
def test_a_date_earns_by_its_age_in_whole_months(value, points):
    assert earned(day(), value) == points


def test_an_item_without_answer_earns_nothing_at_declared():
    item = scored(questionnaire(maturity(critical=True))).items["ONE-01"]
    assert (item.state, item.points, item.found_points, item.assured_points) == ("unanswered", 0, 0, 0)
    assert (item.level, item.critical) == ("declared", "failed")


def test_a_text_is_never_scored():
    card = scored(questionnaire(maturity(weight=1), text("ONE-02")), {"ONE-01": 4, "ONE-02": "We began in May"})
    assert list(card.items) == ["ONE-01"]
    assert card.total.declared.weight == 1


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2026-11-21", "2026-11-21", 0),
        ("2026-10-22", "2026-11-21", 0),
        ("2026-10-21", "2026-11-21", 1),
        ("2026-10-20", "2026-11-21", 1),
        ("2025-12-31", "2026-01-30", 0),
        ("2025-12-31", "2026-01-31", 1),
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("1999-11-21", "2026-11-21", 324),
        ("2026-11-21", "2026-10-21", -1),
    ],
)
def test_an_age_is_counted_in_whole_months(earlier, later, months):
    assert whole_months(date.fromisoformat(earlier), date.fromisoformat(later)) == months


@pytest.mark.parametrize("text", ["20261121", "2026-W47-6", "2026-1-21", "2026-11-31", "2026-11-2x", "2026/11/21",
                                  "2026-11/21", "２０２６-11-21", "2026-11-21T00:00", "", "yesterday"])  # fmt: skip
def test_a_day_is_written_in_one_way_only(text):
    assert parse_day(text) is None


def test_a_day_written_so_is_read():
    assert parse_day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("yes", "'yes'"),
        (3, "3"),
        (("a", "b"), "('a', 'b')"),
        (date(2026, 1, 5), "2026-01-05"),
        (10**59, "1" + "0" * 59),
        (10**60, "1" + "0" * 56 + "…"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 56 + "…"),
    ],
)
def test_a_value_is_shown_as_written_but_short(value, sentence):
    assert shown(value) == sentence
