"""`compliance serve` and `compliance worker` as processes of their own, as an operator starts them."""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

from fixtures.libraries import ROOT

READY_WITHIN_S = 60
COMMAND = [sys.executable, "-W", "error::ResourceWarning", "-m", "compliance"]


def environment(**settings: object) -> dict[str, str]:
    """The environment of a command: this one without our variables, and these settings."""
    ours = ("COMPLIANCE_", "PROMETHEUS_", "PYTHONDONTWRITEBYTECODE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    given = {f"COMPLIANCE_{name.upper()}": str(value) for name, value in settings.items()}
    return {
        **clean,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONPYCACHEPREFIX": _bytecode(),
        "PYTHONUNBUFFERED": "1",
        **given,
    }


@functools.cache
def _bytecode() -> str:
    """Where the commands of these tests keep what they compiled: most of the time that one takes to start."""
    folder = tempfile.mkdtemp(prefix="bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def command(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([*COMMAND, *map(str, arguments)], env=environment(**settings), capture_output=True, text=True,
                          check=False, timeout=READY_WITHIN_S)  # fmt: skip


class Served:
    """A process that runs until the `with` ends; `url` is where it answers, `log` what it wrote so far."""

    def __init__(self, folder: Path, *arguments: str, ready: str = "Application startup complete.", **settings: object):
        self._log = folder / f"log-{time.monotonic_ns()}.jsonl"
        self._ready = ready
        self._settings = {"data_dir": folder / "data", "port": 0, **settings}
        self._arguments = arguments or ("serve",)

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([*COMMAND, *self._arguments], env=environment(**self._settings), stdout=log,
                                            stderr=log)  # fmt: skip
        try:
            self.wait_for(self._ready, times=int(str(self._settings.get("processes", 1))))
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(READY_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> list[dict[str, object]]:
        lines = self._log.read_text().splitlines()
        return [json.loads(line) if line.startswith("{") else {"event": line} for line in lines]

    @property
    def url(self) -> str:
        port = next(line["port"] for line in self.log if line["event"] == "listening")
        return f"http://127.0.0.1:{port}"

    def wait_for(self, event: str, *, times: int = 1) -> None:
        """Return when this was logged so often."""
        give_up_at = time.monotonic() + READY_WITHIN_S
        while sum(line["event"] == event for line in self.log) < times:
            said = self._log.read_text()[-3000:]
            assert self.process.poll() is None, said
            assert time.monotonic() < give_up_at, said
            time.sleep(0.05)

    def stop(self, *, by: signal.Signals = signal.SIGTERM, within_s: float = 30) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(by)
        return self.process.wait(within_s)
