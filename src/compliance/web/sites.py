"""Sites: the places that an organisation runs, one by one or from a list, and drafts for those that are chosen."""

from compliance.usecases.deed import Deed
from compliance.usecases.organisations import read_organisation
from compliance.usecases.site_drafts import Grouping, start_drafts
from compliance.usecases.sites import SiteChange, add_site, change_site, close_site, list_sites, read_site
from compliance.web.countries import country_names
from compliance.web.lines import LONGEST_REFERENCE, Choice, countries, line, one_of, sectors
from compliance.web.page import Go, Page, View, Visit
from compliance.words.pages import page_languages

SITES = "/organisations/{organisation_id}/sites"
_AT_ONCE = 100
_MOST_AT_ONCE = 500
FIELDS = {f"site_ids[{index}]": "site_ids" for index in range(_MOST_AT_ONCE)} | {"sector": "sector"}
TAKEN = {"site-reference-taken": "reference"}


def show_sites(deed: Deed, visit: Visit) -> View:
    """The sites that the actor may see, closed ones too."""
    page = list_sites(deed, cursor=visit.query.get("from"), limit=_AT_ONCE)
    return View(template="sites_list.html", context={
        "sites": page.items, "next": page.next, "is_first": "from" not in visit.query,
        "sectors": sectors(deed, visit.language), "country_names": country_names(visit.language),
    })  # fmt: skip


def show_new(deed: Deed, visit: Visit) -> View:
    """The form for one more."""
    del visit
    return View(template="sites_form.html", context={
        "site": None, "country": read_organisation(deed).country,
    })  # fmt: skip


def add(deed: Deed, visit: Visit) -> Go:
    """Add it."""
    name, town, country, reference = _read(visit)
    visit.form.check()
    add_site(deed, name=name, town=town, country=country, reference=reference)
    return Go(to=_list(visit), done="site-added")


def show_site(deed: Deed, visit: Visit) -> View:
    """One site, to be changed or closed."""
    site = read_site(deed, visit["site_id"])
    return View(template="sites_form.html",
                context={"site": site, "country": site.country})  # fmt: skip


def edit(deed: Deed, visit: Visit) -> Go:
    """Change it."""
    name, town, country, reference = _read(visit)
    seen = visit.form.number("revision") or 0
    visit.form.check()
    change = SiteChange(name=name, town=town, country=country, reference=reference)
    change_site(deed, visit["site_id"], change, seen=seen)
    return Go(to=_list(visit), done="saved")


def show_closing(deed: Deed, visit: Visit) -> View:
    """Ask whether it is really to be closed."""
    return View(template="sites_close.html", context={"site": read_site(deed, visit["site_id"])})


def close(deed: Deed, visit: Visit) -> Go:
    """Close it."""
    seen = visit.form.number("revision") or 0
    visit.form.check()
    close_site(deed, visit["site_id"], seen=seen)
    return Go(to=_list(visit), done="site-closed")


def begin_drafts(deed: Deed, visit: Visit) -> View:
    """Start drafts for the sites that were ticked, and say which were there before."""
    form = visit.form
    site_ids = tuple(dict.fromkeys(form.many("site_ids")))
    choices = sectors(deed, visit.language)
    sector = one_of(form, "sector", choices)
    one_of(form, "grouping", [Choice("each", ""), Choice("together", "")])
    if not site_ids:
        form.complain("sites-none-ticked", "site_ids")
    form.check()
    grouping: Grouping = "together" if form.raw("grouping") == "together" else "each"
    language = visit.language if visit.language in page_languages() else "en"
    drafts = start_drafts(deed, site_ids, sector=sector, grouping=grouping, language=language)
    titled = next(each for each in choices if each.value == sector)
    return View(template="sites_drafts.html", context={"drafts": drafts, "sector": titled})


def _read(visit: Visit) -> tuple[str, str | None, str, str | None]:
    form = visit.form
    return (
        line(form, "name"), line(form, "town", needed=False) or None,
        one_of(form, "country", countries(visit.language)),
        line(form, "reference", most=LONGEST_REFERENCE, needed=False) or None,
    )  # fmt: skip


def _list(visit: Visit) -> str:
    return f"/organisations/{visit['organisation_id']}/sites"


PAGES = (
    Page(path=SITES, show=show_sites),
    Page(path=SITES + "/new", show=show_new, do=add, fields=TAKEN),
    Page(path=SITES + "/drafts", show=show_sites, do=begin_drafts, fields=FIELDS),
    Page(path=SITES + "/{site_id}", show=show_site, do=edit, fields=TAKEN),
    Page(path=SITES + "/{site_id}/closing", show=show_closing, do=close),
)
