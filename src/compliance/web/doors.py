"""The doors: log in and out, and a new password for whoever forgot theirs."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.usecases.registering import RESET_MINUTES, SHORTEST_PASSWORD, CodeWrong, ask_for_reset, reset_password
from compliance.usecases.second_factor import SecondFactorNeeded
from compliance.usecases.signing_in import (
    SignedIn,
    SignInOver,
    count_note,
    end_this_session,
    finish_sign_in,
    language_of,
    note_password,
    sign_in,
)
from compliance.usecases.tries import count_client, count_mail, count_person, count_sign_in
from compliance.web.devices import name_device
from compliance.web.page import Go, Page, View, Visit, leads_to
from compliance.web.person_fields import LONGEST_EMAIL, plain_digits, read_email, read_password
from compliance.web.serving import LOG_IN, local_path
from compliance.words.pages import page_languages


class Kept(Struct):
    """A form that was sent when nobody was logged in any more: where to, and what was typed."""

    to: str
    fields: list[tuple[str, str]]


def way_on(visit: Visit) -> str:
    """Where the visitor was going when a door stood in the way; empty where nowhere yet."""
    given = visit.form.raw("to") or visit.query.get("to", "")
    return local_path(given) if given else ""


def where_mails_lie(deed: Deed) -> str | None:
    """The folder in which the demonstration lays its mails, which go to nobody."""
    folder = deed.means.mail_folder
    return str(folder) if deed.means.terms.is_demo and folder is not None else None


def count_by_address(deed: Deed, email: str, count: Callable[[Deed, str], None]) -> None:
    """Count a try of an address; by where it comes from only, where none was typed: nobody waits for another's slip."""
    if email.strip():
        count(deed, email)
    else:
        count_client(deed)


def count_visit(deed: Deed, visit: Visit) -> None:
    """Count a try by where it comes from."""
    del visit
    count_client(deed)


def count_person_visit(deed: Deed, visit: Visit) -> None:
    """Count a try of somebody who is logged in: by the account, and by where it comes from."""
    del visit
    count_person(deed)


def show_log_in(deed: Deed, visit: Visit) -> View | Go:
    """Ask for address and password."""
    to = way_on(visit) or "/organisations"
    if deed.person is not None and visit.refusal is None:
        return Go(to=to)
    context = {"to": to, "kept": visit.form.raw("kept"),
               "email": visit.form.raw("email") or visit.query.get("email", "")[:LONGEST_EMAIL]}  # fmt: skip
    return View(template="log_in.html", context=context)


def log_in(deed: Deed, visit: Visit) -> Go | View:
    """Open a session; where the account asks for a second proof, ask for the code on a page of its own."""
    form = visit.form
    email, password = form.text("email", most=LONGEST_EMAIL), read_password(form, "password")
    form.check()
    try:
        opened = sign_in(deed, email=email, password=password, code=None, device=name_device(visit.device))
    except SecondFactorNeeded:
        return _ask_code(visit, note_password(deed, email=email))
    return _go_on(deed, visit, opened)


def show_code(deed: Deed, visit: Visit) -> View | Go:
    """Ask for the code again; from the beginning, where that is no longer possible."""
    note = visit.form.raw("note")
    if not note:
        return Go(to=LOG_IN)
    return show_log_in(deed, visit) if isinstance(visit.refusal, SignInOver) else _ask_code(visit, note)


def log_in_with_code(deed: Deed, visit: Visit) -> Go | View:
    """Open a session for somebody whose password was right."""
    code = plain_digits(visit.form.text("code", most=40))
    visit.form.check()
    opened = finish_sign_in(deed, note=visit.form.raw("note"), code=code, device=name_device(visit.device))
    return _go_on(deed, visit, opened)


def _ask_code(visit: Visit, note: str) -> View:
    context = {"note": note, "to": way_on(visit), "kept": visit.form.raw("kept")}
    return View(template="log_in_code.html", context=context)


def _go_on(deed: Deed, visit: Visit, opened: SignedIn) -> Go | View:
    """To where the visitor wanted to go, with what they had typed."""
    kept = _kept(visit.form.raw("kept"))
    if kept is not None:
        return View(template="go_on.html", context={"to": local_path(kept.to), "fields": kept.fields},
                    session=opened.token)  # fmt: skip
    language = language_of(deed, opened)
    is_theirs = not visit.has_chosen_language and language in page_languages()
    return Go(to=way_on(visit) or "/organisations", session=opened.token, language=language if is_theirs else None)


def _kept(raw: str) -> Kept | None:
    try:
        return msgspec.json.decode(raw, type=Kept) if raw else None
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None


def log_out(deed: Deed, visit: Visit) -> Go:
    """End this session."""
    del visit
    end_this_session(deed)
    return Go(to="/", ends_session=True, done="logged-out")


def show_recover(deed: Deed, visit: Visit) -> View:
    """Ask whose password is forgotten; say that a mail is on its way, whoever was named."""
    is_sent = visit.query.get("sent") == "yes" and visit.refusal is None
    context = {"is_sent": is_sent, "minutes": RESET_MINUTES, "mail_folder": where_mails_lie(deed)}
    return View(template="doors_recover.html", context=context)


def recover(deed: Deed, visit: Visit) -> Go:
    """Mail a link. The answer is the same for addresses that nobody has."""
    email = read_email(visit.form, "email")
    visit.form.check()
    ask_for_reset(deed, email=email)
    return Go(to="/recover?sent=yes")


def show_new_password(deed: Deed, visit: Visit) -> View:
    """Ask for the new password. The link is looked at when it is used: programs that scan mails open it as well."""
    del deed
    context = {"is_over": isinstance(visit.refusal, CodeWrong), "least": SHORTEST_PASSWORD}
    return View(template="doors_new_password.html", context=context)


def choose_password(deed: Deed, visit: Visit) -> Go:
    """Set it; every session ends."""
    password = read_password(visit.form, "password")
    visit.form.check()
    reset_password(deed, token=visit["token"], password=password)
    return Go(to=LOG_IN, ends_session=True, done="password-chosen")


PAGES = (
    Page(path=LOG_IN, show=show_log_in, do=log_in, access="anyone",
         count_try=lambda deed, visit: count_by_address(deed, visit.form.raw("email"), count_sign_in)),
    Page(path="/log-in/code", show=show_code, do=log_in_with_code, access="anyone",
         fields={"second-factor-wrong": "code"},
         count_try=lambda deed, visit: count_note(deed, visit.form.raw("note"))),
    Page(path="/log-out", show=leads_to("/account"), do=log_out, access="person"),
    Page(path="/recover", show=show_recover, do=recover, access="anyone",
         count_try=lambda deed, visit: count_by_address(deed, visit.form.raw("email"), count_mail)),
    Page(path="/password-resets/{token}", show=show_new_password, do=choose_password, access="anyone",
         count_try=count_visit),
)  # fmt: skip
