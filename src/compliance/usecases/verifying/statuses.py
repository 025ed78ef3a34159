"""Whether the certificate was withdrawn or suspended: two bits, in lists that are good for a day."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from compliance.domain.certificate import (
    STATUS_PURPOSES,
    StatusIndexOutside,
    StatusList,
    StatusListMalformed,
    StatusPurpose,
    status_list_address,
)
from compliance.domain.certificate.status_list import VALID_FOR
from compliance.signing import KeyList, PublicKey
from compliance.usecases.verifying.keys import did_of, signature_of
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found
from compliance.usecases.verifying.strict_json import JsonUnread, Members, members_in, read_members

CLOCKS_DIFFER = timedelta(minutes=5)
"""A list that was signed a moment ago is not from the future for whoever's clock is slow."""
_SECOND = "%Y-%m-%dT%H:%M:%SZ"


class _Listed(Struct, frozen=True, kw_only=True):
    """What a list says of one certificate."""

    is_set: bool
    from_at: datetime
    until_at: datetime


def status_step(index: int | None, listed: KeyList | None, sources: Sources, *, at: datetime) -> Step:
    """Whether both lists are the issuer's, fresh at that instant, and have no bit set at the certificate's index."""
    if index is None:
        return found("status", "unread")
    if listed is None:
        return found("status", "no-keys")
    given = {"revocation": sources.revocation, "suspension": sources.suspension}
    read: dict[StatusPurpose, _Listed] = {}
    for purpose in STATUS_PURPOSES:
        content = given[purpose]
        if content is not None:
            one = _read(content, purpose, index, listed, sources.base_url)
            if isinstance(one, Step):
                return one
            read[purpose] = one
    return _judged(read, at=at)


def _judged(read: dict[StatusPurpose, _Listed], *, at: datetime) -> Step:
    revocation, suspension = read.get("revocation"), read.get("suspension")
    # Of what is final, an old list is proof enough. A suspension may have been lifted since.
    if revocation is not None and revocation.is_set:
        return found("status", "revoked", at=revocation.from_at)
    if revocation is None or suspension is None:
        return found("status", "missing")
    for one in (revocation, suspension):
        span = {"from_at": one.from_at, "until_at": one.until_at}
        if at > one.until_at:
            return found("status", "stale", **span)
        if at < one.from_at - CLOCKS_DIFFER:
            return found("status", "early", **span)
    if suspension.is_set:
        return found("status", "suspended", at=suspension.from_at)
    oldest = min(read.values(), key=lambda one: one.from_at)
    return found("status", "active", from_at=oldest.from_at, until_at=min(one.until_at for one in read.values()))


def _read(content: bytes, purpose: StatusPurpose, index: int, listed: KeyList, base_url: str) -> _Listed | Step:
    """One list; else what is wrong with it."""
    facts = {"list": purpose}
    try:
        document = read_members(content)
    except JsonUnread:
        return found("status", "malformed", **facts)
    signature = signature_of(document, listed, base_url=base_url, purpose="status")
    from_at, until_at = _instant(document.get("validFrom")), _instant(document.get("validUntil"))
    if signature.key is None:
        return found("status", "unsigned", **facts)
    if from_at is None or until_at is None:
        return found("status", "malformed", **facts)
    if not _could_sign(signature.key, from_at):
        return found("status", "unsigned", **facts)
    subject = members_in(document.get("credentialSubject"))
    if not _is_list(document, subject, purpose, base_url):
        return found("status", "other-list", **facts)
    if until_at - from_at > VALID_FOR:
        return found("status", "too-long", from_at=from_at, until_at=until_at, **facts)
    encoded: object = subject.get("encodedList")
    try:
        is_set = StatusList.decode(encoded if isinstance(encoded, str) else "").bit(index)
    except StatusListMalformed:
        return found("status", "malformed", **facts)
    except StatusIndexOutside:
        return found("status", "index", index=index, **facts)
    return _Listed(is_set=is_set, from_at=from_at, until_at=until_at)


def _is_list(document: Members, subject: Members, purpose: StatusPurpose, base_url: str) -> bool:
    types: object = document.get("type")
    return (
        isinstance(types, list)
        and "BitstringStatusListCredential" in types
        and document.get("id") == status_list_address(base_url, purpose)
        and document.get("issuer") == did_of(base_url)
        and subject.get("type") == "BitstringStatusList"
        and subject.get("statusPurpose") == purpose
    )


def _could_sign(key: PublicKey, from_at: datetime) -> bool:
    """Lists stand in no log: a key that somebody else may have signs none, and a retired one none after its last day."""
    if key.compromised_on is not None:
        return False
    return key.retired_on is None or from_at.date() <= key.retired_on


def _instant(said: object) -> datetime | None:
    try:
        return datetime.strptime(said, _SECOND).replace(tzinfo=UTC) if isinstance(said, str) else None
    except ValueError:
        return None
