"""Drafts for chosen sites: one for each, or one over all; what was answered before is carried over.

The earlier assessment that answers are taken from is the newest submission of the sector that was about one of the
sites; else the newest of the organisation in that sector; else its newest in any sector, whose shared part carries.
"""

from typing import Literal

from msgspec import Struct

from compliance.usecases.assessments import (
    ShownAssessment,
    check_sites,
    check_works,
    list_assessments,
    newest_version,
    start_assessment,
)
from compliance.usecases.carrying import start_successor
from compliance.usecases.deed import Deed

_MOST_EARLIER = 200
Grouping = Literal["each", "together"]


class SiteDraft(Struct, frozen=True, kw_only=True):
    """A draft that is there now."""

    assessment: ShownAssessment
    site_names: tuple[str, ...]
    is_new: bool
    """False where it was there before: nothing was carried over it."""
    carried: int
    """Answers that were carried over, to be confirmed."""


def start_drafts(
    deed: Deed, site_ids: tuple[str, ...], *, sector: str, grouping: Grouping, language: str
) -> list[SiteDraft]:
    """Start drafts for the sites, or find those that are there; all or nothing.

    Raises:
        NotYourRole, NoSuchVersion: the actor may not, or the sector cannot be started.
        AssessmentInvalid: no site, or one that is closed or not theirs; for one draft over all, sites in two countries.
        SitesTaken: one draft over all is wanted, and some of the sites stand in others.
    """
    check_works(deed)
    newest_version(deed, sector)
    names = {each.id: each for each in deed.unit.organisations.sites(deed.organisation_id)}
    groups = [site_ids] if grouping == "together" or not site_ids else [(each,) for each in site_ids]
    earlier = [each for each in list_assessments(deed, cursor=None, limit=_MOST_EARLIER, state=None).items
               if each.snapshots and each.state not in ("withdrawn", "draft")]  # fmt: skip
    earlier.sort(key=lambda each: each.submitted_at or each.started_at, reverse=True)

    started: list[SiteDraft] = []
    for group in groups:
        country = names[group[0]].country if group and group[0] in names else ""
        sites = check_sites(deed, group, country)
        source = _source(deed, earlier, sector, group)
        draft, is_new, carried = _start(deed, source, sector, country, group, language)
        started.append(SiteDraft(assessment=draft, site_names=tuple(each.name for each in sites), is_new=is_new,
                                 carried=carried))  # fmt: skip
    return started


def _source(
    deed: Deed, earlier: list[ShownAssessment], sector: str, site_ids: tuple[str, ...]
) -> ShownAssessment | None:
    same = [each for each in earlier if each.sector == sector]
    for each in same:
        if set(site_ids) & set(deed.unit.assessments.site_ids(deed.organisation_id, each.id)):
            return each
    return (same or earlier or [None])[0]


def _start(
    deed: Deed, source: ShownAssessment | None, sector: str, country: str, site_ids: tuple[str, ...], language: str
) -> tuple[ShownAssessment, bool, int]:
    if source is None:
        started = start_assessment(deed, sector=sector, country=country, site_ids=site_ids, language=language)
        return started.assessment, started.is_new, 0
    followed = start_successor(deed, source.id, sector=sector, country=country, site_ids=site_ids, language=language)
    return followed.assessment, followed.is_new, followed.carried
