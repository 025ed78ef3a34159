"""Compression for those far away: whole pages, JSON answers, scripts and styles above a kilobyte.

Nothing else: streams go through as they come, evidence and documents are compressed already. Pages hold no secret that
could be guessed from the length of what stands beside it: the session is in a cookie, forms carry no token (ADR 0027).
"""

import gzip
from typing import cast

from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

LEAST_BYTES = 1024
LEVEL = 5
_TYPES = (b"application/json", b"application/problem+json", b"text/javascript", b"text/css",
          b"text/html")  # fmt: skip


class Squeezed:
    """Wraps an application; says `Vary` on whatever could have been compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and compress the answer where it is worth it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        takes = takes_gzip(dict(scope["headers"]).get(b"accept-encoding", b""))
        held: list[HTTPResponseStartEvent] = []

        async def send_squeezed(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_squeezable(message):
                held.append(message)
                return
            if held and message["type"] == "http.response.body":
                start = held.pop()
                body = message["body"]
                headers = [*start["headers"], (b"vary", b"accept-encoding")]
                if takes and not message["more_body"] and len(body) >= LEAST_BYTES:
                    body = gzip.compress(body, LEVEL, mtime=0)
                    headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
                    headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
                    message = cast("Message", {**message, "body": body})
                await send(cast("Message", {**start, "headers": headers}))
            await send(message)

        await self._app(scope, receive, send_squeezed)


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether an `Accept-Encoding` takes gzip by name."""
    for part in accept_encoding.decode("latin-1").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _is_squeezable(start: HTTPResponseStartEvent) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip()
    return kind in _TYPES and b"content-encoding" not in headers
