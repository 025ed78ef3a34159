"""Server and worker killed in the middle of 500 writes, again and again, on both engines; then longer outages.

    python benchmarks/torture.py [--rounds 10] [--kills 200] [--engine sqlite|postgresql]

The same rounds as in tests/faults, more of them, and the database away for 20 seconds. Exit status 1 where anything was
lost, half there, there twice, or not acknowledged in the end.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tables import print_table

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

from killed_signing import STEPS, Found, kill_while_signing  # noqa: E402
from outages import Outage, database_gone  # noqa: E402
from scene import Scene, migrate_new, scene_on  # noqa: E402
from torment import Tally, torment  # noqa: E402

from compliance.store.engine import sqlite_url  # noqa: E402
from servers import PostgresServer  # noqa: E402

HEADS = ("engine", "round", "requests", "acknowledged before the kill", "lost", "half there", "there twice",
         "never acknowledged", "mails lost", "journals broken")  # fmt: skip
ENGINES = ("sqlite", "postgresql")
AWAY_S = 20


def row_of(engine: str, number: int, tally: Tally) -> list[str]:
    """A line of the table."""
    wrong = (tally.lost, tally.half, tally.doubled, tally.refused, tally.mails_lost, tally.journals_broken)
    return [engine, str(number), str(tally.requests), str(tally.acknowledged), *(str(len(each)) for each in wrong)]


def said(engine: str, outage: Outage) -> str:
    """An outage in a sentence."""
    return (
        f"{engine} away for {outage.away_s:g} s: {outage.refused} of {outage.requests} requests were told so (503, "
        f"Retry-After), {outage.wrong} answered otherwise, {outage.lost} acknowledged writes lost; it answered again "
        f"{outage.back_after_s:.1f} s after the database was back"
    )


def _signing(engine: str, folder: Path, stack: ExitStack, *, times: int) -> Found:
    """Signing killed on an empty database of an engine."""
    url = sqlite_url(folder / "compliance.sqlite")
    if engine == "postgresql":
        url = stack.enter_context(PostgresServer(durable=True, own=True)).create_database("signing")
    migrate_new(url)
    return kill_while_signing(url, times=times)


def main() -> int:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--kills", type=int, default=200, help="at each step of signing")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    options = parser.parse_args()
    rows: list[list[str]] = []
    remarks: list[str] = []
    failures: list[str] = []
    for engine in options.engine or ENGINES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-")))
            scene: Scene = stack.enter_context(scene_on(engine, folder))
            for number in range(1, options.rounds + 1):
                tally = torment(scene, seed=number)
                rows.append(row_of(engine, number, tally))
                failures += [f"{engine} {number}: {tally.wrong}"] if tally.wrong else []
                print(
                    f"{engine}, round {number} of {options.rounds}: {tally.wrong or 'nothing wrong'}", file=sys.stderr
                )
            if scene.postgres is not None:
                outage = database_gone(scene, away_s=AWAY_S)
                remarks.append(said(engine, outage))
                failures += [f"{engine}: {outage}"] if outage.is_wrong else []
    for engine in options.engine or ENGINES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-")))
            signed = _signing(engine, folder, stack, times=options.kills)
            remarks.append(
                f"{engine}, signing killed {signed.kills} times, {options.kills} at each of {', '.join(STEPS)}: "
                f"{signed.wrong or 'each certificate issued exactly once'}"
            )
            failures += [f"{engine}, signing: {signed.wrong}"] if signed.wrong else []
    print_table("Killed in the middle", HEADS, rows, [*remarks, *failures])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
