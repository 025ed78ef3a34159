"""The rules of the house, as tests: sizes, names, docstrings, refusals."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import compliance
from compliance.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from compliance.words.en_problems import PROBLEMS
from fixtures.libraries import ROOT

SOURCE = ROOT / "src" / "compliance"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES_FILE, MOST_LINES_FUNCTION = 400, 40
LONGER: dict[str, str] = {}
"""Functions that may be longer, each with its reason: {"room/module.py:name": "why"}."""
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc", "core", "data", "info"}
FORBIDDEN_ENDINGS = re.compile(r"(Manager|Helper|Util|Utils|Base|Data|Info|Processor|Handler)$")
PROBLEMS_PAGE = ROOT / "docs" / "problems.md"

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def definitions(tree: ast.AST) -> Iterator[Definition]:
    return (node for node in ast.walk(tree) if isinstance(node, Definition))


def length(function: ast.AST) -> int:
    """Lines of a function from `def` to its end, its docstring not counted."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_FILE


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{name_of(path)}:{node.name}": length(node)
        for path in MODULES
        for node in definitions(tree_of(path))
        if not isinstance(node, ast.ClassDef) and length(node) > MOST_LINES_FUNCTION
    }
    assert {name: lines for name, lines in long.items() if name not in LONGER} == {}
    assert LONGER.keys() <= long.keys()


def test_no_module_or_room_has_a_name_that_says_nothing():
    parts = {part.removesuffix(".py").lstrip("_") for path in MODULES for part in path.relative_to(SOURCE).parts}
    assert not parts & FORBIDDEN_NAMES


def test_no_class_has_a_name_that_says_nothing():
    names = [node.name for path in MODULES for node in definitions(tree_of(path)) if isinstance(node, ast.ClassDef)]
    assert not [name for name in names if not name.startswith("_") and FORBIDDEN_ENDINGS.search(name)]


def public(tree: ast.Module) -> Iterator[Definition]:
    """Public functions and classes of a module, and the public methods of these."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                inner = (each for each in node.body if isinstance(each, Definition))
                yield from (each for each in inner if not each.name.startswith("_"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_has_a_docstring(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree), "the module says nothing about itself"
    silent = [node.name for node in public(tree) if not ast.get_docstring(node)]
    # A protocol's call, and what overrides a documented method, may stay silent.
    assert not [name for name in silent if name != "__call__"]


def every_refusal() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(compliance.__path__, "compliance."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(
        (each for each in set(found) if each.__module__.startswith("compliance.")), key=lambda each: each.code
    )


def test_every_refusal_has_a_kind_a_code_and_a_sentence():
    for refusal in every_refusal():
        assert "code" in vars(refusal), f"{refusal.__name__} has no code of its own"
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.code), refusal.code
        summary = (vars(refusal).get("__doc__") or "").strip().splitlines()[0]
        assert re.fullmatch(r"[A-Z].*\.", summary), f"{refusal.__name__}: {summary!r} is no sentence"
        assert refusal in (Refusal, Invalid, Forbidden, NotFound, Conflict) or issubclass(
            refusal, (Invalid, Forbidden, NotFound, Conflict)
        ), f"{refusal.__name__} is of no kind"


def test_every_code_of_a_refusal_is_given_once():
    codes = [refusal.code for refusal in every_refusal()]
    assert len(codes) == len(set(codes))


def documented_codes() -> set[str]:
    return set(re.findall(r"^\|\s*`([a-z0-9-]+)`", PROBLEMS_PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_refusal_is_documented():
    kinds = {"refused", "invalid", "forbidden", "not-found", "conflict"}
    codes = {refusal.code for refusal in every_refusal()}
    assert sorted(codes - kinds - documented_codes()) == []


def test_every_problem_is_documented_and_nothing_else():
    assert sorted(PROBLEMS.keys() - documented_codes()) == []
    codes = {refusal.code for refusal in every_refusal()}
    assert sorted(documented_codes() - PROBLEMS.keys() - codes) == []


def test_faults_end_in_two_places_only():
    broad = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert [place.partition(":")[0] for place in broad] == ["cli/__init__.py", "worker/worker.py"]


def test_no_boolean_is_passed_by_position():
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in definitions(tree_of(path))
        if not isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for argument in [*node.args.posonlyargs, *node.args.args]
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
    ]
    assert not wrong


def test_no_to_do_is_without_a_number():
    loose = [
        f"{name_of(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#[0-9]+\))", line)
    ]
    assert not loose
