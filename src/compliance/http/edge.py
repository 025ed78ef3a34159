"""The edge: request ids, who is really asking behind a proxy, and the headers that every answer carries."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from compliance.usecases.deed import Chance

_ID_BYTES, _IDS_AT_ONCE = 12, 128
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"content-security-policy",
     b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"),
)  # fmt: skip
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_DEMO = (b"x-demo", b"yes")
"""Every answer of a demonstration says that it is one."""


class Edge:
    """Wraps the whole application: also what the router itself refuses carries an id and the headers."""

    def __init__(
        self, app: ASGIApp, chance: Chance, *, trusted_proxies: tuple[str, ...] = (), is_https: bool = False,
        is_demo: bool = False,
    ) -> None:  # fmt: skip
        self._app = app
        self._chance = chance
        self._ids: Iterator[str] = iter(())
        self._proxies = tuple(ipaddress.ip_network(each, strict=False) for each in trusted_proxies)
        transport = (_STRICT_TRANSPORT,) if is_https else ()
        self._headers = (*SECURITY_HEADERS, *transport, *((_DEMO,) if is_demo else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request, find out who asks, and add the headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = dict(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        is_proxied = self._is_trusted(peer)
        given = sent.get(b"x-request-id", b"")
        request_id = given.decode() if is_proxied and _REQUEST_ID.fullmatch(given) else self._new_id()
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["client"] = self._client(peer, sent) if is_proxied else peer

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in self._headers if name not in there]
                if b"cache-control" not in there:
                    added.append((b"cache-control", b"no-store"))
                added.append((b"x-request-id", request_id.encode()))
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _new_id(self) -> str:
        """Drawn a hundred at a time: asking the system lets another thread go first, which costs the loop 0.3 ms."""
        drawn_before = next(self._ids, None)
        if drawn_before is not None:
            return drawn_before
        drawn = self._chance.octets(_IDS_AT_ONCE * _ID_BYTES)
        self._ids = (drawn[at : at + _ID_BYTES].hex() for at in range(0, len(drawn), _ID_BYTES))
        return next(self._ids)

    def _is_trusted(self, peer: str) -> bool:
        if not self._proxies:
            return False
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _client(self, peer: str, sent: dict[bytes, bytes]) -> str:
        """The last address in X-Forwarded-For that is none of our proxies; what stands before it anybody may write."""
        forwarded = sent.get(b"x-forwarded-for", b"").decode("latin-1")
        for part in reversed([each.strip() for each in forwarded.split(",") if each.strip()]):
            if not self._is_trusted(part):
                try:
                    return str(ipaddress.ip_address(part))
                except ValueError:
                    return peer
        return peer
