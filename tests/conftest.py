"""How tests run: the same examples on every machine, so that a failure is there again tomorrow.

Databases and servers are real (servers.py), started by the first test of a worker that asks for them. A test that asks
for `database_url` or `migrated_url` runs once on each engine; `--engine sqlite` leaves the other one out.
"""

import shutil
import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "same-everywhere",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "search", parent=settings.get_profile("same-everywhere"), derandomize=False, max_examples=2_000
)
settings.load_profile("same-everywhere")

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser):
    parser.addoption(
        "--engine",
        action="append",
        choices=ENGINES,
        help="run the tests that need a database on this engine only (may be repeated; both when left out)",
    )


def pytest_collection_modifyitems(config, items):
    """Deselect what belongs to an engine that is not wanted. It is not skipped: nothing was to be run there."""
    wanted = config.getoption("--engine") or ENGINES
    unwanted = [item for item in items if engine_of(item) not in (None, *wanted)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if engine_of(item) in (None, *wanted)]


def engine_of(item):
    return item.callspec.params.get("engine_name") if hasattr(item, "callspec") else None


# ── Servers: one of each for all tests of a worker. A test that stops a server starts one of its own (servers.py).


@pytest.fixture(scope="session")
def postgres_server():
    from servers import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def s3_server():
    from servers import S3Server

    with S3Server() as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server():
    from servers import SmtpServer

    with SmtpServer() as server:
        yield server


@pytest.fixture(scope="session")
def clam_server():
    from servers import ClamServer

    with ClamServer() as server:
        yield server


@pytest.fixture
def mailbox(smtp_server):
    """The mail server, emptied, refusing nothing."""
    smtp_server.clear()
    yield smtp_server
    smtp_server.clear()


@pytest.fixture
def bucket(s3_server):
    """The name of an empty bucket of s3_server."""
    name = f"bucket-{uuid4().hex[:12]}"
    s3_server.create_bucket(name)
    return name


# ── Databases: a fresh one for every test, on each engine.


@pytest.fixture(params=ENGINES)
def engine_name(request):
    """The engine of this test. For one engine only: parametrize("engine_name", ["postgresql"], indirect=True)."""
    return request.param


@pytest.fixture
def database_url(engine_name, request, tmp_path):
    """The URL of an empty database."""
    if engine_name == "sqlite":
        yield sqlite_url(tmp_path / "empty.sqlite")
        return
    server = request.getfixturevalue("postgres_server")
    name = database_name()
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture
def migrated_url(engine_name, request, tmp_path):
    """The URL of a database with all migrations and no rows."""
    if engine_name == "sqlite":
        path = tmp_path / "migrated.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield sqlite_url(path)
        return
    server = request.getfixturevalue("postgres_server")
    name = database_name()
    yield server.create_database(name, template=request.getfixturevalue("postgresql_template"))
    server.drop_database(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    migrate_all(sqlite_url(path))
    # What is still in the write-ahead log would be missing in a copy.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres_server):
    """The name of a migrated database, to be copied; nobody may be connected to it."""
    name = database_name()
    migrate_all(postgres_server.create_database(name))
    yield name
    postgres_server.drop_database(name)


def migrate_all(url):
    from compliance.app import assemble
    from compliance.store.engine import open_engine
    from compliance.store.migrating import migrate

    engine = open_engine(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    assemble(url).close()  # copies the questionnaires, which every service would do anyway


def sqlite_url(path):
    return f"sqlite:///{path}"


def database_name():
    """Different in every run: a server that we were given may serve several runs."""
    return f"test_{uuid4().hex[:16]}"


# ── The service, over its door, with a clock that tests set (visitor.py); and the demonstration (demo.py).


@pytest.fixture
def clock():
    """The service's clock; `clock.forward(minutes=15)`."""
    from visitor import Clock

    return Clock()


@pytest.fixture
def service(migrated_url, clock):
    """The service on a fresh database, once on each engine."""
    from visitor import Service

    with Service(migrated_url, clock=clock) as service:
        yield service


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory, worker_id):
    """The demonstration, made by the first worker that asks."""
    from demo import made_demo

    base = tmp_path_factory.getbasetemp()
    return made_demo(base if worker_id == "master" else base.parent)
