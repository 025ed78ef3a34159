"""Organisations, their sites and who belongs to them."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from compliance.domain.actor import OrganisationKind, Role
from compliance.store.prepared import Prepared, page_of
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import accounts


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an organisation says about itself, besides name and country."""

    sectors: tuple[str, ...] = ()
    workers: int | None = None
    website: str | None = None


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation."""

    id: str
    name: str
    country: str
    town: str | None
    language: str
    kinds: tuple[OrganisationKind, ...]
    profile: Profile
    revision: int
    created_at: datetime


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place that an organisation runs."""

    id: str
    name: str
    town: str | None
    country: str
    reference: str | None
    revision: int
    created_at: datetime
    closed_at: datetime | None


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A person's roles in an organisation."""

    organisation_id: str
    user_id: str
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    revision: int
    created_at: datetime


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person in an organisation, with name and address."""

    user_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    revision: int
    created_at: datetime


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True):
    """What a regulator is responsible for."""

    country: str
    sector: str = ""
    """Empty for all sectors."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation with how many people and sites it has; what the operator sees."""

    organisation: Organisation
    people: int
    sites: int


_ONE = Prepared(select(accounts.organisations).where(accounts.organisations.c.id == bindparam("id")))
_MEMBERSHIP = Prepared(
    select(accounts.memberships, accounts.organisations.c.kinds)
    .join(accounts.organisations, accounts.organisations.c.id == accounts.memberships.c.organisation_id)
    .where(accounts.memberships.c.organisation_id == bindparam("organisation_id"),
           accounts.memberships.c.user_id == bindparam("user_id"))
)  # fmt: skip
_SITES = Prepared(
    select(accounts.sites).where(accounts.sites.c.organisation_id == bindparam("organisation_id"))
    .order_by(accounts.sites.c.id)
)  # fmt: skip
_FIRST_ID, _MOST = "00000000-0000-0000-0000-000000000000", 2**31 - 1
"""No id comes before the one, and there are no more rows than the other."""
_SOME_SITES = page_of(
    select(accounts.sites)
    .where(accounts.sites.c.organisation_id == bindparam("organisation_id"), accounts.sites.c.id > bindparam("after"))
    .order_by(accounts.sites.c.id)
)  # fmt: skip
_JURISDICTIONS = Prepared(
    select(accounts.jurisdictions.c.country, accounts.jurisdictions.c.sector)
    .where(accounts.jurisdictions.c.organisation_id == bindparam("organisation_id"))
    .order_by(accounts.jurisdictions.c.country, accounts.jurisdictions.c.sector)
)
_MEMBERS = Prepared(
    select(accounts.memberships, accounts.users.c.name, accounts.users.c.email)
    .join(accounts.users, accounts.users.c.id == accounts.memberships.c.user_id)
    .where(accounts.memberships.c.organisation_id == bindparam("organisation_id"))
    .order_by(accounts.memberships.c.created_at, accounts.memberships.c.user_id)
)
_OF_PERSON = Prepared(
    select(accounts.organisations, accounts.memberships.c.roles, accounts.memberships.c.site_ids,
           accounts.memberships.c.user_id, accounts.memberships.c.revision.label("membership_revision"),
           accounts.memberships.c.created_at.label("member_since"))
    .join(accounts.memberships, accounts.memberships.c.organisation_id == accounts.organisations.c.id)
    .where(accounts.memberships.c.user_id == bindparam("user_id"))
    .order_by(accounts.organisations.c.id)
)  # fmt: skip
_REGULATORS = Prepared(
    select(accounts.organisations.c.name)
    .join(accounts.jurisdictions, accounts.jurisdictions.c.organisation_id == accounts.organisations.c.id)
    .where(accounts.jurisdictions.c.country == bindparam("country"),
           or_(accounts.jurisdictions.c.sector == bindparam("every_sector"),
               accounts.jurisdictions.c.sector == bindparam("sector")))
    .distinct().order_by(accounts.organisations.c.name)
)  # fmt: skip
_KINDS = msgspec.json.Decoder(tuple[OrganisationKind, ...])
_ROLES = msgspec.json.Decoder(tuple[Role, ...])


class Organisations:
    """Rows of `organisations`, `jurisdictions`, `sites` and `memberships`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, organisation: Organisation) -> None:
        """A new organisation."""
        values = msgspec.structs.asdict(organisation)
        values["kinds"] = msgspec.json.encode(organisation.kinds).decode()
        values["profile"] = msgspec.json.encode(organisation.profile).decode()
        self._connection.execute(insert(accounts.organisations).values(values))

    def find(self, organisation_id: str) -> Organisation | None:
        """One organisation."""
        row = _ONE.one(self._connection, {"id": organisation_id})
        return None if row is None else _organisation(row)

    def lock(self, organisation_id: str) -> None:
        """Let no other deed that locks it go on before this one ends: what must hold over several rows is checked then."""
        table = accounts.organisations
        self._connection.execute(
            select(table.c.id).where(table.c.id == organisation_id).with_for_update()
        ).one_or_none()

    def operator(self) -> Organisation | None:
        """The organisation that runs the service; None before the first administrator."""
        table = accounts.organisations
        row = self._connection.execute(
            select(table).where(table.c.kinds == '["operator"]').order_by(table.c.id).limit(1)
        ).one_or_none()
        return None if row is None else _organisation(columns(row))

    def counted(self, *, after: str | None, limit: int, kind: OrganisationKind | None = None) -> list[Counted]:
        """Organisations by id, so by age, with their counts; those that are of this kind and of no other, or all."""
        table, member, site = accounts.organisations, accounts.memberships, accounts.sites
        people = select(func.count()).where(member.c.organisation_id == table.c.id).scalar_subquery()
        sites = select(func.count()).where(site.c.organisation_id == table.c.id).scalar_subquery()
        query = select(table, people.label("people"), sites.label("sites"))
        if kind is not None:
            query = query.where(table.c.kinds == msgspec.json.encode([kind]).decode())
        if after:
            query = query.where(table.c.id > after)
        rows = self._connection.execute(query.order_by(table.c.id).limit(limit)).all()
        return [Counted(organisation=_organisation(columns(row)), people=row.people, sites=row.sites) for row in rows]

    def add_jurisdictions(self, organisation_id: str, jurisdictions: tuple[Jurisdiction, ...]) -> None:
        """Make a regulator responsible."""
        rows = [{"organisation_id": organisation_id, **msgspec.structs.asdict(each)} for each in jurisdictions]
        self._connection.execute(insert(accounts.jurisdictions), rows)

    def put_jurisdictions(self, organisation_id: str, jurisdictions: tuple[Jurisdiction, ...]) -> None:
        """Make a regulator responsible for these in place of all before; at least one."""
        table = accounts.jurisdictions
        self._connection.execute(table.delete().where(table.c.organisation_id == organisation_id))
        self.add_jurisdictions(organisation_id, jurisdictions)

    def jurisdictions(self, organisation_id: str) -> tuple[Jurisdiction, ...]:
        """What a regulator is responsible for; empty for everybody else."""
        rows = _JURISDICTIONS.all(self._connection, {"organisation_id": organisation_id})
        return tuple(read_row(Jurisdiction, row) for row in rows)

    def regulators_of(self, country: str, sector: str) -> list[str]:
        """Names of the regulators that are responsible for a sector of a country, or for all of its sectors."""
        values = {"country": country, "every_sector": "", "sector": sector}
        return [row["name"] for row in _REGULATORS.all(self._connection, values)]

    def of_person(self, user_id: str) -> list[tuple[Organisation, Membership]]:
        """The organisations that a person belongs to, oldest first."""
        rows = _OF_PERSON.all(self._connection, {"user_id": user_id})
        return [(_organisation(row), _joined_membership(row)) for row in rows]

    def update(self, organisation: Organisation, *, seen: int) -> bool:
        """Store a changed organisation if nobody changed it since revision `seen`; whether it was stored."""
        table = accounts.organisations
        done = self._connection.execute(
            update(table).where(table.c.id == organisation.id, table.c.revision == seen)
            .values(
                name=organisation.name, country=organisation.country, town=organisation.town,
                language=organisation.language, revision=organisation.revision,
                kinds=msgspec.json.encode(organisation.kinds).decode(),
                profile=msgspec.json.encode(organisation.profile).decode(),
            )
        )  # fmt: skip
        return done.rowcount == 1

    def add_site(self, organisation_id: str, site: Site) -> None:
        """A new site."""
        with first_come():
            self._connection.execute(
                insert(accounts.sites).values(organisation_id=organisation_id, **msgspec.structs.asdict(site))
            )

    def sites(self, organisation_id: str, *, after: str | None = None, limit: int | None = None) -> list[Site]:
        """Sites by id, so by age; closed ones too."""
        if after is None and limit is None:
            return [_site(row) for row in _SITES.all(self._connection, {"organisation_id": organisation_id})]
        place = {"organisation_id": organisation_id, "after": after or _FIRST_ID, "most": limit or _MOST, "skipped": 0}
        return [_site(row) for row in _SOME_SITES.all(self._connection, place)]

    def find_site(self, organisation_id: str, site_id: str) -> Site | None:
        """One site."""
        table = accounts.sites
        row = self._connection.execute(
            select(table).where(table.c.organisation_id == organisation_id, table.c.id == site_id)
        ).one_or_none()
        return None if row is None else _site(columns(row))

    def site_with_reference(self, organisation_id: str, reference: str) -> Site | None:
        """The site to which the organisation gave a reference of its own."""
        table = accounts.sites
        row = self._connection.execute(
            select(table).where(table.c.organisation_id == organisation_id, table.c.reference == reference)
        ).one_or_none()
        return None if row is None else _site(columns(row))

    def update_site(self, organisation_id: str, site: Site, *, seen: int) -> bool:
        """Store a changed site if nobody changed it since revision `seen`."""
        table = accounts.sites
        values = msgspec.structs.asdict(site)
        del values["id"]
        with first_come():
            done = self._connection.execute(
                update(table)
                .where(table.c.organisation_id == organisation_id, table.c.id == site.id, table.c.revision == seen)
                .values(values)
            )
        return done.rowcount == 1

    def membership(self, organisation_id: str, user_id: str) -> tuple[Membership, tuple[OrganisationKind, ...]] | None:
        """A person's membership with the kinds of the organisation; None where there is none."""
        row = _MEMBERSHIP.one(self._connection, {"organisation_id": organisation_id, "user_id": user_id})
        return None if row is None else (_membership(row), _KINDS.decode(row["kinds"]))

    def members(self, organisation_id: str) -> list[Member]:
        """Everybody in an organisation, by the day they joined."""
        return [
            Member(user_id=row["user_id"], name=row["name"], email=row["email"], revision=row["revision"],
                   roles=_ROLES.decode(row["roles"]), site_ids=_ids(row["site_ids"]), created_at=row["created_at"])
            for row in _MEMBERS.all(self._connection, {"organisation_id": organisation_id})
        ]  # fmt: skip

    def put_membership(self, membership: Membership) -> None:
        """A new membership."""
        with first_come():
            self._connection.execute(
                insert(accounts.memberships).values(
                    organisation_id=membership.organisation_id, user_id=membership.user_id,
                    roles=msgspec.json.encode(membership.roles).decode(), site_ids=_ids_text(membership.site_ids),
                    revision=membership.revision, created_at=membership.created_at,
                )
            )  # fmt: skip

    def update_membership(self, membership: Membership, *, seen: int) -> bool:
        """Store changed roles if nobody changed them since revision `seen`."""
        table = accounts.memberships
        done = self._connection.execute(
            update(table)
            .where(table.c.organisation_id == membership.organisation_id, table.c.user_id == membership.user_id,
                   table.c.revision == seen)
            .values(roles=msgspec.json.encode(membership.roles).decode(), site_ids=_ids_text(membership.site_ids),
                    revision=membership.revision)
        )  # fmt: skip
        return done.rowcount == 1

    def remove_membership(self, organisation_id: str, user_id: str) -> bool:
        """Take somebody out of an organisation; whether they were in it."""
        table = accounts.memberships
        done = self._connection.execute(
            table.delete().where(table.c.organisation_id == organisation_id, table.c.user_id == user_id)
        )
        return done.rowcount == 1


def _organisation(row: Row) -> Organisation:
    return Organisation(
        id=row["id"], name=row["name"], country=row["country"], town=row["town"], language=row["language"],
        kinds=msgspec.json.decode(row["kinds"], type=tuple[OrganisationKind, ...]),
        profile=msgspec.json.decode(row["profile"], type=Profile), revision=row["revision"],
        created_at=row["created_at"],
    )  # fmt: skip


def _site(row: Row) -> Site:
    return read_row(Site, row)


def _membership(row: Row) -> Membership:
    return Membership(
        organisation_id=row["organisation_id"], user_id=row["user_id"], revision=row["revision"],
        roles=_ROLES.decode(row["roles"]), site_ids=_ids(row["site_ids"]),
        created_at=row["created_at"],
    )  # fmt: skip


def _joined_membership(row: Row) -> Membership:
    return Membership(
        organisation_id=row["id"], user_id=row["user_id"], revision=row["membership_revision"],
        roles=_ROLES.decode(row["roles"]), site_ids=_ids(row["site_ids"]),
        created_at=row["member_since"],
    )  # fmt: skip


def _ids(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else msgspec.json.decode(text, type=tuple[str, ...])


def _ids_text(ids: tuple[str, ...] | None) -> str | None:
    return None if ids is None else msgspec.json.encode(ids).decode()
