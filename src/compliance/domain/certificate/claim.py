"""The claim: a certificate's content as canonical bytes (RFC 8785). Everything else shows it or proves it.

No natural person stands in it, except a sole trader's trading name. Snapshot and result are committed to, salted, so
that equal private results can be neither linked nor guessed.

Source: docs/certificate.md, "Claim".
"""

import hashlib
from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct

from compliance.domain.assessment import Country, Name, Scope, Snapshot, snapshot_bytes, submission_of
from compliance.domain.canonical import canonical_bytes
from compliance.domain.certificate.earned import NotChecked, certificate_notes, earns_certificate, not_checked
from compliance.domain.certificate.status import certificate_ends
from compliance.domain.questionnaire import Questionnaire
from compliance.domain.questionnaire.registers import Sha256
from compliance.domain.scoring import RULE, Assurance, Decision, Outcome, ScoreCard, result_bytes

CLAIM_VERSION = 1
IdentityProof = Literal["domain_dns", "domain_file", "register"]
"""Control of its own web domain, by a DNS record or a file; or a register or licence number that somebody looked up."""
ConfirmedBy = Literal["service", "operator", "regulator"]


class IdentityConfirmed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it was confirmed that the holder is who it says, in the country of the scope."""

    proof: IdentityProof
    by: ConfirmedBy
    on: date
    domain: str | None = None
    """The web domain that the holder controls; None for a register."""


class ClaimHolder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The organisation to which the certificate is issued."""

    name: Name
    country: Country
    identity: IdentityConfirmed


class PinnedVersion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The version that was met."""

    name: str
    version: str
    structure: Sha256


class Claim(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a certificate says. Never rewritten: what changes later is its status."""

    v: Literal[1] = 1
    number: str
    """`CP-7QF4-M2XF`."""
    holder: ClaimHolder
    scope: Scope
    questionnaire: PinnedVersion
    outcome: Outcome
    assurance: Assurance
    not_checked: NotChecked
    notes: tuple[str, ...]
    """What facts answered yes have printed on the certificate."""
    issued_on: date
    valid_until: date
    """The last day."""
    status_index: int
    """Its place in both status lists."""
    issuer: str
    """How the issuer names itself: a DID or a web address."""
    rule: int
    """Version of the scoring rule."""
    snapshot_commitment: Sha256
    result_commitment: Sha256


class ClaimTerms(Struct, frozen=True, kw_only=True):
    """What a claim needs besides snapshot, questionnaire and score card."""

    number: str
    identity: IdentityConfirmed
    issued_on: date
    status_index: int
    issuer: str
    decisions: dict[str, Decision] = {}
    """Reviewers' corrections of facts change the notes."""
    stored_snapshot: bytes | None = None
    """The snapshot's canonical bytes, where they are at hand: writing them takes longer than scoring."""
    stored_result: bytes | None = None
    """The result's canonical bytes, likewise."""


def draw_claim(questionnaire: Questionnaire, snapshot: Snapshot, card: ScoreCard, terms: ClaimTerms) -> Claim:
    """The claim of a certificate that a score card earns.

    Both commitments are salted with the snapshot's own salt, so that a receipt alone lets anybody check them.

    Raises:
        ValueError: no certificate is earned; callers ask `decide_issue` first.
    """
    if not earns_certificate(card) or card.assurance is None:
        msg = "a claim needs an outcome that is met and attested"
        raise ValueError(msg)
    submission = submission_of(snapshot, attested=True, decisions=terms.decisions)
    pinned = snapshot.questionnaire
    salt = snapshot.salt_bytes
    return Claim(
        number=terms.number,
        holder=ClaimHolder(name=snapshot.holder.name, country=snapshot.holder.country, identity=terms.identity),
        scope=snapshot.scope,
        questionnaire=PinnedVersion(name=pinned.name, version=pinned.version, structure=pinned.structure),
        outcome=card.outcome,
        assurance=card.assurance,
        not_checked=not_checked(questionnaire, card),
        notes=certificate_notes(questionnaire, submission),
        issued_on=terms.issued_on,
        valid_until=certificate_ends(snapshot.as_of, terms.issued_on, card.assurance),
        status_index=terms.status_index,
        issuer=terms.issuer,
        rule=RULE,
        snapshot_commitment=snapshot_commitment(salt, terms.stored_snapshot or snapshot_bytes(snapshot)),
        result_commitment=result_commitment(salt, terms.stored_result or result_bytes(card)),
    )


def claim_bytes(claim: Claim) -> bytes:
    """The canonical bytes of a claim (RFC 8785). Same claim, same bytes."""
    return canonical_bytes(msgspec.to_builtins(claim))


def read_claim(stored: bytes) -> Claim:
    """A claim out of its bytes.

    Raises:
        msgspec.ValidationError: not a claim of a version that we know.
        msgspec.DecodeError: not JSON.
    """
    return msgspec.json.decode(stored, type=Claim)


def snapshot_commitment(salt: bytes, snapshot: bytes) -> str:
    """`sha256:` and the digest of salt ‖ 0x00 ‖ the snapshot's canonical bytes."""
    return _commitment(salt + b"\x00" + snapshot)


def result_commitment(salt: bytes, result: bytes) -> str:
    """`sha256:` and the digest of salt ‖ 0x01 ‖ the result's canonical bytes."""
    return _commitment(salt + b"\x01" + result)


def _commitment(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
