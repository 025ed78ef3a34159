"""The two engines: SQLite in a file, PostgreSQL by its address. Same schema, same statements, same promises.

SQLite: WAL, `synchronous=FULL`, foreign keys on; writers of one process queue at a lock of ours, so that SQLite's own
busy handler, which sleeps, is seldom asked. Several processes need PostgreSQL.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from compliance.errors import Unavailable
from compliance.store.prepared import run_plain
from compliance.store.turns import Turns

_BUSY_TIMEOUT_MS = 10_000
_OVERFLOW = 5
_READS_AT_ONCE = 2
_SERIALIZATION_STATES = frozenset({"40001", "40P01"})


class TryAgain(Exception):
    """Two transactions were in each other's way; the deed was not done and may be tried again."""


class ConnectionLost(Unavailable):
    """The line to the database was cut before anything was kept: the deed may be tried again, on a new line."""


def sqlite_url(path: Path) -> str:
    """The address of a SQLite database in a file."""
    return f"sqlite:///{path}"


def open_engine(url: str, *, pool_size: int = 40) -> Engine:
    """An engine for a database address; connects when it is first used."""
    if url.startswith("sqlite"):
        engine = create_engine(url, poolclass=QueuePool, pool_size=pool_size, max_overflow=_OVERFLOW,
                               connect_args={"check_same_thread": False})  # fmt: skip
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=_OVERFLOW,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "compliance"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: SqliteConnection, record: object) -> None:
    del record
    connection.isolation_level = None  # BEGIN is ours to say, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, record: object) -> None:
    from psycopg.types.string import TextLoader

    del record
    connection.adapters.register_loader("uuid", TextLoader)  # ids are text to us: making objects of them is in vain


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    run_plain(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """An engine with its transactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writing = threading.Lock() if self.is_sqlite else None
        self.reads_at_once = _READS_AT_ONCE if self.is_sqlite else None
        """As many as are of use, where reading is work of this process."""
        self._looks = Turns(_READS_AT_ONCE) if self.is_sqlite else None
        self._reading = engine.execution_options(writes=False)
        # PostgreSQL's transactions see what is committed before each statement, so one that only reads is no more than
        # its statements: without BEGIN and COMMIT two questions fewer go to the server.
        self._looking = (
            self._reading if self.is_sqlite else self._reading.execution_options(isolation_level="AUTOCOMMIT")
        )

    @contextmanager
    def transaction(self, *, writes: bool) -> Generator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            Unavailable: the database cannot be reached or takes no writes just now.
            ConnectionLost: it was reached, and then no more; nothing was kept.
            TryAgain: another transaction was in the way.
        """
        is_ending = False
        turn = (self._writing if writes else self._looks) or nullcontext()
        try:
            with turn, (self.engine if writes else self._looking).begin() as connection:
                yield connection
                is_ending = True
        except (DBAPIError, PoolTimeout) as fault:
            if isinstance(fault, DBAPIError) and fault.connection_invalidated:
                self.engine.dispose()  # where one line was cut, those that wait in the pool were too
                if not is_ending:
                    raise ConnectionLost("database") from fault
            raise _translated(fault) from fault

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """A transaction that only reads, and sees one moment of the whole database, however long it takes.

        Raises:
            Unavailable: the database cannot be reached.
        """
        whole = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self._reading.execution_options(**whole).begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as fault:
            raise _translated(fault) from fault

    @property
    def most_connections(self) -> int:
        """As many connections as one process keeps at most."""
        pool = self.engine.pool
        return pool.size() + _OVERFLOW if isinstance(pool, QueuePool) else 1

    def watch(self, changed: Callable[[int], None]) -> None:
        """Be told of every connection that is taken (1) and given back (-1)."""
        event.listen(self.engine, "checkout", lambda *_: changed(1))
        event.listen(self.engine, "checkin", lambda *_: changed(-1))

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def translated_faults() -> Generator[None]:
    """Around what asks the database without a `Database`.

    Raises:
        Unavailable: it cannot be reached, or is locked.
    """
    try:
        yield
    except (DBAPIError, PoolTimeout) as fault:
        raise _translated(fault) from fault


def _translated(fault: DBAPIError | PoolTimeout) -> Exception:
    if isinstance(fault, PoolTimeout):
        return Unavailable("database")
    original: Any = fault.orig
    if getattr(original, "sqlstate", None) in _SERIALIZATION_STATES:
        return TryAgain()
    if isinstance(fault, OperationalError | InterfaceError):
        return Unavailable("database")
    return fault
