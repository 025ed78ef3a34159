"""The second proof at log-in: set it up with a phone, take it away."""

from compliance.documents.qr_svg import draw_qr_path
from compliance.usecases.accounts import show_me
from compliance.usecases.deed import Deed
from compliance.usecases.second_factor import (
    SecondFactorBegun,
    begin_second_factor,
    confirm_second_factor,
    find_begun,
    remove_second_factor,
)
from compliance.web.doors import count_person_visit, way_on
from compliance.web.page import Go, Page, View, Visit
from compliance.web.person_fields import read_digits, read_password
from compliance.web.serving import SECOND_FACTOR


def show_second_factor(deed: Deed, visit: Visit) -> View:
    """Whether there is one; ask for the password to set one up or take it away."""
    context = {"me": show_me(deed), "is_proven": deed.someone.has_second_factor, "to": way_on(visit)}
    return View(template="account_second_factor.html", context=context)


def begin(deed: Deed, visit: Visit) -> View:
    """Show the new secret as a picture and in letters."""
    password = read_password(visit.form, "password")
    visit.form.check()
    return _scan(begin_second_factor(deed, password=password), way_on(visit))


def show_again(deed: Deed, visit: Visit) -> View | Go:
    """The same secret again after a code was mistyped. The page itself holds it; nobody else is shown it."""
    begun = find_begun(deed, secret=visit.form.raw("secret"))
    return Go(to=SECOND_FACTOR) if begun is None else _scan(begun, way_on(visit))


def confirm(deed: Deed, visit: Visit) -> View:
    """From now on log-in asks for codes. Show the recovery codes, this once."""
    code = read_digits(visit.form, "code")
    visit.form.check()
    codes = confirm_second_factor(deed, code=code).codes
    return View(template="account_recovery_codes.html", context={"codes": codes, "to": way_on(visit) or "/account"})


def remove(deed: Deed, visit: Visit) -> Go:
    """Ask for no second proof any more."""
    password = read_password(visit.form, "password")
    visit.form.check()
    remove_second_factor(deed, password=password)
    return Go(to="/account", done="second-factor-removed")


def _scan(begun: SecondFactorBegun, to: str) -> View:
    groups = " ".join(begun.secret[start : start + 4] for start in range(0, len(begun.secret), 4))
    context = {"qr": draw_qr_path(begun.uri), "secret": begun.secret, "groups": groups, "uri": begun.uri, "to": to}
    return View(template="account_second_factor_scan.html", context=context)


PAGES = (
    Page(path=SECOND_FACTOR, keeps=False, show=show_second_factor, do=begin, access="person", count_try=count_person_visit,
         fields={"password-wrong": "password"}),
    Page(path="/account/second-factor/confirmation", keeps=False, show=show_again, do=confirm, access="person", count_try=count_person_visit,
         fields={"second-factor-wrong": "code"}),
    Page(path="/account/second-factor/removal", keeps=False, show=show_second_factor, do=remove, access="person", count_try=count_person_visit,
         fields={"password-wrong": "password"}),
)  # fmt: skip
