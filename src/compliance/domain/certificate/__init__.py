"""Certificates: when one is earned and issued, what it claims, its number, its status, and its form as a credential."""

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
from compliance.domain.certificate.credential import (
    CredentialMalformed,
    CredentialTerms,
    LogEvidence,
    claim_in,
    draw_credential,
    log_evidence_in,
)
from compliance.domain.certificate.did import DidKey, did_document, did_web
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
from compliance.domain.certificate.status_list import (
    STATUS_LIST_BITS,
    STATUS_PURPOSES,
    StatusIndexOutside,
    StatusList,
    StatusListMalformed,
    StatusListTerms,
    StatusPurpose,
    draw_status_list,
    status_list_address,
    status_purpose,
)

__all__ = [
    "FINAL_STATUSES", "NUMBER_PREFIX", "NUMBER_SYMBOLS", "STATUS_LIST_BITS", "STATUS_PURPOSES", "SYMBOLS",
    "CertificateCannotReturn", "CertificateStatus", "CertificateStatusFixed", "Claim", "ClaimHolder", "ClaimTerms",
    "ConfirmedBy", "CredentialMalformed", "CredentialTerms", "DidKey", "HeldCertificate", "HoldCode", "HoldReason",
    "IdentityConfirmed", "IdentityProof", "Issued", "LogEvidence", "NotChecked", "NotIssued", "ReasonMissing",
    "Standing", "StatusChange", "StatusIndexOutside", "StatusList", "StatusListMalformed", "StatusListTerms",
    "StatusPurpose", "certificate_ends", "certificate_notes", "change_status", "check_can_reinstate", "check_symbol",
    "claim_bytes", "claim_in", "decide_issue", "did_document", "did_web", "draw_claim", "draw_credential",
    "draw_status_list", "earns_certificate", "is_expired", "log_evidence_in", "normal_number", "not_checked",
    "number_is_valid", "number_of", "read_claim", "reminders", "result_commitment", "snapshot_commitment",
    "status_list_address", "status_on", "status_purpose", "valid_until", "validity_months", "why_not_issued",
    "withdrawn_with_submission",
]  # fmt: skip
