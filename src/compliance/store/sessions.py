"""Sessions: found by the hash of a secret that only the visitor has."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from compliance.store.prepared import Prepared
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts

_WHO = Prepared(
    select(
        accounts.sessions, accounts.users.c.name, accounts.users.c.email, accounts.users.c.language,
        accounts.users.c.email_verified_at, accounts.users.c.disabled_at,
    )
    .join(accounts.users, accounts.users.c.id == accounts.sessions.c.user_id)
    .where(accounts.sessions.c.token_hash == bindparam("token_hash"))
)  # fmt: skip


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of somebody who proved who they are."""

    token_hash: bytes
    id: str
    user_id: str
    device: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    second_factor_at: datetime | None


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A session with its person."""

    session: Session
    name: str
    email: str
    language: str
    email_verified_at: datetime | None
    disabled_at: datetime | None


class Sessions:
    """Rows of `sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """A new session."""
        self._connection.execute(insert(accounts.sessions).values(msgspec.structs.asdict(session)))

    def visitor(self, token_hash: bytes) -> Visitor | None:
        """Whose session it is; the caller looks at the dates."""
        row = _WHO.one(self._connection, {"token_hash": token_hash})
        if row is None:
            return None
        return Visitor(
            session=_session(row), name=row["name"], email=row["email"], language=row["language"],
            email_verified_at=row["email_verified_at"], disabled_at=row["disabled_at"],
        )  # fmt: skip

    def of_person(self, user_id: str, *, now: datetime) -> list[Session]:
        """A person's sessions that have not run out, newest first."""
        table = accounts.sessions
        rows = self._connection.execute(
            select(table).where(table.c.user_id == user_id, table.c.expires_at > now).order_by(table.c.id.desc())
        ).all()
        return [_session(columns(row)) for row in rows]

    def touch(self, token_hash: bytes, *, at: datetime) -> None:
        """Note that a session was used."""
        table = accounts.sessions
        self._connection.execute(update(table).where(table.c.token_hash == token_hash).values(last_seen_at=at))

    def put_second_factor(self, user_id: str, session_id: str, *, at: datetime) -> None:
        """Note that a code was shown in a session."""
        table = accounts.sessions
        mine = update(table).where(table.c.user_id == user_id, table.c.id == session_id)
        self._connection.execute(mine.values(second_factor_at=at))

    def forget_second_factors(self, user_id: str) -> None:
        """No session or token of a person counts as proven by a code any more."""
        for table in (accounts.sessions, accounts.api_tokens):
            self._connection.execute(update(table).where(table.c.user_id == user_id).values(second_factor_at=None))

    def end(self, user_id: str, session_id: str) -> bool:
        """End one session of a person; whether there was one."""
        table = accounts.sessions
        done = self._connection.execute(delete(table).where(table.c.user_id == user_id, table.c.id == session_id))
        return done.rowcount == 1

    def end_all(self, user_id: str, *, but: str | None = None) -> int:
        """End a person's sessions, but for one if wished; how many."""
        table = accounts.sessions
        query = delete(table).where(table.c.user_id == user_id)
        return self._connection.execute(query if but is None else query.where(table.c.id != but)).rowcount

    def sweep(self, *, before: datetime) -> int:
        """Forget sessions that ran out before an instant."""
        table = accounts.sessions
        return self._connection.execute(delete(table).where(table.c.expires_at < before)).rowcount


def _session(row: Row) -> Session:
    return read_row(Session, row)
