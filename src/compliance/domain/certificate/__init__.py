"""Certificates: when one is earned and issued, what it claims, how its number is spelt, and how its status changes."""

from compliance.domain.certificate.claim import (
    Claim,
    ClaimHolder,
    ClaimTerms,
    ConfirmedBy,
    IdentityConfirmed,
    IdentityProof,
    claim_bytes,
    draw_claim,
    read_claim,
    result_commitment,
    snapshot_commitment,
)
from compliance.domain.certificate.earned import (
    NotChecked,
    certificate_notes,
    earns_certificate,
    not_checked,
    validity_months,
)
from compliance.domain.certificate.issuing import (
    CertificateCannotReturn,
    HeldCertificate,
    HoldCode,
    HoldReason,
    Issued,
    NotIssued,
    Standing,
    check_can_reinstate,
    decide_issue,
    why_not_issued,
)
from compliance.domain.certificate.number import (
    NUMBER_PREFIX,
    NUMBER_SYMBOLS,
    SYMBOLS,
    check_symbol,
    normal_number,
    number_is_valid,
    number_of,
)
from compliance.domain.certificate.status import (
    FINAL_STATUSES,
    CertificateStatus,
    CertificateStatusFixed,
    ReasonMissing,
    StatusChange,
    certificate_ends,
    change_status,
    is_expired,
    reminders,
    status_on,
    valid_until,
    withdrawn_with_submission,
)

__all__ = [
    "FINAL_STATUSES", "NUMBER_PREFIX", "NUMBER_SYMBOLS", "SYMBOLS", "CertificateCannotReturn", "CertificateStatus",
    "CertificateStatusFixed", "Claim", "ClaimHolder", "ClaimTerms", "ConfirmedBy", "HeldCertificate", "HoldCode",
    "HoldReason", "IdentityConfirmed", "IdentityProof", "Issued", "NotChecked", "NotIssued", "ReasonMissing",
    "Standing", "StatusChange", "certificate_ends", "certificate_notes", "change_status", "check_can_reinstate", "check_symbol",
    "claim_bytes", "decide_issue", "draw_claim", "earns_certificate", "is_expired", "normal_number", "not_checked",
    "number_is_valid", "number_of", "read_claim", "reminders", "result_commitment", "snapshot_commitment",
    "status_on", "valid_until", "validity_months", "why_not_issued", "withdrawn_with_submission",
]  # fmt: skip
