"""The operator and organisations: the list of all, and regulators, which nobody else can make."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import CountryCode, Language, MailAddress, Name, Paged, SectorName
from compliance.usecases.deed import Deed
from compliance.usecases.operator_regulators import (
    JurisdictionsMissing,
    KnownRegulator,
    NoSuchRegulator,
    RegulatorPage,
    change_jurisdictions,
    list_regulators,
    read_regulator,
)
from compliance.usecases.operators import OrganisationPage, RegulatorBegun, begin_regulator, list_organisations
from compliance.usecases.organisations import ShownOrganisation
from compliance.usecases.pages import CursorWrong
from compliance.usecases.revisions import StaleRevision

ONE = "/operator/regulators/{regulator_id}"


class Responsible(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a regulator is responsible for."""

    country: CountryCode
    sector: SectorName | None = None
    """Left out for all sectors."""


class NewRegulator(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A regulator to be made."""

    name: Name
    country: CountryCode
    language: Language = "en"
    jurisdictions: Annotated[tuple[Responsible, ...], Meta(min_length=1, max_length=100)]
    email: MailAddress
    """Who is invited first, with every role."""


class JurisdictionsGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a regulator is responsible for, in place of all before."""

    jurisdictions: Annotated[tuple[Responsible, ...], Meta(min_length=1, max_length=100)]


@endpoint("GET", "/operator/organisations", access="operator", gives=OrganisationPage, query=Paged,
          tags=("operator",), refuses=(CursorWrong,))  # fmt: skip
def list_every_organisation(deed: Deed, call: Call[Any]) -> Reply:
    """List the organisations of the service, oldest first, with how many people and sites they have."""
    return Reply(body=list_organisations(deed, cursor=call.query.cursor, limit=call.query.limit))


@endpoint("POST", "/operator/organisations", access="operator", takes=NewRegulator, gives=ShownOrganisation,
          status=201, tags=("operator",))  # fmt: skip
def make_regulator(deed: Deed, call: Call[NewRegulator]) -> Reply:
    """Make a regulator and invite its first person. Businesses and platforms begin themselves."""
    given = call.body
    begun = RegulatorBegun(name=given.name, country=given.country, language=given.language, email=given.email,
                           responsible_for=tuple((each.country, each.sector) for each in given.jurisdictions))  # fmt: skip
    return Reply(body=begin_regulator(deed, begun))


@endpoint("GET", "/operator/regulators", access="operator", gives=RegulatorPage, query=Paged, tags=("operator",),
          refuses=(CursorWrong,))  # fmt: skip
def list_every_regulator(deed: Deed, call: Call[Any]) -> Reply:
    """List the regulators, oldest first, with what each is responsible for and how many people it has."""
    return Reply(body=list_regulators(deed, cursor=call.query.cursor, limit=call.query.limit))


@endpoint("GET", ONE, access="operator", gives=KnownRegulator, tags=("operator",), refuses=(NoSuchRegulator,))
def read_one_regulator(deed: Deed, call: Call[Any]) -> Reply:
    """Read what a regulator is responsible for."""
    found = read_regulator(deed, call["regulator_id"])
    return Reply(body=found, revision=found.revision)


@endpoint("PUT", f"{ONE}/jurisdictions", access="operator", takes=JurisdictionsGiven, gives=KnownRegulator,
          conditional=True, tags=("operator",), refuses=(NoSuchRegulator, StaleRevision, JurisdictionsMissing))  # fmt: skip
def edit_jurisdictions(deed: Deed, call: Call[JurisdictionsGiven]) -> Reply:
    """Make a regulator responsible for other countries and sectors, in place of all before."""
    wanted = [(each.country, each.sector) for each in call.body.jurisdictions]
    changed = change_jurisdictions(deed, call["regulator_id"], wanted, seen=call.revision)
    return Reply(body=changed, revision=changed.revision)


ENDPOINTS = (list_every_organisation, make_regulator, list_every_regulator, read_one_regulator, edit_jurisdictions)
