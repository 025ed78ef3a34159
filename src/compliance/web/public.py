"""Pages for everybody: a child in danger, how scoring works, privacy, accessibility."""

from compliance.domain.questionnaire import Questionnaire
from compliance.usecases.deed import Deed
from compliance.usecases.public_pages import (
    EVERYWHERE,
    ShownChannel,
    channels_of,
    countries_with_channels,
    open_versions,
)
from compliance.web.countries import country_name, country_names
from compliance.web.page import Go, Page, View, Visit
from compliance.web.serving import NoSuchPage


def show_danger(deed: Deed, visit: Visit) -> View | Go:
    """What to do, and the countries to choose from; that of the visitor's organisation first."""
    names = country_names(visit.language)
    chosen = visit.query.get("country", "")
    if chosen in names:
        return Go(to=f"/danger/{chosen}")
    own = _own_country(deed, visit)
    known = countries_with_channels(deed)
    listed = [(code, names.get(code, code)) for code in known]
    context = {
        "own": (own, names.get(own, own)) if own else None,
        "listed": sorted(listed, key=lambda each: each[1]),
        "everywhere": channels_of(deed, EVERYWHERE),
    }
    return View(template="public_danger.html", kept_by=deed.means.registers or "shipped", context=context)


def show_danger_in(deed: Deed, visit: Visit) -> View:
    """Whom to call in one country.

    Raises:
        NoSuchPage: there is no such country.
    """
    code = visit["country"]
    if code not in country_names(visit.language):
        raise NoSuchPage
    channels = channels_of(deed, code)
    context = {
        "code": code,
        "country": country_name(code, visit.language),
        "channels": channels,
        "knows_police": any(_is_police_number(each) for each in channels),
        "everywhere": channels_of(deed, EVERYWHERE),
    }
    return View(template="public_danger_country.html", kept_by=deed.means.registers or "shipped", context=context)


def _is_police_number(shown: ShownChannel) -> bool:
    channel = shown.channel
    urgent = {"emergency", "child in danger"} & set(channel.purpose)
    return channel.phone is not None and channel.operator_type == "police" and bool(urgent)


def _own_country(deed: Deed, visit: Visit) -> str | None:
    if deed.person is None or not visit.organisations:
        return None
    return visit.organisations[0].organisation.country


def show_scoring(deed: Deed, visit: Visit) -> View:
    """The rule, with the numbers of the versions that are open."""
    shelf = deed.means.shelf
    versions = [(each.copy.reference, shelf.translated(each.copy.digest, visit.language)[0])
                for each in open_versions(deed)]  # fmt: skip
    context = {
        "versions": [{"reference": name, "questionnaire": asked, **_counts(asked)} for name, asked in versions],
        "scoring": versions[0][1].scoring if versions else None,
        "same": len({each.scoring for _, each in versions}) == 1,
    }
    kept_by = tuple(name for name, _ in versions)
    return View(template="public_scoring.html", kept_by=kept_by, context=context)


def _counts(asked: Questionnaire) -> dict[str, object]:
    weights = [item.weight for item in asked.scored_items]
    return {
        "items": len(weights),
        "by_weight": {weight: weights.count(weight) for weight in (5, 3, 1)},
        "critical": sum(1 for item in asked.scored_items if item.critical is not None),
    }


def show_privacy(deed: Deed, visit: Visit) -> View:
    """What is stored, who sees it, for how long."""
    del visit
    terms = deed.means.terms
    context = {"idle_minutes": int(terms.session_idle.total_seconds() // 60),
               "longest_hours": int(terms.session_longest.total_seconds() // 3600)}  # fmt: skip
    return View(template="public_privacy.html", context=context)


def show_accessibility(deed: Deed, visit: Visit) -> View:
    """What works for whom, and what is not known yet."""
    del deed, visit
    return View(template="public_accessibility.html")


PAGES = (
    Page(path="/danger", show=show_danger, access="anyone"),
    Page(path="/danger/{country}", show=show_danger_in, access="anyone"),
    Page(path="/scoring", show=show_scoring, access="anyone"),
    Page(path="/privacy", show=show_privacy, access="anyone"),
    Page(path="/accessibility", show=show_accessibility, access="anyone"),
)
