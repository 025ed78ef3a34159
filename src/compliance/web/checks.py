"""Looking a certificate up: by its number, by anybody. What is typed is read kindly."""

from compliance.domain.certificate import Claim, normal_number, number_is_valid, read_claim
from compliance.domain.questionnaire import Questionnaire
from compliance.errors import Problem
from compliance.usecases.certificates import NoSuchCertificate, NumberMistyped, PublicCertificate, read_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.public_pages import near_numbers
from compliance.usecases.shelf import NoSuchVersion
from compliance.web.countries import country_name
from compliance.web.forms import FormInvalid
from compliance.web.page import Go, Page, View, Visit

_SYMBOLS = 8


def show_check(deed: Deed, visit: Visit) -> View | Go:
    """Ask for the number; lead to its certificate once it is spelt like one. A link may carry it."""
    del deed
    typed = visit.query.get("number")
    if typed is None:
        return _form("")
    if number_is_valid(typed):
        return Go(to=f"/certificates/{normal_number(typed)}")
    problem = Problem("number-mistyped", "number", {"given": typed[:40]})
    visit.refusal = NumberMistyped([problem]) if typed.strip() else FormInvalid([Problem("field-needed", "number")])
    view = _form(typed)
    view.status = 422
    return view


def _form(typed: str) -> View:
    return View(template="certificate_check.html", context={
        "typed": typed, "near": near_numbers(typed), "symbols": _symbols(typed), "wanted": _SYMBOLS,
    })  # fmt: skip


def _symbols(typed: str) -> int:
    """How many letters and digits were typed, without the two in front."""
    read = "".join(each for each in typed.upper() if each.isalnum())
    return len(read if len(read) == _SYMBOLS else read.removeprefix("CP"))


def show_certificate(deed: Deed, visit: Visit) -> View | Go:
    """A certificate as everybody sees it; a page of its own where there is none of that number."""
    typed = visit["number"]
    try:
        certificate = read_certificate(deed, typed)
    except NumberMistyped:
        kept = "".join(each for each in typed if each.isascii() and each.isalnum())
        return Go(to=f"/check?number={kept[:40]}")
    except NoSuchCertificate:
        context = {"number": normal_number(typed), "near": near_numbers(typed)}
        return View(template="certificate_unknown.html", status=404, context=context)
    if typed != certificate.number:
        return Go(to=f"/certificates/{certificate.number}")
    claim = read_claim(bytes(certificate.claim))
    asked = _questionnaire(deed, visit, claim)
    return View(template="certificate_shown.html", context={
        "certificate": certificate, "claim": claim, "questionnaire": asked,
        "reference": f"{claim.questionnaire.name}@{claim.questionnaire.version}",
        "country": country_name(claim.scope.country, visit.language),
        "standing": standing_of(certificate), **_not_checked(claim, asked),
    })  # fmt: skip


def standing_of(certificate: PublicCertificate) -> str:
    """`valid`, `signing` (active, and its signature is still being made), or the status that it has."""
    if certificate.is_valid:
        return "valid"
    return "signing" if certificate.status == "active" else certificate.status


def _questionnaire(deed: Deed, visit: Visit, claim: Claim) -> Questionnaire | None:
    """The version that was met; None where this service does not hold it."""
    try:
        version = deed.means.shelf.named(f"{claim.questionnaire.name}@{claim.questionnaire.version}")
    except NoSuchVersion:
        return None
    return deed.means.shelf.translated(version.copy.digest, visit.language)[0]


def _not_checked(claim: Claim, asked: Questionnaire | None) -> dict[str, object]:
    """What nobody but the holder has looked at, in words where they are known."""
    titles = {section.id: section.title for section in asked.sections} if asked else {}
    facts = {fact.id: fact.text for fact in asked.facts} if asked else {}
    return {
        "unchecked": [(titles.get(name, name), count) for name, count in claim.not_checked.sections.items()],
        "unchecked_facts": [facts.get(name, name) for name in claim.not_checked.facts],
    }


PAGES = (
    Page(path="/check", show=show_check, access="anyone"),
    Page(path="/certificates/{number}", show=show_certificate, access="anyone"),
)
