"""What is published for everybody outside /api/v1: signed files, statuses, badges, keys, the log.

No cookies, no log-in, open to pages of other sites; every answer may be kept and is asked for again by its `ETag`.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from compliance.api.litestar import Server
from compliance.usecases.deed import Deed
from compliance.usecases.patience import patiently
from compliance.usecases.published import Published

AnyRequest = Request[Any, Any, Any]
ASK_AGAIN = "public, no-cache"
"""It may be kept, and must be asked for again: what is withdrawn now reads so at once."""
FOR_EVER = "public, max-age=31536000, immutable"
_OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


class Asking(Struct, frozen=True, kw_only=True):
    """Which of them is asked for."""

    path: Mapping[str, str]
    query: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A part of the path."""
        return self.path[name]


Read = Callable[[Deed, Asking], Published]


class Address(Struct, frozen=True, kw_only=True):
    """Where something is published."""

    path: str
    """As Litestar writes it: `/badges/{name:str}`."""
    read: Read


def published_handlers(server: Server, addresses: tuple[Address, ...]) -> list[HTTPRouteHandler]:
    """A handler for every address."""
    return [_handler(server, each) for each in addresses]


def _handler(server: Server, address: Address) -> HTTPRouteHandler:
    async def handle(request: AnyRequest) -> Response[Any]:
        allowance = server.limit.take(_client(request), server.desk.clock(), client=_client(request))
        asking = Asking(path={name: str(value) for name, value in request.path_params.items()},
                        query={name: str(value) for name, value in request.query_params.items()})  # fmt: skip
        published = await server.threads.run_look(_read, server, address, asking)
        return _response(published, request.headers.get("if-none-match"), allowance.headers())

    route = HTTPRouteHandler(address.path, http_method=["GET"], include_in_schema=False, status_code=200,
                             name=f"published {address.path}")  # fmt: skip
    return route(handle)


def _read(server: Server, address: Address, asking: Asking) -> Published:
    def read() -> Published:
        with server.desk.deed(writes=False) as deed:
            return address.read(deed, asking)

    return patiently(read)


def _response(published: Published, seen: str | None, allowance: Mapping[str, str]) -> Response[Any]:
    etag = f'"{hashlib.sha256(published.body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": FOR_EVER if published.is_final else ASK_AGAIN, **_OPEN, **allowance}
    if published.file_name is not None:
        headers["content-disposition"] = f'inline; filename="{published.file_name}"'
    known = [each.strip().removeprefix("W/") for each in (seen or "").split(",")]
    if etag in known or "*" in known:
        return Response(None, status_code=304, headers=headers)
    return Response(published.body, headers=headers, media_type=published.media_type)


def _client(request: AnyRequest) -> str:
    return str(request.scope["state"].get("client", ""))
