"""What the operator of the service does about organisations. Never answers, never evidence."""

from datetime import datetime

from msgspec import Struct

from compliance.domain.actor import ROLES_OF, OrganisationKind
from compliance.store.organisations import Counted, Membership, Organisation, Profile
from compliance.store.people import User
from compliance.usecases.deed import Deed
from compliance.usecases.invitations import send_invitation
from compliance.usecases.operator_regulators import settled_jurisdictions
from compliance.usecases.organisations import ShownOrganisation, shown
from compliance.usecases.pages import read_id_cursor, write_cursor
from compliance.usecases.registering import mail_reset, shut_strangers_out
from compliance.usecases.tries import email_key

FIRST_LINK_MINUTES = 24 * 60


class KnownOrganisation(Struct, frozen=True, kw_only=True):
    """An organisation, as the operator sees it."""

    id: str
    name: str
    kinds: tuple[OrganisationKind, ...]
    country: str
    people: int
    sites: int
    created_at: datetime


class OrganisationPage(Struct, frozen=True, kw_only=True):
    """Some organisations, oldest first."""

    items: tuple[KnownOrganisation, ...]
    next: str | None
    """The cursor of the following page; null on the last one."""


class RegulatorBegun(Struct, frozen=True, kw_only=True):
    """A regulator to be made, and who is invited into it first, with every role."""

    name: str
    country: str
    language: str
    responsible_for: tuple[tuple[str, str | None], ...]
    """Countries, each with a sector or None for all."""
    email: str


def list_organisations(deed: Deed, *, cursor: str | None, limit: int) -> OrganisationPage:
    """Every organisation of the service.

    Raises:
        CursorWrong: see `read_id_cursor`.
    """
    found = deed.unit.organisations.counted(after=read_id_cursor(cursor), limit=limit + 1)
    page = found[:limit]
    return OrganisationPage(
        items=tuple(_known(each) for each in page),
        next=write_cursor(page[-1].organisation.id) if len(found) > limit else None,
    )


def begin_regulator(deed: Deed, begun: RegulatorBegun) -> ShownOrganisation:
    """A new regulator; its first person is invited by mail and joins with every role."""
    organisation = Organisation(
        id=deed.new_id(), name=begun.name.strip(), country=begun.country, town=None, language=begun.language,
        kinds=("regulator",), profile=Profile(), revision=1, created_at=deed.now,
    )  # fmt: skip
    jurisdictions = settled_jurisdictions(begun.responsible_for)

    deed.unit.organisations.add(organisation)
    deed.unit.organisations.add_jurisdictions(organisation.id, jurisdictions)
    deed.record("organisation-begun", of=organisation.id, kinds="regulator", country=organisation.country)
    deed.record("regulator-made", regulator=organisation.id)
    send_invitation(deed, organisation, email=begun.email, roles=ROLES_OF["regulator"])
    return shown(organisation, jurisdictions)


def appoint_operator(deed: Deed, *, email: str, name: str, country: str, language: str, mails_link: bool = True) -> str:
    """Make somebody an administrator of the service, from the command line; the person's id. Repeatable.

    Whoever has no account with a proven address gets one without a password, and a link, valid for a day, to choose
    one. The first appointment makes the operator's organisation, with this country. Without `mails_link`, the caller
    gives the link.
    """
    user = _account(deed, email=email, name=name, language=language, mails_link=mails_link)
    operator = deed.unit.organisations.operator()

    if operator is None:
        operator = Organisation(
            id=deed.new_id(), name=deed.means.terms.operator_name[:150], country=country, town=None, language=language,
            kinds=("operator",), profile=Profile(), revision=1, created_at=deed.now,
        )  # fmt: skip
        deed.unit.organisations.add(operator)
        deed.record("organisation-begun", of=operator.id, kinds="operator", country=country)
    if deed.unit.organisations.membership(operator.id, user.id) is None:
        deed.unit.organisations.put_membership(
            Membership(organisation_id=operator.id, user_id=user.id, roles=ROLES_OF["operator"], site_ids=None,
                       revision=1, created_at=deed.now)
        )  # fmt: skip
        deed.record("operator-appointed", of=operator.id, person=user.id)
    return user.id


def _account(deed: Deed, *, email: str, name: str, language: str, mails_link: bool) -> User:
    """An account whose address is proven, or will be by the link."""
    user = deed.unit.people.find_by_email(email_key(email))
    if user is None:
        user = User(id=deed.new_id(), email=email.strip(), email_key=email_key(email), name=name.strip(),
                    language=language, password_hash=None, email_verified_at=None, created_at=deed.now)  # fmt: skip
        deed.unit.people.add(user)
    if user.email_verified_at is None:
        shut_strangers_out(deed, user.id)
        if mails_link:
            mail_reset(deed, user, minutes=FIRST_LINK_MINUTES)
    return user


def _known(counted: Counted) -> KnownOrganisation:
    organisation = counted.organisation
    return KnownOrganisation(
        id=organisation.id, name=organisation.name, kinds=organisation.kinds, country=organisation.country,
        people=counted.people, sites=counted.sites, created_at=organisation.created_at,
    )  # fmt: skip
