"""YAML 1.2 from outside → plain data, with the line of every key and value.

One pass over the C parser's events, so that nothing is built before it is judged:

    1. at most so many bytes, so many nodes, and 30 levels deep;
    2. no anchors, aliases or tags; keys are plain text and stand once;
    3. `yes`, `no`, `NO`, `on` and dates stay words; `true`, `null`, numbers are what YAML 1.2 says;
    4. no control characters, and no characters that turn the direction of text.

U+200B to U+200D are ordinary in Khmer and stay.
"""

import re
from collections.abc import Iterator
from typing import Protocol, cast

import yaml
from msgspec import Struct

from compliance.errors import Invalid, Problem

Path = tuple[str | int, ...]
DEPTH = 30
MOST_PROBLEMS = 50

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


_FORBIDDEN = ((_CONTROL, "control-character"), (_BIDI, "direction-character"))


class Limits(Struct, frozen=True):
    """How much of a file is read before it is refused."""

    size_bytes: int
    nodes: int


class UnreadableFile(Invalid):
    """This file cannot be read."""

    code = "unreadable"


class Plain(Struct, frozen=True):
    """Plain data and where each part of it stands."""

    data: object
    lines: dict[Path, int]
    """Line, from 1, of each key (mappings) and element (lists), by its path."""

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest part around it."""
        known: Path = ()
        for step in path:
            form = next((each for each in (step, str(step)) if (*known, each) in self.lines), None)
            if form is None:
                break
            known = (*known, form)
        return self.lines.get(known, 1)


class _Mark(Protocol):
    line: int
    column: int


class _Event(Protocol):
    start_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    implicit: tuple[bool, bool]


def read_yaml(raw: bytes, limits: Limits) -> Plain:
    """Read one YAML document.

    Raises:
        UnreadableFile: with the first thing that makes the text unreadable.
    """
    text = decode_text(raw, limits)
    try:
        return _Builder(limits).build(cast("Iterator[object]", yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.YAMLError as error:
        raise UnreadableFile([_broken(error)]) from None


def decode_text(raw: bytes, limits: Limits) -> str:
    """UTF-8 text without control characters, of a size that is read.

    Raises:
        UnreadableFile: too large, not UTF-8, or with characters that do not belong in text.
    """
    if len(raw) > limits.size_bytes:
        raise UnreadableFile([Problem("file-too-large", "", {"limit_kib": limits.size_bytes // 1024})])
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile([Problem("not-utf8", f":{line}")]) from None
    for pattern, code in ((_CONTROL, "control-character"), (_BIDI, "direction-character")):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise UnreadableFile([Problem(code, f":{line}", {"character": f"U+{ord(found.group()):04X}"})])
    return text


def _broken(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    reason = str(getattr(error, "problem", None) or error).split("\n")[0][:200]
    return Problem("yaml-broken", f":{line}", {"reason": reason})


class _Open(Struct):
    """A list or mapping under construction."""

    path: Path
    items: "list[object] | dict[str, object]"
    key: str | None = None


class _Builder:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lines: dict[Path, int] = {}
        self.stack: list[_Open] = []
        self.root: object = None
        self.roots = 0
        self.nodes = 0

    def build(self, events: Iterator[object]) -> Plain:
        for each in events:
            event = cast("_Event", each)
            match each:
                case yaml.AliasEvent():
                    raise self._refused("yaml-alias", event)
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent():
                    self._open(event, {})
                case yaml.SequenceStartEvent():
                    self._open(event, [])
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.stack.pop()
                case _:
                    pass
        return Plain(self.root, self.lines)

    def _check_node(self, event: _Event) -> None:
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise self._refused("too-many-values", event, limit=self.limits.nodes)
        if event.anchor is not None:
            raise self._refused("yaml-alias", event)
        if event.tag is not None:
            raise self._refused("yaml-tag", event, tag=event.tag[:60])

    def _scalar(self, event: _Event) -> None:
        self._check_node(event)
        for pattern, code in _FORBIDDEN:  # written as escapes, as "\0"
            if found := pattern.search(event.value):
                raise self._refused(code, event, character=f"U+{ord(found.group()):04X}")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.items, dict) and top.key is None:
            self._key(top, event)
        else:
            self._place(event.value if event.style else _resolved(event), event)

    def _key(self, top: _Open, event: _Event) -> None:
        key = event.value
        assert isinstance(top.items, dict)
        if key in top.items:
            raise self._refused("yaml-duplicate-key", event, key=key[:60])
        top.key = key
        top.items[key] = None
        self.lines[(*top.path, key)] = event.start_mark.line + 1

    def _open(self, event: _Event, items: "list[object] | dict[str, object]") -> None:
        self._check_node(event)
        if len(self.stack) >= DEPTH:
            raise self._refused("too-deep", event, limit=DEPTH)
        self.stack.append(_Open(self._place(items, event), items))

    def _place(self, value: object, event: _Event) -> Path:
        if not self.stack:
            self.roots += 1
            if self.roots > 1:
                raise self._refused("yaml-many-documents", event)
            self.root = value
            return ()
        top = self.stack[-1]
        if isinstance(top.items, list):
            top.items.append(value)
            path = (*top.path, len(top.items) - 1)
            self.lines[path] = event.start_mark.line + 1
            return path
        if top.key is None:
            raise self._refused("yaml-key", event)
        key, top.key = top.key, None
        top.items[key] = value
        return (*top.path, key)

    def _refused(self, code: str, event: _Event, **facts: str | int) -> UnreadableFile:
        return UnreadableFile([Problem(code, f":{event.start_mark.line + 1}", facts)])


def _resolved(event: _Event) -> object:
    """A plain scalar by the core schema of YAML 1.2; what is no number, truth or null is a word."""
    text = event.value
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
