"""Trying to cheat: an altered copy of a certificate, and the step of the check that notices it."""

from collections.abc import Mapping

from compliance.errors import Refusal
from compliance.usecases.altered import Alteration, Altered, alter_certificate, alteration_of, newest_certificate
from compliance.usecases.certificates import NoSuchCertificate, NumberMistyped, read_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.demo_doors import three_certificates
from compliance.usecases.published import NotPublished
from compliance.web.notices import N_
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.web.verdicts import shown_verdict

TRY = "/check/try"
ALTERATIONS: Mapping[Alteration, str] = {
    "name": N_("Put another business's name on it"), "date": N_("Make it valid for longer"),
    "claim": N_("Put another certificate's words into it"),
}  # fmt: skip
"""What each button says."""


def show_try(deed: Deed, visit: Visit) -> View:
    """Which certificate, which alteration; then what was altered and what the check says."""
    typed = visit.query.get("number")
    number = newest_certificate(deed) if typed is None else typed
    altered: Altered | None = None
    try:
        if number is not None:
            number = read_certificate(deed, number).number
            alteration = alteration_of(visit.query.get("change", ""))
            altered = None if alteration is None else alter_certificate(deed, number, alteration)
    except (NumberMistyped, NoSuchCertificate, NotPublished) as refusal:
        return _refused(visit, refusal, typed or "")
    return View(template="check_try.html", context={
        "number": number, "typed": "", "alterations": ALTERATIONS, "altered": altered,
        "alteration": visit.query.get("change") if altered else None,
        "checked": shown_verdict(altered.verdict, visit.language) if altered else None,
    })  # fmt: skip


def _refused(visit: Visit, refusal: Refusal, typed: str) -> View:
    visit.refusal = refusal
    return View(template="check_try.html", status=422, context={
        "number": None, "typed": typed, "alterations": ALTERATIONS, "altered": None, "checked": None,
    })  # fmt: skip


def save_altered(deed: Deed, visit: Visit) -> Download | Go:
    """The altered copy as a file, to be tried on any checker.

    Raises:
        NumberMistyped, NoSuchCertificate, NotPublished: see `alter_certificate`.
    """
    alteration = alteration_of(visit.query.get("change", ""))
    number = visit.query.get("number", "")
    if alteration is None or not number:
        return Go(to=TRY)
    altered = alter_certificate(deed, number, alteration)
    return Download(body=altered.content, media_type="application/json", name=f"{altered.number}-altered.json")


def show_three(deed: Deed, visit: Visit) -> View:
    """Three certificates of the demonstration: a valid one, a suspended one, an altered one.

    Raises:
        NoDemonstration: real businesses are served here.
    """
    del visit
    return View(template="check_three.html", context={"three": three_certificates(deed)})


PAGES = (
    Page(path=TRY, show=show_try, access="anyone",
         fields={"no-such-certificate": "number", "not-published": "number"}),
    Page(path=f"{TRY}/altered.json", show=save_altered, access="anyone"),
    Page(path="/check/three", show=show_three, access="anyone"),
)  # fmt: skip
