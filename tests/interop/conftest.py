"""The verifiers that others wrote: installed once into build/interop, at exact versions, checked by their digests."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fixtures.libraries import ROOT

HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "build" / "interop"
# The schemas of others, which are not ours to hand on: a check for whoever has them (docs/adr/0030).
collect_ignore = [] if os.environ.get("COMPLIANCE_TEST_SCHEMAS") else ["test_published_schemas.py"]


@pytest.fixture(scope="session")
def verify():
    """Verify credentials by JavaScript: a finding for each of `{credential, now, documents: {address: document}}`."""
    install()

    def run(*asked):
        done = subprocess.run(
            ["node", "verify.mjs"],
            cwd=FOLDER,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def install():
    """Install what package.json names, unless it is there; one process at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256((HERE / "package.json").read_bytes() + (HERE / "integrity.json").read_bytes()).hexdigest()
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.copyfile(HERE / "verify.mjs", FOLDER / "verify.mjs")
        mark = FOLDER / "installed"
        if mark.exists() and mark.read_text() == wanted:
            return
        shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
        shutil.copyfile(HERE / "package.json", FOLDER / "package.json")
        npm = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
        done = subprocess.run(npm, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert digests() == json.loads((HERE / "integrity.json").read_text())
        mark.write_text(wanted)


def digests():
    """The digest of every package that was installed, as npm checked it."""
    packages = json.loads((FOLDER / "node_modules" / ".package-lock.json").read_text())["packages"]
    return {path.removeprefix("node_modules/"): package["integrity"] for path, package in packages.items()}
