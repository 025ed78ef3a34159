"""The claim: canonical bytes that say what was met, and commit to what they do not show."""

import hashlib
import json
from datetime import date

import msgspec
import pytest

from build import corrected, documented, maturity, questionnaire, section, submission, yes_no, yes_no_fact
from compliance.domain.assessment import snapshot_bytes
from compliance.domain.certificate import (
    ClaimTerms,
    IdentityConfirmed,
    claim_bytes,
    draw_claim,
    read_claim,
    result_commitment,
    snapshot_commitment,
)
from compliance.domain.scoring import Scorer, result_bytes
from domain.drafts import SALT, snapshot

ASKED = Scorer(
    questionnaire(
        section("GOV", maturity("GOV-01"), maturity("GOV-02", critical=True, applies_if={"fact": "pool", "is": "yes"})),
        facts=[yes_no_fact("pool"), yes_no_fact("bar", on_certificate="There is a bar")],
    )
)
GIVEN = submission({"GOV-01": documented(4)}, profile={"pool": "no", "bar": "yes"})
SNAPSHOT = snapshot(ASKED, GIVEN)
CARD = ASKED.score(GIVEN)
TERMS = ClaimTerms(
    number="CP-7QF4-M2XF",
    identity=IdentityConfirmed(proof="domain_dns", by="service", on=date(2026, 10, 1), domain="riverside.example"),
    issued_on=date(2026, 11, 21),
    status_index=77,
    issuer="https://issuer.example",
)
CLAIM = draw_claim(ASKED.questionnaire, SNAPSHOT, CARD, TERMS)


def test_the_claim_says_all_that_the_design_lists():
    written = json.loads(claim_bytes(CLAIM))
    commitments = {key: written.pop(key) for key in ("snapshot_commitment", "result_commitment")}
    assert written == {
        "v": 1,
        "number": "CP-7QF4-M2XF",
        "holder": {
            "name": "Riverside Hotel",
            "country": "KH",
            "identity": {"proof": "domain_dns", "by": "service", "on": "2026-10-01", "domain": "riverside.example"},
        },
        "scope": {
            "country": "KH",
            "sector": "hospitality",
            "sites": [{"id": "a", "name": "Site a"}, {"id": "b", "name": "Site b"}],
        },
        "questionnaire": {"name": "small", "version": "1.0", "structure": ASKED.structure},
        "outcome": "met",
        "assurance": "self_assessed",
        "not_checked": {"sections": {"GOV": 1}, "facts": ["pool"], "switched_off": ["GOV-02"]},
        "notes": ["There is a bar"],
        "issued_on": "2026-11-21",
        "valid_until": "2027-11-21",
        "status_index": 77,
        "issuer": "https://issuer.example",
        "rule": 1,
    }
    snap, result = snapshot_bytes(SNAPSHOT), result_bytes(CARD)
    assert commitments == {
        "snapshot_commitment": "sha256:" + hashlib.sha256(SALT + b"\0" + snap).hexdigest(),
        "result_commitment": "sha256:" + hashlib.sha256(SALT + b"\1" + result).hexdigest(),
    }


def test_the_bytes_are_canonical_and_read_back():
    written = claim_bytes(CLAIM)
    assert (
        written == json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert claim_bytes(read_claim(written)) == written
    assert read_claim(written) == CLAIM
    with pytest.raises(msgspec.ValidationError):
        read_claim(written.replace(b'"v":1', b'"v":2'))


def test_equal_results_of_two_holders_cannot_be_linked():
    other = draw_claim(ASKED.questionnaire, snapshot(ASKED, GIVEN, salt=bytes(32)), CARD, TERMS)
    assert other.result_commitment != CLAIM.result_commitment
    assert result_commitment(SALT, b"same") != snapshot_commitment(SALT, b"same")


def test_bytes_at_hand_need_not_be_written_again():
    terms = msgspec.structs.replace(TERMS, stored_snapshot=snapshot_bytes(SNAPSHOT), stored_result=result_bytes(CARD))
    assert draw_claim(ASKED.questionnaire, SNAPSHOT, CARD, terms) == CLAIM


def test_a_reviewers_correction_changes_the_notes():
    terms = msgspec.structs.replace(TERMS, decisions={"bar": corrected("no")})
    assert draw_claim(ASKED.questionnaire, SNAPSHOT, CARD, terms).notes == ()


@pytest.mark.parametrize(("value", "attested"), [("no", True), ("yes", False)])
def test_nothing_is_claimed_that_was_not_earned(value, attested):
    scorer = Scorer(questionnaire(yes_no("GOV-01")))
    given = submission({"GOV-01": documented(value)}, attested=attested)
    with pytest.raises(ValueError, match="met and attested"):
        draw_claim(scorer.questionnaire, snapshot(scorer, given), scorer.score(given), TERMS)
