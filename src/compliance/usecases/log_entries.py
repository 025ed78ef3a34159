"""What the transparency log is told: in the transaction of what happened, and without saying of whom.

An entry waits for its place, which it is given by `usecases/transparency.py`. Where keys were ever noted, a job is queued at
once: the process that records need not hold them, the worker does.
"""

from typing import cast

from compliance.domain.canonical import canonical_bytes
from compliance.domain.certificate import CertificateStatus
from compliance.domain.transparency import Event, Leaf, commitment, leaf_bytes, subject_of
from compliance.store.certificates import Certificate
from compliance.store.transparency import LogEntry
from compliance.usecases.deed import Deed

_EVENTS: dict[CertificateStatus, str] = {
    "active": "reinstated", "suspended": "suspended", "withdrawn": "withdrawn", "expired": "expired",
    "superseded": "superseded",
}  # fmt: skip


def enter_issued(deed: Deed, certificate: Certificate) -> None:
    """A certificate was recorded; its signing begins."""
    subject = subject_of(certificate.leaf_salt, certificate.number)
    enter(deed, "issued", subject, commitment(certificate.leaf_salt, certificate.claim))
    if deed.unit.signed.has_keys():
        payload: dict[str, object] = {"organisation_id": certificate.organisation_id, "number": certificate.number}
        deed.queue("sign-certificate", payload, of=certificate.organisation_id)


def enter_status(deed: Deed, certificate: Certificate, status: CertificateStatus) -> None:
    """The status of a certificate changed; the lists of statuses are signed anew."""
    content = status_content(certificate.number, status, deed.now.isoformat(timespec="seconds"))
    subject = subject_of(certificate.leaf_salt, certificate.number)
    enter(deed, cast("Event", _EVENTS[status]), subject, commitment(certificate.leaf_salt, content))
    if deed.unit.signed.has_keys():
        deed.queue("publish-status", {})


def status_content(number: str, status: CertificateStatus, at: str) -> bytes:
    """What a leaf about a status commits to, besides the salt; `at` is an instant in UTC."""
    return canonical_bytes({"at": at, "number": number, "status": status})


def enter(deed: Deed, event: Event, subject: str, committed: str) -> None:
    """Write an entry that waits for its place."""
    leaf = Leaf(event=event, id=subject, on=deed.today, commitment=committed)
    deed.unit.log.add(
        LogEntry(id=deed.new_id(), event=event, subject=subject, leaf=leaf_bytes(leaf), created_at=deed.now)
    )
