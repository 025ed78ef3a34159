"""The demonstration: every state is in it, its log-ins work, it is made once, and it touches nothing that is not its own."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date

import httpx
import pytest
from msgspec.structs import replace

from compliance.cli.demo import MARKER, Marker, _print, demo_settings, fits
from compliance.domain.actor import ROLES_OF
from compliance.usecases.demo_world import LARGE, LogIn, every_cast, recipe_digest
from servers import free_port

WITHIN_S = 240
"""Thirty seconds on two quiet cores; these are shared."""


def compliance(*arguments, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMPLIANCE_")}
    environment |= {f"COMPLIANCE_{name}": str(value) for name, value in settings.items()}
    return subprocess.run([sys.executable, "-m", "compliance", *map(str, arguments)], env=environment, text=True,
                          capture_output=True, timeout=WITHIN_S, check=False)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a world of an older recipe in it, and a note of somebody's."""
    folder = tmp_path_factory.mktemp("demo") / "world"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "old.eml").write_text("of the older world")
    (folder / "note.txt").write_text("mine")
    (folder / MARKER).write_text(json.dumps({"recipe": "older", "is_finished": True, "made_on": "2026-01-01"}))
    return folder


@pytest.fixture(scope="module")
def port():
    """Where the world is served, which it is made for."""
    return free_port()


@pytest.fixture(scope="module")
def made(folder, port):
    """What the command said. A real database is named in its environment, which it must leave alone."""
    said = compliance(
        "demo", "--data-dir", folder, "--port", port, DATABASE_URL=f"sqlite:///{folder.parent}/real.sqlite"
    )
    assert said.returncode == 0, said.stderr
    return said


@pytest.fixture
def ask(made, folder):
    """Reads the database of the demonstration."""
    with closing(sqlite3.connect(f"file:{folder}/compliance.sqlite?mode=ro", uri=True)) as connection:
        yield lambda query: [row[0] if len(row) == 1 else row for row in connection.execute(query)]


def test_an_older_world_is_made_anew_and_nothing_else_in_the_folder_is_touched(made, folder):
    assert not (folder / "mail" / "old.eml").exists()
    assert (folder / "note.txt").read_text() == "mine"


def test_no_database_that_the_environment_names_is_touched(made, folder):
    assert not (folder.parent / "real.sqlite").exists()


def test_it_says_that_it_is_a_demonstration_and_how_to_come_in(made):
    assert "DEMONSTRATION" in made.stdout
    assert "Everybody's password: " in made.stdout
    assert "robin@operator.example" in made.stdout


def test_every_state_of_an_assessment_is_there(ask):
    assert set(ask("select state from assessments")) == {"draft", "submitted", "withdrawn", "expired"}
    assert set(ask("select outcome from snapshots")) == {"met", "approaching", "not_met"}
    # Carried and proposed answers that nobody has confirmed, in a draft of this year.
    waiting = "select distinct source from answers join assessments on assessments.id = assessment_id"
    assert set(ask(f"{waiting} where not is_confirmed and state = 'draft'")) == {"carried", "proposed"}


def test_every_status_of_a_certificate_is_there_but_withdrawn_which_the_large_world_has(ask):
    assert set(ask("select status from certificates")) == {"active", "superseded", "expired", "suspended"}
    assert ask("select reasons from withheld_certificates where settled_at is null") == ["identity-stated"]


def test_every_state_of_an_identity_and_of_a_task_that_a_business_reaches_is_there(ask):
    assert set(ask("select state from identities")) == {"confirmed", "waiting", "refused"}
    assert set(ask("select state from tasks")) == {"open", "in_progress", "done", "dropped"}


def test_businesses_of_every_sector_work_together(ask):
    businesses = ask("select id from organisations where kinds like '%business%'")
    assert len(businesses) == 8
    assert len(set(ask("select sector from assessments"))) == 5
    assert len(set(ask("select country from organisations"))) >= 6
    assert ask("select count(*) from assignments") >= [4]
    assert ask("select count(*) from comments") >= [3]
    assert max(ask("select count(*) from sites group by organisation_id")) == 3
    assert ask("select name from organisations where kinds like '%platform%' and kinds like '%business%'")
    kinds = " ".join(ask("select kinds from organisations"))
    assert "regulator" in kinds
    assert "operator" in kinds


def test_evidence_is_there_to_be_opened(ask, folder):
    files = ask("select organisation_id, sha256, media_type from evidence_files")
    assert {media_type for _, _, media_type in files} >= {"application/pdf", "image/png", "text/csv", "text/plain"}
    kept = {path.name for path in (folder / "evidence" / "objects").rglob("*") if path.is_file()}
    assert {sha256 for _, sha256, _ in files} <= kept


def test_mails_went_out_as_the_years_went_by(ask, folder):
    assert ask("select kind from jobs where state = 'dead'") == []
    assert len(list((folder / "mail").glob("*.eml"))) >= 60


def test_everybody_and_everything_in_it_is_invented(ask):
    assert {name for name in ask("select name from organisations") if "(invented)" not in name} == set()
    assert {address for address in ask("select email from users") if not address.endswith(".example")} == set()


def test_its_journals_are_whole(made, folder):
    said = compliance("journal", "verify", "--all", DATA_DIR=folder)
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_second_start_makes_nothing(made, folder, ask, port):
    before, size = (folder / MARKER).read_bytes(), ask("select count(*) from journal")
    begun = time.monotonic()
    again = compliance("demo", "--data-dir", folder, "--port", port)
    assert again.stdout == made.stdout
    assert (folder / MARKER).read_bytes() == before
    assert ask("select count(*) from journal") == size
    assert time.monotonic() - begun < 60


@pytest.fixture(scope="module")
def client(made, folder, port):
    """The service on the demonstration, as `./dev serve` runs it."""
    command = [sys.executable, "-m", "compliance", "demo", "--serve", "--port", str(port), "--data-dir", str(folder)]
    with (folder.parent / "served.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as serving:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_until_it_answers(client, serving)
            yield client
        serving.send_signal(signal.SIGINT)
        assert serving.wait(60) == 0


def wait_until_it_answers(client, serving):
    give_up_at = time.monotonic() + WITHIN_S
    while serving.poll() is None and time.monotonic() < give_up_at:
        try:
            if client.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the service did not start")


def test_its_service_says_that_it_is_a_demonstration(client):
    about = client.get("/api/v1/service")
    assert about.headers["x-demo"] == "yes"
    assert about.json()["is_demo"] is True
    assert about.json()["notice"].startswith("THIS IS A DEMONSTRATION.")


def test_every_log_in_that_is_printed_works(client, made, folder):
    log_ins = json.loads((folder / MARKER).read_text())["log_ins"]
    assert {role for each in log_ins for role in each["roles"]} == {
        role for roles in ROLES_OF.values() for role in roles
    }
    for each in log_ins:
        assert each["email"] in made.stdout
        login = {"email": each["email"], "password": each["password"]}
        session = client.post("/api/v1/sessions", json=login)
        assert session.status_code == 201, each["email"]
        mine = client.get("/api/v1/organisations", headers={"authorization": f"Bearer {session.json()['token']}"})
        assert [found["organisation"]["name"] for found in mine.json()] == [each["organisation"]]


def test_a_folder_with_something_else_in_it_is_refused(tmp_path, run):
    (tmp_path / "thesis.txt").write_text("mine")
    said = run("demo", "--data-dir", tmp_path, library=None)
    assert said.status == 2
    assert "holds something else" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_recipe_is_another_one_for_the_large_world():
    assert recipe_digest(is_large=True) != recipe_digest(is_large=False)


def test_the_large_world_has_forty_businesses_whom_nobody_confuses():
    firms = [cast.firm for cast in every_cast(is_large=True)]
    assert len(firms) == LARGE
    people = [player.email for firm in firms for player in (firm.owner, *(player for player, _ in firm.others))]
    for names in ([firm.name for firm in firms], [firm.number for firm in firms], people):
        assert len(set(names)) == len(names)
    assert {firm.sector for firm in firms} == {
        "hospitality", "technology", "tour-operators", "tourism-activities", "transport",
    }  # fmt: skip


def test_a_world_of_another_port_is_made_anew_because_its_certificates_name_their_address():
    marker = Marker(recipe="eight", is_finished=True, made_on=date(2026, 11, 22), port=8000)
    assert fits(marker, "eight", port=8000)
    assert not fits(marker, "eight", port=8001)
    assert not fits(marker, "nine", port=8000)
    assert not fits(replace(marker, is_finished=False), "eight", port=8000)


def test_when_it_is_served_it_says_where_to_begin(tmp_path, capsys):
    log_in = LogIn(
        organisation="Hotel", name="Sokha", email="sokha@hotel.example", password="mangoes", roles=("owner",)
    )
    marker = Marker(recipe="eight", is_finished=True, made_on=date(2026, 11, 22), log_ins=(log_in,))
    _print(marker, demo_settings(tmp_path, port=8123), is_served=True)
    said = capsys.readouterr().out
    for path in ("/demo/sokha", "/quick-check", "/check/three", "/api/v1/docs"):
        assert f"http://127.0.0.1:8123{path}\n" in said
