"""Who belongs to an organisation, and invitations into it."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.accounts import LinkToken
from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Id, Language, MailAddress, Paged
from compliance.domain.actor import Role
from compliance.usecases.credentials import SessionOnly
from compliance.usecases.deed import Deed
from compliance.usecases.invitations import (
    AlreadyMember,
    InvitationJustSent,
    InvitationOver,
    InvitationPage,
    NoSuchInvitation,
    OtherAddress,
    ShownInvitation,
    TooManyInvitations,
    accept_invitation,
    invite_person,
    list_invitations,
    revoke_invitation,
    send_again,
)
from compliance.usecases.organisations import MyOrganisation
from compliance.usecases.pages import CursorWrong
from compliance.usecases.people import (
    LastOwner,
    NoSuchPerson,
    OwnerOnly,
    RolesInvalid,
    ShownMember,
    change_roles,
    list_people,
    read_person,
    remove_person,
)
from compliance.usecases.revisions import StaleRevision

PEOPLE = "/organisations/{organisation_id}/people"
INVITATIONS = "/organisations/{organisation_id}/invitations"
Roles = Annotated[tuple[Role, ...], Meta(min_length=1, max_length=9)]
SiteIds = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=1000)]


class RolesGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody may do, in place of all they might before."""

    roles: Roles
    site_ids: SiteIds | None = None
    """The sites that a contributor is limited to; left out for all."""


class NewInvitation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite."""

    email: MailAddress
    roles: Roles
    site_ids: SiteIds | None = None
    """The sites that a contributor is limited to; left out for all."""
    language: Language | None = None
    """Of the mail, for somebody without an account; the organisation's where it is left out."""


@endpoint("GET", PEOPLE, gives=list[ShownMember], tags=("people",))
def list_some_people(deed: Deed, call: Call[Any]) -> Reply:
    """List who belongs to the organisation, in which roles."""
    del call
    return Reply(body=list_people(deed))


@endpoint("GET", PEOPLE + "/{user_id}", gives=ShownMember, tags=("people",), refuses=(NoSuchPerson,))
def read_one_person(deed: Deed, call: Call[Any]) -> Reply:
    """Read what somebody may do in the organisation."""
    found = read_person(deed, call["user_id"])
    return Reply(body=found, revision=found.revision)


@endpoint("PUT", PEOPLE + "/{user_id}/roles", takes=RolesGiven, gives=ShownMember, conditional=True, tags=("people",),
          refuses=(OwnerOnly, NoSuchPerson, StaleRevision, RolesInvalid, LastOwner))  # fmt: skip
def edit_roles(deed: Deed, call: Call[RolesGiven]) -> Reply:
    """Give somebody other roles or sites."""
    changed = change_roles(deed, call["user_id"], roles=call.body.roles, site_ids=call.body.site_ids,
                           seen=call.revision)  # fmt: skip
    return Reply(body=changed, revision=changed.revision)


@endpoint("DELETE", PEOPLE + "/{user_id}", tags=("people",), refuses=(OwnerOnly, NoSuchPerson, LastOwner))
def remove_one_person(deed: Deed, call: Call[Any]) -> Reply:
    """Take somebody out of the organisation, or leave it yourself."""
    remove_person(deed, call["user_id"])
    return Reply()


@endpoint("POST", INVITATIONS, takes=NewInvitation, gives=ShownInvitation, status=201, tags=("invitations",),
          refuses=(OwnerOnly, RolesInvalid, AlreadyMember, TooManyInvitations))  # fmt: skip
def invite(deed: Deed, call: Call[NewInvitation]) -> Reply:
    """Invite somebody by mail; the link is valid for 14 days."""
    wish = call.body
    return Reply(body=invite_person(deed, email=wish.email, roles=wish.roles, site_ids=wish.site_ids,
                                    language=wish.language))  # fmt: skip


@endpoint("GET", INVITATIONS, gives=InvitationPage, query=Paged, tags=("invitations",),
          refuses=(OwnerOnly, CursorWrong))  # fmt: skip
def list_some_invitations(deed: Deed, call: Call[Any]) -> Reply:
    """List the invitations, newest first, with what became of each."""
    return Reply(body=list_invitations(deed, cursor=call.query.cursor, limit=call.query.limit))


@endpoint("DELETE", INVITATIONS + "/{invitation_id}", tags=("invitations",),
          refuses=(OwnerOnly, NoSuchInvitation, InvitationOver))  # fmt: skip
def revoke(deed: Deed, call: Call[Any]) -> Reply:
    """Revoke an invitation; it stays in the list."""
    revoke_invitation(deed, call["invitation_id"])
    return Reply()


@endpoint("POST", INVITATIONS + "/{invitation_id}/sending", gives=ShownInvitation, tags=("invitations",),
          refuses=(OwnerOnly, NoSuchInvitation, InvitationOver, InvitationJustSent))  # fmt: skip
def invite_again(deed: Deed, call: Call[Any]) -> Reply:
    """Mail a new link, valid for 14 days; the earlier one no longer works."""
    return Reply(body=send_again(deed, call["invitation_id"]))


@endpoint("POST", "/invitations/accept", access="person", takes=LinkToken, gives=MyOrganisation,
          tags=("invitations",),
          refuses=(SessionOnly, NoSuchInvitation, InvitationOver, OtherAddress, AlreadyMember))  # fmt: skip
def accept(deed: Deed, call: Call[LinkToken]) -> Reply:
    """Join an organisation with the link that was mailed to you."""
    return Reply(body=accept_invitation(deed, token=call.body.token))


ENDPOINTS = (
    list_some_people, read_one_person, edit_roles, remove_one_person, invite, list_some_invitations, revoke,
    invite_again, accept,
)  # fmt: skip
