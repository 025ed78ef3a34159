"""What was recorded becomes what a stranger can check: leaf, checkpoint, credential, PDF, published; in that order.

Each step looks first whether its outcome is stored. Whoever dies between two of them leaves everything as it is, and the
next worker goes on there: nothing is signed twice under one number, and what was signed first stays.

Source: docs/certificate.md, "Order".
"""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from compliance.domain.certificate import CredentialTerms, LogEvidence, did_web, draw_credential, read_claim
from compliance.domain.transparency import inclusion_proof, nodes_needed_for_inclusion, nodes_of, subject_of
from compliance.signing import add_proof
from compliance.store.certificates import Certificate
from compliance.store.jobs import Job
from compliance.store.signed import FileKind, SignedFile
from compliance.store.transparency import LogEntry, StoredCheckpoint
from compliance.usecases.certificates import NOTICE
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import CannotSucceed, Opener
from compliance.usecases.patience import patiently
from compliance.usecases.transparency import cover_log, seals_of

if TYPE_CHECKING:
    from compliance.documents.certificate import IssuedCertificate

LANGUAGE = "km"
"""Beside English; certificates are drawn in both."""


class Numbered(Struct, frozen=True):
    """Which certificate."""

    organisation_id: str
    number: str


def sign_certificate(desk: Opener, job: Job) -> None:
    """Bring a certificate to its end, from wherever it stands.

    Raises:
        CannotSucceed: there is no such certificate.
        Unavailable: there are no keys.
    """
    try:
        which = msgspec.convert(job.payload, Numbered)
    except msgspec.ValidationError as fault:
        raise CannotSucceed("sign-certificate-wrong") from fault
    again_at = enter_log(desk, which)
    if again_at is not None:
        patiently(lambda: _come_back(desk, which, again_at))
        return
    sign_credential(desk, which)
    sign_pdf(desk, which)
    publish_certificate(desk, which)


def sign_pending(desk: Opener, job: Job | None = None) -> None:
    """Queue every certificate that is recorded and not signed, as after keys were made, unless it is queued already."""
    del job

    def queue() -> None:
        with desk.deed(writes=True) as deed:
            if deed.means.seals is None:
                return
            for each in deed.unit.certificates.pending():
                payload: dict[str, object] = {"organisation_id": each.organisation_id, "number": each.number}
                once = f"sign:{each.number}:{deed.now.strftime('%Y-%m-%dT%H')}"
                deed.queue("sign-certificate", payload, of=each.organisation_id, once=once)

    patiently(queue)


def _come_back(desk: Opener, which: Numbered, at: datetime) -> None:
    with desk.deed(writes=True) as deed:
        payload: dict[str, object] = {"organisation_id": which.organisation_id, "number": which.number}
        once = f"sign:{which.number}:{at.isoformat()}"
        deed.queue("sign-certificate", payload, of=which.organisation_id, run_at=at, once=once)


# The steps


def enter_log(desk: Opener, which: Numbered) -> datetime | None:
    """First and second: the leaf has its place, and a checkpoint covers it; where it is too early, from when on."""
    with desk.deed(writes=False) as deed:
        if _covered(deed, _certificate(deed, which)) is not None:
            return None
    return cover_log(desk)


def sign_credential(desk: Opener, which: Numbered) -> None:
    """Third: the credential, with the proof that its leaf stands in the log."""
    patiently(lambda: _sign_credential(desk, which))


def sign_pdf(desk: Opener, which: Numbered) -> None:
    """Fourth: the PDF, with claim and credential inside. Drawn and signed while no transaction is open."""
    # Imported here: drawing needs ReportLab, HarfBuzz and ICU, which processes without a worker need not wait for.
    from compliance.documents.certificate import draw_certificate

    with desk.deed(writes=False) as deed:
        seals = seals_of(deed)
        if deed.unit.signed.file(which.organisation_id, which.number, "pdf") is not None:
            return
        issued = _issued(deed, which)
        at = deed.now
    sealed = seals.pdf.seal(draw_certificate(issued), at=at, reason=f"Certificate {which.number} was issued")

    def keep() -> None:
        with desk.deed(writes=True) as deed:
            deed.unit.signed.add_file(_file(deed, which, "pdf", sealed))

    patiently(keep)


def publish_certificate(desk: Opener, which: Numbered) -> None:
    """Last: everybody may see it, and its holder is told."""

    def publish() -> None:
        with desk.deed(writes=True) as deed:
            certificate = _certificate(deed, which)
            if not deed.unit.certificates.set_signed(certificate):
                return
            deed.record("certificate-signed", of=which.organisation_id, number=which.number)
            deed.unit.jobs.publish(deed.new_id(), which.organisation_id, "certificate-signed",
                                   {"number": which.number}, at=deed.now)  # fmt: skip

    patiently(publish)


# What they look up


def _certificate(deed: Deed, which: Numbered) -> Certificate:
    certificate = deed.unit.certificates.find(which.organisation_id, which.number)
    if certificate is None:
        raise CannotSucceed("no-such-certificate")
    return certificate


def _covered(deed: Deed, certificate: Certificate) -> tuple[LogEntry, StoredCheckpoint] | None:
    """The entry of the issue with a checkpoint that covers it; None where one of them is still to be made."""
    subject = subject_of(certificate.leaf_salt, certificate.number)
    entry = next(each for each in deed.unit.log.of_subject(subject) if each.event == "issued")
    checkpoint = deed.unit.log.checkpoint()
    if entry.position is None or checkpoint is None or checkpoint.size <= entry.position:
        return None
    return entry, checkpoint


def _sign_credential(desk: Opener, which: Numbered) -> None:
    with desk.deed(writes=True) as deed:
        if deed.unit.signed.file(which.organisation_id, which.number, "credential") is not None:
            return
        certificate = _certificate(deed, which)
        seals, terms = seals_of(deed), deed.means.terms
        drawn = CredentialTerms(base_url=terms.base_url, evidence=_evidence(deed, certificate), limits=NOTICE,
                                is_demo=seals.keys.demo)  # fmt: skip
        document = draw_credential(read_claim(certificate.claim), certificate.claim, drawn)
        key = seals.signer.public_key("credentials")
        method = f"{did_web(terms.base_url)}#{key.id}"
        signed = add_proof(document, signer=seals.signer, key=key, method=method, created=deed.now)
        signed["proof"] = [signed["proof"]]  # Open Badges wants a list; what is signed is the same

        deed.unit.signed.add_file(_file(deed, which, "credential", msgspec.json.encode(signed)))


def _evidence(deed: Deed, certificate: Certificate) -> LogEvidence:
    covered = _covered(deed, certificate)
    assert covered is not None, "the log comes first"
    entry, checkpoint = covered
    assert entry.position is not None
    known = nodes_of(deed.unit.log.nodes(nodes_needed_for_inclusion(entry.position, checkpoint.size)))
    return LogEvidence(index=entry.position, size=checkpoint.size, leaf=entry.leaf, salt=certificate.leaf_salt,
                       proof=inclusion_proof(entry.position, checkpoint.size, known),
                       checkpoint=checkpoint.note)  # fmt: skip


def _issued(deed: Deed, which: Numbered) -> "IssuedCertificate":
    from compliance.documents.certificate import IssuedCertificate

    certificate = _certificate(deed, which)
    credential = deed.unit.signed.file(which.organisation_id, which.number, "credential")
    assert credential is not None, "the credential comes first"
    claim, shelf, terms = read_claim(certificate.claim), deed.means.shelf, deed.means.terms
    digest = shelf.named(f"{claim.questionnaire.name}@{claim.questionnaire.version}").copy.digest
    questionnaire, reviewed = shelf.translated(digest, LANGUAGE)
    keys = seals_of(deed).keys
    return IssuedCertificate(
        claim=claim, stored_claim=certificate.claim, credential=credential.content,
        source=shelf.questionnaire(digest), questionnaire=questionnaire, reviewed=reviewed,
        verify_url=f"{terms.base_url}/certificates/{which.number}", issuer_name=terms.operator_name,
        root_fingerprint=keys.fingerprint, is_demo=keys.demo,
    )  # fmt: skip


def _file(deed: Deed, which: Numbered, kind: FileKind, content: bytes) -> SignedFile:
    return SignedFile(organisation_id=which.organisation_id, number=which.number, kind=kind, content=content,
                      digest="sha256:" + hashlib.sha256(content).hexdigest(), made_at=deed.now)  # fmt: skip
