"""What is signed and served byte for byte: files of certificates, status lists, lists of keys."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.rows import columns, read_row
from compliance.store.tables import certificates
from compliance.store.tables import transparency as tables

FileKind = Literal["credential", "pdf"]
ListPurpose = Literal["revocation", "suspension"]
_ADD_FILE = {
    "sqlite": Prepared(sqlite.insert(tables.signed_files).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(tables.signed_files).on_conflict_do_nothing()),
}

_FILE = Prepared(
    select(tables.signed_files)
    .where(tables.signed_files.c.organisation_id == bindparam("organisation_id"),
           tables.signed_files.c.number == bindparam("number"),
           tables.signed_files.c.kind == bindparam("kind"))
)  # fmt: skip
_LIST = Prepared(select(tables.status_lists).where(tables.status_lists.c.purpose == bindparam("purpose")))
_NEWEST_KEYS = Prepared(select(func.max(tables.key_lists.c.sequence).label("sequence")))


class SignedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a certificate, with the bytes that everybody is given."""

    organisation_id: str
    number: str
    kind: FileKind
    content: bytes
    digest: str
    made_at: datetime


class StatusListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A status list as it was signed last."""

    purpose: ListPurpose
    content: bytes
    digest: str
    made_at: datetime
    valid_until: datetime


class KeyListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A list of public keys, as the root signed it."""

    sequence: int
    content: bytes
    noted_at: datetime


class Signed:
    """Rows of `signed_files`, `status_lists` and `key_lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_file(self, file: SignedFile) -> bool:
        """Keep a file, unless one of its kind is there: that one stays. Whether it was kept."""
        return _ADD_FILE[self._connection.dialect.name].run(self._connection, msgspec.structs.asdict(file)) == 1

    def file(self, organisation_id: str, number: str, kind: FileKind) -> SignedFile | None:
        """A file of a certificate."""
        row = _FILE.one(self._connection, {"organisation_id": organisation_id, "number": number, "kind": kind})
        return None if row is None else read_row(SignedFile, row)

    def flagged(self, *statuses: str) -> list[int]:
        """The places in the status lists of all certificates that have one of these statuses, in their order."""
        table, numbers = certificates.certificates, certificates.certificate_numbers
        query = (
            select(numbers.c.status_index).join(table, table.c.number == numbers.c.number)
            .where(table.c.status.in_(statuses)).order_by(numbers.c.status_index)
        )  # fmt: skip
        return list(self._connection.execute(query).scalars().all())

    def status_list(self, purpose: ListPurpose) -> StatusListRow | None:
        """A status list."""
        row = _LIST.one(self._connection, {"purpose": purpose})
        return None if row is None else read_row(StatusListRow, row)

    def put_status_list(self, row: StatusListRow) -> None:
        """Replace a status list."""
        table = tables.status_lists
        values = msgspec.structs.asdict(row)
        kind = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        statement = kind.insert(table).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["purpose"], set_=values))

    def key_list(self) -> KeyListRow | None:
        """The newest list of keys that was noted."""
        table = tables.key_lists
        query = select(table).order_by(table.c.sequence.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_row(KeyListRow, columns(row))

    def key_sequence(self) -> int | None:
        """The number of the newest list of keys that was noted."""
        row = _NEWEST_KEYS.one(self._connection, {})
        return None if row is None else row["sequence"]

    def has_keys(self) -> bool:
        """Whether any list of keys was noted."""
        table = tables.key_lists
        return self._connection.execute(select(table.c.sequence).limit(1)).first() is not None

    def add_key_list(self, row: KeyListRow) -> None:
        """Keep a newer list of keys."""
        with first_come():
            self._connection.execute(insert(tables.key_lists).values(msgspec.structs.asdict(row)))
