"""Before an assessment is submitted: every answer on one page, gaps first; then the statement and the signature."""

from collections.abc import Mapping

from compliance.domain.assessment import STATEMENT_VERSION, AnswersIncomplete
from compliance.usecases.checking import CheckedDraft, CheckedGap, read_check
from compliance.usecases.deed import Deed
from compliance.usecases.overview import who_sees_submission
from compliance.usecases.people import list_people
from compliance.usecases.revisions import StaleRevision
from compliance.usecases.submitting import submit_assessment
from compliance.web.notices import N_
from compliance.web.page import Go, Page, View, Visit
from compliance.words import say_problem
from compliance.words.pages import is_reviewed

A = "/organisations/{organisation_id}/assessments/{assessment_id}"
OPEN_STATES = ("draft", "returned")

STATEMENT = N_(
    "I may speak for this business. I have read the facts and the answers of this submission, and to the best of my "
    "knowledge they are true and leave nothing out that would change them. What is named as evidence exists. Nothing "
    "in this submission names or shows a child. I understand that a certificate rests on this statement, and is "
    "withdrawn if it turns out to be false."
)
"""The words of the statement that is signed today, for the catalogues of translations; a test holds the two together."""

GAPS: Mapping[str, str] = {
    "gap-fact-missing": N_("Not answered yet."),
    "gap-fact-unconfirmed": N_("Carried over from the last assessment. Look at it, then confirm or change it."),
    "gap-unanswered": N_("Not answered yet."),
    "gap-unconfirmed": N_("Carried over from the last assessment. Look at it, then confirm or change it."),
    "gap-claim-without-reason": N_("Write down why it does not apply to you."),
    "gap-claim-critical": N_("This one is critical, so it always applies. Answer it."),
    "gap-evidence-scanning": N_("A file is still being scanned. Wait a few minutes."),
    "gap-evidence-rejected": N_("A file was rejected when it was scanned. Take it away, or attach a clean one."),
    "gap-evidence-purged": N_("A file has been deleted. Take it away, or attach it again."),
    "gap-evidence-unknown": N_("A file was never uploaded here. Upload it, or take it away."),
}
"""What is missing, in words; where a value is wrong, the problem says what would be right."""


def show_check(deed: Deed, visit: Visit) -> View | Go:
    """Gaps first, then every answer."""
    at = A.format(**visit.path)
    assessment, checked = read_check(deed, visit["assessment_id"], visit.language)
    if assessment.state not in OPEN_STATES:
        return Go(to=f"{at}/result" if assessment.snapshots else at)
    return _check_view(deed, visit, checked)


def _check_view(deed: Deed, visit: Visit, checked: CheckedDraft) -> View:
    gaps = [{"gap": each, "says": _gap_says(each, visit.language), "is_own": each.kind in GAPS}
            for each in checked.gaps]  # fmt: skip
    can_sign = deed.actor.has("signatory")
    carried = sum(each.kind in ("gap-unconfirmed", "gap-fact-unconfirmed") for each in checked.gaps)
    return View(template="check.html", context={
        "at": A.format(**visit.path), "checked": checked, "gaps": gaps, "can_sign": can_sign, "carried": carried,
        "signatories": [] if can_sign else _signatories(deed), "who": "draft",
        "is_changed": isinstance(visit.refusal, StaleRevision),
    })  # fmt: skip


def _gap_says(gap: CheckedGap, language: str) -> str:
    return GAPS.get(gap.kind) or say_problem(gap.problem, language)


def _signatories(deed: Deed) -> list[str]:
    return [each.name for each in list_people(deed) if "signatory" in each.roles]


def show_sign(deed: Deed, visit: Visit) -> View | Go:
    """The statement with the signature; what was changed meanwhile has to be read first."""
    at = A.format(**visit.path)
    assessment, checked = read_check(deed, visit["assessment_id"], visit.language)
    if assessment.state not in OPEN_STATES:
        return Go(to=f"{at}/result" if assessment.snapshots else at)
    if isinstance(visit.refusal, StaleRevision | AnswersIncomplete):
        changed = _check_view(deed, visit, checked)
        visit.refusal = None  # the page says it in its own words, with a link for every gap
        return changed
    if checked.gaps:
        return Go(to=f"{at}/check")
    can_sign = deed.actor.has("signatory")
    return View(template="sign.html", context={
        "at": at, "checked": checked, "statement": STATEMENT, "statement_version": STATEMENT_VERSION,
        "is_statement_reviewed": is_reviewed(visit.language), "can_sign": can_sign,
        "signatories": [] if can_sign else _signatories(deed), "who": "submission",
        "regulators": who_sees_submission(deed, visit["assessment_id"]),
        "answers": sum(1 for section in checked.sections for item in section.items if item.says),
        "own_name": deed.someone.name,
    })  # fmt: skip


def sign(deed: Deed, visit: Visit) -> Go:
    """Sign and submit."""
    form = visit.form
    name, role = form.text("name", most=150), form.text("role", most=150)
    if not form.ticked("agree"):
        form.complain("box-needed", "agree")
    form.check()
    submit_assessment(deed, visit["assessment_id"], name=name, role=role, statement=form.raw("statement"),
                      fingerprint=form.raw("fingerprint"))  # fmt: skip
    return Go(to=f"{A.format(**visit.path)}/result", done="submitted")


PAGES = (
    Page(path=f"{A}/check", show=show_check),
    Page(path=f"{A}/sign", show=show_sign, do=sign, fields={"statement": "agree"}),
)
