"""Every problem code has a sentence, every sentence has a code, and each finds the facts that it names."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.errors import Problem
from compliance.words import say_problem
from compliance.words.en_problems import PROBLEMS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "compliance"
CODES = {"Problem": 0, "Wrong": 0, "_refused": 0, "add": 1}
"""Calls that name a problem's code, and at which argument."""
ALSO_GIVEN = {"Wrong": {"id"}, "add": set(), "_refused": set(), "Problem": set()}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name != "en_problems.py":
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def strings_in(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def words_of(node: ast.expr) -> list[str]:
    """The codes that an argument may be: a literal, or one of two."""
    if isinstance(node, ast.IfExp):
        return [*words_of(node.body), *words_of(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def calls() -> list[tuple[str, str, ast.Call]]:
    """Module and line, function name and call of everything that names a code."""
    found: list[tuple[str, str, ast.Call]] = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in CODES and len(node.args) > CODES[name]:
                    found.append((f"{path.relative_to(SOURCE)}:{node.lineno}", name, node))
    return found


USED = [(place, name, code, call) for place, name, call in calls() for code in words_of(call.args[CODES[name]])]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def given_facts(name: str, call: ast.Call) -> set[str] | None:
    """The facts that a call gives; None where they come from a variable."""
    keywords = {keyword.arg for keyword in call.keywords}
    if name != "Problem":
        return None if None in keywords else {str(each) for each in keywords} | ALSO_GIVEN[name]
    if len(call.args) < 3:
        return set()
    facts = call.args[2]
    if not isinstance(facts, ast.Dict) or None in facts.keys:
        return None
    return {key.value for key in facts.keys if isinstance(key, ast.Constant)}


def test_the_search_finds_the_calls():
    assert len(USED) > 100
    assert {"Problem", "Wrong", "_refused", "add"} == {name for _, name, _, _ in USED}


def test_every_code_in_the_source_has_a_sentence():
    missing = {code: place for place, _, code, _ in USED if code not in PROBLEMS}
    assert not missing


def test_every_sentence_has_a_code_in_the_source():
    said = set().union(*(strings_in(tree) for _, tree in trees()))
    assert not PROBLEMS.keys() - said


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_sentence_is_one(code):
    sentence = PROBLEMS[code]
    assert sentence == sentence.strip()
    assert sentence.endswith((".", "?", ")", "}")), sentence
    assert sentence[0].isupper() or sentence[0] in "“{m", sentence
    assert "  " not in sentence
    assert len(sentence) < 250


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_sentence_is_formatted_with_its_facts(code):
    facts = {name: f"<{name}>" for name in placeholders(PROBLEMS[code])}
    said = say_problem(Problem(code, "somewhere", facts))
    assert all(fact in said for fact in facts.values())
    assert "{{" not in said


def test_every_call_gives_the_facts_that_its_sentence_names():
    lacking = {}
    for place, name, code, call in USED:
        given = given_facts(name, call)
        if given is not None and code in PROBLEMS and not placeholders(PROBLEMS[code]) <= given:
            lacking[place] = (code, placeholders(PROBLEMS[code]) - given)
    assert not lacking


def test_facts_with_braces_stay_as_they_are():
    said = say_problem(Problem("item-unknown", "answers", {"id": "{0} {id} {}"}))
    assert "“{0} {id} {}”" in said
