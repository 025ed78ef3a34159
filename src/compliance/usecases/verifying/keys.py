"""Whose keys these are: the list that the root signed, and who vouches for the root."""

from msgspec import Struct

from compliance.domain.certificate import did_web
from compliance.signing import (
    KeyList,
    KeyListInvalid,
    KeyListUntrusted,
    ProofInvalid,
    PublicKey,
    Purpose,
    check_key_list,
    check_proof,
    proof_method,
    read_key_list,
    same_fingerprint,
)
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found
from compliance.usecases.verifying.strict_json import Members

_UNSIGNED = {"proof-missing", "proof-several"}


class Signature(Struct, frozen=True, kw_only=True):
    """What was found about a document's proof: a finding of the step `signature`."""

    finding: str
    key: PublicKey | None = None
    """Whose it is; only where it holds."""
    method: str = ""
    """The key that it names."""


def keys_step(sources: Sources, trusted: str | None) -> tuple[Step, KeyList | None]:
    """The list of keys, where it holds; `trusted` is the fingerprint that its root must have."""
    if sources.keys is None:
        return found("keys", "missing"), None
    try:
        listed = read_key_list(sources.keys)
        check_key_list(listed)
    except KeyListInvalid:
        return found("keys", "unreadable"), None
    except KeyListUntrusted:
        return found("keys", "unsigned"), None
    facts = {"fingerprint": listed.fingerprint, "sequence": listed.sequence, "issuer": sources.base_url}
    if trusted is not None and not same_fingerprint(listed.fingerprint, trusted):
        return found("keys", "other-root", given=listed.fingerprint, wanted=trusted), None
    if listed.sequence < sources.least_sequence:
        return found("keys", "older", sequence=listed.sequence, least=sources.least_sequence), None
    if trusted is None and not sources.is_firsthand:
        return found("keys", "unvouched", **facts), listed
    if listed.demo:
        return found("keys", "demo", **facts), listed
    return found("keys", "unpinned" if trusted is None else "pinned", **facts), listed


def did_of(base_url: str) -> str:
    """The issuer's DID; empty for what is no address, which then belongs to nobody."""
    try:
        return did_web(base_url)
    except ValueError:
        return ""


def signature_of(document: Members, listed: KeyList, *, base_url: str, purpose: Purpose) -> Signature:
    """Who signed a document: a key of the list, which is looked up by its name and made for this purpose."""
    method = ""
    try:
        method = proof_method(document)
        issuer, _, key_id = method.rpartition("#")
        did = did_of(base_url)
        key = listed.find(key_id) if did and issuer == did else None
        if key is None:
            return Signature(finding="foreign", method=method)
        method = key.id
        if key.purpose != purpose:
            return Signature(finding="purpose", method=method)
        check_proof(document, key.public)
    except ProofInvalid as refusal:
        codes = {problem.code for problem in refusal.problems}
        if codes & _UNSIGNED:
            return Signature(finding="unsigned")
        return Signature(finding="wrong" if codes == {"proof-signature"} else "form", method=method)
    return Signature(finding="signed", key=key, method=method)


def signature_step(credential: Members | None, listed: KeyList | None, base_url: str) -> tuple[Step, PublicKey | None]:
    """Whether the credential was signed by the issuer, and with which key."""
    if credential is None:
        return found("signature", "unread"), None
    if listed is None:
        return found("signature", "no-keys"), None
    signature = signature_of(credential, listed, base_url=base_url, purpose="credentials")
    facts = {"key_id": signature.method, "issuer": base_url}
    return found("signature", signature.finding, **facts), signature.key
