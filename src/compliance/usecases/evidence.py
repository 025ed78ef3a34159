"""Evidence of an organisation: what there is, in revisions; what it shows and for which time; where answers name it.

A file is known by its content. The same content given twice is two pieces of evidence and one file; whoever deletes it,
deletes it for both. Evidence belongs to the organisation: everybody who works on its assessments may add and read it,
also a contributor who is limited to some sites; but where it is used is told only of assessments that they may see.
"""

from datetime import date, datetime

from msgspec import UNSET, Struct, UnsetType

from compliance.domain.assessment import ScanState
from compliance.errors import Conflict, Invalid, NotFound, Problem
from compliance.store.evidence import EvidenceFile, EvidenceRow, Found, Use
from compliance.usecases.assessments import NotYourRole, check_works
from compliance.usecases.deed import Deed
from compliance.usecases.pages import Page, read_id_cursor, write_cursor
from compliance.usecases.revisions import StaleRevision
from compliance.words.evidence import upload_warning


class NoSuchEvidence(NotFound):
    """There is no such evidence here."""

    code = "no-such-evidence"


class EvidenceGone(NotFound):
    """The file behind this evidence was deleted; its digest, and who deleted it, when and why, are kept."""

    code = "evidence-gone"


class EvidenceQuarantined(Conflict):
    """This file waits for the malware scanner; nobody can open it before that."""

    code = "evidence-quarantined"


class EvidenceDates(Invalid):
    """Evidence cannot be valid to a day before the one that it is valid from."""

    code = "evidence-dates"


class ShownEvidence(Struct, frozen=True, kw_only=True):
    """One revision of a piece of evidence, with what is known of its file."""

    id: str
    revision: int
    """Grows with every new content, title or validity; the highest one is in force."""
    title: str
    """Empty once the content was purged: a title may name somebody."""
    file_name: str
    """As it was sent, without folders; downloads end as the content demands. Empty once the content was purged."""
    digest: str
    """`sha256:` and 64 hexadecimal digits; what answers name."""
    size_bytes: int
    media_type: str
    """What the content is, whatever the sender said."""
    scan: ScanState
    """`not_scanned` where the operator has no scanner; only `clean` and `not_scanned` files can be fetched."""
    scan_found: str | None
    """The scanner's name for what it found in a rejected file."""
    valid_from: date | None
    valid_to: date | None
    """The last day; None where the paper does not run out."""
    added_by: str
    added_at: datetime
    """When this revision was written."""
    received_at: datetime
    """When this content came here first. Never changes, whatever days the paper is valid for."""
    purged_at: datetime | None
    purged_by: str | None
    purge_reason: str | None


class EvidencePage(Page[ShownEvidence], frozen=True, kw_only=True):
    """A part of the organisation's evidence, newest first, each in the revision in force."""

    warning: str
    """What must never be uploaded, and where that is reported instead. Show it before the first upload."""


class EvidenceUse(Struct, frozen=True, kw_only=True):
    """An answer that names the file."""

    assessment_id: str
    item: str
    digest: str
    snapshot: int | None
    """The submission's number; null for the draft as it stands."""


class WholeEvidence(Struct, frozen=True, kw_only=True):
    """A piece of evidence with everything that it ever was."""

    evidence: ShownEvidence
    """The revision in force."""
    earlier: tuple[ShownEvidence, ...]
    """Newest first."""
    uses: tuple[EvidenceUse, ...]
    """The answers that name any of its contents."""


class ShownView(Struct, frozen=True, kw_only=True):
    """Somebody fetched the file."""

    user_id: str
    name: str
    digest: str
    viewed_at: datetime


class Purged(Struct, frozen=True, kw_only=True):
    """What a purge reached."""

    digest: str
    evidence_ids: tuple[str, ...]
    """Every piece of evidence with this content in any revision, this one included."""
    uses: tuple[EvidenceUse, ...]
    """The answers that name it. Drafts must name something else; submissions keep the digest and lose the file."""


class Description(Struct, frozen=True, kw_only=True):
    """What is said of a file; what is unset stays as it is."""

    title: str | UnsetType = UNSET
    valid_from: date | UnsetType | None = UNSET
    valid_to: date | UnsetType | None = UNSET


def show_evidence(found: Found) -> ShownEvidence:
    """A revision as members see it."""
    row, file = found
    return ShownEvidence(
        id=row.id, revision=row.revision, title=row.title, file_name=row.file_name, digest=file.digest,
        size_bytes=file.size_bytes, media_type=file.media_type, scan=file.state, scan_found=file.scan_found,
        valid_from=row.valid_from, valid_to=row.valid_to, added_by=row.added_by, added_at=row.added_at,
        received_at=file.received_at, purged_at=file.purged_at, purged_by=file.purged_by,
        purge_reason=file.purge_reason,
    )  # fmt: skip


def list_evidence(
    deed: Deed, *, cursor: str | None, limit: int, digest: str | None, expiring_before: date | None
) -> EvidencePage:
    """The organisation's evidence, newest first; of one content, or valid to a day before another, if wished.

    Raises:
        NotYourRole, CursorWrong: the actor may not see it, or the cursor is none of ours.
    """
    check_works(deed)
    found = deed.unit.evidence.page(
        deed.organisation_id, before=read_id_cursor(cursor), limit=limit + 1, expiring_before=expiring_before,
        sha256=None if digest is None else digest.removeprefix("sha256:"),
    )  # fmt: skip

    items = [show_evidence(each) for each in found[:limit]]
    return EvidencePage(
        items=items,
        next=write_cursor(items[-1].id) if len(found) > limit else None,
        warning=upload_warning(deed.someone.language, channels=f"{deed.means.terms.base_url}/danger"),
    )


def read_evidence(deed: Deed, evidence_id: str) -> WholeEvidence:
    """Every revision of a piece of evidence, and where it is used.

    Raises:
        NotYourRole, NoSuchEvidence: the actor may not see it.
    """
    check_works(deed)
    revisions = [show_evidence(each) for each in deed.unit.evidence.revisions(deed.organisation_id, evidence_id)]
    if not revisions:
        raise NoSuchEvidence
    return WholeEvidence(
        evidence=revisions[0], earlier=tuple(revisions[1:]), uses=_uses(deed, {each.digest for each in revisions})
    )


def describe_evidence(deed: Deed, evidence_id: str, changes: Description, *, seen: int) -> ShownEvidence:
    """Give a file another title or other days; a new revision with the same content.

    Raises:
        NotYourRole, NoSuchEvidence: the actor may not see it.
        StaleRevision: somebody changed it meanwhile.
        EvidenceDates: the days are in the wrong order.
    """
    check_works(deed)
    deed.unit.evidence.keep_alone(deed.organisation_id)
    row, file = get_newest(deed, evidence_id)
    if row.revision != seen:
        raise StaleRevision(show_evidence((row, file)))

    described = EvidenceRow(
        id=row.id, revision=row.revision + 1, sha256=row.sha256, file_name=row.file_name,
        title=row.title if changes.title is UNSET else changes.title.strip(),
        valid_from=row.valid_from if changes.valid_from is UNSET else changes.valid_from,
        valid_to=row.valid_to if changes.valid_to is UNSET else changes.valid_to,
        added_by=deed.actor.user_id, added_at=deed.now,
    )  # fmt: skip
    check_days(described.valid_from, described.valid_to)

    deed.unit.evidence.add(deed.organisation_id, described)
    deed.record("evidence-described", evidence=evidence_id, revision=described.revision)
    return show_evidence((described, file))


def list_views(deed: Deed, evidence_id: str, *, cursor: str | None, limit: int) -> Page[ShownView]:
    """Who fetched a file of this piece of evidence, newest first. For owners.

    Raises:
        NotYourRole, NoSuchEvidence, CursorWrong: the actor may not see it, or the cursor is none of ours.
    """
    check_owns(deed)
    get_newest(deed, evidence_id)
    views = deed.unit.evidence.views(deed.organisation_id, evidence_id, before=read_id_cursor(cursor), limit=limit + 1)
    names = deed.unit.people.names({each.user_id for each in views})

    shown = [ShownView(user_id=each.user_id, name=names.get(each.user_id, ""), digest=f"sha256:{each.sha256}",
                       viewed_at=each.viewed_at) for each in views[:limit]]  # fmt: skip
    return Page(items=shown, next=write_cursor(views[limit - 1].id) if len(views) > limit else None)


def purge_evidence(deed: Deed, evidence_id: str, reason: str, *, revision: int | None = None) -> Purged:
    """Delete a content for good, in every piece of evidence that has it; a tombstone stays. For owners.

    The tombstone keeps digest, size and kind, who, when and why; titles and file names go, since they may be what had
    to go. The bytes are deleted by a job, as soon as this is committed. The same content is never taken again.

    Raises:
        NotYourRole, NoSuchEvidence: the actor may not do this, or there is none of that revision.
        EvidenceGone: it was purged before.
    """
    check_owns(deed)
    deed.unit.evidence.keep_alone(deed.organisation_id)
    _, file = get_revision(deed, evidence_id, revision)
    if file.state == "purged":
        raise gone(file)
    uses = _uses(deed, {file.digest})

    deed.unit.evidence.change_file(
        deed.organisation_id, file.sha256, purged_at=deed.now, purged_by=deed.actor.user_id, purge_reason=reason
    )
    deed.unit.evidence.forget_names(deed.organisation_id, file.sha256)
    ids = tuple(deed.unit.evidence.ids_of(deed.organisation_id, file.sha256))
    deed.record("evidence-purged", digest=file.digest, evidence=len(ids), uses=len(uses))
    payload: dict[str, object] = {"organisation_id": deed.organisation_id, "sha256": file.sha256}
    deed.queue("purge-evidence", payload, of=deed.organisation_id)
    return Purged(digest=file.digest, evidence_ids=ids, uses=uses)


def get_newest(deed: Deed, evidence_id: str) -> Found:
    """The revision in force with its file.

    Raises:
        NoSuchEvidence: the organisation has none of that id.
    """
    found = deed.unit.evidence.newest(deed.organisation_id, evidence_id)
    if found is None:
        raise NoSuchEvidence
    return found


def get_revision(deed: Deed, evidence_id: str, revision: int | None) -> Found:
    """A revision with its file; the one in force where none is named.

    Raises:
        NoSuchEvidence: there is none.
    """
    if revision is None:
        return get_newest(deed, evidence_id)
    for found in deed.unit.evidence.revisions(deed.organisation_id, evidence_id):
        if found[0].revision == revision:
            return found
    raise NoSuchEvidence


def gone(file: EvidenceFile) -> EvidenceGone:
    """The refusal for a file whose bytes are not here any more."""
    return EvidenceGone([Problem(f"evidence-{file.state}", "", {"digest": file.digest})])


def check_owns(deed: Deed) -> None:
    """Refuse who does not manage the organisation.

    Raises:
        NotYourRole: no owner of a business.
    """
    if not deed.actor.has("owner"):
        raise NotYourRole


def check_days(valid_from: date | None, valid_to: date | None) -> None:
    """Refuse days in the wrong order.

    Raises:
        EvidenceDates: the last day is before the first.
    """
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        facts: dict[str, str | int] = {"valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat()}
        raise EvidenceDates([Problem("evidence-dates", "valid_to", facts)])


def _uses(deed: Deed, digests: set[str]) -> tuple[EvidenceUse, ...]:
    uses = deed.unit.evidence.uses(deed.organisation_id, digests)
    seen = {each: _may_see(deed, each) for each in {use.assessment_id for use in uses}}
    return tuple(_show_use(use) for use in uses if seen[use.assessment_id])


def _may_see(deed: Deed, assessment_id: str) -> bool:
    if deed.actor.site_ids is None:
        return True
    return deed.actor.sees_sites(frozenset(deed.unit.assessments.site_ids(deed.organisation_id, assessment_id)))


def _show_use(use: Use) -> EvidenceUse:
    return EvidenceUse(
        assessment_id=use.assessment_id, item=use.item, digest=f"sha256:{use.sha256}", snapshot=use.snapshot or None
    )
