"""Settings: every problem at once, secrets from files and never shown, what follows from what; the page's table."""

import base64
import hashlib
import os
from pathlib import Path

import pytest

from compliance.settings import Settings, SettingsInvalid, describe, every_setting, read_settings
from compliance.words import say_problem

HERE = Path(__file__).resolve().parents[1]
PAGE = HERE / "docs" / "running.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"
KEY = base64.b64encode(bytes(range(32))).decode()
S3 = {
    "COMPLIANCE_EVIDENCE_S3_ENDPOINT": "http://objects:8333",
    "COMPLIANCE_EVIDENCE_S3_BUCKET": "evidence",
    "COMPLIANCE_EVIDENCE_S3_ACCESS_KEY": "the-access-key",
    "COMPLIANCE_EVIDENCE_S3_SECRET_KEY": "the-secret-key",
}


def refused(**given: str) -> dict[str, str]:
    """Variable → the code of its problem."""
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({f"COMPLIANCE_{name}": value for name, value in given.items()})
    assert all(say_problem(problem) for problem in caught.value.problems)
    return {problem.where.removeprefix("COMPLIANCE_"): problem.code for problem in caught.value.problems}


def read(**given: str) -> Settings:
    return read_settings({f"COMPLIANCE_{name}": value for name, value in given.items()})


def test_nothing_needs_to_be_set():
    settings = read_settings({"PATH": "/usr/bin", "HOME": "/nowhere"})
    assert settings.base_url == settings.issuer == "http://127.0.0.1:8000"
    assert settings.database_url == "sqlite:///compliance-data/compliance.sqlite"
    assert settings.allowed_hosts == ("127.0.0.1", "localhost")
    assert (settings.port, settings.threads, settings.database_pool, settings.processes) == (8000, 40, 40, 1)
    assert (settings.worker, settings.demo, settings.metrics_token, settings.secret_key) == (True, False, None, None)
    assert (settings.keys, settings.keys_passphrase, settings.tsa_url) == (Path("compliance-data/keys"), None, None)
    assert {row.origin for row in describe(settings)} == {"default"}


def test_what_is_given_is_read_with_its_type():
    settings = read(DATA_DIR="/var/lib/compliance", PORT="9000", WORKER="no", TRUSTED_PROXIES="10.0.0.7, 10.1.2.3/16",
                    BASE_URL="https://Check.Example.org/", LOG_FORMAT="text", RATE_LIMIT_PER_MINUTE="0",
                    ALLOWED_HOSTS="www.example.org", OPERATOR_NAME="Ministère du Tourisme", SECRET_KEY=KEY,
                    CLAMAV_SOCKET="clamav:3310", DATABASE_POOL="7", THREADS="20")  # fmt: skip
    assert settings.data_dir == Path("/var/lib/compliance")
    assert settings.database_url == "sqlite:////var/lib/compliance/compliance.sqlite"
    assert (settings.port, settings.worker, settings.database_pool) == (9000, False, 7)
    assert settings.trusted_proxies == ("10.0.0.7/32", "10.1.0.0/16")
    assert settings.base_url == "https://check.example.org"
    assert settings.mail_from == "compliance@check.example.org"
    assert settings.allowed_hosts == ("check.example.org", "127.0.0.1", "localhost", "www.example.org")
    assert settings.operator_name == "Ministère du Tourisme"


def test_the_port_goes_into_the_address_where_none_is_given():
    assert read(PORT="8123").base_url == "http://127.0.0.1:8123"


def test_every_problem_is_named_at_once():
    assert refused(PORT="eighty", THREADS="0", WORKER="true", LOG_LEVEL="INFO", BASE_URL="example.org", PORTT="1",
                   HOST="", SMTP_USERNAME="me", ZEBRA="1") == {
        "PORT": "wrong-form",
        "THREADS": "out-of-range",
        "WORKER": "wrong-word",
        "LOG_LEVEL": "wrong-word",
        "BASE_URL": "wrong-form",
        "PORTT": "setting-unknown-near",
        "HOST": "setting-empty",
        "SMTP_USERNAME": "setting-needs",
        "ZEBRA": "setting-unknown",
    }  # fmt: skip


def test_a_misspelt_name_is_answered_with_the_right_one():
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({"COMPLIANCE_DATABSE_URL": "x"})
    [problem] = caught.value.problems
    assert say_problem(problem) == "There is no such setting. Did you mean COMPLIANCE_DATABASE_URL?"


def test_names_for_tests_and_of_the_command_line_are_left_alone():
    assert read(TRACEBACK="1", TEST_PG_URL="postgresql://somewhere") == read()


@pytest.mark.parametrize("name", ["PORT", "HOST", "WORKER"])
def test_what_is_no_secret_is_not_read_from_a_file(name):
    assert refused(**{f"{name}_FILE": "/dev/null"}) == {f"{name}_FILE": "setting-unknown-near"}


@pytest.mark.parametrize(("content", "value"), [
    (b"hunter2-hunter2!", "hunter2-hunter2!"),
    (b"hunter2-hunter2!\n", "hunter2-hunter2!"),
    (b"hunter2-hunter2!\r\n", "hunter2-hunter2!"),
    (b" hunter2-hunter2! ", " hunter2-hunter2! "),
])  # fmt: skip
def test_a_secret_may_stand_in_a_file(tmp_path, content, value):
    path = tmp_path / "token"
    path.write_bytes(content)
    settings = read(METRICS_TOKEN_FILE=str(path))
    assert settings.metrics_token == value
    [row] = [row for row in describe(settings) if row.name == "COMPLIANCE_METRICS_TOKEN"]
    assert (row.value_masked, row.origin) == ("•••", f"file {path}")


def test_only_one_newline_is_taken_off_a_file(tmp_path):
    path = tmp_path / "token"
    path.write_text("hunter2-hunter2!\n\n")
    assert refused(METRICS_TOKEN_FILE=str(path)) == {"METRICS_TOKEN_FILE": "wrong-form"}


def test_files_that_cannot_be_used_are_refused(tmp_path):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_text("x" * 70_000)
    for name in ("nowhere", "empty", "binary", "large", "."):
        assert refused(SMTP_PASSWORD_FILE=str(tmp_path / name)) == {"SMTP_PASSWORD_FILE": "setting-file"}


def test_a_secret_and_its_file_are_not_both_taken(tmp_path):
    path = tmp_path / "token"
    path.write_text("hunter2-hunter2!")
    assert refused(METRICS_TOKEN="hunter3-hunter3!", METRICS_TOKEN_FILE=str(path)) == {
        "METRICS_TOKEN_FILE": "setting-twice"
    }


def test_no_secret_is_ever_shown():
    settings = read(DATABASE_URL="postgresql://me:pa55word@db/compliance?password=pa55word&sslmode=require",
                    SMTP_HOST="mail.example.org", MAIL_FROM="a@example.org", SMTP_USERNAME="me",
                    SMTP_PASSWORD="pa55word", METRICS_TOKEN="pa55word-pa55word", SECRET_KEY=KEY,
                    **{name.removeprefix("COMPLIANCE_"): value for name, value in S3.items()})  # fmt: skip
    shown = {row.name: row.value_masked for row in describe(settings)}
    everything = " ".join([repr(settings), str(settings), *shown.values()])
    for secret in ("pa55word", KEY, "the-secret-key", "the-access-key"):
        assert secret not in everything
    assert shown["COMPLIANCE_DATABASE_URL"] == "postgresql://me:•••@db/compliance?password=•••&sslmode=require"
    assert shown["COMPLIANCE_SMTP_PASSWORD"] == "•••"
    assert shown["COMPLIANCE_DATABASE_PASSWORD"] == "none"


@pytest.mark.parametrize(("name", "value"), [
    ("DATABASE_URL", "mysql://me:pa55word@db/x"),
    ("DATABASE_URL", "postgresql://me:pa55word@[db/x"),
    ("METRICS_TOKEN", "pa55word"),
    ("SECRET_KEY", "pa55word"),
    ("SMTP_PASSWORD", "pa55word\n\n"),
    ("BASE_URL", "https://me:pa55word@example.org"),
    ("EVIDENCE_S3_ENDPOINT", "https://me:pa55word@example.org"),
])  # fmt: skip
def test_no_refusal_repeats_a_secret(name, value):
    with pytest.raises(SettingsInvalid) as caught:
        read(**{name: value})
    assert caught.value.problems
    assert all("pa55word" not in say_problem(problem) for problem in caught.value.problems)


def test_a_password_apart_is_put_into_the_address_of_the_database(tmp_path):
    path = tmp_path / "password"
    path.write_text("p@ss/w:rd %\n")
    settings = read(DATABASE_URL="postgresql+psycopg://me@db:5432/compliance", DATABASE_PASSWORD_FILE=str(path))
    assert settings.database_url == "postgresql+psycopg://me:p%40ss%2Fw%3Ard%20%25@db:5432/compliance"
    shown = {row.name: row.value_masked for row in describe(settings)}
    assert shown["COMPLIANCE_DATABASE_URL"] == "postgresql+psycopg://me:•••@db:5432/compliance"


@pytest.mark.parametrize("url", [
    "postgresql://me:other@db/x", "postgresql://db/x", "sqlite:///here.sqlite",
])  # fmt: skip
def test_a_password_apart_needs_a_user_without_one(url):
    assert refused(DATABASE_URL=url, DATABASE_PASSWORD="x") == {"DATABASE_PASSWORD": "setting-database-password"}


@pytest.mark.parametrize("url", [
    "postgresql://db/x", "postgresql+psycopg://me@/x?host=/run/postgresql", "sqlite:///here.sqlite", "sqlite:////tmp/x",
])  # fmt: skip
def test_addresses_of_databases_that_are_taken(url):
    assert read(DATABASE_URL=url).database_url == url


@pytest.mark.parametrize("url", [
    "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://here.sqlite", "postgres://db/x", "postgresql://db",
    "postgresql+asyncpg://db/x", "db", "postgresql://db:x/y",
])  # fmt: skip
def test_addresses_of_databases_that_are_refused(url):
    assert refused(DATABASE_URL=url) == {"DATABASE_URL": "wrong-form"}


@pytest.mark.parametrize("url", [
    "example.org", "ftp://example.org", "https://", "https://example.org/path", "https://example.org?x", "https://a b",
    "https://me@example.org", "https://example.org:x", "https://exa_mple.org", "https://[", "https://example.org#a",
])  # fmt: skip
def test_addresses_of_the_service_that_are_refused(url):
    assert refused(BASE_URL=url) == {"BASE_URL": "wrong-form"}


@pytest.mark.parametrize(("name", "value"), [
    ("TRUSTED_PROXIES", "*"), ("TRUSTED_PROXIES", "10.0.0.1,,10.0.0.2"), ("TRUSTED_PROXIES", "proxy.example.org"),
    ("ALLOWED_HOSTS", "*"), ("ALLOWED_HOSTS", "example.org:443"), ("MAIL_FROM", "A <a@example.org>"),
    ("MAIL_FROM", "a@example.org\nBcc: b@example.org"), ("CLAMAV_SOCKET", "clamav"), ("QUESTIONNAIRES", "/nowhere"),
    ("ISSUER", "me"), ("EVIDENCE_S3_BUCKET", "Evidence"), ("OPERATOR_NAME", "a\x1b[1m"), ("DATA_DIR", "a?b"),
    ("SECRET_KEY", "a" * 44), ("PORT", "0x50"), ("PORT", "٨٠"), ("PORT", " 80"),
])  # fmt: skip
def test_values_of_the_wrong_form_are_refused(name, value):
    assert refused(**{name: value})[name] == "wrong-form"


@pytest.mark.parametrize("lacking", sorted(S3))
def test_an_object_store_is_given_whole_or_not_at_all(lacking):
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({name: value for name, value in S3.items() if name != lacking})
    assert {problem.code for problem in caught.value.problems} == {"setting-needs"}
    assert lacking in {problem.facts["needed"] for problem in caught.value.problems}
    assert read_settings(S3).evidence_s3_region == "us-east-1"


def test_a_setting_that_is_wrong_is_not_also_called_lacking():
    assert refused(SMTP_HOST="mail.example.org", MAIL_FROM="nobody") == {"MAIL_FROM": "wrong-form"}
    assert refused(DATABASE_URL="mysql://db/x", PROCESSES="2") == {"DATABASE_URL": "wrong-form"}


def test_settings_that_contradict_each_other_are_refused():
    assert refused(PROCESSES="2") == {"PROCESSES": "setting-sqlite-processes"}
    assert refused(BASE_URL="http://example.org") == {"BASE_URL": "setting-insecure-http"}
    assert refused(EVIDENCE_QUOTA_BYTES="100000", EVIDENCE_MAX_BYTES="100001") == {
        "EVIDENCE_QUOTA_BYTES": "setting-quota-small"
    }
    mail = {"SMTP_HOST": "mail.example.org", "MAIL_FROM": "a@example.org", "SMTP_USERNAME": "me", "SMTP_PASSWORD": "x"}
    assert refused(SMTP_SECURITY="none", **mail) == {"SMTP_SECURITY": "setting-smtp-clear"}
    assert refused(**{**mail, "SMTP_PASSWORD": ""}) == {"SMTP_PASSWORD": "setting-empty"}


def test_contradictions_that_somebody_means_are_taken():
    assert read(BASE_URL="http://example.org", INSECURE_HTTP="yes").insecure_http
    assert read(BASE_URL="http://localhost:9000").base_url == "http://localhost:9000"
    assert read(PROCESSES="4", DATABASE_URL="postgresql://db/x").processes == 4
    mail = {"MAIL_FROM": "a@example.org", "SMTP_USERNAME": "me", "SMTP_PASSWORD": "x"}
    assert read(SMTP_SECURITY="none", SMTP_HOST="127.0.0.1", **mail).smtp_port == 25


# Witnesses

REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
"""The key that a witness publishes."""
LOGS_OWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""A key that signs notes without a time."""


def problems_of(text: str) -> list[str]:
    with pytest.raises(SettingsInvalid) as caught:
        read(WITNESSES=text)
    assert {problem.where for problem in caught.value.problems} == {"COMPLIANCE_WITNESSES"}
    assert all(say_problem(problem) for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def witnesses(count: int) -> list[str]:
    """Lines of witnesses with the same key and other names."""
    key = base64.b64decode(REMORA.rpartition("+")[2])
    hashed = [hashlib.sha256(f"w{n}\n".encode() + key).hexdigest()[:8] for n in range(count)]
    return [f"w{n}+{each}+{base64.b64encode(key).decode()} https://w{n}.example" for n, each in enumerate(hashed)]


def test_witnesses_are_read_with_commas_between_or_from_a_file(tmp_path):
    other = witnesses(1)[0]
    wanted = (f"{REMORA} https://remora.example/w", other)
    assert read(WITNESSES=f"{REMORA} https://remora.example/w/, {other}").witnesses == wanted
    path = tmp_path / "witnesses"
    path.write_text(f"# Who watches our log\n\n{REMORA}  https://remora.example/w\n{other}\n")
    settings = read(WITNESSES_FILE=str(path))
    assert settings.witnesses == wanted
    [row] = [row for row in describe(settings) if row.name == "COMPLIANCE_WITNESSES"]
    assert (row.value_masked, row.origin) == (", ".join(wanted), f"file {path}")
    assert read().witnesses == ()
    assert read(WITNESSES=f"{REMORA} http://127.0.0.1:8123/w").witnesses == (f"{REMORA} http://127.0.0.1:8123/w",)


@pytest.mark.parametrize(("text", "codes"), [
    (REMORA, ["witness-form"]),
    ("https://remora.example", ["witness-form"]),
    (f"{LOGS_OWN} https://remora.example", ["witness-key"]),
    (f"{REMORA.replace('da77', 'da78')} https://remora.example", ["witness-key"]),
    (f"{REMORA[:-1]} https://remora.example", ["witness-key"]),
    (f"{REMORA} http://remora.example", ["witness-address"]),
    (f"{REMORA} remora.example", ["witness-address"]),
    (f"{REMORA} https://me:secret@remora.example", ["witness-address"]),
    (f"{REMORA} https://remora.example/w?x=1", ["witness-address"]),
    (f"{REMORA} https://[remora", ["witness-address"]),
    (f"{REMORA} https://a.example,{REMORA} https://b.example", ["witness-twice"]),
    ("# nobody yet", ["setting-empty"]),
    (",".join(witnesses(21)), ["witnesses-many"]),
    (f"x ftp://x, y, {REMORA} https://a b, {REMORA} http://remora.example:80", [
        "witness-key", "witness-address", "witness-form", "witness-address", "witness-address",
    ]),
])  # fmt: skip
def test_everything_that_is_wrong_with_witnesses_is_named_at_once(text, codes):
    assert problems_of(text) == codes


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_of_the_mail_server_follows_from_its_security(security, port):
    settings = read(SMTP_HOST="mail.example.org", MAIL_FROM="a@example.org", SMTP_SECURITY=security)
    assert settings.smtp_port == port


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def table() -> str:
    lines = ["| variable | takes | default | what it is |", "|---|---|---|---|"]
    for each in every_setting():
        name = f"`{each.name}`" + (" (or `_FILE`)" if each.in_file else "")
        lines.append(f"| {name} | {cell(each.takes)} | {cell(each.default)} | {cell(each.meaning)} |")
    return "\n".join(lines)


def test_the_table_of_the_page_is_what_the_code_says():
    page = PAGE.read_text("utf-8")
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    assert begin
    assert end
    wanted = f"{head}{BEGIN}\n{table()}\n{END}{tail}"
    if os.environ.get("RENEW_DOCS"):
        PAGE.write_text(wanted, "utf-8")
        page = wanted
    assert page == wanted, "docs/running.md is not what the code says; RENEW_DOCS=1 writes the table anew"


def test_every_setting_has_a_meaning_that_is_a_sentence():
    for each in every_setting():
        assert each.meaning[0].isupper(), each.name
        assert each.meaning.endswith("."), each.name
        assert each.name == each.name.upper()
