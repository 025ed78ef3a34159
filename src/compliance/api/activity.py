"""The journal: what was done in an organisation, by whom and when."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.usecases.activity import ShownEntry, export_journal, list_journal
from compliance.usecases.assessments import NotYourRole
from compliance.usecases.deed import Deed
from compliance.usecases.pages import MOST, USUAL, CursorWrong, Page

JOURNAL = "/organisations/{organisation_id}/journal"
TAGS = ("journal",)
LINES = "application/x-ndjson"


class JournalQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which part of the journal, and in which language."""

    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST)] = USUAL
    language: Annotated[str, Meta(max_length=12)] | None = None
    """Left out: the language of who asks."""


@endpoint("GET", JOURNAL, gives=Page[ShownEntry], query=JournalQuery, tags=TAGS, refuses=(NotYourRole, CursorWrong))
def list_journal_entries(deed: Deed, call: Call[Any]) -> Reply:
    """Read what was done in the organisation, newest first, in words. For owners and signatories."""
    query: JournalQuery = call.query
    return Reply(body=list_journal(deed, cursor=query.cursor, limit=query.limit, language=query.language))


@endpoint("GET", JOURNAL + "/export", gives=LINES, tags=TAGS, refuses=(NotYourRole,))
def export_whole_journal(deed: Deed, call: Call[Any]) -> Reply:
    """Download the whole journal with its hashes, so that the organisation can verify it itself.

    A line of JSON for each thing. The first holds `journal` (1, the version of this format), `organisation_id`,
    `genesis` and the `head` (`position` and `hash`); every further one an `entry`, in canonical JSON (RFC 8785), and its
    `hash`. Begin with the genesis, SHA-256 of “compliance journal v1” and the organisation's id; each hash is SHA-256
    of the 32 octets of the hash before and the bytes of the entry; the last one is the head's.

    `anchor`, in the first line, is null or shows that the public log has committed to a head of this journal; `compliance
    journal verify --export` checks it.
    """
    del call
    return Reply(body=export_journal(deed), media_type=LINES,
                 headers={"content-disposition": 'attachment; filename="journal.ndjson"'})  # fmt: skip


ENDPOINTS = (list_journal_entries, export_whole_journal)
