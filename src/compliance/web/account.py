"""A person's own account: name and language, password, where one is logged in, the end."""

from compliance.usecases.accounts import change_me, change_password, close_account, show_me
from compliance.usecases.deed import Deed
from compliance.usecases.registering import SHORTEST_PASSWORD
from compliance.usecases.signing_in import end_other_sessions, end_session, list_sessions
from compliance.usecases.tokens import list_tokens
from compliance.web.doors import count_person_visit
from compliance.web.page import Go, Page, View, Visit, leads_to
from compliance.web.person_fields import read_line, read_password
from compliance.words.pages import page_languages

SESSIONS = "/account/sessions"


def show_account(deed: Deed, visit: Visit) -> View:
    """Everything at a glance, with links to change it."""
    working = [each for each in list_tokens(deed)
               if each.revoked_at is None and (each.expires_at or deed.now) > deed.now]  # fmt: skip
    context = {"me": show_me(deed), "sessions": list_sessions(deed), "tokens": working,
               "belongs": len(visit.organisations)}  # fmt: skip
    return View(template="account.html", context=context)


def show_name(deed: Deed, visit: Visit) -> View:
    """Ask for the name and the language of mails and pages."""
    del visit
    return View(template="account_name.html", context={"me": show_me(deed), "choices": page_languages()})


def change_name(deed: Deed, visit: Visit) -> Go:
    """Take both; the language of the pages changes as well."""
    form = visit.form
    name, language = read_line(form, "name"), form.text("language", most=20)
    if language and language not in page_languages():
        form.complain("field-choose", "language")
    form.check()
    change_me(deed, name=name, language=language)
    return Go(to="/account", done="saved", language=language)


def show_password(deed: Deed, visit: Visit) -> View:
    """Ask for the password as it is, and as it shall be."""
    del visit
    return View(template="account_password.html", context={"me": show_me(deed), "least": SHORTEST_PASSWORD})


def put_password(deed: Deed, visit: Visit) -> Go:
    """Change it; every other session ends."""
    current, new = read_password(visit.form, "current"), read_password(visit.form, "new")
    visit.form.check()
    opened = change_password(deed, current=current, new=new)
    return Go(to="/account", session=opened.token, done="password-changed")


def show_sessions(deed: Deed, visit: Visit) -> View:
    """Where one is logged in, this one first."""
    del visit
    sessions = sorted(list_sessions(deed), key=lambda each: not each.is_current)
    return View(template="account_sessions.html", context={"sessions": sessions})


def end_others(deed: Deed, visit: Visit) -> Go:
    """Log out everywhere else."""
    del visit
    end_other_sessions(deed)
    return Go(to=SESSIONS, done="others-logged-out")


def end_one(deed: Deed, visit: Visit) -> Go:
    """Log out there; here, if it is this one."""
    is_this = visit["session_id"] == deed.someone.credential_id
    end_session(deed, visit["session_id"])
    return Go(to="/", ends_session=True, done="logged-out") if is_this else Go(to=SESSIONS, done="logged-out-there")


def show_closing(deed: Deed, visit: Visit) -> View:
    """Say what goes and what stays; ask for the password."""
    del visit
    return View(template="account_closing.html", context={"me": show_me(deed)})


def close(deed: Deed, visit: Visit) -> Go:
    """Close the account for good."""
    password = read_password(visit.form, "password")
    visit.form.check()
    close_account(deed, password=password)
    return Go(to="/", ends_session=True, done="account-closed")


PAGES = (
    Page(path="/account", show=show_account, access="person"),
    Page(path="/account/name", show=show_name, do=change_name, access="person"),
    Page(path="/account/password", keeps=False, show=show_password, do=put_password, access="person", count_try=count_person_visit,
         fields={"password": "new", "password-wrong": "current"}),
    Page(path=SESSIONS, show=show_sessions, do=end_others, access="person"),
    Page(path="/account/sessions/{session_id}/end", show=leads_to(SESSIONS), do=end_one, access="person"),
    Page(path="/account/closing", keeps=False, show=show_closing, do=close, access="person", count_try=count_person_visit,
         fields={"password-wrong": "password"}),
)  # fmt: skip
