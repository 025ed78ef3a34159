"""What every command of the service begins with: settings from the environment, a data folder, a database that fits."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from compliance.app import Parts, from_settings
from compliance.cli.printing import warn
from compliance.errors import Conflict, Problem, Unavailable
from compliance.settings import Settings, make_data_folder, read_settings
from compliance.store.engine import open_engine
from compliance.store.migrating import SchemaBehind, check_schema, current_revision, migrate


class OutOfReach(Conflict):
    """Something that this command needs cannot be reached."""

    code = "out-of-reach"


def settings_now(**instead: object) -> Settings:
    """The settings of this environment; what a command line says instead is set in the environment, for children too.

    Raises:
        SettingsInvalid: with every problem.
    """
    given: Mapping[str, str] = {f"COMPLIANCE_{name.upper()}": str(value) for name, value in instead.items()
                                if value is not None}  # fmt: skip
    os.environ.update(given)
    os.umask(0o077)  # what the service writes is for its user only, also in a folder that others may enter
    return read_settings(os.environ)


@contextmanager
def reaching() -> Generator[None]:
    """Around what needs the database or the evidence store.

    Raises:
        OutOfReach: one of them does not answer.
    """
    try:
        yield
    except Unavailable as passing:
        raise OutOfReach([Problem("database-unreachable", "", {"what": passing.what})]) from passing


def is_embedded(settings: Settings) -> bool:
    """Whether the database is the file in the data folder, which we look after ourselves."""
    return "COMPLIANCE_DATABASE_URL" not in settings.origins


def ready_database(settings: Settings) -> tuple[str, str] | None:
    """Make sure that the database fits. The embedded one is brought to the newest migration: then before and after.

    Raises:
        SchemaBehind: it is another one, and has to be migrated first.
        DataFolderUnusable, OutOfReach: it cannot be reached.
    """
    make_data_folder(settings.data_dir)
    engine = open_engine(settings.database_url, pool_size=1)
    try:
        with reaching():
            before = current_revision(engine)
            try:
                check_schema(before)
            except SchemaBehind:
                if not is_embedded(settings):
                    raise
                migrate(engine)
                return before or "nothing", current_revision(engine) or ""
    finally:
        engine.dispose()
    return None


@contextmanager
def opened(settings: Settings) -> Generator[Parts]:
    """The service without its door, for one command.

    Raises:
        SchemaBehind, DataFolderUnusable, OutOfReach, SecretKeyWrong, QuestionnaireChanged: it cannot be opened.
    """
    moved = ready_database(settings)
    if moved is not None:
        warn(f"The database was brought from {moved[0]} to {moved[1]}.")
    with reaching():
        parts = from_settings(settings)
        try:
            yield parts
        finally:
            parts.close()
