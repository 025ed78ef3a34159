"""Organisations and the places that they run."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import CountryCode, Language, Name, Paged, Reference, SectorName, Web
from compliance.usecases.credentials import SessionOnly
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import (
    AddressNotProven,
    KindsFixed,
    MyOrganisation,
    OpenKind,
    OrganisationBegun,
    OrganisationChange,
    ShownOrganisation,
    begin_organisation,
    change_organisation,
    list_my_organisations,
    read_organisation,
)
from compliance.usecases.pages import CursorWrong
from compliance.usecases.people import OwnerOnly
from compliance.usecases.revisions import StaleRevision
from compliance.usecases.sites import (
    NoSuchSite,
    ReferenceTaken,
    ShownSite,
    SiteChange,
    SiteClosed,
    SitePage,
    add_site,
    change_site,
    close_site,
    list_sites,
    read_site,
)

Workers = Annotated[int, Meta(ge=0, le=10_000_000)]
Sectors = Annotated[tuple[SectorName, ...], Meta(max_length=20)]
Kinds = Annotated[tuple[OpenKind, ...], Meta(min_length=1, max_length=2)]
ONE = "/organisations/{organisation_id}"


class NewOrganisation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation to begin."""

    name: Name
    """As the register or the sign on the door says it."""
    country: CountryCode
    town: Name | None = None
    language: Language | None = None
    """Your own where it is left out."""
    kinds: Kinds = ("business",)
    sectors: Sectors = ()
    workers: Workers | None = None
    website: Web | None = None


class OrganisationEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    name: Name | UnsetType = UNSET
    country: CountryCode | UnsetType = UNSET
    town: Name | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    """Kinds are added, never taken away."""
    sectors: Sectors | UnsetType = UNSET
    workers: Workers | UnsetType | None = UNSET
    website: Web | UnsetType | None = UNSET


class NewSite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that the organisation runs."""

    name: Name
    town: Name | None = None
    country: CountryCode
    reference: Reference | None = None
    """What the organisation itself calls it; no two are the same."""


class SiteEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    name: Name | UnsetType = UNSET
    town: Name | UnsetType | None = UNSET
    country: CountryCode | UnsetType = UNSET
    reference: Reference | UnsetType | None = UNSET


@endpoint("POST", "/organisations", access="person", takes=NewOrganisation, gives=MyOrganisation, status=201,
          tags=("organisations",), refuses=(SessionOnly, AddressNotProven))  # fmt: skip
def make_organisation(deed: Deed, call: Call[NewOrganisation]) -> Reply:
    """Begin an organisation; you hold every role in it. A business gets a first site of the same name."""
    made = begin_organisation(deed, OrganisationBegun(**asdict(call.body)))
    return Reply(body=made, revision=made.organisation.revision,
                 location=f"/api/v1/organisations/{made.organisation.id}")  # fmt: skip


@endpoint("GET", "/organisations", access="person", gives=list[MyOrganisation], tags=("organisations",))
def list_organisations_of_mine(deed: Deed, call: Call[Any]) -> Reply:
    """List the organisations that you belong to, with your roles."""
    del call
    return Reply(body=list_my_organisations(deed))


@endpoint("GET", ONE, gives=ShownOrganisation, tags=("organisations",))
def read_one_organisation(deed: Deed, call: Call[Any]) -> Reply:
    """Read what an organisation says about itself."""
    del call
    found = read_organisation(deed)
    return Reply(body=found, revision=found.revision)


@endpoint("PATCH", ONE, takes=OrganisationEdit, gives=ShownOrganisation, conditional=True, tags=("organisations",),
          refuses=(OwnerOnly, StaleRevision, KindsFixed))  # fmt: skip
def edit_organisation(deed: Deed, call: Call[OrganisationEdit]) -> Reply:
    """Change what an organisation says about itself, or make it a platform or business as well.

    With a new name or country, every confirmed identity is only stated again.
    """
    changed = change_organisation(deed, OrganisationChange(**asdict(call.body)), seen=call.revision)
    return Reply(body=changed, revision=changed.revision)


@endpoint("GET", ONE + "/sites", gives=SitePage, query=Paged, tags=("sites",), refuses=(CursorWrong,))
def list_some_sites(deed: Deed, call: Call[Any]) -> Reply:
    """List the sites that you may see, oldest first, closed ones too."""
    return Reply(body=list_sites(deed, cursor=call.query.cursor, limit=call.query.limit))


@endpoint("POST", ONE + "/sites", takes=NewSite, gives=ShownSite, status=201, tags=("sites",),
          refuses=(OwnerOnly, ReferenceTaken))  # fmt: skip
def make_site(deed: Deed, call: Call[NewSite]) -> Reply:
    """Add a site."""
    made = add_site(deed, **asdict(call.body))
    return Reply(body=made, revision=made.revision,
                 location=f"/api/v1/organisations/{deed.organisation_id}/sites/{made.id}")  # fmt: skip


@endpoint("GET", ONE + "/sites/{site_id}", gives=ShownSite, tags=("sites",), refuses=(NoSuchSite,))
def read_one_site(deed: Deed, call: Call[Any]) -> Reply:
    """Read a site."""
    found = read_site(deed, call["site_id"])
    return Reply(body=found, revision=found.revision)


@endpoint("PATCH", ONE + "/sites/{site_id}", takes=SiteEdit, gives=ShownSite, conditional=True, tags=("sites",),
          refuses=(OwnerOnly, NoSuchSite, StaleRevision, SiteClosed, ReferenceTaken))  # fmt: skip
def edit_site(deed: Deed, call: Call[SiteEdit]) -> Reply:
    """Change a site."""
    changed = change_site(deed, call["site_id"], SiteChange(**asdict(call.body)), seen=call.revision)
    return Reply(body=changed, revision=changed.revision)


@endpoint("POST", ONE + "/sites/{site_id}/closing", gives=ShownSite, conditional=True, tags=("sites",),
          refuses=(OwnerOnly, NoSuchSite, StaleRevision, SiteClosed))  # fmt: skip
def close_one_site(deed: Deed, call: Call[Any]) -> Reply:
    """Close a site. What was begun and certified there stays."""
    closed = close_site(deed, call["site_id"], seen=call.revision)
    return Reply(body=closed, revision=closed.revision)


ENDPOINTS = (
    make_organisation, list_organisations_of_mine, read_one_organisation, edit_organisation, list_some_sites,
    make_site, read_one_site, edit_site, close_one_site,
)  # fmt: skip
