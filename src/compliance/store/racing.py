"""Two deeds that both found a place free: who comes second begins anew, and then sees that it is taken."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from compliance.store.engine import TryAgain


@contextmanager
def first_come() -> Generator[None]:
    """Around a write whose key was free when the deed looked.

    Raises:
        TryAgain: somebody else has taken it meanwhile.
    """
    try:
        yield
    except IntegrityError as fault:
        raise TryAgain from fault
