"""Statements that are compiled once for each engine and then handed to the driver as they are.

For the few that every request runs: SQLAlchemy looks at a statement anew each time, which takes longer than the database
needs to answer it. What is built, by which columns and types, stays SQLAlchemy's; only the work is not repeated.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Integer, Select, Update, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from compliance.store.rows import Row

Statement = Select[*tuple[Any, ...]] | Insert | Update
Convert = Callable[[Any], Any]


class Prepared:
    """A statement whose values are all bound by name: `bindparam` in a query, the columns' names in an insert."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._lock = threading.Lock()
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, values: Mapping[str, object]) -> list[Row]:
        """The rows found, by column name, of the types that the columns declare."""
        compiled = self._for(connection)
        cursor = compiled.run(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return [compiled.read(row) for row in rows]

    def tuples(self, connection: Connection, values: Mapping[str, object]) -> list[list[Any]]:
        """The rows found, by the order of the columns: for those who read many."""
        compiled = self._for(connection)
        cursor = compiled.run(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return [compiled.converted(row) for row in rows]

    def one(self, connection: Connection, values: Mapping[str, object]) -> Row | None:
        """The row found by a key; None where there is none."""
        compiled = self._for(connection)
        cursor = compiled.run(connection, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else compiled.read(row)

    def run(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Write; how many rows it touched."""
        cursor = self._for(connection).run(connection, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def run_many(self, connection: Connection, rows: list[dict[str, object]]) -> None:
        """Write every row."""
        self._for(connection).run(connection, rows).close()

    def _for(self, connection: Connection) -> "_Compiled":
        found = self._compiled.get(connection.dialect.name)
        if found is None:
            with self._lock:
                found = self._compiled[connection.dialect.name] = _Compiled(self._statement, connection.dialect)
        return found


def page_of(query: Select[*tuple[Any, ...]]) -> Prepared:
    """A query of which `most` rows are read after `skipped`: SQLite has to be told both."""
    limit, offset = bindparam("most", type_=Integer), bindparam("skipped", type_=Integer)
    return Prepared(query.limit(limit).offset(offset))


def run_plain(connection: Connection, sql: str) -> None:
    """A statement without values or rows, such as BEGIN.

    Raises:
        DBAPIError: as SQLAlchemy raises it.
    """
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(sql)
    except connection.dialect.loaded_dbapi.Error as fault:
        raise _told(fault, connection, cursor) from fault
    cursor.close()


class _Compiled:
    """The statement's text for one engine, and what turns values into the driver's and back."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        assert names is not None
        self._is_positional = compiled.positional
        self._binds = [(name, _to_driver(compiled.binds[name].type, dialect)) for name in names]
        found = statement.selected_columns if isinstance(statement, Select) else ()
        self._names = [column.key for column in found]
        self._converts = [(index, convert) for index, column in enumerate(found)
                          if (convert := _from_driver(column.type, dialect)) is not None]  # fmt: skip

    def run(self, connection: Connection, values: Mapping[str, object] | list[dict[str, object]]) -> Any:
        """A cursor that has run it.

        Raises:
            DBAPIError: as SQLAlchemy raises it, so that nobody need know which way a statement went.
        """
        driver = connection.connection
        cursor: Any = driver.cursor()
        try:
            if isinstance(values, list):
                cursor.executemany(self._sql, [self._bound(row) for row in values])
            else:
                cursor.execute(self._sql, self._bound(values))
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _told(fault, connection, cursor) from fault
        return cursor

    def _bound(self, values: Mapping[str, object]) -> Any:
        if self._is_positional:
            return [values[name] if convert is None else convert(values[name]) for name, convert in self._binds]
        return {name: values[name] if convert is None else convert(values[name]) for name, convert in self._binds}

    def read(self, row: Any) -> Row:
        """A row by column name."""
        return dict(zip(self._names, self.converted(row), strict=True))

    def converted(self, row: Any) -> list[Any]:
        """A row's values, of the types that the columns declare."""
        values = list(row)
        for index, convert in self._converts:
            values[index] = convert(values[index])
        return values


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _told(fault: Any, connection: Connection, cursor: Any) -> BaseException:
    """The driver's error as SQLAlchemy tells it; a connection that broke is not used again."""
    dialect = connection.dialect
    is_broken = dialect.is_disconnect(fault, connection.connection.dbapi_connection, cursor)
    instance: Any = DBAPIError.instance  # its overloads leave the type open
    told: BaseException = instance(None, None, fault, dialect.loaded_dbapi.Error, hide_parameters=True,
                                   connection_invalidated=is_broken, dialect=dialect)  # fmt: skip
    if is_broken:
        connection.invalidate(fault)
    return told
