"""Register numbers wait to be looked up: by the operator everywhere, by a regulator in its countries."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from compliance.errors import Conflict, Forbidden
from compliance.store.identities import How, Identity, IdentityState, NamedIdentity
from compliance.usecases.deed import Deed
from compliance.usecases.identities import NoSuchIdentity, confirm, refuse
from compliance.usecases.pages import read_cursor, read_place, write_cursor
from compliance.usecases.revisions import check_revision


class IdentityNotWaiting(Conflict):
    """This identity does not wait to be looked up."""

    code = "identity-not-waiting"


class RegulatorOnly(Forbidden):
    """Only auditors and deciders of a regulator may do this."""

    code = "regulator-only"


class WaitingIdentity(Struct, frozen=True, kw_only=True):
    """A number to be looked up: all that whoever does so needs, and nothing more of the organisation."""

    organisation_id: str
    country: str
    name: str
    register: str | None
    number: str | None
    state: IdentityState
    asked_at: datetime | None
    revision: int
    """Confirm or refuse with it in `If-Match`: name and number may have been changed since."""


class IdentityPage(Struct, frozen=True, kw_only=True):
    """Some numbers, longest waiting first."""

    items: tuple[WaitingIdentity, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


def list_operator_queue(deed: Deed, *, state: IdentityState, cursor: str | None, limit: int) -> IdentityPage:
    """Numbers of every country, by default those that wait.

    Raises:
        CursorWrong: see `read_cursor`.
    """
    return _page(deed, state, countries=None, cursor=cursor, limit=limit)


def list_regulator_queue(deed: Deed, *, cursor: str | None, limit: int) -> IdentityPage:
    """Numbers that wait in the regulator's countries.

    Raises:
        RegulatorOnly: the actor is no auditor or decider of a regulator.
        CursorWrong: see `read_cursor`.
    """
    return _page(deed, "waiting", countries=_countries(deed), cursor=cursor, limit=limit)


def confirm_for_operator(deed: Deed, organisation_id: str, country: str, *, seen: int) -> WaitingIdentity:
    """The operator looked the number up, and it is the organisation's.

    Raises:
        NoSuchIdentity: nothing was asked there.
        StaleRevision: the number was changed since it was looked up.
        IdentityNotWaiting: it was decided already.
        RegisterNumberTaken: it is confirmed for another organisation.
    """
    return _confirm(deed, _waiting(deed, organisation_id, country, seen), "register_operator")


def refuse_for_operator(deed: Deed, organisation_id: str, country: str, *, reason: str, seen: int) -> WaitingIdentity:
    """The operator looked the number up, and it is not the organisation's.

    Raises:
        NoSuchIdentity, StaleRevision, IdentityNotWaiting: as with confirming.
    """
    return _named(deed, refuse(deed, _waiting(deed, organisation_id, country, seen), reason))


def confirm_for_regulator(deed: Deed, holder_id: str, country: str, *, seen: int) -> WaitingIdentity:
    """A regulator looked the number up, and it is the organisation's.

    Raises:
        RegulatorOnly: the actor is no auditor or decider of a regulator.
        NoSuchIdentity: nothing was asked there, or it is none of the regulator's countries.
        StaleRevision, IdentityNotWaiting, RegisterNumberTaken: as for the operator.
    """
    if country not in _countries(deed):
        raise NoSuchIdentity
    return _confirm(deed, _waiting(deed, holder_id, country, seen), "register_regulator")


def refuse_for_regulator(deed: Deed, holder_id: str, country: str, *, reason: str, seen: int) -> WaitingIdentity:
    """A regulator looked the number up, and it is not the organisation's.

    Raises:
        RegulatorOnly, NoSuchIdentity, StaleRevision, IdentityNotWaiting: as with confirming.
    """
    if country not in _countries(deed):
        raise NoSuchIdentity
    return _named(deed, refuse(deed, _waiting(deed, holder_id, country, seen), reason))


def _confirm(deed: Deed, identity: Identity, how: How) -> WaitingIdentity:
    return _named(deed, confirm(deed, identity, how))


def _countries(deed: Deed) -> frozenset[str]:
    if "regulator" not in deed.actor.kinds or not deed.actor.has("auditor", "decider"):
        raise RegulatorOnly
    return frozenset(each.country for each in deed.unit.organisations.jurisdictions(deed.organisation_id))


def _waiting(deed: Deed, organisation_id: str, country: str, seen: int) -> Identity:
    identity = deed.unit.identities.find(organisation_id, country)
    # To whoever looks numbers up, one that was never given is not there.
    if identity is None or identity.register is None:
        raise NoSuchIdentity
    check_revision(seen, identity.revision, current=_named(deed, identity))
    if identity.state != "waiting":
        raise IdentityNotWaiting
    return identity


def _page(
    deed: Deed, state: IdentityState, *, countries: Collection[str] | None, cursor: str | None, limit: int
) -> IdentityPage:
    after = _after(cursor)
    found = deed.unit.identities.queue(state, countries=countries, after=after, limit=limit + 1)
    page = found[:limit]
    last = page[-1].identity if len(found) > limit else None
    following = None if last is None or last.asked_at is None else write_cursor(
        last.asked_at.isoformat(), last.organisation_id, last.country
    )  # fmt: skip
    return IdentityPage(items=tuple(_shown(each) for each in page), next=following)


def _after(cursor: str | None) -> tuple[datetime, str, str] | None:
    places = read_cursor(cursor, parts=3)
    return None if places is None else (*read_place(places), places[2])


def _named(deed: Deed, identity: Identity) -> WaitingIdentity:
    organisation = deed.unit.organisations.find(identity.organisation_id)
    assert organisation is not None
    return _shown(NamedIdentity(identity=identity, name=organisation.name))


def _shown(named: NamedIdentity) -> WaitingIdentity:
    identity = named.identity
    return WaitingIdentity(
        organisation_id=identity.organisation_id, country=identity.country, name=named.name,
        register=identity.register, number=identity.number, state=identity.state, asked_at=identity.asked_at,
        revision=identity.revision,
    )  # fmt: skip
