"""The kinds of refusal, and the problems they list.

A refusal is something a person can mend. It has a stable `code`, a sentence (its docstring's first line), and as many
problems as were found at once. A problem is data: `words` makes the sentence in the reader's language. Anything else
that is raised is a fault of ours.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing that is wrong in what somebody gave us."""

    code: str
    """Stable and public; every code has a sentence in `words` and a row in docs/problems.md."""
    where: str
    """The place, as a path of keys and ids: `answers.HOS-08.value`. Skins add file and line."""
    facts: Mapping[str, str | int] = {}
    """What the sentence names: the value given, the limit, the right spelling."""


class Refusal(Exception):
    """Something was refused."""

    code: ClassVar[str] = "refused"

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.summary)

    @property
    def summary(self) -> str:
        """The refusal in one sentence: the first line of its class's docstring."""
        return (self.__doc__ or "").strip().splitlines()[0]


class Invalid(Refusal):
    """What was given is not right."""

    code = "invalid"


class Forbidden(Refusal):
    """This is not yours to do."""

    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing here."""

    code = "not-found"


class Conflict(Refusal):
    """Something else changed meanwhile, or is in the way."""

    code = "conflict"


class Unavailable(Exception):
    """A fault that passes by itself: the database, the evidence store or the scanner cannot be reached just now.

    Nothing was changed. Skins answer 503 with the seconds after which another try makes sense.
    """

    def __init__(self, what: str, *, retry_after_s: int = 5) -> None:
        self.what = what
        self.retry_after_s = retry_after_s
        super().__init__(what)
