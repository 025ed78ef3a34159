"""Every other command through `main`: one success, each refusal; help with an example; pipes that break."""

import re

import pytest

from compliance.cli import main
from fixtures.libraries import ANSWERS, ROOT, SHIPPED, TINY, copy_of, replaced

COMMANDS = [
    ["assess"],
    *(["questionnaires", name] for name in ("list", "show", "check", "diff", "form", "publish", "review")),
    ["kit"],
    ["glossary", "check"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([*command, "--help"])
    assert exit_.value.code == 0
    said = capsys.readouterr().out
    assert re.search(rf"^example:\n  compliance {' '.join(command)} ?", said, re.MULTILINE)
    assert "%" not in said


@pytest.mark.parametrize("command", [[], ["questionnaires"], ["glossary"], ["nonsense"], ["questionnaires", "eat"]])
def test_half_a_command_shows_the_usage(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(command)
    assert exit_.value.code == 2
    assert "usage: compliance" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["--help"], ["questionnaires", "--help"], ["glossary", "--help"], ["--version"]])
def test_help_and_version_exit_with_0(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(command)
    assert exit_.value.code == 0
    assert capsys.readouterr().out.strip()


# questionnaires


def test_list_shows_every_version_with_its_state(run):
    lines = [line.split("\t") for line in run("questionnaires", "list").out.splitlines()]
    assert lines[0][:5] == ["Questionnaire", "Title", "Items", "Languages", "State"]
    assert lines[1] == ["core@1.0", "Tiny core", "2", "en", "draft", "module"]
    assert lines[2] == ["inn@1.0", "Tiny inn", "10", "en, km", "draft", ""]


def test_list_reads_the_shipped_questionnaires(run):
    said = run("questionnaires", "list", library=None)
    assert said.status == 0
    names = {line.partition("@")[0] for line in said.out.splitlines()[1:]}
    assert {"core", "hospitality", "technology", "tour-operators", "tourism-activities", "transport"} <= names


def test_show_prints_facts_sections_and_conditions_in_words(run):
    said = run("questionnaires", "show", "inn")
    assert said.status == 0
    assert said.out.startswith("Tiny inn · inn@1.0\nThree minutes are enough.\n")
    assert "carers\tHow many carers?\t“yes” to “Do you look after children?”" in said.out
    assert "\nDAY  Every day  (" in said.out
    assert re.search(
        r"^INN-03\tHow many carers are vetted\?\t[^\t]+\t5\t100\t“yes” to “Do you look after children\?”$",
        said.out,
        re.MULTILINE,
    )
    assert re.search(r"^INN-08\t", said.out, re.MULTILINE)


def test_show_in_khmer_says_that_nobody_has_reviewed_it(run):
    said = run("questionnaires", "show", "inn@1.0", "--lang", "km")
    assert said.status == 0
    assert said.out.startswith("ផ្ទះសំណាក់តូច · inn@1.0\n")
    assert "តើអ្នកទាំងអស់ត្រូវបានចុះឈ្មោះដែរឬទេ?" in said.out
    assert said.err.strip()


@pytest.mark.parametrize("name", ["hospitality", "core"])
def test_show_prints_the_shipped_questionnaires_in_khmer(name, run):
    assert run("questionnaires", "show", name, "--lang", "km", library=None).status == 0


@pytest.mark.parametrize("name", ["casino", "inn@9.9", "../tiny/inn", "inn@", "", "inn@1.0@1.0", "x" * 5000])
@pytest.mark.parametrize("command", ["show", "check", "publish", "form"])
def test_a_questionnaire_that_is_not_there_is_refused(command, name, run):
    said = run("questionnaires", command, name)
    assert said.status == 2
    assert not said.out
    assert "There is no questionnaire" in said.err
    assert "inn" in said.err
    assert len(said.err) < 500


def test_a_language_that_is_not_there_is_refused(run):
    for command in ("show", "form"):
        said = run("questionnaires", command, "inn", "--lang", "th")
        assert said.status == 2
        assert "“inn@1.0” is not translated into “th”" in said.err


def test_check_passes_one_or_all(run):
    assert run("questionnaires", "check", "inn").out.startswith("inn@1.0: passes")
    said = run("questionnaires", "check")
    assert said.status == 0
    assert [line.partition(":")[0] for line in said.out.splitlines() if "passes (" in line] == ["core@1.0", "inn@1.0"]


def test_check_says_what_is_wrong_and_goes_on(run, tmp_path):
    folder = copy_of(TINY, tmp_path)
    replaced(folder / "core" / "1.0.yaml", "weight: 3", "weight: 4")
    said = run("questionnaires", "check", library=folder)
    assert said.status == 2
    assert "core@1.0: 1 to mend" in said.err
    assert "core/1.0.yaml:45 sections[0].items[1].weight: 4 is not one of: 1, 3, 5." in said.err
    assert "inn@1.0: 1 to mend" in said.err


@pytest.mark.parametrize("register", ["standards.yaml", "glossary.yaml"])
def test_check_without_a_register_is_refused(register, run, tmp_path):
    folder = copy_of(TINY, tmp_path)
    (folder / register).unlink()
    said = run("questionnaires", "check", "inn", library=folder)
    assert said.status == 2
    assert register in said.err


def test_form_writes_a_form_and_a_sheet(run, tmp_path):
    said = run("questionnaires", "form", "inn", "-o", tmp_path / "forms")
    assert said.status == 0, said.err
    names = ["inn-1.0-en-form.pdf", "inn-1.0-en-form.xlsx"]
    assert sorted(path.name for path in (tmp_path / "forms").iterdir()) == names
    assert [line.rpartition("/")[2] for line in said.out.splitlines()] == names


def test_publish_writes_the_lock_of_a_copy(run, tmp_path):
    folder = copy_of(TINY, tmp_path)
    said = run("questionnaires", "publish", "core", library=folder)
    assert said.status == 0
    assert re.fullmatch(r"core@1\.0 is published; structure sha256:[0-9a-f]{64}\n", said.out)
    assert run("questionnaires", "publish", "inn@1.0", library=folder).out.endswith("  km: revision 1\n")
    assert "published" in run("questionnaires", "list", library=folder).out


def test_review_goes_out_and_comes_back(run, tmp_path):
    folder = copy_of(TINY, tmp_path)
    sheet = tmp_path / "review.xlsx"
    said = run("questionnaires", "review", "inn", "km", "-o", sheet, library=folder)
    assert said.status == 0, said.err
    assert sheet.read_bytes().startswith(b"PK")
    assert str(sheet) in said.out
    before = (folder / "inn" / "1.0.km.yaml").read_text(encoding="utf-8")
    said = run("questionnaires", "review", "inn", "km", "--apply", sheet, library=folder)
    assert said.status == 2
    assert "--by" in said.err
    assert (folder / "inn" / "1.0.km.yaml").read_text(encoding="utf-8") == before
    said = run("questionnaires", "review", "inn", "km", "--apply", sheet, "--by", "Sok Dara", library=folder)
    assert said.status == 0, said.err
    after = (folder / "inn" / "1.0.km.yaml").read_text(encoding="utf-8")
    assert "reviewed: yes" in after
    assert "Sok Dara" in after
    assert run("questionnaires", "check", "inn", library=folder).status == 0


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 and nothing", b"hello", b"\0\0"])
def test_a_review_that_is_no_spreadsheet_is_refused(content, run, tmp_path):
    folder = copy_of(TINY, tmp_path)
    before = (folder / "inn" / "1.0.km.yaml").read_bytes()
    sheet = tmp_path / "review.xlsx"
    sheet.write_bytes(content)
    said = run("questionnaires", "review", "inn", "km", "--apply", sheet, "--by", "Sok Dara", library=folder)
    assert said.status == 2
    assert "review.xlsx" in said.err
    assert (folder / "inn" / "1.0.km.yaml").read_bytes() == before


@pytest.mark.parametrize("language", ["th", "../../inn", "KM"])
def test_a_review_of_a_language_that_is_not_there_is_refused(language, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("questionnaires", "review", "inn", language).status == 2
    assert not list(tmp_path.iterdir())


# kit, glossary


def test_kit_writes_eight_documents(run, tmp_path):
    said = run("kit", "--country", "kh", "-o", tmp_path / "kit", library=None)
    assert said.status == 0, said.err
    assert len(list((tmp_path / "kit").glob("*-en.pdf"))) == 8
    assert len(said.out.splitlines()) == 8


def test_a_kit_of_an_unknown_country_names_the_local_police(run, tmp_path):
    said = run("kit", "--country", "ZZ", "-o", tmp_path / "kit", library=None)
    assert said.status == 0
    assert "not confirmed a reporting channel for ZZ" in said.err


@pytest.mark.parametrize("language", ["xx", "../en", "e" * 500])
def test_a_kit_in_an_unknown_language_is_refused(language, run, tmp_path):
    said = run("kit", "--lang", language, "-o", tmp_path / "kit", library=None)
    assert said.status == 2
    assert "The starter kit is not there in that language." in said.err
    assert len(said.err) < 500
    assert not (tmp_path / "kit").exists()


def test_a_folder_without_a_kit_is_refused(run, tmp_path):
    assert run("kit", "-o", tmp_path / "kit").status == 2


def test_glossary_check_finds_terms_with_line_and_column(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nAgainst Child  Pornography and\nchild\npornography.\n", encoding="utf-8")
    said = run("glossary", "check", page)
    assert said.status == 2
    first, second = said.out.splitlines()
    assert first.startswith(f"{page}:3:9: “Child Pornography”: write “child sexual abuse material”. ")
    assert second.startswith(f"{page}:4:1: “child")


def test_glossary_check_reads_standard_input(run):
    assert run("glossary", "check", "-", stdin=b"Nothing here.").status == 0
    said = run("glossary", "check", "-", stdin=b"child pornography")
    assert said.status == 2
    assert said.out.startswith("-:1:1: ")


def test_glossary_check_ignores_spaces_of_width_0(run):
    assert run("glossary", "check", "-", stdin="child\u200b porno\u200bgraphy".encode()).status == 2


def test_glossary_check_passes_over_quoted_titles(run):
    title = "the Optional Protocol on the sale of children, child prostitution and child pornography"
    assert run("glossary", "check", "-", stdin=title.encode()).status == 0


def test_glossary_check_goes_on_after_a_file_that_is_no_text(run, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\xff\xfe")
    page = tmp_path / "page.md"
    page.write_text("child pornography", encoding="utf-8")
    said = run("glossary", "check", picture, tmp_path / "gone.md", page)
    assert said.status == 2
    assert "picture.png" in said.err
    assert "gone.md" in said.err
    assert "page.md:1:1" in said.out


def test_glossary_check_never_passes_what_it_has_not_read(run, tmp_path, monkeypatch):
    monkeypatch.setattr("compliance.cli.glossary.MOST_BYTES", 100)
    page = tmp_path / "long.txt"
    page.write_text("word " * 40 + "child pornography\n", encoding="utf-8")
    said = run("glossary", "check", page)
    assert said.status == 2
    assert "long.txt" in said.out + said.err


# Other folders


def test_a_folder_that_is_not_there_is_refused(run, tmp_path):
    said = run("questionnaires", "list", library=tmp_path / "nowhere")
    assert said.status == 2
    assert "There is no folder" in said.err


def test_an_empty_folder_has_no_questionnaires(run, tmp_path):
    assert run("questionnaires", "list", library=tmp_path).out.splitlines()[1:] == []
    said = run("assess", ANSWERS / "good.yaml", library=tmp_path)
    assert said.status == 2
    assert "There is no questionnaire “inn@1.0” here" in said.err


def test_the_shipped_folder_may_be_named_too(run):
    assert run("questionnaires", "list", library=SHIPPED).out == run("questionnaires", "list", library=None).out


# Pipes


@pytest.mark.parametrize("command", [
    "questionnaires list", "questionnaires show hospitality", "questionnaires check core --questionnaires questionnaires",
])  # fmt: skip
def test_a_reader_that_goes_away_is_no_fault(command, shell):
    done = shell(f'compliance {command} | true; echo "${{PIPESTATUS[0]}}"')
    assert done.stderr == b""
    assert done.stdout.strip() in (b"0", b"141")


def test_half_a_page_may_be_read(shell):
    done = shell("compliance questionnaires show hospitality | head -n 1")
    assert done.stdout.decode().startswith("Hotels and other accommodation")
    assert done.stderr == b""


def test_the_module_is_the_command(shell):
    file = ANSWERS.relative_to(ROOT) / "good.yaml"
    done = shell(f"cat {file} | compliance assess - --json --questionnaires {TINY.relative_to(ROOT)}; echo $?")
    assert done.stdout.endswith(b"}\n0\n")
    assert shell("compliance assess nowhere.yaml").returncode == 2
