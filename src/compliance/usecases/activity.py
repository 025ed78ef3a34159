"""The journal of an organisation: read in words, and exported whole so that the organisation can verify it itself.

An export is JSON, a line for each thing. The first line is the head:

    {"journal": 1, "organisation_id": "…", "genesis": "<64 hex>", "head": {"position": 57, "hash": "<64 hex>"},
     "anchor": {…}}

Every further line is an entry in the order of the positions, from 1 to the head's, with its hash:

    {"entry": {"actor": …, "at": …, "facts": {…}, "kind": …, "organisation_id": …, "position": 1}, "hash": "<64 hex>"}

What stands behind `"entry":` is canonical JSON (RFC 8785), byte for byte what is hashed. To verify: begin with the
genesis, SHA-256("compliance journal v1" ‖ organisation id); each hash is SHA-256(hash before ‖ bytes of the entry), the
hashes as 32 octets; the last one is the head's.

`anchor` is null until an hour's heads were entered into the public log; see `usecases/journal_exports.py`.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct

from compliance.domain.actor import SERVICE
from compliance.domain.journal import Row, entry_bytes, genesis
from compliance.usecases.assessments import NotYourRole
from compliance.usecases.deed import Deed
from compliance.usecases.journal_exports import exported_anchor
from compliance.usecases.pages import CursorWrong, Page, read_cursor, write_cursor
from compliance.words.journal import ASSESSMENTS, Named, Outsider, say_begun, say_entry

_LARGEST_POSITION = 2**31 - 1


class ShownEntry(Struct, frozen=True, kw_only=True):
    """One thing that somebody did."""

    position: int
    """From 1, without gaps."""
    at: datetime
    says: str
    """In words, with the names that hold now."""
    kind: str
    facts: dict[str, str | int]
    """Ids, digests, states, counts."""
    actor: str
    """The id of who did it, or `service`."""
    hash: str
    """SHA-256 of the hash before and this entry, in hexadecimal."""


def list_journal(deed: Deed, *, cursor: str | None, limit: int, language: str | None) -> Page[ShownEntry]:
    """What was done in the organisation, newest first, in a language.

    Raises:
        NotYourRole: neither does the actor manage the organisation, nor sign for it.
        CursorWrong: the cursor is none of ours.
    """
    _check_may_read(deed)
    rows = deed.unit.journal.page(deed.organisation_id, before=_position(cursor), limit=limit + 1)
    shown = rows[:limit]
    said_in = language or deed.actor.person.language
    named = _names(deed, shown, said_in)

    entries = [_shown(row, named, said_in) for row in shown]

    return Page(items=entries, next=write_cursor(str(entries[-1].position)) if len(rows) > limit else None)


def export_journal(deed: Deed) -> bytes:
    """The whole chain and its head, as lines of JSON; the format stands at the top of this module.

    Raises:
        NotYourRole: neither does the actor manage the organisation, nor sign for it.
    """
    _check_may_read(deed)
    organisation_id = deed.organisation_id
    # The head first: what is written meanwhile belongs to the next export.
    head = deed.unit.journal.head(organisation_id)
    first = msgspec.json.encode({
        "journal": 1,
        "organisation_id": organisation_id,
        "genesis": genesis(organisation_id).hex(),
        "head": {"position": head.position, "hash": head.hash.hex()},
        "anchor": exported_anchor(deed.unit, organisation_id, within=head.position),
    })  # fmt: skip
    lines = [first]
    for row in deed.unit.journal.every(organisation_id):
        if row.entry.position > head.position:
            break
        lines.append(b'{"entry":%b,"hash":"%b"}' % (entry_bytes(row.entry), row.hash.hex().encode()))
    return b"\n".join(lines) + b"\n"


def _check_may_read(deed: Deed) -> None:
    if not (deed.actor.is_owner or deed.actor.has("signatory")):
        raise NotYourRole


def _position(cursor: str | None) -> int | None:
    places = read_cursor(cursor)
    if places is None:
        return None
    place = places[0]
    if not (place.isascii() and place.isdecimal() and len(place) <= 10 and int(place) <= _LARGEST_POSITION):
        raise CursorWrong
    return int(place)


def _shown(row: Row, named: Named, language: str) -> ShownEntry:
    entry = row.entry
    return ShownEntry(
        position=entry.position, at=entry.at, says=say_entry(entry, named, language), kind=entry.kind,
        facts=dict(entry.facts), actor=entry.actor, hash=row.hash.hex(),
    )  # fmt: skip


def _names(deed: Deed, rows: Iterable[Row], language: str) -> Named:
    """What the ids in some entries are called now."""
    people: set[str] = set()
    assessments: set[str] = set()
    for row in rows:
        facts = row.entry.facts
        people |= {row.entry.actor, str(facts.get("person", SERVICE))}
        assessments |= {str(facts[name]) for name in ASSESSMENTS if name in facts}
    outsiders = _outsiders(deed, people)
    return Named(
        people=deed.unit.people.names(people - outsiders.keys()),
        outsiders=outsiders,
        assessments={each: said for each in assessments if (said := _say_assessment(deed, each, language)) is not None},
        sites={site.id: site.name for site in deed.unit.organisations.sites(deed.organisation_id)},
    )


def _outsiders(deed: Deed, people: set[str]) -> dict[str, Outsider]:
    """Who acted for the operator or a regulator: the organisation is not told their names."""
    members = {member.user_id for member in deed.unit.organisations.members(deed.organisation_id)}
    found: dict[str, Outsider] = {SERVICE: "service"}
    for user_id in people - members - {SERVICE}:
        kinds = {kind for organisation, _ in deed.unit.organisations.of_person(user_id) for kind in organisation.kinds}
        if "operator" in kinds:
            found[user_id] = "operator"
        elif "regulator" in kinds:
            found[user_id] = "regulator"
    return found


def _say_assessment(deed: Deed, assessment_id: str, language: str) -> str | None:
    assessment = deed.unit.assessments.find(deed.organisation_id, assessment_id)
    if assessment is None:
        return None
    questionnaire, _ = deed.means.shelf.translated(assessment.questionnaire_digest, language)
    return say_begun(questionnaire.title, assessment.started_at.date(), language)
