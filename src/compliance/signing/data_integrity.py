"""Proofs in JSON documents: W3C Data Integrity with the suite `eddsa-jcs-2022`.

A document and the proof's own settings are brought into canonical form (RFC 8785) and hashed apart; the two hashes,
64 octets, are what Ed25519 signs. Source: W3C, Data Integrity EdDSA Cryptosuites 1.0, section 3.3.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from compliance.domain.canonical import canonical_bytes
from compliance.errors import Invalid, Problem
from compliance.signing.keys import PublicKey
from compliance.signing.multibase import NotMultibase, from_multibase, to_multibase
from compliance.signing.signer import Signer, check_purpose

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"
_SIGNATURE_OCTETS = 64


class ProofInvalid(Invalid):
    """The document's signature does not hold."""

    code: ClassVar[str] = "proof-invalid"


def add_proof(
    document: Mapping[str, Any], *, signer: Signer, key: PublicKey, method: str, created: datetime
) -> dict[str, Any]:
    """The document with a proof. `method` is where the key is found: `did:web:check.example.org#credentials-1`.

    `created` (UTC, whole seconds) is what the signer says, and proves nothing about when it signed.

    Raises:
        KeyUnusable: the key is not for credentials or status lists, or may not sign.
    """
    check_purpose(key, "credentials", "status")
    options: dict[str, Any] = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    signed = _hashed(canonical_bytes(options), canonical_bytes(unsecured))
    return {**unsecured, "proof": {**options, "proofValue": to_multibase(signer.sign(key.id, signed))}}


def check_proof(document: Mapping[str, Any], public: bytes) -> None:
    """Return when the document has one proof, of our suite, that this Ed25519 key made over all of it.

    Which key that is, is for the caller to find out from `proof.verificationMethod` and a list that it trusts. Stricter
    than the standard in one point: contexts added behind the signed ones are refused, since nobody signed them.

    Raises:
        ProofInvalid: with what is wrong.
    """
    proof = _proof_of(document)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    _check_options(options, document)
    signature = _signature_of(proof)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    try:
        # Not with the quick writer: in what strangers give us there may be numbers that it writes as null.
        signed = _hashed(rfc8785.dumps(options), rfc8785.dumps(unsecured))
    except (rfc8785.CanonicalizationError, RecursionError):
        raise _refused("proof-document") from None
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise _refused("proof-signature") from None


def proof_method(document: Mapping[str, Any]) -> str:
    """The `verificationMethod` of the document's one proof: the name of a key, not yet believed.

    Raises:
        ProofInvalid: there is no proof, more than one, or it names no key.
    """
    method = _proof_of(document).get("verificationMethod")
    if not isinstance(method, str):
        raise _refused("proof-method")
    return method


def _proof_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    proof = document.get("proof")
    if isinstance(proof, list):
        several = cast("list[object]", proof)
        if len(several) != 1:
            raise _refused("proof-several" if several else "proof-missing")
        proof = several[0]
    if not isinstance(proof, dict):
        raise _refused("proof-missing")
    return cast("Mapping[str, Any]", proof)


def _check_options(options: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    problems: list[Problem] = []
    if options.get("type") != TYPE or options.get("cryptosuite") != SUITE:
        given = f"{options.get('type')}, {options.get('cryptosuite')}"
        problems.append(
            Problem("proof-suite", "proof.cryptosuite", {"given": given[:120], "wanted": f"{TYPE}, {SUITE}"})
        )
    if options.get("proofPurpose") != PURPOSE:
        facts = {"given": str(options.get("proofPurpose"))[:120], "wanted": PURPOSE}
        problems.append(Problem("proof-purpose", "proof.proofPurpose", facts))
    if "@context" in options and options["@context"] != document.get("@context"):
        problems.append(Problem("proof-context", "proof.@context"))
    if problems:
        raise ProofInvalid(problems)


def _signature_of(proof: Mapping[str, Any]) -> bytes:
    value = proof.get("proofValue")
    try:
        signature = from_multibase(value) if isinstance(value, str) else b""
    except NotMultibase:
        signature = b""
    if len(signature) != _SIGNATURE_OCTETS:
        raise _refused("proof-value", "proof.proofValue")
    return signature


def _hashed(options: bytes, document: bytes) -> bytes:
    return hashlib.sha256(options).digest() + hashlib.sha256(document).digest()


def _refused(code: str, where: str = "proof") -> ProofInvalid:
    return ProofInvalid([Problem(code, where)])
