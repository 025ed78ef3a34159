"""Proofs of `eddsa-jcs-2022`: the W3C's published vectors first, then what is refused."""

import copy
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keyed import AT

from compliance.errors import Refusal
from compliance.signing import (
    KeyList,
    KeyUnusable,
    LocalSigner,
    NotMultibase,
    ProofInvalid,
    PublicKey,
    add_proof,
    check_proof,
    from_multibase,
    from_multikey,
    proof_method,
    to_multibase,
    to_multikey,
)
from compliance.signing.data_integrity import _hashed, canonical_bytes

# The values of the standard's own example: W3C, Data Integrity EdDSA Cryptosuites 1.0, appendix B.
KEY_PAIR = {
    "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "privateKeyMultibase": "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq",
}
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
}
HASHED = (
    "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
    "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
)
SIGNED = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        **OPTIONS,
        "proofValue": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
    },
}
UNSIGNED = {name: value for name, value in SIGNED.items() if name != "proof"}
# A private key as a multikey: 0x80 0x26 is multicodec's number of it.
PRIVATE = Ed25519PrivateKey.from_private_bytes(from_multibase(KEY_PAIR["privateKeyMultibase"])[2:])
PUBLIC = PRIVATE.public_key().public_bytes_raw()


def signing(purpose="credentials"):
    """A signer with the W3C's key for a purpose, and the key."""
    key = PublicKey(id=f"{purpose}-1", purpose=purpose, public=PUBLIC, added_on=date(2023, 2, 24))
    listed = KeyList(sequence=1, made_on=key.added_on, demo=False, root=bytes(32), keys=(key,))
    return {"signer": LocalSigner(listed, {key.id: PRIVATE}), "key": key}


def codes(document, public=PUBLIC):
    with pytest.raises(ProofInvalid) as caught:
        check_proof(document, public)
    return [problem.code for problem in caught.value.problems]


def changed(**proof):
    document = copy.deepcopy(SIGNED)
    document["proof"] |= proof
    return document


# The published vectors


def test_the_keys_of_the_vector_are_read_and_written():
    assert to_multikey(PUBLIC) == KEY_PAIR["publicKeyMultibase"]
    assert from_multikey(KEY_PAIR["publicKeyMultibase"]) == PUBLIC


def test_the_hashes_of_the_vector_come_out():
    hashed = _hashed(canonical_bytes(OPTIONS), canonical_bytes(UNSIGNED))
    assert hashed.hex() == HASHED


def test_the_proof_of_the_vector_comes_out_when_its_document_is_signed():
    created = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    made = add_proof(UNSIGNED, **signing(), method=OPTIONS["verificationMethod"], created=created)
    assert made == SIGNED


def test_the_signed_document_of_the_vector_is_accepted():
    check_proof(SIGNED, PUBLIC)
    assert proof_method(SIGNED) == OPTIONS["verificationMethod"]


# What is refused


@pytest.mark.parametrize(("document", "code"), [
    (UNSIGNED, "proof-missing"),
    (SIGNED | {"proof": "zabc"}, "proof-missing"),
    (SIGNED | {"proof": [SIGNED["proof"], SIGNED["proof"]]}, "proof-several"),
    (changed(cryptosuite="eddsa-rdfc-2022"), "proof-suite"),
    (changed(type="Ed25519Signature2020"), "proof-suite"),
    (changed(cryptosuite=None), "proof-suite"),
    (changed(proofPurpose="authentication"), "proof-purpose"),
    (changed(proofValue=None), "proof-value"),
    (changed(proofValue="u" + SIGNED["proof"]["proofValue"][1:]), "proof-value"),
    (changed(proofValue=SIGNED["proof"]["proofValue"][:-4]), "proof-value"),
    (changed(proofValue=SIGNED["proof"]["proofValue"].replace("H", "0")), "proof-value"),
    (changed(proofValue="z" * 100_000), "proof-value"),
    (changed(created="2024-02-24T23:36:38Z"), "proof-signature"),
    (changed(expires="2099-01-01T00:00:00Z"), "proof-signature"),
    (SIGNED | {"name": "Another credential"}, "proof-signature"),
    (SIGNED | {"added": None}, "proof-signature"),
    (SIGNED | {"@context": [*SIGNED["@context"], "https://example.org/more"]}, "proof-context"),
    ({name: value for name, value in SIGNED.items() if name != "@context"}, "proof-context"),
    (SIGNED | {"added": float("inf")}, "proof-document"),
    (SIGNED | {"added": 2**60}, "proof-document"),
    (SIGNED | {"added": "\ud800"}, "proof-document"),
])  # fmt: skip
def test_what_is_not_as_it_was_signed_is_refused_by_name(document, code):
    assert codes(document) == [code]


def test_every_wrong_setting_is_named_at_once():
    assert codes(changed(cryptosuite="x", proofPurpose="y")) == ["proof-suite", "proof-purpose"]


def test_somebody_elses_proof_and_somebody_elses_key_are_refused():
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert codes(SIGNED, other) == ["proof-signature"]
    assert codes(SIGNED, b"short") == ["proof-signature"]
    swapped = add_proof(UNSIGNED | {"id": "urn:2"}, **signing(), method="did:x#1", created=AT)
    assert codes(UNSIGNED | {"proof": swapped["proof"]}) == ["proof-signature"]


def test_a_document_nested_without_end_is_refused():
    deep: object = None
    for _ in range(100_000):
        deep = [deep]
    found = codes(SIGNED | {"deep": deep})
    while isinstance(deep, list):  # taken apart by hand: Python's own way would be as deep
        deep = deep.pop()
    assert found == ["proof-document"]


def test_a_document_without_context_is_signed_without_one():
    made = add_proof({"a": 1}, **signing("status"), method="did:web:x#status-1", created=AT)
    assert "@context" not in made["proof"]
    assert made["proof"]["created"] == "2026-11-22T10:30:00Z"
    check_proof(made, PUBLIC)


def test_an_old_proof_is_replaced_not_signed():
    made = add_proof(SIGNED, **signing(), method="did:web:x#credentials-1", created=AT)
    check_proof(made, PUBLIC)


@pytest.mark.parametrize("purpose", ["checkpoints", "pdf"])
def test_keys_for_something_else_sign_no_documents(purpose):
    with pytest.raises(KeyUnusable):
        add_proof({"a": 1}, **signing(purpose), method="did:web:x#1", created=AT)


def test_a_proof_that_names_no_key_is_refused():
    with pytest.raises(Refusal):
        proof_method(changed(verificationMethod=7))


# Multibase


@pytest.mark.parametrize("octets", [b"", b"\0", b"\0\0\1", b"\xff" * 40, bytes(range(64))])
def test_octets_come_back_from_multibase(octets):
    assert from_multibase(to_multibase(octets)) == octets


# Base58 examples of the Bitcoin project's own tests (src/test/data/base58_encode_decode.json, MIT licence).
@pytest.mark.parametrize(("octets", "text"), [
    ("61", "2g"), ("626262", "a3gV"), ("636363", "aPEr"), ("00000000000000000000", "1111111111"),
    ("00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"),
])  # fmt: skip
def test_base58_is_as_others_write_it(octets, text):
    assert to_multibase(bytes.fromhex(octets)) == f"z{text}"
    assert from_multibase(f"z{text}") == bytes.fromhex(octets)


@pytest.mark.parametrize("text", ["", "a", "u2g", "z0", "zI", "z l", "z" + "1" * 300])
def test_other_texts_are_no_multibase(text):
    with pytest.raises(NotMultibase):
        from_multibase(text)


@pytest.mark.parametrize("octets", [b"", b"\xed\x01" + bytes(31), b"\xec\x01" + bytes(32), bytes(34)])
def test_other_octets_are_no_key(octets):
    with pytest.raises(NotMultibase):
        from_multikey(to_multibase(octets))
