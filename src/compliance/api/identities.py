"""Whether an organisation is who it says it is, country by country, and the queues of those who look it up."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Paged, Reason, Short
from compliance.usecases.deed import Deed
from compliance.usecases.identities import (
    DomainRefused,
    IdentityAlreadyConfirmed,
    NoChallenge,
    NoSuchIdentity,
    RegisterNumberTaken,
    ShownIdentity,
    ask_domain_check,
    ask_register_check,
    challenge_domain,
    list_identities,
    read_identity,
)
from compliance.usecases.identity_queues import (
    IdentityNotWaiting,
    IdentityPage,
    RegulatorOnly,
    WaitingIdentity,
    confirm_for_operator,
    confirm_for_regulator,
    list_operator_queue,
    list_regulator_queue,
    refuse_for_operator,
    refuse_for_regulator,
)
from compliance.usecases.pages import CursorWrong
from compliance.usecases.people import OwnerOnly
from compliance.usecases.revisions import StaleRevision

ONE = "/organisations/{organisation_id}/identities/{country}"
OPERATOR = "/operator/identities"
REGULATOR = "/organisations/{organisation_id}/identity-queue"


class DomainNamed(Struct, frozen=True, forbid_unknown_fields=True):
    """The organisation's own web domain."""

    domain: Annotated[str, Meta(min_length=1, max_length=253)]


class RegisterNamed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the organisation is registered or licensed."""

    register: Short
    """As whoever keeps it calls it."""
    number: Short


class Refusing(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the number is not accepted; mailed to the organisation."""

    reason: Reason


class InState(Paged, frozen=True, forbid_unknown_fields=True):
    """Which part of the list, and of which state."""

    state: Literal["waiting", "confirmed", "refused", "stated"] = "waiting"


@endpoint("GET", "/organisations/{organisation_id}/identities", gives=list[ShownIdentity], tags=("identities",))
def list_some_identities(deed: Deed, call: Call[Any]) -> Reply:
    """List the organisation's identities, by country."""
    del call
    return Reply(body=list_identities(deed))


@endpoint("GET", ONE, gives=ShownIdentity, tags=("identities",), refuses=(NoSuchIdentity,))
def read_one_identity(deed: Deed, call: Call[Any]) -> Reply:
    """Read the organisation's identity in a country."""
    found = read_identity(deed, call["country"])
    return Reply(body=found, revision=found.revision)


@endpoint("POST", ONE + "/domain", takes=DomainNamed, gives=ShownIdentity, tags=("identities",),
          refuses=(OwnerOnly, NoSuchIdentity, DomainRefused, IdentityAlreadyConfirmed, StaleRevision))  # fmt: skip
def name_domain(deed: Deed, call: Call[DomainNamed]) -> Reply:
    """Name the organisation's web domain, and be told which text to put there, as DNS record or as file."""
    changed = challenge_domain(deed, call["country"], domain=call.body.domain)
    return Reply(body=changed, revision=changed.revision)


@endpoint("POST", ONE + "/check", status=202, tags=("identities",),
          refuses=(OwnerOnly, NoSuchIdentity, NoChallenge, IdentityAlreadyConfirmed))  # fmt: skip
def check_domain(deed: Deed, call: Call[Any]) -> Reply:
    """Have the domain looked at, now. What was found stands in the identity a moment later."""
    ask_domain_check(deed, call["country"])
    return Reply()


@endpoint("POST", ONE + "/register", takes=RegisterNamed, gives=ShownIdentity, tags=("identities",),
          refuses=(OwnerOnly, NoSuchIdentity, IdentityAlreadyConfirmed, StaleRevision))  # fmt: skip
def name_register(deed: Deed, call: Call[RegisterNamed]) -> Reply:
    """Give a register or licence number, to be looked up by the operator or the country's regulator."""
    changed = ask_register_check(deed, call["country"], register=call.body.register, number=call.body.number)
    return Reply(body=changed, revision=changed.revision)


@endpoint("GET", OPERATOR, access="operator", gives=IdentityPage, query=InState, tags=("operator",),
          refuses=(CursorWrong,))  # fmt: skip
def list_identities_for_operator(deed: Deed, call: Call[Any]) -> Reply:
    """List register numbers of all countries, longest waiting first."""
    query = call.query
    return Reply(body=list_operator_queue(deed, state=query.state, cursor=query.cursor, limit=query.limit))


@endpoint("POST", OPERATOR + "/{organisation_id}/{country}/confirmation", access="operator", gives=WaitingIdentity,
          conditional=True, tags=("operator",),
          refuses=(NoSuchIdentity, StaleRevision, IdentityNotWaiting, RegisterNumberTaken))  # fmt: skip
def confirm_as_operator(deed: Deed, call: Call[Any]) -> Reply:
    """Confirm that a register number is the organisation's."""
    found = confirm_for_operator(deed, call["organisation_id"], call["country"], seen=call.revision)
    return Reply(body=found, revision=found.revision)


@endpoint("POST", OPERATOR + "/{organisation_id}/{country}/refusal", access="operator", takes=Refusing,
          gives=WaitingIdentity, conditional=True, tags=("operator",),
          refuses=(NoSuchIdentity, StaleRevision, IdentityNotWaiting))  # fmt: skip
def refuse_as_operator(deed: Deed, call: Call[Refusing]) -> Reply:
    """Refuse a register number, with the reason."""
    found = refuse_for_operator(deed, call["organisation_id"], call["country"], reason=call.body.reason,
                                seen=call.revision)  # fmt: skip
    return Reply(body=found, revision=found.revision)


@endpoint("GET", REGULATOR, gives=IdentityPage, query=Paged, tags=("regulator",),
          refuses=(RegulatorOnly, CursorWrong))  # fmt: skip
def list_identities_for_regulator(deed: Deed, call: Call[Any]) -> Reply:
    """List the register numbers that wait in the regulator's countries, longest waiting first."""
    return Reply(body=list_regulator_queue(deed, cursor=call.query.cursor, limit=call.query.limit))


@endpoint("POST", REGULATOR + "/{holder_id}/{country}/confirmation", gives=WaitingIdentity, conditional=True,
          tags=("regulator",), refuses=(RegulatorOnly, NoSuchIdentity, StaleRevision, IdentityNotWaiting,
                                        RegisterNumberTaken))  # fmt: skip
def confirm_as_regulator(deed: Deed, call: Call[Any]) -> Reply:
    """Confirm that a register number is the organisation's, in a country of the regulator."""
    found = confirm_for_regulator(deed, call["holder_id"], call["country"], seen=call.revision)
    return Reply(body=found, revision=found.revision)


@endpoint("POST", REGULATOR + "/{holder_id}/{country}/refusal", takes=Refusing, gives=WaitingIdentity,
          conditional=True, tags=("regulator",),
          refuses=(RegulatorOnly, NoSuchIdentity, StaleRevision, IdentityNotWaiting))  # fmt: skip
def refuse_as_regulator(deed: Deed, call: Call[Refusing]) -> Reply:
    """Refuse a register number, with the reason, in a country of the regulator."""
    found = refuse_for_regulator(deed, call["holder_id"], call["country"], reason=call.body.reason,
                                 seen=call.revision)  # fmt: skip
    return Reply(body=found, revision=found.revision)


ENDPOINTS = (
    list_some_identities, read_one_identity, name_domain, check_domain, name_register, list_identities_for_operator,
    confirm_as_operator, refuse_as_operator, list_identities_for_regulator, confirm_as_regulator,
    refuse_as_regulator,
)  # fmt: skip
