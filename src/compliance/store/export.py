"""Whole tables, out and in: for backups, which are the same for both engines.

Rows leave in the order of their keys, text compared by code points, so that the same rows give the same bytes whatever
engine and locale they come from.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    insert,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError

from compliance.store.tables import metadata
from compliance.store.tables._types import UtcInstant

BATCH = 500
Cells = tuple[Any, ...]


class RowsRefused(Exception):
    """The database does not take these rows: a reference leads nowhere, a key stands twice, a text is too long."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(table)


def table_names() -> list[str]:
    """Every table, each after those that it refers to."""
    return [f"{table.name}" for table in metadata.sorted_tables]


def column_names(table: str) -> tuple[str, ...]:
    """The columns of a table, as this version of the program knows them."""
    return tuple(
        f"{column.name}" for column in _table(table).columns
    )  # plain text: these names are SQLAlchemy's own kind


def cell_types(table: str, columns: Sequence[str]) -> Any:
    """The type of a row with these columns, as a tuple type for msgspec.

    Raises:
        LookupError: there is no such table or column.
    """
    return tuple[tuple(_cell_type(_table(table).columns[name]) for name in columns)]


def read_rows(connection: Connection, table: str, columns: Sequence[str]) -> Iterator[Cells]:
    """All rows, by key, a few hundred in memory at a time.

    Raises:
        LookupError: there is no such table or column.
    """
    known = _table(table)
    order: list[ColumnElement[Any]] = [
        column.collate("C") if isinstance(column.type, String) and connection.dialect.name == "postgresql" else column
        for column in known.primary_key.columns
    ]
    query = select(*(known.columns[name] for name in columns)).order_by(*order).execution_options(yield_per=BATCH)
    for row in connection.execute(query):
        yield tuple(row)


def add_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    """Add rows as they are.

    Raises:
        RowsRefused: the database takes one of them not.
    """
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        try:
            connection.execute(insert(_table(table)), [dict(zip(columns, row, strict=True)) for row in batch])
        except (IntegrityError, DataError) as fault:
            raise RowsRefused(table) from fault


def filled_tables(connection: Connection, tables: Iterable[str]) -> list[str]:
    """Those of the tables that have rows."""
    there = set(inspect(connection).get_table_names())  # an earlier schema has fewer
    return [
        name
        for name in tables
        if name in there
        and connection.execute(select(literal(1)).select_from(_table(name)).limit(1)).first() is not None
    ]


def broken_references(connection: Connection) -> list[str]:
    """Tables with a row that refers to nothing. PostgreSQL never lets one in; of SQLite it is asked."""
    if connection.dialect.name != "sqlite":
        return []
    return sorted({str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))})


def _table(name: str) -> Table:
    return metadata.tables[name]


def _cell_type(column: Any) -> Any:
    kind = _plain_type(column.type)
    return kind | None if column.nullable else kind


def _plain_type(kind: object) -> type:
    match kind:
        case UtcInstant():
            return datetime
        case Date():
            return date
        case LargeBinary():
            return bytes
        case Boolean():
            return bool
        case Integer():
            return int
        case String() | Uuid():
            return str
        case _:
            message = f"no type for {kind!r}"
            raise TypeError(message)
