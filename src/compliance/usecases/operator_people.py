"""What the operator does about people: find them, shut them out and let them in, take a lost second factor away.

Each of these is a decision about somebody: why it was taken stands in the journal of the operator's organisation, and
that it was done in the journals of the person's organisations, which rely on how their people log in.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from compliance.domain.actor import OrganisationKind, Role
from compliance.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from compliance.store.directory import Listed
from compliance.usecases.credentials import check_session
from compliance.usecases.deed import Deed
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.tries import email_key

SHORTEST_REASON, LONGEST_REASON = 10, 300


class NoSuchAccount(NotFound):
    """Nobody has this account, or it was closed."""

    code = "no-such-account"


class OwnAccount(Forbidden):
    """Nobody does this to their own account: ask another operator."""

    code = "own-account"


class LastOperator(Conflict):
    """Nobody would be left to run this service: let another operator in first."""

    code = "last-operator"


class NoSecondFactor(Conflict):
    """This account has no second factor that could be taken away."""

    code = "no-second-factor"


class ReasonUnfit(Invalid):
    """A decision about somebody's account needs a reason of 10 to 300 characters."""

    code = "reason-unfit"


class PersonIn(Struct, frozen=True, kw_only=True):
    """An organisation that somebody belongs to."""

    organisation_id: str
    name: str
    kinds: tuple[OrganisationKind, ...]
    roles: tuple[Role, ...]


class KnownPerson(Struct, frozen=True, kw_only=True):
    """A person with an account, as the operator sees them."""

    id: str
    name: str
    email: str
    email_is_verified: bool
    has_second_factor: bool
    organisations: tuple[PersonIn, ...]
    """Oldest first."""
    created_at: datetime
    last_seen_at: datetime | None
    """Within five minutes, on the pages or by a session of a program; null where no session is kept any more."""
    shut_out_at: datetime | None
    """Since when nobody comes in with this account; null where its person does."""


class PeoplePage(Struct, frozen=True, kw_only=True):
    """Some people, oldest account first."""

    items: tuple[KnownPerson, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


def list_accounts(deed: Deed, *, search: str, cursor: str | None, limit: int) -> PeoplePage:
    """Everybody with an account, or those whose name or address holds a text.

    Raises:
        CursorWrong: see `read_id_cursor`.
    """
    found = deed.unit.directory.page(part=search.strip(), after=read_id_cursor(cursor), limit=limit + 1)
    page = found[:limit]
    return PeoplePage(items=tuple(_known(deed, page)), next=write_cursor(page[-1].id) if len(found) > limit else None)


def read_account(deed: Deed, user_id: str) -> KnownPerson:
    """Somebody with an account.

    Raises:
        NoSuchAccount: nobody has it.
    """
    found = deed.unit.directory.find(user_id)
    if found is None:
        raise NoSuchAccount
    return _known(deed, [found])[0]


def shut_out(deed: Deed, user_id: str, *, reason: str) -> KnownPerson:
    """Nobody comes in with this account any more: its sessions end, its tokens and its password do nothing.

    Nothing of it is lost: whoever is let in again has password, tokens, second factor and roles as before. Shutting
    out again changes nothing.

    Raises:
        SessionOnly: a token was shown.
        ReasonUnfit: the reason is too short or too long.
        NoSuchAccount: nobody has it.
        OwnAccount, LastOperator: so that somebody is left to run the service.
    """
    reason = _check_reason(reason)
    deed.unit.organisations.lock(deed.organisation_id)  # two operators may shut each other out at the same moment
    person = _somebody_else(deed, user_id)
    if person.shut_out_at is not None:
        return person
    _check_operator_left(deed, user_id)

    deed.unit.people.change(user_id, disabled_at=deed.now)
    deed.unit.sessions.end_all(user_id)
    _record(deed, "person-shut-out", person, reason=reason)
    return read_account(deed, user_id)


def let_in(deed: Deed, user_id: str, *, reason: str) -> KnownPerson:
    """Whoever was shut out may log in again. Letting in again changes nothing.

    Raises:
        SessionOnly: a token was shown.
        ReasonUnfit: the reason is too short or too long.
        NoSuchAccount: nobody has it.
        OwnAccount: it is one's own.
    """
    reason = _check_reason(reason)
    person = _somebody_else(deed, user_id)
    if person.shut_out_at is None:
        return person

    deed.unit.people.change(user_id, disabled_at=None)
    _record(deed, "person-let-in", person, reason=reason)
    return read_account(deed, user_id)


def take_second_factor_away(deed: Deed, user_id: str, *, reason: str) -> KnownPerson:
    """For whoever lost phone and recovery codes: log-in asks for the password alone, and every session ends.

    The person is told by mail who did it. `reason` says how the operator made sure who asked for it.

    Raises:
        SessionOnly: a token was shown.
        ReasonUnfit: the reason is too short or too long.
        NoSuchAccount: nobody has it.
        OwnAccount: it is one's own.
        NoSecondFactor: it has none.
    """
    reason = _check_reason(reason)
    person = _somebody_else(deed, user_id)
    _take_away(deed, person, by=deed.someone.name)
    _record(deed, "second-factor-taken", person, reason=reason)
    return read_account(deed, user_id)


def take_second_factor_away_here(deed: Deed, *, email: str) -> KnownPerson:
    """The same at the machine itself, by whoever runs the program there: the way in for the last operator.

    Raises:
        NoSuchAccount: nobody has an account with this address.
        NoSecondFactor: it has none.
    """
    user = deed.unit.people.find_by_email(email_key(email))
    if user is None:
        raise NoSuchAccount([Problem("account-unknown", "EMAIL", {"email": email[:80]})])
    person = read_account(deed, user.id)
    _take_away(deed, person, by=deed.means.terms.operator_name)
    _record(deed, "second-factor-taken", person, reason=None)
    return read_account(deed, user.id)


def let_in_here(deed: Deed, user_id: str) -> None:
    """The same as `let_in`, at the machine itself; nothing where nobody was shut out."""
    person = read_account(deed, user_id)
    if person.shut_out_at is None:
        return
    deed.unit.people.change(user_id, disabled_at=None)
    _record(deed, "person-let-in", person, reason=None)


def _check_reason(reason: str) -> str:
    """The reason on one line."""
    line = " ".join(reason.split())
    if not SHORTEST_REASON <= len(line) <= LONGEST_REASON:
        raise ReasonUnfit([Problem("reason-length", "reason", {"least": SHORTEST_REASON, "most": LONGEST_REASON})])
    return line


def _somebody_else(deed: Deed, user_id: str) -> KnownPerson:
    check_session(deed.unit, deed.someone)
    person = read_account(deed, user_id)
    if user_id == deed.someone.user_id:
        raise OwnAccount
    return person


def _check_operator_left(deed: Deed, user_id: str) -> None:
    """Refuse to shut out the last administrator who can come in. Whoever asks is one, unless shut out a moment ago."""
    admins = {each.user_id for each in deed.unit.organisations.members(deed.organisation_id) if "admin" in each.roles}
    found = [deed.unit.people.find(each) for each in admins - {user_id}]
    if user_id in admins and not any(user is not None and user.disabled_at is None for user in found):
        raise LastOperator


def _take_away(deed: Deed, person: KnownPerson, *, by: str) -> None:
    if not person.has_second_factor:
        raise NoSecondFactor
    user = deed.unit.people.find(person.id)
    assert user is not None
    deed.unit.people.change(user.id, totp_secret=None, totp_confirmed_at=None, totp_last_step=None)
    deed.unit.people.put_recovery_codes(user.id, [])
    deed.unit.sessions.forget_second_factors(user.id)  # tokens were made with it too
    deed.unit.sessions.end_all(user.id)
    deed.tell(user.email, "second_factor_taken", language=user.language, administrator=by,
              link=f"{deed.means.terms.base_url}/account/second-factor")  # fmt: skip


def _record(deed: Deed, kind: str, person: KnownPerson, *, reason: str | None) -> None:
    """That it was done, for the person's organisations; why, for the operator's own alone."""
    operator = deed.unit.organisations.operator()
    for each in person.organisations:
        if operator is None or each.organisation_id != operator.id:
            deed.record(kind, of=each.organisation_id, person=person.id)
    if operator is not None and reason is not None:
        deed.record(f"{kind}-because", of=operator.id, person=person.id, reason=reason)
    elif operator is not None:
        deed.record(kind, of=operator.id, person=person.id)


def _known(deed: Deed, listed: Iterable[Listed]) -> list[KnownPerson]:
    people = list(listed)
    where: defaultdict[str, list[PersonIn]] = defaultdict(list)
    for each in deed.unit.directory.belongings(each.id for each in people):
        where[each.user_id].append(
            PersonIn(organisation_id=each.organisation_id, name=each.name, kinds=each.kinds, roles=each.roles)
        )
    return [
        KnownPerson(
            id=each.id, name=each.name, email=each.email, email_is_verified=each.email_verified_at is not None,
            has_second_factor=each.totp_confirmed_at is not None, organisations=tuple(where[each.id]),
            created_at=each.created_at, last_seen_at=each.last_seen_at, shut_out_at=each.disabled_at,
        )
        for each in people
    ]  # fmt: skip
