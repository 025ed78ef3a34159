"""How long every page takes on the demonstration, at 8 connections that never pause.

    python benchmarks/pages.py [--tiny] [--seconds N] [--engine sqlite|postgresql] [--processes N]

On the embedded database one server process, else two. A page is asked for over and over by wrk; with 8 connections at once
it waits for seven others, so its time is that of eight pages, less what two cores do side by side. PostgreSQL gets the
same demonstration by backup and restore.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from tables import print_table

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults"), str(TESTS / "web")]

from guest import Guest  # noqa: E402
from processes import Service  # noqa: E402
from walking import kind_of, walk  # noqa: E402

from demo import Demo, made_demo  # noqa: E402
from servers import PostgresServer  # noqa: E402

CONNECTIONS = 8
TARGET_MS, WHOLE_TARGET_MS = 50, 300
WHOLE = re.compile(r"/(all|print|result|check|spreadsheet|what-if|standards)$|/questionnaires/")
"""Pages that show everything at once."""
VISITORS = {"nobody": None, "owner": ("owner", "Lotus"), "operator": ("admin", "")}
FILES = re.compile(r"/documents/|\.(pdf|xlsx|csv|ics|json)$|/export|/content$|/form\.")


class Measured(msgspec.Struct):
    """What wrk says about one page."""

    requests: int
    duration_us: int
    p50_us: int
    p95_us: int
    octets: int
    errors: int


def addresses(demo: Demo, visitors: list[str]) -> list[tuple[str, str]]:
    """One page of every kind, with who opens it."""
    found: dict[str, tuple[str, str]] = {}
    for visitor in visitors:
        wanted, guest = VISITORS[visitor], Guest(demo.app)
        starts = ["/"]
        if wanted is not None:
            log_in = demo.log_in_of(*wanted)
            guest.log_in(str(log_in["email"]), str(log_in["password"]))
            starts = ["/organisations", "/account", *(["/operator"] if visitor == "operator" else [])]
        for page in walk(guest, starts):
            found.setdefault(kind_of(page.path.partition("?")[0]), (visitor, page.path))
    return sorted(found.values(), key=lambda each: each[1])


def log_in(service: Service, demo: Demo, visitor: str) -> str:
    """The cookie of a new session."""
    import httpx

    wanted = VISITORS[visitor]
    if wanted is None:
        return "language=en"
    person = demo.log_in_of(*wanted)
    with httpx.Client(base_url=service.url) as client:
        client.post("/log-in", data={"email": person["email"], "password": person["password"]},
                    headers={"sec-fetch-site": "same-origin"})  # fmt: skip
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def measure(service: Service, path: str, cookie: str, seconds: int) -> Measured:
    """One page, over and over; once before, so that its template is compiled, which happens once after a start."""
    subprocess.run(["wrk", "-t", "1", "-c", "1", "-d", "1s", "-s", str(HERE / "pages.lua"), service.url + path, "--", cookie],
                   capture_output=True, check=True)  # fmt: skip
    command = ["wrk", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "20s", "-s",
               str(HERE / "pages.lua"), service.url + path, "--", cookie]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(each for each in done.stdout.splitlines() if each.startswith("RESULT "))
    return msgspec.json.decode(line.removeprefix("RESULT "), type=Measured)


@contextmanager
def serving(folder: Path, engine: str, processes: int) -> Iterator[Service]:
    """The service on a demonstration, without its worker."""
    settings: dict[str, object] = {"DEMO": "yes", "WORKER": "no"}
    if engine == "sqlite":
        with Service(folder, settings) as service:
            yield service
        return
    with PostgresServer(durable=True, own=True) as server:
        settings |= {"DATABASE_URL": server.create_database("pages"), "PROCESSES": processes}
        kept = folder.with_name("kept")
        command(folder, "backup", str(kept))
        (folder / "evidence").rename(folder / "evidence-of-sqlite")
        command(folder, "migrate", **settings)
        command(folder, "restore", str(kept), **settings)
        with Service(folder, settings) as service:
            yield service


def command(folder: Path, *arguments: str, **settings: object) -> None:
    """Run `compliance` on a demonstration, with nothing of this environment's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMPLIANCE_")}
    mine = {f"COMPLIANCE_{name}": str(value) for name, value in {"DATA_DIR": folder, "DEMO": "yes", **settings}.items()}
    subprocess.run(
        [sys.executable, "-m", "compliance", *arguments], env={**clean, **mine}, capture_output=True, check=True
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--processes", type=int, help="server processes on PostgreSQL", default=2)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("Not measured: wrk is not here (Debian package wrk)")
        return 0
    seconds = 1 if given.tiny else given.seconds
    found: list[tuple[str, str, Measured]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        made = made_demo(folder)
        with Demo(made, folder / "walked") as demo:
            visitors = ["nobody"] if given.tiny else list(VISITORS)
            pages = addresses(demo, visitors)[:: 12 if given.tiny else 1]
            with serving(folder / "demo", given.engine, given.processes) as service:
                cookies = {visitor: log_in(service, demo, visitor) for visitor in visitors}
                found = [(who, path, measure(service, path, cookies[who], seconds)) for who, path in pages]
    tell(found, given.engine, given.processes if given.engine == "postgresql" else 1)
    return 1 if any(each.errors for _, _, each in found) else 0


def tell(found: list[tuple[str, str, Measured]], engine: str, processes: int) -> None:
    """The table, a row for each page."""
    rows: list[tuple[str, ...]] = []
    missed: Counter[str] = Counter()
    for who, path, each in found:
        target = WHOLE_TARGET_MS if WHOLE.search(path.partition("?")[0]) else TARGET_MS
        is_missed = each.p95_us / 1000 > target
        missed["missed" if is_missed else "reached"] += 1
        rows.append((who, kind_of(path), f"{each.requests / each.duration_us * 1e6:,.0f}",
                     f"{each.p50_us / 1000:.1f}", f"{each.p95_us / 1000:.1f}",
                     str(target) + (" missed" if is_missed else ""),
                     f"{each.octets / max(each.requests, 1) / 1024:.1f}", str(each.errors)))  # fmt: skip
    heads = ("who", "page", "a second", "p50 ms", "p95 ms", "target ms", "KB", "errors")
    where = f"{processes} server process{'es' if processes > 1 else ''}, {engine}"
    print_table("Pages on the demonstration", heads, rows, [
        f"{CONNECTIONS} connections, {where}; {missed['reached']} pages within their target, {missed['missed']} not",
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
