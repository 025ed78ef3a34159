"""docs/problems.md and the code name the same codes, with the same sentences. RENEW_DOCS=1 writes the tables anew."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from compliance.words.en_problems import PROBLEMS

HERE = Path(__file__).resolve().parents[2]
SOURCE = HERE / "src" / "compliance"
PAGE = HERE / "docs" / "problems.md"
SENTENCES = [SOURCE / "words" / name for name in ("en_problems.py", "en_service_problems.py")]
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
KINDS = ("Invalid", "Forbidden", "NotFound", "Conflict")
RAISING = {"Problem": 0, "Wrong": 0, "_refused": 0, "add": 1}
"""Calls that name a problem's code, and the position of the code among their arguments."""
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@cache
def modules() -> dict[str, ast.Module]:
    return {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8"))
            for path in sorted(SOURCE.rglob("*.py"))}  # fmt: skip


def constants(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


@cache
def words_used() -> dict[str, frozenset[str]]:
    """Every string of every module, the catalogues of sentences apart."""
    return {name: frozenset(constants(tree)) for name, tree in modules().items() if not name.startswith("words/")}


def room(module: str) -> str:
    """The room of a module; of the domain, the alcove."""
    parts = module.split("/")
    return "/".join(parts[: 2 if parts[0] == "domain" and len(parts) > 2 else 1])


def origins(code: str) -> list[str]:
    """The rooms in which a code stands."""
    return list(dict.fromkeys(room(name) for name, words in words_used().items() if code in words))


def raised_codes() -> dict[str, str]:
    """Codes that stand where a problem is made, with a module each."""
    found: dict[str, str] = {}
    for name, tree in modules().items():
        if name.startswith("words/"):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = getattr(call.func, "id", getattr(call.func, "attr", ""))
            position = RAISING.get(called)
            if position is not None and len(call.args) > position:
                found |= dict.fromkeys(_codes_of(call.args[position]), name)
    return found


def _codes_of(argument: ast.expr) -> Iterator[str]:
    for branch in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str) and CODE.fullmatch(branch.value):
            yield branch.value


def refusals() -> dict[str, tuple[str, str, str]]:
    """Code → kind, sentence, module; of every class that derives from a kind of refusal."""
    found: dict[str, tuple[str, str, str]] = {}
    for name, tree in modules().items():
        for node in (each for each in tree.body if isinstance(each, ast.ClassDef)):
            kind = next((base.id for base in node.bases if isinstance(base, ast.Name) and base.id in KINDS), None)
            if kind is None:
                continue
            codes = [stated.value.value for stated in node.body if isinstance(stated, ast.Assign | ast.AnnAssign)
                     and isinstance(stated.value, ast.Constant)
                     and ast.unparse(getattr(stated, "target", None) or stated.targets[0]) == "code"]  # fmt: skip
            sentence = (ast.get_docstring(node) or "").splitlines()[0]
            assert codes, f"{node.name} in {name} states no code of its own"
            assert codes[0] not in found, f"two refusals have the code {codes[0]}"
            found[codes[0]] = (kind, sentence, name)
    return found


def groups() -> dict[str, list[str]]:
    """The codes in the order of the catalogue, under the headings that its comments are."""
    grouped: dict[str, list[str]] = {}
    heading = ""
    for line in (line for page in SENTENCES for line in page.read_text("utf-8").splitlines()):
        if comment := re.fullmatch(r"    # (.+)", line):
            heading = comment.group(1)
        elif entry := re.match(r'    "([a-z0-9-]+)":', line):
            grouped.setdefault(heading, []).append(entry.group(1))
    return grouped


def cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


def tables() -> str:
    lines = ["## Refusals", "", "| code | kind | sentence | comes from |", "|---|---|---|---|"]
    lines += [f"| `{code}` | {kind} | {cell(sentence)} | `{room(module)}` |"
              for code, (kind, sentence, module) in sorted(refusals().items())]  # fmt: skip
    for heading, codes in groups().items():
        lines += ["", f"## {heading}", "", "| code | sentence | comes from |", "|---|---|---|"]
        lines += [f"| `{code}` | {cell(PROBLEMS[code])} | {', '.join(f'`{each}`' for each in origins(code)) or '–'} |"
                  for code in codes]  # fmt: skip
    return "\n".join(lines)


def test_the_tables_are_what_the_code_says():
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    wanted = f"{head}{BEGIN}\n{tables()}\n{END}{tail}"
    if os.environ.get("RENEW_DOCS"):
        PAGE.write_text(wanted, "utf-8")
        page = wanted
    assert page == wanted, "docs/problems.md is not what the code says; RENEW_DOCS=1 writes it anew"


def test_every_code_of_the_catalogue_stands_under_a_heading():
    grouped = groups()
    assert "" not in grouped
    assert sorted(code for codes in grouped.values() for code in codes) == sorted(PROBLEMS)


@pytest.mark.parametrize("code", sorted(raised_codes()))
def test_every_problem_that_is_raised_has_a_sentence(code):
    assert code in PROBLEMS, f"{raised_codes()[code]} raises a problem without a sentence"


def test_every_sentence_is_said_somewhere():
    unused = {code for code in PROBLEMS if not origins(code)}
    assert unused <= {"file-checked-no-text"}  # kept for `glossary check`, which still prints a line of its own


@pytest.mark.parametrize("kind", KINDS)
def test_no_refusal_falls_back_to_the_code_of_its_kind(kind):
    assert kind.lower() not in refusals()
