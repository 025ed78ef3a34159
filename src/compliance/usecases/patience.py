"""Transactions get into each other's way, and lines to the database are cut: then a deed is done again, unnoticed."""

from collections.abc import Callable
from typing import TypeVar

from compliance.errors import Unavailable
from compliance.store.engine import ConnectionLost, TryAgain

MOST_TRIES = 5
T = TypeVar("T")


def patiently(do: Callable[[], T]) -> T:
    """Do it again where another transaction was in the way, or the connection was cut; nothing was kept of the earlier tries.

    Raises:
        Unavailable: too often in a row.
    """
    for _ in range(MOST_TRIES):
        try:
            return do()
        except (TryAgain, ConnectionLost):
            continue
    raise Unavailable("database", retry_after_s=1)
