"""The pages as Litestar handlers: cookies, forms and languages in; HTML, redirects and files out."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.types import Method

from compliance.errors import Invalid, Problem
from compliance.http.desk import Desk
from compliance.http.feeding import fed, whole_body
from compliance.http.limits import RequestLimit
from compliance.http.threads import Threads
from compliance.web.page import Page
from compliance.web.serving import Asked, Given, serve
from compliance.words.pages import MADE_UP, SOURCE, page_languages

AnyRequest = Request[Any, Any, Any]
LANGUAGE_COOKIE = "language"
_YEAR_S = 365 * 24 * 3600
MOST_BYTES = 1024 * 1024


class FormTooLarge(Invalid):
    """This is more than a form of ours can hold."""

    code = "form-too-large"

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        del problems  # they speak to programs; people are told the sentence above
        super().__init__()


class House:
    """What the handlers share."""

    def __init__(
        self, desk: Desk, limit: RequestLimit, threads: Threads, *, is_https: bool,
        made_up_languages: bool, body_max_bytes: int = MOST_BYTES,
    ) -> None:  # fmt: skip
        self.desk = desk
        self.limit = limit
        self.threads = threads
        self.is_https = is_https
        self.body_max_bytes = body_max_bytes
        self.session_cookie = "__Host-session" if is_https else "session"
        self.languages = (*page_languages(), *(MADE_UP if made_up_languages else ()))


def page_handlers(house: House, pages: tuple[Page, ...]) -> list[HTTPRouteHandler]:
    """A handler for every page."""
    return [_handler(house, page) for page in pages]


def _handler(house: House, page: Page) -> HTTPRouteHandler:
    async def handle(request: AnyRequest) -> Response[Any]:
        request.scope["state"]["is_page"] = True
        given = await _given(house, page, asked_of(house, request), request)
        return response_of(house, given)

    path = "".join(
        f"/{part[:-1]}:str}}" if part.startswith("{") else f"/{part}" for part in page.path.strip("/").split("/")
    )
    methods: list[Method] = ["GET", "POST"] if page.do or page.upload else ["GET"]
    route = HTTPRouteHandler(path, http_method=methods, include_in_schema=False, name=f"page {page.path}",
                             request_max_body_size=None, status_code=200)  # fmt: skip
    return route(handle)


async def _given(house: House, page: Page, asked: Asked, request: AnyRequest) -> Given:
    house.limit.take(asked.credential or asked.client, house.desk.clock(), client=asked.client)
    given = await _served(house, page, asked, request)
    if given.is_made_up:
        house.limit.note_made_up(asked.client)
    return given


async def _served(house: House, page: Page, asked: Asked, request: AnyRequest) -> Given:
    if not asked.is_post:
        run = house.threads.run if page.show_writes else house.threads.run_look
        return await run(serve, house.desk, page, asked)
    if page.upload is not None:
        async with fed(request.stream()) as chunks:
            return await house.threads.run_upload(serve, house.desk, page, asked, chunks)
    asked.body = await whole_body(request.stream(), house.body_max_bytes, FormTooLarge)
    return await house.threads.run(serve, house.desk, page, asked)


def asked_of(house: House, request: AnyRequest) -> Asked:
    """What a request says, decoded."""
    headers = request.headers
    cookies = _cookies(headers.get("cookie", ""))
    query = {name: value for name, value in request.query_params.multi_items() if "\x00" not in value}
    path = request.scope["path"]
    raw_query = request.scope["query_string"].decode("latin-1")
    return Asked(
        is_post=request.method == "POST",
        path={name: str(value) for name, value in request.path_params.items()},
        here=path + (f"?{raw_query}" if raw_query else ""),
        query=query,
        content_type=headers.get("content-type", ""),
        credential=cookies.get(house.session_cookie) or None,
        language=_language(house, cookies.get(LANGUAGE_COOKIE), headers.get("accept-language", "")),
        has_chosen_language=cookies.get(LANGUAGE_COOKIE) in house.languages,
        client=request.scope["state"].get("client", request.client.host if request.client else ""),
        device=headers.get("user-agent", "")[:200],
        is_own=is_own(headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", "")),
    )  # fmt: skip


def is_own(fetch_site: str | None, origin: str | None, host: str) -> bool:
    """Whether a page of ours sent a form. What says neither is no browser of this decade, or no browser: refused."""
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return origin is not None and origin in (f"http://{host}", f"https://{host}")


def _cookies(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, value.strip('"'))
    return found


def _language(house: House, chosen: str | None, accepted: str) -> str:
    """The language that was chosen; else the first of the browser's that we have; else English."""
    if chosen in house.languages:
        return chosen or SOURCE
    for part in accepted.split(","):
        language = part.partition(";")[0].strip().lower().partition("-")[0]
        if language in page_languages():
            return language
    return SOURCE


def response_of(house: House, given: Given) -> Response[Any]:
    """An answer as Litestar sends it."""
    headers = {"cache-control": "no-store", "referrer-policy": "same-origin", **given.headers}
    media_type = headers.pop("content-type", "text/html")
    if given.chunks is not None:
        return Stream(given.chunks, status_code=given.status, headers=headers, media_type=media_type)
    response: Response[Any] = Response(given.body, status_code=given.status, headers=headers, media_type=media_type)

    def keep(name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=house.is_https, httponly=True, samesite="lax"
        )

    if given.session is not None:
        keep(house.session_cookie, given.session, None)
    elif given.ends_session:
        keep(house.session_cookie, "", 0)
    if given.language is not None and given.language in house.languages:
        keep(LANGUAGE_COOKIE, given.language, _YEAR_S)
    return response
