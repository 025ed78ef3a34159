"""When to try again: properties of the waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.notify import next_try
from compliance.notify.retry import MOST_ATTEMPTS

ATTEMPTS = st.integers(min_value=1, max_value=MOST_ATTEMPTS)
CHANCE = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize(("attempts", "longest"), [
    (1, timedelta(seconds=30)), (2, timedelta(minutes=1)), (3, timedelta(minutes=2)), (4, timedelta(minutes=4)),
    (9, timedelta(minutes=128)), (10, timedelta(hours=4)), (MOST_ATTEMPTS, timedelta(hours=4)),
])  # fmt: skip
def test_the_longest_wait_doubles_up_to_four_hours(attempts, longest):
    assert next_try(attempts, 1) == longest


@given(ATTEMPTS, CHANCE)
def test_a_wait_lies_between_a_second_and_four_hours(attempts, chance):
    assert timedelta(seconds=1) <= next_try(attempts, chance) <= timedelta(hours=4)


@given(ATTEMPTS, CHANCE, CHANCE)
def test_more_chance_never_means_a_shorter_wait(attempts, one, other):
    less, more = sorted((one, other))
    assert next_try(attempts, less) <= next_try(attempts, more)


@given(st.integers(min_value=2, max_value=MOST_ATTEMPTS), CHANCE)
def test_with_the_same_chance_a_later_attempt_never_waits_less(attempts, chance):
    assert next_try(attempts - 1, chance) <= next_try(attempts, chance)


@given(st.integers(min_value=MOST_ATTEMPTS + 1, max_value=10**9), CHANCE)
def test_after_the_last_attempt_it_is_over(attempts, chance):
    assert next_try(attempts, chance) is None


def test_on_the_average_it_is_over_after_three_days():
    total = sum((next_try(attempts, 0.5) for attempts in range(1, MOST_ATTEMPTS + 1)), timedelta())
    assert abs(total - timedelta(days=3)) < timedelta(hours=2)


@pytest.mark.parametrize(("attempts", "chance"), [(0, 0.5), (-1, 0.5), (1, -0.1), (1, 1.1), (1, float("nan"))])
def test_what_cannot_be_is_a_fault(attempts, chance):
    with pytest.raises(ValueError, match="attempts="):
        next_try(attempts, chance)
