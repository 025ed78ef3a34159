"""Days so many months away, and instants as one text."""

import calendar
from datetime import UTC, date, datetime


def months_after(day: date, months: int) -> date:
    """The same day so many months later; in a month that is too short for it, that month's last day."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def instant_text(at: datetime) -> str:
    """An instant as `2026-11-22T10:00:00.000000Z`: UTC and six digits always, so that equal instants are equal text.

    Raises:
        ValueError: an instant without a zone.
    """
    if at.tzinfo is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
