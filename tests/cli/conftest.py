"""The command line as a person meets it: arguments and standard input in; status, output and problems out."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from compliance.cli import main
from fixtures.libraries import ROOT, TINY


class Said(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys, monkeypatch) -> Run:
    """Run a command in this process: `run("questionnaires", "list", stdin=b"…")`, on the tiny library."""

    def command(*arguments: object, stdin: bytes = b"", library: object = TINY) -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        extra = [] if library is None else ["--questionnaires", str(library)]
        status = main([*map(str, arguments), *extra])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(status, said.out, said.err)

    return command


@pytest.fixture
def shell() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a shell line in which `compliance` is the command of this checkout."""

    def line(command: str, *, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        function = f'compliance() {{ "{sys.executable}" -m compliance "$@"; }}\n'
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": ""}
        return subprocess.run(
            ["bash", "-c", function + command], input=stdin, capture_output=True, check=False, cwd=ROOT, env=environment
        )

    return line
