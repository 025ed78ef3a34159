"""Accounts begin: registration, proof of the mail address, a new password for whoever forgot theirs.

Nobody learns here whether an address has an account: the answers are the same, only the mails differ.
"""

import hmac
import re
from datetime import timedelta

import msgspec

from compliance.errors import Invalid, Problem
from compliance.store.people import EmailCode, User
from compliance.usecases.credentials import hashed
from compliance.usecases.deed import Deed
from compliance.usecases.sealing import new_secret
from compliance.usecases.tries import CODE_TRIES, email_key, forget_sign_ins

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
CODE_MINUTES = 30
RESET_MINUTES = 60
CLOCKS_DIFFER = timedelta(minutes=5)
"""So much may the clocks of two machines of the service be apart."""
FEWEST_LETTERS = 5
"""Different characters in a password."""
COMMONEST = frozenset({
    "abc", "abcd", "abcdef", "abcdefgh", "admin", "administrator", "asdf", "asdfgh", "asdfghjkl", "baseball",
    "changeme", "compliance", "default", "dragon", "football", "guest", "hello", "hellohello", "hotel", "hotelhotel",
    "iloveyou", "iloveyouiloveyou", "letmein", "letmeinletmein", "login", "master", "monkey", "p@ssw0rd", "p@ssword",
    "passw0rd", "password", "passwordpassword", "princess", "qazwsx", "qazwsxedc", "qwer", "qwert", "qwerty",
    "qwertyqwerty", "qwertyui", "qwertyuiop", "qwertyuiopasdfghjkl", "qwertz", "qwertzuiop", "secret", "secretsecret",
    "shadow", "sunshine", "superman", "test", "testtest", "testtesttest", "trustno", "user", "welcome",
    "welcomewelcome", "zxcvbn", "zxcvbnm",
})  # fmt: skip
"""What the commonest long passwords are made of, once the digits and signs around it are taken away."""
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class PasswordWeak(Invalid):
    """This password is too easy to guess."""

    code = "password-weak"


class CodeWrong(Invalid):
    """This code or link is not valid, or no longer: ask for a new one."""

    code = "code-wrong"


def check_strength(password: str, email: str) -> None:
    """Refuse what is guessed first.

    Raises:
        PasswordWeak: too short, among the commonest, or made of the address; all that is wrong.
    """
    problems = weaknesses(password, email)
    if problems:
        raise PasswordWeak(problems)


def weaknesses(password: str, email: str) -> list[Problem]:
    """Everything for which a password is guessed first; the address may be empty where it is not known."""
    folded, address = password.casefold(), email.strip().casefold()
    local = address.partition("@")[0]
    problems: list[Problem] = []
    if len(password) < SHORTEST_PASSWORD:
        problems.append(Problem("password-short", "password", {"least": SHORTEST_PASSWORD}))
    if len(set(folded)) < FEWEST_LETTERS or _AROUND.sub("", folded) in COMMONEST | {""}:
        problems.append(Problem("password-common", "password"))
    if address and (address in folded or (len(local) >= 4 and local in folded)):
        problems.append(Problem("password-has-address", "password"))
    return problems


def register_person(deed: Deed, *, email: str, name: str, password: str, language: str) -> None:
    """Open an account, and mail a link and a code that prove the address.

    Whoever proves the address keeps the account: until then a later registration takes the place of an earlier one,
    with its password, sessions and tokens, so that nobody waits in an account for the address's owner. Who has an
    account already is told so by mail.

    Raises:
        PasswordWeak: the password is refused, whatever the address.
    """
    check_strength(password, email)
    key = email_key(email)
    known = deed.unit.people.find_by_email(key)

    password_hash = deed.means.passwords.hash(password)

    if known is not None and (known.email_verified_at is not None or deed.unit.organisations.of_person(known.id)):
        deed.tell(known.email, "account_exists", language=known.language, link=f"{deed.means.terms.base_url}/log-in")
        return
    if known is not None:
        shut_strangers_out(deed, known.id)
        deed.unit.people.change(known.id, name=name.strip(), language=language, password_hash=password_hash)
        user = msgspec.structs.replace(known, language=language)
    else:
        user = User(id=deed.new_id(), email=email.strip(), email_key=key, name=name.strip(), language=language,
                    password_hash=password_hash, email_verified_at=None, created_at=deed.now)  # fmt: skip
        deed.unit.people.add(user)
    _mail_code(deed, user)


def shut_strangers_out(deed: Deed, user_id: str) -> None:
    """Nothing opens an account any more that was set up before its address was proven: whoever did may not own it."""
    deed.unit.sessions.end_all(user_id)
    deed.unit.people.revoke_tokens(user_id, at=deed.now)
    deed.unit.people.put_recovery_codes(user_id, [])
    deed.unit.people.change(user_id, password_hash=None, totp_secret=None, totp_confirmed_at=None, totp_last_step=None)


def resend_code(deed: Deed, *, email: str) -> None:
    """Mail a new link and code, if the address has an account that is not proven yet; the earlier ones end."""
    user = deed.unit.people.find_by_email(email_key(email))

    if user is not None and user.email_verified_at is None and user.disabled_at is None:
        _mail_code(deed, user)


def confirm_by_link(deed: Deed, *, token: str) -> None:
    """The address is proven by the link that was mailed to it.

    Raises:
        CodeWrong: unknown, used, replaced or run out.
    """
    code = deed.unit.people.find_code(token_hash=hashed(token))

    if code is None or code.purpose != "verify_email" or not _is_open(deed, code):
        raise CodeWrong

    _prove(deed, code)


def confirm_by_code(deed: Deed, *, email: str, code: str) -> None:
    """The address is proven by the six digits that were mailed to it. The try was counted already.

    Raises:
        CodeWrong: another code, or this one is used, replaced, run out or was tried too often.
    """
    user = deed.unit.people.find_by_email(email_key(email))
    newest = user and deed.unit.people.newest_code(user.id, "verify_email")

    if not newest or not _is_open(deed, newest) or newest.tries > CODE_TRIES:
        raise CodeWrong
    if not hmac.compare_digest(newest.code_hash, _code_hash(newest.id, code)):
        raise CodeWrong

    _prove(deed, newest)


def ask_for_reset(deed: Deed, *, email: str) -> None:
    """Mail a link with which a new password can be chosen, if the address has an account."""
    user = deed.unit.people.find_by_email(email_key(email))

    if user is not None and user.disabled_at is None:
        mail_reset(deed, user, minutes=RESET_MINUTES)


def mail_reset(deed: Deed, user: User, *, minutes: int) -> None:
    """Mail a link that is valid so long and works once."""
    deed.tell(user.email, "reset_password", language=user.language, valid_minutes=minutes,
              link=reset_link(deed, user.id, minutes=minutes))  # fmt: skip


def reset_link(deed: Deed, user_id: str, *, minutes: int) -> str:
    """A new link for choosing a password; whoever has it may, once, for so long."""
    user = deed.unit.people.find(user_id)
    assert user is not None
    token, _ = _new_code(deed, user, "reset_password", minutes=minutes)
    return f"{deed.means.terms.base_url}/password-resets/{token}"


def reset_password(deed: Deed, *, token: str, password: str) -> None:
    """Choose a new password by the link that was mailed; ends every session, and proves the address.

    Where the address was not proven before, tokens and second factor go as well: a stranger may have set them up.

    Raises:
        CodeWrong: unknown, used, replaced or run out.
        PasswordWeak: the link can be used again, with another password.
    """
    code = deed.unit.people.find_code(token_hash=hashed(token))
    if code is None or code.purpose != "reset_password" or not _is_open(deed, code):
        raise CodeWrong
    user = deed.unit.people.find(code.user_id)
    if user is None or user.disabled_at is not None:
        raise CodeWrong
    check_strength(password, user.email)

    if not deed.unit.people.use_code(code.id, at=deed.now):
        raise CodeWrong
    if user.email_verified_at is None:
        shut_strangers_out(deed, user.id)
    deed.unit.people.change(user.id, password_hash=deed.means.passwords.hash(password),
                            email_verified_at=user.email_verified_at or deed.now)  # fmt: skip
    deed.unit.sessions.end_all(user.id)
    forget_sign_ins(deed, user.email_key)
    tell_password_changed(deed, user)


def tell_password_changed(deed: Deed, user: User) -> None:
    """Mail it to the person, and note it in the journals of their organisations."""
    deed.tell(user.email, "password_changed", language=user.language,
              link=f"{deed.means.terms.base_url}/recover")  # fmt: skip
    for organisation, _ in deed.unit.organisations.of_person(user.id):
        deed.record("password-changed", of=organisation.id, person=user.id)


def _mail_code(deed: Deed, user: User) -> None:
    token, digits = _new_code(deed, user, "verify_email", minutes=CODE_MINUTES)
    deed.tell(user.email, "verify_email", language=user.language, code=digits, valid_minutes=CODE_MINUTES,
              link=f"{deed.means.terms.base_url}/email-confirmations/{token}")  # fmt: skip


def _new_code(deed: Deed, user: User, purpose: str, *, minutes: int) -> tuple[str, str]:
    code_id, token = deed.new_id(), new_secret(deed.chance)
    # 64 bits, so that the remainder favours no digit that anybody could notice.
    digits = f"{int.from_bytes(deed.chance.octets(8), 'big') % 1_000_000:06d}"
    deed.unit.people.add_code(
        EmailCode(id=code_id, user_id=user.id, purpose=purpose, token_hash=hashed(token),
                  code_hash=_code_hash(code_id, digits), tries=0, created_at=deed.now,
                  expires_at=deed.now + timedelta(minutes=minutes), used_at=None)
    )  # fmt: skip
    return token, digits


def _code_hash(code_id: str, digits: str) -> bytes:
    return hashed(f"{code_id}:{digits}")


def _is_open(deed: Deed, code: EmailCode) -> bool:
    # One that is still to be made comes of a clock that ran ahead, and would otherwise last until that day.
    return code.used_at is None and code.created_at - CLOCKS_DIFFER <= deed.now < code.expires_at


def _prove(deed: Deed, code: EmailCode) -> None:
    if not deed.unit.people.use_code(code.id, at=deed.now):
        raise CodeWrong
    deed.unit.people.change(code.user_id, email_verified_at=deed.now)
