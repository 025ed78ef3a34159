"""Whether the process lives, and whether it can work: for supervisors, balancers and containers.

Both are outside the JSON interface: no session, no limit of requests. They say which part fails, and nothing about
where it is or why; that stands in the log.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from litestar import Response
from litestar.handlers import HTTPRouteHandler

TIMEOUT_S = 3.0
"""What takes longer counts as failing; a container's own patience is four seconds."""
KEPT_S = 1.0
"""Checks are made at most once a second, however often somebody asks."""
_log = structlog.stdlib.get_logger("compliance.health")


class Readiness:
    """Asks every part at the same time. A part that hangs is asked again only when it has answered."""

    def __init__(
        self, checks: Mapping[str, Callable[[], None]], *, timeout_s: float = TIMEOUT_S, kept_s: float = KEPT_S
    ) -> None:
        """Each check returns when its part is ready, and raises when it is not."""
        self._checks = checks
        self._timeout_s, self._kept_s = timeout_s, kept_s
        self._pool = ThreadPoolExecutor(max(1, len(checks)), thread_name_prefix="ready")
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._found: dict[str, bool] = {}
        self._found_at_s = float("-inf")

    async def parts(self) -> Mapping[str, bool]:
        """Part → whether it is ready."""
        if time.monotonic() - self._found_at_s < self._kept_s:
            return self._found
        asked = [self._ask(name) for name in self._checks]
        if asked:
            await asyncio.wait(asked, timeout=self._timeout_s)
        self._found = {name: self._is_ready(name) for name in self._checks}
        self._found_at_s = time.monotonic()
        return self._found

    def close(self) -> None:
        """Ask nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, name: str) -> "asyncio.Future[None]":
        asked = self._asked.get(name)
        if asked is None or asked.done():
            asked = asyncio.get_running_loop().run_in_executor(self._pool, self._checks[name])
            self._asked[name] = asked
        return asked

    def _is_ready(self, name: str) -> bool:
        asked = self._asked[name]
        fault = asked.exception() if asked.done() and not asked.cancelled() else TimeoutError("no answer in time")
        if fault is not None:
            _log.warning("not-ready", part=name, exc_info=fault)
        return fault is None


def health_handlers(readiness: Readiness) -> list[HTTPRouteHandler]:
    """`/health/live`: always 200 while the process answers. `/health/ready`: 200, or 503 with the part that fails."""

    async def live() -> Response[Any]:
        return Response({"alive": True})

    async def ready() -> Response[Any]:
        parts = await readiness.parts()
        is_ready = all(parts.values())
        body = {"ready": is_ready, "parts": {name: "ready" if each else "failing" for name, each in parts.items()}}
        return Response(body, status_code=200 if is_ready else 503)

    return [
        HTTPRouteHandler(path, http_method="GET", include_in_schema=False, name=path, status_code=200)(handle)
        for path, handle in (("/health/live", live), ("/health/ready", ready))
    ]
