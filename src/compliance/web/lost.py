"""What is raised while a page is answered, and addresses that are no page: a page says so, unless a program asked."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response

from compliance.web.failures import failure
from compliance.web.handlers import House, asked_of, response_of
from compliance.web.serving import NoSuchPage

AnyRequest = Request[Any, Any, Any]
Handle = Callable[[AnyRequest, Any], Response[Any]]
_OF_PROGRAMS = (
    "/api/", "/health/", "/metrics", "/log/", "/status/", "/badges/", "/.well-known/", "/contexts/", "/schemas/",
)  # fmt: skip


def failures(house: House, of_programs: Mapping[Any, Handle]) -> dict[Any, Handle]:
    """What is raised outside of pages: told by a page to people, and by `of_programs` to programs."""
    return {kind: _choosing(house, handle) for kind, handle in of_programs.items()}


def _choosing(house: House, for_programs: Handle) -> Handle:
    def handle(request: AnyRequest, raised: Any) -> Response[Any]:
        if not _wants_page(request):
            return for_programs(request, raised)
        is_lost = 400 <= getattr(raised, "status_code", 500) < 500  # what the router found no page for
        request_id = str(request.scope["state"].get("request_id", ""))
        given = failure(NoSuchPage() if is_lost else raised, asked_of(house, request), request_id=request_id)
        return response_of(house, given)

    return handle


def _wants_page(request: AnyRequest) -> bool:
    if request.scope["state"].get("is_page"):
        return True
    is_programs = request.scope["path"].startswith(_OF_PROGRAMS)
    return not is_programs and "text/html" in request.headers.get("accept", "")
