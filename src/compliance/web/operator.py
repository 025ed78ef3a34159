"""The operator's pages: what waits for somebody, and what may be done about it. Never answers, never evidence."""

from typing import Literal, cast, get_args
from urllib.parse import urlencode

from compliance.usecases.deed import Deed
from compliance.usecases.identity_queues import confirm_for_operator, list_operator_queue, refuse_for_operator
from compliance.usecases.jobs import JobState, list_jobs, retry_job
from compliance.usecases.mailing import MailsSentElsewhere, list_mails
from compliance.usecases.operating import read_numbered_identity, see_what_waits, unreviewed_questionnaires
from compliance.usecases.operators import list_organisations
from compliance.usecases.public_pages import channels_due
from compliance.usecases.revisions import StaleRevision
from compliance.web.countries import country_names
from compliance.web.page import A_SCREEN, Go, Page, View, Visit
from compliance.words.pages import SOURCE, is_reviewed, page_languages

IdentityState = Literal["waiting", "confirmed", "refused"]
IDENTITIES = "/operator/identities"
IDENTITY = f"{IDENTITIES}/{{holder_id}}/{{country}}"


def show_dashboard(deed: Deed, visit: Visit) -> View:
    """What waits."""
    del visit
    unreviewed = [each for each in page_languages() if not is_reviewed(each)]
    context = {"waits": see_what_waits(deed), "page_translations": len(unreviewed)}
    return View(template="operator_dashboard.html", context=context)


# Identities


def show_identities(deed: Deed, visit: Visit) -> View:
    """Register numbers, by default those that wait.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    state = cast("IdentityState", _one_of(visit, "state", get_args(IdentityState), "waiting"))
    found = list_operator_queue(deed, state=state, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    return View(template="operator_identities.html", context={
        "state": state, "found": found.items, "countries": country_names(visit.language),
        "following": _following(IDENTITIES, found.next, state=state),
    })  # fmt: skip


def show_identity(deed: Deed, visit: Visit) -> View:
    """One register number, to be looked up and decided about.

    Raises:
        NoSuchIdentity: none was given there.
    """
    identity = read_numbered_identity(deed, visit["holder_id"], visit["country"])
    was_changed = isinstance(visit.refusal, StaleRevision)
    return View(template="operator_identity.html", context={
        "identity": identity, "countries": country_names(visit.language), "was_changed": was_changed,
    })  # fmt: skip


def confirm_identity(deed: Deed, visit: Visit) -> Go:
    """The number was looked up, and it is the organisation's."""
    seen = visit.form.number("seen")
    visit.form.check()
    confirm_for_operator(deed, visit["holder_id"], visit["country"], seen=seen or 0)
    return Go(to=IDENTITIES, done="identity-confirmed")


def refuse_identity(deed: Deed, visit: Visit) -> Go:
    """The number was looked up, and it is not the organisation's."""
    seen, reason = visit.form.number("seen"), visit.form.text("reason", most=1000)
    visit.form.check()
    refuse_for_operator(deed, visit["holder_id"], visit["country"], reason=reason, seen=seen or 0)
    return Go(to=IDENTITIES, done="identity-refused")


def show_identity_after(deed: Deed, visit: Visit) -> View | Go:
    """What was refused is said on the page of the number; who opens the address itself is led there."""
    if visit.refusal is None:
        return Go(to=IDENTITY.format(**visit.path))
    return show_identity(deed, visit)


# Jobs and mails


def show_jobs(deed: Deed, visit: Visit) -> View:
    """Jobs, by default those that were given up.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    state = cast("JobState", _one_of(visit, "state", get_args(JobState), "dead"))
    found = list_jobs(deed, state=state, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    return View(template="operator_jobs.html", context={
        "state": state, "jobs": found, "states": get_args(JobState),
        "following": _following("/operator/jobs", found.next, state=state),
    })  # fmt: skip


def try_again(deed: Deed, visit: Visit) -> Go:
    """Have a job tried again that was given up."""
    retry_job(deed, visit["job_id"])
    return Go(to="/operator/jobs", done="job-retried")


def show_mails(deed: Deed, visit: Visit) -> View:
    """The newest mails, where no mail server takes them.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    try:
        found = list_mails(deed, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    except MailsSentElsewhere:
        return View(template="operator_mails.html", context={"mails": None})
    return View(template="operator_mails.html",
                context={"mails": found.mails, "following": _following("/operator/mail", found.next)})  # fmt: skip


# Lists


def show_organisations(deed: Deed, visit: Visit) -> View:
    """Every organisation of the service.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    found = list_organisations(deed, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    return View(template="operator_organisations.html", context={
        "found": found.items, "countries": country_names(visit.language),
        "following": _following("/operator/organisations", found.next),
    })  # fmt: skip


def show_channels(deed: Deed, visit: Visit) -> View:
    """Reporting channels that somebody should try out."""
    context = {"channels": channels_due(deed), "countries": country_names(visit.language)}
    return View(template="operator_channels.html", context=context)


def show_translations(deed: Deed, visit: Visit) -> View:
    """Translations that wait for an expert."""
    del visit
    pages = [(each, is_reviewed(each)) for each in page_languages() if each != SOURCE]
    return View(template="operator_translations.html",
                context={"pages": pages, "questionnaires": unreviewed_questionnaires(deed)})  # fmt: skip


def show_terms(deed: Deed, visit: Visit) -> View:
    """What the operator has decided, and every setting with where it comes from; the values of secrets are masked."""
    del visit
    means = deed.means
    terms = means.terms
    context = {
        "idle_minutes": int(terms.session_idle.total_seconds() // 60),
        "longest_hours": int(terms.session_longest.total_seconds() // 3600),
        "file_mib": terms.evidence_max_bytes // 2**20, "quota_mib": terms.evidence_quota_bytes // 2**20,
        "mails_in_folder": means.mail_folder is not None, "settings": means.settings,
    }  # fmt: skip
    return View(template="operator_settings.html", context=context)


def _one_of(visit: Visit, name: str, known: tuple[str, ...], usual: str) -> str:
    given = visit.query.get(name, usual)
    return given if given in known else usual


def _following(path: str, cursor: str | None, **query: str) -> str | None:
    return None if cursor is None else f"{path}?{urlencode({**query, 'cursor': cursor})}"


PAGES = (
    Page(path="/operator", show=show_dashboard, access="operator"),
    Page(path=IDENTITIES, show=show_identities, access="operator"),
    Page(path=IDENTITY, show=show_identity, access="operator"),
    Page(path=f"{IDENTITY}/confirmation", show=show_identity_after, do=confirm_identity, access="operator"),
    Page(path=f"{IDENTITY}/refusal", show=show_identity_after, do=refuse_identity, access="operator"),
    Page(path="/operator/jobs", show=show_jobs, access="operator"),
    Page(path="/operator/jobs/{job_id}/retry", show=show_jobs, do=try_again, access="operator"),
    Page(path="/operator/mail", show=show_mails, access="operator"),
    Page(path="/operator/organisations", show=show_organisations, access="operator"),
    Page(path="/operator/channels", show=show_channels, access="operator"),
    Page(path="/operator/translations", show=show_translations, access="operator"),
    Page(path="/operator/settings", show=show_terms, access="operator"),
)
