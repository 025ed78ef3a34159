"""Everybody with an account, as the operator of the service looks them up."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, func, not_, or_, select

from compliance.domain.actor import OrganisationKind, Role
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts

CLOSED = "@closed.invalid"
"""What the address of an account ends in whose person closed it; nobody can have such an address."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account."""

    id: str
    name: str
    email: str
    email_verified_at: datetime | None
    totp_confirmed_at: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    """The latest use of a session that is still kept; None where none is."""


class Belonging(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody belongs to an organisation."""

    user_id: str
    organisation_id: str
    name: str
    """Of the organisation."""
    kinds: tuple[OrganisationKind, ...]
    roles: tuple[Role, ...]


class Directory:
    """Rows of `users` with their sessions and memberships, across organisations; accounts that were closed left out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, *, part: str, after: str | None, limit: int) -> list[Listed]:
        """People by id, so by age, whose name or address holds a text; empty for all.

        Capital and small letters are alike in Latin script; in others that have them, the database decides.
        """
        table = accounts.users
        query = _LISTED
        if part:
            small = part.lower()
            query = query.where(or_(
                table.c.email_key.contains(small, autoescape=True), table.c.name.contains(part, autoescape=True),
                func.lower(table.c.name).contains(small, autoescape=True),
            ))  # fmt: skip
        if after:
            query = query.where(table.c.id > after)
        rows = self._connection.execute(query.order_by(table.c.id).limit(limit)).all()
        return [read_row(Listed, columns(row)) for row in rows]

    def find(self, user_id: str) -> Listed | None:
        """One person; None also where the account was closed."""
        row = self._connection.execute(_LISTED.where(accounts.users.c.id == user_id)).one_or_none()
        return None if row is None else read_row(Listed, columns(row))

    def belongings(self, user_ids: Iterable[str]) -> list[Belonging]:
        """Where people belong, oldest organisation first."""
        member, organisation = accounts.memberships, accounts.organisations
        rows = self._connection.execute(
            select(member.c.user_id, member.c.organisation_id, member.c.roles, organisation.c.name, organisation.c.kinds)
            .join(organisation, organisation.c.id == member.c.organisation_id)
            .where(member.c.user_id.in_(list(user_ids))).order_by(member.c.organisation_id)
        ).all()  # fmt: skip
        return [_belonging(columns(row)) for row in rows]


_USERS = accounts.users
_LISTED = select(
    _USERS.c.id, _USERS.c.name, _USERS.c.email, _USERS.c.email_verified_at, _USERS.c.totp_confirmed_at,
    _USERS.c.created_at, _USERS.c.disabled_at,
    select(func.max(accounts.sessions.c.last_seen_at)).where(accounts.sessions.c.user_id == _USERS.c.id)
    .scalar_subquery().label("last_seen_at"),
).where(not_(and_(_USERS.c.disabled_at.is_not(None), _USERS.c.email_key.endswith(CLOSED, autoescape=True))))  # fmt: skip


def _belonging(row: Row) -> Belonging:
    return read_row(
        Belonging, row, kinds=msgspec.json.decode(row["kinds"], type=tuple[OrganisationKind, ...]),
        roles=msgspec.json.decode(row["roles"], type=tuple[Role, ...]),
    )  # fmt: skip
