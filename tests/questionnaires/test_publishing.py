"""Publication: the lock is written, published files never change, translations get revisions, versions close."""

from datetime import date

import pytest

from compliance.cli import main
from compliance.domain.questionnaire import structure_digest
from compliance.intake.library import Library, file_digest
from compliance.usecases.publishing import (
    AlreadyPublished,
    GateClosed,
    check_questionnaire,
    publish_questionnaire,
    translation_digest,
)
from fixtures.libraries import ANSWERS, TINY, TODAY, copy_of, library, replaced

LATER = date(2027, 3, 1)


@pytest.fixture
def folder(tmp_path):
    """A copy of the tiny library with core and inn published today."""
    folder = copy_of(TINY, tmp_path)
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    return folder


def codes(library: Library, reference: str) -> list[str]:
    return [problem.code for problem in check_questionnaire(library, reference, today=TODAY).problems]


def test_publishing_writes_the_lock(folder):
    opened = library(folder)
    locked = opened.lock().find("inn@1.0")
    loaded = opened.load("inn@1.0")
    assert locked is not None
    assert locked.file == file_digest(folder / "inn" / "1.0.yaml")
    assert locked.structure == structure_digest(loaded.questionnaire)
    assert list(locked.items) == [f"INN-{n:02}" for n in range(1, 9)]
    assert locked.facts == ("offers_childcare", "carers", "services", "place")
    assert [(change.state, change.on) for change in locked.states] == [("published", TODAY)]
    assert locked.translations["km"].revision == 1
    assert locked.translations["km"].digest == translation_digest(opened.translation("inn@1.0", "km"))
    assert opened.is_published("inn@1.0")
    assert not codes(opened, "inn@1.0")
    assert check_questionnaire(opened, "inn@1.0", today=TODAY).state == "published"


def test_the_lock_is_written_aside_and_reads_the_same_again(folder):
    assert not list(folder.glob("*.new"))
    text = (folder / "published.lock").read_text(encoding="utf-8")
    assert text.startswith("# What was published.")
    assert text.index("questionnaire: core") < text.index("questionnaire: inn")


def test_one_library_sees_what_it_has_published(tmp_path):
    opened = library(copy_of(TINY, tmp_path))
    publish_questionnaire(opened, "core@1.0", today=TODAY)
    publish_questionnaire(opened, "inn@1.0", today=TODAY)
    assert [version.reference for version in library(opened.folder).lock().published] == ["core@1.0", "inn@1.0"]
    with pytest.raises(AlreadyPublished):
        publish_questionnaire(opened, "inn@1.0", today=TODAY)


def test_publishing_twice_is_refused(folder, capsys):
    before = (folder / "published.lock").read_bytes()
    with pytest.raises(AlreadyPublished):
        publish_questionnaire(library(folder), "inn@1.0", today=LATER)
    assert main(["questionnaires", "publish", "inn", "--questionnaires", str(folder)]) == 2
    assert "This version has been published." in capsys.readouterr().err
    assert (folder / "published.lock").read_bytes() == before


def test_what_does_not_pass_the_gate_is_not_published(tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    replaced(folder / "core" / "1.0.yaml", "caps: {declared: 40", "caps: {declared: 90")
    with pytest.raises(GateClosed) as closed:
        publish_questionnaire(library(folder), "core@1.0", today=TODAY)
    assert [problem.code for problem in closed.value.problems] == ["caps-fall"]
    assert main(["questionnaires", "publish", "core", "--questionnaires", str(folder)]) == 2
    assert "core/1.0.yaml:8 scoring.caps: The caps fall" in capsys.readouterr().err
    assert not (folder / "published.lock").exists()


def test_modules_are_published_first(tmp_path):
    folder = copy_of(TINY, tmp_path)
    with pytest.raises(GateClosed) as closed:
        publish_questionnaire(library(folder), "inn@1.0", today=TODAY)
    assert [(problem.code, problem.facts["reference"]) for problem in closed.value.problems] == [
        ("not-published", "core@1.0")
    ]


def test_a_published_file_never_changes(folder, capsys):
    replaced(folder / "inn" / "1.0.yaml", "text: Is everyone at the door registered?", "text: Is everyone registered?")
    opened = library(folder)
    assert codes(opened, "inn@1.0") == ["published-changed"]
    assert not opened.is_published("inn@1.0")
    assert main(["questionnaires", "check", "inn", "--questionnaires", str(folder)]) == 2
    assert "published.lock" in capsys.readouterr().err
    assert main(["assess", str(ANSWERS / "good.yaml"), "--questionnaires", str(folder)]) == 2
    assert "good.yaml:1 questionnaire: The file of “inn@1.0” is not the one" in capsys.readouterr().err
    assert main(["questionnaires", "publish", "inn", "--questionnaires", str(folder)]) == 2


def test_not_even_a_comment_of_a_published_file_changes(folder):
    path = folder / "inn" / "1.0.yaml"
    path.write_text("# One more comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert codes(library(folder), "inn@1.0") == ["published-changed"]


def test_a_changed_module_spoils_what_includes_it(folder):
    replaced(folder / "core" / "1.0.yaml", "title: Tiny core", "title: Small core")
    assert codes(library(folder), "core@1.0") == ["published-changed"]
    assert codes(library(folder), "inn@1.0") == ["published-changed"]


def test_nothing_is_published_on_a_changed_module(tmp_path):
    folder = copy_of(TINY, tmp_path)
    publish_questionnaire(library(folder), "core@1.0", today=TODAY)
    replaced(folder / "core" / "1.0.yaml", "title: Tiny core", "title: Small core")
    with pytest.raises(GateClosed) as closed:
        publish_questionnaire(library(folder), "inn@1.0", today=TODAY)
    assert [problem.code for problem in closed.value.problems] == ["published-changed"]


def test_list_says_that_a_file_was_changed(folder, capsys):
    replaced(folder / "inn" / "1.0.yaml", "title: Tiny inn", "title: Small inn")
    assert main(["questionnaires", "list", "--questionnaires", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split("\t")[4] == "published"
    assert lines[2].split("\t")[4] == "changed!"


def test_a_published_file_that_is_gone_is_missed(folder):
    cases = (folder / "inn" / "1.0.cases.yaml").read_text(encoding="utf-8")
    text = (folder / "inn" / "1.0.yaml").read_text(encoding="utf-8").replace('"1.0"', '"1.1"')
    (folder / "inn" / "1.1.yaml").write_text(text, encoding="utf-8")
    (folder / "inn" / "1.1.cases.yaml").write_text(cases, encoding="utf-8")
    for name in ("1.0.yaml", "1.0.km.yaml", "1.0.cases.yaml"):
        (folder / "inn" / name).unlink()
    report = check_questionnaire(library(folder), "inn@1.1", today=TODAY)
    assert [(problem.code, problem.facts["reference"]) for problem in report.problems] == [
        ("published-gone", "inn@1.0")
    ]


def test_a_revised_translation_is_published_as_the_next_revision(folder, capsys):
    replaced(folder / "inn" / "1.0.km.yaml", "help: គ្រប់គ្នា។", "help: គ្រប់ៗគ្នា។")
    assert codes(library(folder), "inn@1.0") == ["translation-changed"]
    states = library(folder).lock().find("inn@1.0").states

    version = publish_questionnaire(library(folder), "inn@1.0", today=LATER)
    assert version.translations["km"].revision == 2
    assert version.states == states
    assert not codes(library(folder), "inn@1.0")
    assert main(["questionnaires", "publish", "inn", "--questionnaires", str(folder)]) == 2


def test_a_translation_may_come_after_publication(tmp_path, capsys):
    folder = copy_of(TINY, tmp_path)
    khmer = (folder / "inn" / "1.0.km.yaml").read_text(encoding="utf-8")
    (folder / "inn" / "1.0.km.yaml").unlink()
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    (folder / "inn" / "1.0.km.yaml").write_text(khmer, encoding="utf-8")
    assert main(["questionnaires", "publish", "inn", "--questionnaires", str(folder)]) == 0
    assert "km: revision 1" in capsys.readouterr().out
    assert library(folder).is_published("inn@1.0")


def test_a_reviewed_translation_is_a_revision_too(folder):
    replaced(folder / "inn" / "1.0.km.yaml", "reviewed: no\n", "reviewed: yes\nreviewed_by: Sok Dara\n")
    assert publish_questionnaire(library(folder), "inn@1.0", today=LATER).translations["km"].revision == 2


def test_a_published_translation_that_is_gone_is_missed(folder):
    (folder / "inn" / "1.0.km.yaml").unlink()
    assert codes(library(folder), "inn@1.0")


def with_states(folder, states: str) -> Library:
    path = folder / "published.lock"
    head, _, tail = path.read_text(encoding="utf-8").rpartition(f"      - {{state: published, on: {TODAY}}}\n")
    path.write_text(head + "".join(f"      - {{{state}}}\n" for state in states.split("; ")) + tail, encoding="utf-8")
    return library(folder)


@pytest.mark.parametrize(("day", "state"), [
    (date(2026, 12, 31), "draft"),
    (date(2027, 1, 1), "published"),
    (date(2027, 5, 31), "published"),
    (date(2027, 6, 1), "closing"),
    (date(2027, 12, 31), "closing"),
    (date(2028, 1, 1), "closed"),
])  # fmt: skip
def test_the_state_is_the_one_of_the_day(folder, day, state):
    opened = with_states(
        folder,
        "state: published, on: 2027-01-01; state: closing, on: 2027-06-01, finish_by: 2027-11-30; "
        "state: closed, on: 2028-01-01",
    )
    assert opened.lock().find("inn@1.0").state_on(day).state == state
    report = check_questionnaire(opened, "inn@1.0", today=day)
    assert report.state == state
    assert not report.problems


def test_states_out_of_order_are_refused(folder):
    opened = with_states(folder, "state: published, on: 2027-01-01; state: closed, on: 2026-12-31")
    assert codes(opened, "inn@1.0") == ["lock-order"]


def test_publishing_another_version_keeps_the_first(folder):
    for name in ("1.0.yaml", "1.0.km.yaml", "1.0.cases.yaml"):
        text = (folder / "inn" / name).read_text(encoding="utf-8").replace('"1.0"', '"1.1"')
        (folder / "inn" / name.replace("1.0.", "1.1.")).write_text(text, encoding="utf-8")
    before = library(folder).lock().find("inn@1.0")
    publish_questionnaire(library(folder), "inn@1.1", today=LATER)
    after = library(folder).lock()
    assert after.find("inn@1.0") == before
    assert after.find("inn@1.1").structure == before.structure  # the version is no structure
    assert after.find("inn@1.1").full != before.full


def test_a_library_that_cannot_be_written_is_refused_plainly(folder, capsys, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    replaced(folder / "inn" / "1.0.km.yaml", "help: គ្រប់គ្នា។", "help: គ្រប់ៗគ្នា។")
    before = (folder / "published.lock").read_bytes()
    monkeypatch.setattr("os.fsync", full)
    assert main(["questionnaires", "publish", "inn", "--questionnaires", str(folder)]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert (folder / "published.lock").read_bytes() == before
    assert not list(folder.glob("*.new"))


def test_check_prints_the_share_that_passes_and_what_nobody_has_confirmed(folder, capsys):
    path = folder / "inn" / "1.0.yaml"
    replaced(path, "text: Where do you show the rules?", "text: Where do you show the rules?\n        checked: no")
    (folder / "published.lock").unlink()
    assert main(["questionnaires", "check", "inn", "--questionnaires", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "inn@1.0: passes (10 items, 6 golden cases, draft, in km too)" in said
    assert "CORE-02 passes from 80 %" in said
    assert "Facts not yet confirmed by a person: INN-02" in said
