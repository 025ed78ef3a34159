"""The demonstration, made once for all tests that look around in it; each worker of the tests gets a copy of its own."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from litestar.testing import TestClient

from compliance.app import Door, from_settings, make_app
from compliance.cli.demo import MARKER, demo_settings

MADE_WITHIN_S = 300


def made_demo(shared: Path) -> Path:
    """The folder of the demonstration below a folder that all workers share; the first to come makes it."""
    folder, lock = shared / "demo", shared / "demo.lock"
    try:
        lock.mkdir(parents=True)
    except FileExistsError:
        give_up_at = time.monotonic() + MADE_WITHIN_S
        while not (shared / "demo.ready").exists():
            assert time.monotonic() < give_up_at, "nobody made the demonstration"
            time.sleep(0.2)
        return folder
    subprocess.run([sys.executable, "-m", "compliance", "demo", "--data-dir", folder], check=True, capture_output=True,
                   env={name: value for name, value in os.environ.items() if not name.startswith("COMPLIANCE_")},
                   timeout=MADE_WITHIN_S)  # fmt: skip
    (shared / "demo.ready").touch()
    return folder


class Demo:
    """A copy of the demonstration with the service on it, in this process."""

    def __init__(self, made: Path, folder: Path, *, port: int = 8000) -> None:
        shutil.copytree(made, folder)
        self.folder = folder
        marker = json.loads((folder / MARKER).read_text())
        self.log_ins = marker["log_ins"]
        settings = demo_settings(folder, port=port)
        self.parts = from_settings(settings)
        door = Door(made_up_languages=True)
        self.app = make_app(self.parts, requests_per_minute=0, threads=4, door=door)
        self.client = TestClient(self.app)

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.__exit__(*exception)

    def log_in_of(self, role: str, organisation: str = "") -> dict[str, object]:
        """The first log-in that has a role, of an organisation whose name begins so."""
        return next(each for each in self.log_ins
                    if role in each["roles"] and each["organisation"].startswith(organisation))  # fmt: skip
