"""Certificates: the claim as recorded, its statuses, its sites, the directory of numbers, and what is withheld."""

from datetime import date, datetime
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from compliance.domain.certificate import CertificateStatus
from compliance.domain.scoring import Assurance
from compliance.store.prepared import Prepared
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import certificates as tables
from compliance.store.tables._types import Id

_ADD = Prepared(insert(tables.certificates))
_TAKE_NUMBER = {
    "sqlite": Prepared(sqlite.insert(tables.certificate_numbers).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(tables.certificate_numbers).on_conflict_do_nothing()),
}
_ADD_SITE = Prepared(insert(tables.certificate_sites))
_ADD_STATUS = Prepared(insert(tables.certificate_statuses))
_SAME = (
    tables.withheld_certificates.c.organisation_id == bindparam("of_organisation"),
    tables.withheld_certificates.c.assessment_id == bindparam("of_assessment"),
    tables.withheld_certificates.c.snapshot == bindparam("of_snapshot"),
)
_STATUSES = Prepared(
    select(tables.certificate_statuses)
    .where(tables.certificate_statuses.c.organisation_id == bindparam("organisation_id"),
           tables.certificate_statuses.c.number == bindparam("number"))
    .order_by(tables.certificate_statuses.c.position)
)  # fmt: skip
_FIND = Prepared(
    select(tables.certificates)
    .where(tables.certificates.c.organisation_id == bindparam("organisation_id"),
           tables.certificates.c.number == bindparam("number"))
)  # fmt: skip
_OF_NUMBER = Prepared(
    select(tables.certificates)
    .join(tables.certificate_numbers,
          and_(tables.certificate_numbers.c.organisation_id == tables.certificates.c.organisation_id,
               tables.certificate_numbers.c.number == tables.certificates.c.number))
    .where(tables.certificate_numbers.c.number == bindparam("number"))
)  # fmt: skip
_OWNER = Prepared(
    select(tables.certificate_numbers.c.organisation_id)
    .where(tables.certificate_numbers.c.number == bindparam("number"))
)  # fmt: skip
_OF_ASSESSMENT = Prepared(
    select(tables.certificates)
    .where(tables.certificates.c.organisation_id == bindparam("organisation_id"),
           tables.certificates.c.assessment_id == bindparam("assessment_id"))
    .order_by(tables.certificates.c.snapshot)
)  # fmt: skip
_EVERY = Prepared(
    select(tables.certificates).where(tables.certificates.c.organisation_id == bindparam("organisation_id"))
    .order_by(tables.certificates.c.created_at.desc(), tables.certificates.c.number)
)  # fmt: skip
_SETTLE = Prepared(update(tables.withheld_certificates).where(*_SAME).values(settled_at=bindparam("settled_at")))


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate."""

    organisation_id: str
    number: str
    assessment_id: str
    snapshot: int
    sector: str
    assurance: Assurance
    claim: bytes
    """Canonical JSON; signing never changes it."""
    claim_digest: str
    leaf_salt: bytes
    signing: str
    """`pending` until every view is signed and published."""
    status: CertificateStatus
    issued_on: date
    valid_until: date
    created_at: datetime


class StatusRow(msgspec.Struct, frozen=True, kw_only=True):
    """A status that a certificate took."""

    position: int
    status: CertificateStatus
    at: datetime
    by: str
    reason: str
    successor: str | None = None


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that was earned and is not issued yet."""

    organisation_id: str
    assessment_id: str
    snapshot: int
    reasons: str
    since: datetime
    until: date | None = None
    """The day on which the last reason is gone by itself; None where somebody has to do something."""


class Certificates:
    """Rows of `certificates`, their sites, statuses and numbers, and `withheld_certificates`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_number(self, organisation_id: str, number: str, status_index: int) -> bool:
        """Take a number and a place in the status lists; whether both were free."""
        taken = {"number": number, "organisation_id": organisation_id, "status_index": status_index}
        return _TAKE_NUMBER[self._connection.dialect.name].run(self._connection, taken) == 1

    def add(self, certificate: Certificate, *, site_ids: tuple[str, ...], by: str) -> None:
        """A new certificate, active from its first status on."""
        with first_come():
            _ADD.run(self._connection, msgspec.structs.asdict(certificate))
            _ADD_SITE.run_many(
                self._connection,
                [{"organisation_id": certificate.organisation_id, "number": certificate.number, "site_id": each,
                  "sector": certificate.sector, "is_active": True} for each in site_ids],
            )  # fmt: skip
        first = StatusRow(position=1, status="active", at=certificate.created_at, by=by, reason="")
        self._put_status(certificate.organisation_id, certificate.number, first)

    def set_status(self, certificate: Certificate, row: StatusRow) -> None:
        """Write a status that follows; only an active certificate holds its sites."""
        table = tables.certificates
        where = (table.c.organisation_id == certificate.organisation_id, table.c.number == certificate.number)
        self._connection.execute(update(table).where(*where).values(status=row.status))
        sites = tables.certificate_sites
        with first_come():
            self._connection.execute(
                update(sites)
                .where(sites.c.organisation_id == certificate.organisation_id, sites.c.number == certificate.number)
                .values(is_active=row.status == "active")
            )
        self._put_status(certificate.organisation_id, certificate.number, row)

    def set_signed(self, certificate: Certificate) -> bool:
        """Every view is signed and published; whether that is news."""
        table = tables.certificates
        done = self._connection.execute(
            update(table)
            .where(table.c.organisation_id == certificate.organisation_id, table.c.number == certificate.number,
                   table.c.signing == "pending")
            .values(signing="signed")
        )  # fmt: skip
        return done.rowcount == 1

    def pending(self) -> list[Certificate]:
        """Certificates that are recorded and not signed yet, oldest first."""
        table = tables.certificates
        query = select(table).where(table.c.signing == "pending").order_by(table.c.created_at, table.c.number)
        return [_certificate(columns(row)) for row in self._connection.execute(query).all()]

    def _put_status(self, organisation_id: str, number: str, row: StatusRow) -> None:
        with first_come():
            place = {"organisation_id": organisation_id, "number": number}
            _ADD_STATUS.run(self._connection, {**place, **msgspec.structs.asdict(row)})

    def statuses(self, organisation_id: str, number: str) -> list[StatusRow]:
        """The statuses that a certificate took, oldest first."""
        rows = _STATUSES.all(self._connection, {"organisation_id": organisation_id, "number": number})
        return [read_row(StatusRow, row) for row in rows]

    def find(self, organisation_id: str, number: str) -> Certificate | None:
        """One certificate of an organisation."""
        row = _FIND.one(self._connection, {"organisation_id": organisation_id, "number": number})
        return None if row is None else _certificate(row)

    def of_number(self, number: str) -> Certificate | None:
        """The certificate of a number, whoever it was issued to."""
        row = _OF_NUMBER.one(self._connection, {"number": number})
        return None if row is None else _certificate(row)

    def owner_of(self, number: str) -> str | None:
        """The organisation that a number was issued to."""
        row = _OWNER.one(self._connection, {"number": number})
        return None if row is None else row["organisation_id"]

    def status_index(self, number: str) -> int | None:
        """A number's place in the status lists."""
        table = tables.certificate_numbers
        return self._connection.execute(select(table.c.status_index).where(table.c.number == number)).scalar()

    def every(self, organisation_id: str) -> list[Certificate]:
        """All certificates that an organisation ever had, newest first."""
        return [_certificate(row) for row in _EVERY.all(self._connection, {"organisation_id": organisation_id})]

    def near(self, organisation_id: str, site_ids: tuple[str, ...], sector: str) -> list[Certificate]:
        """All certificates that an organisation ever had for any of these sites in a sector, oldest first."""
        if not site_ids:
            return []
        values = {"organisation_id": organisation_id, "sector": sector}
        values |= {f"site_{position}": each for position, each in enumerate(site_ids)}
        return [_certificate(row) for row in _near(len(site_ids)).all(self._connection, values)]

    def site_ids(self, organisation_id: str, number: str) -> tuple[str, ...]:
        """The sites that a certificate speaks for."""
        table = tables.certificate_sites
        rows = self._connection.execute(
            select(table.c.site_id)
            .where(table.c.organisation_id == organisation_id, table.c.number == number)
            .order_by(table.c.site_id)
        )
        return tuple(rows.scalars().all())

    def of_assessment(self, organisation_id: str, assessment_id: str) -> list[Certificate]:
        """The certificates that rest on an assessment, oldest first."""
        values = {"organisation_id": organisation_id, "assessment_id": assessment_id}
        return [_certificate(row) for row in _OF_ASSESSMENT.all(self._connection, values)]

    def ending(
        self, status: CertificateStatus, first: date, last: date, *, after: tuple[date, str] | None, limit: int
    ) -> list[Certificate]:
        """Certificates of any organisation whose last day lies in a span, by it and number; for the clock's jobs."""
        table = tables.certificates
        query = select(table).where(table.c.status == status, table.c.valid_until >= first, table.c.valid_until <= last)
        if after is not None:
            valid_until, number = after
            query = query.where(
                or_(table.c.valid_until > valid_until,
                    and_(table.c.valid_until == valid_until, table.c.number > number))
            )  # fmt: skip
        rows = self._connection.execute(query.order_by(table.c.valid_until, table.c.number).limit(limit)).all()
        return [_certificate(columns(row)) for row in rows]

    def last_days(self, status: CertificateStatus, *, since: date) -> list[date]:
        """The last days, from a day on, of the certificates of all organisations that have a status."""
        table = tables.certificates
        where = table.c.status == status, table.c.valid_until >= since
        return list(self._connection.execute(select(table.c.valid_until).where(*where).distinct()).scalars())

    def page(self, *, after: tuple[datetime, str] | None, limit: int, status: str | None = None) -> list[Certificate]:
        """Certificates of every organisation, oldest first; for the operator."""
        table = tables.certificates
        query = select(table)
        if status:
            query = query.where(table.c.status == status)
        if after:
            created_at, number = after
            query = query.where(
                or_(table.c.created_at > created_at,
                    and_(table.c.created_at == created_at, table.c.number > number))
            )  # fmt: skip
        rows = self._connection.execute(query.order_by(table.c.created_at, table.c.number).limit(limit)).all()
        return [_certificate(columns(row)) for row in rows]

    def newest_signed(self, status: CertificateStatus) -> Certificate | None:
        """The newest signed certificate of a status, of any organisation: what a demonstration shows to everybody."""
        table = tables.certificates
        query = (
            select(table).where(table.c.status == status, table.c.signing == "signed")
            .order_by(table.c.created_at.desc(), table.c.number).limit(1)
        )  # fmt: skip
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _certificate(columns(row))

    def count_by_status(self) -> dict[str, int]:
        """How many certificates are in each status."""
        table = tables.certificates
        rows = self._connection.execute(select(table.c.status, func.count()).group_by(table.c.status)).all()
        return {row[0]: row[1] for row in rows}

    # Earned, but not issued yet

    def withhold(self, withheld: Withheld) -> None:
        """Note that a certificate was earned and what it waits for; in place of an earlier note."""
        table = tables.withheld_certificates
        self._connection.execute(delete(table).where(*_SAME), _place(withheld))
        with first_come():
            self._connection.execute(insert(table).values(msgspec.structs.asdict(withheld)))

    def settle(self, withheld: Withheld, *, at: datetime) -> None:
        """It was issued, or its submission fell."""
        _SETTLE.run(self._connection, {**_place(withheld), "settled_at": at})

    def withheld(self, organisation_id: str, assessment_id: str | None = None) -> list[Withheld]:
        """What an organisation has earned and not been given yet."""
        table = tables.withheld_certificates
        query = select(table).where(table.c.organisation_id == organisation_id, table.c.settled_at.is_(None))
        if assessment_id is not None:
            query = query.where(table.c.assessment_id == assessment_id)
        rows = self._connection.execute(query.order_by(table.c.since)).all()
        return [read_row(Withheld, columns(row)) for row in rows]

    def withheld_until(self, day: date, *, limit: int) -> list[Withheld]:
        """What nothing keeps back any longer on a day, of any organisation; for the clock's jobs."""
        table = tables.withheld_certificates
        rows = self._connection.execute(
            select(table).where(table.c.settled_at.is_(None), table.c.until <= day)
            .order_by(table.c.until, table.c.assessment_id).limit(limit)
        ).all()  # fmt: skip
        return [read_row(Withheld, columns(row)) for row in rows]

    def withheld_days(self) -> list[date]:
        """The days on which withheld certificates come free."""
        table = tables.withheld_certificates
        query = select(table.c.until).distinct().where(table.c.settled_at.is_(None), table.c.until.is_not(None))
        return list(self._connection.execute(query).scalars().all())


@lru_cache(64)
def _near(count: int) -> Prepared:
    """The certificates for any of so many sites, `site_0` and on: a statement has a fixed number of values."""
    table, sites = tables.certificates, tables.certificate_sites
    wanted = [bindparam(f"site_{position}", type_=Id) for position in range(count)]
    numbers = select(sites.c.number).where(
        sites.c.organisation_id == bindparam("organisation_id"), sites.c.site_id.in_(wanted),
        sites.c.sector == bindparam("sector"),
    )  # fmt: skip
    return Prepared(
        select(table).where(table.c.organisation_id == bindparam("organisation_id"), table.c.number.in_(numbers))
        .order_by(table.c.created_at, table.c.number)
    )  # fmt: skip


def _place(withheld: Withheld) -> dict[str, object]:
    return {
        "of_organisation": withheld.organisation_id, "of_assessment": withheld.assessment_id,
        "of_snapshot": withheld.snapshot,
    }  # fmt: skip


def _certificate(row: Row) -> Certificate:
    return read_row(Certificate, row)
