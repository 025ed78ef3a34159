"""What a row reads as: values by column name, of the types that the columns declare."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import sqlalchemy
from msgspec import Struct

Row = Mapping[Any, Any]
Noun = TypeVar("Noun", bound=Struct)


def columns(row: "sqlalchemy.Row[*tuple[Any, ...]]") -> Row:
    """A row's values by column name."""
    return cast("Row", row._mapping)  # pyright: ignore[reportPrivateUsage]  # the documented way, in spite of its name


def read_row(kind: type[Noun], row: Row, **decoded: object) -> Noun:
    """A struct out of the columns of its fields' names; `decoded` stand in for those that are stored as JSON."""
    values: dict[str, Any] = {name: decoded[name] if name in decoded else row[name] for name in kind.__struct_fields__}
    return kind(**values)
