"""Khmer says no problem and no refusal that English does not know, with the same facts, and in Khmer letters."""

import ast
import re
import string
from pathlib import Path

import pytest

from compliance.errors import Conflict, Problem, Refusal
from compliance.words import km_problems, say_problem
from compliance.words.en_problems import PROBLEMS
from compliance.words.speaker import say_refusal

SOURCE = Path(__file__).resolve().parents[2] / "src" / "compliance"
FORMATS = frozenset(
    {"PDF", "PNG", "JPEG", "WebP", "odt", "ods", "odp", "docx", "xlsx", "pptx", "CSV", "UTF", "U", "KiB", "MiB"}
)
EXAMPLES = ("sha256:", "hotel.example", "www.hotel.example", "name@example.org", "https://", "CP-7QF4-M2XF", "KH")
"""What is typed just so, in any language."""
SENTENCES = {
    **{f"problem {code}": sentence for code, sentence in km_problems.PROBLEMS.items()},
    **{f"refusal {code}": sentence for code, sentence in km_problems.REFUSALS.items()},
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def refusals_in_the_source() -> set[str]:
    """Every class's own `code`; read from the text, since not every room is imported by another."""
    return {
        stated.value.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for stated in node.body
        if isinstance(stated, ast.Assign | ast.AnnAssign) and isinstance(stated.value, ast.Constant)
        for target in (stated.targets if isinstance(stated, ast.Assign) else [stated.target])
        if isinstance(target, ast.Name) and target.id == "code"
    }


def test_every_problem_is_one_of_english():
    assert sorted(km_problems.PROBLEMS.keys() - PROBLEMS.keys()) == []


def test_every_refusal_is_one_of_the_source():
    assert sorted(km_problems.REFUSALS.keys() - refusals_in_the_source()) == []


@pytest.mark.parametrize("code", km_problems.PROBLEMS)
def test_every_problem_has_the_placeholders_of_english(code):
    assert placeholders(km_problems.PROBLEMS[code]) == placeholders(PROBLEMS[code])


@pytest.mark.parametrize("code", km_problems.PROBLEMS)
def test_every_problem_says_its_facts(code):
    facts = {name: f"<{name}>" for name in placeholders(PROBLEMS[code])}
    said = say_problem(Problem(code, "somewhere", facts), "km")
    assert all(fact in said for fact in facts.values())
    assert not set("{}") & set(said)


def test_no_refusal_has_placeholders_because_nothing_fills_them_in():
    assert [code for code, sentence in km_problems.REFUSALS.items() if placeholders(sentence)] == []


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_is_khmer_and_whole(name):
    sentence = re.sub(r"\{[^}]*\}", "", SENTENCES[name])
    for example in sorted(EXAMPLES, key=len, reverse=True):
        sentence = sentence.replace(example, "")
    assert set(re.findall(r"[A-Za-z]+", sentence)) <= FORMATS
    assert re.search("[\u1780-\u17ff]", sentence)
    assert SENTENCES[name].endswith("។")
    assert SENTENCES[name] == " ".join(SENTENCES[name].split())


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_holds_an_invisible_character(name):
    assert not re.search("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", SENTENCES[name])


def test_a_refusal_without_a_khmer_sentence_is_said_in_english():
    class Unheard(Conflict):
        """Nobody has translated this."""

        code = "unheard-in-khmer"

    refusal: Refusal = Unheard()
    assert say_refusal(refusal, "km") == "Nobody has translated this."


def test_a_problem_without_a_khmer_sentence_is_said_in_english():
    assert "yaml-key" not in km_problems.PROBLEMS
    assert say_problem(Problem("yaml-key", "somewhere"), "km") == PROBLEMS["yaml-key"]
