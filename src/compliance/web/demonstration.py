"""The one door of the demonstration that asks for no password."""

from compliance.usecases.deed import Deed
from compliance.usecases.demo_doors import be_sokha
from compliance.web.page import Go, Page, Visit


def enter_as_sokha(deed: Deed, visit: Visit) -> Go:
    """Come in as Sokha, with three answers left."""
    return Go(to="/organisations", session=be_sokha(deed, device=visit.device).token)


PAGES = (Page(path="/demo/sokha", show=enter_as_sokha, access="anyone", show_writes=True),)
