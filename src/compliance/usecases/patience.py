"""Two transactions may get into each other's way: then the second is done again, and nobody notices."""

from collections.abc import Callable
from typing import TypeVar

from compliance.errors import Unavailable
from compliance.store.engine import TryAgain

MOST_TRIES = 5
T = TypeVar("T")


def patiently(do: Callable[[], T]) -> T:
    """Do it again where another transaction was in the way; nothing was kept of the earlier tries.

    Raises:
        Unavailable: too often in a row.
    """
    for _ in range(MOST_TRIES):
        try:
            return do()
        except TryAgain:
            continue
    raise Unavailable("database", retry_after_s=1)
