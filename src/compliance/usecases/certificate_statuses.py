"""How the status of a certificate changes: with its submission, by time, or because the operator decided so."""

import msgspec

from compliance.domain.certificate import (
    CertificateStatus,
    HeldCertificate,
    StatusChange,
    change_status,
    check_can_reinstate,
    is_expired,
    read_claim,
    withdrawn_with_submission,
)
from compliance.store.certificates import Certificate, StatusRow
from compliance.usecases.certificates import ShownCertificate, get_certificate, shown_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.log_entries import enter_status


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


def withdraw_with_submission(deed: Deed, assessment_id: str) -> None:
    """Withdraw what rests on a submission that was taken back."""
    for certificate in deed.unit.certificates.of_assessment(deed.organisation_id, assessment_id):
        history = _history(deed, certificate)
        change = withdrawn_with_submission(history, at=deed.now, by=deed.actor.user_id)
        if change is not None:
            record_status(deed, certificate, "withdrawn", reason=change.reason or "")
    for withheld in deed.unit.certificates.withheld(deed.organisation_id, assessment_id):
        deed.unit.certificates.settle(withheld, at=deed.now)


def expire_certificate(deed: Deed, organisation_id: str, number: str) -> bool:
    """Record that a certificate's last day has passed; whether that was still to be recorded."""
    certificate = deed.unit.certificates.find(organisation_id, number)
    if certificate is None or certificate.status != "active":
        return False
    if not is_expired(certificate.valid_until, today=deed.today):
        return False
    record_status(deed, certificate, "expired", reason="")
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
    certificate = get_certificate(deed, number)
    held = held_certificate(deed, certificate)
    near = deed.unit.certificates.near(
        certificate.organisation_id, tuple(site.id for site in held.scope.sites), certificate.sector
    )
    check_can_reinstate(held, [held_certificate(deed, each) for each in near], on=deed.today)
    return _decide(deed, number, "active", reason)


def _decide(deed: Deed, number: str, status: CertificateStatus, reason: str) -> ShownCertificate:
    certificate = get_certificate(deed, number)
    record_status(deed, certificate, status, reason=reason)
    kinds = {"suspended": "certificate_suspended", "withdrawn": "certificate_withdrawn",
             "active": "certificate_reinstated"}  # fmt: skip
    organisation = deed.unit.organisations.find(certificate.organisation_id)
    assert organisation is not None
    for member in deed.unit.organisations.members(certificate.organisation_id):
        if "owner" in member.roles:
            deed.tell(member.email, kinds[status], language=organisation.language, organisation=organisation.name,
                      organisation_id=organisation.id, number=certificate.number)  # fmt: skip
    return shown_certificate(deed, msgspec.structs.replace(certificate, status=status))


def record_status(
    deed: Deed, certificate: Certificate, status: CertificateStatus, *, reason: str, successor: str | None = None
) -> None:
    """The one place in which a certificate's status changes: checked, dated, attributed, journalled, published."""
    history = _history(deed, certificate)
    by = deed.person.user_id if deed.person else "service"
    change_status(history, StatusChange(status=status, at=deed.now, by=by, reason=reason or None))
    row = StatusRow(position=len(history) + 1, status=status, at=deed.now, by=by, reason=reason, successor=successor)
    deed.unit.certificates.set_status(certificate, row)
    enter_status(deed, certificate, status)
    deed.record(f"certificate-{status}", of=certificate.organisation_id, number=certificate.number)
    deed.unit.jobs.publish(deed.new_id(), certificate.organisation_id, f"certificate-{status}",
                           {"number": certificate.number}, at=deed.now)  # fmt: skip


def _history(deed: Deed, certificate: Certificate) -> list[StatusChange]:
    rows = deed.unit.certificates.statuses(certificate.organisation_id, certificate.number)
    return [StatusChange(status=row.status, at=row.at, by=row.by, reason=row.reason or None) for row in rows]
