"""What came of a submission: result, receipt, attestation, documents, the least-effort path."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from compliance.api.assessments import ONE, SEEING
from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.assessment import Attested, Receipt
from compliance.domain.scoring import ScoreCard
from compliance.usecases.deed import Deed
from compliance.usecases.results import (
    DocumentName,
    NoCertificateEarned,
    NotSubmitted,
    PathInWords,
    ResultInWords,
    draw_document,
    find_path,
    read_attestation,
    read_receipt_of,
    read_result,
    say_result,
)

TAGS = ("results",)
READING = (*SEEING, NotSubmitted)
DOCUMENTS = ONE + "/documents"
Language = Annotated[str, Meta(max_length=12)]
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class InWords(Struct, frozen=True, forbid_unknown_fields=True):
    """In which language."""

    language: Language | None = None
    """Left out: the assessment's. Where a text is not translated, the questionnaire's own language."""


class PathQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which outcome is to be reached."""

    target: Literal["met", "approaching"] = "met"
    language: Language | None = None


@endpoint("GET", ONE + "/result", gives=ScoreCard, tags=TAGS, refuses=READING)
def read_stored_result(deed: Deed, call: Call[Any]) -> Reply:
    """Read the result, byte for byte as it was stored when the assessment was submitted.

    Canonical JSON (RFC 8785); the ETag is its SHA-256. Beside each exact pair of points and weight stands its
    percentage, for display only, and `rule` is the version of the rule that it was computed with.
    """
    result = read_result(deed, call["assessment_id"])
    return Reply(body=result.content, etag=f'"{result.digest}"')


@endpoint("GET", ONE + "/result/reasons", gives=ResultInWords, query=InWords, tags=TAGS, refuses=READING)
def read_result_in_words(deed: Deed, call: Call[Any]) -> Reply:
    """Read the result in words: the outcome, what keeps it from a better one, and why each item earned its points."""
    return Reply(body=say_result(deed, call["assessment_id"], call.query.language))


@endpoint("GET", ONE + "/receipt", gives=Receipt, tags=TAGS, refuses=READING)
def read_receipt(deed: Deed, call: Call[Any]) -> Reply:
    """Download the receipt, from which anybody can compute the result again.

    It holds the whole submission, but not the name of who signed it: the digest of the attestation stands for that.
    """
    receipt = read_receipt_of(deed, call["assessment_id"])
    return Reply(body=receipt.content, etag=f'"{receipt.digest}"', headers=_attached("receipt.json"))


@endpoint("GET", ONE + "/attestation", gives=Attested, tags=TAGS, refuses=READING)
def read_signed_attestation(deed: Deed, call: Call[Any]) -> Reply:
    """Read who signed the submission, when, and which statement."""
    attestation = read_attestation(deed, call["assessment_id"])
    return Reply(body=attestation.content, etag=f'"{attestation.digest}"')


@endpoint("GET", ONE + "/path", gives=PathInWords, query=PathQuery, tags=TAGS, refuses=READING)
def read_least_effort_path(deed: Deed, call: Call[Any]) -> Reply:
    """Find the least work that would lead to an outcome."""
    query: PathQuery = call.query
    return Reply(body=find_path(deed, call["assessment_id"], query.target, query.language))


@endpoint("GET", DOCUMENTS + "/report.pdf", gives=PDF, query=InWords, tags=TAGS, refuses=READING)
def download_report(deed: Deed, call: Call[Any]) -> Reply:
    """Download the report: a tagged PDF/A."""
    return _drawn(deed, call, "report.pdf", PDF)


@endpoint("GET", DOCUMENTS + "/plan.pdf", gives=PDF, query=InWords, tags=TAGS, refuses=READING)
def download_plan_pdf(deed: Deed, call: Call[Any]) -> Reply:
    """Download the plan as it stands today, with who does what and what is done: a tagged PDF/A."""
    return _drawn(deed, call, "plan.pdf", PDF)


@endpoint("GET", DOCUMENTS + "/plan.xlsx", gives=XLSX, query=InWords, tags=TAGS, refuses=READING)
def download_plan_sheet(deed: Deed, call: Call[Any]) -> Reply:
    """Download the plan as it stands today, as a spreadsheet to work with."""
    return _drawn(deed, call, "plan.xlsx", XLSX)


@endpoint("GET", DOCUMENTS + "/plan.csv", gives="text/csv", query=InWords, tags=TAGS, refuses=READING)
def download_plan_csv(deed: Deed, call: Call[Any]) -> Reply:
    """Download the plan as it stands today, as a table in text (RFC 4180, UTF-8)."""
    return _drawn(deed, call, "plan.csv", "text/csv")


@endpoint("GET", DOCUMENTS + "/plan.ics", gives="text/calendar", query=InWords, tags=TAGS, refuses=READING)
def download_plan_calendar(deed: Deed, call: Call[Any]) -> Reply:
    """Download the due dates of what is still to be done, as they are today, as a calendar (RFC 5545)."""
    return _drawn(deed, call, "plan.ics", "text/calendar")


@endpoint("GET", DOCUMENTS + "/certificate-preview.pdf", gives=PDF, query=InWords, tags=TAGS,
          refuses=(*READING, NoCertificateEarned))  # fmt: skip
def download_certificate_preview(deed: Deed, call: Call[Any]) -> Reply:
    """Download a preview of the certificate that the result earns; it says on its face that it is none."""
    return _drawn(deed, call, "certificate-preview.pdf", PDF)


def _drawn(deed: Deed, call: Call[Any], name: DocumentName, media_type: str) -> Reply:
    document = draw_document(deed, call["assessment_id"], name, call.query.language)
    headers = {**_attached(name), "content-language": document.language}
    return Reply(body=document.content, media_type=media_type, etag=f'"{document.digest}"', headers=headers)


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


ENDPOINTS = (
    read_stored_result, read_result_in_words, read_receipt, read_signed_attestation, read_least_effort_path,
    download_report, download_plan_pdf, download_plan_sheet, download_plan_csv, download_plan_calendar,
    download_certificate_preview,
)  # fmt: skip
