"""Hostile and mistaken answers files: each is refused with place and remedy, and nothing is written.

The whole files stand in tests/fixtures/answers, named for the attack; what is too large to keep is made in
fixtures/hostile.py. That each is refused within two seconds is measured, not asserted: `./dev bench refusals`.
"""

import json
import os
import re

import pytest

from compliance.cli import main
from compliance.domain.questionnaire import Lock
from compliance.errors import Refusal
from compliance.intake.answers import AnswersInvalid, parse_answers, read_answers_file
from compliance.intake.library import file_digest
from compliance.intake.yaml_text import UnreadableFile
from compliance.usecases.assess import Assessor
from compliance.usecases.publishing import publish_questionnaire
from compliance.words import say_problem
from fixtures.hostile import MEGABYTES, unknown_answers
from fixtures.libraries import ANSWERS, TINY, TODAY, copy_of, library, replaced

LONGEST_LINE = 700

REFUSED: dict[str, list[str]] = {
    # name: line and code of every problem, in the order in which they are said
    "unknown-item": ["6 item-unknown", "8 item-unknown"],
    "quoted-number": ["6 value-maturity", "7 quoted-number", "8 value-number-or-never"],
    "true-for-yes": ["4 true-for-yes", "6 true-for-yes"],
    "decimal-number": ["6 wrong-kind", "7 wrong-kind", "8 wrong-kind"],
    "value-out-of-range": ["6 value-maturity", "7 value-number-or-never", "8 value-date"],
    "negative-value": ["6 value-maturity", "7 value-negative", "8 value-negative", "9 value-number-or-never"],
    "part-larger-than-whole": ["6 value-part-larger", "7 value-part-larger"],
    "whole-of-zero": ["6 value-whole-zero"],
    "whole-missing": ["6 value-part"],
    "whole-given-twice": ["6 value-whole-from-fact"],
    "percentage-as-a-number": ["6 value-part-of-fact", "7 value-part"],
    "facts-missing": ["4 fact-missing", "4 fact-missing", "4 fact-missing"],
    "no-profile": ["1 fact-missing", "1 fact-missing", "1 fact-missing", "1 fact-missing"],
    "fact-behind-a-fact-missing": ["4 fact-missing"],
    "facts-of-the-wrong-kind": ["5 fact-number", "6 value-yes-no", "7 fact-multiple", "8 value-choice"],
    "facts-out-of-range": ["5 fact-number", "7 fact-number", "8 value-unknown-option", "9 value-choice"],
    "unknown-fact": ["4 fact-unknown"],
    "unknown-option": ["6 value-unknown-option", "7 value-choice"],
    "repeated-option": ["6 value-repeated-option"],
    "exclusive-with-others": ["6 value-exclusive"],
    "empty-list": ["6 value-empty-list"],
    "claim-on-critical": ["6 claim-critical"],
    "claim-without-reason": ["6 text-empty", "7 text-empty", "8 answer-empty"],
    "claim-and-value": ["6 answer-both"],
    "claim-on-text": ["6 claim-on-text"],
    "answer-without-value": ["6 answer-empty", "7 answer-empty"],
    "evidence-not-yours": ["6 evidence-not-yours-to-claim", "7 evidence-not-yours-to-claim"],
    "evidence-made-up": ["6 wrong-word"],
    "evidence-file-refused": ["6 evidence-form", "7 evidence-unknown"],
    "evidence-dated-twice": ["6 evidence-twice"],
    "evidence-in-the-future": ["6 evidence-date-future", "7 value-date-future", "8 evidence-date-future"],
    "signed-in-the-future": ["5 attested-in-future"],
    "dates-that-do-not-exist": ["2 wrong-date", "7 wrong-kind", "8 wrong-date"],  # values are judged on a day
    "decisions-smuggled-in": ["7 evidence-not-yours-to-claim", "9 evidence-not-yours-to-claim"],
    "unknown-version": ["1 questionnaire-unknown"],
    "unknown-questionnaire": ["1 questionnaire-unknown"],
    "version-left-out": ["1 wrong-form"],
    "module-instead-of-questionnaire": ["1 questionnaire-is-module"],
    "path-up": ["1 wrong-form"],
    "path-absolute": ["1 wrong-form"],
    "path-in-version": ["1 wrong-form"],
    "path-null": ["1 control-character"],
    "path-backslash": ["1 wrong-form"],
    "path-scheme": ["1 wrong-form"],
    "path-newline": ["1 wrong-form"],
    "path-wide-digits": ["1 wrong-form"],
    "country-made-up": ["3 wrong-form"],
    "country-with-newline": ["3 wrong-form"],
    "unknown-keys": [
        "2 unknown-key-near", "3 unknown-key-near", "7 unknown-key", "1 missing-key", "1 missing-key",
        "6 unknown-key-near",
    ],
    "answers-as-a-list": ["5 want-mapping"],
    "answer-without-braces": ["6 want-mapping", "7 want-mapping"],
    "everything-null": ["1 wrong-kind", "2 wrong-kind", "3 want-mapping", "4 want-mapping", "5 want-mapping"],
    "many-at-once": [
        "4 fact-number", "4 value-choice", "6 value-maturity", "7 value-whole-from-fact", "8 value-yes-no",
        "9 value-exclusive", "10 value-part-larger", "11 text-empty", "12 value-date-future", "13 item-unknown",
    ],
    "sixty-unknown-items": [f"{line} item-unknown" for line in range(6, 66)],
    "name-of-5000-letters": ["3 text-too-long"],
    "name-of-blanks": ["3 text-empty"],
    "note-of-5000-letters": ["6 text-too-long"],
    "key-of-5000-letters": ["6 item-unknown"],
    "key-of-5000-digits": ["6 item-unknown"],
}  # fmt: skip
"""Refused for what they say."""

UNREADABLE: dict[str, str] = {
    "broken-yaml": "7 yaml-broken",
    "tab-indented": "6 yaml-broken",
    "duplicate-answer": "8 yaml-duplicate-key",
    "duplicate-key": "5 yaml-duplicate-key",
    "python-tag": "6 yaml-tag",
    "own-tag": "6 yaml-tag",
    "binary-tag": "6 yaml-tag",
    "alias": "6 yaml-alias",
    "alias-bomb": "1 yaml-alias",
    "deep-nesting": "5 too-deep",
    "deep-brackets": "5 too-deep",
    "list-as-key": "6 yaml-key",
    "two-documents": "8 yaml-many-documents",
    "a-list": "1 not-an-answers-file",
    "a-word": "1 not-an-answers-file",
    "empty": "1 not-an-answers-file",
    "utf-16": "1 not-utf8",
    "latin-1": "6 not-utf8",
    "nul-character": "6 control-character",
    "control-character": "6 control-character",
    "escaped-nul": "6 control-character",
    "escaped-control": "6 control-character",
    "escaped-control-in-key": "6 control-character",
    "right-to-left-name": "3 direction-character",
    "right-to-left-isolate": "3 direction-character",
    "escaped-right-to-left": "3 direction-character",
}
"""Refused before anything in them is looked at."""

OTHER_REFUSALS: dict[str, list[str]] = {
    "merge-key": ["6 unknown-key"],
    "sixty-unknown-keys": [f"{line} unknown-key-near" for line in range(6, 66)],
}
"""Merge keys are no part of YAML 1.2; and more than fifty problems of types."""

ALL_RIGHT = ["good", "khmer-spaces"]


@pytest.fixture(scope="module")
def assessor():
    return Assessor(library(TINY))


def found(refusal: Refusal) -> list[str]:
    """Line and code of each problem."""
    return [f"{problem.where.split(' ')[0].rpartition(':')[2]} {problem.code}" for problem in refusal.problems]


def refusal_of(assessor: Assessor, name: str) -> Refusal:
    try:
        assessor.assess(read_answers_file(ANSWERS / f"{name}.yaml"))
    except AnswersInvalid as refusal:
        return assessor.with_value_problems(refusal)
    except Refusal as refusal:
        return refusal
    pytest.fail(f"{name} was not refused")


def run(arguments, capsys):
    """Run the command line; its status, output and problems."""
    status = main(arguments)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return status, said.out, said.err


def assess_refused(path, tmp_path, capsys) -> str:
    """Assess a file for documents; what is said when it is refused and nothing is written."""
    out = tmp_path / "out"
    status, output, problems = run(["assess", str(path), "-o", str(out), "--questionnaires", str(TINY)], capsys)
    assert status == 2, problems
    assert not output
    assert not out.exists()
    return problems


def test_every_fixture_stands_in_one_of_the_tables():
    tables = [*REFUSED, *UNREADABLE, *OTHER_REFUSALS, *ALL_RIGHT]
    assert sorted(path.stem for path in ANSWERS.glob("*.yaml")) == sorted(tables)
    assert len(tables) == len(set(tables))


@pytest.mark.parametrize("name", ALL_RIGHT)
def test_files_that_are_all_right_are_assessed(name, capsys):
    status, output, problems = run(
        ["assess", str(ANSWERS / f"{name}.yaml"), "--questionnaires", str(TINY), "--json"], capsys
    )
    assert status == 0, problems
    assert json.loads(output)["result"]["questionnaire"] == "inn@1.0"


@pytest.mark.parametrize(("name", "expected"), [*REFUSED.items(), ("merge-key", OTHER_REFUSALS["merge-key"])])
def test_each_mistake_is_found_at_its_line_and_all_of_them_at_once(assessor, name, expected):
    assert sorted(found(refusal_of(assessor, name)), key=_by_line) == sorted(expected, key=_by_line)


def _by_line(line_and_code: str) -> tuple[int, str]:
    line, _, code = line_and_code.partition(" ")
    return int(line), code


@pytest.mark.parametrize(("name", "expected"), UNREADABLE.items())
def test_what_cannot_be_read_is_refused_by_the_parser_alone(name, expected):
    with pytest.raises(UnreadableFile) as refused:
        parse_answers((ANSWERS / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    assert found(refused.value) == [expected]


@pytest.mark.parametrize("name", [*REFUSED, *UNREADABLE, *OTHER_REFUSALS])
def test_the_command_line_names_place_and_remedy_and_writes_nothing(name, tmp_path, capsys):
    problems = assess_refused(ANSWERS / f"{name}.yaml", tmp_path, capsys).splitlines()

    assert problems[0].startswith(str(ANSWERS / f"{name}.yaml"))
    said = [line.strip() for line in problems[1:]]
    assert said
    assert len(said) <= 50
    for line in [each for each in said if " more problems. " not in each]:
        assert re.fullmatch(rf"{name}\.yaml:[1-9][0-9]*( [^:]+)?: .+[.?)]", line), line
        assert len(line) < LONGEST_LINE, f"{len(line)} letters in one line"
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line), "raw control character printed"


@pytest.mark.parametrize("name", ["unknown-item", "part-larger-than-whole", "claim-on-critical", "duplicate-key"])
def test_the_sentences_are_those_of_words(name, assessor, tmp_path, capsys):
    refusal = refusal_of(assessor, name)
    problems = assess_refused(ANSWERS / f"{name}.yaml", tmp_path, capsys)
    for problem in refusal.problems:
        assert f"{problem.where}: {say_problem(problem)}" in problems


@pytest.mark.parametrize(("name", "remedy"), [
    ("unknown-version", "inn@1.0"),
    ("unknown-questionnaire", "inn@1.0"),
    ("quoted-number", "Take the quotes away"),
    ("true-for-yes", "write yes or no"),
    ("unknown-keys", "“organisation”"),
    ("unknown-option", "desk, rooms, web"),
    ("facts-missing", "“workers”"),
    ("part-larger-than-whole", "Check both numbers"),
    ("claim-on-critical", "Correct the facts"),
    ("dates-that-do-not-exist", "YYYY-MM-DD"),
    ("python-tag", "Delete the tag"),
    ("alias", "Write the value out"),
    ("latin-1", "Save the file as UTF-8"),
    ("right-to-left-name", "Delete it"),
    ("evidence-made-up", "declared, documented"),
    ("name-of-5000-letters", "at most 150"),
])  # fmt: skip
def test_the_remedy_names_what_is_right(name, remedy, tmp_path, capsys):
    assert remedy in assess_refused(ANSWERS / f"{name}.yaml", tmp_path, capsys)


@pytest.mark.parametrize("name", ["sixty-unknown-items", "sixty-unknown-keys"])
def test_of_sixty_problems_forty_nine_are_shown_and_eleven_counted(name, tmp_path, capsys):
    lines = assess_refused(ANSWERS / f"{name}.yaml", tmp_path, capsys).splitlines()
    assert len(lines) == 1 + 49 + 1
    assert "And 11 more problems." in lines[-1]


def test_json_gives_one_line_for_each_file_in_order(capsys):
    names = ["good", "unknown-item", "broken-yaml", "khmer-spaces", "sixty-unknown-items"]
    files = [str(ANSWERS / f"{name}.yaml") for name in names]
    status, output, _ = run(["assess", *files, "--json", "--questionnaires", str(TINY)], capsys)
    lines = [json.loads(line) for line in output.splitlines()]

    assert status == 2
    assert [line["file"] for line in lines] == files
    assert ["refused" in line for line in lines] == [False, True, True, False, True]
    assert [each["code"] for each in lines[1]["refused"]] == ["item-unknown", "item-unknown"]
    assert lines[1]["refused"][0]["where"] == "unknown-item.yaml:6 answers.CORE-99"
    assert "CORE-99" in lines[1]["refused"][0]["message"]
    assert len(lines[4]["refused"]) == 50
    assert "11 more" in lines[4]["refused"][-1]["message"]


@pytest.mark.parametrize("name", [*REFUSED, *UNREADABLE, *OTHER_REFUSALS])
def test_json_refuses_each_bad_file_on_one_line(name, capsys):
    path = str(ANSWERS / f"{name}.yaml")
    status, output, _ = run(["assess", path, "--json", "--questionnaires", str(TINY)], capsys)
    assert status == 2
    (line,) = output.splitlines()
    assert set(json.loads(line)) == {"file", "refused"}


def test_a_bad_file_does_not_stop_the_others(tmp_path, capsys):
    files = [str(ANSWERS / f"{name}.yaml") for name in ("python-tag", "good", "no-such-file")]
    status, output, problems = run(["assess", *files, "--questionnaires", str(TINY)], capsys)
    assert status == 2
    assert "Riverside Inn" in output
    assert "python-tag.yaml:6" in problems
    assert "no-such-file.yaml: The file cannot be opened" in problems


# What is too large to keep


def test_a_file_of_50_mb_is_refused(tmp_path, capsys):
    path = tmp_path / "huge.yaml"
    line = b"# " + b"x" * 1022 + b"\n"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(line * 1024)
    assert path.stat().st_size > 50_000_000
    assert "huge.yaml: The file is larger than 1024 KiB" in assess_refused(path, tmp_path, capsys)


def test_a_hundred_thousand_answers_are_refused(tmp_path, capsys):
    path = tmp_path / "answers.yaml"
    head = (ANSWERS / "good.yaml").read_text(encoding="utf-8").partition("answers:")[0]
    path.write_text(head + "answers:\n" + "".join(f" {n:x}: 1\n" for n in range(100_000)), encoding="utf-8")
    assert path.stat().st_size < 1024 * 1024
    assert "more than 20000 values" in assess_refused(path, tmp_path, capsys)


def test_thousands_of_unknown_answers_are_refused(tmp_path, capsys):
    path = tmp_path / "answers.yaml"
    path.write_text(unknown_answers(4_500), encoding="utf-8")
    lines = assess_refused(path, tmp_path, capsys).splitlines()
    assert len(lines) == 1 + 49 + 1
    assert "And 4451 more" in lines[-1]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_megabyte_of_openings_is_refused(opening, tmp_path, capsys):
    path = tmp_path / "deep.yaml"
    path.write_text("a: " * (opening == "[") + opening * (1_000_000 // len(opening)), encoding="utf-8")
    assert "deep.yaml:1: " in assess_refused(path, tmp_path, capsys)


@pytest.mark.parametrize(("name", "content"), MEGABYTES.items())
def test_a_megabyte_of_one_sign_is_refused(name, content, tmp_path, capsys):
    path = tmp_path / f"{name}.yaml"
    path.write_text(content, encoding="utf-8")
    problems = assess_refused(path, tmp_path, capsys)
    assert max(len(line) for line in problems.splitlines()) < LONGEST_LINE + len(str(path))


def test_a_thousand_nested_names_of_a_key_are_no_path(tmp_path, capsys):
    path = tmp_path / "dots.yaml"
    head = (ANSWERS / "good.yaml").read_text(encoding="utf-8").partition("answers:")[0]
    path.write_text(head + 'answers: {"..[0].[1].[9999999999999999999]": {valeu: 1}}\n', encoding="utf-8")
    assert "dots.yaml:5" in assess_refused(path, tmp_path, capsys)


def test_an_id_of_digits_keeps_its_line(assessor, tmp_path):
    head = (ANSWERS / "good.yaml").read_text(encoding="utf-8").partition("answers:")[0]
    with pytest.raises(Refusal) as refused:
        assessor.assess(parse_answers((head + 'answers:\n  INN-01: {value: yes}\n  "7": {value: 1}\n').encode(), "a"))
    assert found(refused.value) == ["7 item-unknown"]


@pytest.mark.parametrize("what", ["a folder", "not there"])
def test_what_is_no_file_is_refused(what, tmp_path, capsys):
    path = tmp_path / "answers.yaml"
    if what == "a folder":
        path.mkdir()
    assert "answers.yaml: The file cannot be opened: " in assess_refused(path, tmp_path, capsys)


def test_what_is_not_ours_to_read_is_refused(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text("questionnaire: inn@1.0")
    path.chmod(0)
    nobody = 65534
    if os.geteuid() == 0:  # root may read everything: be nobody for as long as it takes
        os.seteuid(nobody)
    try:
        with pytest.raises(UnreadableFile) as refused:
            read_answers_file(path)
    finally:
        os.seteuid(os.getuid())
    assert refused.value.problems[0].code == "file-unreadable"


# Closed, and changed after publication


def lock_of(file: str, states: str) -> str:
    digest = "sha256:" + "0" * 64
    return f"""published:
  - questionnaire: inn
    version: "1.0"
    file: {file}
    structure: {digest}
    full: {digest}
    items: {{}}
    states: [{states}]
"""


def test_a_questionnaire_changed_after_publication_takes_no_answers(tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    digest = "sha256:" + "1" * 64
    (folder / "published.lock").write_text(lock_of(digest, "{state: published, on: 2026-01-01}"), encoding="utf-8")
    out = tmp_path / "out"
    status, _, problems = run(
        ["assess", str(ANSWERS / "good.yaml"), "-o", str(out), "--questionnaires", str(folder)], capsys
    )
    assert status == 2
    assert "good.yaml:1 questionnaire: The file of “inn@1.0” is not the one that was published." in problems
    assert not out.exists()


def test_a_module_changed_after_publication_takes_no_answers_either(tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    replaced(folder / "core" / "1.0.yaml", "met: {total: 70", "met: {total: 60")
    status, _, problems = run(["assess", str(ANSWERS / "good.yaml"), "--questionnaires", str(folder)], capsys)
    assert status == 2
    assert "is not the one that was published" in problems


@pytest.mark.parametrize(("states", "status"), [
    ("{state: published, on: 2026-01-01}", 0),
    ("{state: published, on: 2026-01-01}, {state: closing, on: 2026-06-01, finish_by: 2026-12-31}", 0),
    ("{state: published, on: 2026-01-01}, {state: closing, on: 2026-06-01, finish_by: 2026-11-21}", 0),
    ("{state: published, on: 2026-01-01}, {state: closing, on: 2026-06-01, finish_by: 2026-11-20}", 2),
    ("{state: published, on: 2026-01-01}, {state: closed, on: 2026-11-21}", 2),
    ("{state: published, on: 2026-01-01}, {state: closed, on: 2026-11-22}", 0),
])  # fmt: skip
def test_a_closed_version_takes_no_answers_from_its_day_on(states, status, tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    digest = file_digest(folder / "inn" / "1.0.yaml")
    (folder / "published.lock").write_text(lock_of(digest, states), encoding="utf-8")
    assert library(folder).lock() != Lock()
    given, _, problems = run(["assess", str(ANSWERS / "good.yaml"), "--questionnaires", str(folder)], capsys)
    assert given == status, problems
    assert ("takes no answers since" in problems) == (status == 2)


@pytest.mark.parametrize(
    "lock", ["published: [{questionnaire: inn}]", "published: 3", "a: *b", "\0", "published: !x []"]
)
def test_a_broken_lock_is_refused_like_any_other_file(lock, tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    (folder / "published.lock").write_text(lock, encoding="utf-8")
    status, _, problems = run(["assess", str(ANSWERS / "good.yaml"), "--questionnaires", str(folder)], capsys)
    assert status == 2
    assert "published.lock:1" in problems
