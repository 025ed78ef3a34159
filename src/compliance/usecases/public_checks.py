"""Checking certificates for strangers, with what this service published: one that is stored, or a file that they bring.

The service is its own first hand, so its address vouches for its keys. Whoever does not want to take its word uses
`compliance verify` or the page that needs no server.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from threading import Lock
from typing import Literal, cast

import msgspec
from msgspec import Struct

from compliance.domain.certificate import STATUS_PURPOSES, CredentialMalformed, log_evidence_in, normal_number
from compliance.usecases.bundles import read_key_events
from compliance.usecases.certificates import NoSuchCertificate, NumberMistyped, get_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.patience import patiently
from compliance.usecases.published import (
    NotPublished,
    prove_consistency,
    read_keys,
    read_newest_checkpoint,
    read_status_list,
)
from compliance.usecases.verifying import ConsistencyProof, KeyEventProof, Sources, Verdict, check, printable
from compliance.usecases.verifying.keys import did_of
from compliance.usecases.verifying.presented import Presented, read_presented
from compliance.usecases.verifying.statuses import CLOCKS_DIFFER

MOST_FILE_BYTES = 4 * 1024 * 1024
"""A certificate as PDF is a tenth of that."""
MOST_KEPT = 512
OpenDeed = Callable[..., AbstractContextManager[Deed]]
_DID = "did:"


class CheckedFile(Struct, frozen=True, kw_only=True):
    """What came of a file that somebody brought."""

    verdict: Verdict | None
    """None for a certificate of another issuer, which this service knows nothing of."""
    number: str | None
    """The certificate of ours that it is, or leads to, where we have issued one of that number."""
    other_issuer: str = ""
    """Which issuer it names, where that is not us; as it says, and not checked."""


# A certificate that is stored


class _Ground(Struct, frozen=True):
    """All that a verdict about a stored certificate rests on: while it stays, so does the verdict."""

    credential: str
    lists: tuple[str | None, ...]
    checkpoint: bytes
    keys: int
    today: date
    is_timely: tuple[bool, ...]
    """Of each list, whether this moment lies in its span: it runs out, and a clock may be put back."""


class _Kept:
    """The verdicts that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._verdicts: OrderedDict[_Ground, Verdict] = OrderedDict()

    def find(self, ground: _Ground) -> Verdict | None:
        """The verdict that was reached on this ground."""
        with self._lock:
            found = self._verdicts.get(ground)
            if found is not None:
                self._verdicts.move_to_end(ground)
            return found

    def keep(self, ground: _Ground, verdict: Verdict) -> None:
        """Keep one; the one that nobody asked for the longest goes."""
        with self._lock:
            self._verdicts[ground] = verdict
            if len(self._verdicts) > self._most:
                self._verdicts.popitem(last=False)


_kept = _Kept(MOST_KEPT)


def check_stored(deed: Deed, typed: str) -> Verdict | None:
    """Check a certificate of ours as a stranger would, over the bytes that are served; None while it is being signed.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
    """
    certificate = get_certificate(deed, typed)
    file = deed.unit.signed.file(certificate.organisation_id, certificate.number, "credential")
    if file is None or certificate.signing != "signed":
        return None
    ground = _ground(deed, file.digest)
    known = _kept.find(ground)
    if known is None:
        known = check(file.content, read_sources(deed, _log_size(file.content)), at=deed.now)
        _kept.keep(ground, known)
    return known


def _ground(deed: Deed, credential: str) -> _Ground:
    lists = [deed.unit.signed.status_list(each) for each in STATUS_PURPOSES]
    checkpoint, keys = deed.unit.log.checkpoint(), deed.unit.signed.key_sequence()
    note = b"" if checkpoint is None else checkpoint.note.encode()
    return _Ground(
        credential=credential, lists=tuple(None if each is None else each.digest for each in lists),
        checkpoint=hashlib.sha256(note).digest(), keys=keys or 0, today=deed.today,
        is_timely=tuple(each is not None and each.made_at - CLOCKS_DIFFER <= deed.now <= each.valid_until for each in lists),
    )  # fmt: skip


def _log_size(credential: bytes) -> int | None:
    return _size_in(cast("object", msgspec.json.decode(credential)))


def _size_in(credential: object) -> int | None:
    """The size of the log at which a credential was signed; None where it does not say."""
    try:
        return log_evidence_in(cast("dict[str, object]", credential)).size
    except CredentialMalformed:
        return None


def read_sources(deed: Deed, size: int | None, *, number: str | None = None) -> Sources:
    """What this service published, with the proof from the log of that size to its newest checkpoint.

    With a number, also the credential that it is the number of, or why there is none.
    """
    credential, absent = _credential(deed, number)
    return Sources(
        base_url=deed.means.terms.base_url, is_firsthand=True, keys=_body(lambda: read_keys(deed).body),
        revocation=_body(lambda: read_status_list(deed, "revocation").body),
        suspension=_body(lambda: read_status_list(deed, "suspension").body),
        checkpoint=_text(_body(lambda: read_newest_checkpoint(deed).body)), key_events=_key_events(deed),
        consistency=None if size is None else _consistency(deed, size), credential=credential, absent=absent,
        library=deed.means.registers,
    )  # fmt: skip


def _credential(deed: Deed, number: str | None) -> tuple[bytes | None, Literal["unknown", "pending"] | None]:
    if number is None:
        return None, None
    try:
        certificate = get_certificate(deed, number)
    except NumberMistyped:
        return None, None
    except NoSuchCertificate:
        return None, "unknown"
    file = deed.unit.signed.file(certificate.organisation_id, certificate.number, "credential")
    return (None, "pending") if file is None or certificate.signing != "signed" else (file.content, None)


def _body(read: Callable[[], bytes]) -> bytes | None:
    try:
        return read()
    except NotPublished:
        return None


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


def _key_events(deed: Deed) -> tuple[KeyEventProof, ...] | None:
    body = _body(lambda: read_key_events(deed).body)
    return None if body is None else msgspec.json.decode(body, type=tuple[KeyEventProof, ...])


def _consistency(deed: Deed, size: int) -> ConsistencyProof | None:
    checkpoint = deed.unit.log.checkpoint()
    if checkpoint is None:
        return None
    body = _body(lambda: msgspec.json.encode(prove_consistency(deed, size, checkpoint.size)))
    return None if body is None else msgspec.json.decode(body, type=ConsistencyProof)


# A file that somebody brings


def check_file(open_deed: OpenDeed, content: bytes) -> CheckedFile:
    """Check a credential, a signed PDF, or the JSON of a badge or a status. Nothing of it is kept.

    No transaction is open while the file is read: that takes as long as whoever made it wants.
    """
    with open_deed(writes=False, is_reading=True) as deed:
        now, terms = deed.now, deed.means.terms
    presented = read_presented(content, Sources(base_url=terms.base_url), None, at=now)
    other = _other_issuer(presented, terms.base_url)
    if other:
        return CheckedFile(verdict=None, number=None, other_issuer=printable(other))
    number = _number(presented)

    def look() -> tuple[Sources, str | None]:
        with open_deed(writes=False, is_reading=True) as deed:
            given = presented.credential
            sources = read_sources(deed, None if given is None else _size_in(given), number=number)
            if given is None and sources.credential is not None:  # a badge: what it leads to is checked
                sources = msgspec.structs.replace(sources, consistency=_own_consistency(deed, sources.credential))
            return sources, number if sources.absent is None and sources.credential is not None else None

    sources, ours = patiently(look)
    return CheckedFile(verdict=check(content, sources, at=now), number=ours)


def _own_consistency(deed: Deed, credential: bytes) -> ConsistencyProof | None:
    size = _log_size(credential)
    return None if size is None else _consistency(deed, size)


def _other_issuer(presented: Presented, base_url: str) -> str:
    """Whom a credential names as its issuer, where that is not us; empty where it is, or names nobody."""
    if presented.credential is None:
        return ""
    named: object = presented.credential.get("issuer")
    issuer: object = cast("dict[str, object]", named).get("id") if isinstance(named, dict) else named
    is_other = isinstance(issuer, str) and issuer.startswith((_DID, "http")) and issuer != did_of(base_url)
    return cast("str", issuer) if is_other else ""


def _number(presented: Presented) -> str | None:
    """The number that stands in it, in its one spelling; None where it cannot be one."""
    given: object = presented.lead.number
    if presented.credential is not None:
        subject: object = presented.credential.get("credentialSubject")
        claim: object = cast("dict[str, object]", subject).get("claim") if isinstance(subject, dict) else None
        given = cast("dict[str, object]", claim).get("number") if isinstance(claim, dict) else None
    return normal_number(given) if isinstance(given, str) and len(given) <= 60 else None
