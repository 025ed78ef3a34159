"""A coarse limit of requests for each visitor, in memory, per process: so that one visitor leaves room for others.

What must hold across processes, as tries of passwords, is counted in the database by the use cases.
"""

import threading
from datetime import datetime

from msgspec import Struct

from compliance.errors import Forbidden

WINDOW_S = 60
_MOST_VISITORS = 50_000


class TooManyRequests(Forbidden):
    """Too many requests in a minute: wait a moment, then go on."""

    code = "too-many-requests"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Allowance(Struct, frozen=True):
    """What a visitor has left in this window."""

    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """The `RateLimit` fields; none where there is no limit."""
        if not self.limit:
            return {}
        return {
            "ratelimit-policy": f'"default";q={self.limit};w={WINDOW_S}',
            "ratelimit": f'"default";r={self.remaining};t={self.reset_s}',
        }


class RequestLimit:
    """Counts requests in windows of a minute; 0 sets no limit."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[str, int] = {}
        self._made_up: dict[str, int] = {}

    def take(self, visitor: str, now: datetime, *, client: str = "") -> Allowance:
        """Count a request of a session, a token or an address; `client` is the address that it came from.

        Raises:
            TooManyRequests: this window's allowance is used up; or the address has shown so many credentials that are
                none, and this one is new in this window.
        """
        if not self._limit:
            return Allowance(0, 0, 0)
        seconds = int(now.timestamp())
        window, reset_s = seconds // WINDOW_S, WINDOW_S - seconds % WINDOW_S
        with self._lock:
            if window != self._window or len(self._counts) > _MOST_VISITORS:
                self._window, self._counts, self._made_up = window, {}, {}
            if visitor not in self._counts and self._made_up.get(client, 0) >= self._limit:
                raise TooManyRequests(reset_s)
            count = self._counts[visitor] = self._counts.get(visitor, 0) + 1
        if count > self._limit:
            raise TooManyRequests(reset_s)
        return Allowance(self._limit, self._limit - count, reset_s)

    def note_made_up(self, client: str) -> None:
        """An address has shown a credential that is none: a new one for each request must not be a new visitor each."""
        with self._lock:
            self._made_up[client] = self._made_up.get(client, 0) + 1
