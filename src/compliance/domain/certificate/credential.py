"""The credential: a claim as a W3C Verifiable Credential 2.0 that is an Open Badge 3.0, before it is signed.

It adds nothing to the claim. What stands beside it is derived from it, says in words what it means, or tells a stranger
where to look: the status lists, and the proof that the claim's leaf stands in the public log.

Source: docs/certificate.md, "Credential".
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, cast

import msgspec
import rfc8785
from msgspec import Meta, Struct

from compliance.domain.certificate.claim import Claim, claim_bytes
from compliance.domain.certificate.did import did_web
from compliance.domain.certificate.status_list import STATUS_PURPOSES, StatusPurpose, status_list_address
from compliance.domain.scoring import Assurance

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
"""The contexts of the standards, in the order that both of them ask for; ours follows."""

_TITLES: Mapping[Assurance, str] = {
    "self_assessed": "Certificate of self-assessment",
    "desk_verified": "Certificate, checked from documents",
    "site_verified": "Certificate, checked on site",
}
_CHECKED: Mapping[Assurance, str] = {
    "self_assessed": "Self-assessment. Nobody else has checked these answers.",
    "desk_verified": "A regulator's reviewer checked a sample of the answers from documents.",
    "site_verified": "A regulator's reviewer checked a sample of the answers on site.",
}
# "Quality assurance" would say that somebody besides the business assured it.
_KINDS: Mapping[Assurance, str] = {
    "self_assessed": "ext:SelfAssessment",
    "desk_verified": "QualityAssuranceCredential",
    "site_verified": "QualityAssuranceCredential",
}


class CredentialMalformed(ValueError):
    """What was given is no credential of this form. The message is for developers; a verifier has its own sentence."""


class LogEvidence(Struct, frozen=True, kw_only=True):
    """The proof that a claim's leaf stands in the log."""

    index: int
    """The leaf's place, from 0."""
    size: int
    """How many leaves the tree of the checkpoint has; above `index`."""
    leaf: bytes
    """The leaf's canonical bytes."""
    salt: bytes
    """What the leaf's commitment was salted with."""
    proof: tuple[bytes, ...]
    """The audit path (RFC 6962): hashes from the leaf's neighbour up to the root's."""
    checkpoint: str
    """The signed note over the tree of `size` leaves."""


class CredentialTerms(Struct, frozen=True, kw_only=True):
    """What a credential needs besides the claim."""

    base_url: str
    """`https://compliance.example`: scheme and host, no slash at the end."""
    evidence: LogEvidence
    limits: str
    """What a certificate does not say, in a few sentences."""
    is_demo: bool = False
    """Whether everything is invented: the credential then says so by its name and before its limits."""


class _Inclusion(Struct, frozen=True, rename="camel"):
    """The members of the evidence that are ours. What other contexts add to it may stand beside them."""

    type: list[str]
    log_index: Annotated[int, Meta(ge=0)]
    tree_size: Annotated[int, Meta(ge=1)]
    leaf: str
    leaf_salt: str
    inclusion_path: list[str]
    checkpoint: str


def draw_credential(claim: Claim, stored_claim: bytes, terms: CredentialTerms) -> dict[str, object]:
    """The credential of a claim, without a proof: plain JSON, the same for the same input.

    It is valid from the beginning of the claim's first day to the end of its last one, in UTC.
    `credentialSubject.claim` is the claim: its canonical bytes (RFC 8785) are exactly the stored ones.

    Raises:
        ValueError: the stored bytes are not those of the claim, or the evidence's index is not below its size.
    """
    if claim_bytes(claim) != stored_claim:
        msg = "the stored bytes are not those of the claim"
        raise ValueError(msg)
    if not 0 <= terms.evidence.index < terms.evidence.size:
        msg = "the index of the evidence is not below its size"
        raise ValueError(msg)
    page = f"{terms.base_url}/certificates/{claim.number}"
    demo = "Demonstration. Not a real certificate. " if terms.is_demo else ""
    return {
        "@context": [*CONTEXTS, f"{terms.base_url}/contexts/certificate-v1.json"],
        "id": f"{page}/credential.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{demo}{_TITLES[claim.assurance]} {claim.number}: {claim.holder.name}",
        "description": f"{demo}{_CHECKED[claim.assurance]} Valid only while {page} says so.",
        "issuer": {"id": did_web(terms.base_url), "type": ["Profile"], "name": claim.issuer, "url": terms.base_url},
        "validFrom": _instant(claim.issued_on, "00:00:00"),
        "validUntil": _instant(claim.valid_until, "23:59:59"),
        "credentialSubject": {
            "id": f"{page}#holder",
            "type": ["AchievementSubject"],
            "identifier": _identifiers(claim),
            "achievement": _achievement(claim, terms),
            "claim": msgspec.json.decode(stored_claim),
        },
        "credentialStatus": [_status_entry(terms.base_url, purpose, claim.status_index) for purpose in STATUS_PURPOSES],
        "credentialSchema": [{"id": f"{terms.base_url}/schemas/certificate-v1.json", "type": "JsonSchema"}],
        "evidence": [_inclusion(terms)],
        "termsOfUse": [{"type": "CertificateLimits", "limits": demo + terms.limits}],
    }


def claim_in(credential: Mapping[str, object]) -> bytes:
    """The canonical bytes of the claim that stands in a credential, which anybody may have written.

    Raises:
        CredentialMalformed: there is none, or it has no canonical bytes.
    """
    claim = _members(_members(credential.get("credentialSubject")).get("claim"))
    if not claim:
        msg = "credentialSubject.claim is missing"
        raise CredentialMalformed(msg)
    try:
        # Not with the quick writer: in what strangers give us there may be numbers that it writes as null.
        return rfc8785.dumps(cast("Any", claim))
    except (rfc8785.CanonicalizationError, RecursionError) as fault:
        msg = "credentialSubject.claim has no canonical bytes"
        raise CredentialMalformed(msg) from fault


def log_evidence_in(credential: Mapping[str, object]) -> LogEvidence:
    """The inclusion proof that stands in a credential, which anybody may have written; nothing of it is checked yet.

    Raises:
        CredentialMalformed: there is none or more than one, or it is not of that form.
    """
    listed = credential.get("evidence")
    entries = [each for each in _entries(listed) if "LogInclusion" in _entries(_members(each).get("type"))]
    if len(entries) != 1:
        msg = "a credential has one inclusion proof"
        raise CredentialMalformed(msg)
    try:
        found = msgspec.convert(entries[0], _Inclusion)
        return LogEvidence(
            index=found.log_index,
            size=found.tree_size,
            leaf=_octets(found.leaf),
            salt=_octets(found.leaf_salt),
            proof=tuple(_octets(each) for each in found.inclusion_path),
            checkpoint=found.checkpoint,
        )
    except (msgspec.ValidationError, binascii.Error, UnicodeEncodeError) as fault:
        msg = "the inclusion proof is not of that form"
        raise CredentialMalformed(msg) from fault


def _identifiers(claim: Claim) -> list[dict[str, object]]:
    """Who the holder is, in the words of Open Badges. An organisation: nothing here is hashed or hidden."""
    given = {"name": claim.holder.name, "ext:webDomain": claim.holder.identity.domain}
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}
        for kind, value in given.items()
        if value is not None
    ]


def _achievement(claim: Claim, terms: CredentialTerms) -> dict[str, object]:
    pinned = claim.questionnaire
    page = f"{terms.base_url}/questionnaires/{pinned.name}@{pinned.version}"
    return {
        "id": f"{page}#met-{claim.assurance}",
        "type": ["Achievement"],
        "achievementType": _KINDS[claim.assurance],
        "name": f"{_TITLES[claim.assurance]}: protection of children from sexual exploitation",
        "description": f"The questionnaire {pinned.name}, version {pinned.version}, is met. {_CHECKED[claim.assurance]}",
        "criteria": {"id": page, "narrative": _narrative(claim)},
    }


def _narrative(claim: Claim) -> str:
    pinned = claim.questionnaire
    unchecked = claim.not_checked.count
    means = (
        f"“Met” means: every critical question of the questionnaire {pinned.name}, version {pinned.version}, passes, and "
        f"every threshold of points is reached, by version {claim.rule} of the published scoring rule."
    )
    lines = [
        means,
        _CHECKED[claim.assurance],
        f"Answers that no reviewer has checked: {unchecked}." if unchecked else "A reviewer has checked every answer.",
    ]
    if claim.not_checked.switched_off:
        listed = ", ".join(claim.not_checked.switched_off)
        lines.append(f"Critical questions not asked, because of facts that nobody has checked: {listed}.")
    return "\n\n".join(lines)


def _status_entry(base_url: str, purpose: StatusPurpose, index: int) -> dict[str, object]:
    address = status_list_address(base_url, purpose)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def _inclusion(terms: CredentialTerms) -> dict[str, object]:
    evidence = terms.evidence
    return {
        "id": f"{terms.base_url}/log/inclusion?leaf={evidence.index}&size={evidence.size}",
        "type": ["Evidence", "LogInclusion"],
        "name": "Entry in the public log",
        "description": "Proves that this claim was entered into the issuer's public log before it was signed.",
        "logIndex": evidence.index,
        "treeSize": evidence.size,
        "leaf": _base64(evidence.leaf),
        "leafSalt": _base64(evidence.salt),
        "inclusionPath": [_base64(each) for each in evidence.proof],
        "checkpoint": evidence.checkpoint,
    }


def _instant(day: date, time: str) -> str:
    return f"{day.isoformat()}T{time}Z"


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)


def _members(given: object) -> dict[str, object]:
    """The members of a JSON object; none of what is no object."""
    try:
        return msgspec.convert(given, dict[str, object])
    except msgspec.ValidationError:
        return {}


def _entries(given: object) -> list[object]:
    """The entries of a JSON list; what is no list is one of one entry."""
    try:
        return msgspec.convert(given, list[object])
    except msgspec.ValidationError:
        return [given]
