"""`compliance assess`: results on standard output, problems on standard error, documents in folders."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from compliance.usecases.dossiers import DOCUMENT_NAMES
from compliance.usecases.publishing import publish_questionnaire
from compliance.words import speaker
from fixtures.libraries import ANSWERS, TINY, TODAY, copy_of, library

GOOD = ANSWERS / "good.yaml"
MET = """questionnaire: inn@1.0
as_of: 2026-11-21
organisation: {name: Hillside Inn, country: KH, invented: This business does not exist}
attested_by: {name: Sok Dara, role: Owner, on: 2026-11-21}
profile: {workers: 4, offers_childcare: no, services: [], place: coast}
answers:
  CORE-01: {value: 4, evidence: documented}
  CORE-02: {value: {is: 4}, evidence: documented}
  INN-01: {value: yes, evidence: documented}
  INN-02: {value: [desk, rooms, web], evidence: documented}
  INN-04: {value: {is: 6, of: 6}, evidence: documented}
  INN-05: {value: 1, evidence: documented}
  INN-06: {value: 2026-11-01, evidence: documented}
"""


@pytest.fixture
def met(tmp_path):
    path = tmp_path / "hillside.yaml"
    path.write_text(MET, encoding="utf-8")
    return path


def test_the_result_is_said_in_words(run):
    said = run("assess", GOOD)
    assert said.status == 0
    assert said.out.startswith("Riverside Inn (KH) · Tiny inn 1.0 · 2026-11-21\n")
    assert "NOT MET" in said.out
    assert " %" in said.out
    assert not said.err


def test_reasons_are_said_three_at_most_and_the_rest_counted(run, tmp_path):
    path = tmp_path / "nothing.yaml"
    path.write_text(MET.partition("answers:")[0], encoding="utf-8")
    lines = run("assess", path).out.splitlines()
    assert sum(line.startswith("  · ") for line in lines) == 3
    assert any("more" in line for line in lines)
    assert any("This business does not exist" in line for line in lines)


def test_an_unpublished_questionnaire_says_so(run, tmp_path):
    says = speaker("en").say("unpublished")
    assert says in run("assess", GOOD).out
    folder = copy_of(TINY, tmp_path)
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    assert says not in run("assess", GOOD, library=folder).out


def test_a_self_assessment_that_meets_earns_no_badge(run, met):
    said = run("assess", met)
    assert said.status == 0
    assert "no badge" in said.out


def test_a_file_that_is_json_is_read_as_well(run, tmp_path):
    path = tmp_path / "answers.json"
    answers = {
        "questionnaire": "inn@1.0", "as_of": "2026-11-21", "organisation": {"name": "Hillside Inn", "country": "KH"},
        "profile": {"workers": 4, "offers_childcare": "no", "services": ["beds"], "place": "town"},
        "answers": {"CORE-01": {"value": 4}, "INN-01": {"value": "yes"}},
    }  # fmt: skip
    path.write_text(json.dumps(answers, indent="\t"), encoding="utf-8")
    assert run("assess", path).status == 0


def test_what_is_ignored_is_noted_on_standard_error(run, tmp_path):
    path = tmp_path / "more.yaml"
    path.write_text(MET.replace("coast}", "coast, carers: 3}") + "  INN-07: {value: yearly}\n", encoding="utf-8")
    said = run("assess", path)
    assert said.status == 0
    assert "Note: more.yaml:5 profile.carers: The fact “carers” is not asked" in said.err
    assert "Note: more.yaml:14 answers.INN-07: “INN-07” does not apply" in said.err


def test_a_day_in_the_future_is_noted_with_its_place(run, tmp_path):
    path = tmp_path / "later.yaml"
    path.write_text(
        GOOD.read_text(encoding="utf-8").replace("as_of: 2026-11-21", "as_of: 2999-01-01"), encoding="utf-8"
    )
    said = run("assess", path)
    assert said.status == 0
    assert "Note: later.yaml:2 as_of: The day of the assessment (2999-01-01) lies after today" in said.err


@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+12"])
def test_today_is_a_day_in_utc_wherever_the_machine_stands(run, tmp_path, monkeypatch, zone):
    """At every hour one of these zones has another day than UTC. Tomorrow may have begun where the business is."""
    with monkeypatch.context() as machine:
        machine.setenv("TZ", zone)
        time.tzset()
        today = datetime.now(tz=UTC).date()
        for days, is_noted in ((1, False), (2, True)):
            path = tmp_path / f"in-{days}.yaml"
            as_of = f"as_of: {today + timedelta(days=days)}"
            path.write_text(GOOD.read_text(encoding="utf-8").replace("as_of: 2026-11-21", as_of), encoding="utf-8")
            assert ("lies after today" in run("assess", path).err) == is_noted
    time.tzset()


def test_standard_input_is_read(run):
    said = run("assess", "-", stdin=GOOD.read_bytes())
    assert said.status == 0
    assert "Riverside Inn" in said.out


def test_bad_standard_input_is_placed(run):
    said = run("assess", "-", stdin=b"questionnaire: inn@1.0\nas_of: *x\n")
    assert said.status == 2
    assert "standard input:2: Anchors" in said.err


def test_standard_input_that_never_ends_is_refused(run):
    said = run("assess", "-", stdin=b"a: 1\n" * 400_000)
    assert said.status == 2
    assert "larger than 1024 KiB" in said.err


def test_several_files_are_assessed_in_order(run, met):
    said = run("assess", GOOD, met, ANSWERS / "khmer-spaces.yaml")
    assert said.status == 0
    names = [line.partition(" (")[0] for line in said.out.splitlines() if " · Tiny inn 1.0 · " in line]
    assert names[:2] == ["Riverside Inn", "Hillside Inn"]
    assert "\u200b" in names[2]


def test_json_holds_the_result_document(run):
    said = run("assess", GOOD, "--json")
    (line,) = said.out.splitlines()
    result = json.loads(line)["result"]
    assert result["questionnaire"] == "inn@1.0"
    assert result["items"]["INN-04"] == {"claim": "pending", "state": "not_applicable"}


def test_decisions_are_read_only_when_asked_for(run):
    path = ANSWERS / "decisions-smuggled-in.yaml"
    assert run("assess", path).status == 2
    said = run("assess", path, "--decisions", "--json")
    assert said.status == 0
    assert json.loads(said.out)["result"]["items"]["CORE-01"]["level"] == "verified_on_site"


def test_documents_are_written_into_the_folder(run, met, tmp_path):
    out = tmp_path / "out"
    said = run("assess", met, "-o", out)
    assert said.status == 0, said.err
    assert sorted(path.name for path in out.iterdir()) == sorted(DOCUMENT_NAMES)
    assert f"in {out}" in said.out
    result = json.loads((out / "result.json").read_bytes())
    assert result == json.loads(run("assess", met, "--json").out)["result"]


def test_documents_are_the_same_on_a_second_run_and_stale_ones_go(run, met, tmp_path):
    out = tmp_path / "out"
    run("assess", met, "-o", out)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / "mine.txt").write_text("keep me")
    run("assess", met, "-o", out)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "mine.txt"} == first

    met.write_text(MET.replace("{value: 4, evidence: documented}", "{value: 1}"), encoding="utf-8")
    run("assess", met, "-o", out)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        {*DOCUMENT_NAMES, "mine.txt"} - {"certificate-preview.pdf"}
    )


def test_several_files_get_a_folder_each(run, met, tmp_path):
    out = tmp_path / "out"
    bad = ANSWERS / "unknown-item.yaml"
    said = run("assess", met, bad, "-", "-o", out, stdin=GOOD.read_bytes())
    assert said.status == 2
    assert sorted(path.name for path in out.iterdir()) == ["hillside", "standard-input"]
    assert (out / "standard-input" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_equal_stems_are_refused_before_anything_is_written(run, met, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "hillside.json").write_text(MET, encoding="utf-8")
    out = tmp_path / "out"
    said = run("assess", met, other / "hillside.json", "-o", out)
    assert said.status == 2
    assert "Two files are called “hillside”" in said.err
    assert not out.exists()
    assert run("assess", met, other / "hillside.json").status == 0


def test_a_folder_that_cannot_be_written_is_refused(run, met, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    said = run("assess", met, "-o", blocked / "out")
    assert said.status == 2
    assert "Nothing can be written there" in said.err


def test_khmer_documents_say_that_the_translation_is_not_reviewed(run, met, tmp_path):
    out = tmp_path / "out"
    said = run("assess", met, "-o", out, "--lang", "km")
    assert said.status == 0, said.err
    assert "ផ្ទះសំណាក់តូច" in said.out
    assert said.err.strip()


def test_a_language_that_is_not_there_is_refused_before_anything_is_written(run, met, tmp_path):
    out = tmp_path / "out"
    for language in ("th", "../km", "KM", "x" * 50, ""):
        said = run("assess", met, "-o", out, "--lang", language)
        assert said.status == 2
        assert "is not translated into" in said.err
        assert len(said.err) < 500
    assert not out.exists()


def test_without_a_file_the_usage_is_shown(capsys, run):
    with pytest.raises(SystemExit) as exit_:
        run("assess")
    assert exit_.value.code == 2
    assert "usage: compliance assess" in capsys.readouterr().err


def test_a_fault_of_ours_is_no_refusal(run, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError

    monkeypatch.delenv("COMPLIANCE_TRACEBACK", raising=False)
    monkeypatch.setattr("compliance.usecases.assess.Assessor.assess", broken)
    said = run("assess", GOOD)
    assert said.status == 70
    assert "a fault of ours (ZeroDivisionError)" in said.err
    monkeypatch.setenv("COMPLIANCE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("assess", GOOD)


def test_an_interruption_ends_quietly(run, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("compliance.usecases.assess.Assessor.assess", interrupted)
    assert run("assess", GOOD).status == 130
