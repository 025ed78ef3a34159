"""The quick check: what is critical for everybody in a sector, on one page. Nothing is stored, and there is no score."""

from compliance.domain.questionnaire import PercentageItem, Questionnaire, ScoredItem, passing_share
from compliance.usecases.deed import Deed
from compliance.usecases.public_pages import always_critical, open_versions
from compliance.usecases.shelf import Version
from compliance.web.page import Page, View, Visit
from compliance.web.serving import NoSuchPage

ANSWERS = ("in-place", "not-yet", "not-sure")


def show_sectors(deed: Deed, visit: Visit) -> View:
    """What do you do?"""
    sectors = [{"name": each.copy.name, "questionnaire": _asked(deed, visit, each)[0]} for each in open_versions(deed)]
    return View(template="quick_sectors.html", context={"sectors": sectors})


def show_questions(deed: Deed, visit: Visit) -> View:
    """The questions of one sector.

    Raises:
        NoSuchPage: no questionnaire of that name is open.
    """
    version = _version(deed, visit)
    asked, is_reviewed = _asked(deed, visit, version)
    items = always_critical(asked)
    shares = {item.id: passing_share(item) for item in items if isinstance(item, PercentageItem)}
    return View(template="quick_questions.html", kept_by=version.copy.digest, context={
        "questionnaire": asked, "items": items, "is_reviewed": is_reviewed, "shares": shares,
    })  # fmt: skip


def show_outcome(deed: Deed, visit: Visit) -> View:
    """What to do first about what is not in place. Only the browser that asked ever has it.

    Raises:
        FormInvalid: with every question that was left open.
        NoSuchPage: no questionnaire of that name is open.
    """
    asked, is_reviewed = _asked(deed, visit, _version(deed, visit))
    items = always_critical(asked)
    for item in items:
        if visit.form.raw(item.id) not in ANSWERS:
            visit.form.complain("field-choose", item.id)
    visit.form.check()

    def answered(answer: str) -> list[ScoredItem]:
        return [item for item in items if visit.form.raw(item.id) == answer]

    return View(template="quick_outcome.html", context={
        "questionnaire": asked, "sector": visit["sector"], "is_reviewed": is_reviewed, "count": len(items),
        "in_place": answered("in-place"), "not_yet": answered("not-yet"), "not_sure": answered("not-sure"),
        "questions": len(asked.scored_items),
    })  # fmt: skip


def _version(deed: Deed, visit: Visit) -> Version:
    version = deed.means.shelf.newest(visit["sector"], deed.today)
    if version is None:
        raise NoSuchPage
    return version


def _asked(deed: Deed, visit: Visit, version: Version) -> tuple[Questionnaire, bool]:
    return deed.means.shelf.translated(version.copy.digest, visit.language)


PAGES = (
    Page(path="/quick-check", show=show_sectors, access="anyone"),
    Page(path="/quick-check/{sector}", show=show_questions, do=show_outcome, access="anyone"),
)
