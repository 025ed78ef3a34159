"""Old data: a database that the first migration made, with data in it, becomes one of today."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, insert, select

from compliance.app import assemble
from compliance.store.engine import open_engine
from compliance.store.migrating import current_revision, differences, migrate, newest_revision
from compliance.store.tables import metadata

FIRST = "0001"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SAMPLES = {"Integer": 1, "BigInteger": 1, "Boolean": True, "LargeBinary": b"x", "Date": NOW.date(), "Text": "{}"}


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def sample(column, ids):
    """A value that a column takes."""
    kind = type(column.type).__name__
    if kind in ("Uuid", "UUID") or (kind == "CHAR" and column.type.length == 32):
        return ids
    if kind in ("DateTime", "DATETIME", "TIMESTAMP"):
        return NOW if column.type.timezone else NOW.replace(tzinfo=None)
    return SAMPLES.get(kind, {"INTEGER": 1, "BIGINT": 1, "BOOLEAN": True, "BLOB": b"x", "BYTEA": b"x",
                              "DATE": NOW.date(), "TEXT": "{}"}.get(kind, "x"))  # fmt: skip


def fill(engine, old):
    """One row in every table, as the first migration made them."""
    old.reflect(engine)
    ids = "01890a5d-ac96-774b-bcce-b302099a8057" if engine.dialect.name == "postgresql" else "0" * 32
    with engine.begin() as connection:
        for table in old.sorted_tables:
            if table.name != "alembic_version":
                row = {column.name: sample(column, ids) for column in table.columns if not column.nullable}
                connection.execute(insert(table).values(row))


def test_data_of_the_first_migration_comes_through_every_later_one(engine):
    migrate(engine, to=FIRST)
    assert current_revision(engine) == FIRST
    old = MetaData()
    fill(engine, old)
    migrate(engine)
    assert current_revision(engine) == newest_revision()
    assert differences(engine) == []
    with engine.connect() as connection:
        for table in old.sorted_tables:
            if table.name != "alembic_version":
                assert len(connection.execute(select(metadata.tables[table.name])).all()) == 1, table.name


def test_migrating_twice_changes_nothing(engine):
    migrate(engine)
    migrate(engine)
    assert differences(engine) == []


def test_the_service_starts_twice_on_the_same_database(database_url, engine):
    migrate(engine)
    for _ in range(2):
        assemble(database_url).close()
