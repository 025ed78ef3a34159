"""Issuing a certificate in the transaction of the submission, or withholding it with what it waits for.

What is recorded here is the claim, whole and final. Signing, later and elsewhere, adds proofs beside it.
"""

import hashlib
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from compliance.domain.assessment import Scope, Snapshot, read_snapshot, submission_of
from compliance.domain.certificate import (
    NUMBER_SYMBOLS,
    SYMBOLS,
    ClaimTerms,
    HeldCertificate,
    HoldReason,
    IdentityConfirmed,
    NotIssued,
    Standing,
    claim_bytes,
    decide_issue,
    draw_claim,
    earns_certificate,
    number_of,
)
from compliance.domain.scoring import ScoreCard
from compliance.store.assessments import Assessment
from compliance.store.certificates import Certificate, Withheld
from compliance.store.identities import Identity
from compliance.store.submissions import SnapshotRow
from compliance.usecases.certificate_statuses import held_certificate, record_status
from compliance.usecases.deed import Deed
from compliance.usecases.log_entries import enter_issued

LOOK_AGAIN = timedelta(minutes=1)
STATUS_LIST_SIZE = 131_072
"""Places in the status lists; which one a certificate has is chance, so that the list tells nothing by its order."""


class CertificateNews(Struct, frozen=True, kw_only=True):
    """What became of the certificate."""

    number: str | None
    """None where none was issued."""
    waits_for: tuple[str, ...]
    """Why none was issued: codes, explained in docs/lifecycle.md."""
    until: date | None = None
    """The day on which the last reason is gone by itself, where all of them go so."""


def issue_or_withhold(
    deed: Deed, assessment: Assessment, row: SnapshotRow, snapshot: Snapshot, card: ScoreCard
) -> CertificateNews:
    """Issue the certificate that a submission earned; or note what it waits for. Nothing where none was earned.

    The row is what is stored of snapshot and score card.
    """
    if not earns_certificate(card):
        return CertificateNews(number=None, waits_for=("not-earned",))
    identity = deed.unit.identities.find(assessment.organisation_id, assessment.country)
    near = _held(deed, assessment, snapshot.scope)
    confirmed = _confirmed(identity)

    decided = decide_issue(
        card,
        snapshot.scope,
        near,
        Standing(on=deed.today, identity_confirmed=confirmed is not None, answered_on=snapshot.as_of),
    )

    withheld = Withheld(organisation_id=assessment.organisation_id, assessment_id=assessment.id,
                        snapshot=snapshot.number, reasons="", since=deed.now)  # fmt: skip
    if isinstance(decided, NotIssued):
        return _withhold(deed, withheld, decided.reasons, country=assessment.country)
    assert confirmed is not None
    number, status_index = _take_number(deed, assessment.organisation_id)
    for other in decided.supersedes:
        _supersede(deed, assessment.organisation_id, other, by=number)
    terms = ClaimTerms(number=number, identity=confirmed, issued_on=deed.today, status_index=status_index,
                       issuer=deed.means.terms.issuer, stored_snapshot=row.document,
                       stored_result=row.result)  # fmt: skip
    _issue(deed, assessment, snapshot, card, terms)
    deed.unit.certificates.settle(withheld, at=deed.now)
    return CertificateNews(number=number, waits_for=())


def _withhold(deed: Deed, withheld: Withheld, reasons: tuple[HoldReason, ...], *, country: str) -> CertificateNews:
    codes = tuple(dict.fromkeys(reason.code for reason in reasons))
    days = [reason.until for reason in reasons]
    known = [day for day in days if day is not None]
    until = max(known) if len(known) == len(days) else None
    noted = deed.unit.certificates.withheld(withheld.organisation_id, withheld.assessment_id)
    if not any(each.reasons == " ".join(codes) and each.until == until for each in noted):
        deed.unit.certificates.withhold(msgspec.structs.replace(withheld, reasons=" ".join(codes), until=until))
        deed.record("certificate-withheld", of=withheld.organisation_id, assessment=withheld.assessment_id,
                    reasons=", ".join(codes))  # fmt: skip
        if "identity-stated" in codes:
            # Somebody may be confirming the identity in this very moment, unseen by this transaction.
            payload: dict[str, object] = {"organisation_id": withheld.organisation_id, "country": country}
            deed.queue("issue-waiting", payload, of=withheld.organisation_id, run_at=deed.now + LOOK_AGAIN)
    if "answers-too-old" in codes:
        deed.unit.certificates.settle(withheld, at=deed.now)  # it can never be issued any more
    return CertificateNews(number=None, waits_for=codes, until=until)


def _confirmed(identity: Identity | None) -> IdentityConfirmed | None:
    if identity is None or identity.proof is None or identity.confirmed_by is None or identity.decided_at is None:
        return None
    is_domain = identity.proof != "register"
    return IdentityConfirmed(proof=identity.proof, by=identity.confirmed_by, on=identity.decided_at.date(),
                             domain=identity.domain if is_domain else None)  # fmt: skip


def _held(deed: Deed, assessment: Assessment, scope: Scope) -> list[HeldCertificate]:
    near = deed.unit.certificates.near(
        assessment.organisation_id, tuple(site.id for site in scope.sites), assessment.sector
    )
    return [held_certificate(deed, each) for each in near]


def _issue(deed: Deed, assessment: Assessment, snapshot: Snapshot, card: ScoreCard, terms: ClaimTerms) -> None:
    questionnaire = deed.means.shelf.questionnaire(assessment.questionnaire_digest)
    claim = draw_claim(questionnaire, snapshot, card, terms)
    stored = claim_bytes(claim)
    certificate = Certificate(
        organisation_id=assessment.organisation_id, number=terms.number, assessment_id=assessment.id,
        snapshot=snapshot.number, sector=assessment.sector, assurance=claim.assurance, claim=stored,
        claim_digest="sha256:" + hashlib.sha256(stored).hexdigest(), leaf_salt=deed.chance.octets(32),
        signing="pending", status="active", issued_on=claim.issued_on, valid_until=claim.valid_until,
        created_at=deed.now,
    )  # fmt: skip
    by = deed.person.user_id if deed.person else "service"
    deed.unit.certificates.add(certificate, site_ids=tuple(site.id for site in snapshot.scope.sites), by=by)
    enter_issued(deed, certificate)
    deed.record("certificate-recorded", of=assessment.organisation_id, number=terms.number, assessment=assessment.id,
                claim=certificate.claim_digest)  # fmt: skip
    deed.unit.jobs.publish(deed.new_id(), assessment.organisation_id, "certificate-recorded",
                           {"number": terms.number}, at=deed.now)  # fmt: skip


def _take_number(deed: Deed, organisation_id: str) -> tuple[str, int]:
    """Draw numbers until one is free; with 34 thousand million of them the first one nearly always is."""
    while True:
        drawn = "".join(SYMBOLS[octet % len(SYMBOLS)] for octet in deed.chance.octets(NUMBER_SYMBOLS))
        number = number_of(drawn)
        status_index = int.from_bytes(deed.chance.octets(4), "big") % STATUS_LIST_SIZE
        if number is not None and deed.unit.certificates.take_number(organisation_id, number, status_index):
            return number, status_index


def _supersede(deed: Deed, organisation_id: str, number: str, *, by: str) -> None:
    certificate = deed.unit.certificates.find(organisation_id, number)
    assert certificate is not None
    record_status(deed, certificate, "superseded", reason="", successor=by)


def issue_waiting(deed: Deed, organisation_id: str, country: str) -> list[CertificateNews]:
    """Issue what an organisation has earned in a country and what nothing keeps back any longer; called by a job."""
    news: list[CertificateNews] = []
    for withheld in deed.unit.certificates.withheld(organisation_id):
        assessment = deed.unit.assessments.find(organisation_id, withheld.assessment_id, lock="change")
        if assessment is None or assessment.country != country or assessment.state != "submitted":
            continue
        row = deed.unit.submissions.find(organisation_id, assessment.id, withheld.snapshot)
        assert row is not None
        snapshot = read_snapshot(row.document)
        scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
        card = scorer.score(submission_of(snapshot, attested=True))
        news.append(issue_or_withhold(deed, assessment, row, snapshot, card))
    return news
