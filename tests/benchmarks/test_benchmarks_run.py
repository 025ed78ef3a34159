"""The benchmarks run, print their tables, and what they compare gives equal results. Nothing here is timed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def printed(name: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / f"{name}.py", "--tiny", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_scoring_benchmark_prints_its_table_and_agrees_with_its_peer() -> None:
    table = printed("scoring")
    assert "| msgspec decode alone |" in table
    assert "| decode + score |" in table
    assert "- Machine: " in table
    if shutil.which("node") is None:
        assert "- survey-core not measured: node is not here" in table.splitlines()
        return
    assert "| SurveyJS survey-core |" in table
    agreeing = re.search(r"declared totals equal for (\d+) of (\d+) submissions", table)
    assert agreeing
    assert agreeing[1] == agreeing[2] != "0"


def test_the_documents_benchmark_prints_its_table_and_draws_the_same_bytes_twice() -> None:
    table = printed("documents")
    for row in ("certificate preview", "full report", "plan", "WeasyPrint, same certificate", "cold start"):
        assert f"| {row}" in table
    assert "- Drawn twice, the same bytes: yes" in table.splitlines()
    assert "- Machine: " in table


def test_the_benchmark_of_refusals_prints_its_table() -> None:
    table = printed("refusals")
    assert "| unknown-answers.yaml | " in table
    assert "- 3 files, each in a process of its own; the slowest " in table


def test_the_benchmark_of_the_log_prints_its_table_and_every_proof_verifies() -> None:
    table = printed("log")
    for row in ("inclusion proof", "consistency proof"):
        assert f"| {row} | " in table
    assert "- Proofs and roots that did not verify: 0" in table.splitlines()
    assert "- Machine: " in table


def test_the_benchmark_of_certificates_prints_both_tables_without_errors() -> None:
    tables = printed("certificates")
    assert "| claim → leaf, checkpoint, credential, signed PDF | " in tables
    assert "| ReportLab + segno + pyHanko, drawn and signed only | " in tables
    for row in ("look up by number", "status", "bare handler, one row"):
        assert re.search(rf"^\| {row} \| [\d,]+ \| [\d.]+ \| 0 \|$", tables, re.MULTILINE), row


def test_the_benchmark_of_pages_prints_its_table_without_errors() -> None:
    table = printed("pages")
    if shutil.which("wrk") is None:
        assert table.startswith("Not measured: wrk is not here")
        return
    rows = [line for line in table.splitlines() if line.startswith(("| nobody", "| owner", "| operator"))]
    assert rows
    assert all(line.endswith("| 0 |") for line in rows)


def test_the_service_benchmark_prints_its_table_without_errors() -> None:
    table = printed("service", "--engine", "sqlite")
    for row in (
        "answer writes",
        "assessment reads",
        "… bare handler, one statement",
        "submissions",
        "list pages, 1,000 assessments",
    ):
        found = [line for line in table.splitlines() if line.startswith(f"| sqlite | {row} |")]
        assert found
        assert all(line.endswith("| 0 |") for line in found)
    assert "- sqlite: answer writes are " in table
    assert "- Machine: " in table
