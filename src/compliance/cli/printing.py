"""What commands print: problems, warnings, tables. Colour only on a terminal."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from compliance.errors import Problem, Refusal
from compliance.words import say_problem

MOST_SHOWN = 50


def say(line: str = "") -> None:
    """Print a line to standard output."""
    print(line)


def warn(line: str) -> None:
    """Print a line to standard error."""
    print(line, file=sys.stderr)


def shortened(problems: Sequence[Problem]) -> Sequence[Problem]:
    """At most 50 problems; the last one then says how many more there are."""
    if len(problems) <= MOST_SHOWN:
        return problems
    rest = len(problems) - MOST_SHOWN + 1
    return [*problems[: MOST_SHOWN - 1], Problem("more-problems", "", {"count": rest})]


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Each problem on a line, `place: sentence`; at most 50 lines."""
    return [f"{problem.where}: {say_problem(problem)}".removeprefix(": ") for problem in shortened(problems)]


def print_refusal(refusal: Refusal, *, name: str = "") -> None:
    """Say that something was refused, and everything that is to be mended."""
    warn(f"{name}: {refusal.summary}" if name else refusal.summary)
    for line in problem_lines(refusal.problems):
        warn(f"  {line}")


def print_warnings(problems: Iterable[Problem]) -> None:
    """Say what was ignored."""
    for line in problem_lines(list(problems)):
        warn(f"Note: {line}")


def is_coloured(stream: TextIO) -> bool:
    """Whether colour belongs on a stream."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """A table that fits the terminal; plain tab-separated lines where the output is no terminal."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            say("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, no_color=not is_coloured(sys.stdout)).print(table)
