"""What the JSON interface says about itself: its OpenAPI document, a page to try it out, and what its problems mean.

The page is Swagger UI (Apache-2.0) from our own files; nothing is loaded from another host.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from compliance.api.endpoint import Call, NoSuchThing, Reply, endpoint
from compliance.api.openapi import PREFIX
from compliance.api.problems import sentence_of
from compliance.errors import Refusal
from compliance.http.statuses import status_of
from compliance.usecases.deed import Deed

AnyRequest = Request[Any, Any, Any]
STATIC = Path(__file__).with_name("static")
FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-bundle.js.LICENSE.txt": "text/plain",
    "swagger-ui.LICENSE.txt": "text/plain",
    "swagger-ui.NOTICE.txt": "text/plain",
    "docs.js": "text/javascript",
}
"""The files of the page, with the types that they are served with."""
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""As everywhere, but for pictures inside the style sheet of Swagger UI, which are written as data."""


class ProblemType(Struct, frozen=True, kw_only=True):
    """What a problem document with this code means."""

    type: str
    """As in `type` of the problem document."""
    code: str
    title: str
    status: int
    meaning: str
    """What a program should do about it."""


_MEANINGS = {
    400: "The request cannot be read. `errors` says what is wrong. Sending the same again gives the same answer.",
    401: "Get a credential with `POST /sessions` or `POST /me/tokens` and send it as `Authorization: Bearer …`.",
    403: "The credential is good, but this is for somebody else to do. Ask the owner of the organisation.",
    404: "It is not there, or it belongs to somebody else; nobody is told which.",
    405: "`Allow` names the methods that there are.",
    409: "Something is in the way as things stand now. Read them again, then decide.",
    412: "Somebody changed it first. `current` is the value as it is now: show both, then send with its `ETag`.",
    413: "Send less at once; the documentation of the endpoint names the limit.",
    415: "Send the `Content-Type` that the endpoint takes.",
    422: "What was sent was understood but cannot be taken. `errors` names everything that is wrong, with its place.",
    428: "Read first, then send the `ETag` in `If-Match`; or `If-None-Match: *` where nothing is there yet.",
    429: "Wait for the seconds in `Retry-After`, then go on.",
    500: "A fault of ours; nothing was changed. Tell the operator the request id.",
    503: "A fault that passes; nothing was changed. Wait for the seconds in `Retry-After`, then send the same again.",
}
_OF_NO_REFUSAL = {
    "unavailable": (503, "The service cannot do this just now."),
    "fault": (500, "Something went wrong here. Nothing was changed."),
    "method-not-allowed": (405, "This cannot be done here with this method."),
}


def every_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal that the running service knows; the kinds themselves apart."""
    for each in kind.__subclasses__():
        if kind is not Refusal:
            yield each
        yield from every_refusal(each)


def problem_type(code: str) -> ProblemType:
    """What a code means.

    Raises:
        NoSuchThing: no problem has that code.
    """
    kind = next((each for each in every_refusal() if each.code == code), None)
    if kind is None and code not in _OF_NO_REFUSAL:
        raise NoSuchThing
    status, title = _OF_NO_REFUSAL[code] if kind is None else (status_of(kind), sentence_of(kind))
    return ProblemType(type=f"urn:compliance:problem:{code}", code=code, title=title, status=status,
                       meaning=_MEANINGS[status])  # fmt: skip


@endpoint("GET", "/problems/{code}", access="anyone", gives=ProblemType, tags=("problems",))
def read_problem_type(deed: Deed, call: Call[Any]) -> Reply:
    """Read what a code of a problem document means, and what to do about it."""
    del deed
    return Reply(body=problem_type(call["code"]), headers={"cache-control": "public, max-age=3600"})


ENDPOINTS = (read_problem_type,)


class _Kept:
    """Something made when it is first asked for, with its digest."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[bytes, str] | None = None

    def get(self) -> tuple[bytes, str]:
        with self._lock:
            if self._made is None:
                made = self._make()
                self._made = made, f'"{hashlib.sha256(made).hexdigest()[:32]}"'
            return self._made


def documentation_handlers(build: Callable[[], dict[str, Any]]) -> list[HTTPRouteHandler]:
    """`openapi.json`, the page `docs` and its files, below /api/v1; `build` makes the document when first asked for."""
    document = _Kept(lambda: msgspec.json.encode(build()))
    page = {"content-security-policy": PAGE_POLICY}
    handlers = [
        _handler("/openapi.json", document, "application/json"),
        _handler("/docs", _file("docs.html"), "text/html", page),
    ]
    return [*handlers, *(_handler(f"/docs/{name}", _file(name), kind) for name, kind in FILES.items())]


def _file(name: str) -> _Kept:
    return _Kept((STATIC / name).read_bytes)


def _handler(path: str, kept: _Kept, media_type: str, headers: dict[str, str] | None = None) -> HTTPRouteHandler:
    def handle(request: AnyRequest) -> Response[bytes]:
        body, etag = kept.get()
        sent = {"etag": etag, "cache-control": "public, max-age=300", **(headers or {})}
        if request.headers.get("if-none-match") == etag:
            return Response(b"", status_code=304, headers=sent, media_type=media_type)
        return Response(body, headers=sent, media_type=media_type)

    route = HTTPRouteHandler(PREFIX + path, http_method="GET", include_in_schema=False, name=f"about {path}",
                             sync_to_thread=True, status_code=200)  # fmt: skip
    return route(handle)
