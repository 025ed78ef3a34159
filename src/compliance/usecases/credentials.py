"""Who is it? From what a visitor shows to a person, and to an actor for one organisation."""

import hashlib
from datetime import datetime, timedelta

from compliance.domain.actor import Actor, Person
from compliance.errors import Forbidden, NotFound
from compliance.store.unit import Unit
from compliance.usecases.means import Terms

SESSION_PREFIX = "cs_"
TOKEN_PREFIX = "ct_"  # noqa: S105  # what a token begins with is no secret
TOUCH_AFTER = timedelta(minutes=5)


class NotSignedIn(Forbidden):
    """Sign in first: no valid session or token was shown."""

    code = "not-signed-in"


class ReadOnlyToken(Forbidden):
    """This token may only read."""

    code = "read-only-token"


class NoSuchOrganisation(NotFound):
    """There is no such organisation here, or it is not yours."""

    code = "no-such-organisation"


class OperatorOnly(Forbidden):
    """Only the operator of the service may do this."""

    code = "operator-only"


class SessionOnly(Forbidden):
    """A token may not do this: log in and do it yourself."""

    code = "session-only"


def hashed(secret: str) -> bytes:
    """What is stored of a secret of 256 bits: its SHA-256; guessing is hopeless, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def person_of(unit: Unit, credential: str, terms: Terms, *, now: datetime, writes: bool) -> Person:
    """The person who shows a session or a personal token.

    Raises:
        NotSignedIn: unknown, run out, revoked, or of a person who was shut out.
    """
    if credential.startswith(SESSION_PREFIX):
        return _by_session(unit, credential, terms, now=now, writes=writes)
    if credential.startswith(TOKEN_PREFIX):
        return _by_token(unit, credential, now=now, writes=writes)
    raise NotSignedIn


def _by_session(unit: Unit, credential: str, terms: Terms, *, now: datetime, writes: bool) -> Person:
    visitor = unit.sessions.visitor(hashed(credential))
    if visitor is None or visitor.disabled_at is not None:
        raise NotSignedIn
    session = visitor.session
    # Both ways: one that a clock which ran ahead gave out, or saw, would otherwise last until that day really comes.
    if session.expires_at <= now or abs(now - session.last_seen_at) >= terms.session_idle:
        raise NotSignedIn
    is_due = session.last_seen_at + TOUCH_AFTER <= now
    if writes and is_due:
        unit.sessions.touch(session.token_hash, at=now)
    return Person(
        user_id=session.user_id, name=visitor.name, email=visitor.email, language=visitor.language,
        email_is_verified=visitor.email_verified_at is not None, credential_id=session.id,
        has_second_factor=session.second_factor_at is not None, use_is_unnoted=is_due and not writes,
    )  # fmt: skip


def _by_token(unit: Unit, credential: str, *, now: datetime, writes: bool) -> Person:
    token_id, _, secret = credential.removeprefix(TOKEN_PREFIX).partition("_")
    token = unit.people.find_token(with_hyphens(token_id)) if is_hexadecimal_id(token_id) else None
    if token is None or token.secret_hash != hashed(secret) or token.revoked_at is not None:
        raise NotSignedIn
    if token.expires_at is not None and token.expires_at <= now:
        raise NotSignedIn
    user = unit.people.find(token.user_id)
    if user is None or user.disabled_at is not None:
        raise NotSignedIn
    if writes and "write" not in token.scopes:
        raise ReadOnlyToken
    if writes and token.last_used_on != now.date():
        unit.people.change_token(token.id, last_used_on=now.date())
    return Person(
        user_id=user.id, name=user.name, email=user.email, language=user.language,
        email_is_verified=user.email_verified_at is not None, scopes=frozenset(token.scopes),
        credential_id=token.id, has_second_factor=token.second_factor_at is not None,
        only_organisation_id=token.organisation_id,
    )  # fmt: skip


def check_session(unit: Unit, person: Person) -> None:
    """Refuse what only a person in front of a screen may do: about passwords, tokens, sessions, belonging.

    Raises:
        SessionOnly: a personal token was shown.
    """
    if unit.people.find_token(person.credential_id) is not None:
        raise SessionOnly


def is_hexadecimal_id(text: str) -> bool:
    """Whether a text is an id without hyphens."""
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)


def with_hyphens(text: str) -> str:
    """An id in its usual spelling."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def actor_for(unit: Unit, person: Person, organisation_id: str) -> Actor:
    """A person, acting for an organisation that they belong to.

    Raises:
        NoSuchOrganisation: there is none of that id, or the person does not belong to it; nobody is told which.
    """
    if person.only_organisation_id not in (None, organisation_id):
        raise NoSuchOrganisation
    found = unit.organisations.membership(organisation_id, person.user_id)
    if found is None:
        raise NoSuchOrganisation
    membership, kinds = found
    return Actor(
        person=person,
        organisation_id=organisation_id,
        kinds=frozenset(kinds),
        roles=frozenset(membership.roles),
        site_ids=None if membership.site_ids is None else frozenset(membership.site_ids),
    )


def operator_for(unit: Unit, person: Person) -> Actor:
    """A person, acting for the operator of the service.

    Raises:
        OperatorOnly: the person is no administrator of it.
    """
    for organisation, membership in unit.organisations.of_person(person.user_id):
        actor = Actor(person=person, organisation_id=organisation.id, kinds=frozenset(organisation.kinds),
                      roles=frozenset(membership.roles))  # fmt: skip
        if actor.holds_admin() and person.only_organisation_id in (None, organisation.id):
            return actor
    raise OperatorOnly
