"""A person's own account: what it says, its password, its end."""

from msgspec import Struct

from compliance.domain.actor import Role
from compliance.errors import Conflict, Problem
from compliance.store.directory import CLOSED
from compliance.store.people import User
from compliance.usecases.credentials import check_session
from compliance.usecases.deed import Deed
from compliance.usecases.passwords import check_password
from compliance.usecases.people import lacks_owner
from compliance.usecases.registering import check_strength, tell_password_changed
from compliance.usecases.signing_in import SignedIn, open_session


class SoleOwner(Conflict):
    """Nobody else manages some of your organisations: hand them over first."""

    code = "sole-owner"


class ShownPerson(Struct, frozen=True, kw_only=True):
    """A person, as they see themselves."""

    id: str
    email: str
    email_is_verified: bool
    name: str
    language: str
    has_second_factor: bool
    """Whether log-in asks for one."""


def show_me(deed: Deed) -> ShownPerson:
    """Who is signed in."""
    return _shown(_me(deed))


def change_me(deed: Deed, *, name: str | None, language: str | None) -> ShownPerson:
    """Change what is given.

    Raises:
        SessionOnly: a token was shown; name and language are the person's, in every organisation.
    """
    check_session(deed.unit, deed.someone)
    user = _me(deed)

    deed.unit.people.change(user.id, name=user.name if name is None else name.strip(),
                            language=user.language if language is None else language)  # fmt: skip
    return _shown(_me(deed))


def change_password(deed: Deed, *, current: str, new: str) -> SignedIn:
    """Another password. Ends every session, this one too, and begins a new one.

    Raises:
        SessionOnly: a token was shown.
        PasswordWrong: the current one is another.
        PasswordWeak: the new one is refused.
    """
    check_session(deed.unit, deed.someone)
    user = check_password(deed, current)
    check_strength(new, user.email)

    before = [each for each in deed.unit.sessions.of_person(user.id, now=deed.now)
              if each.id == deed.someone.credential_id]  # fmt: skip
    device, second_factor_at = (before[0].device, before[0].second_factor_at) if before else ("", None)

    deed.unit.people.change(user.id, password_hash=deed.means.passwords.hash(new))
    deed.unit.sessions.end_all(user.id)
    tell_password_changed(deed, user)
    return open_session(deed, user, device=device, second_factor_at=second_factor_at)


def close_account(deed: Deed, *, password: str) -> None:
    """End an account for good: sessions, tokens, memberships and the mail address go.

    The name stays with what the person attested or wrote: an attestation without a name would prove nothing.

    Raises:
        SessionOnly, PasswordWrong: one must be there oneself.
        SoleOwner: some organisation would be left without anybody who manages it; all of them.
    """
    check_session(deed.unit, deed.someone)
    user = check_password(deed, password)
    mine = deed.unit.organisations.of_person(user.id)
    for organisation, _ in mine:
        deed.unit.organisations.lock(organisation.id)
    alone = [organisation for organisation, _ in mine
             if lacks_owner(organisation.kinds, _others(deed, organisation.id, user.id))]  # fmt: skip
    if alone:
        raise SoleOwner([Problem("sole-owner-of", each.id, {"organisation": each.name}) for each in alone])

    for organisation, _ in mine:
        deed.unit.organisations.remove_membership(organisation.id, user.id)
        deed.record("person-left", of=organisation.id, person=user.id)
    deed.unit.sessions.end_all(user.id)
    deed.unit.people.revoke_tokens(user.id, at=deed.now)
    deed.unit.people.put_recovery_codes(user.id, [])
    gone = f"{user.id}{CLOSED}"
    deed.unit.people.change(user.id, email=gone, email_key=gone, email_verified_at=None, password_hash=None,
                            totp_secret=None, totp_confirmed_at=None, disabled_at=deed.now)  # fmt: skip


def _others(deed: Deed, organisation_id: str, user_id: str) -> list[tuple[Role, ...]]:
    return [each.roles for each in deed.unit.organisations.members(organisation_id) if each.user_id != user_id]


def _me(deed: Deed) -> User:
    user = deed.unit.people.find(deed.someone.user_id)
    assert user is not None
    return user


def _shown(user: User) -> ShownPerson:
    return ShownPerson(
        id=user.id, email=user.email, email_is_verified=user.email_verified_at is not None, name=user.name,
        language=user.language, has_second_factor=user.totp_confirmed_at is not None,
    )  # fmt: skip
