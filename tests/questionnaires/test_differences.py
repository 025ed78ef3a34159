"""`diff` between core 1.0 and a made-up 1.1 with changes of every class reads like release notes.

Renew the notes with `python -m compliance questionnaires diff … > notes.txt` and read the difference.
"""

from pathlib import Path

import pytest

from compliance.cli import main
from compliance.intake.answers import read_answers_file
from compliance.usecases.comparing import compare_versions
from fixtures.libraries import ANSWERS, TINY, copy_of, library, replaced

HERE = Path(__file__).resolve().parent / "core-1.1"
NOTES = HERE / "notes.txt"
COMMAND = ["questionnaires", "diff", "core@1.0", "core@1.1", "--questionnaires", str(HERE)]


def test_the_notes_read_like_release_notes(capsys, monkeypatch):
    monkeypatch.chdir(HERE)
    assert main([*COMMAND, "--answers", "answers.yaml"]) == 0
    assert capsys.readouterr().out == NOTES.read_text(encoding="utf-8")


def test_what_is_gone_is_named_in_the_order_of_the_old_file(tmp_path):
    folder = copy_of(TINY, tmp_path)
    text = (folder / "inn" / "1.0.yaml").read_text(encoding="utf-8")
    gone = ["hall", "attic", "shed", "bar", "lift", "yard", "roof"]
    more = "".join(f", {{id: {each}, text: {each}}}" for each in gone)
    old = text.replace("{id: web, text: Online}", "{id: web, text: Online}" + more)
    (folder / "inn" / "1.0.yaml").write_text(old, encoding="utf-8")
    (folder / "inn" / "1.1.yaml").write_text(text.replace('version: "1.0"', 'version: "1.1"'), encoding="utf-8")
    changes = compare_versions(library(folder), "inn@1.0", "inn@1.1").changes
    assert [change.field for change in changes if change.what == "option-removed"] == gone


def test_files_are_named_as_well_as_versions(capsys):
    files = [str(HERE / "core" / f"{version}.yaml") for version in ("1.0", "1.1")]
    assert main(["questionnaires", "diff", *files]) == 0
    assert capsys.readouterr().out.startswith("From core@1.0 to core@1.1: breaking\n")


def test_versions_of_two_folders_are_not_compared(capsys):
    file = str(HERE / "core" / "1.0.yaml")
    assert main(["questionnaires", "diff", file, "core@1.0"]) == 2
    assert "one folder" in capsys.readouterr().err


def test_a_version_and_itself_do_not_differ(capsys):
    assert main(["questionnaires", "diff", "core@1.0", "core@1.0", "--questionnaires", str(HERE)]) == 0
    said = capsys.readouterr().out
    assert "Nothing changed." in said
    assert "24 carry over, 0 are to be confirmed, 0 are dropped. New items: 0" in said


def test_the_way_back_drops_what_was_new():
    comparison = compare_versions(library(HERE), "core@1.1", "core@1.0")
    assert comparison.kind == "breaking"
    assert comparison.carry.dropped == ("CORE-25",)
    assert set(comparison.carry.added) == {"CORE-03", "CORE-23"}


PLACE = """\
  - id: place
    type: choice
    text: Where are you?
    decides: How we greet you.
    options: [{id: town, text: In town}, {id: coast, text: On the coast}]
"""
EDITS = [
    ("a text worded anew", "help: Everyone.", "help: Each person.", "editorial"),
    ("a text with another number", "help: Count the days.", "help: Count 3 days.", "narrowing"),
    ("a text with another duty", "help: Count the days.", "help: You must count the days.", "narrowing"),
    ("a text with another period", "help: Count the days.", "help: Count the weeks.", "narrowing"),
    ("a fact confirmed", "    weight: 3\n", "    weight: 3\n        checked: no\n", "editorial"),
    ("another weight", "weight: 3\n", "weight: 5\n", "narrowing"),
    ("a critical item that was none", "        weight: 3\n", "        weight: 3\n        critical: yes\n        universal: x\n",
     "narrowing"),
    ("a higher bar", "critical: {at_least: 100}", "critical: {at_least: 75}", "narrowing"),
    ("other steps", "[31, 50]", "[32, 50]", "narrowing"),
    ("other points", "points: 60", "points: 61", "narrowing"),
    ("one more option", "{id: web, text: Online}]", "{id: web, text: Online}, {id: bar, text: At the bar}]", "narrowing"),
    ("an option gone", ", {id: rooms, text: In the rooms}", "", "breaking"),
    ("another must", "must_have: [desk]", "must_have: [desk, web]", "narrowing"),
    ("another condition", "includes: tours}", "includes: meals}", "narrowing"),
    ("another whole", "of_fact: carers", "of_fact: workers", "breaking"),
    ("another type", "type: date\n        text: When was the page last read through?",
     "type: number\n        text: When was the page last read through?", "breaking"),
    ("shorter freshness", "The register}]}", "The register}], fresh_for_months: 6}", "narrowing"),
    ("longer freshness", "The register}]}", "The register}], fresh_for_months: 36}", "additive"),
    ("another form of evidence", "{form: record, expected: [{id: register", "{form: file, expected: [{id: register",
     "narrowing"),
    ("more evidence", "[{id: picture,", "[{id: film, text: A film}, {id: picture,", "additive"),
    ("evidence gone", "[{id: log, text: The log}]", "[{id: book, text: The book}]", "narrowing"),
    ("a standard more", "[{do: Watch, effort_days: 1, within_days: 60, by: owner}]\n        maps_to: [OWN]",
     "[{do: Watch, effort_days: 1, within_days: 60, by: owner}]\n        maps_to: [OWN, OPSC]", "additive"),
    ("an action worded anew", "do: Watch", "do: Look on", "editorial"),
    ("another effort", "do: Watch, effort_days: 1", "do: Watch, effort_days: 2", "additive"),
    ("a fact more", "sections:\n", "  - {id: sauna, type: yes_no, text: A sauna?, decides: Nothing.}\nsections:\n", "additive"),
    ("a fact gone", PLACE, "", "breaking"),
    ("a section worded anew", "title: Every day", "title: Every single day", "editorial"),
    ("another pillar", "pillar: practice", "pillar: reporting", "narrowing"),
    ("a raised threshold", "includes: [core@1.0]\n", "includes: [core@1.0]\nscoring: {met: {total: 75}}\n", "narrowing"),
    ("a title worded anew", "title: Tiny inn", "title: Small inn", "editorial"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_every_edit_has_its_class(old, new, kind, tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    path = folder / "inn" / "1.1.yaml"
    text = (folder / "inn" / "1.0.yaml").read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"')
    path.write_text(text, encoding="utf-8")
    replaced(path, old, new)
    comparison = compare_versions(library(folder), "inn@1.0", "inn@1.1")
    assert comparison.kind == kind, comparison.changes
    same = comparison.carry.carried == tuple(item.id for item in library(folder).load("inn@1.0").questionnaire.items)
    assert same or kind != "editorial"
    assert main(["questionnaires", "diff", "inn@1.0", "inn@1.1", "--questionnaires", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"From inn@1.0 to inn@1.1: {kind}\n")


def test_items_to_answer_are_only_those_that_are_asked(tmp_path):
    folder = copy_of(TINY, tmp_path)
    text = (folder / "inn" / "1.0.yaml").read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"')
    (folder / "inn" / "1.1.yaml").write_text(text, encoding="utf-8")
    answers = read_answers_file(ANSWERS / "good.yaml").answers
    (fate,) = compare_versions(library(folder), "inn@1.0", "inn@1.1", stored=[("good", answers)]).fates
    assert (fate.carried, fate.to_confirm, fate.dropped) == (7, 0, 0)
    assert fate.before == fate.after == "not_met"
    assert fate.to_answer == 0  # no childcare, no tours; what the text item asks is optional
