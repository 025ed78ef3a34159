"""Certificates of a guesthouse as they are drawn: claim, credential, and the questionnaire in two languages."""

from datetime import date

import msgspec
from guesthouse import DAY, dossier

from compliance.documents.certificate import IssuedCertificate
from compliance.domain.assessment import Scope, Site
from compliance.domain.canonical import canonical_bytes
from compliance.domain.certificate import (
    Claim,
    ClaimHolder,
    IdentityConfirmed,
    certificate_notes,
    claim_bytes,
    not_checked,
    valid_until,
)
from compliance.domain.certificate.claim import PinnedVersion

NUMBER = "CP-7QF4-M2XF"
URL = f"https://certificates.example.org/certificates/{NUMBER}"
FINGERPRINT = "sha256:" + "4f" * 32
BY_DOMAIN = IdentityConfirmed(proof="domain_dns", by="service", on=date(2026, 11, 20), domain="riverside.example")


def sites(*names):
    return tuple(Site(f"site-{at}", name) for at, name in enumerate(names))


def issued(
    given=None, *, name="Riverside Hotel", places=("Riverside", "Old Market"), country="KH", identity=BY_DOMAIN,
    url=URL, is_demo=False, issuer_name="Compliance for Children", claim=None, **changes,
) -> IssuedCertificate:  # fmt: skip
    """The certificate that a dossier earns. `changes` are fields of the claim; `claim` stands in its place."""
    given = given or dossier()
    reference, version = given.source.reference.split("@")
    claim = claim or Claim(
        number=NUMBER,
        holder=ClaimHolder(name=name, country=country, identity=identity),
        scope=Scope(country="KH", sector=reference, sites=sites(*places)),
        questionnaire=PinnedVersion(name=reference, version=version, structure=given.card.structure),
        outcome="met",
        assurance="self_assessed",
        not_checked=not_checked(given.source, given.card),
        notes=certificate_notes(given.source, given.answers.submission()),
        issued_on=DAY,
        valid_until=valid_until(DAY, "self_assessed"),
        status_index=4711,
        issuer="did:web:certificates.example.org",
        rule=1,
        snapshot_commitment="sha256:" + "ab" * 32,
        result_commitment="sha256:" + "cd" * 32,
    )
    claim = msgspec.structs.replace(claim, **changes)
    stored = claim_bytes(claim)
    return IssuedCertificate(
        claim=claim,
        stored_claim=stored,
        credential=canonical_bytes({"type": ["VerifiableCredential"], "claim": msgspec.json.decode(stored)}),
        source=given.source,
        questionnaire=given.questionnaire,
        reviewed=given.reviewed,
        verify_url=url,
        issuer_name=issuer_name,
        root_fingerprint=FINGERPRINT,
        is_demo=is_demo,
    )
