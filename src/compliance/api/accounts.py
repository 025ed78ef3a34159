"""Registration, log-in, and a person's own account."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Digits, Id, Language, MailAddress, Name, Password, Secret, Short
from compliance.domain.actor import Scope
from compliance.errors import Problem
from compliance.usecases.accounts import ShownPerson, SoleOwner, change_me, change_password, close_account, show_me
from compliance.usecases.credentials import NoSuchOrganisation, SessionOnly
from compliance.usecases.deed import Deed
from compliance.usecases.passwords import PasswordWrong
from compliance.usecases.registering import (
    CodeWrong,
    PasswordWeak,
    ask_for_reset,
    confirm_by_code,
    confirm_by_link,
    register_person,
    resend_code,
    reset_password,
    weaknesses,
)
from compliance.usecases.second_factor import (
    RecoveryCodes,
    SecondFactorBegun,
    SecondFactorMissing,
    SecondFactorNeeded,
    SecondFactorThere,
    SecondFactorWrong,
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
)
from compliance.usecases.signing_in import (
    NoSuchSession,
    ShownSession,
    SignedIn,
    SignInWrong,
    end_other_sessions,
    end_session,
    end_this_session,
    list_sessions,
    sign_in,
)
from compliance.usecases.tokens import (
    MadeToken,
    NoSuchToken,
    ShownToken,
    TokenInvalid,
    list_tokens,
    make_token,
    revoke_token,
)
from compliance.usecases.tries import TooManyTries, count_client, count_code, count_mail, count_person, count_sign_in


class Registration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    email: MailAddress
    name: Name
    password: Password
    """Not among the commonest, and without the mail address."""
    language: Language = "en"
    """For mails and pages."""

    @staticmethod
    def wrong_beside_form(given: Mapping[str, object]) -> list[Problem]:
        """The weaknesses of a password in a body that has another fault: all that is wrong is said at once."""
        email, password = given.get("email"), given.get("password")
        if not isinstance(password, str) or not password:
            return []
        return weaknesses(password, email if isinstance(email, str) else "")


class AddressOnly(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to mail."""

    email: MailAddress


class LinkToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The last part of the link that was mailed."""

    token: Secret


class TypedCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The six digits that were mailed."""

    email: MailAddress
    code: Digits


class NewPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password for whoever forgot theirs."""

    token: Secret
    """The last part of the link that was mailed."""
    password: Password


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants to log in."""

    email: MailAddress
    password: Secret
    code: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    """What the app shows, or a recovery code; where the account asks for it."""
    device: Annotated[str, Meta(max_length=120, pattern=r"^[^\u0000-\u001f\u007f]*$(?!\n)")] = ""
    """What the list of sessions calls this one."""


class PersonChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    language: Language | None = None


class PasswordChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another password."""

    current: Secret
    new: Password


class PasswordAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """The password, to show that it is you."""

    password: Secret


class FirstCode(Struct, frozen=True, forbid_unknown_fields=True):
    """What the app shows."""

    code: Digits


class TokenWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A personal token."""

    name: Short
    """What it is for."""
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=2)]
    organisation_id: Id | None = None
    """The one organisation that it acts for; left out for all of yours."""
    expires_on: date
    """Its last day, in UTC; at most 366 days from now."""


def _count_client(deed: Deed, call: Call[Any]) -> None:
    del call
    count_client(deed)


def _count_person(deed: Deed, call: Call[Any]) -> None:
    del call
    count_person(deed)


def _count_mail(deed: Deed, call: Call[Any]) -> None:
    count_mail(deed, call.body.email)


@endpoint("POST", "/registrations", access="anyone", takes=Registration, status=202, tags=("accounts",),
          refuses=(PasswordWeak, TooManyTries), count_try=_count_mail)  # fmt: skip
def register(deed: Deed, call: Call[Registration]) -> Reply:
    """Open an account.

    The answer is the same whether the address is known or not; a mail tells its owner what to do. Registering an
    address again that was not proven yet takes the place of the earlier registration.
    """
    given = call.body
    register_person(deed, email=given.email, name=given.name, password=given.password, language=given.language)
    return Reply()


@endpoint("POST", "/email-confirmations", access="anyone", takes=LinkToken, tags=("accounts",),
          refuses=(CodeWrong, TooManyTries), count_try=_count_client)  # fmt: skip
def confirm_address(deed: Deed, call: Call[LinkToken]) -> Reply:
    """Prove a mail address with the link that was mailed to it."""
    confirm_by_link(deed, token=call.body.token)
    return Reply()


@endpoint("POST", "/email-confirmations/by-code", access="anyone", takes=TypedCode, tags=("accounts",),
          refuses=(CodeWrong, TooManyTries),
          count_try=lambda deed, call: count_code(deed, call.body.email))  # fmt: skip
def confirm_address_by_code(deed: Deed, call: Call[TypedCode]) -> Reply:
    """Prove a mail address with the six digits that were mailed to it. Five tries, within 30 minutes."""
    confirm_by_code(deed, email=call.body.email, code=call.body.code)
    return Reply()


@endpoint("POST", "/email-confirmations/requests", access="anyone", takes=AddressOnly, status=202,
          tags=("accounts",), refuses=(TooManyTries,), count_try=_count_mail)  # fmt: skip
def ask_for_confirmation(deed: Deed, call: Call[AddressOnly]) -> Reply:
    """Have a new link and code mailed; the earlier ones end. The same answer for every address."""
    resend_code(deed, email=call.body.email)
    return Reply()


@endpoint("POST", "/password-resets", access="anyone", takes=AddressOnly, status=202, tags=("accounts",),
          refuses=(TooManyTries,), count_try=_count_mail)  # fmt: skip
def ask_for_password_reset(deed: Deed, call: Call[AddressOnly]) -> Reply:
    """Have a link mailed with which a new password can be chosen. The same answer for every address."""
    ask_for_reset(deed, email=call.body.email)
    return Reply()


@endpoint("POST", "/password-resets/confirmation", access="anyone", takes=NewPassword, tags=("accounts",),
          refuses=(CodeWrong, PasswordWeak, TooManyTries), count_try=_count_client)  # fmt: skip
def choose_new_password(deed: Deed, call: Call[NewPassword]) -> Reply:
    """Choose a new password with the link that was mailed. Ends every session."""
    reset_password(deed, token=call.body.token, password=call.body.password)
    return Reply()


@endpoint("POST", "/sessions", access="anyone", takes=Login, gives=SignedIn, gives_secret=True, status=201,
          tags=("sessions",),
          refuses=(SignInWrong, SecondFactorNeeded, SecondFactorWrong, TooManyTries),
          count_try=lambda deed, call: count_sign_in(deed, call.body.email))  # fmt: skip
def log_in(deed: Deed, call: Call[Login]) -> Reply:
    """Log in. A session that is shown along ends, so that no session outlives a log-in."""
    given = call.body
    return Reply(body=sign_in(deed, email=given.email, password=given.password, code=given.code, device=given.device))


@endpoint("GET", "/sessions", access="person", gives=list[ShownSession], tags=("sessions",))
def list_my_sessions(deed: Deed, call: Call[Any]) -> Reply:
    """List where you are logged in."""
    del call
    return Reply(body=list_sessions(deed))


@endpoint("DELETE", "/sessions", access="person", tags=("sessions",), refuses=(SessionOnly,))
def log_out_elsewhere(deed: Deed, call: Call[Any]) -> Reply:
    """Log out everywhere else."""
    del call
    end_other_sessions(deed)
    return Reply()


@endpoint("DELETE", "/sessions/current", access="person", tags=("sessions",), refuses=(SessionOnly,))
def log_out(deed: Deed, call: Call[Any]) -> Reply:
    """Log out here."""
    del call
    end_this_session(deed)
    return Reply()


@endpoint("DELETE", "/sessions/{session_id}", access="person", tags=("sessions",),
          refuses=(SessionOnly, NoSuchSession))  # fmt: skip
def log_out_there(deed: Deed, call: Call[Any]) -> Reply:
    """Log out in one other place."""
    end_session(deed, call["session_id"])
    return Reply()


@endpoint("GET", "/me", access="person", gives=ShownPerson, tags=("accounts",))
def read_me(deed: Deed, call: Call[Any]) -> Reply:
    """Read your own account."""
    del call
    return Reply(body=show_me(deed))


@endpoint("PATCH", "/me", access="person", takes=PersonChange, gives=ShownPerson, tags=("accounts",),
          refuses=(SessionOnly,))  # fmt: skip
def edit_me(deed: Deed, call: Call[PersonChange]) -> Reply:
    """Change your name or language."""
    return Reply(body=change_me(deed, name=call.body.name, language=call.body.language))


@endpoint("PUT", "/me/password", access="person", takes=PasswordChange, gives=SignedIn, gives_secret=True,
          tags=("accounts",), refuses=(SessionOnly, PasswordWrong, PasswordWeak, TooManyTries),
          count_try=_count_person)  # fmt: skip
def edit_password(deed: Deed, call: Call[PasswordChange]) -> Reply:
    """Change your password. Ends every session and begins a new one."""
    return Reply(body=change_password(deed, current=call.body.current, new=call.body.new))


@endpoint("POST", "/me/closing", access="person", takes=PasswordAgain, tags=("accounts",),
          refuses=(SessionOnly, PasswordWrong, SoleOwner, TooManyTries), count_try=_count_person)  # fmt: skip
def close_my_account(deed: Deed, call: Call[PasswordAgain]) -> Reply:
    """Close your account for good. Your name stays with what you attested."""
    close_account(deed, password=call.body.password)
    return Reply()


@endpoint("POST", "/me/second-factor", access="person", takes=PasswordAgain, gives=SecondFactorBegun, gives_secret=True,
          status=201, tags=("accounts",), refuses=(SessionOnly, PasswordWrong, SecondFactorThere, TooManyTries),
          count_try=_count_person)  # fmt: skip
def begin_my_second_factor(deed: Deed, call: Call[PasswordAgain]) -> Reply:
    """Begin to set up a second factor; it counts once it is confirmed."""
    return Reply(body=begin_second_factor(deed, password=call.body.password))


@endpoint("POST", "/me/second-factor/confirmation", access="person", takes=FirstCode, gives=RecoveryCodes,
          gives_secret=True, tags=("accounts",), count_try=_count_person,
          refuses=(SessionOnly, SecondFactorMissing, SecondFactorThere, SecondFactorWrong, TooManyTries))  # fmt: skip
def confirm_my_second_factor(deed: Deed, call: Call[FirstCode]) -> Reply:
    """Confirm a second factor with a code of the app; gives ten recovery codes, this once."""
    return Reply(body=confirm_second_factor(deed, code=call.body.code))


@endpoint("POST", "/me/second-factor/removal", access="person", takes=PasswordAgain, tags=("accounts",),
          refuses=(SessionOnly, PasswordWrong, SecondFactorMissing, TooManyTries),
          count_try=_count_person)  # fmt: skip
def remove_my_second_factor(deed: Deed, call: Call[PasswordAgain]) -> Reply:
    """Take the second factor away."""
    remove_second_factor(deed, password=call.body.password)
    return Reply()


@endpoint("POST", "/me/tokens", access="person", takes=TokenWish, gives=MadeToken, gives_secret=True, status=201,
          tags=("accounts",), refuses=(SessionOnly, NoSuchOrganisation, TokenInvalid))  # fmt: skip
def make_my_token(deed: Deed, call: Call[TokenWish]) -> Reply:
    """Make a personal token for a program; it is shown this once."""
    wish = call.body
    return Reply(body=make_token(deed, name=wish.name, scopes=wish.scopes, organisation_id=wish.organisation_id,
                                 expires_on=wish.expires_on))  # fmt: skip


@endpoint("GET", "/me/tokens", access="person", gives=list[ShownToken], tags=("accounts",))
def list_my_tokens(deed: Deed, call: Call[Any]) -> Reply:
    """List your personal tokens, revoked ones too."""
    del call
    return Reply(body=list_tokens(deed))


@endpoint("DELETE", "/me/tokens/{token_id}", access="person", tags=("accounts",), refuses=(SessionOnly, NoSuchToken))
def revoke_my_token(deed: Deed, call: Call[Any]) -> Reply:
    """Revoke a personal token."""
    revoke_token(deed, call["token_id"])
    return Reply()


ENDPOINTS = (
    register, confirm_address, confirm_address_by_code, ask_for_confirmation, ask_for_password_reset,
    choose_new_password, log_in, list_my_sessions, log_out_elsewhere, log_out, log_out_there, read_me, edit_me,
    edit_password, close_my_account, begin_my_second_factor, confirm_my_second_factor, remove_my_second_factor,
    make_my_token, list_my_tokens, revoke_my_token,
)  # fmt: skip
