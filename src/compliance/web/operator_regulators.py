"""The operator's pages about regulators: which there are, a new one, and what each is responsible for."""

from typing import Any
from urllib.parse import urlencode

from compliance.usecases.deed import Deed
from compliance.usecases.operator_regulators import change_jurisdictions, list_regulators, read_regulator
from compliance.usecases.operators import RegulatorBegun, begin_regulator
from compliance.web.countries import country_name, country_names
from compliance.web.lines import Choice, countries, line, one_of, sectors, some_of
from compliance.web.page import A_SCREEN, Go, Page, View, Visit
from compliance.web.person_fields import read_email
from compliance.words.pages import language_name, page_languages

REGULATORS = "/operator/regulators"
NEW = f"{REGULATORS}/new"
ONE = f"{REGULATORS}/{{regulator_id}}"
REACHES = [Choice("all", "all"), Choice("some", "some")]


def show_regulators(deed: Deed, visit: Visit) -> View:
    """Every regulator.

    Raises:
        CursorWrong: the address was changed by hand.
    """
    found = list_regulators(deed, cursor=visit.query.get("cursor"), limit=A_SCREEN)
    following = None if found.next is None else f"{REGULATORS}?{urlencode({'cursor': found.next})}"
    return View(template="operator_regulators.html", context={
        "found": found.items, "countries": country_names(visit.language), "titles": _titles(deed, visit),
        "following": following,
    })  # fmt: skip


def show_new(deed: Deed, visit: Visit) -> View:
    """The form for a new one."""
    spoken = [Choice(each, language_name(each)) for each in page_languages()]
    return View(template="operator_regulator_new.html", context={**_choices(deed, visit), "spoken": spoken})


def make(deed: Deed, visit: Visit) -> Go:
    """Make it, and invite its first person."""
    form = visit.form
    name, email = line(form, "name"), read_email(form, "email")
    country = one_of(form, "country", countries(visit.language))
    language = one_of(form, "language", [Choice(each, each) for each in page_languages()])
    responsible_for = tuple((country, sector) for sector in _sectors(deed, visit))
    form.check()
    made = begin_regulator(deed, RegulatorBegun(name=name, country=country, language=language, email=email,
                                                responsible_for=responsible_for))  # fmt: skip
    return Go(to=f"{REGULATORS}/{made.id}", done="regulator-made")


def show_regulator(deed: Deed, visit: Visit) -> View:
    """One regulator, with what it is responsible for, to be changed.

    Raises:
        NoSuchRegulator: there is none of that id.
    """
    regulator = read_regulator(deed, visit["regulator_id"])
    titles = _titles(deed, visit)
    present = [
        (_mark(each.country, each.sector or None), country_name(each.country, visit.language),
         titles.get(each.sector, each.sector))
        for each in regulator.jurisdictions
    ]  # fmt: skip
    return View(template="operator_regulator.html", context={
        **_choices(deed, visit), "regulator": regulator, "present": present,
        "country": country_name(regulator.country, visit.language),
    })  # fmt: skip


def change(deed: Deed, visit: Visit) -> Go:
    """Keep what is still ticked, and add a country if one is chosen."""
    form = visit.form
    present = {_mark(each.country, each.sector or None): (each.country, each.sector or None)
               for each in read_regulator(deed, visit["regulator_id"]).jurisdictions}  # fmt: skip
    # What somebody else took away meanwhile is no wrong choice: the revision tells of it.
    wanted = [present[mark] for mark in form.many("jurisdictions") if mark in present]
    if form.raw("country"):
        country = one_of(form, "country", countries(visit.language))
        wanted += [(country, sector) for sector in _sectors(deed, visit)]
    seen = form.number("seen")
    form.check()
    change_jurisdictions(deed, visit["regulator_id"], wanted, seen=seen or 0)
    return Go(to=ONE.format(**visit.path), done="jurisdictions-changed")


def _sectors(deed: Deed, visit: Visit) -> list[str | None]:
    """The sectors that were ticked; [None] for all of them."""
    if one_of(visit.form, "reach", REACHES) != "some":
        return [None]
    return list(some_of(visit.form, "sectors", sectors(deed, visit.language), needed=True))


def _mark(country: str, sector: str | None) -> str:
    """What the box of a jurisdiction says: `KH`, `KH.hospitality`."""
    return country if sector is None else f"{country}.{sector}"


def _titles(deed: Deed, visit: Visit) -> dict[str, str]:
    return {each.value: each.text for each in sectors(deed, visit.language)}


def _choices(deed: Deed, visit: Visit) -> dict[str, Any]:
    return {"sectors": sectors(deed, visit.language)}


PAGES = (
    Page(path=REGULATORS, show=show_regulators, access="operator"),
    Page(path=NEW, show=show_new, do=make, access="operator"),
    Page(path=ONE, show=show_regulator, do=change, access="operator"),
)
