"""Assess again, with everything carried over that still fits; and take an assessment back."""

from msgspec.structs import replace

from compliance.usecases.assessments import AssessmentInvalid, get_assessment, withdraw_assessment
from compliance.usecases.carrying import preview_carry_over, start_successor
from compliance.usecases.deed import Deed
from compliance.usecases.result_history import read_certificate_of
from compliance.usecases.shelf import NoSuchVersion
from compliance.web.checking import A
from compliance.web.page import Go, Page, View, Visit

O = "/organisations/{organisation_id}"  # noqa: E741 - as in the map of addresses
WITHDRAWABLE = ("draft", "submitted")


def show_again(deed: Deed, visit: Visit) -> View:
    """What would be carried, what must be looked at, what is new."""
    assessment = get_assessment(deed, visit["assessment_id"])
    context = {"at": A.format(**visit.path), "assessment": assessment, "who": "draft", "carry": None}
    try:
        carry = preview_carry_over(deed, assessment.id, sector=None, country=None, site_ids=None)
    except (AssessmentInvalid, NoSuchVersion) as refusal:
        # A site was closed, or the questionnaire is no longer open: the page says so, and where to begin instead.
        # The sites are chosen elsewhere, so no field here is to blame.
        refusal.problems = tuple(replace(each, where="") for each in refusal.problems)
        visit.refusal = refusal
        return View(template="again.html", context=context)
    shelf = deed.means.shelf
    version = shelf.named(carry.questionnaire)
    translated, _ = shelf.translated(version.copy.digest, visit.language)
    texts = {each.id: each.text for each in (*translated.facts, *translated.items)}
    earlier, _ = shelf.translated(assessment.questionnaire_digest, visit.language)
    texts = {**{each.id: each.text for each in (*earlier.facts, *earlier.items)}, **texts}
    return View(template="again.html", context={
        **context, "carry": carry, "texts": texts, "is_own": carry.opens == assessment.id,
        "is_newer": carry.questionnaire != assessment.questionnaire, "title": translated.title,
        "text_language": translated.language,
        "version": version.copy.version, "proposed": [each for each in carry.carried if each.is_proposed],
    })  # fmt: skip


def assess_again(deed: Deed, visit: Visit) -> Go:
    """Start the successor, or open the draft that is there."""
    started = start_successor(deed, visit["assessment_id"], sector=None, country=None, site_ids=None, language=None)
    to = f"{O}/assessments/{started.assessment.id}".format(**visit.path)
    return Go(to=to, done="carried-over" if started.is_new else None)


def show_withdraw(deed: Deed, visit: Visit) -> View:
    """What it means to withdraw, before somebody does it."""
    assessment = get_assessment(deed, visit["assessment_id"])
    return View(template="again_withdraw.html", context={
        "at": A.format(**visit.path), "assessment": assessment, "can_withdraw": assessment.state in WITHDRAWABLE,
        "may_withdraw": deed.actor.has("owner", "signatory"),
        "certificate": read_certificate_of(deed, assessment.id), "who": "submission" if assessment.snapshots else "draft",
    })  # fmt: skip


def withdraw(deed: Deed, visit: Visit) -> Go:
    """Take it back."""
    reason = visit.form.text("reason", most=1000)
    visit.form.check()
    withdraw_assessment(deed, visit["assessment_id"], reason)
    return Go(to=f"{O}/assessments".format(**visit.path), done="withdrawn")


PAGES = (
    Page(path=f"{A}/again", show=show_again, do=assess_again),
    Page(path=f"{A}/withdraw", show=show_withdraw, do=withdraw),
)
