"""What happens to evidence by itself: it is scanned, deleted bytes go, and what broken uploads left goes.

Each job is repeatable, opens its own transactions, and holds none while it reads or scans bytes.
"""

from collections.abc import Callable, Mapping

import msgspec

from compliance.errors import Unavailable
from compliance.files import ScannerUnavailable, Verdict
from compliance.usecases.deed import Deed
from compliance.usecases.evidence_files import drop_unneeded, in_a_deed, reaching_store
from compliance.usecases.jobs import Opener
from compliance.usecases.means import Means

STALE_AFTER_S = 24 * 60 * 60
"""No upload takes a day."""


class OneFile(msgspec.Struct, frozen=True):
    """The payload of a job about one content of an organisation."""

    organisation_id: str
    sha256: str


def scan_evidence(desk: Opener, payload: Mapping[str, object]) -> None:
    """Have the scanner look at a file in quarantine. A rejected file's bytes are deleted, its row stays.

    Where the operator took the scanner away meanwhile, the file becomes `not_scanned`.

    Raises:
        Unavailable: the scanner or the evidence store cannot be reached; the file stays in quarantine.
        FileMissing, FileDamaged: the bytes are not what they were; likewise.
    """
    sought = msgspec.convert(payload, OneFile)
    with desk.deed(writes=False) as deed:
        file = deed.unit.evidence.find_file(sought.organisation_id, sought.sha256)
    if file is None or file.state != "quarantined":
        return

    verdict = _verdict(desk.means, sought)

    in_a_deed(desk.deed, lambda deed: _settle(deed, sought, verdict))


def purge_evidence_bytes(desk: Opener, payload: Mapping[str, object]) -> None:
    """Delete the bytes of a content that was purged or rejected. One that is still needed stays.

    Raises:
        Unavailable: the evidence store cannot be reached.
    """
    sought = msgspec.convert(payload, OneFile)
    in_a_deed(desk.deed, lambda deed: drop_unneeded(deed, sought.organisation_id, sought.sha256))


def sweep_evidence(desk: Opener, payload: Mapping[str, object]) -> None:
    """Delete what broken uploads left: pieces of files, and files that never came to have a row. Once a day is enough.

    Raises:
        Unavailable: the evidence store cannot be reached.
    """
    del payload
    with reaching_store():
        desk.means.files.sweep(STALE_AFTER_S, desk.clock())
        for listed in desk.means.files.list(None):
            with desk.deed(writes=False) as deed:
                file = deed.unit.evidence.find_file(listed.organisation_id, listed.sha256_hex)
            if file is None or file.state in ("purged", "rejected"):
                purge_evidence_bytes(desk, {"organisation_id": listed.organisation_id, "sha256": listed.sha256_hex})


JOBS: dict[str, Callable[[Opener, Mapping[str, object]], None]] = {
    "scan-evidence": scan_evidence,
    "purge-evidence": purge_evidence_bytes,
    "sweep-evidence": sweep_evidence,
}
"""What the worker calls for each kind of job."""


def _verdict(means: Means, sought: OneFile) -> Verdict | None:
    if means.scanner is None:
        return None
    try:
        with reaching_store():
            return means.scanner.scan(means.files.open(sought.organisation_id, sought.sha256))
    except ScannerUnavailable as fault:
        raise Unavailable("scanner", retry_after_s=60 if fault.permanent else 5) from fault


def _settle(deed: Deed, sought: OneFile, verdict: Verdict | None) -> None:
    organisation_id, sha256 = sought.organisation_id, sought.sha256
    deed.unit.evidence.keep_alone(organisation_id)
    file = deed.unit.evidence.find_file(organisation_id, sha256)
    if file is None or file.state != "quarantined":
        return

    if verdict is None:
        deed.unit.evidence.change_file(organisation_id, sha256, scan="not_scanned")
        deed.record("evidence-not-scanned", of=organisation_id, digest=file.digest)
    elif verdict.clean:
        deed.unit.evidence.change_file(organisation_id, sha256, scan="clean", scanned_at=deed.now)
        deed.record("evidence-clean", of=organisation_id, digest=file.digest)
    else:
        deed.unit.evidence.change_file(
            organisation_id, sha256, scan="rejected", scanned_at=deed.now, scan_found=verdict.found
        )
        deed.record("evidence-rejected", of=organisation_id, digest=file.digest)
        deed.queue("purge-evidence", {"organisation_id": organisation_id, "sha256": sha256}, of=organisation_id)
