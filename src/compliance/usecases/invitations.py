"""Invitations: somebody is asked to join an organisation, and whoever asked sees what became of it."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from compliance.domain.actor import Role
from compliance.errors import Conflict, Forbidden, NotFound, Problem
from compliance.store.invitations import Invitation
from compliance.store.organisations import Membership, Organisation
from compliance.usecases.credentials import check_session, hashed
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import MyOrganisation, shown
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.people import ROLES, check_owner, check_roles
from compliance.usecases.sealing import new_secret
from compliance.usecases.tries import email_key

VALID_DAYS = 14
SEND_AGAIN_AFTER = timedelta(minutes=10)
MOST_OPEN = 100
InvitationState = Literal["sent", "accepted", "expired", "revoked"]


class NoSuchInvitation(NotFound):
    """There is no such invitation, or another one took its place."""

    code = "no-such-invitation"


class InvitationOver(Conflict):
    """This invitation is no longer open."""

    code = "invitation-over"


class AlreadyMember(Conflict):
    """This person belongs to the organisation already."""

    code = "already-member"


class InvitationJustSent(Conflict):
    """This invitation was mailed a moment ago: wait ten minutes, then send it again."""

    code = "invitation-just-sent"


class OtherAddress(Forbidden):
    """The invitation went to another mail address: log in with that one, or ask for an invitation to yours."""

    code = "other-address"


class TooManyInvitations(Conflict):
    """A hundred invitations wait for an answer: revoke some first."""

    code = "too-many-invitations"


class ShownInvitation(Struct, frozen=True, kw_only=True):
    """An invitation, as whoever manages the organisation sees it."""

    id: str
    email: str
    roles: tuple[Role, ...]
    site_ids: tuple[str, ...] | None
    state: InvitationState
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by: str | None
    revoked_at: datetime | None


class ReadInvitation(Struct, frozen=True, kw_only=True):
    """An invitation, as whoever holds its link sees it."""

    organisation_id: str
    organisation: str
    """Its name."""
    inviter: str
    """Who asked; empty where that account is closed."""
    email: str
    roles: tuple[Role, ...]
    state: InvitationState
    expires_at: datetime


class InvitationPage(Struct, frozen=True, kw_only=True):
    """Some invitations, newest first."""

    items: tuple[ShownInvitation, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


def invite_person(
    deed: Deed, *, email: str, roles: tuple[Role, ...], site_ids: tuple[str, ...] | None, language: str | None
) -> ShownInvitation:
    """Mail somebody a link with which they join, valid for 14 days.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        RolesInvalid: see `check_roles`.
        AlreadyMember: they belong to it.
        TooManyInvitations: a hundred are open.
    """
    check_owner(deed)
    roles, site_ids = check_roles(deed, roles, site_ids)
    deed.unit.organisations.lock(deed.organisation_id)
    key = email_key(email)
    if any(email_key(each.email) == key for each in deed.unit.organisations.members(deed.organisation_id)):
        raise AlreadyMember
    if deed.unit.invitations.count_open(deed.organisation_id, now=deed.now) >= MOST_OPEN:
        raise TooManyInvitations
    organisation = deed.unit.organisations.find(deed.organisation_id)
    assert organisation is not None

    invitation = send_invitation(deed, organisation, email=email, roles=roles, site_ids=site_ids, language=language)
    return _shown(invitation, deed.now)


def send_invitation(
    deed: Deed, organisation: Organisation, *, email: str, roles: tuple[Role, ...],
    site_ids: tuple[str, ...] | None = None, language: str | None = None,
) -> Invitation:  # fmt: skip
    """Store an invitation and queue its mail. Whether it may be sent was decided before."""
    token = new_secret(deed.chance)
    invitation = Invitation(
        organisation_id=organisation.id, id=deed.new_id(), email=email.strip(), roles=roles, site_ids=site_ids,
        token_hash=hashed(token), invited_by=deed.someone.user_id, created_at=deed.now,
        expires_at=deed.now + timedelta(days=VALID_DAYS),
    )  # fmt: skip
    deed.unit.invitations.add(invitation)
    deed.record("invitation-sent", of=organisation.id, invitation=invitation.id, roles=",".join(roles))
    _mail(deed, invitation, organisation, token, language=language)
    return invitation


def list_invitations(deed: Deed, *, cursor: str | None, limit: int) -> InvitationPage:
    """Every invitation of the organisation, with what became of it.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        CursorWrong: see `read_id_cursor`.
    """
    check_owner(deed)
    before = read_id_cursor(cursor)
    found = deed.unit.invitations.of_organisation(deed.organisation_id, before=before, limit=limit + 1)
    page = found[:limit]
    return InvitationPage(
        items=tuple(_shown(each, deed.now) for each in page),
        next=write_cursor(page[-1].id) if len(found) > limit else None,
    )


def revoke_invitation(deed: Deed, invitation_id: str) -> None:
    """Its link no longer works; it stays in the list.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchInvitation: there is none of that id.
        InvitationOver: it was accepted or revoked already.
    """
    check_owner(deed)
    _settled(deed, invitation_id, but=("sent", "expired"))

    deed.unit.invitations.change(deed.organisation_id, invitation_id, revoked_at=deed.now)
    deed.record("invitation-revoked", invitation=invitation_id)


def send_again(deed: Deed, invitation_id: str) -> ShownInvitation:
    """Mail a new link, valid for 14 days; the earlier one no longer works.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        NoSuchInvitation: there is none of that id.
        InvitationOver: it was accepted or revoked.
        InvitationJustSent: so that nobody's mailbox is filled with ours.
    """
    check_owner(deed)
    _settled(deed, invitation_id, but=("sent", "expired"))
    sent_at = _find(deed, invitation_id).expires_at - timedelta(days=VALID_DAYS)
    if deed.now < sent_at + SEND_AGAIN_AFTER:
        raise InvitationJustSent
    token = new_secret(deed.chance)
    organisation = deed.unit.organisations.find(deed.organisation_id)
    assert organisation is not None

    deed.unit.invitations.change(deed.organisation_id, invitation_id, token_hash=hashed(token),
                                 expires_at=deed.now + timedelta(days=VALID_DAYS))  # fmt: skip
    deed.record("invitation-sent-again", invitation=invitation_id)
    invitation = _find(deed, invitation_id)
    _mail(deed, invitation, organisation, token, language=None)
    return _shown(invitation, deed.now)


def read_invitation(deed: Deed, *, token: str) -> ReadInvitation:
    """What a link invites to. Whoever holds the link may see it, logged in or not.

    Raises:
        NoSuchInvitation: the link is none of ours, or a newer one took its place.
    """
    invitation = deed.unit.invitations.find_to_show(hashed(token))
    organisation = invitation and deed.unit.organisations.find(invitation.organisation_id)
    if invitation is None or organisation is None:
        raise NoSuchInvitation
    inviter = deed.unit.people.find(invitation.invited_by)

    return ReadInvitation(
        organisation_id=organisation.id, organisation=organisation.name,
        inviter=inviter.name if inviter is not None and inviter.disabled_at is None else "",
        email=invitation.email, roles=invitation.roles, state=_state(invitation, deed.now),
        expires_at=invitation.expires_at,
    )  # fmt: skip


def accept_invitation(deed: Deed, *, token: str) -> MyOrganisation:
    """Join. Who has the link and the address it was mailed to has proven the address, too.

    Raises:
        SessionOnly: a personal token was shown.
        NoSuchInvitation: the link is none of ours.
        InvitationOver: accepted, expired or revoked; the problem says which.
        OtherAddress: it was mailed to another address.
        AlreadyMember: one belongs to the organisation.
    """
    check_session(deed.unit, deed.someone)
    invitation = deed.unit.invitations.find_by_token(hashed(token))
    if invitation is None:
        raise NoSuchInvitation
    if email_key(invitation.email) != email_key(deed.someone.email):
        raise OtherAddress
    state = _state(invitation, deed.now)
    if state != "sent":
        raise InvitationOver([Problem("invitation-state", "token", {"state": state})])
    if deed.unit.organisations.membership(invitation.organisation_id, deed.someone.user_id) is not None:
        raise AlreadyMember
    organisation = deed.unit.organisations.find(invitation.organisation_id)
    assert organisation is not None

    deed.unit.organisations.put_membership(
        Membership(organisation_id=organisation.id, user_id=deed.someone.user_id, roles=invitation.roles,
                   site_ids=invitation.site_ids, revision=1, created_at=deed.now)
    )  # fmt: skip
    deed.unit.invitations.change(organisation.id, invitation.id, accepted_at=deed.now,
                                 accepted_by=deed.someone.user_id)  # fmt: skip
    if not deed.someone.email_is_verified:
        deed.unit.people.change(deed.someone.user_id, email_verified_at=deed.now)
    deed.record("invitation-accepted", of=organisation.id, invitation=invitation.id, person=deed.someone.user_id,
                roles=",".join(invitation.roles))  # fmt: skip
    return MyOrganisation(organisation=shown(organisation), roles=invitation.roles, site_ids=invitation.site_ids)


def _settled(deed: Deed, invitation_id: str, *, but: tuple[InvitationState, ...]) -> None:
    state = _state(_find(deed, invitation_id), deed.now)
    if state not in but:
        raise InvitationOver([Problem("invitation-state", "", {"state": state})])


def _find(deed: Deed, invitation_id: str) -> Invitation:
    invitation = deed.unit.invitations.find(deed.organisation_id, invitation_id)
    if invitation is None:
        raise NoSuchInvitation
    return invitation


def _mail(deed: Deed, invitation: Invitation, organisation: Organisation, token: str, *, language: str | None) -> None:
    """In the language of the person where they have an account, else in the one named, else in the organisation's."""
    user = deed.unit.people.find_by_email(email_key(invitation.email))
    role = next(role for role in ROLES if role in invitation.roles)
    deed.tell(
        invitation.email, "invitation", language=user.language if user else language or organisation.language,
        organisation=organisation.name, inviter=deed.someone.name, role=role,
        expires_on=invitation.expires_at.date().isoformat(),
        link=f"{deed.means.terms.base_url}/invitations/{token}",
    )  # fmt: skip


def _state(invitation: Invitation, now: datetime) -> InvitationState:
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "sent" if invitation.expires_at > now else "expired"


def _shown(invitation: Invitation, now: datetime) -> ShownInvitation:
    return ShownInvitation(
        id=invitation.id, email=invitation.email, roles=invitation.roles, site_ids=invitation.site_ids,
        state=_state(invitation, now), invited_by=invitation.invited_by, created_at=invitation.created_at,
        expires_at=invitation.expires_at, accepted_at=invitation.accepted_at, accepted_by=invitation.accepted_by,
        revoked_at=invitation.revoked_at,
    )  # fmt: skip
