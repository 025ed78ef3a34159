"""Answers files from outside: YAML (or JSON, which is YAML) or our spreadsheet → structs, with places.

Limits: 1 MiB, 20,000 values. Reviewers' decisions are refused unless the caller may bring them.
"""

from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import BinaryIO, cast

import msgspec
from msgspec import Struct

from compliance.domain.assessment import AnswersFile
from compliance.domain.scoring import Answer, Decision, FactValue
from compliance.errors import Invalid, Problem
from compliance.intake.library import read_bytes
from compliance.intake.places import Places
from compliance.intake.shapes import Found, read_shape
from compliance.intake.yaml_text import Limits, Plain, UnreadableFile, read_yaml

ANSWERS_LIMITS = Limits(size_bytes=1024 * 1024, nodes=20_000)


class AnswersInvalid(Invalid):
    """These answers cannot be used."""

    code = "answers-invalid"

    def __init__(self, problems: Iterable[Problem] = (), *, readable: "ReadAnswers | None" = None) -> None:
        super().__init__(problems)
        self.readable = readable
        """What could be read all the same, so that its values can be judged in the same breath; None for nothing."""


class ReadAnswers(Struct, frozen=True):
    """An answers file, and where its parts stand."""

    answers: AnswersFile
    places: Places


def read_answers_file(path: FilePath, *, decisions_allowed: bool = False) -> ReadAnswers:
    """Read an answers file: YAML, JSON, or the spreadsheet that we hand out.

    Raises:
        UnreadableFile: it is not there, too large, or neither text nor spreadsheet.
        AnswersInvalid: its types are wrong, with every problem.
    """
    raw = read_bytes(path, ANSWERS_LIMITS)
    return parse_answers(raw, path.name, decisions_allowed=decisions_allowed)


def read_answers_stream(file: BinaryIO, name: str, *, decisions_allowed: bool = False) -> ReadAnswers:
    """Read answers from an open stream, as standard input.

    Raises:
        UnreadableFile, AnswersInvalid: as `read_answers_file`.
    """
    raw = file.read(ANSWERS_LIMITS.size_bytes + 1)
    return parse_answers(raw, name, decisions_allowed=decisions_allowed)


def parse_answers(raw: bytes, name: str, *, decisions_allowed: bool = False) -> ReadAnswers:
    """Bytes of an answers file → structs.

    Raises:
        UnreadableFile, AnswersInvalid: as `read_answers_file`.
    """
    plain = _plain(raw, name)
    places = Places.of_file(name, plain, {})
    if not isinstance(plain.data, dict):
        raise UnreadableFile([Problem("not-an-answers-file", f"{name}:1")])
    found = Found()
    data = cast("dict[str, object]", plain.data)
    answers = read_shape(data, AnswersFile, found)
    problems = [problem for _, problem in found.problems]
    if not decisions_allowed:
        problems += [
            Problem("evidence-not-yours-to-claim", key, {"given": key})
            for key in ("decisions", "sample")
            if key in data
        ]
    if answers is not None:
        problems += _beyond_types(answers)
    if problems or answers is None:
        readable = answers or _readable_part(data)
        rest = ReadAnswers(readable, places) if readable is not None else None
        raise AnswersInvalid(places.located(problems), readable=rest)
    return ReadAnswers(answers, places)


def _readable_part(data: dict[str, object]) -> AnswersFile | None:
    """The answers file without the entries whose types are wrong; None where its head cannot be read."""
    kept = {key: value for key, value in data.items() if key in AnswersFile.__struct_fields__}
    kinds = {"profile": cast("type[object]", FactValue), "answers": Answer, "decisions": Decision}
    for key, kind in kinds.items():
        entries = kept.get(key)
        if isinstance(entries, dict):
            named = cast("dict[str, object]", entries).items()
            kept[key] = {name: value for name, value in named if read_shape(value, kind, Found()) is not None}
        else:
            kept.pop(key, None)
    return read_shape(kept, AnswersFile, Found())


def _plain(raw: bytes, name: str) -> Plain:
    try:
        if raw.startswith(b"PK"):
            from compliance.intake.spreadsheets import read_spreadsheet  # openpyxl costs half a second

            return read_spreadsheet(raw, ANSWERS_LIMITS)
        return read_yaml(raw, ANSWERS_LIMITS)
    except UnreadableFile as refusal:
        raise UnreadableFile(
            msgspec.structs.replace(problem, where=name + problem.where) for problem in refusal.problems
        ) from None


def _beyond_types(answers: AnswersFile) -> list[Problem]:
    attested = answers.attested_by
    if attested is not None and attested.on > answers.as_of:
        facts = {"given": attested.on.isoformat(), "as_of": answers.as_of.isoformat()}
        return [Problem("attested-in-future", "attested_by.on", facts)]
    return []
