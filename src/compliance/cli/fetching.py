"""Reading what services publish: over TLS, or from this very machine; small, soon, and from nowhere else than asked."""

import re
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from msgspec import Struct

from compliance import __version__
from compliance.errors import Invalid, Problem

if TYPE_CHECKING:
    import httpx

CONNECT_TIMEOUT_S, READ_TIMEOUT_S, WHOLE_TIMEOUT_S = 5.0, 10.0, 60.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST_WAIT_DIGITS = 6
_URL = re.compile(r"[!-~]{1,2000}")


class AddressRefused(Invalid):
    """This address is not asked."""

    code: ClassVar[str] = "address-refused"


class NotFetched(Exception):
    """Nothing could be read there; the message says why. Not a refusal: whoever asks may go on without it."""

    def __init__(self, *said: str) -> None:
        super().__init__(" ".join(said))


class Fetched(Struct, frozen=True, kw_only=True):
    """What an address answered."""

    url: str
    status: int
    body: bytes
    retry_after_s: int = 0
    """How long to wait, where it says that it was asked too often."""


def check_address(url: str) -> None:
    """Return when the address may be asked: https, or anything on this machine.

    Raises:
        AddressRefused: it may not.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", None
    is_safe = parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    if parts is None or not is_safe or not host or "@" in parts.netloc or parts.fragment or not _URL.fullmatch(url):
        raise AddressRefused([Problem("address-not-asked", "", {"given": url[:200]})])


def open_client() -> "httpx.Client":
    """What asks, to be closed: it keeps its connections, for whoever fetches many things from one place."""
    import httpx

    headers = {"user-agent": f"compliance/{__version__}", "accept-encoding": "identity"}
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    return httpx.Client(follow_redirects=False, timeout=timeout, headers=headers)


def fetch(url: str, *, most_bytes: int, client: "httpx.Client | None" = None) -> Fetched:
    """What stands at an address. No redirect is followed, and no compression is asked for.

    Raises:
        AddressRefused: it is not asked.
        NotFetched: it does not answer, not in time, leads elsewhere, or says more than `most_bytes`.
    """
    import httpx

    check_address(url)
    ends_at = monotonic() + WHOLE_TIMEOUT_S
    body = bytearray()
    try:
        with (
            open_client() if client is None else nullcontext(client) as asking,
            asking.stream("GET", url) as response,
        ):
            if response.is_redirect:
                raise NotFetched("it leads on to", response.headers.get("location", "")[:200], "which was not followed")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise NotFetched("it answers compressed, which was not asked for")
            for part in response.iter_bytes():
                body += part
                if len(body) > most_bytes:
                    raise NotFetched("it says more than", f"{most_bytes // 1024} KiB")
                if monotonic() > ends_at:
                    raise NotFetched("it does not come to an end within", f"{WHOLE_TIMEOUT_S:.0f} seconds")
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise NotFetched("it does not answer:", type(fault).__name__) from fault
    wait = response.headers.get("retry-after", "")
    retry_after_s = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) <= _LONGEST_WAIT_DIGITS else 0
    return Fetched(url=url, status=response.status_code, body=bytes(body), retry_after_s=retry_after_s)
