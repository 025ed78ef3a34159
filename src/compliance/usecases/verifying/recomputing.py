"""Computing the result again from a receipt, and comparing it with what the certificate commits to."""

from functools import lru_cache

import msgspec

from compliance.domain.assessment import Receipt, ReceiptMismatch, read_receipt, recompute, snapshot_bytes
from compliance.domain.certificate import Claim, result_commitment, snapshot_commitment
from compliance.domain.questionnaire import QuestionnaireInvalid
from compliance.domain.scoring import RULE, Scorer, SubmissionInvalid
from compliance.intake.library import Library, NoSuchQuestionnaire
from compliance.intake.yaml_text import UnreadableFile
from compliance.usecases.verifying.claims import packaged_library
from compliance.usecases.verifying.steps import Step, StepCode, found
from compliance.usecases.verifying.strict_json import JsonUnread, members_in, read_members

_STEP: StepCode = "recomputed"
MOST_RECEIPT_BYTES = 4 * 1024 * 1024


def recomputed_step(content: bytes, claim: Claim | None, library: Library | None) -> Step:
    """Whether the receipt is that of the certificate, and leads to the result that it commits to."""
    if claim is None:
        return found(_STEP, "unread")
    try:
        receipt = read_receipt(read_members(content, most_bytes=MOST_RECEIPT_BYTES))
        snapshot = snapshot_bytes(receipt.snapshot)
    except (JsonUnread, ValueError):  # of msgspec, too, and of numbers that have no canonical form
        return found(_STEP, "unreadable")
    salt = receipt.snapshot.salt_bytes
    if snapshot_commitment(salt, snapshot) != claim.snapshot_commitment:
        return found(_STEP, "other-answers")
    if claim.rule != RULE:
        return found(_STEP, "other-rule", rule=claim.rule)
    reference = f"{claim.questionnaire.name}@{claim.questionnaire.version}"
    scorer = _scorer(library or packaged_library(), reference)
    if scorer is None or scorer.structure != claim.questionnaire.structure:
        return found(_STEP, "unknown", reference=reference)
    result = _result(receipt, scorer)
    if result is None:
        return found(_STEP, "unscorable")
    if result_commitment(salt, result) != claim.result_commitment:
        return found(_STEP, "other-result")
    return found(_STEP, "same", reference=reference, total=_total(result))


def _result(receipt: Receipt, scorer: Scorer) -> bytes | None:
    try:
        return recompute(receipt, scorer)
    except (ReceiptMismatch, SubmissionInvalid):
        return None


def _total(result: bytes) -> str:
    """The declared total in percent, as the result has it for display."""
    total = members_in(msgspec.json.decode(result).get("total"))
    percent: object = members_in(total.get("declared")).get("percent")
    return percent if isinstance(percent, str) else "–"


@lru_cache(maxsize=8)
def _scorer(library: Library, reference: str) -> Scorer | None:
    """The version, compiled; None where the library has none that can be used."""
    try:
        return Scorer(library.load(reference).questionnaire)
    except (NoSuchQuestionnaire, QuestionnaireInvalid, UnreadableFile):
        return None
