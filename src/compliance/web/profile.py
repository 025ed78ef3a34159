"""What an organisation says about itself, and how it proves, country by country, that it is who it says."""

from compliance.errors import NotFound
from compliance.usecases.deed import Deed
from compliance.usecases.identities import (
    NoSuchIdentity,
    ask_domain_check,
    ask_register_check,
    challenge_domain,
    read_identity,
)
from compliance.usecases.organisation_overview import list_country_identities
from compliance.usecases.organisations import OpenKind, OrganisationChange, change_organisation, read_organisation
from compliance.web.countries import country_name, country_names
from compliance.web.lines import Choice, countries, line, one_of, sectors, some_of, web_address
from compliance.web.page import Go, Page, View, Visit, leads_to
from compliance.words.pages import language_name, page_languages

ONE = "/organisations/{organisation_id}"
PROFILE = ONE + "/profile"
IDENTITY = ONE + "/identity/{country}"
_MOST_WORKERS = 10_000_000
_LONGEST_SHORT = 80


class NoSuchCountry(NotFound):
    """There is no such country."""

    code = "no-such-country"


def show_profile(deed: Deed, visit: Visit) -> View:
    """What it says about itself, and where it is confirmed."""
    organisation = read_organisation(deed)
    identities = list_country_identities(deed)
    names = {each.country: country_name(each.country, visit.language) for each in identities}
    names[organisation.country] = country_name(organisation.country, visit.language)
    titles = {each.value: each for each in sectors(deed, visit.language)}
    return View(template="profile_show.html", context={
        "organisation": organisation, "identities": identities, "country_names": names, "sector_titles": titles,
    })  # fmt: skip


def show_edit(deed: Deed, visit: Visit) -> View:
    """The form for it."""
    context = {
        "organisation": read_organisation(deed),
        "sectors": sectors(deed, visit.language), "spoken": _languages(),
    }  # fmt: skip
    return View(template="profile_edit.html", context=context)


def edit(deed: Deed, visit: Visit) -> Go:
    """Change it; a new name or country takes what was confirmed back to stated."""
    form, before = visit.form, read_organisation(deed)
    workers = form.number("workers", needed=False)
    if workers is not None and workers > _MOST_WORKERS:
        form.complain("field-number", "workers")
    change = OrganisationChange(
        name=line(form, "name"), country=one_of(form, "country", countries(visit.language)),
        town=line(form, "town", needed=False) or None, language=one_of(form, "language", _languages()),
        sectors=some_of(form, "sectors", sectors(deed, visit.language)), workers=workers,
        website=web_address(form, "website"), kinds=_kinds(before.kinds, wants_platform=form.ticked("platform")),
    )  # fmt: skip
    seen = form.number("revision") or 0
    form.check()
    change_organisation(deed, change, seen=seen)
    return Go(to=f"/organisations/{deed.organisation_id}/profile", done="saved")


def _kinds(before: tuple[str, ...], *, wants_platform: bool) -> tuple[OpenKind, ...]:
    kinds: list[OpenKind] = []
    if "business" in before:
        kinds.append("business")
    if "platform" in before or wants_platform:
        kinds.append("platform")
    return tuple(kinds)


def _languages() -> list[Choice]:
    return [Choice(each, language_name(each)) for each in page_languages()]


def show_identity(deed: Deed, visit: Visit) -> View:
    """Whether it is confirmed in a country, and the ways to be."""
    country = visit["country"]
    if country not in country_names("en"):
        raise NoSuchCountry
    try:
        identity = read_identity(deed, country)
    except NoSuchIdentity:
        identity = None
    return View(template="profile_identity.html", context={
        "identity": identity, "country": country, "country_name": country_name(country, visit.language),
        "is_looked_for": "done" in visit.query,
    })  # fmt: skip


def name_domain(deed: Deed, visit: Visit) -> Go:
    """Name the web domain, and be given what to put there."""
    domain = line(visit.form, "domain", most=253)
    visit.form.check()
    challenge_domain(deed, visit["country"], domain=domain)
    return Go(to=_here(visit) + "#domain-proof")


def check_domain(deed: Deed, visit: Visit) -> Go:
    """Have it looked for."""
    ask_domain_check(deed, visit["country"])
    return Go(to=_here(visit), done="domain-check-asked")


def name_register(deed: Deed, visit: Visit) -> Go:
    """Give the number to be looked up."""
    register = line(visit.form, "register", most=_LONGEST_SHORT)
    number = line(visit.form, "number", most=_LONGEST_SHORT)
    visit.form.check()
    ask_register_check(deed, visit["country"], register=register, number=number)
    return Go(to=_here(visit), done="register-named")


def _here(visit: Visit) -> str:
    return IDENTITY.format(**visit.path)


PAGES = (
    Page(path=PROFILE, show=show_profile),
    Page(path=PROFILE + "/edit", show=show_edit, do=edit),
    Page(path=ONE + "/identities", show=leads_to(PROFILE)),
    Page(path=IDENTITY, show=show_identity),
    Page(path=IDENTITY + "/domain", show=show_identity, do=name_domain),
    Page(path=IDENTITY + "/domain-check", show=show_identity, do=check_domain),
    Page(path=IDENTITY + "/register", show=show_identity, do=name_register),
)
