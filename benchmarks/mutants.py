"""How many mutants of the scoring rule the tests kill: mutmut over `domain/scoring`, on a copy in a temporary folder.

    python benchmarks/mutants.py [--keep]

    1. copy what the scoring tests need, without the slow property tests;
    2. let mutmut change one thing at a time in `domain/scoring` and run the tests that reach it;
    3. print killed, survived and the percentage; list every survivor with its change;
    4. exit with 1 below 95 % (a mutant that no test reaches counts as a survivor).

About a quarter of an hour on two cores. Survivors that change nothing anyone can see are explained in docs/quality.md.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from os import cpu_count
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LEAST_PERCENT = 95
COPIED = ("src", "questionnaires", "tests/build.py", "tests/conftest.py", "tests/domain/__init__.py",
          "tests/domain/strategies.py", "tests/domain/scoring")  # fmt: skip
SLOW = "tests/domain/scoring/test_properties.py"
CONFIGURATION = """
[tool.pytest.ini_options]
addopts = "--strict-markers --strict-config"
filterwarnings = ["error"]

[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/compliance/domain/scoring/*"]
also_copy = ["questionnaires"]
pytest_add_cli_args_test_selection = ["tests/domain/scoring"]
use_git_change_detection = false
"""
CAST = re.compile(r"cast\((?:None|\"[^\"]*\"|[A-Za-z]+), ")


def main(arguments: list[str]) -> int:
    """Run everything; `--keep` leaves the folder for `mutmut browse`."""
    if find_spec("mutmut") is None:
        print("mutmut is not installed here; it is one of the development requirements.")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="compliance-mutants-"))
    try:
        copy_to(folder)
        status = run_mutants(folder)
        return status or report(folder)
    finally:
        if "--keep" in arguments:
            print(f"\nKept in {folder}: `cd {folder} && mutmut browse`.")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def copy_to(folder: Path) -> None:
    """The part of this checkout that the scoring tests need, and a configuration of its own."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.ttf")
    for name in COPIED:
        source, target = HERE / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=leave_out)
        else:
            shutil.copy(source, target)
    (folder / SLOW).unlink()
    (folder / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")


def run_mutants(folder: Path) -> int:
    """Let mutmut work; its progress is shown on a terminal and left out of logs."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(cpu_count() or 1)]
    quiet = None if sys.stdout.isatty() else subprocess.PIPE
    done = subprocess.run(command, cwd=folder, stdout=quiet, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print((done.stdout or "")[-4_000:])
    return done.returncode


def report(folder: Path) -> int:
    """Print the figures and the survivors; 1 where too many survived."""
    mutmut(folder, "export-cicd-stats")
    counts = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    killed = counts["killed"] + counts["timeout"] + counts["segfault"]
    total = counts["total"] - counts["skipped"]
    percent = 100 * killed / total if total else 0.0
    lines = mutmut(folder, "results").splitlines()
    alive = [line.split(":")[0].strip() for line in lines if line.strip().endswith((": survived", ": no tests"))]
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        changes = dict(zip(alive, pool.map(lambda name: change_of(folder, name), alive), strict=True))
    casts = [name for name, (old, new) in changes.items() if old != new and CAST.sub("", old) == CAST.sub("", new)]
    for name, (old, new) in changes.items():
        if name not in casts:
            print(f"{name}\n    - {old}\n    + {new}")
    if casts:
        print(f"{len(casts)} more differ in a type named to `cast` only, which does nothing when it runs.")
    print(
        f"\nmutants {total} · killed {killed} · survived {total - killed} · {percent:.1f} % (at least {LEAST_PERCENT} %)"
    )
    return 0 if percent >= LEAST_PERCENT else 1


def change_of(folder: Path, name: str) -> tuple[str, str]:
    """The changed line of a mutant, before and after."""
    shown = mutmut(folder, "show", name).splitlines()
    old = [line[1:].strip() for line in shown if line.startswith("-") and not line.startswith("---")]
    new = [line[1:].strip() for line in shown if line.startswith("+") and not line.startswith("+++")]
    return " ".join(old), " ".join(new)


def mutmut(folder: Path, *arguments: str) -> str:
    """What one of mutmut's commands says."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
