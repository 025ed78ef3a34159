"""The JSON interface as Litestar handlers: one handler per path, which asks the endpoint of the method."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from compliance.api.bodies import MOST_BYTES
from compliance.api.endpoint import Endpoint
from compliance.api.serving import Asked, Given, serve, serve_upload
from compliance.errors import Invalid, Problem
from compliance.http.desk import Desk
from compliance.http.feeding import fed, whole_body
from compliance.http.limits import RequestLimit
from compliance.http.threads import Threads
from compliance.usecases.credentials import NotSignedIn

PREFIX = "/api/v1"
AnyRequest = Request[Any, Any, Any]


class BodyTooLarge(Invalid):
    """The body is larger than this endpoint takes."""

    code = "body-too-large"


class MediaTypeUnsupported(Invalid):
    """The body must be sent as application/json."""

    code = "media-type-unsupported"


class Server:
    """What the handlers share."""

    def __init__(self, desk: Desk, limit: RequestLimit, threads: Threads, *, body_max_bytes: int = MOST_BYTES) -> None:
        self.desk = desk
        self.limit = limit
        self.threads = threads
        self.body_max_bytes = body_max_bytes


def handlers(server: Server, endpoints: tuple[Endpoint, ...]) -> list[HTTPRouteHandler]:
    """A handler for every path."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for each in endpoints:
        by_path.setdefault(each.path, {})[each.method] = each
    return [_handler(server, path, methods) for path, methods in by_path.items()]


def _handler(server: Server, path: str, methods: Mapping[str, Endpoint]) -> HTTPRouteHandler:
    async def handle(request: AnyRequest) -> Response[Any]:
        return await _answer(server, methods[request.method], request)

    litestar_path = PREFIX + "".join(
        f"/{part[:-1]}:str}}" if part.startswith("{") else f"/{part}" for part in path.strip("/").split("/")
    )
    route = HTTPRouteHandler(litestar_path, http_method=[each.method for each in methods.values()], include_in_schema=False, name=f"api {path}",
                             request_max_body_size=None, status_code=200)  # fmt: skip
    return route(handle)


async def _answer(server: Server, endpoint: Endpoint, request: AnyRequest) -> Response[Any]:
    asked = _asked(request)
    allowance = server.limit.take(asked.credential or asked.client, server.desk.clock(), client=asked.client)
    try:
        given = await _given(server, endpoint, asked, request)
    except NotSignedIn:
        if asked.credential is not None:
            server.limit.note_made_up(asked.client)
        raise
    headers = {**given.headers, **allowance.headers()}
    if given.chunks is not None:
        return Stream(given.chunks, status_code=given.status, headers=headers, media_type=headers.pop("content-type"))
    media_type = headers.pop("content-type", None)
    return Response(given.body, status_code=given.status, headers=headers, media_type=media_type)


async def _given(server: Server, endpoint: Endpoint, asked: Asked, request: AnyRequest) -> Given:
    if endpoint.upload is not None:
        return await _upload(server, endpoint, asked, request)
    if endpoint.takes is not None:
        _check_media_type(request)
        asked.body = await _body(request, server.body_max_bytes)
    run = server.threads.run if endpoint.writes or endpoint.count_try is not None else server.threads.run_look
    return await run(serve, server.desk, endpoint, asked)


def _asked(request: AnyRequest) -> Asked:
    headers = request.headers
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    return Asked(
        path={name: str(value) for name, value in request.path_params.items()},
        query=query,
        credential=credential.strip() if scheme.lower() == "bearer" and credential.strip() else None,
        if_match=headers.get("if-match"),
        if_none_match=headers.get("if-none-match"),
        idempotency_key=headers.get("idempotency-key"),
        client=request.scope["state"].get("client", request.client.host if request.client else ""),
        headers={name: headers[name] for name in ("content-type", "content-length", "content-disposition")
                 if name in headers},
    )  # fmt: skip


def _check_media_type(request: AnyRequest) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MediaTypeUnsupported([Problem("media-type-wrong", "Content-Type", {"given": media_type[:80]})])


async def _body(request: AnyRequest, most_bytes: int) -> bytes:
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most_bytes:
        raise BodyTooLarge([Problem("body-too-large", "", {"limit_kib": most_bytes // 1024})])
    return await whole_body(request.stream(), most_bytes, BodyTooLarge)


async def _upload(server: Server, endpoint: Endpoint, asked: Asked, request: AnyRequest) -> Given:
    async with fed(request.stream()) as chunks:
        return await server.threads.run_upload(serve_upload, server.desk, endpoint, asked, chunks)
