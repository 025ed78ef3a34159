"""A certificate as everybody sees it who has its number: for a person in a lobby first, step by step for whoever wants more."""

from datetime import timedelta

from compliance.domain.certificate import Claim, normal_number, read_claim
from compliance.domain.questionnaire import Questionnaire
from compliance.usecases.certificates import NoSuchCertificate, NumberMistyped, PublicCertificate, read_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.public_checks import check_stored
from compliance.usecases.public_pages import near_numbers
from compliance.usecases.published import Place, status_now
from compliance.usecases.shelf import NoSuchVersion
from compliance.usecases.verifying import Verdict
from compliance.web.countries import country_name
from compliance.web.page import Go, Page, View, Visit
from compliance.web.verdicts import shown_verdict

ENDS_SOON = timedelta(days=30)
_MOST_TOWNS = 4


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
    verdict = check_stored(deed, certificate.number)
    now = status_now(deed, certificate)
    return View(template="certificate_shown.html", context={
        "certificate": certificate, "claim": claim, "questionnaire": asked,
        "reference": f"{claim.questionnaire.name}@{claim.questionnaire.version}",
        "country": country_name(claim.scope.country, visit.language), "places": now.sites, "towns": _towns(now.sites),
        "successor": now.successor, "standing": _proven_standing(certificate, claim, verdict),
        "ends_soon": certificate.is_valid and claim.valid_until - deed.today <= ENDS_SOON,
        "checked": None if verdict is None else shown_verdict(verdict, visit.language), **_not_checked(claim, asked),
    })  # fmt: skip


def _proven_standing(certificate: PublicCertificate, claim: Claim, verdict: Verdict | None) -> str:
    """The same; `unproven` where it reads as valid, and what was signed is not there, fails our check, or says otherwise."""
    standing = certificate.standing
    is_doubtful = verdict is None or verdict.state == "false" or verdict.claim != claim
    return "unproven" if standing == "valid" and is_doubtful else standing


def _towns(places: tuple[Place, ...]) -> tuple[str, ...]:
    """The towns of all sites, each once; none where there are too many to be read at a glance."""
    towns = tuple(dict.fromkeys(each.town for each in places if each.town))
    return towns if len(towns) <= _MOST_TOWNS else ()


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


PAGES = (Page(path="/certificates/{number}", show=show_certificate, access="anyone"),)
