"""Assessments: the list, a new one, and the list of what is to be done in one."""

from typing import Any

from msgspec import Struct

from compliance.domain.questionnaire import Questionnaire
from compliance.errors import NotFound, Problem
from compliance.usecases.assessments import (
    AssessmentInvalid,
    ShownAssessment,
    check_works,
    list_assessments,
    start_assessment,
)
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import read_organisation
from compliance.usecases.overview import Standing, read_standing, site_names
from compliance.usecases.sites import ShownSite, list_sites
from compliance.web.countries import country_name
from compliance.web.page import A_SCREEN, Go, Page, View, Visit
from compliance.web.sheet import ASSESSMENT, MINUTES_AN_ITEM, STATES, common, open_sheet

ASSESSMENTS = "/organisations/{organisation_id}/assessments"
MOST_SITES = 500


class Listed(Struct, frozen=True, kw_only=True):
    """An assessment in the list."""

    assessment: ShownAssessment
    title: str
    """Of its questionnaire, in the reader's language if it is translated."""
    language: str
    """Of the title."""
    sites: tuple[str, ...]
    standing: Standing | None
    """Of a draft."""


class Choice(Struct, frozen=True, kw_only=True):
    """A sector that can be assessed."""

    name: str
    questionnaire: Questionnaire
    items: int
    always: int
    """Of these, how many are asked of everybody."""


def show_list(deed: Deed, visit: Visit) -> View:
    """Every assessment that the reader may see, newest first."""
    page = list_assessments(deed, cursor=visit.query.get("after"), limit=A_SCREEN, state=None)
    listed = [_listed(deed, each, visit.language) for each in page.items]
    context = {"listed": listed, "next": page.next, "at": ASSESSMENTS.format(**visit.path), "states": STATES,
               "who": "draft", "is_later": "after" in visit.query}  # fmt: skip
    return View(template="assessment_list.html", context=context)


def _listed(deed: Deed, assessment: ShownAssessment, language: str) -> Listed:
    shelf = deed.means.shelf
    questionnaire, _ = shelf.translated(shelf.named(assessment.questionnaire).copy.digest, language)
    standing = read_standing(deed, assessment.id) if assessment.state == "draft" else None
    return Listed(assessment=assessment, title=questionnaire.title, language=questionnaire.language,
                  sites=site_names(deed, assessment.id), standing=standing)  # fmt: skip


def show_new(deed: Deed, visit: Visit) -> View:
    """Which questionnaire, for which sites."""
    check_works(deed)
    organisation = read_organisation(deed)
    sites = _open_sites(deed)
    countries = {site.country for site in sites}
    context: dict[str, Any] = {
        "choices": _choices(deed, visit.language), "sites": sites, "at": ASSESSMENTS.format(**visit.path),
        "minutes": MINUTES_AN_ITEM, "o": f"/organisations/{visit['organisation_id']}", "shows_country": len(countries) > 1, "who": "draft",
        "country_names": {each: country_name(each, visit.language) for each in countries},
        "sector": organisation.sectors[0] if len(organisation.sectors) == 1 else visit.query.get("sector", ""),
    }  # fmt: skip
    return View(template="assessment_new.html", context=context)


def _choices(deed: Deed, language: str) -> list[Choice]:
    shelf = deed.means.shelf
    names = sorted({version.copy.name for version in shelf.versions()})
    open_ones = [version for name in names if (version := shelf.newest(name, deed.today)) is not None]
    found: list[Choice] = []
    for version in open_ones:
        questionnaire, _ = shelf.translated(version.copy.digest, language)
        scored = questionnaire.scored_items
        always = sum(item.applies_if is None for item in scored)
        found.append(Choice(name=version.copy.name, questionnaire=questionnaire, items=len(scored), always=always))
    return found


def _open_sites(deed: Deed) -> list[ShownSite]:
    return [site for site in list_sites(deed, cursor=None, limit=MOST_SITES).items if site.closed_at is None]


def start(deed: Deed, visit: Visit) -> Go:
    """Start, or go to the one that is open for these sites."""
    form = visit.form
    sector, chosen = form.raw("sector"), form.many("site")
    if not sector:
        form.complain("field-choose", "sector")
    if not chosen:
        form.complain("field-choose", "site")
    form.check()
    countries = {site.id: site.country for site in _open_sites(deed)}
    try:
        started = start_assessment(deed, sector=sector, country=countries.get(chosen[0], ""), site_ids=chosen,
                                   language=visit.language)  # fmt: skip
    except AssessmentInvalid as refusal:
        raise AssessmentInvalid(Problem(each.code, "site" if each.where.startswith("site") else "sector", each.facts)
                                for each in refusal.problems) from None  # fmt: skip
    except NotFound as refusal:
        # A sector that nobody offers was typed into the address bar: beside the choice, not as a missing page.
        raise AssessmentInvalid([Problem("field-choose", "sector")]) from refusal
    here = ASSESSMENTS.format(**visit.path)
    return Go(to=f"{here}/{started.assessment.id}", done="started" if started.is_new else "open-already")


def show_tasks(deed: Deed, visit: Visit) -> View | Go:
    """What is to be done, section by section; of what was submitted, the result."""
    sheet = open_sheet(deed, visit)
    assessment = sheet.standing.assessment
    if not sheet.standing.is_open:
        if assessment.snapshots:
            return Go(to=f"{sheet.at}/result")
        return View(template="assessment_closed.html", context=common(deed, sheet))
    context = {
        **common(deed, sheet),
        "titles": {each.id: each.title for each in sheet.questionnaire.sections},
        "country": country_name(assessment.country, visit.language),
        "to_confirm": sum(each.to_confirm for each in sheet.standing.sections),
        "is_complete": not sheet.standing.gaps,
    }
    return View(template="assessment_tasks.html", context=context)


PAGES = (
    Page(path=ASSESSMENTS, show=show_list),
    Page(path=ASSESSMENTS + "/new", show=show_new, do=start, fields={"site_ids": "site"}),
    Page(path=ASSESSMENT, show=show_tasks),
)
