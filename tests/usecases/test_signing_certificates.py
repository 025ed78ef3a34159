"""From the recorded claim to what a stranger checks: each step once, in its order, begun anew wherever it broke off."""

from contextlib import closing

import pytest
from msgspec import json

from compliance.domain.certificate import claim_in, log_evidence_in
from compliance.domain.transparency import leaf_hash, read_checkpoint, verify_inclusion
from compliance.signing import check_note, check_pdf, check_proof, pdf_roots, verifier_key
from sealed import SignedHotel, demo_seals


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        yield hotel


def test_what_was_recorded_is_signed_and_can_be_checked(hotel):
    number = hotel.certified()
    (shown,) = hotel.must("GET", "./certificates")["certificates"]
    assert shown["signing"] == "signed"
    assert hotel.must("GET", f"/certificates/{number}")["is_valid"] is True

    seals = demo_seals()
    credential = json.decode(hotel.file(number, "credential").content)
    check_proof(credential, seals.keys.in_use("credentials").public)
    assert claim_in(credential) == json.encode(shown["claim"], order="sorted")
    evidence = log_evidence_in(credential)
    origin = hotel.parts.desk.means.terms.base_url.partition("://")[2]
    verified = check_note(evidence.checkpoint, [verifier_key(seals.keys.in_use("checkpoints"), name=origin)])
    checkpoint = read_checkpoint(verified.text)
    assert verify_inclusion(evidence.index, checkpoint.size, leaf_hash(evidence.leaf), evidence.proof, checkpoint.root)

    sealed = hotel.file(number, "pdf").content
    verdict = check_pdf(sealed, roots=pdf_roots(seals.keys), at=hotel.now)
    assert verdict.is_valid
    assert set(verdict.attachments) == {"claim.json", "credential.json"}
    assert verdict.attachments["credential.json"] == hotel.file(number, "credential").content
