"""The operator and everybody with an account: found, shut out, let in, freed of a second factor that was lost."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Paged
from compliance.usecases.credentials import SessionOnly
from compliance.usecases.deed import Deed
from compliance.usecases.operator_people import (
    LONGEST_REASON,
    SHORTEST_REASON,
    KnownPerson,
    LastOperator,
    NoSecondFactor,
    NoSuchAccount,
    OwnAccount,
    PeoplePage,
    ReasonUnfit,
    let_in,
    list_accounts,
    read_account,
    shut_out,
    take_second_factor_away,
)
from compliance.usecases.pages import CursorWrong

PEOPLE = "/operator/people"
ONE = f"{PEOPLE}/{{user_id}}"
DECIDING = (SessionOnly, NoSuchAccount, OwnAccount, ReasonUnfit)


class PeopleSought(Paged, frozen=True, forbid_unknown_fields=True):
    """Which part of the list, and of whom."""

    search: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    """Part of a name or of a mail address; left out for everybody."""


class Decision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why; kept in the journal of the operator's organisation."""

    reason: Annotated[str, Meta(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)]
    """Where a second factor is taken away, how you made sure who asked for it."""


@endpoint("GET", PEOPLE, access="operator", gives=PeoplePage, query=PeopleSought, tags=("operator",),
          refuses=(CursorWrong,))  # fmt: skip
def list_everybody(deed: Deed, call: Call[Any]) -> Reply:
    """List everybody with an account, oldest first, with their organisations and roles."""
    query = call.query
    return Reply(body=list_accounts(deed, search=query.search or "", cursor=query.cursor, limit=query.limit))


@endpoint("GET", ONE, access="operator", gives=KnownPerson, tags=("operator",), refuses=(NoSuchAccount,))
def read_anybody(deed: Deed, call: Call[Any]) -> Reply:
    """Read what the operator knows of a person."""
    return Reply(body=read_account(deed, call["user_id"]))


@endpoint("POST", f"{ONE}/disabling", access="operator", takes=Decision, gives=KnownPerson, tags=("operator",),
          refuses=(*DECIDING, LastOperator))  # fmt: skip
def disable_account(deed: Deed, call: Call[Decision]) -> Reply:
    """Shut somebody out. Their sessions end, tokens and password do nothing; nothing is lost."""
    return Reply(body=shut_out(deed, call["user_id"], reason=call.body.reason))


@endpoint("POST", f"{ONE}/enabling", access="operator", takes=Decision, gives=KnownPerson, tags=("operator",),
          refuses=DECIDING)  # fmt: skip
def enable_account(deed: Deed, call: Call[Decision]) -> Reply:
    """Let somebody in again who was shut out."""
    return Reply(body=let_in(deed, call["user_id"], reason=call.body.reason))


@endpoint("POST", f"{ONE}/second-factor-removal", access="operator", takes=Decision, gives=KnownPerson,
          tags=("operator",), refuses=(*DECIDING, NoSecondFactor))  # fmt: skip
def remove_lost_second_factor(deed: Deed, call: Call[Decision]) -> Reply:
    """Take the second factor away from somebody who lost phone and recovery codes. They are told by mail."""
    return Reply(body=take_second_factor_away(deed, call["user_id"], reason=call.body.reason))


ENDPOINTS = (list_everybody, read_anybody, disable_account, enable_account, remove_lost_second_factor)
