"""What becomes of everything that is raised while a page is answered: a page that says what happened and where to go."""

import structlog

from compliance.errors import Refusal, Unavailable
from compliance.http.statuses import status_of
from compliance.web.forms import Form
from compliance.web.page import View, Visit
from compliance.web.rendering import Frame, mistakes_of, render_view
from compliance.web.serving import Asked, Given


def failure(raised: Exception, asked: Asked, *, request_id: str) -> Given:
    """The page for a refusal, a fault that passes, or a fault of ours."""
    status, headers = _status(raised), {"content-type": "text/html"}
    seconds = getattr(raised, "retry_after_s", None)
    if seconds is not None:
        headers["retry-after"] = str(seconds)
    if status == 500:
        structlog.get_logger("compliance").error("fault", request_id=request_id, exc_info=raised)
    said = mistakes_of(raised, asked.language) if isinstance(raised, Refusal) else []
    view = View(template="failure.html", status=status,
                context={"status": status, "said": said, "request_id": request_id, "seconds": seconds})  # fmt: skip
    visit = Visit(path={}, here=asked.here, query={}, form=Form(), language=asked.language)
    return Given(status=status, headers=headers, body=render_view(view, visit, Frame()))


def _status(raised: Exception) -> int:
    if isinstance(raised, Refusal):
        return status_of(type(raised))
    return 503 if isinstance(raised, Unavailable) else 500
