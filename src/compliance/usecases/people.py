"""The people of an organisation and what they may do in it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from compliance.domain.actor import MANAGING_ROLE, ROLES_OF, OrganisationKind, Role
from compliance.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from compliance.store.organisations import Member, Membership
from compliance.usecases.deed import Deed
from compliance.usecases.revisions import check_revision

ROLES: tuple[Role, ...] = tuple(dict.fromkeys(role for roles in ROLES_OF.values() for role in roles))


class OwnerOnly(Forbidden):
    """Only somebody who manages this organisation may do this."""

    code = "owner-only"


class NoSuchPerson(NotFound):
    """There is nobody of that id in this organisation."""

    code = "no-such-person"


class LastOwner(Conflict):
    """Nobody would be left to manage this organisation: give somebody else that role first."""

    code = "last-owner"


class RolesInvalid(Invalid):
    """These roles cannot be given here."""

    code = "roles-invalid"


class ShownMember(Struct, frozen=True, kw_only=True):
    """Somebody in an organisation."""

    user_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    """The sites that a contributor is limited to; null for all."""
    revision: int
    joined_at: datetime


def check_owner(deed: Deed) -> None:
    """Refuse everybody who does not manage the organisation.

    Raises:
        OwnerOnly: that is so.
    """
    if not deed.actor.is_owner:
        raise OwnerOnly


def list_people(deed: Deed) -> list[ShownMember]:
    """Everybody in the organisation, by the day they joined. For all its members: they work together."""
    return [_shown(each) for each in deed.unit.organisations.members(deed.organisation_id)]


def read_person(deed: Deed, user_id: str) -> ShownMember:
    """Somebody in the organisation.

    Raises:
        NoSuchPerson: nobody of that id is in it.
    """
    return _shown(_member(deed, user_id))


def change_roles(
    deed: Deed, user_id: str, *, roles: tuple[Role, ...], site_ids: tuple[str, ...] | None, seen: int
) -> ShownMember:
    """Give somebody other roles or sites in place of all they had.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchPerson: nobody of that id is in it.
        StaleRevision: somebody else changed them meanwhile.
        RolesInvalid: see `check_roles`.
        LastOwner: nobody would be left to manage it.
    """
    check_owner(deed)
    deed.unit.organisations.lock(deed.organisation_id)
    member = _member(deed, user_id)
    check_revision(seen, member.revision, current=_shown(member))
    roles, site_ids = check_roles(deed, roles, site_ids)
    _check_owners(deed, user_id, roles)

    changed = replace(member, roles=roles, site_ids=site_ids, revision=member.revision + 1)

    deed.unit.organisations.update_membership(
        Membership(organisation_id=deed.organisation_id, user_id=user_id, roles=roles, site_ids=site_ids,
                   revision=changed.revision, created_at=member.created_at), seen=seen,
    )  # fmt: skip
    deed.record("roles-changed", person=user_id, before=",".join(member.roles), after=",".join(roles),
                sites="all" if site_ids is None else len(site_ids))  # fmt: skip
    return _shown(changed)


def remove_person(deed: Deed, user_id: str) -> None:
    """Take somebody out of the organisation, or leave it. What they wrote and attested stays.

    Raises:
        OwnerOnly: it is somebody else, and the actor does not manage the organisation.
        NoSuchPerson: nobody of that id is in it.
        LastOwner: nobody would be left to manage it.
    """
    leaves = user_id == deed.actor.user_id
    if not leaves:
        check_owner(deed)
    deed.unit.organisations.lock(deed.organisation_id)
    _member(deed, user_id)
    _check_owners(deed, user_id, ())

    deed.unit.organisations.remove_membership(deed.organisation_id, user_id)
    deed.record("person-left" if leaves else "person-removed", person=user_id)


def check_roles(
    deed: Deed, roles: tuple[Role, ...], site_ids: tuple[str, ...] | None
) -> tuple[tuple[Role, ...], tuple[str, ...] | None]:
    """Roles and sites as they are stored: each once, roles in the order of the documentation.

    Raises:
        RolesInvalid: none, some that the organisation's kinds do not have, or sites that are not there or that limit
            somebody who is more than a contributor; all that is wrong.
    """
    allowed = {role for kind in deed.actor.kinds for role in ROLES_OF[kind]}
    problems = [Problem("role-unknown-here", f"roles[{index}]", {"given": role})
                for index, role in enumerate(roles) if role not in allowed]  # fmt: skip
    if not roles:
        problems.append(Problem("roles-missing", "roles"))
    if site_ids is not None:
        if set(roles) != {"contributor"}:
            problems.append(Problem("sites-limit-contributors", "site_ids"))
        problems += [Problem("site-not-here", f"site_ids[{index}]", {"id": site_id})
                     for index, site_id in enumerate(site_ids)
                     if deed.unit.organisations.find_site(deed.organisation_id, site_id) is None]  # fmt: skip
    if problems:
        raise RolesInvalid(problems)
    sites = None if site_ids is None else tuple(dict.fromkeys(site_ids))
    return tuple(role for role in ROLES if role in roles), sites


def lacks_owner(kinds: Iterable[OrganisationKind], roles: Iterable[tuple[Role, ...]]) -> bool:
    """Whether people with these roles leave some kind of the organisation without anybody who manages it."""
    held = {role for each in roles for role in each}
    return any(MANAGING_ROLE[kind] not in held for kind in kinds)


def _check_owners(deed: Deed, user_id: str, roles: tuple[Role, ...]) -> None:
    others = [each.roles for each in deed.unit.organisations.members(deed.organisation_id) if each.user_id != user_id]
    if lacks_owner(deed.actor.kinds, [*others, roles]):
        raise LastOwner


def _member(deed: Deed, user_id: str) -> Member:
    found = next((each for each in deed.unit.organisations.members(deed.organisation_id) if each.user_id == user_id),
                 None)  # fmt: skip
    if found is None:
        raise NoSuchPerson
    return found


def _shown(member: Member) -> ShownMember:
    return ShownMember(
        user_id=member.user_id, name=member.name, email=member.email, roles=member.roles, site_ids=member.site_ids,
        revision=member.revision, joined_at=member.created_at,
    )  # fmt: skip
