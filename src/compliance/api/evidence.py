"""Evidence: upload, describe, list, fetch, purge."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from msgspec import UNSET, Meta, Struct, UnsetType

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Paged, Reason
from compliance.domain.questionnaire.registers import Sha256
from compliance.intake.media_types import FileTypeRefused
from compliance.intake.photographs import PhotographDamaged
from compliance.usecases.assessments import NotYourRole
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import (
    Description,
    EvidenceDates,
    EvidenceGone,
    EvidencePage,
    EvidenceQuarantined,
    NoSuchEvidence,
    Purged,
    ShownEvidence,
    ShownView,
    WholeEvidence,
    describe_evidence,
    list_evidence,
    list_views,
    purge_evidence,
    read_evidence,
)
from compliance.usecases.evidence_files import (
    EvidenceQuota,
    EvidenceRefusedBefore,
    EvidenceTooLarge,
    NewFile,
    add_evidence,
    open_content,
)
from compliance.usecases.pages import CursorWrong, Page
from compliance.usecases.revisions import StaleRevision

EVIDENCE = "/organisations/{organisation_id}/evidence"
ONE = EVIDENCE + "/{evidence_id}"
TAGS = ("evidence",)
SEEING = (NotYourRole, NoSuchEvidence)
TAKING = (
    NotYourRole, EvidenceDates, EvidenceTooLarge, FileTypeRefused, PhotographDamaged, EvidenceQuota, EvidenceRefusedBefore,
)  # fmt: skip
Title = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)")
]
FileName = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
RevisionNumber = Annotated[int, Meta(ge=1, le=1_000_000)]
DOWNLOADS = (
    "application/octet-stream, application/pdf, image/png, image/jpeg, image/webp, "
    "application/vnd.oasis.opendocument.text, application/vnd.oasis.opendocument.spreadsheet, "
    "application/vnd.oasis.opendocument.presentation, "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document, "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, "
    "application/vnd.openxmlformats-officedocument.presentationml.presentation"
)
"""What a download may be. Texts go as `application/octet-stream`, so that no browser guesses what else they could be."""


class UploadQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of a file that is sent."""

    title: Title | None = None
    """What the paper is, for people. Left out: the file's name; for a new revision, the title as it was."""
    file_name: FileName = ""
    """As it is called on the sender's machine. It never decides what the file is, save that a text may be a CSV."""
    valid_from: date | None = None
    """The day from which the paper is valid; has nothing to do with the day of the upload."""
    valid_to: date | None = None
    """The last day on which it is valid."""


class EvidenceQuery(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which part of which evidence."""

    digest: Sha256 | None = None
    """Only evidence with this content in force."""
    expiring_before: date | None = None
    """Only evidence whose last day of validity is before this day."""


class OfRevision(Struct, frozen=True, forbid_unknown_fields=True):
    """Which revision."""

    revision: RevisionNumber | None = None
    """Left out: the one in force."""


class EvidenceChanges(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of the file; what is left out stays, null takes a day away."""

    title: Title | UnsetType = UNSET
    valid_from: date | UnsetType | None = UNSET
    valid_to: date | UnsetType | None = UNSET


class PurgeOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why the file must go."""

    reason: Reason
    """Stays with the tombstone: name no child, no person and no case in it."""
    revision: RevisionNumber | None = None
    """Whose content; left out: the one in force."""


@endpoint("POST", EVIDENCE, gives=ShownEvidence, status=201, query=UploadQuery, upload=True, tags=TAGS, refuses=TAKING)
def upload_evidence(call: Call[Any]) -> Reply:
    """Upload a file as evidence.

    The body is the file itself. PDF, PNG, JPEG, WebP, OpenDocument, Office Open XML, CSV and plain text are taken, told
    by their content. Never upload names or images of children, details of a case, criminal-record certificates, or
    anything that may be child sexual abuse material: see the `warning` of the list.

    Out of a JPEG, PNG or WebP is taken where and when it was made and everything else that is not seen. `digest` and
    `size_bytes` of the answer are those of the file that is kept, so they may differ from those of the file that was
    sent; the same file sent again gives the same digest. Documents are kept as they are.
    """
    return _uploaded(call, evidence_id=None)


@endpoint("POST", ONE + "/revisions", gives=ShownEvidence, status=201, query=UploadQuery, upload=True, tags=TAGS,
          refuses=(*TAKING, NoSuchEvidence))  # fmt: skip
def upload_revision(call: Call[Any]) -> Reply:
    """Upload a newer version of a piece of evidence.

    Earlier revisions stay; answers keep the digest that they name, until somebody changes them. A picture loses what is
    not seen of it, as in every upload.
    """
    return _uploaded(call, evidence_id=call["evidence_id"])


@endpoint("GET", EVIDENCE, gives=EvidencePage, query=EvidenceQuery, tags=TAGS, refuses=(NotYourRole, CursorWrong))
def list_all_evidence(deed: Deed, call: Call[Any]) -> Reply:
    """List the organisation's evidence, newest first."""
    query: EvidenceQuery = call.query
    return Reply(body=list_evidence(deed, cursor=query.cursor, limit=query.limit, digest=query.digest,
                                    expiring_before=query.expiring_before))  # fmt: skip


@endpoint("GET", ONE, gives=WholeEvidence, tags=TAGS, refuses=SEEING)
def read_one_evidence(deed: Deed, call: Call[Any]) -> Reply:
    """Read a piece of evidence: every revision, and the answers that name it."""
    return Reply(body=read_evidence(deed, call["evidence_id"]))


@endpoint("PATCH", ONE, takes=EvidenceChanges, gives=ShownEvidence, conditional=True, tags=TAGS,
          refuses=(*SEEING, StaleRevision, EvidenceDates))  # fmt: skip
def change_evidence(deed: Deed, call: Call[EvidenceChanges]) -> Reply:
    """Change the title or the validity of a piece of evidence; the earlier revision stays readable."""
    body = call.body
    changes = Description(title=body.title, valid_from=body.valid_from, valid_to=body.valid_to)
    shown = describe_evidence(deed, call["evidence_id"], changes, seen=call.revision)
    return Reply(body=shown, revision=shown.revision)


@endpoint("GET", ONE + "/content", gives=DOWNLOADS, query=OfRevision, writes=True, tags=TAGS,
          refuses=(*SEEING, EvidenceQuarantined, EvidenceGone))  # fmt: skip
def fetch_content(deed: Deed, call: Call[Any]) -> Reply:
    """Fetch the file, to be saved. Every fetch is logged, and owners can see by whom."""
    content = open_content(deed, call["evidence_id"], revision=call.query.revision)
    plain = "".join(each if each.isascii() and each not in '"\\' else "_" for each in content.file_name)
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(content.file_name, safe='')}",
        "content-length": str(content.size_bytes),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    is_text = content.media_type.startswith("text/")
    return Reply(chunks=content.chunks, headers=headers,
                 media_type="application/octet-stream" if is_text else content.media_type)  # fmt: skip


@endpoint("GET", ONE + "/views", gives=Page[ShownView], query=Paged, tags=TAGS, refuses=(*SEEING, CursorWrong))
def list_evidence_views(deed: Deed, call: Call[Any]) -> Reply:
    """List who fetched the file, newest first; for owners."""
    query: Paged = call.query
    return Reply(body=list_views(deed, call["evidence_id"], cursor=query.cursor, limit=query.limit))


@endpoint("POST", ONE + "/purge", takes=PurgeOrder, gives=Purged, status=200, tags=TAGS,
          refuses=(*SEEING, EvidenceGone))  # fmt: skip
def purge(deed: Deed, call: Call[PurgeOrder]) -> Reply:
    """Delete the file for good, wherever the organisation has it; for owners.

    A tombstone stays: digest, who, when and why. The same content is not taken again.
    """
    return Reply(body=purge_evidence(deed, call["evidence_id"], call.body.reason, revision=call.body.revision))


def _new_file(call: Call[Any]) -> NewFile:
    query: UploadQuery = call.query
    announced = call.headers.get("content-length", "")
    return NewFile(
        title=query.title, file_name=query.file_name, valid_from=query.valid_from, valid_to=query.valid_to,
        size_bytes=int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 19 else None,
    )  # fmt: skip


def _uploaded(call: Call[Any], *, evidence_id: str | None) -> Reply:
    assert call.open_deed is not None
    assert call.chunks is not None
    shown = add_evidence(call.open_deed, call.chunks, _new_file(call), evidence_id=evidence_id)
    place = f"/api/v1/organisations/{call['organisation_id']}/evidence/{shown.id}"
    return Reply(body=shown, revision=shown.revision, location=place)


ENDPOINTS = (
    upload_evidence, upload_revision, list_all_evidence, read_one_evidence, change_evidence, fetch_content,
    list_evidence_views, purge,
)  # fmt: skip
