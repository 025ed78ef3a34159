"""Others agree: Digital Bazaar's verifier believes our credential and our status lists, and nothing that was altered."""

import copy
import json
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.domain.certificate import (
    DidKey,
    StatusListTerms,
    claim_bytes,
    did_document,
    draw_status_list,
)
from compliance.resources import shipped
from compliance.signing.data_integrity import add_proof
from compliance.signing.keys import PublicKey
from compliance.signing.multibase import to_multikey
from domain.certificates import BASE_URL, CLAIM, DID, credential_of

KEYS = {name: Ed25519PrivateKey.from_private_bytes(name.ljust(32).encode()) for name in ("credentials-1", "status-1")}
SIGNED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NOW = "2026-11-22T12:00:00Z"
CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3",
    f"{BASE_URL}/contexts/certificate-v1.json": "certificate-v1",
}
OURS = "urn:uuid:997efada-a2d5-4ea7-834e-67e25dd0d5a9#"


class Signing:
    """A signer with the keys of this test."""

    def public_key(self, purpose):
        name = f"{purpose}-1"
        return PublicKey(
            id=name, purpose=purpose, public=KEYS[name].public_key().public_bytes_raw(), added_on=date(2026, 1, 1)
        )

    def sign(self, key_id, message):
        return KEYS[key_id].sign(message)


def signed(document, purpose="credentials"):
    """A document with its proof, in a list of one as Open Badges 3.0 asks for."""
    signer = Signing()
    key = signer.public_key(purpose)
    whole = add_proof(document, signer=signer, key=key, method=f"{DID}#{key.id}", created=SIGNED_AT)
    return {**whole, "proof": [whole["proof"]]}


def lists(revoked=(), suspended=(), *, age=timedelta(minutes=1)):
    """The signed status lists. Their validity is compared with the machine's clock: that verifier passes no other."""
    terms = StatusListTerms(base_url=BASE_URL, issuer=DID, valid_from=datetime.now(UTC) - age)
    drawn = [draw_status_list("revocation", revoked, terms), draw_status_list("suspension", suspended, terms)]
    return {each["id"]: signed(each, "status") for each in drawn}


def world(status_lists, *, compromised=()):
    """All that a verifier can fetch."""
    folder = shipped("credentials") / "contexts"
    keys = [
        DidKey(
            id=name,
            multikey=to_multikey(key.public_key().public_bytes_raw()),
            compromised_on=date(2026, 11, 1) if name in compromised else None,
        )
        for name, key in KEYS.items()
    ]
    contexts = {address: json.loads((folder / f"{name}.json").read_text()) for address, name in CONTEXTS.items()}
    return {**contexts, **status_lists, DID: did_document(DID, keys)}


def asked(credential=None, *, status_lists=None, compromised=(), now=NOW):
    """What the verifier is given; our credential and fresh, empty lists where nothing else is said."""
    documents = world(lists() if status_lists is None else status_lists, compromised=compromised)
    return {"credential": credential or signed(credential_of()), "documents": documents, "now": now}


def test_our_credential_is_verified_with_its_status_and_its_claim(verify):
    whole = signed(credential_of())
    single = {**whole, "proof": whole["proof"][0]}
    neighbour = lists(revoked=[CLAIM.status_index + 1], suspended=[CLAIM.status_index - 1])
    for found in verify(asked(whole, status_lists=neighbour), asked(single)):
        assert found["verified"], found["why"]
        assert found["statuses"] == {"revocation": False, "suspension": False}
        assert found["claim"].encode() == claim_bytes(CLAIM)


def test_every_member_is_defined_by_a_context_and_the_claim_stays_json(verify):
    (found,) = verify(asked())
    assert "undefined" not in found, found["undefined"]
    (expanded,) = found["expanded"]
    subject = expanded["https://www.w3.org/2018/credentials#credentialSubject"][0]
    assert subject[f"{OURS}claim"] == [{"@type": "@json", "@value": json.loads(claim_bytes(CLAIM))}]
    evidence = expanded["https://www.w3.org/2018/credentials#evidence"][0]
    assert evidence[f"{OURS}logIndex"][0]["@value"] == 5
    assert len(evidence[f"{OURS}inclusionPath"][0]["@list"]) == 3
    assert f"{OURS}limits" in expanded["https://www.w3.org/2018/credentials#termsOfUse"][0]
    assert len(expanded["https://www.w3.org/2018/credentials#credentialStatus"]) == 2


ALTERED = {
    "holder": ("credentialSubject.claim.holder.name", "Mountain Hotel", "Invalid signature"),
    "name": ("name", "Certificate, checked on site CP-7QF4-M2XF: Riverside Hotel", "Invalid signature"),
    "last day": ("validUntil", "2029-11-21T23:59:59Z", "Invalid signature"),
    "status index": ("credentialStatus.0.statusListIndex", "94568", "Invalid signature"),
    "log entry": ("evidence.0.logIndex", 4, "Invalid signature"),
    "narrative": ("credentialSubject.achievement.criteria.narrative", "Checked by everybody.", "Invalid signature"),
    "limits": ("termsOfUse.0.limits", "None.", "Invalid signature"),
    "day of signing": ("proof.0.created", "2025-11-21T09:30:00Z", "Invalid signature"),
    "key": ("proof.0.verificationMethod", f"{DID}#status-1", "Invalid signature"),
    "unknown key": ("proof.0.verificationMethod", f"{DID}#credentials-2", "no key"),
    "purpose": ("proof.0.proofPurpose", "authentication", "required purpose"),
    "issuer": ("issuer.id", "did:web:elsewhere.example", "Invalid signature"),
    "something more": ("credentialSubject.stars", 5, "Invalid signature"),
}


def altered(document, path, value):
    """A copy in which one place has another value."""
    copied = copy.deepcopy(document)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = copied
    for step in steps:
        place = place[step]
    place[last] = value
    return copied


def test_nothing_altered_is_verified(verify):
    whole = signed(credential_of())
    found = verify(*(asked(altered(whole, path, value)) for path, value, _ in ALTERED.values()))
    for (name, (_, _, why)), each in zip(ALTERED.items(), found, strict=True):
        assert not each["verified"], name
        assert why in each["why"], name


def test_a_proof_of_another_certificate_or_issuer_is_not_verified(verify):
    other = signed(altered(credential_of(), "credentialSubject.claim.holder.name", "Mountain Hotel"))
    elsewhere = signed(altered(credential_of(), "issuer.id", "did:web:elsewhere.example"))
    taken, foreign = verify(asked({**credential_of(), "proof": other["proof"]}), asked(elsewhere))
    assert not taken["verified"]
    assert "Invalid signature" in taken["why"]
    assert not foreign["verified"]
    assert "issuer must match" in foreign["why"]


def test_a_withdrawn_or_suspended_certificate_is_seen_in_its_list(verify):
    index = [CLAIM.status_index]
    revoked, suspended = verify(asked(status_lists=lists(revoked=index)), asked(status_lists=lists(suspended=index)))
    assert revoked["statuses"] == {"revocation": True, "suspension": False}
    assert suspended["statuses"] == {"revocation": False, "suspension": True}


def test_stale_missing_forged_and_exchanged_lists_are_not_believed(verify):
    fresh, honest = lists(), lists(revoked=[CLAIM.status_index])
    revocation, suspension = fresh
    empty = fresh[revocation]["credentialSubject"]["encodedList"]
    spoilt = {
        "stale": lists(age=timedelta(hours=25)),
        "missing": {revocation: fresh[revocation]},
        "forged": {**honest, revocation: altered(honest[revocation], "credentialSubject.encodedList", empty)},
        "exchanged": {revocation: fresh[suspension], suspension: fresh[revocation]},
    }
    found = verify(*(asked(status_lists=each) for each in spoilt.values()))
    assert {name: each["verified"] for name, each in zip(spoilt, found, strict=True)} == dict.fromkeys(spoilt, False)


def test_it_is_verified_on_its_days_only(verify):
    days = ["2026-11-20T00:00:00Z", "2027-11-21T23:59:00Z", "2027-11-22T00:10:00Z"]
    found = verify(*(asked(now=now) for now in days))
    assert [each["verified"] for each in found] == [False, True, False]


def test_a_compromised_key_is_not_believed(verify):
    (found,) = verify(asked(compromised=["credentials-1"]))
    assert not found["verified"]
    assert "not authorized" in found["why"]
