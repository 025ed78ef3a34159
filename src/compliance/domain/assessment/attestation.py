"""The signature of a named senior person under one snapshot.

A statement's text never changes once it was signed: another text is another version.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from compliance.domain.assessment.answers_file import Name
from compliance.domain.assessment.snapshot import snapshot_digest
from compliance.domain.days import instant_text
from compliance.domain.questionnaire import canonical_digest
from compliance.domain.questionnaire.registers import Sha256
from compliance.errors import Conflict, Problem

STATEMENT_VERSION = "1"
"""The version that is signed today."""
STATEMENTS: Mapping[str, str] = {
    "1": (
        "I may speak for this business. I have read the facts and the answers of this submission, and to the best of my "
        "knowledge they are true and leave nothing out that would change them. What is named as evidence exists. Nothing "
        "in this submission names or shows a child. I understand that a certificate rests on this statement, and is "
        "withdrawn if it turns out to be false."
    )
}
"""Every version that was ever signed, in English; translations show the same."""


def _statement_digest(version: str) -> str:
    return "sha256:" + hashlib.sha256(STATEMENTS[version].encode()).hexdigest()


STATEMENT_DIGEST = _statement_digest(STATEMENT_VERSION)
"""SHA-256 of today's statement in UTF-8."""


class StatementOutdated(Conflict):
    """The statement has been reworded since it was shown."""

    code = "statement-outdated"


class AttestationMismatch(Conflict):
    """What was signed is not what is to be submitted."""

    code = "attestation-mismatch"


class Attested(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who said that one snapshot is true, when, and in which words."""

    user_id: str
    name: Name
    role: Name
    """What the person is in the business, in own words: “General manager”."""
    statement: str
    """Version of the statement."""
    statement_digest: Sha256
    snapshot: Sha256
    """Digest of the snapshot's bytes."""
    at: datetime
    """Aware, UTC."""


def check_statement(version: str) -> None:
    """Refuse a signature under a statement that is no longer the one to sign.

    Raises:
        StatementOutdated: another version than today's.
    """
    if version != STATEMENT_VERSION:
        facts = {"given": version, "current": STATEMENT_VERSION}
        raise StatementOutdated([Problem("statement-version", "statement", facts)])


def check_attested(attested: Attested, snapshot: bytes) -> None:
    """Refuse a signature that stands under another snapshot.

    Raises:
        AttestationMismatch: the digests differ.
    """
    digest = snapshot_digest(snapshot)
    if attested.snapshot != digest:
        facts = {"signed": attested.snapshot, "snapshot": digest}
        raise AttestationMismatch([Problem("attestation-snapshot", "attestation.snapshot", facts)])


def attestation_digest(attested: Attested) -> str:
    """`sha256:` and the digest of the attestation's canonical JSON: what stands for it in a receipt.

    Nobody can guess the name behind it: the id of the user is part of what is hashed, and is not public.
    """
    return canonical_digest(attestation_document(attested))


def attestation_document(attested: Attested) -> dict[str, object]:
    """The attestation as plain JSON data, its instant in UTC."""
    return {
        "user_id": attested.user_id,
        "name": attested.name,
        "role": attested.role,
        "statement": attested.statement,
        "statement_digest": attested.statement_digest,
        "snapshot": attested.snapshot,
        "at": instant_text(attested.at),
    }
