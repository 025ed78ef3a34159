"""The receipt: all that a result is computed from. Whoever is given one can compute the result again.

The signatory's name is not in it; the digest of the attestation stands for it.
"""

from collections.abc import Mapping
from typing import Literal, cast

import msgspec
from msgspec import Struct

from compliance.domain.assessment.snapshot import Snapshot, submission_of
from compliance.domain.canonical import canonical_bytes
from compliance.domain.questionnaire.registers import Sha256
from compliance.domain.scoring import Decision, Scorer, result_bytes
from compliance.errors import Invalid, Problem

RECEIPT_VERSION = 1


class ReceiptMismatch(Invalid):
    """This receipt belongs to another questionnaire."""

    code = "receipt-mismatch"


class Receipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Snapshot, digest of the attestation, reviewers' decisions and sample."""

    v: Literal[1] = 1
    snapshot: Snapshot
    attestation: Sha256 | None
    """None where nobody attested."""
    decisions: dict[str, Decision] = {}
    sample: tuple[str, ...] | None = None


def receipt_document(receipt: Receipt) -> dict[str, object]:
    """The receipt as plain JSON data. Its `snapshot`, written canonically, has the digest that was attested."""
    return cast("dict[str, object]", msgspec.to_builtins(receipt))


def receipt_bytes(receipt: Receipt) -> bytes:
    """The canonical bytes of a receipt (RFC 8785)."""
    return canonical_bytes(receipt_document(receipt))


def read_receipt(stored: bytes | Mapping[str, object]) -> Receipt:
    """A receipt out of its bytes or its document.

    Raises:
        msgspec.ValidationError: not a receipt of a version that we know.
        msgspec.DecodeError: not JSON.
    """
    if isinstance(stored, bytes):
        return msgspec.json.decode(stored, type=Receipt)
    return msgspec.convert(stored, Receipt)


def recompute(receipt: Receipt, scorer: Scorer) -> bytes:
    """The result's canonical bytes, from the receipt alone.

    Raises:
        ReceiptMismatch: the scorer's questionnaire is not the one that was answered.
        SubmissionInvalid: the receipt was changed into something that cannot be scored.
    """
    pinned = receipt.snapshot.questionnaire
    given = scorer.questionnaire
    if (pinned.name, pinned.version, pinned.structure) != (given.questionnaire, given.version, scorer.structure):
        facts = {"pinned": f"{pinned.name}@{pinned.version}", "given": given.reference}
        raise ReceiptMismatch([Problem("receipt-questionnaire", "snapshot.questionnaire", facts)])
    submission = submission_of(
        receipt.snapshot,
        attested=receipt.attestation is not None,
        decisions=receipt.decisions,
        sample=receipt.sample,
    )
    return result_bytes(scorer.score(submission))
