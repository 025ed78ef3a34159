"""Bring a database to the newest schema, one numbered migration after the other."""

from functools import cache

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from compliance.errors import Conflict, Invalid, Problem
from compliance.resources import shipped
from compliance.store.engine import translated_faults
from compliance.store.tables import metadata


class MigrationUnknown(Invalid):
    """There is no such migration."""

    code = "migration-unknown"


class SchemaBehind(Conflict):
    """The database does not have the schema that this version needs."""

    code = "schema-behind"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    return config


@cache
def newest_revision() -> str:
    """The number of the newest migration."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


@cache
def known_revisions() -> frozenset[str]:
    """The numbers of all migrations."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def current_revision(engine: Engine) -> str | None:
    """The number of the last migration that this database had; None for an empty one.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with translated_faults(), engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, on a connection."""
    return MigrationContext.configure(connection).get_current_revision()


def check_schema(revision: str | None) -> None:
    """Return if this version of the program runs on a database with this revision.

    One that it does not know is newer: migrations add first, so that an old version goes on on the newer schema.

    Raises:
        SchemaBehind: migrations are missing.
    """
    newest = newest_revision()
    if revision is None or (revision != newest and revision in known_revisions()):
        raise SchemaBehind([Problem("schema-behind", "", {"database": revision or "none", "newest": newest})])


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Apply the migrations that are missing; none is undone.

    Raises:
        MigrationUnknown: there is none with this number, or the database had one that is not known here.
        Unavailable: the database cannot be reached, or is locked.
    """
    config = _config()
    with translated_faults(), engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as fault:
            raise MigrationUnknown([Problem("migration-unknown", "", {"reason": str(fault)[:200]})]) from fault


def differences(engine: Engine) -> list[object]:
    """What the database lacks or has beyond `metadata`; empty after `migrate`.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with translated_faults(), engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))
