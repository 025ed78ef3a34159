"""Organisations: mine, a new one, and the overview of one."""

from compliance.usecases.deed import Deed
from compliance.usecases.organisation_overview import read_organisation_overview
from compliance.usecases.organisations import OrganisationBegun, begin_organisation
from compliance.web.countries import country_name
from compliance.web.lines import countries, line, one_of
from compliance.web.notices import NOTICES
from compliance.web.page import Go, Page, View, Visit
from compliance.words.pages import page_languages

ONE = "/organisations/{organisation_id}"


def show_mine(deed: Deed, visit: Visit) -> View | Go:
    """Mine, to choose from; with only one of them, that one."""
    del deed
    if len(visit.organisations) == 1 and "all" not in visit.query:
        done = visit.query.get("done")
        return Go(to=f"/organisations/{visit.organisations[0].organisation.id}", done=done if done in NOTICES else None)
    names = {each.organisation.id: country_name(each.organisation.country, visit.language)
             for each in visit.organisations}  # fmt: skip
    return View(template="organisation_list.html", context={"country_names": names})


def show_new(deed: Deed, visit: Visit) -> View:
    """Ask for name and country of a new one."""
    country = visit.organisations[0].organisation.country if visit.organisations else ""
    is_verified = deed.someone.email_is_verified
    return View(template="organisation_new.html",
                context={"country": country, "is_verified": is_verified})  # fmt: skip


def begin(deed: Deed, visit: Visit) -> Go:
    """Begin it; its first site has its name."""
    form = visit.form
    name = line(form, "name")
    country = one_of(form, "country", countries(visit.language))
    town = line(form, "town", needed=False)
    form.check()
    begun = begin_organisation(deed, OrganisationBegun(name=name, country=country, town=town or None,
                                                       language=_spoken(visit.language)))  # fmt: skip
    return Go(to=f"/organisations/{begun.organisation.id}", done="organisation-begun")


def _spoken(language: str) -> str | None:
    """The language of the pages, for mails; None for one that is nobody's."""
    return language if language in page_languages() else None


def show_overview(deed: Deed, visit: Visit) -> View:
    """Where it stands, and what to do next."""
    overview = read_organisation_overview(deed, visit.language)
    names = {each.country: country_name(each.country, visit.language) for each in overview.identities}
    return View(template="organisation_overview.html", context={"overview": overview, "country_names": names})


PAGES = (
    Page(path="/organisations", show=show_mine, access="person"),
    Page(path="/organisations/new", show=show_new, do=begin, access="person"),
    Page(path=ONE, show=show_overview),
)
