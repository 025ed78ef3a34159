"""Sessions: log in, see where one is logged in, log out."""

import base64
from datetime import datetime, timedelta

from msgspec import Struct

from compliance.errors import Forbidden, NotFound
from compliance.store.people import User
from compliance.store.sessions import Session
from compliance.usecases.credentials import SESSION_PREFIX, check_session, hashed
from compliance.usecases.deed import Deed
from compliance.usecases.sealing import KeyLost, new_secret, seal, unseal
from compliance.usecases.second_factor import check_second_factor
from compliance.usecases.tries import count_client, count_sign_in, email_key, forget_sign_ins

NOTE_GOOD_FOR = timedelta(minutes=5)
_NOTE = "log-in: the password was right"


class SignInWrong(Forbidden):
    """This mail address and this password do not belong together."""

    code = "sign-in-wrong"


class SignInOver(Forbidden):
    """That took too long: log in again."""

    code = "sign-in-over"


class NoSuchSession(NotFound):
    """You have no such session."""

    code = "no-such-session"


class ShownSession(Struct, frozen=True, kw_only=True):
    """Where somebody is logged in."""

    id: str
    device: str
    """As the device named itself; empty where it did not."""
    created_at: datetime
    last_seen_at: datetime
    """Within five minutes."""
    expires_at: datetime
    """At the latest; earlier where nothing is asked for a while."""
    is_current: bool


class SignedIn(Struct, frozen=True, kw_only=True):
    """A new session."""

    token: str
    """`cs_…`; shown this once."""
    session: ShownSession


def sign_in(deed: Deed, *, email: str, password: str, code: str | None, device: str) -> SignedIn:
    """Begin a session with a new token; a session that was shown along ends. The try was counted already.

    Takes as long for an address that nobody has.

    Raises:
        SignInWrong: no such address, another password, or an account that was closed.
        SecondFactorNeeded, SecondFactorWrong: see `check_second_factor`.
    """
    user = deed.unit.people.find_by_email(email_key(email))

    matches = deed.means.passwords.matches(user.password_hash if user else None, password)
    if user is None or user.password_hash is None or not matches or user.disabled_at is not None:
        raise SignInWrong
    used_second_factor = check_second_factor(deed, user, code)

    if deed.means.passwords.is_outdated(user.password_hash):
        deed.unit.people.change(user.id, password_hash=deed.means.passwords.hash(password))
    if deed.person is not None:
        deed.unit.sessions.end(deed.person.user_id, deed.person.credential_id)
    forget_sign_ins(deed, user.email_key)
    return open_session(deed, user, device=device, second_factor_at=deed.now if used_second_factor else None)


def note_password(deed: Deed, *, email: str) -> str:
    """A note that somebody's password was right, for the page that asks for their code; good for five minutes.

    Only for whom `sign_in` has asked for a second proof. Another password makes it worthless.
    """
    user = deed.unit.people.find_by_email(email_key(email))
    assert user is not None
    until = int((deed.now + NOTE_GOOD_FOR).timestamp())
    plain = f"{user.id} {until} {hashed(user.password_hash or '').hex()}".encode()
    return base64.urlsafe_b64encode(seal(deed.means.secret_key, plain, of=_NOTE, chance=deed.chance)).decode()


def count_note(deed: Deed, note: str) -> None:
    """Count a try of a code against the person whom the note is about, whatever else is sent along."""
    user = _noted(deed, note)
    if user is None:
        count_client(deed)
    else:
        count_sign_in(deed, user.email)


def finish_sign_in(deed: Deed, *, note: str, code: str, device: str) -> SignedIn:
    """Begin a session for somebody whose password was right, with their code. The try was counted already.

    Raises:
        SignInOver: the note is none of ours, too old, or the password was changed.
        SecondFactorWrong: see `check_second_factor`.
    """
    user = _noted(deed, note)
    if user is None:
        raise SignInOver
    used_second_factor = check_second_factor(deed, user, code)

    if deed.person is not None:
        deed.unit.sessions.end(deed.person.user_id, deed.person.credential_id)
    forget_sign_ins(deed, user.email_key)
    return open_session(deed, user, device=device, second_factor_at=deed.now if used_second_factor else None)


def _noted(deed: Deed, note: str) -> User | None:
    try:
        plain = unseal(deed.means.secret_key, base64.urlsafe_b64decode(note.encode()), of=_NOTE)
    except (KeyLost, ValueError):
        return None
    user_id, until, password = plain.decode().split()
    user = deed.unit.people.find(user_id)
    if user is None or user.disabled_at is not None or int(until) <= deed.now.timestamp():
        return None
    return user if hashed(user.password_hash or "").hex() == password else None


def open_session(deed: Deed, user: User, *, device: str, second_factor_at: datetime | None) -> SignedIn:
    """A session for somebody who proved who they are."""
    token = SESSION_PREFIX + new_secret(deed.chance)
    session = Session(
        token_hash=hashed(token), id=deed.new_id(), user_id=user.id, device=device.strip(), created_at=deed.now,
        last_seen_at=deed.now, expires_at=deed.now + deed.means.terms.session_longest,
        second_factor_at=second_factor_at,
    )  # fmt: skip
    deed.unit.sessions.add(session)
    return SignedIn(token=token, session=_shown(session, current_id=session.id))


def language_of(deed: Deed, opened: SignedIn) -> str:
    """The language that the person who was just let in reads."""
    visitor = deed.unit.sessions.visitor(hashed(opened.token))
    assert visitor is not None
    return visitor.language


def list_sessions(deed: Deed) -> list[ShownSession]:
    """One's own sessions that are still good, newest first."""
    idle = deed.now - deed.means.terms.session_idle
    found = deed.unit.sessions.of_person(deed.someone.user_id, now=deed.now)
    return [_shown(each, current_id=deed.someone.credential_id) for each in found if each.last_seen_at > idle]


def end_session(deed: Deed, session_id: str) -> None:
    """Log out there.

    Raises:
        SessionOnly: a token was shown.
        NoSuchSession: one has none of that id.
    """
    check_session(deed.unit, deed.someone)
    if not deed.unit.sessions.end(deed.someone.user_id, session_id):
        raise NoSuchSession


def end_this_session(deed: Deed) -> None:
    """Log out here.

    Raises:
        SessionOnly: a token was shown.
    """
    check_session(deed.unit, deed.someone)
    deed.unit.sessions.end(deed.someone.user_id, deed.someone.credential_id)


def end_other_sessions(deed: Deed) -> None:
    """Log out everywhere else.

    Raises:
        SessionOnly: a token was shown.
    """
    check_session(deed.unit, deed.someone)
    deed.unit.sessions.end_all(deed.someone.user_id, but=deed.someone.credential_id)


def _shown(session: Session, *, current_id: str) -> ShownSession:
    return ShownSession(
        id=session.id, device=session.device, created_at=session.created_at, last_seen_at=session.last_seen_at,
        expires_at=session.expires_at, is_current=session.id == current_id,
    )  # fmt: skip
