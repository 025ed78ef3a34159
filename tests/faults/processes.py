"""The service as an operator runs it: real processes, that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.request import urlopen

import httpx

from servers import LOOPBACK, free_port

READY_WITHIN_S = 60


class Process:
    """`compliance serve` or `compliance worker` with settings of its own; its words are kept in a file."""

    def __init__(self, command: str, folder: Path, settings: Mapping[str, object], *, limit: str = "") -> None:
        """Say what it shall be. `limit` is a line of shell that is run before it, such as `ulimit -f 1000`."""
        self.folder = folder
        self.settings = {f"COMPLIANCE_{name}": str(value) for name, value in settings.items()}
        self._command = [sys.executable, "-m", "compliance", command]
        if limit:
            self._command = ["/bin/sh", "-c", f'{limit}; exec "$@"', "limited", *self._command]
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._running is not None:
            self.end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    @property
    def memory_mb(self) -> float:
        """What it keeps in memory now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    @property
    def words(self) -> str:
        return (self.folder / "words.log").read_text(errors="replace")

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COMPLIANCE_")}
        with (self.folder / "words.log").open("ab") as words:
            self._running = subprocess.Popen(
                self._command, env={**environment, **self.settings}, stdin=subprocess.DEVNULL, stdout=words,
                stderr=words, start_new_session=True,
            )  # fmt: skip

    def end(self, by: signal.Signals) -> int:
        """Send it a signal and wait; gives its exit status. SIGKILL lets it write nothing any more."""
        running, self._running = self._running, None
        assert running is not None
        running.send_signal(by)
        try:
            return running.wait(READY_WITHIN_S)
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()

    def has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None


class Service(Process):
    """`compliance serve` on loopback, without a limit of requests."""

    def __init__(self, folder: Path, settings: Mapping[str, object], *, limit: str = "") -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        mine = {"PORT": self.port, "DATA_DIR": folder, "RATE_LIMIT_PER_MINUTE": 0, "LOG_LEVEL": "warning"}
        super().__init__("serve", folder, {**mine, **settings}, limit=limit)

    def start(self) -> None:
        """Start it; returns when it answers.

        Raises:
            RuntimeError: it did not start, with its last words.
        """
        super().start()
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            if self.has_ended() or time.monotonic() > give_up_at:
                problem = f"the service did not start: {self.words[-2_000:]}"
                raise RuntimeError(problem)
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/health/live", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def client_of(service: Service, *, connections: int = 100) -> Iterator[httpx.Client]:
    """A client with a connection for each thread."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    with httpx.Client(base_url=service.url, limits=limits, timeout=30) as client:
        yield client
