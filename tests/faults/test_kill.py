"""Server and worker are killed in the middle of 500 writes, twice on each engine; `./dev torture` does it ten times.

Nothing that was acknowledged is lost, nothing is half there, nothing is there twice; every mail leaves the house; every
journal verifies. PostgreSQL runs with fsync here, and its worker is a process of its own.
"""

import sys
from contextlib import ExitStack

import pytest
import torment
from processes import Process, Service

from compliance.app import assemble
from servers import PostgresServer


@pytest.fixture
def durable_url(engine_name, tmp_path):
    """A migrated database that keeps its promises also where everything is killed."""
    from conftest import migrate_all, sqlite_url

    with ExitStack() as servers:
        url = sqlite_url(tmp_path / "compliance.sqlite")
        if engine_name == "postgresql":
            url = servers.enter_context(PostgresServer(durable=True, own=True)).create_database("kill")
        migrate_all(url)
        yield url


def test_a_kill_in_the_middle_of_500_writes_loses_nothing_and_leaves_nothing_half(
    engine_name, durable_url, smtp_server, tmp_path
):
    smtp_server.clear()
    settings = {"DATABASE_URL": durable_url, "MAIL_FROM": "service@compliance.example", "SMTP_HOST": smtp_server.host,
                "SMTP_PORT": smtp_server.port, "SMTP_SECURITY": "none"}  # fmt: skip
    parts = assemble(durable_url, pool_size=4)
    with ExitStack() as running:
        running.callback(parts.close)
        apart = engine_name == "postgresql"
        service = running.enter_context(Service(tmp_path / "service", {**settings, "WORKER": "no" if apart else "yes"}))
        folder = tmp_path / "worker"
        worker = running.enter_context(Process("worker", folder, {**settings, "DATA_DIR": folder})) if apart else None
        for seed in (1, 2):
            tally = torment.torment(parts, service, worker, smtp_server, seed=seed)
            print(engine_name, seed, tally.requests, tally.acknowledged, file=sys.stderr)
            assert tally.requests == 500
            assert 0 < tally.acknowledged < 500
            assert tally.wrong == {}
