"""Who an organisation is in a country: stated, waiting to be looked up, confirmed or refused."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from compliance.domain.certificate import ConfirmedBy, IdentityProof
from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts

_ONE = Prepared(
    select(accounts.identities).where(
        accounts.identities.c.organisation_id == bindparam("organisation_id"),
        accounts.identities.c.country == bindparam("country"),
    )
)
_ALL = Prepared(
    select(accounts.identities).where(accounts.identities.c.organisation_id == bindparam("organisation_id"))
    .order_by(accounts.identities.c.country)
)  # fmt: skip
IdentityState = Literal["stated", "waiting", "confirmed", "refused"]
How = Literal["domain_dns", "domain_file", "register_operator", "register_regulator"]
"""The proof, and for a register who looked it up: one word, as it is stored."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's identity in one country. Only `confirmed` counts; all others are stated."""

    organisation_id: str
    country: str
    state: IdentityState
    how: How | None = None
    register: str | None = None
    number: str | None = None
    domain: str | None = None
    """In ASCII."""
    challenge: str | None = None
    asked_by: str | None = None
    asked_at: datetime | None = None
    decided_by: str | None = None
    """None where the service found the proof itself."""
    decided_at: datetime | None = None
    reason: str | None = None
    revision: int
    created_at: datetime

    @property
    def proof(self) -> IdentityProof | None:
        """What proved it; None unless confirmed."""
        if self.how is None or self.state != "confirmed":
            return None
        return "register" if self.how in ("register_operator", "register_regulator") else self.how

    @property
    def confirmed_by(self) -> ConfirmedBy | None:
        """Who looked at the proof; None unless confirmed."""
        if self.how is None or self.state != "confirmed":
            return None
        return {"register_operator": "operator", "register_regulator": "regulator"}.get(self.how, "service")  # pyright: ignore[reportReturnType]  # the words of `ConfirmedBy`


class NamedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An identity with the name that is claimed."""

    identity: Identity
    name: str


class Identities:
    """Rows of `identities`, `register_numbers` and `confirmed_domains`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, identity: Identity) -> None:
        """A new one."""
        with first_come():
            self._connection.execute(insert(accounts.identities).values(msgspec.structs.asdict(identity)))

    def find(self, organisation_id: str, country: str) -> Identity | None:
        """That of an organisation in a country."""
        row = _ONE.one(self._connection, {"organisation_id": organisation_id, "country": country})
        return None if row is None else _identity(row)

    def of_organisation(self, organisation_id: str) -> list[Identity]:
        """All of an organisation, by country."""
        return [_identity(row) for row in _ALL.all(self._connection, {"organisation_id": organisation_id})]

    def update(self, identity: Identity, *, seen: int) -> bool:
        """Store a changed one if nobody changed it since revision `seen`; whether it was stored."""
        table = accounts.identities
        values = msgspec.structs.asdict(identity)
        done = self._connection.execute(
            update(table)
            .where(table.c.organisation_id == identity.organisation_id, table.c.country == identity.country,
                   table.c.revision == seen)
            .values({name: values[name] for name in values if name not in ("organisation_id", "country")})
        )  # fmt: skip
        return done.rowcount == 1

    def queue(
        self,
        state: IdentityState,
        *,
        countries: Collection[str] | None,
        after: tuple[datetime, str, str] | None,
        limit: int,
    ) -> list[NamedIdentity]:
        """Those of one state that were asked for, longest ago first; of all countries, or of some."""
        table, organisation = accounts.identities, accounts.organisations
        query = (
            select(table, organisation.c.name)
            .join(organisation, organisation.c.id == table.c.organisation_id)
            .where(table.c.state == state, table.c.asked_at.is_not(None))
        )
        if countries is not None:
            query = query.where(table.c.country.in_(countries))
        if after is not None:
            at, organisation_id, country = after
            later = and_(table.c.asked_at == at, table.c.organisation_id > organisation_id)
            beside = and_(table.c.asked_at == at, table.c.organisation_id == organisation_id, table.c.country > country)
            query = query.where(or_(table.c.asked_at > at, later, beside))
        query = query.order_by(table.c.asked_at, table.c.organisation_id, table.c.country).limit(limit)
        rows = self._connection.execute(query).all()
        return [NamedIdentity(identity=_identity(columns(row)), name=row.name) for row in rows]

    def holder_of(self, country: str, register_key: str, number_key: str) -> str | None:
        """The organisation for which a register number is confirmed."""
        table = accounts.register_numbers
        return self._connection.execute(
            select(table.c.organisation_id).where(
                table.c.country == country, table.c.register_key == register_key, table.c.number_key == number_key
            )
        ).scalar_one_or_none()

    def hold_number(self, organisation_id: str, country: str, register_key: str, number_key: str) -> None:
        """Keep a register number for one organisation."""
        with first_come():
            self._connection.execute(
                insert(accounts.register_numbers).values(
                    country=country, register_key=register_key, number_key=number_key, organisation_id=organisation_id
                )
            )

    def hold_domain(self, organisation_id: str, country: str, domain: str, *, at: datetime) -> None:
        """Note that an organisation controls a domain; others may share it, as the hotels of a chain do."""
        with first_come():
            self._connection.execute(
                insert(accounts.confirmed_domains).values(
                    domain=domain, organisation_id=organisation_id, country=country, confirmed_at=at
                )
            )

    def let_go(self, organisation_id: str, country: str) -> None:
        """Give back the number and the domain that were kept for an organisation in a country."""
        for table in (accounts.register_numbers, accounts.confirmed_domains):
            self._connection.execute(
                delete(table).where(table.c.organisation_id == organisation_id, table.c.country == country)
            )


def _identity(row: Row) -> Identity:
    return read_row(Identity, row)
