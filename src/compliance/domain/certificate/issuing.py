"""Whether a certificate that was earned is issued, waits or is held back, and which others it replaces.

Everything the answer depends on is passed in; the reasons go out as data, and `words` tells the holder.

Source: docs/lifecycle.md, "Certificate".
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from compliance.domain.assessment import Scope
from compliance.domain.certificate.earned import earns_certificate
from compliance.domain.certificate.status import CertificateStatus, certificate_ends, is_expired
from compliance.domain.days import months_after
from compliance.domain.scoring import Assurance, ScoreCard
from compliance.errors import Conflict, Problem

HoldCode = Literal[
    "not-earned",
    "identity-stated",
    "suspended-in-scope",
    "finding-open",
    "withdrawn-within-12-months",
    "another-active",
    "answers-too-old",
]
RENEWAL_DAYS = 60
"""In its last so many days a certificate gives way to any other of its sites and sector."""
WITHDRAWAL_MONTHS = 12

_ASSURANCES: tuple[Assurance, ...] = ("self_assessed", "desk_verified", "site_verified")


class CertificateCannotReturn(Conflict):
    """Another certificate is active for these sites and this sector."""

    code = "certificate-cannot-return"


class HeldCertificate(Struct, frozen=True, kw_only=True):
    """A certificate of the same holder, as far as issuing looks at it."""

    number: str
    scope: Scope
    assurance: Assurance
    status: CertificateStatus
    valid_until: date
    withdrawn_on: date | None = None

    def is_active(self, on: date) -> bool:
        """Whether it is active, its last day not yet past."""
        return self.status == "active" and not is_expired(self.valid_until, today=on)


class Standing(Struct, frozen=True, kw_only=True):
    """How the holder stands on the day of issuing."""

    on: date
    identity_confirmed: bool
    """In the country of the scope; False where it is only stated there."""
    answered_on: date | None = None
    """The day of the answers, where they may have become old while the certificate waited."""
    critical_finding_open: bool = False
    """For any site and sector of the scope."""
    major_finding_overdue: bool = False
    """For any site and sector of the scope."""
    released: bool = False
    """Whether a decider's release stands behind this: it lifts suspensions, findings and earlier withdrawals."""


class HoldReason(Struct, frozen=True):
    """One thing that keeps a certificate back."""

    code: HoldCode
    number: str | None = None
    """Of the other certificate, where one is the reason."""
    until: date | None = None
    """The first day on which this reason is gone by itself; None where somebody has to do something."""

    @property
    def problem(self) -> Problem:
        """The reason as a problem, for a sentence in the holder's language."""
        facts: dict[str, str | int] = {}
        if self.number is not None:
            facts["number"] = self.number
        if self.until is not None:
            facts["until"] = self.until.isoformat()
        return Problem(self.code, "certificate", facts)


class Issued(Struct, frozen=True):
    """A certificate is issued."""

    supersedes: tuple[str, ...]
    """Numbers of the holder's certificates that it replaces, in the order given."""


class NotIssued(Struct, frozen=True):
    """None is issued; the result stands all the same."""

    reasons: tuple[HoldReason, ...]

    @property
    def waits(self) -> bool:
        """Whether only the confirmation of the identity is missing: then it is issued as soon as that is there."""
        return all(reason.code == "identity-stated" for reason in self.reasons)


def decide_issue(
    card: ScoreCard, scope: Scope, others: Sequence[HeldCertificate], standing: Standing
) -> Issued | NotIssued:
    """Issue or not; `others` are all certificates that the holder ever had."""
    reasons = why_not_issued(card, scope, others, standing)
    if reasons:
        return NotIssued(reasons)
    near = [other for other in others if scope.overlaps(other.scope)]
    replaced = [other.number for other in near if other.is_active(standing.on) or other.status == "suspended"]
    return Issued(tuple(replaced))


def why_not_issued(
    card: ScoreCard, scope: Scope, others: Sequence[HeldCertificate], standing: Standing
) -> tuple[HoldReason, ...]:
    """Everything that keeps a certificate back: what was earned, identity, then other certificates and findings."""
    reasons: list[HoldReason] = []
    if card.assurance is None or not earns_certificate(card):
        return (HoldReason("not-earned"),)
    if not standing.identity_confirmed:
        reasons.append(HoldReason("identity-stated"))
    if standing.answered_on is not None and is_expired(
        certificate_ends(standing.answered_on, standing.on, card.assurance), today=standing.on
    ):
        reasons.append(HoldReason("answers-too-old"))
    near = [other for other in others if scope.overlaps(other.scope)]
    if not standing.released:
        reasons += _held(near, standing)
    reasons += [
        HoldReason("another-active", other.number, other.valid_until - timedelta(days=RENEWAL_DAYS))
        for other in near
        if other.is_active(standing.on) and not _may_supersede(other, scope, card.assurance, standing.on)
    ]
    return tuple(reasons)


def check_can_reinstate(suspended: HeldCertificate, others: Sequence[HeldCertificate], *, on: date) -> None:
    """Refuse to reinstate a certificate beside another one that is active for one of its sites in its sector.

    Raises:
        CertificateCannotReturn: naming each of the others.
    """
    found = [
        Problem("certificate-beside", "certificate.status", {"number": other.number})
        for other in others
        if other.number != suspended.number and other.is_active(on) and suspended.scope.overlaps(other.scope)
    ]
    if found:
        raise CertificateCannotReturn(found)


def _held(near: Sequence[HeldCertificate], standing: Standing) -> list[HoldReason]:
    reasons = [HoldReason("suspended-in-scope", other.number) for other in near if other.status == "suspended"]
    if standing.critical_finding_open or standing.major_finding_overdue:
        reasons.append(HoldReason("finding-open"))
    for other in near:
        if other.status == "withdrawn" and other.withdrawn_on is not None:
            until = months_after(other.withdrawn_on, WITHDRAWAL_MONTHS)
            if standing.on < until:
                reasons.append(HoldReason("withdrawn-within-12-months", other.number, until))
    return reasons


def _may_supersede(other: HeldCertificate, scope: Scope, assurance: Assurance, on: date) -> bool:
    """Whether a new certificate takes the place of an active one: it says at least as much, or the other ends soon."""
    says_as_much = scope.covers(other.scope) and _ASSURANCES.index(assurance) >= _ASSURANCES.index(other.assurance)
    return says_as_much or on >= other.valid_until - timedelta(days=RENEWAL_DAYS)
