"""How long a proof out of a large transparency log takes: a million entries, their nodes in a table of SQLite on disk.

    python benchmarks/log.py [--tiny]

The table is as the store keeps it. A proof is one query for all the nodes that it needs, and the hashing of what hangs
ragged at the right edge. Afterwards, outside the time measured, each proof is checked against the root.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from tables import print_table

from compliance.domain.transparency import (
    Nodes,
    Place,
    check_tree,
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_hash,
    nodes_needed_for_consistency,
    nodes_needed_for_inclusion,
    nodes_needed_for_root,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)

TARGET_MS = 1.0
CHANCE = 20261122


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    entries: int = 1_000_000
    batch: int = 1_000
    proofs: int = 2_000


TINY = Size(entries=1_000, batch=300, proofs=20)


class Log:
    """A table of nodes, and the one query that the store asks."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            'CREATE TABLE log_nodes (level INTEGER, "index" INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, "index"))'
        )

    def nodes(self, places: Sequence[Place]) -> Nodes:
        """The hashes of these subtrees, fetched at once."""
        # Not `(level, "index") IN (VALUES …)`: for that SQLite reads the whole table.
        wanted = " OR ".join(['level = ? AND "index" = ?'] * len(places))
        rows = self._connection.execute(
            f'SELECT level, "index", hash FROM log_nodes WHERE {wanted}',
            [number for place in places for number in place],
        )
        return nodes_of({(level, index): value for level, index, value in rows})

    def append(self, size: int, entries: Iterable[bytes]) -> None:
        """Append a batch and commit it, as the worker does."""
        peaks = self.nodes(nodes_needed_for_root(size)) if size else nodes_of({})
        with self._connection:
            self._connection.executemany(
                "INSERT INTO log_nodes VALUES (?, ?, ?)", grow(size, map(leaf_hash, entries), peaks)
            )

    def root(self, size: int) -> bytes:
        return root(size, self.nodes(nodes_needed_for_root(size)))

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        return inclusion_proof(index, size, self.nodes(nodes_needed_for_inclusion(index, size)))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self.nodes(nodes_needed_for_consistency(old, new)))


def entry(index: int) -> bytes:
    """As long as a leaf is."""
    return b'{"commitment":"sha256:%064x","event":"issued","id":"CP-7QF4-M2XF","on":"2026-11-22","v":1}' % index


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    size = TINY if parser.parse_args().tiny else Size()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure(Log(Path(folder) / "log.db"), size)
    return 0


def measure(log: Log, size: Size) -> None:
    """Make the log, prove and check."""
    begun = time.perf_counter()
    for start in range(0, size.entries, size.batch):
        log.append(start, map(entry, range(start, min(start + size.batch, size.entries))))
    appended_s = time.perf_counter() - begun

    chance = random.Random(CHANCE)
    included, consistent = Times(), Times()
    refused = 0
    newest = log.root(size.entries)
    for _ in range(size.proofs):
        # Trees of any size from half on: their right edges are ragged in different ways.
        new = chance.randrange(size.entries // 2, size.entries) + 1
        index, old = chance.randrange(new), chance.randrange(new) + 1
        proof = included.of(lambda index=index, new=new: log.inclusion(index, new))
        refused += not verify_inclusion(index, new, leaf_hash(entry(index)), proof, log.root(new))
        proof = consistent.of(lambda old=old: log.consistency(old, size.entries))
        refused += not verify_consistency(old, size.entries, log.root(old), newest, proof)

    begun = time.perf_counter()
    refused += check_tree(map(entry, range(size.entries)), size.entries) != newest
    checked_s = time.perf_counter() - begun
    report(
        size, {"inclusion proof": included, "consistency proof": consistent}, (appended_s, checked_s), refused=refused
    )


class Times:
    """How long each took, in milliseconds: on the clock, and of the processor."""

    def __init__(self) -> None:
        self.clock_ms: list[float] = []
        self.processor_ms: list[float] = []

    def of(self, make: Callable[[], tuple[bytes, ...]]) -> tuple[bytes, ...]:
        """What is made, its times added to the others."""
        begun, processor = time.perf_counter(), time.process_time()
        made = make()
        self.processor_ms.append((time.process_time() - processor) * 1000)
        self.clock_ms.append((time.perf_counter() - begun) * 1000)
        return made


def report(size: Size, proofs: dict[str, Times], whole_s: tuple[float, float], *, refused: int) -> None:
    """Print the table."""
    rows = [
        [name, *(f"{percentile(kind, each):.2f}" for kind in (times.clock_ms, times.processor_ms) for each in (50, 99))]
        for name, times in proofs.items()
    ]
    reached = "reached" if percentile(proofs["inclusion proof"].clock_ms, 99) < TARGET_MS else "missed"
    appended_s, checked_s = whole_s
    heads = ("from the table of nodes", "p50 ms", "p99 ms", "p50 ms of the processor", "p99 ms of the processor")
    print_table(f"A log of {size.entries:,} entries", heads, rows, [
        f"{size.proofs:,} of each; target of an inclusion proof: p99 under {TARGET_MS:g} ms on the clock: {reached}",
        f"Appended {size.entries / appended_s:,.0f} entries a second, {size.batch:,} in each transaction",
        f"Checked from the first entry to the root, as a mirror does: {size.entries / checked_s:,.0f} entries a second",
        f"Proofs and roots that did not verify: {refused}",
    ])  # fmt: skip


def percentile(times_ms: list[float], percent: int) -> float:
    """The time that so many of a hundred do not exceed."""
    return sorted(times_ms)[min(len(times_ms) - 1, len(times_ms) * percent // 100)]


if __name__ == "__main__":
    sys.exit(main())
