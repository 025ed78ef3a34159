"""Activity: the journal in words, and the whole of it as a file that anybody can verify."""

from compliance.usecases.activity import export_journal, list_journal
from compliance.usecases.deed import Deed
from compliance.web.page import A_SCREEN, Download, Page, View, Visit

ACTIVITY = "/organisations/{organisation_id}/activity"


def show_activity(deed: Deed, visit: Visit) -> View:
    """What was done, newest first."""
    found = list_journal(deed, cursor=visit.query.get("from"), limit=A_SCREEN, language=visit.language)
    return View(template="activity.html", context={"entries": found.items, "next": found.next,
                                                   "is_first": "from" not in visit.query})  # fmt: skip


def download_journal(deed: Deed, visit: Visit) -> Download:
    """The whole journal with its hashes."""
    del visit
    return Download(body=export_journal(deed), media_type="application/x-ndjson", name="journal.ndjson")


PAGES = (
    Page(path=ACTIVITY, show=show_activity),
    Page(path=ACTIVITY + "/journal", show=download_journal),
)
