"""Answered requests: the same key and body get the same answer, also after a crash."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from compliance.store.racing import first_come
from compliance.store.tables import records


class Answered(msgspec.Struct, frozen=True):
    """An answer as it was given."""

    request_hash: bytes
    status: int
    headers: dict[str, str]
    body: bytes


class IdempotencyKeys:
    """Rows of `idempotency_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, owner: str, key: str) -> Answered | None:
        """What was answered to this key of this person."""
        table = records.idempotency_keys
        row = self._connection.execute(select(table).where(table.c.owner == owner, table.c.key == key)).one_or_none()
        if row is None:
            return None
        headers = msgspec.json.decode(row.headers, type=dict[str, str])
        return Answered(row.request_hash, row.status, headers, row.body)

    def add(self, owner: str, key: str, answered: Answered, *, now: datetime) -> None:
        """Remember an answer, in the transaction that it answers for."""
        with first_come():
            self._connection.execute(
                insert(records.idempotency_keys).values(
                    owner=owner, key=key, request_hash=answered.request_hash, status=answered.status,
                    headers=msgspec.json.encode(answered.headers).decode(), body=answered.body, created_at=now,
                )
            )  # fmt: skip

    def sweep(self, *, before: datetime) -> int:
        """Forget answers given before an instant; how many."""
        table = records.idempotency_keys
        return self._connection.execute(delete(table).where(table.c.created_at < before)).rowcount
