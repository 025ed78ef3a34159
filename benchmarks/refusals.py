"""How long `compliance assess` takes to refuse a bad file, from a cold start: hostile ones and mistaken ones.

    python benchmarks/refusals.py [--tiny]

Each is meant to be refused within two seconds, whatever it holds. The slowest are shown.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import print_table

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from fixtures.hostile import MEGABYTES, unknown_answers  # noqa: E402
from fixtures.libraries import ANSWERS, TINY  # noqa: E402

TARGET_S = 2.0
SHOWN = 8


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    is_tiny = parser.parse_args().tiny
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = [*sorted(ANSWERS.glob("*.yaml")), *made(Path(folder))]
        if is_tiny:
            files = files[-3:]
        took = sorted(((refused_in_s(file), file.name) for file in files), reverse=True)
    slowest = took[0][0]
    verdict = "reached" if slowest < TARGET_S else "missed"
    remark = (f"{len(took)} files, each in a process of its own; the slowest {slowest:.2f} s "
              f"(target {TARGET_S:g} s: {verdict})")  # fmt: skip
    rows = [(name, f"{seconds:.2f}") for seconds, name in took[:SHOWN]]
    print_table("Bad files", ("file", "seconds until it is refused"), rows, [remark])
    return 0


def made(folder: Path) -> list[Path]:
    """The files that are made here."""
    contents = {**MEGABYTES, "unknown-answers": unknown_answers(4_500)}
    for name, content in contents.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return [folder / f"{name}.yaml" for name in contents]


def refused_in_s(file: Path) -> float:
    """Seconds from the start of the command to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "compliance", "assess", file, "--questionnaires", TINY, "--json"],
                   capture_output=True, check=False)  # fmt: skip
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
