"""Reads one small text from the public web, for the proof of a domain, and lets nobody aim us at an inner network.

1. The URL is taken apart and put together again from what was checked: scheme, name, port, path.
2. The name is resolved once; one address that is not global refuses all of them.
3. The connection goes to that very address; the name only stands in the Host header and in the TLS handshake. So a
   name that points elsewhere a moment later (DNS rebinding) gains nothing.
4. No redirect is followed, no proxy of the environment is used, no compression is asked for, and size and time are
   limited while reading.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv6Address
from time import monotonic
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from compliance.notify.addresses import Address, is_global
from compliance.notify.domains import DomainNameWrong, parse_domain
from compliance.notify.resolver import DnsFailed, DnsResolver

if TYPE_CHECKING:
    import httpx

LONGEST_URL = 2_000
MOST_ADDRESSES = 4
"""Addresses of one host that are tried, one after the other, when connecting fails."""
CONNECT_TIMEOUT_S = 3
"""For one address, so that a silent one leaves time for the next."""
_PORTS = {"https": 443, "http": 80}
_URL = re.compile(r"[!-~]+")

FetchReason = Literal[
    "url-not-allowed", "host-not-found", "dns-timed-out", "dns-failed", "address-not-public", "unreachable",
    "tls-failed", "timed-out", "redirected", "status-refused", "too-large", "encoded", "not-text",
]  # fmt: skip


class FetchFailed(Exception):
    """A text could not be read. `permanent` where only the owner of the page can change that."""

    def __init__(self, reason: str, *, permanent: bool, status: int | None = None) -> None:
        self.reason = reason
        """One of `FetchReason`."""
        self.permanent = permanent
        self.status = status
        """The HTTP status, where that was the reason."""
        super().__init__(reason if status is None else f"{reason} ({status})")


class Reach(Struct, frozen=True):
    """What may be called. The default is the public web; tests and closed networks say otherwise."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = frozenset({443})
    is_allowed: Callable[[Address], bool] = is_global
    tls: ssl.SSLContext | None = None
    """Whom to trust; None for the usual authorities."""


PUBLIC_WEB = Reach()


class _Target(Struct, frozen=True):
    scheme: str
    host: str
    port: int
    path: str

    def at(self, address: Address) -> str:
        """The URL with the checked address in the place of the name."""
        host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def fetch_text(
    url: str, *, resolver: DnsResolver, max_bytes: int = 4_096, timeout_s: float = 10, reach: Reach = PUBLIC_WEB
) -> str:
    """The UTF-8 text at a URL, without a byte order mark; answered with 200, at most `max_bytes`, all in `timeout_s`.

    To be called from a thread that runs no event loop.

    Raises:
        FetchFailed: anything else happened.
    """
    end = monotonic() + timeout_s
    target = _check_url(url, reach)
    addresses = _check_addresses(target, resolver, reach, timeout_s=timeout_s)

    found = asyncio.run(_read(target, addresses, reach, max_bytes=max_bytes, timeout_s=end - monotonic()))

    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise FetchFailed("not-text", permanent=True) from fault


def _check_url(url: str, reach: Reach) -> _Target:
    refused = FetchFailed("url-not-allowed", permanent=True)
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        raise refused
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parse_domain(parts.hostname or "")
    except (ValueError, DomainNameWrong):
        raise refused from None
    if parts.scheme not in reach.schemes or "@" in parts.netloc or parts.fragment:
        raise refused
    port = _PORTS[parts.scheme] if port is None else port
    if port not in reach.ports:
        raise refused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(parts.scheme, host, port, path)


def _check_addresses(target: _Target, resolver: DnsResolver, reach: Reach, *, timeout_s: float) -> Sequence[Address]:
    try:
        addresses = resolver.addresses(target.host, timeout_s=timeout_s)
    except DnsFailed as fault:
        raise FetchFailed(fault.reason, permanent=fault.permanent) from fault
    if not all(reach.is_allowed(address) for address in addresses):
        raise FetchFailed("address-not-public", permanent=True)
    return addresses[:MOST_ADDRESSES]


async def _read(
    target: _Target, addresses: Sequence[Address], reach: Reach, *, max_bytes: int, timeout_s: float
) -> bytes:
    import httpx

    failure = FetchFailed("unreachable", permanent=False)
    try:
        # One limit around everything: a page that drips a byte a second would keep within any limit for one read.
        async with asyncio.timeout(timeout_s):
            for address in addresses:
                try:
                    return await _read_at(target, address, reach, max_bytes=max_bytes)
                except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
                    failure = _not_connected(fault)
    except (TimeoutError, httpx.TimeoutException) as fault:
        raise FetchFailed("timed-out", permanent=False) from fault
    except httpx.HTTPError as fault:
        raise FetchFailed("unreachable", permanent=False) from fault
    raise failure


async def _read_at(target: _Target, address: Address, reach: Reach, *, max_bytes: int) -> bytes:
    import httpx

    trusted = reach.tls or ssl.create_default_context()
    headers = {
        "Host": target.host_header,
        "Accept": "text/plain",
        "Accept-Encoding": "identity",
        "User-Agent": "compliance-domain-check",
    }
    named = {"sni_hostname": target.host}
    limits = httpx.Timeout(None, connect=CONNECT_TIMEOUT_S)  # all else is limited around this
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, verify=trusted, timeout=limits) as client,
        client.stream("GET", target.at(address), headers=headers, extensions=named) as response,
    ):
        _check_head(response)
        found = bytearray()
        async for piece in response.aiter_raw():
            found += piece
            if len(found) > max_bytes:
                raise FetchFailed("too-large", permanent=True)
        return bytes(found)


def _check_head(response: "httpx.Response") -> None:
    status = response.status_code
    if 300 <= status < 400:
        raise FetchFailed("redirected", permanent=True, status=status)
    if status != 200:
        raise FetchFailed("status-refused", permanent=400 <= status < 500 and status not in (408, 429), status=status)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchFailed("encoded", permanent=True)


def _not_connected(fault: Exception) -> FetchFailed:
    is_tls = any(isinstance(each, ssl.SSLError) for each in _causes(fault))
    return FetchFailed("tls-failed" if is_tls else "unreachable", permanent=is_tls)


def _causes(fault: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = fault
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
