"""Organisations: begin one, see it, change what it says about itself."""

from datetime import datetime
from typing import Literal, TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, replace

from compliance.domain.actor import MANAGING_ROLE, ROLES_OF, OrganisationKind, Role
from compliance.errors import Conflict, Forbidden
from compliance.store.organisations import Jurisdiction, Membership, Organisation, Profile, Site
from compliance.usecases.credentials import NoSuchOrganisation, check_session
from compliance.usecases.deed import Deed
from compliance.usecases.identities import state_again
from compliance.usecases.people import check_owner
from compliance.usecases.revisions import StaleRevision, check_revision

OpenKind = Literal["business", "platform"]
"""Kinds that anybody may begin; regulators and the operator are made by the operator."""
T = TypeVar("T")


class AddressNotProven(Forbidden):
    """Prove your mail address first, with the link or the code that was mailed to it."""

    code = "address-not-proven"


class KindsFixed(Conflict):
    """An organisation may become a business or a platform as well; a kind is never taken away."""

    code = "kinds-fixed"


class ShownOrganisation(Struct, frozen=True, kw_only=True):
    """An organisation, as its people see it."""

    id: str
    name: str
    country: str
    town: str | None
    language: str
    kinds: tuple[OrganisationKind, ...]
    sectors: tuple[str, ...]
    workers: int | None
    website: str | None
    jurisdictions: tuple[Jurisdiction, ...]
    """What a regulator is responsible for; empty for all others."""
    revision: int
    created_at: datetime


class MyOrganisation(Struct, frozen=True, kw_only=True):
    """An organisation with what one may do in it."""

    organisation: ShownOrganisation
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    """The sites that one is limited to; null for all."""


class OrganisationBegun(Struct, frozen=True, kw_only=True):
    """What a new organisation says about itself."""

    name: str
    country: str
    town: str | None = None
    language: str | None = None
    """The person's own where it is left out."""
    kinds: tuple[OpenKind, ...] = ("business",)
    sectors: tuple[str, ...] = ()
    workers: int | None = None
    website: str | None = None


class OrganisationChange(Struct, frozen=True, kw_only=True):
    """What is to be different; what is unset stays."""

    name: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    town: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    kinds: tuple[OpenKind, ...] | UnsetType = UNSET
    sectors: tuple[str, ...] | UnsetType = UNSET
    workers: int | UnsetType | None = UNSET
    website: str | UnsetType | None = UNSET


def begin_organisation(deed: Deed, begun: OrganisationBegun) -> MyOrganisation:
    """A new organisation; whoever begins it holds every role. A business gets its first site, of the same name.

    Raises:
        SessionOnly: a token was shown.
        AddressNotProven: the person's mail address is not proven.
    """
    check_session(deed.unit, deed.someone)
    if not deed.someone.email_is_verified:
        raise AddressNotProven

    kinds: tuple[OrganisationKind, ...] = tuple(sorted(set(begun.kinds)))
    organisation = Organisation(
        id=deed.new_id(), name=begun.name.strip(), country=begun.country, town=begun.town,
        language=begun.language or deed.someone.language, kinds=kinds, revision=1, created_at=deed.now,
        profile=Profile(sectors=begun.sectors, workers=begun.workers, website=begun.website),
    )  # fmt: skip
    roles: tuple[Role, ...] = tuple(role for kind in kinds for role in ROLES_OF[kind])
    membership = Membership(organisation_id=organisation.id, user_id=deed.someone.user_id, roles=roles, site_ids=None,
                            revision=1, created_at=deed.now)  # fmt: skip

    deed.unit.organisations.add(organisation)
    deed.unit.organisations.put_membership(membership)
    deed.record("organisation-begun", of=organisation.id, kinds=",".join(kinds), country=organisation.country)
    if "business" in kinds:
        site = Site(id=deed.new_id(), name=organisation.name, town=organisation.town, country=organisation.country,
                    reference=None, revision=1, created_at=deed.now, closed_at=None)  # fmt: skip
        deed.unit.organisations.add_site(organisation.id, site)
        deed.record("site-added", of=organisation.id, site=site.id)
    return MyOrganisation(organisation=shown(organisation), roles=roles, site_ids=None)


def list_my_organisations(deed: Deed) -> list[MyOrganisation]:
    """The organisations that one belongs to, oldest first; for a token of one organisation only that one."""
    only = deed.someone.only_organisation_id
    return [
        MyOrganisation(
            organisation=shown(each, deed.unit.organisations.jurisdictions(each.id) if "regulator" in each.kinds else ()),
            roles=membership.roles, site_ids=membership.site_ids,
        )
        for each, membership in deed.unit.organisations.of_person(deed.someone.user_id)
        if only in (None, each.id)
    ]  # fmt: skip


def read_organisation(deed: Deed) -> ShownOrganisation:
    """The organisation that one acts for."""
    organisation = _acting_for(deed)
    return shown(organisation, deed.unit.organisations.jurisdictions(organisation.id))


def change_organisation(deed: Deed, change: OrganisationChange, *, seen: int) -> ShownOrganisation:
    """Change what it says about itself, or add a kind; whoever adds one manages it.

    A new name or country takes every confirmed identity back to `stated`: what was looked up was another one.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        StaleRevision: somebody else changed it meanwhile.
        KindsFixed: a kind would go, or the organisation is a regulator or the operator.
    """
    check_owner(deed)
    before = _acting_for(deed)
    check_revision(seen, before.revision, current=shown(before))
    kinds = _kinds_after(before, change)

    after = replace(
        before, name=_or(change.name, before.name).strip(), country=_or(change.country, before.country),
        town=_or(change.town, before.town), language=_or(change.language, before.language), kinds=kinds,
        profile=Profile(
            sectors=_or(change.sectors, before.profile.sectors), workers=_or(change.workers, before.profile.workers),
            website=_or(change.website, before.profile.website),
        ),
        revision=before.revision + 1,
    )  # fmt: skip

    if not deed.unit.organisations.update(after, seen=seen):
        raise StaleRevision(shown(_acting_for(deed)))
    deed.record("organisation-changed", fields=",".join(_changed(before, after)))
    if (after.name, after.country) != (before.name, before.country):
        state_again(deed)
    _give_roles(deed, set(kinds) - set(before.kinds))
    return shown(after)


def shown(organisation: Organisation, jurisdictions: tuple[Jurisdiction, ...] = ()) -> ShownOrganisation:
    """An organisation as its people see it."""
    return ShownOrganisation(
        id=organisation.id, name=organisation.name, country=organisation.country, town=organisation.town,
        language=organisation.language, kinds=organisation.kinds, sectors=organisation.profile.sectors,
        workers=organisation.profile.workers, website=organisation.profile.website, jurisdictions=jurisdictions,
        revision=organisation.revision, created_at=organisation.created_at,
    )  # fmt: skip


def _acting_for(deed: Deed) -> Organisation:
    organisation = deed.unit.organisations.find(deed.organisation_id)
    if organisation is None:
        raise NoSuchOrganisation
    return organisation


def _or(new: T | UnsetType, old: T) -> T:
    return old if new is UNSET else new  # pyright: ignore[reportReturnType]


def _kinds_after(before: Organisation, change: OrganisationChange) -> tuple[OrganisationKind, ...]:
    if change.kinds is UNSET:
        return before.kinds
    wanted: tuple[OrganisationKind, ...] = tuple(sorted(set(change.kinds)))
    if not set(before.kinds) <= set(wanted):
        raise KindsFixed
    return wanted


def _give_roles(deed: Deed, kinds: set[OrganisationKind]) -> None:
    """Whoever adds a kind manages it; the roles that they have stay."""
    found = deed.unit.organisations.membership(deed.organisation_id, deed.actor.user_id)
    if not kinds or found is None:
        return
    membership, _ = found
    added = tuple(MANAGING_ROLE[kind] for kind in sorted(kinds))
    roles = (*membership.roles, *added)
    deed.unit.organisations.update_membership(
        replace(membership, roles=roles, revision=membership.revision + 1), seen=membership.revision
    )
    deed.record("roles-changed", person=membership.user_id, before=",".join(membership.roles), after=",".join(roles),
                sites="all")  # fmt: skip


def _changed(before: Organisation, after: Organisation) -> list[str]:
    old, new = asdict(before), asdict(after)
    return [name for name in old if name != "revision" and old[name] != new[name]]
