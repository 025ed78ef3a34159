"""The bytes of evidence: taken in as a stream, and given out again, one view logged for each.

An upload holds no transaction while the line is slow. Bytes are kept before the row that names them; a crash between
the two leaves a file without a row, which `sweep_evidence` removes.
"""

import tempfile
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from typing import BinaryIO, Protocol, TypeVar, cast

from msgspec import Struct

from compliance.errors import Conflict, Invalid, Problem, Refusal, Unavailable
from compliance.files import EvidenceStore, StoredFile, StoreUnavailable
from compliance.intake.media_types import MediaType, read_media_type
from compliance.intake.photographs import strip_photograph
from compliance.store.evidence import EvidenceFile, EvidenceRow, View
from compliance.usecases.assessments import check_works
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import (
    EvidenceQuarantined,
    ShownEvidence,
    check_days,
    get_newest,
    get_revision,
    gone,
    show_evidence,
)
from compliance.usecases.means import Terms
from compliance.usecases.patience import patiently

_IN_MEMORY_BYTES = 256 * 1024
_LONGEST_NAME = 150
_KIB, _MIB = 1024, 1024 * 1024
Done = TypeVar("Done")


class EvidenceTooLarge(Invalid):
    """The file is larger than is taken as evidence."""

    code = "evidence-too-large"


class EvidenceQuota(Conflict):
    """The organisation keeps as much evidence as it may."""

    code = "evidence-quota"


class EvidenceRefusedBefore(Conflict):
    """This very content was purged here, or rejected by the scanner: it is not taken again."""

    code = "evidence-refused-before"


class OpenDeed(Protocol):
    """Opens a deed of the same person for the same organisation; each is a transaction of its own."""

    def __call__(self, *, writes: bool) -> AbstractContextManager[Deed]:
        """A deed, kept when its block ends."""
        ...


class NewFile(Struct, frozen=True, kw_only=True):
    """What the sender says of a file; nothing of it is believed about its kind."""

    title: str | None = None
    """None: the file's name; for a new revision, the title as it was."""
    file_name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    size_bytes: int | None = None
    """What the sender announced, if anything: a file that is too large need not be sent at all."""


class Content(Struct, frozen=True, kw_only=True):
    """A file on its way out."""

    chunks: Iterator[bytes]
    """Its hash is checked on the way: a damaged file breaks off before its end."""
    file_name: str
    """Safe to be saved under: one line, no folders, ends as the content demands."""
    media_type: str
    size_bytes: int


def add_evidence(
    open_deed: OpenDeed, chunks: Iterator[bytes], new: NewFile, *, evidence_id: str | None = None
) -> ShownEvidence:
    """Take a file in: a new piece of evidence, or a new revision of one.

    1. who may, and is there room: in a short transaction;
    2. the bytes as they are sent, no further than the limit, into a file that is gone afterwards;
    3. is it of a kind that is taken, told by its content;
    4. the bytes that are kept, hashed on their way to the store: of a photograph without place, time and device;
    5. the row that names them, in a second transaction; where that refuses, the bytes go again.

    Raises:
        NotYourRole, NoSuchEvidence: the actor may not add this.
        EvidenceDates, EvidenceTooLarge, FileTypeRefused, PhotographDamaged: the file cannot be taken; nothing is left
            of it.
        EvidenceQuota, EvidenceRefusedBefore: this organisation cannot add it.
        Unavailable: the evidence store cannot be reached.
    """
    terms, files, organisation_id = in_a_deed(open_deed, lambda deed: _admit(deed, new, evidence_id))
    with (
        reaching_store(),
        tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy,
        files.begin(organisation_id) as upload,
    ):
        sent = cast("BinaryIO", copy)
        for chunk in chunks:
            if sent.tell() + len(chunk) > terms.evidence_max_bytes:
                raise _too_large(terms)
            sent.write(chunk)
        kind = read_media_type(sent, name=new.file_name)
        for chunk in strip_photograph(sent, media_type=kind.media_type):
            upload.write(chunk)
        stored = upload.finish()
    try:
        return in_a_deed(open_deed, lambda deed: _keep(deed, stored, kind, new, evidence_id))
    except Refusal:
        with suppress(Refusal, Unavailable):  # what stays, `sweep_evidence` removes
            in_a_deed(open_deed, lambda deed: drop_unneeded(deed, organisation_id, stored.sha256_hex))
        raise


def _admit(deed: Deed, new: NewFile, evidence_id: str | None) -> tuple[Terms, EvidenceStore, str]:
    check_works(deed)
    terms = deed.means.terms
    if evidence_id is not None:
        get_newest(deed, evidence_id)
    check_days(new.valid_from, new.valid_to)
    if (new.size_bytes or 0) > terms.evidence_max_bytes:
        raise _too_large(terms)
    if deed.unit.evidence.kept_bytes(deed.organisation_id) >= terms.evidence_quota_bytes:
        raise _no_room(terms)
    return terms, deed.means.files, deed.organisation_id


def _keep(deed: Deed, stored: StoredFile, kind: MediaType, new: NewFile, evidence_id: str | None) -> ShownEvidence:
    # Nobody deletes these bytes, or counts the quota, between our look and our row.
    deed.unit.evidence.keep_alone(deed.organisation_id)
    check_works(deed)
    file = deed.unit.evidence.find_file(deed.organisation_id, stored.sha256_hex)
    before = None if evidence_id is None else get_newest(deed, evidence_id)[0]
    if file is not None and file.state in ("purged", "rejected"):
        raise EvidenceRefusedBefore([Problem(f"evidence-{file.state}", "", {"digest": file.digest})])
    if file is None:
        _check_room(deed, stored)
        file = _new_file(deed, stored, kind)
        deed.unit.evidence.add_file(deed.organisation_id, file)
    with reaching_store():
        if not deed.means.files.exists(deed.organisation_id, stored.sha256_hex):
            # Somebody's refused upload of the same content took the bytes away a moment ago.
            raise Unavailable("evidence store", retry_after_s=1)
    name = safe_name(new.file_name, file.extension)
    row = EvidenceRow(
        id=before.id if before else deed.new_id(), revision=before.revision + 1 if before else 1,
        sha256=file.sha256, title=new.title.strip() if new.title else before.title if before else name,
        file_name=name, valid_from=new.valid_from, valid_to=new.valid_to, added_by=deed.actor.user_id,
        added_at=deed.now,
    )  # fmt: skip

    deed.unit.evidence.add(deed.organisation_id, row)
    kind_of_entry = "evidence-revised" if before else "evidence-added"
    deed.record(kind_of_entry, evidence=row.id, revision=row.revision, digest=file.digest, size_bytes=file.size_bytes)
    return show_evidence((row, file))


def _new_file(deed: Deed, stored: StoredFile, kind: MediaType) -> EvidenceFile:
    """A content that is new here; where there is a scanner, nobody opens it before its verdict."""
    if deed.means.terms.scans:
        payload: dict[str, object] = {"organisation_id": deed.organisation_id, "sha256": stored.sha256_hex}
        deed.queue("scan-evidence", payload, of=deed.organisation_id)
    return EvidenceFile(
        sha256=stored.sha256_hex, size_bytes=stored.size_bytes, media_type=kind.media_type, extension=kind.extension,
        received_at=deed.now, received_by=deed.actor.user_id,
        scan="quarantined" if deed.means.terms.scans else "not_scanned",
    )  # fmt: skip


def open_content(deed: Deed, evidence_id: str, *, revision: int | None = None) -> Content:
    """A file to be saved by its reader. The view is logged before the first byte is fetched.

    The bytes are fetched when the first of them is asked for, which is to be after this deed is kept: its transaction
    must not wait for a store far away. That first step raises `Unavailable` where the store cannot be reached.

    Raises:
        NotYourRole, NoSuchEvidence: the actor may not see it.
        EvidenceQuarantined: it was not scanned yet.
        EvidenceGone: it was purged, or rejected by the scanner.
    """
    check_works(deed)
    row, file = get_revision(deed, evidence_id, revision)
    if file.state in ("purged", "rejected"):
        raise gone(file)
    if file.state == "quarantined":
        raise EvidenceQuarantined([Problem("evidence-quarantined", "", {"digest": file.digest})])

    view = View(id=deed.new_id(), evidence_id=evidence_id, sha256=file.sha256, user_id=deed.actor.user_id,
                viewed_at=deed.now)  # fmt: skip
    deed.unit.evidence.add_view(deed.organisation_id, view)
    deed.record("evidence-viewed", evidence=evidence_id, revision=row.revision, digest=file.digest)
    return Content(
        chunks=_fetched(deed.means.files, deed.organisation_id, file.sha256), file_name=safe_name(row.file_name, file.extension),
        media_type=file.media_type, size_bytes=file.size_bytes,
    )  # fmt: skip


def drop_unneeded(deed: Deed, organisation_id: str, sha256: str) -> None:
    """Delete the bytes of a content that no row needs: it was purged or rejected, or never came to have a row.

    Repeatable. The row is looked at and the bytes are deleted while nobody else adds the same.

    Raises:
        Unavailable: the evidence store cannot be reached.
    """
    deed.unit.evidence.keep_alone(organisation_id)
    file = deed.unit.evidence.find_file(organisation_id, sha256)
    if file is None or file.state in ("purged", "rejected"):
        with reaching_store():
            deed.means.files.delete(organisation_id, sha256)


def in_a_deed(open_deed: OpenDeed, do: Callable[[Deed], Done]) -> Done:
    """Do something in a transaction of its own, again where another one was in the way.

    Raises:
        Unavailable: others were in the way too often.
    """

    def once() -> Done:
        with open_deed(writes=True) as deed:
            return do(deed)

    return patiently(once)


@contextmanager
def reaching_store() -> Generator[None]:
    """What the evidence store cannot do just now is a fault that passes.

    Raises:
        Unavailable: likewise.
    """
    try:
        yield
    except StoreUnavailable as fault:
        raise Unavailable("evidence store", retry_after_s=60 if fault.permanent else 5) from fault


def safe_name(given: str, extension: str) -> str:
    """A file's name that is safe to save under: one line of visible signs without folders, with this extension."""
    last = given.replace("\\", "/").rpartition("/")[2]
    # Direction marks can make an ending look like another one.
    seen = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    stem = "".join("-" if each in '<>:"|?*;%' else each for each in seen)
    before, dot, ending = stem.rpartition(".")
    stem = before if dot and len(ending) <= 5 and ending.isalnum() else stem
    return f"{stem.strip(' .')[:_LONGEST_NAME] or 'evidence'}.{extension}"


def _check_room(deed: Deed, stored: StoredFile) -> None:
    terms = deed.means.terms
    if deed.unit.evidence.kept_bytes(deed.organisation_id) + stored.size_bytes > terms.evidence_quota_bytes:
        raise _no_room(terms)


def _too_large(terms: Terms) -> EvidenceTooLarge:
    return EvidenceTooLarge([Problem("evidence-too-large", "", {"limit_kib": terms.evidence_max_bytes // _KIB})])


def _no_room(terms: Terms) -> EvidenceQuota:
    return EvidenceQuota([Problem("evidence-quota", "", {"limit_mib": terms.evidence_quota_bytes // _MIB})])


def _fetched(files: EvidenceStore, organisation_id: str, sha256: str) -> Iterator[bytes]:
    with reaching_store():
        chunks = files.open(organisation_id, sha256)
        first = next(chunks, b"")
    yield first
    yield from chunks
