"""Writes that say what they saw: who comes second is told the value as it is now, and nothing is merged silently."""

from compliance.errors import Conflict


class StaleRevision(Conflict):
    """Somebody changed this since you read it: look at what it is now, then decide."""

    code = "stale-revision"

    def __init__(self, current: object) -> None:
        super().__init__()
        self.current = current
        """The value as it is now, as a reader would be shown it."""


def check_revision(seen: int, now: int, *, current: object) -> None:
    """Refuse a write that was decided on an older revision; 0 is the revision of what is not there yet.

    Raises:
        StaleRevision: with the current value.
    """
    if seen != now:
        raise StaleRevision(current)
