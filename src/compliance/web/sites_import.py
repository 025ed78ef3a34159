"""Sites from a list: choose a file, look at what would come of each line, do it. Nothing is stored in between."""

import msgspec

from compliance.intake.sites_csv import read_sites_csv
from compliance.usecases.deed import Deed
from compliance.usecases.people import check_owner
from compliance.usecases.site_import import PlannedSite, import_sites, preview_sites
from compliance.web.countries import country_names
from compliance.web.forms import FormMalformed
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.web.uploading import read_upload
from compliance.words.speaker import say_problem

IMPORT = "/organisations/{organisation_id}/sites/import"
_MOST_BYTES = 1024 * 1024
_EXAMPLE = "\ufeffname,town,country,reference\r\nRiverside Hotel,Siem Reap,KH,R-1\r\nGarden Hotel,Battambang,KH,G-2\r\n"


def show_import(deed: Deed, visit: Visit) -> View:
    """Ask for the file."""
    del visit
    check_owner(deed)
    return View(template="sites_import.html")


def preview(visit: Visit) -> View:
    """Read the file and show what would come of it."""
    assert visit.open_deed is not None
    with visit.open_deed(writes=False, is_reading=True) as deed:
        check_owner(deed)
    lines = read_sites_csv(read_upload(visit).whole(most_bytes=_MOST_BYTES))
    with visit.open_deed(writes=False, is_reading=True) as deed:
        planned = preview_sites(deed, lines, countries=country_names("en"))
    return _shown(planned, visit)


def _shown(planned: list[PlannedSite], visit: Visit) -> View:
    counts = {fate: sum(each.fate == fate for each in planned) for fate in ("add", "change", "same", "refused")}
    problems = {each.line.line: [say_problem(problem, visit.language) for problem in each.problems]
                for each in planned if each.problems}  # fmt: skip
    return View(template="sites_preview.html", context={
        "planned": planned, "counts": counts, "problems": problems, "country_names": country_names(visit.language),
        "carried": msgspec.json.encode(planned).decode(),
    })  # fmt: skip


def do_import(deed: Deed, visit: Visit) -> Go:
    """Do what was shown."""
    try:
        shown = msgspec.json.decode(visit.form.raw("planned"), type=list[PlannedSite])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise FormMalformed from None
    import_sites(deed, shown, countries=country_names("en"))
    return Go(to=f"/organisations/{deed.organisation_id}/sites", done="sites-imported")


def download_example(deed: Deed, visit: Visit) -> Download:
    """A list to begin with."""
    del deed, visit
    return Download(body=_EXAMPLE.encode(), media_type="text/csv", name="sites.csv")


PAGES = (
    Page(path=IMPORT, show=show_import, upload=preview),
    Page(path=IMPORT + "/confirmed", show=show_import, do=do_import),
    Page(path=IMPORT + "/example", show=download_example),
)
