"""Invitations into an organisation: what was sent to whom, and what became of it."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update

from compliance.domain.actor import Role
from compliance.store.prepared import page_of
from compliance.store.rows import Row, columns
from compliance.store.tables import accounts

_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""No id comes after it."""
_OF_ORGANISATION = page_of(
    select(accounts.invitations)
    .where(accounts.invitations.c.organisation_id == bindparam("organisation_id"),
           accounts.invitations.c.id < bindparam("before"))
    .order_by(accounts.invitations.c.id.desc())
)  # fmt: skip


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation; of its secret only the hash is kept."""

    organisation_id: str
    id: str
    email: str
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    token_hash: bytes
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    revoked_at: datetime | None = None


class Invitations:
    """Rows of `invitations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invitation: Invitation) -> None:
        """A new one."""
        values = msgspec.structs.asdict(invitation)
        values["roles"] = msgspec.json.encode(invitation.roles).decode()
        if invitation.site_ids is not None:
            values["site_ids"] = msgspec.json.encode(invitation.site_ids).decode()
        self._connection.execute(insert(accounts.invitations).values(values))

    def find(self, organisation_id: str, invitation_id: str) -> Invitation | None:
        """One of an organisation; locked, so that nobody accepts what is being revoked."""
        table = accounts.invitations
        row = self._connection.execute(
            select(table)
            .where(table.c.organisation_id == organisation_id, table.c.id == invitation_id)
            .with_for_update()
        ).one_or_none()
        return None if row is None else _invitation(columns(row))

    def find_by_token(self, token_hash: bytes) -> Invitation | None:
        """The one that a link belongs to; locked, so that it is accepted once."""
        table = accounts.invitations
        row = self._connection.execute(
            select(table).where(table.c.token_hash == token_hash).with_for_update()
        ).one_or_none()
        return None if row is None else _invitation(columns(row))

    def find_to_show(self, token_hash: bytes) -> Invitation | None:
        """The same, without a lock: for whoever only looks at it."""
        table = accounts.invitations
        row = self._connection.execute(select(table).where(table.c.token_hash == token_hash)).one_or_none()
        return None if row is None else _invitation(columns(row))

    def of_organisation(self, organisation_id: str, *, before: str | None, limit: int) -> list[Invitation]:
        """All of an organisation, newest first, older than one of them."""
        place = {"organisation_id": organisation_id, "before": before or _LAST_ID, "most": limit, "skipped": 0}
        return [_invitation(row) for row in _OF_ORGANISATION.all(self._connection, place)]

    def count_open(self, organisation_id: str, *, now: datetime) -> int:
        """How many wait for an answer."""
        table = accounts.invitations
        return self._connection.execute(
            select(func.count()).where(
                table.c.organisation_id == organisation_id, table.c.expires_at > now,
                table.c.accepted_at.is_(None), table.c.revoked_at.is_(None),
            )
        ).scalar_one()  # fmt: skip

    def change(self, organisation_id: str, invitation_id: str, **values: object) -> None:
        """Change columns of one."""
        table = accounts.invitations
        self._connection.execute(
            update(table).where(table.c.organisation_id == organisation_id, table.c.id == invitation_id).values(values)
        )


def _invitation(row: Row) -> Invitation:
    values = {name: row[name] for name in Invitation.__struct_fields__}
    values["roles"] = msgspec.json.decode(row["roles"], type=tuple[Role, ...])
    if row["site_ids"] is not None:
        values["site_ids"] = msgspec.json.decode(row["site_ids"], type=tuple[str, ...])
    return Invitation(**values)
