"""The lists of statuses: drawn from what is stored, signed, and valid for a day."""

import hashlib

import msgspec

from compliance.domain.certificate import (
    STATUS_PURPOSES,
    StatusListTerms,
    StatusPurpose,
    did_web,
    draw_status_list,
)
from compliance.domain.certificate.status_list import VALID_FOR
from compliance.signing import add_proof
from compliance.store.jobs import Job
from compliance.store.signed import StatusListRow
from compliance.usecases.jobs import Opener
from compliance.usecases.patience import patiently
from compliance.usecases.transparency import cover_log, seals_of

_LISTED: dict[StatusPurpose, tuple[str, ...]] = {
    "revocation": ("withdrawn", "superseded"),
    "suspension": ("suspended",),
}


def publish_status(desk: Opener, job: Job | None = None) -> None:
    """Sign both lists anew and enter what happened into the log. The lists come first: they are what verifiers ask.

    Raises:
        Unavailable: there are no keys.
    """
    sign_status_lists(desk, job)
    cover_log(desk, job)


def sign_status_lists(desk: Opener, job: Job | None = None) -> None:
    """Sign both lists as things stand now.

    Raises:
        Unavailable: there are no keys.
    """
    del job
    for purpose in STATUS_PURPOSES:
        patiently(lambda purpose=purpose: _sign(desk, purpose))


def watch_status_lists(desk: Opener, job: Job | None = None) -> None:
    """Hourly: no list may run out. Nothing where the operator has made no keys yet."""
    if desk.means.seals is not None:
        publish_status(desk, job)


def _sign(desk: Opener, purpose: StatusPurpose) -> None:
    with desk.deed(writes=True) as deed:
        seals = seals_of(deed)
        # One after the other: an older state of things must not be signed over a newer one.
        deed.unit.log.size(lock=True)
        base_url = deed.means.terms.base_url
        issuer = did_web(base_url)
        terms = StatusListTerms(base_url=base_url, issuer=issuer, valid_from=deed.now)
        document = draw_status_list(purpose, deed.unit.signed.flagged(*_LISTED[purpose]), terms)
        key = seals.signer.public_key("status")
        signed = add_proof(document, signer=seals.signer, key=key, method=f"{issuer}#{key.id}", created=deed.now)

        content = msgspec.json.encode(signed)
        deed.unit.signed.put_status_list(StatusListRow(
            purpose=purpose, content=content, digest="sha256:" + hashlib.sha256(content).hexdigest(), made_at=deed.now,
            valid_until=deed.now + VALID_FOR,
        ))  # fmt: skip
