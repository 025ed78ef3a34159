"""Everything that a fault needs to happen to: a migrated database, a mail server, the service, its worker."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import Process, Service

from compliance.app import Parts, assemble
from compliance.store.engine import open_engine, sqlite_url
from compliance.store.migrating import migrate
from servers import PostgresServer, SmtpServer


@dataclass(frozen=True)
class Scene:
    """A service that runs. On PostgreSQL its worker is a process of its own, and the database keeps its promises."""

    engine: str
    parts: Parts
    """The same database, looked at from here."""
    service: Service
    worker: Process | None
    smtp: SmtpServer
    postgres: PostgresServer | None


def migrate_new(url: str) -> None:
    """Bring an empty database to the newest migration."""
    engine = open_engine(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


@contextmanager
def scene_on(engine: str, folder: Path, **settings: object) -> Iterator[Scene]:
    """The scene on one engine; `settings` of the service besides, by name."""
    with ExitStack() as stack:
        smtp = stack.enter_context(SmtpServer())
        postgres, url = None, sqlite_url(folder / "compliance.sqlite")
        if engine == "postgresql":
            postgres = stack.enter_context(PostgresServer(durable=True, own=True))
            url = postgres.create_database("scene")
        migrate_new(url)
        parts = assemble(url, pool_size=4)
        stack.callback(parts.close)
        given = {"DATABASE_URL": url, "MAIL_FROM": "service@compliance.example", "SMTP_HOST": smtp.host,
                 "SMTP_PORT": smtp.port, "SMTP_SECURITY": "none", **settings}  # fmt: skip
        is_apart = postgres is not None
        served = {**given, "WORKER": "no" if is_apart else "yes"}
        service = stack.enter_context(Service(folder / "service", served))
        worker = None
        if is_apart:
            home = folder / "worker"
            worker = stack.enter_context(Process("worker", home, {**given, "DATA_DIR": home, "LOG_LEVEL": "warning"}))
        yield Scene(engine, parts, service, worker, smtp, postgres)
