"""The first page, and the language."""

from compliance.usecases.deed import Deed
from compliance.web.page import Go, Page, View, Visit
from compliance.web.serving import local_path


def show_home(deed: Deed, visit: Visit) -> View:
    """For everybody: would you know what to do tonight?"""
    del deed, visit
    return View(template="home.html")


def choose_language(deed: Deed, visit: Visit) -> Go:
    """Remember a language and go back to where it was chosen."""
    del deed
    return Go(to=local_path(visit.query.get("to", "/")), language=visit["language"])


PAGES = (
    Page(path="/", show=show_home, access="anyone"),
    Page(path="/language/{language}", show=choose_language, access="anyone"),
)
