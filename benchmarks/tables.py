"""What every benchmark prints: a Markdown table, the machine and the day."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], remarks: Sequence[str]) -> None:
    print(f"## {title}\n")
    for row in (heads, ["---"] * len(heads), *rows):
        print(f"| {' | '.join(row)} |")
    print()
    for remark in (*remarks, machine()):
        print(f"- {remark}")


def machine() -> str:
    """Processor, cores, how busy they were, Python and the day: figures without them mean nothing."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = named[0] if named else model
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    day = datetime.now(UTC).date().isoformat()
    return f"Machine: {model}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}, {day}"


def peak_mb(kilobytes: int) -> str:
    return f"{kilobytes / 1024:.0f} MB"
