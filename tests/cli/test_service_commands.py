"""The commands that run and look after the service, started as an operator starts them, on both engines."""

import json
import re
import signal
import socket
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from sqlalchemy import create_engine, text

from compliance.app import assemble
from compliance.cli import main
from compliance.store.engine import open_engine
from compliance.store.migrating import migrate, newest_revision
from served import Served, command
from settled import PASSWORDS, SESSION, SMALL_PDF, Settled
from visitor import Service

OWNER = {"authorization": f"Bearer {SESSION}"}


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command in this process: `run("migrate", database_url=…)` gives status, output and problems."""

    def command_(*arguments, **settings):
        with monkeypatch.context() as patched:
            for name, value in {"data_dir": tmp_path / "data", **settings}.items():
                patched.setenv(f"COMPLIANCE_{name.upper()}", str(value))
            status = main([str(each) for each in arguments])
        said = capsys.readouterr()
        assert "fault of ours" not in said.err
        return status, said.out, said.err

    return command_


def execute(url, statement, **values):
    engine = create_engine(url)
    with engine.begin() as connection:
        done = connection.execute(text(statement), values)
        rows = done.all() if done.returns_rows else []
    engine.dispose()
    return rows


@pytest.mark.parametrize(
    "names",
    ["serve", "worker", "settings", "migrate", "admin", "second-factor remove", "journal verify", "backup", "restore"],
)
def test_help_has_an_example(names, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([*names.split(), "--help"])
    assert exit_.value.code == 0
    assert re.search(rf"^example:\n  compliance {names}", capsys.readouterr().out, re.MULTILINE)


# migrate


def test_migrate_says_from_where_to_where_and_checks_the_tables(run, database_url):
    assert run("migrate", "--check", database_url=database_url)[0] == 1
    newest = newest_revision()
    assert run("migrate", "--to", "0001", database_url=database_url)[:2] == (0, "nothing → 0001\n")
    assert run("migrate", "--check", database_url=database_url)[0] == (0 if newest == "0001" else 1)
    assert run("migrate", database_url=database_url)[:2] == (0, f"0001 → {newest}\n")
    assert run("migrate", database_url=database_url)[:2] == (0, f"{newest} → {newest}\n")
    assert run("migrate", "--check", database_url=database_url)[0] == 0
    execute(database_url, "ALTER TABLE sites ADD COLUMN colour VARCHAR(20)")
    status, _, problems = run("migrate", "--check", database_url=database_url)
    assert status == 1
    assert "colour" in problems


def test_migrate_refuses_numbers_that_are_not_there(run, migrated_url):
    status, _, problems = run("migrate", "--to", "0999", database_url=migrated_url)
    assert status == 2
    assert "0999" in problems
    execute(migrated_url, "UPDATE alembic_version SET version_num = '9999'")
    status, _, problems = run("migrate", database_url=migrated_url)
    assert status == 2
    assert "newer version" in problems


def test_a_database_that_is_away_is_said_so(run):
    status, _, problems = run("migrate", database_url="postgresql://nobody@127.0.0.1:1/nothing")
    assert status == 2
    assert "does not answer" in problems


# settings


def test_settings_names_each_with_origin_and_masks_secrets(run, tmp_path):
    (tmp_path / "key").write_text("a2V5IG9mIHRoaXMgbWFjaGluZSwgMzIgb2N0ZXRzISE=\n")
    status, out, _ = run("settings", secret_key_file=tmp_path / "key", smtp_host="mail.example.org",
                         mail_from="check@example.org", smtp_username="check", smtp_password="topsecret1")  # fmt: skip
    rows = {line.split("\t")[0]: line.split("\t") for line in out.splitlines()}
    assert status == 0
    assert rows["COMPLIANCE_SMTP_HOST"][1:3] == ["mail.example.org", "environment"]
    assert rows["COMPLIANCE_SECRET_KEY"][2] == f"file {tmp_path / 'key'}"
    assert rows["COMPLIANCE_PORT"][1:3] == ["8000", "default"]
    assert "topsecret1" not in out
    assert "a2V5" not in out


def test_settings_names_every_problem_at_once(run):
    status, out, problems = run("settings", prot="8000", threads="many", processes="2")
    assert (status, out) == (2, "")
    assert "COMPLIANCE_PORT" in problems
    assert "COMPLIANCE_THREADS" in problems
    assert "SQLite serves one process" in problems


# admin


def test_admin_makes_operators_who_choose_their_password(run, migrated_url, tmp_path):
    status, out, _ = run("admin", "Ada@example.org", "--name", "Ada", "--country", "KH", database_url=migrated_url,
                         base_url="https://check.example.org", operator_name="The Ministry")  # fmt: skip
    assert status == 0
    [token] = re.findall(r"https://check\.example\.org/password-resets/(\S+)", out)
    assert run("admin", "bob@example.org", database_url=migrated_url)[0] == 0

    with closing(Settled(migrated_url, tmp_path)) as hotel, hotel.client() as client:
        chosen = {"token": token, "password": "seven ripe mangoes"}
        assert client.post("/api/v1/password-resets/confirmation", json=chosen).status_code == 204
        signed_in = client.post("/api/v1/sessions", json={"email": "ada@example.org", "password": "seven ripe mangoes"})
        assert signed_in.status_code == 201
        mine = client.get("/api/v1/operator/jobs",
                          headers={"authorization": f"Bearer {signed_in.json()['token']}"})  # fmt: skip
        # An operator, who still has to set a second factor up; anybody else is told `operator-only`.
        assert (mine.status_code, mine.json()["code"]) == (403, "second-factor-due")
    names = execute(migrated_url, "SELECT name FROM organisations WHERE kinds = :kinds", kinds='["operator"]')
    assert names == [("The Ministry",)]
    assert execute(migrated_url, "SELECT count(*) FROM jobs WHERE kind = 'mail'") == [(1,)]  # “password changed”


def test_who_lost_everything_gets_in_again_at_the_machine_itself(run, migrated_url, clock):
    with Service(migrated_url, clock=clock) as service:
        operator, owner = service.operator(), service.visitor("Sok Dara")
        own = operator.must("GET", "/organisations")[0]["organisation"]["id"]
        with service.deed(writes=True) as deed:
            deed.unit.people.change(operator.user_id_in(deed), disabled_at=deed.now)
        status, out, _ = run("second-factor", "remove", "Ada.Admin@example.org", database_url=migrated_url,
                             operator_name="The Ministry")  # fmt: skip
        assert (status, "logs in with the password alone" in out, "a new second proof" in out) == (0, True, True)
        assert service.mail(operator.email, "second_factor_taken")["administrator"] == "The Ministry"
        assert "second-factor-taken" in [kind for kind, _ in service.journal(own)]
        assert run("admin", operator.email, database_url=migrated_url)[0] == 0  # lets in who was shut out
        assert "person-let-in" in [kind for kind, _ in service.journal(own)]
        operator.sign_in()
        operator.set_phone_up()
        assert operator.get("/operator/jobs").status_code == 200
        for email, sentence in ((owner.email, "no second factor"), ("nobody@example.org", "Nobody has an account")):
            status, out, problems = run("second-factor", "remove", email, database_url=migrated_url)
            assert (status, out, sentence in problems) == (2, "", True), problems


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nobody"], "no mail address"),
    (["a@b.org", "--country", "Cambodia"], "two capital letters"),
])  # fmt: skip
def test_admin_refuses_what_is_no_address_or_country(run, arguments, sentence):
    status, out, problems = run("admin", *arguments)
    assert (status, out) == (2, "")
    assert sentence in problems


# journal


def test_journal_verify_names_every_entry_that_was_touched(run, migrated_url, tmp_path):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        for number in range(6):
            hotel.add_site(f"Wing {number}")
        assert run("journal", "verify", database_url=migrated_url)[:2] == (
            0, "1 journals with 7 entries were read: every one is whole.\n",
        )  # fmt: skip
        assert run("journal", "verify", "--organisation", hotel.id, database_url=migrated_url)[0] == 0
        execute(migrated_url, "UPDATE journal SET kind = 'site-moved' WHERE position = 3")
        execute(migrated_url, "DELETE FROM journal WHERE position = 5")
        status, out, problems = run("journal", "verify", "--all", database_url=migrated_url)
    assert status == 1
    assert out.splitlines() == [f"{hotel.id}\t3\tchanged", f"{hotel.id}\t5\tmissing"]
    assert "2 faults" in problems


def test_journal_verify_knows_organisations_by_id(run, migrated_url):
    other = "00000000-0000-7000-8000-000000000000"
    status, _, problems = run("journal", "verify", "--organisation", other, database_url=migrated_url)
    assert status == 2
    assert other in problems
    assert run("journal", "verify", "--organisation", "x", database_url=migrated_url)[0] == 2


def test_the_embedded_database_is_brought_up_by_whoever_needs_it_and_no_other_is(run, database_url):
    assert run("migrate", "--to", "0001")[0] == 0
    status, out, said = run("journal", "verify")
    assert (status, out) == (0, "0 journals with 0 entries were read: every one is whole.\n")
    assert said == f"The database was brought from 0001 to {newest_revision()}.\n"
    assert run("journal", "verify")[2] == ""

    assert run("migrate", "--to", "0001", database_url=database_url)[0] == 0
    for command_ in (["journal", "verify"], ["admin", "ada@example.org"]):
        status, _, said = run(*command_, database_url=database_url)
        assert status == 2
        assert "compliance migrate" in said


# backup and restore (tests/test_backup.py tells the rest)


def test_backup_and_restore_from_the_command_line(run, tmp_path):
    assert run("migrate")[0] == 0
    assert run("admin", "ada@example.org")[0] == 0
    status, out, _ = run("backup", tmp_path / "backup")
    assert status == 0
    assert "is whole" in out
    assert run("backup", "--verify", tmp_path / "backup")[0] == 0
    assert run("backup", tmp_path / "backup")[0] == 2
    assert run("restore", tmp_path / "backup")[0] == 2

    assert run("migrate", data_dir=tmp_path / "other")[0] == 0
    assert run("restore", tmp_path / "backup", data_dir=tmp_path / "other")[0] == 0
    assert run("journal", "verify", data_dir=tmp_path / "other")[0] == 0

    table = tmp_path / "backup" / "tables" / "users.jsonl"
    table.write_bytes(table.read_bytes().replace(b"ada@", b"eve@"))
    status, _, problems = run("backup", "--verify", tmp_path / "backup")
    assert status == 2
    assert "tables/users.jsonl: This is not what was written" in problems
    (tmp_path / "file").write_text("")
    status, _, problems = run("backup", tmp_path / "file" / "backup")
    assert status == 2


# serve


def test_several_that_start_at_once_on_a_new_database_do_not_get_into_each_others_way(database_url):
    engine = open_engine(database_url)
    migrate(engine)
    engine.dispose()
    with ThreadPoolExecutor(4) as pool:
        for parts in pool.map(lambda _: assemble(database_url, passwords=PASSWORDS), range(4)):
            parts.close()
    [(count,)] = execute(database_url, "SELECT count(*) FROM questionnaires")
    assert count >= 5


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_many_processes_say_once_what_is_wrong(tmp_path, migrated_url):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "secret.key").write_text("not a key")
    said = command("serve", database_url=migrated_url, data_dir=tmp_path / "data", port=0, processes=2)
    assert said.returncode == 2
    assert said.stderr.count("secret.key") == 1


def test_serve_begins_with_nothing_and_makes_no_log_in(tmp_path):
    with Served(tmp_path) as served:
        assert httpx.get(f"{served.url}/health/ready").json()["ready"] is True
        assert httpx.get(f"{served.url}/api/v1/questionnaires").status_code == 200
        [migrated] = [line for line in served.log if line["event"] == "database-migrated"]
        assert (migrated["before"], migrated["after"]) == ("nothing", newest_revision())
        assert served.stop() == 0
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for name in ("secret.key", "compliance.sqlite"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    key = (data / "secret.key").read_bytes()
    with closing(sqlite3.connect(data / "compliance.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    with Served(tmp_path) as served:
        assert served.stop(by=signal.SIGINT) == 0
        assert "database-migrated" not in [line["event"] for line in served.log]
    assert (data / "secret.key").read_bytes() == key


def test_serve_writes_one_line_for_a_request_without_its_address(tmp_path, migrated_url):
    with Served(tmp_path, database_url=migrated_url) as served:
        httpx.get(f"{served.url}/api/v1/questionnaires/private@1.0?x=1", headers={"x-request-id": "mine-12345678"})
        served.wait_for("request")
        [line] = [line for line in served.log if line["event"] == "request"]
    assert line["route"] == "/api/v1/questionnaires/{reference}"
    assert line["status"] == 400
    assert "private" not in json.dumps(line)
    assert line["request_id"] != "mine-12345678"  # nobody whom we trust has sent it


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_nothing_runs_on_a_database_without_migrations(name, database_url, tmp_path):
    said = command(name, database_url=database_url, data_dir=tmp_path, port=0)
    assert said.returncode == 2
    assert "compliance migrate" in said.stderr


def test_serve_refuses_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = command("serve", "--port", taken.getsockname()[1], data_dir=tmp_path / "data")
    assert said.returncode == 2
    assert "cannot be listened on" in said.stderr


def test_serve_refuses_a_key_that_is_none(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "secret.key").write_text("not a key")
    said = command("serve", data_dir=tmp_path / "data", port=0)
    assert said.returncode == 2
    assert "secret.key" in said.stderr


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_processes_share_one_port_and_one_count(tmp_path, migrated_url):
    with Served(tmp_path, database_url=migrated_url, processes=2, worker="no") as served:
        for _ in range(30):
            assert httpx.get(f"{served.url}/api/v1/questionnaires").status_code == 200
        text_ = httpx.get(f"{served.url}/metrics").text
        counted = 'compliance_requests_total{method="GET",route="/api/v1/questionnaires",status="200"} 30.0'
        assert counted in text_
        assert text_.count("\ncompliance_jobs{") == 4
        assert served.stop() == 0


def test_a_worker_apart_does_the_jobs(tmp_path, migrated_url):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        hotel.add_site("Wing")
        with Served(tmp_path, "worker", ready="working", database_url=migrated_url) as worker:
            give_up_at = time.monotonic() + 30
            while not list((tmp_path / "data" / "mail").glob("*.eml")):
                assert time.monotonic() < give_up_at
                time.sleep(0.05)
            assert worker.stop() == 0


def test_a_server_without_worker_leaves_the_jobs_alone(tmp_path, migrated_url):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        hotel.add_site("Wing")
        with Served(tmp_path, database_url=migrated_url, worker="no") as served:
            parts = httpx.get(f"{served.url}/health/ready").json()["parts"]
            assert parts == {"database": "ready", "evidence": "ready"}
            time.sleep(1)
    assert execute(migrated_url, "SELECT kind, state FROM jobs") == [("mail", "ready")]


# stopping


def test_stopping_under_load_loses_nothing(tmp_path, migrated_url):
    answered, refused, odd, stopping = [], [], [], threading.Event()
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        path = f"/api/v1/organisations/{hotel.id}/sites"
        with Served(tmp_path, database_url=migrated_url, rate_limit_per_minute=0) as served:
            url = served.url

            def write(number):
                with httpx.Client(base_url=url, headers=OWNER, timeout=30) as client:
                    for round_ in range(10_000):
                        name = f"{number}-{round_}"
                        try:
                            answer = client.post(path, json={"name": name, "country": "KH"})
                        except httpx.TransportError:
                            refused.append(name)
                            return
                        (answered if answer.status_code == 201 else odd).append(name)

            def upload():
                def slowly():
                    yield SMALL_PDF
                    stopping.wait(30)
                    time.sleep(1)
                    yield b"%" * 1000

                params = {"title": "Policy", "file_name": "policy.pdf"}
                answer = httpx.post(f"{url}/api/v1/organisations/{hotel.id}/evidence", content=slowly(), params=params,
                                    headers=OWNER, timeout=30)  # fmt: skip
                (answered if answer.status_code == 201 else odd).append("upload")

            threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
            threads.append(threading.Thread(target=upload))
            for each in threads:
                each.start()
            while len(answered) < 40:
                time.sleep(0.01)
            stopping.set()
            began_s = time.monotonic()
            status = served.stop(within_s=30)
            took_s = time.monotonic() - began_s
            for each in threads:
                each.join()
        assert status == 0
        assert took_s < 25
        assert odd == []
        assert "upload" in answered
        assert len(refused) <= 12
        there = hotel.site_names()
        assert set(answered) - {"upload"} <= there
        # What was written without the answer reaching anybody is at most what each was waiting for.
        assert there - set(answered) - {"River"} <= set(refused)
    faults = command("journal", "verify", database_url=migrated_url, data_dir=tmp_path / "data")
    assert faults.returncode == 0, faults.stdout


def test_who_does_not_finish_in_time_is_cut_off(tmp_path, migrated_url):
    with (
        closing(Settled(migrated_url, tmp_path)) as hotel,
        Served(tmp_path, database_url=migrated_url, shutdown_seconds=1) as served,
    ):
        host, port = served.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(
                f"POST /api/v1/organisations/{hotel.id}/evidence?title=x&file_name=x.pdf HTTP/1.1\r\nHost: {host}\r\n"
                f"Authorization: Bearer {SESSION}\r\nContent-Length: 1000\r\n\r\n%PDF".encode()
            )
            time.sleep(0.5)
            assert served.stop(within_s=15) == 0
    assert list((hotel.evidence).rglob("*.part")) == []
