"""A new account: register, then prove the mail address by a code or a link."""

from urllib.parse import urlencode

from compliance.usecases.deed import Deed
from compliance.usecases.registering import (
    CODE_MINUTES,
    SHORTEST_PASSWORD,
    CodeWrong,
    confirm_by_code,
    confirm_by_link,
    register_person,
    resend_code,
    weaknesses,
)
from compliance.usecases.tries import count_client, count_code, count_mail
from compliance.web.doors import count_by_address, count_visit, way_on, where_mails_lie
from compliance.web.page import Go, Page, View, Visit
from compliance.web.person_fields import LONGEST_EMAIL, read_digits, read_email, read_line, read_password
from compliance.web.serving import LOG_IN
from compliance.words.pages import SOURCE, page_languages

CHECK_MAIL = "/register/check-mail"


def show_register(deed: Deed, visit: Visit) -> View | Go:
    """Ask for name, address and password."""
    if deed.person is not None:
        return Go(to=way_on(visit) or "/organisations")
    context = {"to": way_on(visit), "email": _email(visit), "least": SHORTEST_PASSWORD}
    return View(template="doors_register.html", context=context)


def register(deed: Deed, visit: Visit) -> Go:
    """Open the account; a mail with a code and a link goes out."""
    form = visit.form
    name, email, password = read_line(form, "name"), read_email(form, "email"), read_password(form, "password")
    if password:
        # Said together with what else is wrong: whoever mends a form wants to mend it once.
        form.take_in(weaknesses(password, email))
    form.check()
    language = visit.language if visit.language in page_languages() else SOURCE
    register_person(deed, email=email, name=name, password=password, language=language)
    return Go(to=_with(CHECK_MAIL, email=email, to=way_on(visit)))


def count_register(deed: Deed, visit: Visit) -> None:
    """Count a mail only where one would go out: who tries five passwords until one is strong enough goes on."""
    email = visit.form.raw("email")
    if weaknesses(visit.form.raw("password"), email):
        count_client(deed)
    else:
        count_by_address(deed, email, count_mail)


def show_check_mail(deed: Deed, visit: Visit) -> View:
    """Ask for the code. The address stands in this page's own, so that a phone may forget the page meanwhile."""
    context = {"to": way_on(visit), "email": _email(visit), "minutes": CODE_MINUTES,
               "mail_folder": where_mails_lie(deed)}  # fmt: skip
    return View(template="doors_check_mail.html", context=context)


def confirm(deed: Deed, visit: Visit) -> Go:
    """The address is proven by the code."""
    email, code = read_email(visit.form, "email"), read_digits(visit.form, "code")
    visit.form.check()
    confirm_by_code(deed, email=email, code=code)
    return _proven(deed, way_on(visit), email=email)


def send_again(deed: Deed, visit: Visit) -> Go:
    """Mail a new code; the answer is the same for addresses that nobody has."""
    email = read_email(visit.form, "address")
    visit.form.check()
    resend_code(deed, email=email)
    return Go(to=_with(CHECK_MAIL, email=email, to=way_on(visit)), done="code-sent")


def show_link(deed: Deed, visit: Visit) -> View:
    """A button: programs that scan mails follow links, and press no buttons."""
    del deed
    return View(template="doors_confirm_link.html", context={"is_over": isinstance(visit.refusal, CodeWrong)})


def confirm_link(deed: Deed, visit: Visit) -> Go:
    """The address is proven by the link."""
    confirm_by_link(deed, token=visit["token"])
    return _proven(deed, "")


def _proven(deed: Deed, to: str, *, email: str = "") -> Go:
    if deed.person is not None:
        return Go(to=to or "/organisations", done="address-proven")
    return Go(to=_with(LOG_IN, email=email, to=to), done="address-proven")


def _email(visit: Visit) -> str:
    typed = visit.form.raw("email") or visit.form.raw("address") or visit.query.get("email", "")
    return typed.strip()[:LONGEST_EMAIL]


def _with(path: str, **query: str) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


PAGES = (
    Page(path="/register", show=show_register, do=register, access="anyone",
         count_try=count_register),
    Page(path=CHECK_MAIL, show=show_check_mail, do=confirm, access="anyone", fields={"code-wrong": "code"},
         count_try=lambda deed, visit: count_by_address(deed, visit.form.raw("email"), count_code)),
    Page(path="/register/send-again", show=show_check_mail, do=send_again, access="anyone",
         count_try=lambda deed, visit: count_by_address(deed, visit.form.raw("address"), count_mail)),
    Page(path="/email-confirmations/{token}", show=show_link, do=confirm_link, access="anyone",
         count_try=count_visit),
)  # fmt: skip
