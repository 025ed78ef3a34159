"""The credential: the claim and nothing but the claim, in the form of the standards; and the issuer's DID."""

import copy
import hashlib
import json
from datetime import date

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from compliance.domain.certificate import (
    Claim,
    CredentialMalformed,
    DidKey,
    NotChecked,
    claim_bytes,
    claim_in,
    did_document,
    did_web,
    draw_credential,
    log_evidence_in,
)
from compliance.resources import shipped
from domain.certificates import BASE_URL, CLAIM, DID, EVIDENCE, LIMITS, TERMS, credential_of

STORED = claim_bytes(CLAIM)
FOLDER = shipped("credentials")
SCHEMA = json.loads((FOLDER / "schemas" / "certificate-v1.json").read_text(encoding="utf-8"))
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2026-11-21T09:30:00Z",
    "verificationMethod": f"{DID}#credentials-1",
    "proofPurpose": "assertionMethod",
    "@context": credential_of()["@context"],
    "proofValue": "z3sign",
}
PINNED = {
    "contexts/certificate-v1.json": "5601184d2252d57ed4588ad774028f7f5393dc570e0f4ea0881031284814bb47",
    "contexts/credentials-v2.json": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "contexts/open-badges-3.0.3.json": "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    "schemas/certificate-v1.json": "ee144e1b7ea9ab7967f70bc7ffbbcc0e8c8559fe695a37fe80fa0b5aefe90b81",
}


def faults(document, schema=SCHEMA):
    """Where a document breaks a schema."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return sorted(fault.json_path for fault in validator.iter_errors(document))


def test_the_claim_in_a_credential_is_the_stored_one_byte_for_byte():
    credential = json.loads(json.dumps(credential_of()))
    assert claim_in(credential) == STORED
    assert credential["credentialSubject"]["claim"]["holder"]["name"] == "Riverside Hotel"


def test_other_bytes_than_the_claims_are_not_put_into_a_credential():
    with pytest.raises(ValueError, match="not those of the claim"):
        draw_credential(CLAIM, STORED.replace(b"Riverside", b"Mountain."), TERMS)


def test_the_same_claim_is_the_same_credential():
    assert json.dumps(credential_of()) == json.dumps(credential_of())


def test_it_is_a_verifiable_credential_and_an_open_badge_of_the_issuer():
    credential = credential_of()
    assert credential["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        f"{BASE_URL}/contexts/certificate-v1.json",
    ]
    assert credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert credential["id"] == f"{BASE_URL}/certificates/CP-7QF4-M2XF/credential.json"
    assert credential["issuer"] == {"id": DID, "type": ["Profile"], "name": "Check Example", "url": BASE_URL}


def test_it_is_valid_from_the_first_day_to_the_end_of_the_last_one():
    credential = credential_of()
    assert (credential["validFrom"], credential["validUntil"]) == ("2026-11-21T00:00:00Z", "2027-11-21T23:59:59Z")


def test_it_names_its_bit_in_both_status_lists():
    assert credential_of()["credentialStatus"] == [
        {
            "id": f"{BASE_URL}/status/{purpose}#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": "94567",
            "statusListCredential": f"{BASE_URL}/status/{purpose}",
        }
        for purpose in ("revocation", "suspension")
    ]


def test_a_self_assessment_says_that_nobody_else_has_checked_it():
    credential = credential_of()
    achievement = credential["credentialSubject"]["achievement"]
    said = "Self-assessment. Nobody else has checked these answers."
    assert said in credential["description"]
    assert said in achievement["description"]
    assert said in achievement["criteria"]["narrative"]
    assert "Answers that no reviewer has checked: 1." in achievement["criteria"]["narrative"]
    assert "nobody has checked: GOV-02." in achievement["criteria"]["narrative"]
    assert achievement["achievementType"] == "ext:SelfAssessment"
    assert credential["name"] == "Certificate of self-assessment CP-7QF4-M2XF: Riverside Hotel"


@pytest.mark.parametrize(("assurance", "how"), [("desk_verified", "from documents"), ("site_verified", "on site")])
def test_what_a_reviewer_checked_does_not_call_itself_a_self_assessment(assurance, how):
    nothing = NotChecked({}, (), ())
    credential = credential_of(msgspec.structs.replace(CLAIM, assurance=assurance, not_checked=nothing))
    text = json.dumps(credential)
    assert "elf-assess" not in text
    assert "SelfAssess" not in text
    assert f"checked a sample of the answers {how}" in credential["description"]
    assert (
        "A reviewer has checked every answer."
        in credential["credentialSubject"]["achievement"]["criteria"]["narrative"]
    )


def test_a_demonstration_says_so_by_its_name_and_before_its_limits():
    credential = credential_of(is_demo=True)
    for text in (credential["name"], credential["description"], credential["termsOfUse"][0]["limits"]):
        assert text.startswith("Demonstration. Not a real certificate. ")
    assert credential_of()["termsOfUse"][0]["limits"] == LIMITS


def test_the_inclusion_proof_is_read_back_as_it_was():
    assert log_evidence_in(json.loads(json.dumps(credential_of()))) == EVIDENCE


def test_evidence_that_proves_nothing_is_not_written():
    with pytest.raises(ValueError, match="not below its size"):
        credential_of(evidence=msgspec.structs.replace(EVIDENCE, index=7))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("logIndex", -1),
        ("logIndex", "5"),
        ("logIndex", True),
        ("treeSize", 0),
        ("leaf", "not base64!"),
        ("leaf", "é"),
        ("inclusionPath", "AAAA"),
        ("inclusionPath", [None]),
        ("inclusionPath", ["A"]),
        ("checkpoint", None),
    ],
)
def test_a_spoilt_inclusion_proof_is_refused(member, value):
    credential = credential_of()
    credential["evidence"][0][member] = value
    with pytest.raises(CredentialMalformed):
        log_evidence_in(credential)


@pytest.mark.parametrize("evidence", [None, [], {}, "x", [{"type": ["Evidence"]}], [{"type": ["LogInclusion"]}] * 2])
def test_a_credential_has_exactly_one_inclusion_proof(evidence):
    with pytest.raises(CredentialMalformed):
        log_evidence_in({**credential_of(), "evidence": evidence})


@pytest.mark.parametrize(
    "subject",
    [
        None,
        [],
        {},
        {"claim": None},
        {"claim": []},
        {"claim": {}},
        {"claim": {"v": 2**60}},
        {"claim": {"v": float("nan")}},
    ],
)
def test_a_credential_without_a_claim_is_refused(subject):
    with pytest.raises(CredentialMalformed):
        claim_in({**credential_of(), "credentialSubject": subject})


# ── What is packaged


def test_contexts_and_schemas_are_those_that_were_published():
    found = {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.rglob("*.json")
    }
    assert found == PINNED


def test_the_schema_accepts_a_signed_credential():
    Draft202012Validator.check_schema(SCHEMA)
    assert faults({**credential_of(), "proof": PROOF}) == []
    assert faults({**credential_of(), "proof": [PROOF]}) == []
    assert faults(credential_of()) == ["$"]


@pytest.mark.parametrize(
    "path",
    [
        "issuer",
        "credentialStatus.1",
        "credentialSubject.claim.holder.identity",
        "evidence.0.checkpoint",
        "termsOfUse.0.limits",
    ],
)
def test_the_schema_misses_what_is_left_out(path):
    document = {**copy.deepcopy(credential_of()), "proof": PROOF}
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = document
    for step in steps:
        place = place[step]
    del place[last]
    assert faults(document) == ["$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)]


def test_the_schema_knows_every_member_of_a_claim():
    described = SCHEMA["$defs"]["claim"]
    names = [field.encode_name for field in msgspec.structs.fields(Claim)]
    assert sorted(described["properties"]) == sorted(described["required"]) == sorted(names)


# ── The issuer's DID


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://example.org", "did:web:example.org"),
        ("https://Example.org/", "did:web:example.org"),
        ("https://example.org:8443", "did:web:example.org%3A8443"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000"),
        ("https://example.org/a/b", "did:web:example.org:a:b"),
        ("https://example.org/k%C3%A9p", "did:web:example.org:k%C3%A9p"),
    ],
)
def test_a_did_is_spelt_from_the_address(address, did):
    assert did_web(address) == did


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://example.org",
        "https://",
        "https://u@example.org",
        "https://example.org?q",
        "https://a//b",
    ],
)
def test_no_did_is_made_of_what_is_no_address(address):
    with pytest.raises(ValueError, match="no address"):
        did_web(address)


def test_the_did_document_lists_every_key_and_trusts_all_but_compromised_ones():
    keys = [
        DidKey(id="credentials-1", multikey="z6MkOne", compromised_on=date(2026, 11, 1)),
        DidKey(id="credentials-2", multikey="z6MkTwo"),
        DidKey(id="status-1", multikey="z6MkThree"),
    ]
    document = did_document(DID, keys)
    assert document["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#credentials-2", f"{DID}#status-1"]
    assert document["verificationMethod"][0] == {
        "id": f"{DID}#credentials-1",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": "z6MkOne",
        "revoked": "2026-11-01T00:00:00Z",
    }
    assert [method["id"] for method in document["verificationMethod"]] == [f"{DID}#{key.id}" for key in keys]
    assert "revoked" not in document["verificationMethod"][1]
