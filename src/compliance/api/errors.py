"""What becomes of everything that is raised while a request is answered: a problem document, whatever it is."""

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from compliance.api.problems import MEDIA_TYPE, ProblemDocument, fault, problem_of, unavailable
from compliance.errors import Refusal, Unavailable
from compliance.http.statuses import status_of

_TITLES = {
    400: ("request-malformed", "This request cannot be read."),
    404: ("no-such-thing", "There is no such thing here."),
    405: ("method-not-allowed", "This cannot be done here with this method."),
    413: ("body-too-large", "The body is larger than this endpoint takes."),
}
AnyRequest = Request[Any, Any, Any]


def _respond(document: ProblemDocument, headers: dict[str, str] | None = None) -> Response[Any]:
    return Response(document, status_code=document.status, media_type=MEDIA_TYPE, headers=headers)


def _request_id(request: AnyRequest) -> str:
    return str(request.scope["state"].get("request_id", ""))


def on_refusal(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """A refusal: its status, its sentence, its problems."""
    headers: dict[str, str] = {}
    if (seconds := getattr(refusal, "retry_after_s", None)) is not None:
        headers["retry-after"] = str(seconds)
    if status_of(type(refusal)) == 401:
        headers["www-authenticate"] = 'Bearer realm="compliance"'
    return _respond(problem_of(refusal, request_id=_request_id(request)), headers)


def on_unavailable(request: AnyRequest, passing: Unavailable) -> Response[Any]:
    """A fault that passes: 503, with when to come back."""
    headers = {"retry-after": str(passing.retry_after_s)}
    return _respond(unavailable(passing, request_id=_request_id(request)), headers)


def on_http(request: AnyRequest, raised: HTTPException) -> Response[Any]:
    """What the framework refuses: unknown paths, methods."""
    code, title = _TITLES.get(raised.status_code, ("request-malformed", "This request cannot be answered."))
    if raised.status_code >= 500:
        return on_fault(request, raised)
    document = ProblemDocument(type=f"urn:compliance:problem:{code}", title=title, status=raised.status_code, code=code,
                               request_id=_request_id(request))  # fmt: skip
    return _respond(document, dict(raised.headers or {}))


def on_fault(request: AnyRequest, raised: Exception) -> Response[Any]:
    """A fault of ours: logged whole, told to nobody."""
    structlog.get_logger("compliance").error("fault", request_id=_request_id(request), exc_info=raised)
    return _respond(fault(request_id=_request_id(request)))


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: on_refusal,
    Unavailable: on_unavailable,
    HTTPException: on_http,
    Exception: on_fault,
}
