"""How a certificate's status changes, and on which days time alone does it.

    active → expired | superseded | suspended | withdrawn
    suspended → active (reinstated) | superseded (at a release) | withdrawn

A suspended certificate does not expire: nobody waits a suspension out. Once reinstated, its last day counts again.
`expired`, `superseded` and `withdrawn` are final. A status never disappears: changes are only ever added.

Source: docs/lifecycle.md, "Certificate".
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from compliance.domain.certificate.earned import validity_months
from compliance.domain.days import months_after
from compliance.domain.scoring import Assurance
from compliance.errors import Conflict, Invalid, Problem

CertificateStatus = Literal["active", "expired", "superseded", "suspended", "withdrawn"]

REMINDERS_DAYS = (60, 30, 7, -7)
SUBMISSION_WITHDRAWN = "submission-withdrawn"
"""The reason kept where a certificate falls with its submission."""

_NEXT: Mapping[CertificateStatus, frozenset[CertificateStatus]] = {
    "active": frozenset({"expired", "superseded", "suspended", "withdrawn"}),
    "suspended": frozenset({"active", "superseded", "withdrawn"}),
    "expired": frozenset(),
    "superseded": frozenset(),
    "withdrawn": frozenset(),
}
FINAL_STATUSES = frozenset(status for status, following in _NEXT.items() if not following)


class CertificateStatusFixed(Conflict):
    """The certificate cannot take that status."""

    code = "certificate-status-fixed"


class ReasonMissing(Invalid):
    """This decision needs a reason in words."""

    code = "reason-missing"


class StatusChange(Struct, frozen=True, kw_only=True):
    """A status and how it came about. The first one of a certificate is `active`."""

    status: CertificateStatus
    at: datetime
    """Aware, UTC."""
    by: str
    """A user's id, or `service`."""
    reason: str | None = None
    """Required where it is suspended, reinstated or withdrawn. Never public."""


def change_status(history: Sequence[StatusChange], change: StatusChange) -> tuple[StatusChange, ...]:
    """The history with one change more; the first is that it was issued.

    Raises:
        CertificateStatusFixed: there is no such step.
        ReasonMissing: suspended, reinstated or withdrawn without a reason in words.
    """
    before = history[-1].status if history else None
    allowed = frozenset({"active"}) if before is None else _NEXT[before]
    if change.status not in allowed:
        facts = {"before": before or "–", "after": change.status}
        raise CertificateStatusFixed([Problem("certificate-status", "certificate.status", facts)])
    is_decision = change.status in ("suspended", "withdrawn") or before == "suspended"
    if is_decision and change.status != "superseded" and not (change.reason or "").strip():
        raise ReasonMissing([Problem("reason-empty", "reason")])
    return (*history, change)


def withdrawn_with_submission(history: Sequence[StatusChange], *, at: datetime, by: str) -> StatusChange | None:
    """The change that follows from withdrawing the submission; None where the status is final or none was issued."""
    if not history or history[-1].status in FINAL_STATUSES:
        return None
    return StatusChange(status="withdrawn", at=at, by=by, reason=SUBMISSION_WITHDRAWN)


def status_on(history: Sequence[StatusChange], day: date, *, last_day: date) -> CertificateStatus | None:
    """The status at the end of a day (UTC); None before it was issued.

    Past its last day an active certificate reads as expired, whether or not anybody recorded it yet.
    """
    status: CertificateStatus | None = None
    for change in history:
        if change.at.astimezone(UTC).date() <= day:
            status = change.status
    return "expired" if status == "active" and is_expired(last_day, today=day) else status


# Time


def valid_until(issued_on: date, assurance: Assurance) -> date:
    """The last day of a certificate's validity."""
    return months_after(issued_on, validity_months(assurance))


def certificate_ends(answered_on: date, issued_on: date, assurance: Assurance) -> date:
    """The last day of a certificate of answers of one day that is issued on another.

    What nobody checked speaks for the day of the answers: however long the certificate waited, it ends when one that
    was issued at once would have ended. What was checked speaks for the day of the decision.
    """
    return valid_until(answered_on if assurance == "self_assessed" else issued_on, assurance)


def is_expired(last_day: date, *, today: date) -> bool:
    """Whether the last day of validity has passed."""
    return today > last_day


def reminders(last_day: date) -> tuple[tuple[int, date], ...]:
    """When the holder is reminded: (days before the last day, day), the earliest first; below 0 is afterwards."""
    return tuple((days, last_day - timedelta(days=days)) for days in REMINDERS_DAYS)
