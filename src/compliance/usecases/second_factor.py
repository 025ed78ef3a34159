"""A second proof at log-in: a code that an app on the phone shows, or one of ten recovery codes."""

import base64
import hmac

from msgspec import Struct
from pyotp.totp import TOTP

from compliance.errors import Conflict, Forbidden
from compliance.store.people import User
from compliance.usecases.credentials import check_session, hashed
from compliance.usecases.deed import Deed
from compliance.usecases.passwords import check_password
from compliance.usecases.sealing import KeyLost, seal, unseal

STEP_S = 30
CLOCKS_DIFFER_STEPS = 20
"""Ten minutes: further apart no two clocks of a service may be."""
RECOVERY_CODES = 10


class SecondFactorNeeded(Forbidden):
    """This account asks for a second proof: send the code that the app shows, or a recovery code."""

    code = "second-factor-needed"


class SecondFactorWrong(Forbidden):
    """This code is not valid, or was used already: wait for the next one."""

    code = "second-factor-wrong"


class SecondFactorThere(Conflict):
    """This account has a second factor already: take that away first."""

    code = "second-factor-there"


class SecondFactorMissing(Conflict):
    """There is no second factor: begin to set one up first."""

    code = "second-factor-missing"


class SecondFactorDue(Forbidden):
    """Your role asks for a second proof at log-in: set one up, or log in with it."""

    code = "second-factor-due"


class SecondFactorBegun(Struct, frozen=True, kw_only=True):
    """What an app needs to show codes; shown this once."""

    secret: str
    """In Base32, to be typed."""
    uri: str
    """The same as an `otpauth:` address, to be shown as a QR code."""


class RecoveryCodes(Struct, frozen=True, kw_only=True):
    """Ten codes that work once each where the phone is lost; shown this once."""

    codes: tuple[str, ...]


def begin_second_factor(deed: Deed, *, password: str) -> SecondFactorBegun:
    """Make a secret for the app; it counts once a code of it was confirmed.

    Raises:
        SessionOnly, PasswordWrong: one must be there oneself.
        SecondFactorThere: one is confirmed already.
    """
    check_session(deed.unit, deed.someone)
    user = check_password(deed, password)
    if user.totp_confirmed_at is not None:
        raise SecondFactorThere

    octets = deed.chance.octets(20)
    sealed = seal(deed.means.secret_key, octets, of=user.id, chance=deed.chance)

    deed.unit.people.change(user.id, totp_secret=sealed, totp_last_step=None)
    return _begun(deed, user, octets)


def find_begun(deed: Deed, *, secret: str) -> SecondFactorBegun | None:
    """What was begun, for a page that still holds its secret, so that a mistyped code does not begin it anew.

    None where this secret is not, or no longer, the one to be confirmed.
    """
    user = deed.unit.people.find(deed.someone.user_id)
    if user is None or user.totp_secret is None or user.totp_confirmed_at is not None:
        return None
    try:
        octets = unseal(deed.means.secret_key, user.totp_secret, of=user.id)
    except KeyLost:
        return None
    begun = _begun(deed, user, octets)
    return begun if hmac.compare_digest(begun.secret.encode(), secret.encode()) else None


def confirm_second_factor(deed: Deed, *, code: str) -> RecoveryCodes:
    """Show that the app has the secret; from now on log-in asks for its codes.

    Raises:
        SessionOnly: a token was shown.
        SecondFactorMissing: none was begun.
        SecondFactorThere: it is confirmed already.
        SecondFactorWrong: another code.
    """
    check_session(deed.unit, deed.someone)
    user = deed.unit.people.find(deed.someone.user_id)
    if user is None or user.totp_secret is None:
        raise SecondFactorMissing
    if user.totp_confirmed_at is not None:
        raise SecondFactorThere
    step = _matching_step(deed, user, code)
    if step is None:
        raise SecondFactorWrong

    codes = tuple(_recovery_code(deed) for _ in range(RECOVERY_CODES))

    deed.unit.people.change(user.id, totp_confirmed_at=deed.now, totp_last_step=step)
    deed.unit.people.put_recovery_codes(user.id, [_recovery_hash(user, each) for each in codes])
    deed.unit.sessions.put_second_factor(user.id, deed.someone.credential_id, at=deed.now)
    _record(deed, "second-factor-confirmed")
    return RecoveryCodes(codes=codes)


def remove_second_factor(deed: Deed, *, password: str) -> None:
    """Ask for no second proof any more.

    Raises:
        SessionOnly, PasswordWrong: one must be there oneself.
        SecondFactorMissing: there is none.
    """
    check_session(deed.unit, deed.someone)
    user = check_password(deed, password)
    if user.totp_secret is None:
        raise SecondFactorMissing

    deed.unit.people.change(user.id, totp_secret=None, totp_confirmed_at=None, totp_last_step=None)
    deed.unit.people.put_recovery_codes(user.id, [])
    deed.unit.sessions.forget_second_factors(user.id)
    _record(deed, "second-factor-removed")


def check_second_factor_due(deed: Deed) -> None:
    """Refuse whoever acts for a regulator or runs the service in a session that no code was shown for.

    In the demonstration nobody has a phone to show codes, and nothing there is anybody's.

    Raises:
        SecondFactorDue: that is so.
    """
    acting = deed.acting
    if acting is None or deed.means.terms.is_demo or acting.person.has_second_factor:
        return
    if acting.needs_second_factor:
        raise SecondFactorDue


def check_second_factor(deed: Deed, user: User, code: str | None) -> bool:
    """Use up a code where the account asks for one; whether it did.

    Raises:
        SecondFactorNeeded: none was given.
        SecondFactorWrong: another code, or one that was used already.
    """
    if user.totp_confirmed_at is None:
        return False
    if not code:
        raise SecondFactorNeeded
    step = _matching_step(deed, user, code)
    if step is not None:
        if not deed.unit.people.use_totp_step(user.id, step, ahead=CLOCKS_DIFFER_STEPS):
            raise SecondFactorWrong
    elif not deed.unit.people.use_recovery_code(user.id, _recovery_hash(user, code), at=deed.now):
        raise SecondFactorWrong
    return True


def _begun(deed: Deed, user: User, octets: bytes) -> SecondFactorBegun:
    secret = base64.b32encode(octets).decode()
    issuer = deed.means.terms.issuer.replace(":", " ")  # the address divides issuer and name by a colon
    return SecondFactorBegun(secret=secret, uri=TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer))


def _matching_step(deed: Deed, user: User, code: str) -> int | None:
    """The half minute whose code this is: this one or a neighbour, for clocks that differ; none that was used."""
    digits = code.replace(" ", "")
    if user.totp_secret is None or len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
        return None
    try:
        octets = unseal(deed.means.secret_key, user.totp_secret, of=user.id)
    except KeyLost:  # the recovery codes still work
        return None
    totp = TOTP(base64.b32encode(octets).decode())
    now = int(deed.now.timestamp()) // STEP_S
    last = user.totp_last_step
    # A step that is still far ahead was used while a clock ran ahead; it must not keep its owner out until it comes.
    is_none_used = last is None or last > now + CLOCKS_DIFFER_STEPS
    steps = [step for step in (now - 1, now, now + 1) if is_none_used or step > (last or 0)]
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)), None)


def _recovery_code(deed: Deed) -> str:
    """80 bits, in groups that can be read out."""
    letters = base64.b32encode(deed.chance.octets(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _recovery_hash(user: User, code: str) -> bytes:
    return hashed(f"{user.id}:{code.replace('-', '').replace(' ', '').lower()}")


def _record(deed: Deed, kind: str) -> None:
    """Into the journals of all the person's organisations: each relies on how its people log in."""
    for organisation, _ in deed.unit.organisations.of_person(deed.someone.user_id):
        deed.record(kind, of=organisation.id, person=deed.someone.user_id)
