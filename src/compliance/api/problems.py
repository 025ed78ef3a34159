"""Refusals and faults as RFC 9457 problem documents, with a stable type and every field error."""

import msgspec
from msgspec import Struct

from compliance.errors import Problem, Refusal, Unavailable
from compliance.http.statuses import status_of
from compliance.words import say_problem

MEDIA_TYPE = "application/problem+json"


class FieldError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong."""

    code: str
    """Stable; explained in docs/problems.md."""
    where: str
    """The place: a path of keys in the body, or the name of a parameter or header."""
    detail: str
    """What is wrong and how to mend it, in English."""
    facts: dict[str, str | int] = {}


class ProblemDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem document."""

    type: str
    """`urn:compliance:problem:` and the code; never changes."""
    title: str
    status: int
    code: str
    detail: str | None = None
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()
    current: msgspec.Raw | None = None
    """With 412: the value as it is now, so that both can be shown."""


def sentence_of(kind: type[Refusal]) -> str:
    """The first line of a refusal's docstring, which is its message."""
    return (kind.__doc__ or "").strip().splitlines()[0]


def problem_of(refusal: Refusal, *, request_id: str) -> ProblemDocument:
    """The problem document of a refusal."""
    current = getattr(refusal, "current", None)
    return ProblemDocument(
        type=f"urn:compliance:problem:{refusal.code}",
        title=refusal.summary,
        status=status_of(type(refusal)),
        code=refusal.code,
        request_id=request_id,
        errors=tuple(_field_error(problem) for problem in refusal.problems),
        current=None if current is None else msgspec.Raw(msgspec.json.encode(current)),
    )


def _field_error(problem: Problem) -> FieldError:
    return FieldError(code=problem.code, where=problem.where, detail=say_problem(problem), facts=dict(problem.facts))


def unavailable(fault: Unavailable, *, request_id: str) -> ProblemDocument:
    """The problem document of a fault that passes."""
    return ProblemDocument(
        type="urn:compliance:problem:unavailable", title="The service cannot do this just now.", status=503,
        code="unavailable", detail=f"The {fault.what} cannot be reached. Nothing was changed. Try again soon.",
        request_id=request_id,
    )  # fmt: skip


def fault(*, request_id: str) -> ProblemDocument:
    """The problem document of a fault of ours; tells nothing but where to find it in the log."""
    return ProblemDocument(
        type="urn:compliance:problem:fault", title="Something went wrong here. Nothing was changed.", status=500,
        code="fault", detail="Please tell the operator the request id.", request_id=request_id,
    )  # fmt: skip
