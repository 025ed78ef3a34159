"""One assessment: what is handed in, its states, the draft and its gaps, snapshot, attestation, receipt, carry-over."""

from compliance.domain.assessment.answers_file import NAME_LENGTH, AnswersFile, Attestation, Country, Name, Organisation
from compliance.domain.assessment.attestation import (
    STATEMENT_DIGEST,
    STATEMENT_VERSION,
    STATEMENTS,
    AttestationMismatch,
    Attested,
    StatementOutdated,
    attestation_digest,
    attestation_document,
    check_attested,
    check_statement,
)
from compliance.domain.assessment.carrying import Carried, carried_draft, plan_carry
from compliance.domain.assessment.completeness import (
    AnswersIncomplete,
    Gap,
    GapKind,
    SectionProgress,
    check_complete,
    gaps,
    progress,
)
from compliance.domain.assessment.draft import AnswerSource, Draft, DraftAnswer, DraftFact, ScanState
from compliance.domain.assessment.receipt import (
    Receipt,
    ReceiptMismatch,
    read_receipt,
    receipt_bytes,
    receipt_document,
    recompute,
)
from compliance.domain.assessment.scope import Scope, Site
from compliance.domain.assessment.snapshot import (
    SALT_BYTES,
    Holder,
    Snapshot,
    SnapshotFrame,
    TranslationShown,
    draw_snapshot,
    read_snapshot,
    snapshot_bytes,
    snapshot_digest,
    snapshot_document,
    submission_of,
)
from compliance.domain.assessment.states import (
    FINAL_STATES,
    AssessmentNotOpen,
    AssessmentState,
    CaseOpen,
    ItemNotOpened,
    check_can_answer,
    check_can_submit,
    check_can_withdraw,
    check_change,
    draft_expires_on,
    draft_warnings,
    is_draft_expired,
    state_after_submission,
    submitted_final_on,
)

__all__ = [
    "FINAL_STATES", "NAME_LENGTH", "SALT_BYTES", "STATEMENTS", "STATEMENT_DIGEST", "STATEMENT_VERSION",
    "AnswerSource", "AnswersFile", "AnswersIncomplete", "AssessmentNotOpen", "AssessmentState", "Attestation",
    "AttestationMismatch", "Attested", "Carried", "CaseOpen", "Country", "Draft", "DraftAnswer", "DraftFact", "Gap",
    "GapKind", "Holder", "ItemNotOpened", "Name", "Organisation", "Receipt", "ReceiptMismatch", "ScanState", "Scope",
    "SectionProgress", "Site", "Snapshot", "SnapshotFrame", "StatementOutdated", "TranslationShown",
    "attestation_digest", "attestation_document", "carried_draft", "check_attested", "check_can_answer", "check_can_submit",
    "check_can_withdraw", "check_change", "check_complete", "check_statement", "draft_expires_on", "draft_warnings",
    "draw_snapshot", "gaps", "is_draft_expired", "plan_carry", "progress", "read_receipt",
    "read_snapshot", "receipt_bytes", "receipt_document", "recompute", "snapshot_bytes", "snapshot_digest",
    "snapshot_document", "state_after_submission", "submission_of", "submitted_final_on",
]  # fmt: skip
