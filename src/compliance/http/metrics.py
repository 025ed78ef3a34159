"""Numbers in the format of Prometheus. No figure names an organisation or a person; routes are templates.

With several server processes, their counters lie in files of a folder that `PROMETHEUS_MULTIPROC_DIR` names before the
first of them starts, and whichever process is asked answers for all.
"""

import hmac
import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from compliance.errors import Forbidden, Unavailable
from compliance.store.figures import Counts

PROCESSES_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LIVE_FILE = re.compile(r"gauge_live[a-z]+_([0-9]+)\.db")
disable_created_metrics()


class MetricsClosed(Forbidden):
    """Metrics are for whoever runs the service."""

    code = "metrics-closed"


class Metrics:
    """Counts what happens; asked for, adds what the database says."""

    def __init__(self, read_counts: Callable[[], Counts], *, version: str) -> None:
        """`read_counts` may raise Unavailable: then its figures are left out and `compliance_database_up` is 0."""
        self._folder = os.environ.get(PROCESSES_FOLDER)
        self._own = CollectorRegistry()
        self._shown = CollectorRegistry() if self._folder else self._own
        if not self._folder:
            ProcessCollector(registry=self._own)
        self._shown.register(_OfDatabase(read_counts, version))
        self._requests = Counter("compliance_requests", "Requests that were answered; status 0 where the caller had gone.",
                                 ("method", "route", "status"), registry=self._own)  # fmt: skip
        self._seconds = Histogram("compliance_request_seconds", "From the first byte of a request to the last of its answer.",
                                  ("method", "route"), buckets=_BUCKETS_S, registry=self._own)  # fmt: skip
        self._of_route: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._in_flight = Gauge("compliance_requests_in_flight", "Requests that are being answered.",
                                multiprocess_mode="livesum", registry=self._own)  # fmt: skip
        self._connections = Gauge("compliance_database_connections_in_use", "Connections to the database that are in use.",
                                  multiprocess_mode="livesum", registry=self._own)  # fmt: skip
        self._most_connections = Gauge("compliance_database_connections_most", "As many as may be in use at once.",
                                       multiprocess_mode="livesum", registry=self._own)  # fmt: skip
        self._mails = Counter("compliance_mails", "Mails that this service tried to send, by what came of it.",
                              ("outcome",), registry=self._own)  # fmt: skip
        for outcome in ("sent", "deferred", "refused"):
            self._mails.labels(outcome)

    def begin(self) -> None:
        """A request has come."""
        self._in_flight.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """It was answered."""
        self._in_flight.dec()
        key = method if method in _METHODS else "other", route, status
        found = self._of_route.get(key)
        if found is None:
            found = self._requests.labels(key[0], route, str(status)), self._seconds.labels(key[0], route)
            self._of_route[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def connection(self, change: int) -> None:
        """A connection to the database was taken (1) or given back (-1)."""
        self._connections.inc(change)

    def set_most_connections(self, most: int) -> None:
        """How many connections there may be."""
        self._most_connections.set(most)

    def mail(self, outcome: str) -> None:
        """A mail was `sent`, `deferred` (tried again later) or `refused` for good."""
        self._mails.labels(outcome).inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it. Blocks: asks the database."""
        if not self._folder:
            return generate_latest(self._shown)
        forget_ended(Path(self._folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=self._folder)  # pyright: ignore[reportUnknownMemberType]
        return generate_latest(registry) + generate_latest(self._shown)


class _OfDatabase(Collector):
    """What is counted when somebody asks."""

    def __init__(self, read_counts: Callable[[], Counts], version: str) -> None:
        self._read = read_counts
        self._version = version

    def collect(self) -> Iterable[Metric]:
        program = GaugeMetricFamily("compliance_program", "The version that runs.", labels=["version"])
        program.add_metric([self._version], 1)
        yield program
        try:
            counts = self._read()
        except Unavailable:
            yield GaugeMetricFamily("compliance_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("compliance_database_up", "Whether the database answers.", 1)
        yield from _families(counts)

    def describe(self) -> Iterable[Metric]:
        return ()


def _families(counts: Counts) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("compliance_jobs", "Jobs by state; dead ones wait for the operator.", labels=["state"])
    for state, number in sorted(counts.jobs.items()):
        jobs.add_metric([state], number)
    yield jobs
    yield GaugeMetricFamily(
        "compliance_oldest_due_job_seconds", "How long the job that fell due first has waited.", counts.oldest_due_s
    )
    files = GaugeMetricFamily("compliance_evidence_files", "Files of evidence by state of their scan.", labels=["scan"])
    for scan, number in sorted(counts.evidence_files.items()):
        files.add_metric([scan], number)
    yield files
    yield GaugeMetricFamily("compliance_evidence_bytes", "Bytes of evidence that are kept.", counts.evidence_bytes)


def forget_ended(folder: Path) -> None:
    """Remove what processes that ended without a word said of their present; what they counted stays."""
    for path in folder.glob("gauge_live*.db"):
        found = _LIVE_FILE.fullmatch(path.name)
        if found is not None and not _runs(int(found[1])):
            with suppress(FileNotFoundError):
                path.unlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Measured:
    """Wraps the whole application, and counts."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when its answer is complete."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = perf_counter()
        status = 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.begin()
        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = str(cast("dict[str, object]", scope).get("path_template") or "none")
            self._metrics.end(scope["method"], route, status, perf_counter() - started_s)


def metrics_handler(metrics: Metrics, *, token: str | None) -> HTTPRouteHandler:
    """`/metrics`: for whoever has the token; without one, for this machine itself, and not through a proxy on it."""

    def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        check_reader(request, token)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    route = HTTPRouteHandler(
        "/metrics", http_method="GET", include_in_schema=False, sync_to_thread=True, status_code=200
    )
    return route(handle)


def check_reader(request: Request[Any, Any, Any], token: str | None) -> None:
    """Return if this caller may read metrics.

    Raises:
        MetricsClosed: no.
    """
    headers = request.headers
    if token is not None:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            raise MetricsClosed
        return
    peer = request.client.host if request.client else ""
    # Everybody behind a proxy on this machine comes from it.
    if "x-forwarded-for" in headers or "forwarded" in headers or not _is_loopback(peer):
        raise MetricsClosed


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
