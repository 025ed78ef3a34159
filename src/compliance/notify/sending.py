"""Hands a small text to an address that the operator chose, and reads a small answer.

No redirect is followed, no proxy of the environment is used, no compression is asked for, and size and time are limited.
The address may lead anywhere: whoever may choose it here runs the service.
"""

import asyncio
import ssl
from typing import TYPE_CHECKING

from msgspec import Struct

from compliance.notify.fetch import CONNECT_TIMEOUT_S

if TYPE_CHECKING:
    import httpx

_REDIRECTS = range(300, 400)


class Answered(Struct, frozen=True):
    """What came back, whatever the status; a redirect is none."""

    status: int
    media_type: str
    """Without what may stand behind it; empty where none was said."""
    body: bytes


class NotAnswered(Exception):
    """Nothing came back that could be read. The reason is a code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        """`unreachable`, `tls-failed`, `timed-out`, `redirected`, `too-large` or `encoded`."""
        super().__init__(reason)


def send_text(url: str, text: str, *, timeout_s: float, most_bytes: int = 16_384) -> Answered:
    """Post a text; the answer has at most `most_bytes`, and all takes at most `timeout_s`.

    To be called from a thread that runs no event loop.

    Raises:
        NotAnswered: anything else happened.
    """
    return asyncio.run(_sent(url, text.encode(), most_bytes=most_bytes, timeout_s=timeout_s))


async def _sent(url: str, content: bytes, *, most_bytes: int, timeout_s: float) -> Answered:
    import httpx

    try:
        # One limit around everything: an answer that drips a byte a second would keep within any limit for one read.
        async with asyncio.timeout(timeout_s):
            return await _post(url, content, most_bytes=most_bytes)
    except (TimeoutError, httpx.TimeoutException) as fault:
        raise NotAnswered("timed-out") from fault
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        is_tls = isinstance(fault, httpx.ConnectError) and "SSL" in str(fault)
        raise NotAnswered("tls-failed" if is_tls else "unreachable") from fault


async def _post(url: str, content: bytes, *, most_bytes: int) -> Answered:
    import httpx

    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Accept-Encoding": "identity",
        "User-Agent": "compliance-log",
    }
    limits = httpx.Timeout(None, connect=CONNECT_TIMEOUT_S)  # all else is limited around this
    async with (
        httpx.AsyncClient(
            trust_env=False, follow_redirects=False, verify=ssl.create_default_context(), timeout=limits
        ) as client,
        client.stream("POST", url, content=content, headers=headers) as response,
    ):
        _check_head(response)
        found = bytearray()
        async for piece in response.aiter_raw():
            found += piece
            if len(found) > most_bytes:
                raise NotAnswered("too-large")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answered(response.status_code, media_type, bytes(found))


def _check_head(response: "httpx.Response") -> None:
    if response.status_code in _REDIRECTS:
        raise NotAnswered("redirected")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotAnswered("encoded")
