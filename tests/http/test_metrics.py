"""Metrics: which there are, who may read them, and that nobody is named in them."""

import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from litestar.testing import TestClient

from compliance.app import CountedPost, Door, make_app
from compliance.http.metrics import Metrics, forget_ended
from compliance.notify import FolderPost, Mail, NotSent
from compliance.store.figures import Counts
from fixtures.libraries import ROOT
from settled import NOW, SESSION, SMALL_PDF, Settled

TOKEN = "a token of sixteen or more"


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        yield hotel


def client_of(hotel, *, peer="127.0.0.1", **door):
    """A visitor from an address."""
    app = make_app(hotel.parts, requests_per_minute=0, threads=4, door=Door(**door))
    served = app.asgi_handler

    async def from_peer(scope, receive, send):
        scope["client"] = (peer, 1234)
        await served(scope, receive, send)

    app.asgi_handler = from_peer
    return TestClient(app)


def figures(said):
    """Name with labels → value."""
    lines = [line.rpartition(" ") for line in said.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_requests_jobs_and_evidence_are_counted(hotel):
    hotel.add_site("Wing")
    with client_of(hotel) as client:
        client.headers["authorization"] = f"Bearer {SESSION}"
        hotel.upload(client, SMALL_PDF)
        for _ in range(3):
            assert client.get(f"/api/v1/organisations/{hotel.id}/sites").status_code == 200
        client.get("/nowhere/private")
        client.request("BREW", "/api/v1/questionnaires")
        said = client.get("/metrics").text
    found = figures(said)
    route = "/api/v1/organisations/{organisation_id}/sites"
    assert found[f'compliance_requests_total{{method="GET",route="{route}",status="200"}}'] == 3
    assert found['compliance_requests_total{method="GET",route="none",status="404"}'] == 1
    assert any(name.startswith('compliance_requests_total{method="other"') for name in found)
    assert found[f'compliance_request_seconds_count{{method="GET",route="{route}"}}'] == 3
    assert found['compliance_jobs{state="ready"}'] == 1
    assert found["compliance_oldest_due_job_seconds"] >= 0
    assert found['compliance_evidence_files{scan="not_scanned"}'] == 1
    assert found["compliance_evidence_bytes"] == len(SMALL_PDF)
    assert found["compliance_requests_in_flight"] == 1
    assert found["compliance_database_up"] == 1
    assert found["compliance_database_connections_most"] == 45
    assert found['compliance_mails_total{outcome="sent"}'] == 0
    for private in (hotel.id, hotel.user_id, "Riverside", "private", "owner@", "BREW"):
        assert private not in said


def test_every_figure_says_what_it_means_and_stands_in_the_documentation(hotel):
    with client_of(hotel) as client:
        said = client.get("/metrics").text
    names = set(re.findall(r"^# HELP (compliance_[a-z_]+) [A-Z].{10,}$", said, re.MULTILINE))
    assert names == set(re.findall(r"^# TYPE (compliance_[a-z_]+) ", said, re.MULTILINE))
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert {name for name in names if f"`{name}" not in page} == set()
    assert set(re.findall(r"`(compliance_[a-z_]+)", page)) <= names


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_a_token_metrics_are_for_this_machine_itself(hotel):
    with client_of(hotel) as client:
        assert client.get("/metrics").status_code == 200
        for header in ("x-forwarded-for", "forwarded"):
            assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("peer", ["10.0.0.7", "2001:db8::1", "testclient"])
def test_without_a_token_nobody_else_reads_metrics(hotel, peer):
    with client_of(hotel, peer=peer) as client:
        refused = client.get("/metrics")
        assert (refused.status_code, refused.json()["code"]) == (403, "metrics-closed")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_with_a_token_metrics_are_for_whoever_has_it(hotel):
    with client_of(hotel, peer="10.0.0.7", metrics_token=TOKEN) as client:
        assert client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        for given in ("", TOKEN, f"Bearer {TOKEN}x", "Bearer é", f"Basic {TOKEN}"):
            refused = client.get("/metrics", headers={"authorization": given.encode("latin-1")} if given else {})
            assert refused.status_code == 403
    with client_of(hotel, metrics_token=TOKEN) as client:
        assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_database_that_is_away_takes_only_its_own_figures_along(hotel):
    with client_of(hotel) as client:
        hotel.parts.database.dispose()
        path = Path(hotel.parts.database.engine.url.database)
        path.rename(path.with_suffix(".away"))
        path.mkdir()
        found = figures(client.get("/metrics").text)
        assert found["compliance_database_up"] == 0
        assert "compliance_evidence_bytes" not in found


def test_mails_are_counted_by_what_came_of_them(tmp_path):
    counted = []
    mail = Mail("a@example.org", "Hello", "Text.\n", "<1@example.org>", NOW)
    CountedPost(FolderPost(tmp_path, sender="check@example.org"), counted.append).send(mail)
    (tmp_path / "file").write_text("")
    with pytest.raises(NotSent):
        CountedPost(FolderPost(tmp_path / "file", sender="check@example.org"), counted.append).send(mail)
    assert counted == ["sent", "deferred"]


def test_processes_that_ended_take_their_present_along_and_leave_their_past(tmp_path):
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    for pid in (int(done.stdout), os.getpid()):
        (tmp_path / f"gauge_livesum_{pid}.db").write_bytes(b"")
        (tmp_path / f"counter_{pid}.db").write_bytes(b"")
    forget_ended(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert f"gauge_livesum_{os.getpid()}.db" in left
    assert len(left) == 3


def test_two_applications_in_one_process_count_apart():
    def nothing():
        return Counts(jobs={}, oldest_due_s=0, evidence_files={}, evidence_bytes=0)

    one, other = Metrics(nothing, version="1"), Metrics(nothing, version="1")
    one.mail("sent")
    assert b'compliance_mails_total{outcome="sent"} 0.0' in other.text()
