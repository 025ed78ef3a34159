"""From a path inside data to a file and line: `items.HOS-08.weight` → `hospitality/1.0.yaml:212`."""

from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from msgspec import Struct

from compliance.errors import Problem
from compliance.intake.yaml_text import Path, Plain

LONGEST_NUMBER = 9
LONGEST_PLACE = 120


class Places(Struct, frozen=True):
    """Where the parts of a file, and of the files it includes, stand."""

    file: str
    plain: Plain
    ids: Mapping[str, Path]
    """Paths in the file by id path, as `items.HOS-08`."""
    included: tuple["Places", ...] = ()

    @classmethod
    def of_file(cls, file: str, plain: Plain, ids: Mapping[str, Path]) -> "Places":
        """The places of one file."""
        return cls(file, plain, ids)

    def around(self, other: "Places") -> "Places":
        """The same, with an included file's places inside."""
        return msgspec.structs.replace(self, included=(*self.included, other))

    def locate(self, where: str) -> str:
        """The file and line of a place."""
        steps = _steps(where)
        known = ".".join(str(step) for step in steps[:2])
        for places in (self, *self.included):
            if known in places.ids:
                path = (*places.ids[known], *steps[2:])
                return f"{places.file}:{places.plain.line(path)}"
        return f"{self.file}:{self.plain.line(steps)}"

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, each with its file and line before its place."""
        return [
            msgspec.structs.replace(problem, where=f"{self.locate(problem.where)} {_short(problem.where)}".rstrip())
            for problem in problems
        ]


def _short(where: str) -> str:
    """A place as it is printed: on one line, and never longer than a line or two."""
    line = " ".join(where.split())
    return line if len(line) <= LONGEST_PLACE else line[: LONGEST_PLACE - 1] + "…"


def line_of(problem: Problem) -> int:
    """The line in a located problem's place; 0 where it names none."""
    line = problem.where.partition(" ")[0].rpartition(":")[2]
    return int(line) if line.isdecimal() and len(line) < LONGEST_NUMBER else 0


def _steps(where: str) -> Path:
    parts = where.replace("[", ".").replace("]", "").split(".") if where else []
    return tuple(int(part) if part.isdecimal() and len(part) < 7 else part for part in parts if part)


def id_paths(data: object) -> dict[str, Path]:
    """The paths of facts, sections and items by their ids; the first where an id stands twice."""
    paths: dict[str, Path] = {}
    if not isinstance(data, dict):
        return paths
    whole = cast("dict[str, object]", data)
    for index, fact in _dicts(whole.get("facts")):
        paths.setdefault(f"facts.{fact.get('id')}", ("facts", index))
    for index, section in _dicts(whole.get("sections")):
        paths.setdefault(f"sections.{section.get('id')}", ("sections", index))
        for position, item in _dicts(section.get("items")):
            paths.setdefault(f"items.{item.get('id')}", ("sections", index, "items", position))
    return paths


def _dicts(values: object) -> list[tuple[int, dict[str, object]]]:
    listed = cast("list[object]", values) if isinstance(values, list) else []
    return [(index, cast("dict[str, object]", each)) for index, each in enumerate(listed) if isinstance(each, dict)]
