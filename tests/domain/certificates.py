"""A certificate's claim and its credential, for tests: what a test does not say is filled in."""

import hashlib
from datetime import date

import msgspec

from build import documented, maturity, questionnaire, section, submission, yes_no_fact
from compliance.domain.certificate import (
    ClaimTerms,
    CredentialTerms,
    IdentityConfirmed,
    LogEvidence,
    claim_bytes,
    draw_claim,
    draw_credential,
)
from compliance.domain.scoring import Scorer
from domain.drafts import snapshot

BASE_URL = "https://check.example.org:8443"
DID = "did:web:check.example.org%3A8443"
LIMITS = "It does not say that children are safe there."
ASKED = Scorer(
    questionnaire(
        section("GOV", maturity("GOV-01"), maturity("GOV-02", critical=True, applies_if={"fact": "pool", "is": "yes"})),
        facts=[yes_no_fact("pool"), yes_no_fact("bar", on_certificate="There is a bar")],
    )
)
GIVEN = submission({"GOV-01": documented(4)}, profile={"pool": "no", "bar": "yes"})
CLAIM = draw_claim(
    ASKED.questionnaire,
    snapshot(ASKED, GIVEN),
    ASKED.score(GIVEN),
    ClaimTerms(
        number="CP-7QF4-M2XF",
        identity=IdentityConfirmed(proof="domain_dns", by="service", on=date(2026, 10, 1), domain="riverside.example"),
        issued_on=date(2026, 11, 21),
        status_index=94_567,
        issuer="Check Example",
    ),
)
EVIDENCE = LogEvidence(
    index=5,
    size=7,
    leaf=b'{"event":"issued"}',
    salt=bytes(range(32)),
    proof=tuple(hashlib.sha256(bytes([each])).digest() for each in range(3)),
    checkpoint="check.example.org:8443/log\n7\nqqqq\n\n\u2014 check.example.org:8443/log c2ln\n",
)
TERMS = CredentialTerms(base_url=BASE_URL, evidence=EVIDENCE, limits=LIMITS)


def credential_of(claim=CLAIM, **terms):
    """The credential of a claim, without a proof."""
    return draw_credential(claim, claim_bytes(claim), msgspec.structs.replace(TERMS, **terms))
