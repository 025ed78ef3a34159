"""Personal tokens for programs: list, make, revoke."""

from datetime import timedelta

from compliance.domain.actor import Scope
from compliance.usecases.deed import Deed
from compliance.usecases.tokens import list_tokens, make_token, revoke_token
from compliance.web.page import Go, Page, View, Visit, leads_to
from compliance.web.person_fields import read_line

TOKENS = "/account/tokens"
SCOPES: dict[str, tuple[Scope, ...]] = {"read": ("read",), "write": ("read", "write")}
DAYS = (30, 90, 365)
"""How long a token may be chosen to work; a year and a day is the longest that is taken at all."""


def show_tokens(deed: Deed, visit: Visit) -> View:
    """Those that work, then those that do so no more; newest first."""
    tokens = list_tokens(deed)[::-1]
    working = [each for each in tokens if each.revoked_at is None and (each.expires_at or deed.now) > deed.now]
    context = {"working": working, "over": [each for each in tokens if each not in working], "day": timedelta(days=1),
               "names": {each.organisation.id: each.organisation.name for each in visit.organisations}}  # fmt: skip
    return View(template="account_tokens.html", context=context)


def show_new(deed: Deed, visit: Visit) -> View:
    """Ask what it is for, what it may do, where, and how long."""
    days = [(each, deed.today + timedelta(days=each)) for each in DAYS]
    return View(template="account_token_new.html", context={"days": days, "belongs": visit.organisations})


def make(deed: Deed, visit: Visit) -> View:
    """Make it, and show it this once."""
    form = visit.form
    name, scope, where = read_line(form, "name", most=80), form.raw("scope"), form.maybe("organisation")
    days = form.number("days")
    if scope not in SCOPES:
        form.complain("field-choose", "scope")
    if days is not None and days not in DAYS:
        form.complain("field-choose", "days")
    if where is not None and where not in {each.organisation.id for each in visit.organisations}:
        form.complain("field-choose", "organisation")
    form.check()
    made = make_token(deed, name=name, scopes=SCOPES[scope], organisation_id=where,
                      expires_on=deed.today + timedelta(days=days or 0))  # fmt: skip
    return View(template="account_token_made.html", context={"made": made})


def revoke(deed: Deed, visit: Visit) -> Go:
    """It works no more."""
    revoke_token(deed, visit["token_id"])
    return Go(to=TOKENS, done="token-revoked")


PAGES = (
    Page(path=TOKENS, show=show_tokens, access="person"),
    Page(path="/account/tokens/new", show=show_new, do=make, access="person"),
    Page(path="/account/tokens/{token_id}/revoke", show=leads_to(TOKENS), do=revoke, access="person"),
)
