"""Personal tokens: what programs show instead of a password."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from compliance.domain.actor import Scope
from compliance.errors import Invalid, NotFound, Problem
from compliance.store.people import ApiToken
from compliance.usecases.credentials import TOKEN_PREFIX, actor_for, check_session, hashed
from compliance.usecases.deed import Deed
from compliance.usecases.sealing import new_secret

LONGEST_DAYS = 366
MOST_TOKENS = 50


class TokenInvalid(Invalid):
    """A token cannot be made like this."""

    code = "token-invalid"


class NoSuchToken(NotFound):
    """You have no such token."""

    code = "no-such-token"


class ShownToken(Struct, frozen=True, kw_only=True):
    """A personal token, without its secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    organisation_id: str | None
    """The one organisation that it acts for; null for all of its owner's."""
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None
    revoked_at: datetime | None


class MadeToken(Struct, frozen=True, kw_only=True):
    """A new personal token."""

    token: str
    """`ct_…`; shown this once."""
    shown: ShownToken


def make_token(
    deed: Deed, *, name: str, scopes: tuple[Scope, ...], organisation_id: str | None, expires_on: date
) -> MadeToken:
    """A token that works until the end of a day in UTC, at most 366 days from now.

    Raises:
        SessionOnly: a token was shown.
        NoSuchOrganisation: one does not belong to it.
        TokenInvalid: the day is past or too far, or there are fifty tokens.
    """
    check_session(deed.unit, deed.someone)
    if organisation_id is not None:
        actor_for(deed.unit, deed.someone, organisation_id)
    problems: list[Problem] = []
    latest = deed.today + timedelta(days=LONGEST_DAYS)
    if not deed.today <= expires_on <= latest:
        facts = {"given": expires_on.isoformat(), "latest": latest.isoformat()}
        problems.append(Problem("token-expiry", "expires_on", facts))
    mine = deed.unit.people.tokens(deed.someone.user_id)
    working = [each for each in mine if each.revoked_at is None and (each.expires_at or deed.now) > deed.now]
    if len(working) >= MOST_TOKENS:
        problems.append(Problem("too-many-tokens", "", {"most": MOST_TOKENS}))
    if problems:
        raise TokenInvalid(problems)

    token_id, secret = deed.new_id(), new_secret(deed.chance)
    token = ApiToken(
        id=token_id, user_id=deed.someone.user_id, organisation_id=organisation_id, name=name.strip(),
        secret_hash=hashed(secret), scopes=tuple(sorted(set(scopes))), created_at=deed.now,
        expires_at=datetime.combine(expires_on + timedelta(days=1), time(), UTC), last_used_on=None, revoked_at=None,
        second_factor_at=deed.now if deed.someone.has_second_factor else None,
    )  # fmt: skip

    deed.unit.people.add_token(token)
    _record(deed, "token-made", token)
    return MadeToken(token=f"{TOKEN_PREFIX}{token_id.replace('-', '')}_{secret}", shown=_shown(token))


def list_tokens(deed: Deed) -> list[ShownToken]:
    """One's own tokens, oldest first, revoked ones too."""
    return [_shown(each) for each in deed.unit.people.tokens(deed.someone.user_id)]


def revoke_token(deed: Deed, token_id: str) -> None:
    """It works no more. Revoking it again changes nothing.

    Raises:
        SessionOnly: a token was shown.
        NoSuchToken: one has none of that id.
    """
    check_session(deed.unit, deed.someone)
    token = deed.unit.people.find_token(token_id)
    if token is None or token.user_id != deed.someone.user_id:
        raise NoSuchToken
    if token.revoked_at is not None:
        return

    deed.unit.people.change_token(token.id, revoked_at=deed.now)
    _record(deed, "token-revoked", token)


def _record(deed: Deed, kind: str, token: ApiToken) -> None:
    """Into the journal of every organisation that it may act for."""
    for organisation, _ in deed.unit.organisations.of_person(token.user_id):
        if token.organisation_id in (None, organisation.id):
            deed.record(kind, of=organisation.id, token=token.id, person=token.user_id)


def _shown(token: ApiToken) -> ShownToken:
    return ShownToken(**{name: getattr(token, name) for name in ShownToken.__struct_fields__})
