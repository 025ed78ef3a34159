"""What stands in the log, and what never does: a log-in, addresses, values of a database, local variables."""

import io
import json
import logging
import sqlite3
from typing import NoReturn

import pytest
import structlog
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath, JSONBody
from litestar.testing import TestClient

from compliance.http.logs import REMOVED, AccessLog, log_fault, log_response, set_up_logging

SECRETS = [
    "sokha@example.org",
    "correct horse",
    "s3ss10n",
    "t0k3n",
    "10.9.8.7",
    "Mozilla",
    "Sokha",
    "abc123",
    "private",
]


@pytest.fixture(autouse=True)
def _as_it_was():
    """Logging belongs to the whole process; leave it as it was found."""
    names = ["", *logging.root.manager.loggerDict]
    was = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).level, logging.getLogger(name).propagate)
           for name in names}  # fmt: skip
    yield
    for name in {*names, *logging.root.manager.loggerDict}:
        logger = logging.getLogger(name)
        logger.handlers[:], logger.level, logger.propagate = was.get(name, ([], logging.NOTSET, True))
        logger.manager._clear_cache()
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    kept = io.StringIO()
    set_up_logging(log_format="json", level="debug", stream=kept)
    return kept


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def requests(stream: io.StringIO) -> list[dict]:
    return [line for line in lines(stream) if line["logger"] == "compliance.access"]


def fail(fault: Exception) -> NoReturn:
    raise fault


class GiveId(ASGIMiddleware):
    async def handle(self, scope, receive, send, next_app):
        scope["state"]["request_id"] = "req-1"
        await next_app(scope, receive, send)


class Refuse(ASGIMiddleware):
    async def handle(self, scope, receive, send, next_app):
        if scope["path"] == "/forbidden":
            raise PermissionDeniedException
        await next_app(scope, receive, send)


@post("/log-in", status_code=200)
async def log_in(data: JSONBody[dict]) -> Response:
    logging.getLogger("somewhere").warning("log-in by %s with password=%s", data["email"], data["password"])
    return Response({"name": "Sokha"}, headers={"set-cookie": "session=s3ss10n"})


@get("/people/{email:str}", sync_to_thread=False)
def show(email: FromPath[str]) -> str:
    return "Sokha"


@get("/broken/{token:str}", sync_to_thread=False)
def broken(token: FromPath[str]) -> str:
    password = "correct horse"
    try:
        fail(sqlite3.IntegrityError(f"UNIQUE failed for {token} and {password}"))
    except sqlite3.IntegrityError as cause:
        msg = "while saving sokha@example.org"
        raise RuntimeError(msg) from cause


@get(["/health/live", "/forbidden"], sync_to_thread=False)
def live() -> str:
    return "yes"


def say_five_hundred(request: Request, fault: Exception) -> Response:
    log_fault(fault, log_id="log-1", request_id=request.scope["state"].get("request_id"),
              route=request.scope.get("path_template"))  # fmt: skip
    return Response("sorry", status_code=500, media_type=MediaType.TEXT)


@pytest.fixture
def client(stream):
    app = Litestar([log_in, show, broken, live], middleware=[AccessLog(), GiveId(), Refuse()],
                   before_send=[log_response], exception_handlers={RuntimeError: say_five_hundred},
                   logging_config=None, openapi_config=None)  # fmt: skip
    headers = {"user-agent": "Mozilla", "authorization": "Bearer t0k3n-t0k3n", "cookie": "session=s3ss10n",
               "x-forwarded-for": "10.9.8.7"}  # fmt: skip
    with TestClient(app) as client:
        client.headers.update(headers)
        yield client


def test_a_log_in_leaves_nothing_of_itself_in_the_log(client, stream):
    body = {"email": "sokha@example.org", "password": "correct horse"}
    assert client.post("/log-in?next=/private&token=t0k3n", json=body).status_code == 200
    [line] = requests(stream)
    assert line.pop("duration_ms") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {"event": "request", "level": "info", "logger": "compliance.access", "method": "POST",
                    "route": "/log-in", "status": 200, "bytes": 16, "request_id": "req-1"}  # fmt: skip
    [warned] = [line for line in lines(stream) if line["logger"] == "somewhere"]
    assert warned["event"].startswith(f"log-in by {REMOVED} with password={REMOVED}")
    assert not [secret for secret in SECRETS if secret in stream.getvalue()]


def test_the_route_is_logged_and_never_the_path(client, stream):
    client.get("/people/sokha@example.org")
    client.get("/people/abc123")
    assert [line["route"] for line in requests(stream)] == ["/people/{email}"] * 2
    assert not [secret for secret in SECRETS if secret in stream.getvalue()]


def test_what_no_route_answers_is_logged_without_its_path(client, stream):
    client.get("/secret/abc123?token=t0k3n")
    client.put("/log-in")
    client.request("SOKHA", "/log-in")
    assert [(line["method"], line["route"], line["status"]) for line in requests(stream)] == [
        ("GET", "none", 404),
        ("PUT", "none", 405),
        ("other", "none", 405),
    ]
    assert not [secret for secret in SECRETS if secret in stream.getvalue()]


def test_the_status_is_the_one_that_the_caller_gets(client, stream):
    assert client.get("/forbidden").status_code == 403
    assert client.get("/broken/t0k3n").status_code == 500
    assert client.post("/log-in", content=b"{").status_code == 400
    assert [line["status"] for line in requests(stream)] == [403, 500, 400]


def test_what_machines_ask_all_day_is_logged_for_those_who_look_closely(client, stream):
    client.get("/health/live")
    assert [line["level"] for line in requests(stream)] == ["debug"]
    set_up_logging(log_format="json", level="info", stream=stream)
    client.get("/health/live")
    assert len(requests(stream)) == 1


def test_a_fault_is_written_with_its_id_and_places_and_without_values(client, stream):
    client.get("/broken/t0k3n")
    [line] = [line for line in lines(stream) if line["logger"] == "compliance.fault"]
    assert (line["level"], line["log_id"], line["request_id"], line["route"]) == (
        "error", "log-1", "req-1", "/broken/{token}",
    )  # fmt: skip
    outer, inner = line["fault"]
    assert (outer["type"], outer["said"]) == ("builtins.RuntimeError", f"while saving {REMOVED}")
    assert outer["at"][-1].endswith(" broken")
    assert outer["at"][-1].startswith("test_logs:")
    assert inner["type"] == "sqlite3.IntegrityError"
    assert inner["said"] == ""
    assert not [secret for secret in SECRETS if secret in stream.getvalue()]


def test_of_a_database_only_the_code_is_kept(stream):
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE TABLE people (email UNIQUE)")
        database.execute("INSERT INTO people VALUES ('Sokha')")
        database.execute("INSERT INTO people VALUES ('Sokha')")
    except sqlite3.IntegrityError as fault:
        log_fault(fault, log_id="log-2")
    finally:
        database.close()
    [line] = lines(stream)
    assert line["fault"][0]["said"] == "SQLITE_CONSTRAINT_UNIQUE"
    assert "request_id" not in line


def test_faults_that_libraries_log_are_written_the_same_way(stream):
    try:
        fail(ValueError("Sokha wrote\nsecond line"))
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    [line] = lines(stream)
    assert line["fault"][0]["said"] == "Sokha wrote"
    assert "exc_info" not in line
    assert "Traceback" not in stream.getvalue()


@pytest.mark.parametrize(("facts", "kept"), [
    ({"password": "x", "Set-Cookie": "x", "api_key": "x", "user_email": "x", "ip": "x"}, dict.fromkeys(
        ["password", "Set-Cookie", "api_key", "user_email", "ip"], REMOVED)),
    ({"deep": {"list": [{"Authorization": "x", "job": "mail"}]}}, {"deep": {"list": [{"Authorization": REMOVED, "job": "mail"}]}}),
    ({"said": "sent to sokha@example.org."}, {"said": f"sent to {REMOVED}."}),
    ({"said": "postgresql://me:pa55@db/x"}, {"said": f"postgresql://{REMOVED}@db/x"}),
    ({"said": "Authorization: Bearer abcdefghijkl"}, {"said": f"Authorization: {REMOVED} {REMOVED}"}),
    ({"said": 'password="correct horse", token=abc&x=1'}, {"said": f"password={REMOVED}, token={REMOVED}&x=1"}),
    ({"said": "one\ntwo\x1b[31m"}, {"said": "one\\ntwo\\x1b[31m"}),
    ({"thing": object(), "raw": b"Sokha"}, {"thing": "<object>", "raw": "<bytes>"}),
    ({"count": 3, "share": 0.5, "none": None, "yes": True}, {"count": 3, "share": 0.5, "none": None, "yes": True}),
])  # fmt: skip
def test_the_second_line_of_defence(stream, facts, kept):
    structlog.stdlib.get_logger("compliance.test").info("event", **facts)
    [line] = lines(stream)
    assert {name: line[name] for name in facts} == kept


def test_something_nested_without_end_does_not_stop_the_log(stream):
    nested: list = []
    nested.append(nested)
    structlog.stdlib.get_logger("compliance.test").info("event", nested=nested)
    assert "<list>" in stream.getvalue()


def test_libraries_that_write_addresses_and_values_are_quiet(stream):
    for name in ("uvicorn.access", "sqlalchemy.engine.Engine", "httpx", "httpcore.connection"):
        logging.getLogger(name).info("10.9.8.7 asked for /private")
    logging.getLogger("uvicorn.access").error("10.9.8.7 asked for /private")
    assert stream.getvalue() == ""
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [line["logger"] for line in lines(stream)] == ["uvicorn.error"]


def test_lines_for_people(stream):
    set_up_logging(log_format="text", level="info", stream=stream)
    structlog.stdlib.get_logger("compliance.jobs").info("job done", job="remind\ner", tries=2)
    try:
        fail(KeyError("x"))
    except KeyError as fault:
        log_fault(fault, log_id="log-3")
    first, second, third, *places = stream.getvalue().splitlines()
    assert first.endswith("info    job done job=remind\\ner tries=2")
    assert second.endswith("error   fault log_id=log-3")
    assert third == "  builtins.KeyError: 'x'"
    assert places
    assert all(place.startswith("    ") for place in places)
