"""An example's answers as if it had been written today: evidence grows old, so on a real clock its days must move along."""

import re
from datetime import date, timedelta

import msgspec

from compliance.domain.assessment import AnswersFile

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def as_if_written(answers: AnswersFile, on: date) -> AnswersFile:
    """The same answers with every day moved by as much as lies between the example's own day and this one."""
    assert answers.as_of is not None
    return msgspec.convert(_moved(msgspec.to_builtins(answers), on - answers.as_of), AnswersFile)


def _moved(value: object, by: timedelta) -> object:
    if isinstance(value, dict):
        return {name: _moved(each, by) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(each, by) for each in value]
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return (date.fromisoformat(str(value)) + by).isoformat() if is_day else value
