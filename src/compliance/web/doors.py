"""The doors: log in and out."""

import msgspec
from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.usecases.second_factor import SecondFactorNeeded, SecondFactorWrong
from compliance.usecases.signing_in import end_this_session, sign_in
from compliance.usecases.tries import count_sign_in
from compliance.web.page import Go, Page, View, Visit, leads_to
from compliance.web.serving import LOG_IN, local_path


class Kept(Struct):
    """A form that was sent when nobody was logged in any more: where to, and what was typed."""

    to: str
    fields: list[tuple[str, str]]


def show_log_in(deed: Deed, visit: Visit) -> View | Go:
    """Ask for address and password; for the second factor's code where there is one."""
    to = local_path(visit.form.raw("to") or visit.query.get("to", "/organisations"))
    if deed.person is not None and visit.refusal is None:
        return Go(to=to)
    asks_code = isinstance(visit.refusal, SecondFactorNeeded | SecondFactorWrong)
    if isinstance(visit.refusal, SecondFactorNeeded):
        visit.refusal = None  # nothing is wrong: one more thing is asked
    context = {"to": to, "kept": visit.form.raw("kept"), "asks_code": asks_code, "email": visit.form.raw("email")}
    return View(template="log_in.html", context=context)


def log_in(deed: Deed, visit: Visit) -> Go | View:
    """Open a session; then go on where the visitor wanted to, with what they had typed."""
    form = visit.form
    email, code = form.text("email", most=254), form.maybe("code", most=20)
    password = form.raw("password")
    if not password:
        form.complain("field-needed", "password")
    form.check()
    opened = sign_in(deed, email=email, password=password, code=code, device=visit.device)
    to = local_path(form.raw("to") or "/organisations")
    kept = _kept(form.raw("kept"))
    if kept is not None:
        return View(template="go_on.html", context={"to": local_path(kept.to), "fields": kept.fields},
                    session=opened.token)  # fmt: skip
    return Go(to=to, session=opened.token)


def _kept(raw: str) -> Kept | None:
    try:
        return msgspec.json.decode(raw, type=Kept) if raw else None
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def log_out(deed: Deed, visit: Visit) -> Go:
    """End this session."""
    del visit
    end_this_session(deed)
    return Go(to="/", ends_session=True, done="logged-out")


PAGES = (
    Page(path=LOG_IN, show=show_log_in, do=log_in, access="anyone",
         count_try=lambda deed, visit: count_sign_in(deed, visit.form.raw("email"))),
    Page(path="/log-out", show=leads_to("/account"), do=log_out, access="person"),
)  # fmt: skip
