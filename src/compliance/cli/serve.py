"""`compliance serve` and `compliance worker`: run until told to stop, then finish what has begun.

Whoever stops them (SIGTERM, or Ctrl-C) gets exit status 0 once nothing is in hand any more. Neither makes log-ins.
"""

import os
import signal
import socket
import tempfile
import threading
from argparse import Namespace
from collections.abc import Callable

import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from compliance.app import app_of, from_settings, worker_of
from compliance.cli.starting import reaching, ready_database, settings_now
from compliance.errors import Conflict, Problem
from compliance.http.logs import set_up_logging
from compliance.http.metrics import PROCESSES_FOLDER
from compliance.settings import Settings

_log = structlog.stdlib.get_logger("compliance")
CUT_OFF = 1
_STARTUP_FAILED = 3
_LOOK_EVERY_S = 0.5


class AddressTaken(Conflict):
    """The service cannot listen there."""

    code = "address-taken"


def serve(options: Namespace) -> int:
    """Answer requests, and do jobs unless another process does."""
    settings = settings_now(host=options.host, port=options.port)
    set_up_logging(log_format=settings.log_format, level=settings.log_level)
    listener = _listen(settings)
    try:
        if settings.port == 0:
            settings = settings_now(port=listener.getsockname()[1])
        _prepare(settings)
        _log.info("listening", url=settings.base_url, host=settings.host, port=listener.getsockname()[1])
        return _serve_in_many(settings, listener) if settings.processes > 1 else _serve_here(settings, listener)
    finally:
        listener.close()


def _prepare(settings: Settings) -> None:
    moved = ready_database(settings)
    if moved is not None:
        _log.info("database-migrated", before=moved[0], after=moved[1])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as fault:
        listener.close()
        facts = {"address": f"{settings.host}:{settings.port}", "reason": fault.strerror or "the name is not known"}
        raise AddressTaken([Problem("address-taken", "--port", facts)]) from None
    listener.set_inheritable(True)
    return listener


def _config(settings: Settings, app: object, *, processes: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]  # an application, or where children find one
        factory=processes > 1,
        workers=processes,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        backlog=2048,
    )


class _Server(uvicorn.Server):
    """Tells the worker to end when requests are no longer taken, so that both have the same time to finish."""

    stop_early: Callable[[], None]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stop_early()
        await super().shutdown(sockets)


def _serve_here(settings: Settings, listener: socket.socket) -> int:
    with reaching():
        app = app_of(settings)
    server = _Server(_config(settings, app))
    server.stop_early = app.state.stop_early

    def end(*_: object) -> None:
        # Before uvicorn listens to signals: end at once. After it has ended by one, it raises it again: nothing is left.
        server.should_exit = True

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    server.run(sockets=[listener])
    _log.info("ended")
    return 0


def _serve_in_many(settings: Settings, listener: socket.socket) -> int:
    with reaching():
        from_settings(settings).close()  # what is wrong is said once, here, and not by every child again and again
    with tempfile.TemporaryDirectory(prefix="compliance-metrics-") as folder:
        # Where the children's counters meet; read before any of them counts.
        os.environ[PROCESSES_FOLDER] = folder
        config = _config(settings, "compliance.app:app_from_environment", processes=settings.processes)
        supervisor = Multiprocess(config, sockets=[listener])
        supervisor.run()
    failed = any(child.exitcode == _STARTUP_FAILED for child in supervisor.processes)
    _log.info("ended")
    return _STARTUP_FAILED if failed else 0


def work(options: Namespace) -> int:
    """Do jobs, and nothing else."""
    del options
    settings = settings_now()
    set_up_logging(log_format=settings.log_format, level=settings.log_level)
    _prepare(settings)
    ended = threading.Event()

    def end(*_: object) -> None:
        ended.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    with reaching():
        parts = from_settings(settings)
    try:
        running = worker_of(settings, parts).start_in_thread()
        _log.info("working")
        while not ended.wait(_LOOK_EVERY_S) and running.thread.is_alive():
            pass
        is_over = running.stop(wait_s=settings.shutdown_seconds)
    finally:
        parts.close()
    if not (ended.is_set() and is_over):
        _log.error("job-cut-off" if ended.is_set() else "worker-died")
        return CUT_OFF
    _log.info("ended")
    return 0
