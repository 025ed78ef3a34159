"""How long every page takes on the demonstration, at 8 connections that never pause.

    python benchmarks/pages.py [--tiny] [--seconds N]

One server process on the embedded database. A page is asked for over and over by wrk; with 8 connections at once it waits
for seven others, so its time is that of eight pages, less what two cores do side by side.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
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


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--seconds", type=int, default=2)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("Not measured: wrk is not here (Debian package wrk)")
        return 0
    rows: list[tuple[str, ...]] = []
    missed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        made = made_demo(folder)
        with Demo(made, folder / "walked") as demo:
            visitors = ["nobody"] if given.tiny else list(VISITORS)
            pages = addresses(demo, visitors)[:: 12 if given.tiny else 1]
            with Service(folder / "demo", {"DEMO": "yes", "WORKER": "no"}) as service:
                cookies = {visitor: log_in(service, demo, visitor) for visitor in visitors}
                for visitor, path in pages:
                    found = measure(service, path, cookies[visitor], 1 if given.tiny else given.seconds)
                    target = WHOLE_TARGET_MS if WHOLE.search(path.partition("?")[0]) else TARGET_MS
                    is_missed = found.p95_us / 1000 > target
                    missed["missed" if is_missed else "reached"] += 1
                    rows.append((visitor, kind_of(path), f"{found.requests / found.duration_us * 1e6:,.0f}",
                                 f"{found.p50_us / 1000:.1f}", f"{found.p95_us / 1000:.1f}",
                                 str(target) + (" missed" if is_missed else ""),
                                 f"{found.octets / max(found.requests, 1) / 1024:.1f}", str(found.errors)))  # fmt: skip
    heads = ("who", "page", "a second", "p50 ms", "p95 ms", "target ms", "KB", "errors")
    print_table("Pages on the demonstration", heads, rows, [
        f"{CONNECTIONS} connections, one server process, SQLite; {missed['reached']} pages within their target, {missed['missed']} not",
    ])  # fmt: skip
    return 0 if all(row[-1] == "0" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
