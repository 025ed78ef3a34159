"""Styles, scripts, fonts and pictures: from our own files, under a folder whose name changes with what they hold."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from compliance.http.squeezing import LEAST_BYTES, takes_gzip

STATIC = Path(__file__).with_name("static")
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StaticFile(Struct, frozen=True):
    """A file as it is sent."""

    body: bytes
    squeezed: bytes | None
    media_type: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file by its name below `static`."""
    return {str(path.relative_to(STATIC)): _read(path) for path in sorted(STATIC.rglob("*"))
            if path.is_file() and path.suffix in {*_TYPES, ".png", ".html"}}  # fmt: skip


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = media_type.startswith(("text/", "image/svg")) and len(body) >= LEAST_BYTES
    return StaticFile(body, gzip.compress(body, 9, mtime=0) if is_text else None, media_type)


@cache
def _digest() -> str:
    """One for all files, so that they find each other by their names."""
    whole = hashlib.sha256()
    for name, file in static_files().items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(file.body).digest())
    return whole.hexdigest()[:12]


def address_of(name: str) -> str:
    """Where a file is served."""
    assert name in static_files(), name
    return f"/static/{_digest()}/{name}"


def static_handler() -> HTTPRouteHandler:
    """Serves every file. An old name still gives the file of that name, as it is now, to be asked for again."""

    def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        found = static_files().get(str(request.path_params["name"]).lstrip("/"))
        if found is None:
            return Response(b"", status_code=404, media_type="text/plain")
        is_exact = request.path_params["digest"] == _digest()
        headers = {"cache-control": _FOREVER if is_exact else "no-cache", "vary": "accept-encoding"}
        if found.squeezed is not None and takes_gzip(request.headers.get("accept-encoding", "").encode("latin-1")):
            return Response(
                found.squeezed, headers={**headers, "content-encoding": "gzip"}, media_type=found.media_type
            )
        return Response(found.body, headers=headers, media_type=found.media_type)

    route = HTTPRouteHandler("/static/{digest:str}/{name:path}", http_method="GET", include_in_schema=False,
                             name="static", sync_to_thread=False, status_code=200)  # fmt: skip
    return route(handle)
