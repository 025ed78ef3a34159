"""The service under load, on SQLite and on PostgreSQL with fsync, beside a bare Litestar handler on the same database.

    python benchmarks/service.py [--tiny] [--engine sqlite|postgresql] [--seconds N] [--rounds N] [--threads N]

With wrk; where it is not here, with paced.py, which takes more of the processor. All is measured in one run, in turn (ours, bare, ours, bare …), at 16 connections; each connection belongs to
one hotel. Only ratios taken in one run mean something: the load is made on the same processors.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from tables import print_table

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

import many_hotels  # noqa: E402
from many_hotels import Hotel  # noqa: E402
from processes import Service  # noqa: E402
from scene import migrate_new  # noqa: E402
from sqlalchemy import insert, select, text  # noqa: E402

from compliance.app import Parts, assemble  # noqa: E402
from compliance.domain.assessment import STATEMENT_VERSION  # noqa: E402
from compliance.http.chance import SystemChance  # noqa: E402
from compliance.store.engine import sqlite_url  # noqa: E402
from compliance.store.tables import assessments as tables  # noqa: E402
from compliance.usecases.pages import write_cursor  # noqa: E402
from compliance.usecases.submitting import fingerprint_of, load_draft  # noqa: E402
from servers import LOOPBACK, PostgresServer, answers, free_port  # noqa: E402

CONNECTIONS = 16
SITES_EACH = 5
HEADS = ("engine", "what", "requests/s", "p50 ms", "p99 ms", "errors")
TARGETS = {"answer writes": 20, "assessment reads": 25}
"""Percent of what the bare handler does."""
PACE = 0.5
"""Of what was reached at once: the fixed arrival rate."""
LAST_PART_BYTES = 500


class Measured(msgspec.Struct):
    """One run of a load generator."""

    requests: int
    duration_us: int
    p50_us: int
    p99_us: int
    errors: int

    @property
    def per_s(self) -> float:
        return self.requests / self.duration_us * 1e6


@dataclass
class Options:
    """How much is measured."""

    seconds: float
    rounds: int
    threads: int
    submissions: int
    lists: tuple[int, int]


class Trial:
    """One engine with its service, its bare handler, and the lines that are sent to them."""

    def __init__(self, engine: str, url: str, folder: Path, options: Options) -> None:
        self.engine, self.options, self._folder, self._url = engine, options, folder, url
        self.parts = assemble(url, pool_size=4)
        self.rows: list[tuple[str, ...]] = []
        self.writers = many_hotels.found_hotels(self.parts, CONNECTIONS, sites=1, answered=many_hotels.met_today())
        self.service = Service(folder / "service", {"DATABASE_URL": url, "THREADS": options.threads, "WORKER": "no"})
        self.bare_port = free_port()

    # ── what is sent

    def file(self, name: str, lines: Iterator[Sequence[object]]) -> Path:
        path = self._folder / f"{name}.txt"
        path.write_text("".join("\t".join(str(part) for part in line) + "\n" for line in lines))
        return path

    def answer_writes(self) -> Iterator[Sequence[object]]:
        time.sleep(1)  # what the run before has left in hand is written by then
        given = {item: msgspec.json.encode(answer).decode() for item, answer in many_hotels.met_today().answers.items()}
        for number, hotel in enumerate(self.writers):
            draft = hotel.draft_ids[0]
            with self.parts.desk.store.unit(writes=False) as unit:
                rows = unit.answers.every(hotel.organisation_id, draft)
            for item, answer in given.items():
                path = f"{hotel.path}/{draft}/answers/{item}"
                yield number, "PUT", path, hotel.token, answer, rows[item].revision

    def assessment_reads(self) -> Iterator[Sequence[object]]:
        for number, hotel in enumerate(self.writers):
            yield number, "GET", f"{hotel.path}/{hotel.draft_ids[0]}", hotel.token, "", "-"

    def submissions(self, count: int, first: int) -> Iterator[Sequence[object]]:
        filled = many_hotels.found_hotels(self.parts, -(-count // SITES_EACH), sites=SITES_EACH, answered=many_hotels.met_today(),
                                     first=first)  # fmt: skip
        for number, hotel in enumerate(filled):
            for draft in hotel.draft_ids:
                path = f"{hotel.path}/{draft}/submission"
                yield number % CONNECTIONS, "POST", path, hotel.token, self._signature(hotel, draft), "-"

    def _signature(self, hotel: Hotel, draft_id: str) -> str:
        with self.parts.desk.store.unit(writes=False) as unit:
            assessment = unit.assessments.find(hotel.organisation_id, draft_id)
            assert assessment is not None
        who = {"credential": hotel.token, "organisation_id": hotel.organisation_id}
        with self.parts.desk.deed("member", writes=False, **who) as deed:
            fingerprint = fingerprint_of(load_draft(deed, assessment))
        return msgspec.json.encode({"name": "A manager", "role": "Manager", "statement": STATEMENT_VERSION,
                                    "fingerprint": fingerprint}).decode()  # fmt: skip

    def list_pages(self, hotel: Hotel, size: int) -> Iterator[Sequence[object]]:
        """The first page, and pages from the middle of the list."""
        for number in range(CONNECTIONS):
            yield number, "GET", hotel.path, hotel.token, "", "-"
            with self.parts.database.transaction(writes=False) as connection:
                row = connection.execute(
                    select(tables.assessments.c.started_at, tables.assessments.c.id)
                    .where(tables.assessments.c.organisation_id == hotel.organisation_id)
                    .order_by(tables.assessments.c.started_at).offset(size * (number + 1) // (CONNECTIONS + 1)).limit(1)
                ).one()  # fmt: skip
            yield number, "GET", f"{hotel.path}?cursor={write_cursor(row[0].isoformat(), row[1])}", hotel.token, "", "-"

    def bare_reads(self, prefix: str = "") -> Iterator[Sequence[object]]:
        for number in range(CONNECTIONS):
            yield number, "GET", f"{prefix}/read/key{number}", "", "", "-"

    def bare_writes(self, prefix: str = "") -> Iterator[Sequence[object]]:
        for number in range(CONNECTIONS):
            yield number, "PUT", f"{prefix}/write", "", '{"value": 3}' + " " * LAST_PART_BYTES, "-"

    # ── measuring

    def wrk(self, port: int, file: Path) -> Measured:
        if shutil.which("wrk") is None:
            return measured(sys.executable, HERE / "paced.py", port, file, "--seconds", self.options.seconds)
        each = ["-t", CONNECTIONS, "-c", CONNECTIONS, "-d", f"{self.options.seconds:g}s", "--timeout", "20s"]
        return measured("wrk", *each, "-s", HERE / "load.lua", f"http://{LOOPBACK}:{port}", "--", file)

    def paced(self, file: Path, rate: float) -> Measured:
        seconds = ["--seconds", self.options.seconds]
        return measured(sys.executable, HERE / "paced.py", self.service.port, file, "--rate", rate, *seconds)

    def row(self, what: str, found: Sequence[Measured]) -> float:
        """Note the medians of some runs; gives the requests per second."""
        per_s = median(each.per_s for each in found)
        times = [f"{median(getattr(each, name) for each in found) / 1000:.1f}" for name in ("p50_us", "p99_us")]
        self.rows.append((self.engine, what, f"{per_s:,.0f}", *times, str(sum(each.errors for each in found))))
        return per_s

    def in_turn(self, ours: Callable[[], Measured], *bare: Callable[[], Measured]) -> list[list[Measured]]:
        """Ours and the others, one after the other, round by round."""
        found: list[list[Measured]] = [[] for _ in range(1 + len(bare))]
        for _ in range(self.options.rounds):
            for index, measure in enumerate((ours, *bare)):
                found[index].append(measure())
        return found

    def beside_bare(
        self, what: str, lines: Callable[[], Iterator[Sequence[object]]],
        bare: Callable[[str], Iterator[Sequence[object]]],
    ) -> str:  # fmt: skip
        """Measure one of our deeds beside the bare handler, with and without its thread, and then at a fixed rate."""
        kinds = ["", "/loop"] if self.engine == "sqlite" else [""]
        others = [self.file(f"bare{index}", bare(kind)) for index, kind in enumerate(kinds)]
        ours, *found = self.in_turn(
            lambda: self.wrk(self.service.port, self.file("ours", lines())),
            *(lambda file=file: self.wrk(self.bare_port, file) for file in others),
        )
        per_s = self.row(what, ours)
        reached = [self.row(name, each) for name, each in zip(
            ("… bare handler, one statement", "… the same without a thread"), found, strict=False)]  # fmt: skip
        self.row(f"{what}, {per_s * PACE:,.0f}/s arriving",
                 [self.paced(self.file("ours", lines()), per_s * PACE) for _ in range(self.options.rounds)])  # fmt: skip
        shares = " and ".join(f"{per_s / each:.0%}" for each in reached)
        return f"{self.engine}: {what} are {shares} of the bare handler (target {TARGETS[what]} %)"

    def measure(self) -> list[str]:
        """Everything on this engine; what is to be said below the table."""
        remarks = [self.beside_bare("answer writes", self.answer_writes, self.bare_writes),
                   self.beside_bare("assessment reads", self.assessment_reads, self.bare_reads)]  # fmt: skip
        found: list[Measured] = []
        for index in range(self.options.rounds):
            first = 10_000 * (index + 1)
            lines = self.file("submissions", self.submissions(self.options.submissions, first))
            found.append(measured(sys.executable, HERE / "paced.py", self.service.port, lines, "--once"))
        self.row("submissions", found)
        remarks.append(self._lists())
        return [*remarks, f"{self.engine}: the service had {self.service.memory_mb:.0f} MB at the end"]

    def _lists(self) -> str:
        files: list[Path] = []
        for number, size in enumerate(self.options.lists):
            hotel = many_hotels.found_hotels(self.parts, 1, sites=1, answered=None, first=1_000_000 + number)[0]
            fill(self.parts, hotel, size)
            files.append(self.file(f"list{size}", self.list_pages(hotel, size)))
        found = self.in_turn(*(lambda file=file: self.wrk(self.service.port, file) for file in files))
        few, many = (self.row(f"list pages, {size:,} assessments", each)
                     for size, each in zip(self.options.lists, found, strict=True))  # fmt: skip
        return f"{self.engine}: list pages with {self.options.lists[1]:,} assessments: {many / few:.0%} of those with {self.options.lists[0]:,}"

    def run(self) -> list[str]:
        """Start both servers, measure, stop them."""
        with self.parts.database.transaction(writes=True) as connection:
            connection.execute(text("CREATE TABLE bare (id VARCHAR(40) PRIMARY KEY, body TEXT)"))
            made = [
                {"id": f"key{number}", "body": '{"value": 3}' + " " * LAST_PART_BYTES} for number in range(CONNECTIONS)
            ]
            connection.execute(text("INSERT INTO bare (id, body) VALUES (:id, :body)"), made)
        command = [sys.executable, HERE / "bare.py", self._url, self.bare_port, self.options.threads]
        bare = subprocess.Popen([str(part) for part in command])
        try:
            with self.service:
                while not answers(self.bare_port):
                    assert bare.poll() is None
                return self.measure()
        finally:
            bare.terminate()
            bare.wait()
            self.parts.close()


def measured(*command: object) -> Measured:
    """Run a load generator and read its result."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert found, f"{command[0]} gave no result: {done.stdout} {done.stderr}"
    return msgspec.json.decode(found[0].removeprefix("RESULT "), type=Measured)


def fill(parts: Parts, hotel: Hotel, count: int) -> None:
    """Give a hotel many old assessments, written as rows: nobody waits for a hundred thousand deeds."""
    chance, table = SystemChance(), tables.assessments
    with parts.database.transaction(writes=True) as connection:
        one = connection.execute(select(table).where(table.c.id == hotel.draft_ids[0])).one()
        like: dict[str, Any] = dict(one._mapping)
        for begin in range(0, count, 10_000):
            rows: list[dict[str, Any]] = []
            for number in range(begin, min(begin + 10_000, count)):
                at = like["started_at"] - timedelta(minutes=number + 1)
                rows.append({**like, "id": chance.new_id(at), "started_at": at, "state": "withdrawn"})
            connection.execute(insert(table), rows)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=40)
    given = parser.parse_args()
    options = Options(given.seconds, given.rounds, given.threads, submissions=800, lists=(1_000, 100_000))
    if given.tiny:
        options = Options(1.0, 1, given.threads, submissions=CONNECTIONS * 2, lists=(100, 1_000))
    rows: list[tuple[str, ...]] = []
    remarks: list[str] = []
    for engine in given.engine or ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            url = sqlite_url(folder / "compliance.sqlite")
            if engine == "postgresql":
                url = stack.enter_context(PostgresServer(durable=True, own=True)).create_database("bench")
            migrate_new(url)
            trial = Trial(engine, url, folder, options)
            remarks += trial.run()
            rows += trial.rows
    load = "benchmarks/paced.py, as wrk is not here"
    if shutil.which("wrk"):
        load = "wrk; at a fixed rate and for submissions by benchmarks/paced.py"
    how = (f"{CONNECTIONS} connections, {options.threads} threads, one server process, {options.rounds} rounds of "
           f"{options.seconds:g} s in turn, medians; no worker runs, so mail is queued and not sent meanwhile; load by {load}")  # fmt: skip
    print_table("The service under load", HEADS, rows, [*remarks, how])
    return 0 if all(row[-1] == "0" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
