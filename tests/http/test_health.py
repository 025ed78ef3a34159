"""What supervisors are told: alive always, ready only when every part answers, and which part does not."""

import threading
import time
from contextlib import closing

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text

from compliance.app import Door, make_app
from compliance.errors import Unavailable
from compliance.http.health import Readiness, health_handlers
from compliance.store.engine import open_engine
from compliance.worker import Worker
from servers import PostgresServer
from settled import Settled


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        yield hotel


def ready(client):
    time.sleep(1.05)  # what was found is kept for a second
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()["parts"]


def test_a_whole_service_is_alive_and_ready(hotel):
    with hotel.client(door=Door(worker=Worker(hotel.desk, {}), allowed_hosts=("check.example.org",))) as client:
        client.headers["host"] = "10.1.2.3:8000"  # whoever probes knows an address only
        assert client.get("/health/live").json() == {"alive": True}
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert answer.json() == {
            "ready": True, "parts": {"database": "ready", "evidence": "ready", "worker": "ready"},
        }  # fmt: skip
        assert "ratelimit" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def test_a_schema_that_is_behind_is_not_ready_and_a_newer_one_is(hotel, migrated_url):
    engine = open_engine(migrated_url, pool_size=1)
    with hotel.client() as client:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert ready(client) == (200, {"database": "ready", "evidence": "ready"})
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
        assert ready(client) == (503, {"database": "failing", "evidence": "ready"})
        assert client.get("/health/live").status_code == 200
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_store_that_cannot_be_written_is_named_and_nothing_else_is_said(hotel):
    with hotel.client() as client:
        hotel.evidence.write_text("a file where the folder was")
        assert ready(client) == (503, {"database": "ready", "evidence": "failing"})
        said = client.get("/health/ready").text
        assert str(hotel.evidence) not in said
        hotel.evidence.unlink()
        assert ready(client)[0] == 200


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_worker_that_has_ended_is_named(hotel):
    app = make_app(hotel.parts, door=Door(worker=Worker(hotel.desk, {})))
    with TestClient(app) as client:
        assert ready(client)[0] == 200
        app.state.stop_early()
        time.sleep(1)
        assert ready(client) == (503, {"database": "ready", "evidence": "ready", "worker": "failing"})


def test_a_database_that_is_away_is_named_and_found_again(tmp_path):
    with PostgresServer(own=True) as server:
        from compliance.store.migrating import migrate

        engine = open_engine(server.create_database("health"))
        migrate(engine)
        with closing(Settled(server.url("health"), tmp_path)) as hotel, hotel.client() as client:
            assert ready(client)[0] == 200
            engine.dispose()
            server.stop()
            assert ready(client) == (503, {"database": "failing", "evidence": "ready"})
            assert client.get("/health/live").status_code == 200
            server.start()
            assert ready(client)[0] == 200


def test_a_part_that_hangs_fails_in_time_and_is_not_asked_twice():
    let_go, asked = threading.Event(), []

    def hang():
        asked.append(1)
        let_go.wait(10)

    def fail():
        raise Unavailable("something")

    readiness = Readiness({"slow": hang, "broken": fail, "well": lambda: None}, timeout_s=0.2, kept_s=0)
    app = Litestar(health_handlers(readiness), openapi_config=None, logging_config=None, on_shutdown=[readiness.close])
    with TestClient(app) as client:
        for _ in range(3):
            began_s = time.monotonic()
            answer = client.get("/health/ready")
            assert time.monotonic() - began_s < 5
            assert answer.status_code == 503
            assert answer.json()["parts"] == {"slow": "failing", "broken": "failing", "well": "ready"}
        assert len(asked) == 1
        let_go.set()
        time.sleep(0.2)
        assert client.get("/health/ready").json()["parts"]["slow"] == "ready"


def test_whoever_asks_often_makes_no_work():
    asked = []
    readiness = Readiness({"part": lambda: asked.append(1)}, kept_s=60)
    app = Litestar(health_handlers(readiness), openapi_config=None, logging_config=None, on_shutdown=[readiness.close])
    with TestClient(app) as client:
        assert {client.get("/health/ready").status_code for _ in range(20)} == {200}
    assert len(asked) == 1
