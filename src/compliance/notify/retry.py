"""When to try again what failed: later each time, and at a moment drawn by chance."""

from datetime import timedelta

FIRST_WAIT_S = 30
LONGEST_WAIT_S = 4 * 60 * 60
SHORTEST_WAIT_S = 1
MOST_ATTEMPTS = 44
"""The nine doublings add up to 4¼ hours and 35 waits of 4 hours to 140. On the average half of each is waited: 3 days."""


def next_try(attempts: int, chance: float) -> timedelta | None:
    """How long to wait after that many failed attempts; None when it is time to give up.

    The longest wait doubles from 30 seconds up to 4 hours. The wait is that share of it which `chance` (from 0 up to
    1) says, so that what failed together does not come back together; never less than a second.
    """
    if attempts < 1 or not 0 <= chance <= 1:
        message = f"attempts={attempts} chance={chance}"
        raise ValueError(message)
    if attempts > MOST_ATTEMPTS:
        return None
    longest_s = min(FIRST_WAIT_S * 2 ** (attempts - 1), LONGEST_WAIT_S)
    return timedelta(seconds=max(longest_s * chance, SHORTEST_WAIT_S))
