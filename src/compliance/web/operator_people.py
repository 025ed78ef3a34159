"""The operator's pages about people: who has an account, and what may be done about one of them, with its reason."""

from collections.abc import Callable
from urllib.parse import urlencode

from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.usecases.operator_people import (
    LONGEST_REASON,
    KnownPerson,
    let_in,
    list_accounts,
    read_account,
    shut_out,
    take_second_factor_away,
)
from compliance.web.page import A_SCREEN, Do, Go, Page, Show, View, Visit

PEOPLE = "/operator/people"
ONE = f"{PEOPLE}/{{user_id}}"
LONGEST_SEARCH = 100


class _Step(Struct, frozen=True, kw_only=True):
    """One thing that may be done about somebody."""

    done: str
    """A code of `notices.NOTICES`."""
    is_offered: Callable[[KnownPerson], bool]
    """Whether it would change anything; whether it may be done is decided when it is asked for."""
    do: Callable[..., KnownPerson]


_STEPS = {
    "disabling": _Step(
        done="person-shut-out", is_offered=lambda person: person.shut_out_at is None, do=shut_out,
    ),
    "enabling": _Step(
        done="person-let-in", is_offered=lambda person: person.shut_out_at is not None, do=let_in,
    ),
    "second-factor-removal": _Step(
        done="second-factor-taken", is_offered=lambda person: person.has_second_factor, do=take_second_factor_away,
    ),
}  # fmt: skip


def show_people(deed: Deed, visit: Visit) -> View:
    """Everybody with an account, or those whose name or address holds what was typed.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    search = visit.query.get("search", "").strip()[:LONGEST_SEARCH]
    found = list_accounts(deed, search=search, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    query = {"search": search} if search else {}
    following = None if found.next is None else f"{PEOPLE}?{urlencode({**query, 'cursor': found.next})}"
    return View(template="operator_people.html",
                context={"found": found.items, "search": search, "following": following})  # fmt: skip


def show_person(deed: Deed, visit: Visit) -> View:
    """Somebody, with what may be done.

    Raises:
        NoSuchAccount: nobody has this account.
    """
    person = read_account(deed, visit["user_id"])
    is_me = person.id == deed.actor.user_id
    steps = [] if is_me else [name for name, step in _STEPS.items() if step.is_offered(person)]
    return View(template="operator_person.html", context={"person_shown": person, "is_me": is_me, "steps": steps})


def _asks(name: str) -> Show:
    """The page of one decision: what it does, and why it is taken."""

    def show(deed: Deed, visit: Visit) -> View | Go:
        person = read_account(deed, visit["user_id"])
        is_offered = _STEPS[name].is_offered(person) and person.id != deed.actor.user_id
        if not is_offered and visit.refusal is None:
            return Go(to=ONE.format(**visit.path))
        return View(template="operator_person_step.html", context={"person_shown": person, "step": name})

    return show


def _does(name: str) -> Do:
    def do(deed: Deed, visit: Visit) -> Go:
        reason = visit.form.text("reason", most=LONGEST_REASON)
        visit.form.check()
        _STEPS[name].do(deed, visit["user_id"], reason=reason)
        return Go(to=ONE.format(**visit.path), done=_STEPS[name].done)

    return do


PAGES = (
    Page(path=PEOPLE, show=show_people, access="operator"),
    Page(path=ONE, show=show_person, access="operator"),
    *(Page(path=f"{ONE}/{name}", show=_asks(name), do=_does(name), access="operator") for name in _STEPS),
)
