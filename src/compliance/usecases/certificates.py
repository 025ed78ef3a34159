"""Reading certificates: an organisation its own, everybody by number."""

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from compliance.domain.certificate import CertificateStatus, is_expired, normal_number, number_is_valid, read_claim
from compliance.domain.scoring import Assurance
from compliance.errors import Invalid, NotFound, Problem
from compliance.store.certificates import Certificate
from compliance.usecases.deed import Deed

Standing = Literal["valid", "signing", "early", "suspended", "withdrawn", "expired", "superseded"]
"""`valid`; `signing` (active, and its signature is still being made); `early` (active, and its first day is still to come, as
where a clock ran ahead when it was issued); or the status that it has."""


class NoSuchCertificate(NotFound):
    """No certificate has this number."""

    code = "no-such-certificate"


class NumberMistyped(Invalid):
    """This cannot be a certificate number: there is a typing error in it."""

    code = "number-mistyped"


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
    """Whether it is active on the day of asking, and signed, and that day not before its first one."""
    signing: str
    claim: msgspec.Raw
    claim_digest: str
    history: tuple[ShownStatus, ...]
    notice: str

    @property
    def standing(self) -> Standing:
        """How it stands on the day of asking."""
        if self.is_valid:
            return "valid"
        if self.status != "active":
            return self.status
        return "early" if self.signing == "signed" else "signing"


NOTICE = (
    "This document says that the named business met the named questionnaire on the date and with the assurance stated. "
    "It does not say that children are safe there, that no abuse has happened, or that any law or another "
    "organisation's code is complied with."
)


def list_certificates(deed: Deed) -> list[ShownCertificate]:
    """The organisation's certificates, newest first; whoever is limited to sites sees those of their sites only."""
    return [shown_certificate(deed, each) for each in deed.unit.certificates.every(deed.organisation_id)
            if deed.actor.sees_sites(frozenset(site.id for site in read_claim(each.claim).scope.sites))]  # fmt: skip


def read_certificate(deed: Deed, number: str) -> PublicCertificate:
    """A certificate by its number, as everybody sees it.

    Raises:
        NumberMistyped: the check symbol does not fit.
        NoSuchCertificate: no certificate has this number.
    """
    certificate = get_certificate(deed, number)
    shown = shown_certificate(deed, certificate)
    is_in_force = shown.status == "active" and shown.signing == "signed"
    return PublicCertificate(
        number=shown.number, status=shown.status, is_valid=is_in_force and shown.issued_on <= deed.today,
        signing=shown.signing, claim=shown.claim, claim_digest=shown.claim_digest, history=shown.history,
        notice=NOTICE,
    )  # fmt: skip


def get_certificate(deed: Deed, typed: str) -> Certificate:
    """The certificate of a number as somebody typed it.

    Raises:
        NumberMistyped: the check symbol does not fit.
        NoSuchCertificate: no certificate has this number.
    """
    number = normal_number(typed)
    if number is None or not number_is_valid(typed):
        raise NumberMistyped([Problem("number-mistyped", "number", {"given": typed[:40]})])
    certificate = deed.unit.certificates.of_number(number)
    if certificate is None:
        raise NoSuchCertificate
    return certificate


def shown_certificate(deed: Deed, certificate: Certificate) -> ShownCertificate:
    """A certificate for its holder. Past its last day an active one reads as expired, whether or not that was recorded yet."""
    is_over = certificate.status == "active" and is_expired(certificate.valid_until, today=deed.today)
    rows = deed.unit.certificates.statuses(certificate.organisation_id, certificate.number)
    return ShownCertificate(
        number=certificate.number, status="expired" if is_over else certificate.status, signing=certificate.signing,
        assurance=certificate.assurance, sector=certificate.sector, assessment_id=certificate.assessment_id,
        snapshot=certificate.snapshot, issued_on=certificate.issued_on, valid_until=certificate.valid_until,
        claim=msgspec.Raw(certificate.claim), claim_digest=certificate.claim_digest,
        history=tuple(ShownStatus(status=row.status, at=row.at, successor=row.successor) for row in rows),
    )  # fmt: skip
