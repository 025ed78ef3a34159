"""Evidence: what there is, one file more, what is said of it, who fetched it, and how it goes."""

from datetime import timedelta

from compliance.usecases.deed import Deed
from compliance.usecases.evidence import (
    Description,
    describe_evidence,
    list_evidence,
    list_views,
    purge_evidence,
    read_evidence,
)
from compliance.usecases.evidence_files import NewFile, add_evidence, open_content
from compliance.usecases.evidence_places import count_uses, name_uses
from compliance.usecases.people import list_people
from compliance.web.lines import LONGEST_REASON, line
from compliance.web.page import A_SCREEN, Download, Go, Page, View, Visit
from compliance.web.uploading import read_upload
from compliance.words.evidence import upload_warning

EVIDENCE = "/organisations/{organisation_id}/evidence"
ONE = EVIDENCE + "/{evidence_id}"
_LONGEST_TITLE = 200
_SOON = timedelta(days=60)
OF_FILE = {"": "file"}
"""What is wrong with a file names no place; on a page it stands beside the field of the file."""


def show_list(deed: Deed, visit: Visit) -> View:
    """What there is, newest first; with ?ending, what runs out within 60 days."""
    ending = "ending" in visit.query
    page = list_evidence(deed, cursor=visit.query.get("from"), limit=A_SCREEN, digest=None,
                         expiring_before=deed.today + _SOON if ending else None)  # fmt: skip
    return View(template="evidence_list.html", context={
        "evidence": page.items, "next": page.next, "is_first": "from" not in visit.query, "ending": ending,
        "uses": count_uses(deed, {each.digest for each in page.items}),
    })  # fmt: skip


def show_new(deed: Deed, visit: Visit) -> View:
    """The form for a file, with what must never be uploaded."""
    terms = deed.means.terms
    list_evidence(deed, cursor=None, limit=1, digest=None, expiring_before=None)  # refuses whose role it is not
    return View(template="evidence_new.html", context={
        "warning": upload_warning(visit.language, channels="\n").split("\n"),  # a link stands between the two
        "most_mib": terms.evidence_max_bytes // (1024 * 1024), "earlier": None,
    })  # fmt: skip


def add(visit: Visit) -> Go:
    """Take the file in."""
    shown = _take(visit, evidence_id=None)
    return Go(to=f"{EVIDENCE.format(**visit.path)}/{shown}", done="evidence-added")


def show_one(deed: Deed, visit: Visit) -> View:
    """One piece of evidence: what it is, what it was, where it is used."""
    whole = read_evidence(deed, visit["evidence_id"])
    return View(template="evidence_show.html", context={
        "piece": whole.evidence, "earlier": whole.earlier, "uses": name_uses(deed, whole.uses, visit.language),
        "names": {each.user_id: each.name for each in list_people(deed)},
    })  # fmt: skip


def show_revision(deed: Deed, visit: Visit) -> View:
    """The form for a newer version of the same paper."""
    view = show_new(deed, visit)
    view.context["earlier"] = read_evidence(deed, visit["evidence_id"]).evidence
    return view


def add_revision(visit: Visit) -> Go:
    """Take the newer version in; the earlier ones stay."""
    _take(visit, evidence_id=visit["evidence_id"])
    return Go(to=ONE.format(**visit.path), done="evidence-added")


def _take(visit: Visit, *, evidence_id: str | None) -> str:
    assert visit.open_deed is not None
    file, form = read_upload(visit), visit.form
    title = line(form, "title", most=_LONGEST_TITLE, needed=False) or None
    new = NewFile(title=title, file_name=file.name[-200:], valid_from=form.day("valid_from", needed=False),
                  valid_to=form.day("valid_to", needed=False))  # fmt: skip
    form.check()
    return add_evidence(visit.open_deed, file.chunks, new, evidence_id=evidence_id).id


def download(deed: Deed, visit: Visit) -> Download:
    """The file, to be saved; that it was fetched is logged."""
    given = visit.query.get("revision", "")
    revision = int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else None
    content = open_content(deed, visit["evidence_id"], revision=revision)
    # A text could be anything; no browser is to guess what.
    media_type = "application/octet-stream" if content.media_type.startswith("text/") else content.media_type
    return Download(chunks=content.chunks, media_type=media_type, name=content.file_name)


def show_edit(deed: Deed, visit: Visit) -> View:
    """The form for title and days."""
    return View(template="evidence_edit.html", context={"piece": read_evidence(deed, visit["evidence_id"]).evidence})


def edit(deed: Deed, visit: Visit) -> Go:
    """Say something else of it."""
    form = visit.form
    changes = Description(title=line(form, "title", most=_LONGEST_TITLE), valid_from=form.day("valid_from", needed=False),
                          valid_to=form.day("valid_to", needed=False))  # fmt: skip
    seen = form.number("revision") or 0
    form.check()
    describe_evidence(deed, visit["evidence_id"], changes, seen=seen)
    return Go(to=ONE.format(**visit.path), done="saved")


def show_purge(deed: Deed, visit: Visit) -> View:
    """Ask whether the file is really to go, and why."""
    whole = read_evidence(deed, visit["evidence_id"])
    return View(template="evidence_purge.html",
                context={"piece": whole.evidence, "uses": name_uses(deed, whole.uses, visit.language)})  # fmt: skip


def purge(deed: Deed, visit: Visit) -> Go:
    """Delete it for good; a tombstone stays."""
    reason = line(visit.form, "reason", most=LONGEST_REASON)
    visit.form.check()
    purge_evidence(deed, visit["evidence_id"], reason)
    return Go(to=ONE.format(**visit.path), done="evidence-purged")


def show_views(deed: Deed, visit: Visit) -> View:
    """Who fetched it."""
    found = list_views(deed, visit["evidence_id"], cursor=visit.query.get("from"), limit=A_SCREEN)
    piece = read_evidence(deed, visit["evidence_id"]).evidence
    return View(template="evidence_views.html", context={"views": found.items, "next": found.next, "piece": piece})


PAGES = (
    Page(path=EVIDENCE, show=show_list),
    Page(path=EVIDENCE + "/new", show=show_new, upload=add, fields=OF_FILE),
    Page(path=ONE, show=show_one),
    Page(path=ONE + "/revision", show=show_revision, upload=add_revision, fields=OF_FILE),
    Page(path=ONE + "/file", show=download, show_writes=True),
    Page(path=ONE + "/edit", show=show_edit, do=edit),
    Page(path=ONE + "/purge", show=show_purge, do=purge),
    Page(path=ONE + "/views", show=show_views),
)
