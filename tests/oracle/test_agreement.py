"""The rule and the oracle, written twice from the same page, agree byte for byte; and they share no code."""

import ast
import sys
from functools import cache
from pathlib import Path

import msgspec
import pytest

from compliance.domain.scoring import Scorer, Submission, result_bytes
from compliance.intake.library import Library

from . import oracle
from .generator import submissions

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "questionnaires"
FIXTURES = HERE / "questionnaires"
FOLDERS = {
    "hospitality": SHIPPED,
    "technology": SHIPPED,
    "tour-operators": SHIPPED,
    "tourism-activities": SHIPPED,
    "transport": SHIPPED,
    "everything": FIXTURES,
}
CHUNKS = 10
CHUNK = 100
MOST_LINES = 250


@cache
def scorer(name: str) -> Scorer:
    return Scorer(Library(FOLDERS[name]).load(f"{name}@1.0").questionnaire)


@pytest.mark.parametrize("seed", range(CHUNKS))
@pytest.mark.parametrize("name", FOLDERS)
def test_the_rule_and_the_oracle_agree_byte_for_byte(name: str, seed: int) -> None:
    path = FOLDERS[name] / name / "1.0.yaml"
    rule = scorer(name)
    for submission in submissions(path, seed, CHUNK):
        card = rule.score(msgspec.convert(submission, Submission))
        assert result_bytes(card) == oracle.score(path, submission, rule.structure), submission


def test_the_oracle_shares_no_code_with_the_rule() -> None:
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {
        f"{'.' * node.level}{node.module or ''}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} == {"yaml"}


def test_the_oracle_is_short_enough_to_be_read_beside_the_page() -> None:
    assert len(Path(oracle.__file__).read_text(encoding="utf-8").splitlines()) <= MOST_LINES
