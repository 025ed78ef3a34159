"""What the operator does about a certificate that is misused: suspend, withdraw, reinstate; each with its reason."""

from compliance.domain.certificate import normal_number, number_is_valid, read_claim
from compliance.errors import Problem
from compliance.usecases.certificate_statuses import reinstate_certificate, suspend_certificate, withdraw_certificate
from compliance.usecases.certificates import NoSuchCertificate, NumberMistyped, PublicCertificate, read_certificate
from compliance.usecases.deed import Deed
from compliance.web.forms import FormInvalid
from compliance.web.page import Go, Page, Show, View, Visit

CERTIFICATES = "/operator/certificates"
ONE = f"{CERTIFICATES}/{{number}}"


def show_search(deed: Deed, visit: Visit) -> View | Go:
    """Ask for a number; lead to it where there is such a certificate."""
    typed = visit.query.get("number")
    if typed is None:
        return View(template="operator_certificates.html", context={"typed": ""})
    if number_is_valid(typed):
        number = normal_number(typed) or ""
        try:
            read_certificate(deed, number)
        except NoSuchCertificate as refusal:
            visit.refusal = refusal
        else:
            return Go(to=f"{CERTIFICATES}/{number}")
    else:
        problem = Problem("number-mistyped", "number", {"given": typed[:40]})
        visit.refusal = NumberMistyped([problem]) if typed.strip() else FormInvalid([Problem("field-needed", "number")])
    return View(template="operator_certificates.html", context={"typed": typed}, status=422)


def show_certificate(deed: Deed, visit: Visit) -> View:
    """A certificate with what may be decided about it.

    Raises:
        NumberMistyped, NoSuchCertificate: there is none of that number.
    """
    certificate = read_certificate(deed, visit["number"])
    return View(template="operator_certificate.html", context={
        "certificate": certificate, "claim": read_claim(bytes(certificate.claim)), "standing": certificate.standing,
        "may": _steps(certificate),
    })  # fmt: skip


def _steps(certificate: PublicCertificate) -> tuple[str, ...]:
    """What the buttons offer; whether it can be done is decided when it is asked for."""
    if certificate.status == "active":
        return ("suspension", "withdrawal")
    return ("reinstatement", "withdrawal") if certificate.status == "suspended" else ()


def asks_reason(step: str) -> Show:
    """The page of one decision: what it does, and why it is taken."""

    def show(deed: Deed, visit: Visit) -> View | Go:
        certificate = read_certificate(deed, visit["number"])
        if step not in _steps(certificate) and visit.refusal is None:
            return Go(to=f"{CERTIFICATES}/{certificate.number}")
        return View(template="operator_decision.html", context={
            "certificate": certificate, "claim": read_claim(bytes(certificate.claim)), "step": step,
        })  # fmt: skip

    return show


def suspend(deed: Deed, visit: Visit) -> Go:
    """Suspend for misuse."""
    suspend_certificate(deed, visit["number"], _reason(visit))
    return Go(to=ONE.format(**visit.path), done="certificate-suspended")


def withdraw(deed: Deed, visit: Visit) -> Go:
    """Withdraw for misuse; final."""
    reason = _reason(visit, ticks="final")
    withdraw_certificate(deed, visit["number"], reason)
    return Go(to=ONE.format(**visit.path), done="certificate-withdrawn")


def reinstate(deed: Deed, visit: Visit) -> Go:
    """Reinstate what was suspended."""
    reinstate_certificate(deed, visit["number"], _reason(visit))
    return Go(to=ONE.format(**visit.path), done="certificate-reinstated")


def _reason(visit: Visit, ticks: str | None = None) -> str:
    reason = visit.form.text("reason", most=1000)
    if ticks is not None and not visit.form.ticked(ticks):
        visit.form.complain("box-needed", ticks)
    visit.form.check()
    return reason


PAGES = (
    Page(path=CERTIFICATES, show=show_search, access="operator"),
    Page(path=ONE, show=show_certificate, access="operator"),
    Page(path=f"{ONE}/suspension", show=asks_reason("suspension"), do=suspend, access="operator"),
    Page(path=f"{ONE}/withdrawal", show=asks_reason("withdrawal"), do=withdraw, access="operator"),
    Page(path=f"{ONE}/reinstatement", show=asks_reason("reinstatement"), do=reinstate, access="operator"),
)
