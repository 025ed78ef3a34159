"""Regulators, as the operator of the service sees them: which there are, and what each is responsible for."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from compliance.errors import Invalid, NotFound, Problem
from compliance.store.organisations import Counted, Jurisdiction
from compliance.usecases.deed import Deed
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.revisions import StaleRevision, check_revision


class NoSuchRegulator(NotFound):
    """There is no such regulator."""

    code = "no-such-regulator"


class JurisdictionsMissing(Invalid):
    """A regulator is responsible for something."""

    code = "jurisdictions-missing"


class KnownRegulator(Struct, frozen=True, kw_only=True):
    """A regulator, as the operator sees it."""

    id: str
    name: str
    country: str
    jurisdictions: tuple[Jurisdiction, ...]
    """By country, then sector."""
    people: int
    """Who joined; who is only invited does not count."""
    revision: int
    created_at: datetime


class RegulatorPage(Struct, frozen=True, kw_only=True):
    """Some regulators, oldest first."""

    items: tuple[KnownRegulator, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


def list_regulators(deed: Deed, *, cursor: str | None, limit: int) -> RegulatorPage:
    """Every regulator of the service.

    Raises:
        CursorWrong: see `read_id_cursor`.
    """
    found = deed.unit.organisations.counted(after=read_id_cursor(cursor), limit=limit + 1, kind="regulator")
    page = found[:limit]
    return RegulatorPage(
        items=tuple(_known(deed, each) for each in page),
        next=write_cursor(page[-1].organisation.id) if len(found) > limit else None,
    )


def read_regulator(deed: Deed, regulator_id: str) -> KnownRegulator:
    """One regulator.

    Raises:
        NoSuchRegulator: there is none of that id.
    """
    organisation = deed.unit.organisations.find(regulator_id)
    if organisation is None or "regulator" not in organisation.kinds:
        raise NoSuchRegulator
    people = len(deed.unit.organisations.members(regulator_id))
    return _known(deed, Counted(organisation=organisation, people=people, sites=0))


def change_jurisdictions(
    deed: Deed, regulator_id: str, responsible_for: Iterable[tuple[str, str | None]], *, seen: int
) -> KnownRegulator:
    """Make a regulator responsible for these countries, each with a sector or None for all, and for nothing else.

    Raises:
        NoSuchRegulator: there is none of that id.
        StaleRevision: somebody else changed it meanwhile.
        JurisdictionsMissing: nothing is left.
    """
    before = read_regulator(deed, regulator_id)
    check_revision(seen, before.revision, current=before)
    jurisdictions = settled_jurisdictions(responsible_for)
    if not jurisdictions:
        raise JurisdictionsMissing([Problem("jurisdictions-none", "jurisdictions")])
    organisation = deed.unit.organisations.find(regulator_id)
    assert organisation is not None

    if not deed.unit.organisations.update(replace(organisation, revision=seen + 1), seen=seen):
        raise StaleRevision(read_regulator(deed, regulator_id))
    deed.unit.organisations.put_jurisdictions(regulator_id, jurisdictions)
    places = ", ".join(f"{each.country} {each.sector}".strip() for each in jurisdictions)
    deed.record("jurisdictions-changed", of=regulator_id, jurisdictions=places)
    deed.record("regulator-changed", regulator=regulator_id, jurisdictions=places)
    return read_regulator(deed, regulator_id)


def settled_jurisdictions(responsible_for: Iterable[tuple[str, str | None]]) -> tuple[Jurisdiction, ...]:
    """Each once, by country and sector; where a country is named with all sectors, its single ones say nothing more."""
    pairs = {(country, sector or "") for country, sector in responsible_for}
    whole = {country for country, sector in pairs if not sector}
    return tuple(
        Jurisdiction(country=country, sector=sector)
        for country, sector in sorted(pairs) if not sector or country not in whole
    )  # fmt: skip


def _known(deed: Deed, counted: Counted) -> KnownRegulator:
    organisation = counted.organisation
    return KnownRegulator(
        id=organisation.id, name=organisation.name, country=organisation.country, people=counted.people,
        jurisdictions=deed.unit.organisations.jurisdictions(organisation.id), revision=organisation.revision,
        created_at=organisation.created_at,
    )  # fmt: skip
