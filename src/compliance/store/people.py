"""People, the codes that are mailed to them, their tokens, and counted tries."""

from datetime import date, datetime
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from compliance.domain.actor import Scope
from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts
from compliance.store.tables._types import Id


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account."""

    id: str
    email: str
    email_key: str
    """The address as it is compared: trimmed, lower case."""
    name: str
    language: str
    password_hash: str | None
    email_verified_at: datetime | None
    totp_secret: bytes | None = None
    totp_confirmed_at: datetime | None = None
    totp_last_step: int | None = None
    created_at: datetime
    disabled_at: datetime | None = None


class EmailCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code and link that were mailed; only their hashes are kept."""

    id: str
    user_id: str
    purpose: str
    token_hash: bytes
    code_hash: bytes
    tries: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A personal token; only the hash of its secret is kept."""

    id: str
    user_id: str
    organisation_id: str | None
    """The one organisation that it acts for; None for all of the person's."""
    name: str
    secret_hash: bytes
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None
    revoked_at: datetime | None
    second_factor_at: datetime | None
    """When it was made in a session that a code was shown for."""


class People:
    """Rows of `users`, `email_codes`, `api_tokens`, `recovery_codes` and `attempts`."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite

    def add(self, user: User) -> None:
        """A new account."""
        with first_come():
            self._connection.execute(insert(accounts.users).values(msgspec.structs.asdict(user)))

    def find(self, user_id: str) -> User | None:
        """One person."""
        table = accounts.users
        row = self._connection.execute(select(table).where(table.c.id == user_id)).one_or_none()
        return None if row is None else _user(columns(row))

    def find_by_email(self, email_key: str) -> User | None:
        """The person with an address, compared as `User.email_key`."""
        table = accounts.users
        row = self._connection.execute(select(table).where(table.c.email_key == email_key)).one_or_none()
        return None if row is None else _user(columns(row))

    def names(self, user_ids: set[str]) -> dict[str, str]:
        """Names by id."""
        if not user_ids:
            return {}
        values = {f"user_{position}": each for position, each in enumerate(user_ids)}
        return {row["id"]: row["name"] for row in _names_of(len(user_ids)).all(self._connection, values)}

    def change(self, user_id: str, **values: object) -> None:
        """Change columns of a person."""
        table = accounts.users
        self._connection.execute(update(table).where(table.c.id == user_id).values(values))

    # Codes that were mailed

    def add_code(self, code: EmailCode) -> None:
        """A new code; earlier unused ones of the same purpose stop working."""
        table = accounts.email_codes
        self._connection.execute(
            update(table)
            .where(table.c.user_id == code.user_id, table.c.purpose == code.purpose, table.c.used_at.is_(None))
            .values(used_at=code.created_at)
        )
        self._connection.execute(insert(table).values(msgspec.structs.asdict(code)))

    def find_code(self, *, token_hash: bytes) -> EmailCode | None:
        """The code that a link's token belongs to."""
        table = accounts.email_codes
        row = self._connection.execute(select(table).where(table.c.token_hash == token_hash)).one_or_none()
        return None if row is None else _code(columns(row))

    def newest_code(self, user_id: str, purpose: str) -> EmailCode | None:
        """The last code that was mailed to a person for a purpose."""
        table = accounts.email_codes
        row = self._connection.execute(
            select(table).where(table.c.user_id == user_id, table.c.purpose == purpose)
            .order_by(table.c.id.desc()).limit(1)
        ).one_or_none()  # fmt: skip
        return None if row is None else _code(columns(row))

    def count_code_try(self, code_id: str) -> None:
        """Somebody typed a code."""
        table = accounts.email_codes
        self._connection.execute(update(table).where(table.c.id == code_id).values(tries=table.c.tries + 1))

    def use_code(self, code_id: str, *, at: datetime) -> bool:
        """Use a code up; False where it was used or replaced meanwhile."""
        table = accounts.email_codes
        unused = table.c.id == code_id, table.c.used_at.is_(None)
        return self._connection.execute(update(table).where(*unused).values(used_at=at)).rowcount == 1

    def sweep_codes(self, *, before: datetime) -> int:
        """Forget codes that ran out before an instant."""
        table = accounts.email_codes
        return self._connection.execute(delete(table).where(table.c.expires_at < before)).rowcount

    # Personal tokens

    def add_token(self, token: ApiToken) -> None:
        """A new token."""
        values = msgspec.structs.asdict(token)
        values["scopes"] = msgspec.json.encode(token.scopes).decode()
        self._connection.execute(insert(accounts.api_tokens).values(values))

    def find_token(self, token_id: str) -> ApiToken | None:
        """One token."""
        table = accounts.api_tokens
        row = self._connection.execute(select(table).where(table.c.id == token_id)).one_or_none()
        return None if row is None else _token(columns(row))

    def tokens(self, user_id: str) -> list[ApiToken]:
        """A person's tokens, oldest first."""
        table = accounts.api_tokens
        rows = self._connection.execute(select(table).where(table.c.user_id == user_id).order_by(table.c.id)).all()
        return [_token(columns(row)) for row in rows]

    def revoke_tokens(self, user_id: str, *, at: datetime) -> int:
        """No token of a person works any more; how many did."""
        table = accounts.api_tokens
        query = update(table).where(table.c.user_id == user_id, table.c.revoked_at.is_(None)).values(revoked_at=at)
        return self._connection.execute(query).rowcount

    def change_token(self, token_id: str, **values: object) -> None:
        """Change columns of a token."""
        table = accounts.api_tokens
        self._connection.execute(update(table).where(table.c.id == token_id).values(values))

    # Tries

    def count_try(self, bucket: str, window: int) -> int:
        """Count a try; how many there were in this window, this one included. Atomic on both engines."""
        table = accounts.attempts
        dialect = sqlite if self._is_sqlite else postgresql
        query = dialect.insert(table).values(bucket=bucket, window=window, count=1)
        query = query.on_conflict_do_update(
            index_elements=["bucket", "window"], set_={"count": table.c.count + 1}
        ).returning(table.c.count)
        return self._connection.execute(query).scalar_one()

    def forget_tries(self, bucket: str) -> None:
        """Start counting anew."""
        table = accounts.attempts
        self._connection.execute(delete(table).where(table.c.bucket == bucket))

    def sweep_tries(self, *, before_window: int) -> int:
        """Forget old windows."""
        table = accounts.attempts
        return self._connection.execute(delete(table).where(table.c.window < before_window)).rowcount

    # The second factor

    def use_totp_step(self, user_id: str, step: int, *, ahead: int) -> bool:
        """Use the code of a half minute; whether no code of it or of a later one was used before.

        One that lies more than `ahead` half minutes later does not count: a clock ran ahead when it was used.
        """
        table = accounts.users
        last = table.c.totp_last_step
        unused = or_(last.is_(None), last < step, last > step + ahead)
        done = self._connection.execute(update(table).where(table.c.id == user_id, unused).values(totp_last_step=step))
        return done.rowcount == 1

    def put_recovery_codes(self, user_id: str, hashes: list[bytes]) -> None:
        """Put new recovery codes in place of all earlier ones."""
        table = accounts.recovery_codes
        self._connection.execute(delete(table).where(table.c.user_id == user_id))
        if hashes:
            self._connection.execute(insert(table), [{"user_id": user_id, "code_hash": each} for each in hashes])

    def use_recovery_code(self, user_id: str, code_hash: bytes, *, at: datetime) -> bool:
        """Use a recovery code; whether it was there and unused."""
        table = accounts.recovery_codes
        done = self._connection.execute(
            update(table)
            .where(table.c.user_id == user_id, table.c.code_hash == code_hash, table.c.used_at.is_(None))
            .values(used_at=at)
        )
        return done.rowcount == 1


def _user(row: Row) -> User:
    return read_row(User, row)


def _code(row: Row) -> EmailCode:
    return read_row(EmailCode, row)


def _token(row: Row) -> ApiToken:
    return read_row(ApiToken, row, scopes=msgspec.json.decode(row["scopes"], type=tuple[Scope, ...]))


@lru_cache(64)
def _names_of(count: int) -> Prepared:
    """The names of so many people, `user_0` and on: a statement has a fixed number of values."""
    wanted = [bindparam(f"user_{position}", type_=Id) for position in range(count)]
    return Prepared(select(accounts.users.c.id, accounts.users.c.name).where(accounts.users.c.id.in_(wanted)))
