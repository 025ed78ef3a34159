"""Certificates: issued in the transaction of the submission, or withheld with what they wait for; their statuses.

What is recorded here is the claim, whole and final. Signing, later and elsewhere, adds proofs beside it.
"""

import hashlib
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from compliance.domain.assessment import Scope, Snapshot, read_snapshot, submission_of
from compliance.domain.certificate import (
    NUMBER_SYMBOLS,
    SYMBOLS,
    CertificateStatus,
    ClaimTerms,
    HeldCertificate,
    HoldReason,
    IdentityConfirmed,
    NotIssued,
    Standing,
    StatusChange,
    change_status,
    check_can_reinstate,
    claim_bytes,
    decide_issue,
    draw_claim,
    earns_certificate,
    is_expired,
    normal_number,
    number_is_valid,
    number_of,
    read_claim,
    withdrawn_with_submission,
)
from compliance.domain.scoring import Assurance, ScoreCard
from compliance.errors import Invalid, NotFound, Problem
from compliance.store.assessments import Assessment
from compliance.store.certificates import Certificate, StatusRow, Withheld
from compliance.store.identities import Identity
from compliance.store.submissions import SnapshotRow
from compliance.usecases.deed import Deed

LOOK_AGAIN = timedelta(minutes=1)
STATUS_LIST_SIZE = 131_072
"""Places in the status lists; which one a certificate has is chance, so that the list tells nothing by its order."""


class NoSuchCertificate(NotFound):
    """No certificate has this number."""

    code = "no-such-certificate"


class NumberMistyped(Invalid):
    """This cannot be a certificate number: there is a typing error in it."""

    code = "number-mistyped"


class CertificateNews(Struct, frozen=True, kw_only=True):
    """What became of the certificate."""

    number: str | None
    """None where none was issued."""
    waits_for: tuple[str, ...]
    """Why none was issued: codes, explained in docs/lifecycle.md."""
    until: date | None = None
    """The day on which the last reason is gone by itself, where all of them go so."""


class ShownStatus(Struct, frozen=True, kw_only=True):
    """A status that a certificate took."""

    status: CertificateStatus
    at: datetime
    successor: str | None = None


class ShownCertificate(Struct, frozen=True, kw_only=True):
    """A certificate, as its holder sees it."""

    number: str
    status: CertificateStatus
    signing: str
    """`pending`: being signed. The claim is final all the same."""
    assurance: Assurance
    sector: str
    assessment_id: str
    snapshot: int
    issued_on: date
    valid_until: date
    claim: msgspec.Raw
    claim_digest: str
    history: tuple[ShownStatus, ...]


class PublicCertificate(Struct, frozen=True, kw_only=True):
    """A certificate, as everybody who has its number sees it."""

    number: str
    status: CertificateStatus
    is_valid: bool
    """Whether it is active on the day of asking, and signed."""
    signing: str
    claim: msgspec.Raw
    claim_digest: str
    history: tuple[ShownStatus, ...]
    notice: str


NOTICE = (
    "This document says that the named business met the named questionnaire on the date and with the assurance stated. "
    "It does not say that children are safe there, that no abuse has happened, or that any law or another "
    "organisation's code is complied with."
)


# Issuing


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


def held_certificate(deed: Deed, certificate: Certificate) -> HeldCertificate:
    """A certificate, as far as issuing another one looks at it."""
    withdrawn_on = None
    if certificate.status == "withdrawn":
        last = deed.unit.certificates.statuses(certificate.organisation_id, certificate.number)[-1]
        withdrawn_on = last.at.date()
    return HeldCertificate(
        number=certificate.number, scope=read_claim(certificate.claim).scope, assurance=certificate.assurance,
        status=certificate.status, valid_until=certificate.valid_until, withdrawn_on=withdrawn_on,
    )  # fmt: skip


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
    _change(deed, certificate, "superseded", reason="", successor=by)


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


# Statuses


def withdraw_with_submission(deed: Deed, assessment_id: str) -> None:
    """Withdraw what rests on a submission that was taken back."""
    for certificate in deed.unit.certificates.of_assessment(deed.organisation_id, assessment_id):
        history = _history(deed, certificate)
        change = withdrawn_with_submission(history, at=deed.now, by=deed.actor.user_id)
        if change is not None:
            _change(deed, certificate, "withdrawn", reason=change.reason or "")
    for withheld in deed.unit.certificates.withheld(deed.organisation_id, assessment_id):
        deed.unit.certificates.settle(withheld, at=deed.now)


def expire_certificate(deed: Deed, organisation_id: str, number: str) -> bool:
    """Record that a certificate's last day has passed; whether that was still to be recorded."""
    certificate = deed.unit.certificates.find(organisation_id, number)
    if certificate is None or certificate.status != "active":
        return False
    if not is_expired(certificate.valid_until, today=deed.today):
        return False
    _change(deed, certificate, "expired", reason="")
    return True


def suspend_certificate(deed: Deed, number: str, reason: str) -> ShownCertificate:
    """Suspend a certificate for misuse. For the operator, until regulators have joined.

    Raises:
        NumberMistyped, NoSuchCertificate, CertificateStatusFixed, ReasonMissing: it cannot be suspended so.
    """
    return _decide(deed, number, "suspended", reason)


def withdraw_certificate(deed: Deed, number: str, reason: str) -> ShownCertificate:
    """Withdraw a certificate for misuse; final.

    Raises:
        as `suspend_certificate`.
    """
    return _decide(deed, number, "withdrawn", reason)


def reinstate_certificate(deed: Deed, number: str, reason: str) -> ShownCertificate:
    """Reinstate a suspended certificate.

    Raises:
        as `suspend_certificate`; CertificateCannotReturn: another one is active for one of its sites.
    """
    certificate = _get(deed, number)
    held = held_certificate(deed, certificate)
    near = deed.unit.certificates.near(
        certificate.organisation_id, tuple(site.id for site in held.scope.sites), certificate.sector
    )
    check_can_reinstate(held, [held_certificate(deed, each) for each in near], on=deed.today)
    return _decide(deed, number, "active", reason)


def _decide(deed: Deed, number: str, status: CertificateStatus, reason: str) -> ShownCertificate:
    certificate = _get(deed, number)
    _change(deed, certificate, status, reason=reason)
    kinds = {"suspended": "certificate_suspended", "withdrawn": "certificate_withdrawn",
             "active": "certificate_reinstated"}  # fmt: skip
    organisation = deed.unit.organisations.find(certificate.organisation_id)
    assert organisation is not None
    for member in deed.unit.organisations.members(certificate.organisation_id):
        if "owner" in member.roles:
            deed.tell(member.email, kinds[status], language=organisation.language, organisation=organisation.name,
                      organisation_id=organisation.id, number=certificate.number)  # fmt: skip
    return _shown(deed, msgspec.structs.replace(certificate, status=status))


def _change(
    deed: Deed, certificate: Certificate, status: CertificateStatus, *, reason: str, successor: str | None = None
) -> None:
    """The one place in which a certificate's status changes: checked, dated, attributed, journalled, published."""
    history = _history(deed, certificate)
    by = deed.person.user_id if deed.person else "service"
    change_status(history, StatusChange(status=status, at=deed.now, by=by, reason=reason or None))
    row = StatusRow(position=len(history) + 1, status=status, at=deed.now, by=by, reason=reason, successor=successor)
    deed.unit.certificates.set_status(certificate, row)
    deed.record(f"certificate-{status}", of=certificate.organisation_id, number=certificate.number)
    deed.unit.jobs.publish(deed.new_id(), certificate.organisation_id, f"certificate-{status}",
                           {"number": certificate.number}, at=deed.now)  # fmt: skip


def _history(deed: Deed, certificate: Certificate) -> list[StatusChange]:
    rows = deed.unit.certificates.statuses(certificate.organisation_id, certificate.number)
    return [StatusChange(status=row.status, at=row.at, by=row.by, reason=row.reason or None) for row in rows]


# Reading


def list_certificates(deed: Deed) -> list[ShownCertificate]:
    """The organisation's certificates, newest first; whoever is limited to sites sees those of their sites only."""
    return [_shown(deed, each) for each in deed.unit.certificates.every(deed.organisation_id)
            if deed.actor.sees_sites(frozenset(site.id for site in read_claim(each.claim).scope.sites))]  # fmt: skip


def read_certificate(deed: Deed, number: str) -> PublicCertificate:
    """A certificate by its number, as everybody sees it.

    Raises:
        NumberMistyped: the check symbol does not fit.
        NoSuchCertificate: no certificate has this number.
    """
    certificate = _get(deed, number)
    shown = _shown(deed, certificate)
    return PublicCertificate(
        number=shown.number, status=shown.status, is_valid=shown.status == "active" and shown.signing == "signed",
        signing=shown.signing, claim=shown.claim, claim_digest=shown.claim_digest, history=shown.history,
        notice=NOTICE,
    )  # fmt: skip


def _get(deed: Deed, typed: str) -> Certificate:
    number = normal_number(typed)
    if number is None or not number_is_valid(typed):
        raise NumberMistyped([Problem("number-mistyped", "number", {"given": typed[:40]})])
    organisation_id = deed.unit.certificates.owner_of(number)
    certificate = deed.unit.certificates.find(organisation_id, number) if organisation_id else None
    if certificate is None:
        raise NoSuchCertificate
    return certificate


def _shown(deed: Deed, certificate: Certificate) -> ShownCertificate:
    """Past its last day an active certificate reads as expired, whether or not that was recorded yet."""
    is_over = certificate.status == "active" and is_expired(certificate.valid_until, today=deed.today)
    rows = deed.unit.certificates.statuses(certificate.organisation_id, certificate.number)
    return ShownCertificate(
        number=certificate.number, status="expired" if is_over else certificate.status, signing=certificate.signing,
        assurance=certificate.assurance, sector=certificate.sector, assessment_id=certificate.assessment_id,
        snapshot=certificate.snapshot, issued_on=certificate.issued_on, valid_until=certificate.valid_until,
        claim=msgspec.Raw(certificate.claim), claim_digest=certificate.claim_digest,
        history=tuple(ShownStatus(status=row.status, at=row.at, successor=row.successor) for row in rows),
    )  # fmt: skip
