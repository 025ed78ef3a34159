"""Many sites at once, from a list: first what would come of each line, then all of them or none.

A line with a reference is about the site that has it; one without is about the site of that name in that town. So the
same list can be sent twice, and adds nothing the second time.
"""

from collections.abc import Collection, Iterable
from typing import Literal

from msgspec import Struct

from compliance.errors import Conflict, Problem
from compliance.intake.sites_csv import MOST_ROWS, SiteLine, line_problems
from compliance.store.organisations import Site
from compliance.usecases.deed import Deed
from compliance.usecases.people import check_owner
from compliance.usecases.sites import SiteChange, add_site, change_site

Fate = Literal["add", "change", "same", "refused"]
Key = tuple[str, ...]


class SitesMoved(Conflict):
    """The sites or the list are not as they were shown any more: look at the list again."""

    code = "sites-moved"


class PlannedSite(Struct, frozen=True, kw_only=True):
    """What would come of a line."""

    line: SiteLine
    country: str
    """The organisation's own where the line names none."""
    fate: Fate
    seen: int = 0
    """The revision of the site that would be changed."""
    before: tuple[str, str | None] | None = None
    """Name and town that it has now, if they would change."""
    problems: tuple[Problem, ...] = ()


class Imported(Struct, frozen=True, kw_only=True):
    """What came of it."""

    added: int
    changed: int


def preview_sites(deed: Deed, lines: Iterable[SiteLine], *, countries: Collection[str]) -> list[PlannedSite]:
    """What would come of each line, in their order; `countries` are the codes that there are. Changes nothing.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
    """
    check_owner(deed)
    organisation = deed.unit.organisations.find(deed.organisation_id)
    assert organisation is not None
    there = _Known(deed.unit.organisations.sites(deed.organisation_id))

    planned: list[PlannedSite] = []
    for line in lines:
        country = line.country or organisation.country
        problems = line_problems(line)
        if country not in countries:
            problems = [*problems, Problem("site-country", "country", {"given": country[:40]})]
        planned.append(there.plan(line, country, problems))
    return planned


def import_sites(deed: Deed, shown: list[PlannedSite], *, countries: Collection[str]) -> Imported:
    """Add and change what was shown, all or nothing.

    Raises:
        OwnerOnly: the actor does not manage the organisation.
        SitesMoved: something else would come of a line now than what was shown, or a line is refused.
    """
    lines = [each.line for each in shown]
    planned = preview_sites(deed, lines, countries=countries)
    now, then = ([(each.fate, each.seen) for each in list_] for list_ in (planned, shown))
    if now != then or len(lines) > MOST_ROWS or any(fate == "refused" for fate, _ in now):
        raise SitesMoved

    for each in planned:
        _do(deed, each)
    return Imported(added=sum(each.fate == "add" for each in planned),
                    changed=sum(each.fate == "change" for each in planned))  # fmt: skip


def _do(deed: Deed, planned: PlannedSite) -> None:
    line = planned.line
    if planned.fate == "add":
        add_site(deed, name=line.name, town=line.town, country=planned.country, reference=line.reference)
    elif planned.fate == "change" and line.reference is not None:
        site = deed.unit.organisations.site_with_reference(deed.organisation_id, line.reference)
        if site is None:
            raise SitesMoved
        change = SiteChange(name=line.name, town=line.town, country=planned.country)
        change_site(deed, site.id, change, seen=planned.seen)


class _Known:
    """The sites that are there, and those that the lines before were about."""

    def __init__(self, sites: list[Site]) -> None:
        self._by_reference = {each.reference: each for each in sites if each.reference is not None}
        self._by_place = {_place(each.name, each.town, each.country): each for each in sites if each.closed_at is None}
        self._taken: dict[Key, int] = {}

    def plan(self, line: SiteLine, country: str, problems: list[Problem]) -> PlannedSite:
        key = ("reference", line.reference) if line.reference else _place(line.name, line.town, country)
        earlier = self._taken.setdefault(key, line.line)
        if earlier != line.line:
            problems = [*problems, Problem("site-twice", "name", {"line": earlier})]
        site = self._by_reference.get(line.reference) if line.reference else self._by_place.get(key)
        if site is not None and site.closed_at is not None:
            problems = [*problems, Problem("site-line-closed", "reference", {"name": site.name})]
        if problems:
            return PlannedSite(line=line, country=country, fate="refused", problems=tuple(problems))
        if site is None:
            return PlannedSite(line=line, country=country, fate="add")
        if (site.name, site.town, site.country) == (line.name, line.town, country) or line.reference is None:
            return PlannedSite(line=line, country=country, fate="same")
        return PlannedSite(line=line, country=country, fate="change", seen=site.revision, before=(site.name, site.town))


def _place(name: str, town: str | None, country: str) -> Key:
    return "place", name.casefold(), (town or "").casefold(), country
