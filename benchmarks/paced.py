"""Sends the lines of load.lua's file at a fixed arrival rate, or as fast as they are answered.

wrk sends the next request when the last one is answered, so a server that stalls is asked less while it stalls. Here
each request has its moment, whatever became of those before; its time counts from that moment, not from the sending.

    python paced.py PORT FILE --rate 500 --seconds 10
    python paced.py PORT FILE --seconds 10      as fast as they are answered, as wrk does
    python paced.py PORT FILE --once            each line once
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import msgspec
import uvloop

HOST = "127.0.0.1"


@dataclass
class Line:
    """A request, and how often it was sent."""

    method: str
    path: str
    credential: str
    body: bytes
    revision: int | None
    sent: int = 0

    def bytes(self) -> bytes:
        """The request as it goes over the wire this time."""
        heads = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}"]
        if self.credential:
            heads.append(f"Authorization: Bearer {self.credential}")
        if self.revision is not None:
            heads.append(f'If-Match: "{self.revision + self.sent}"')
        if self.body:
            heads += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        self.sent += 1
        return "\r\n".join(heads).encode() + b"\r\n\r\n" + self.body


@dataclass
class Tally:
    """What came back."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


def read_lines(path: Path) -> list[list[Line]]:
    """The lines of each connection."""
    lines: list[list[Line]] = []
    for text in path.read_text().splitlines():
        number, method, address, credential, body, revision = text.split("\t")
        while len(lines) <= int(number):
            lines.append([])
        seen = None if revision == "-" else int(revision)
        lines[int(number)].append(Line(method, address, credential, body.encode(), seen))
    return lines


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> bool:
    """Send one request and read its answer to the end; whether it was a success."""
    writer.write(line.bytes())
    head = await reader.readuntil(b"\r\n\r\n")
    sizes = [part for part in head.lower().split(b"\r\n") if part.startswith(b"content-length:")]
    if sizes:
        await reader.readexactly(int(sizes[0].partition(b":")[2]))
    return head[9:10] == b"2"


async def one_by_one(port: int, lines: Iterable[Line], tally: Tally, *, until: float) -> None:
    """Send the lines, the next when the last one is answered."""
    clock = asyncio.get_running_loop().time
    reader, writer = await asyncio.open_connection(HOST, port)
    for line in lines:
        begun = clock()
        if begun > until:
            break
        tally.errors += not await ask(reader, writer, line)
        tally.seconds.append(clock() - begun)
    writer.close()


async def at_moments(port: int, lines: Sequence[Line], moments: Sequence[float], tally: Tally) -> None:
    """Send lines over and over, one at each moment, or as soon after it as the one before is answered."""
    clock = asyncio.get_running_loop().time
    reader, writer = await asyncio.open_connection(HOST, port)
    for index, moment in enumerate(moments):
        await asyncio.sleep(max(0.0, moment - clock()))
        tally.errors += not await ask(reader, writer, lines[index % len(lines)])
        tally.seconds.append(clock() - moment)
    writer.close()


async def run(options: argparse.Namespace) -> tuple[Tally, float]:
    """Everything, on as many connections as the file has."""
    lines, tally = read_lines(Path(options.file)), Tally()
    clock = asyncio.get_running_loop().time
    begun = clock()
    if options.once:
        await asyncio.gather(*(one_by_one(options.port, own, tally, until=math.inf) for own in lines))
    elif options.rate is None:
        until = begun + options.seconds
        await asyncio.gather(*(one_by_one(options.port, cycle(own), tally, until=until) for own in lines))
    else:
        first, total = begun + 0.2, int(options.rate * options.seconds)
        moments = [first + index / options.rate for index in range(total)]
        await asyncio.gather(*(
            at_moments(options.port, own, moments[number::len(lines)], tally) for number, own in enumerate(lines)
        ))  # fmt: skip
    return tally, clock() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--once", action="store_true")
    tally, duration = uvloop.run(run(parser.parse_args()))
    ordered = sorted(tally.seconds)
    percentiles = {f"p{each}_us": round(ordered[min(len(ordered) - 1, len(ordered) * each // 100)] * 1e6)
                   for each in (50, 99)}  # fmt: skip
    result = {"requests": len(ordered), "duration_us": round(duration * 1e6), "errors": tally.errors, **percentiles}
    print("RESULT", msgspec.json.encode(result).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
