"""Column types that behave alike on both engines, and the metadata with its naming of constraints."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, String, Text, TypeDecorator, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite gives naive ones back, so the zone is put on again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Refuse naive instants; write UTC. SQLite, which has no instants, keeps text."""
        return _to_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read UTC; in one step, since an assessment has a hundred of them."""
        del coltype  # each engine has one form
        return _from_text if dialect.name == "sqlite" else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    assert value.tzinfo is not None, "instants are aware"
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    utc = _in_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class _Id(Uuid[str]):
    """A Uuid as text. SQLite keeps the 32 digits; they are cut into five here, not parsed."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read the text with its hyphens."""
        if not dialect.supports_native_uuid:
            return _hyphenated
        return super().result_processor(dialect, coltype)  # pyright: ignore[reportUnknownVariableType]  # it says none


@lru_cache(4096)  # the same few people and places come again and again
def _hyphenated(digits: str | None) -> str | None:
    if digits is None:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


Id = _Id()
"""UUIDv7 made by the application; lower-case text with hyphens in Python."""
Document = Text()
"""JSON text, kept byte for byte: what is hashed is what is stored."""
Bytes = LargeBinary()


def word(length: int = 40) -> String:
    """A short word of a closed list, or a code."""
    return String(length)
