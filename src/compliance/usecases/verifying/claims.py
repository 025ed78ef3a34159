"""What the certificate says: the claim, the same everywhere it stands, about a questionnaire that we know."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import Struct

from compliance.domain.certificate import (
    STATUS_PURPOSES,
    Claim,
    CredentialMalformed,
    claim_bytes,
    claim_in,
    read_claim,
    status_list_address,
)
from compliance.domain.certificate.claim import CLAIM_VERSION
from compliance.intake.library import Library
from compliance.resources import shipped
from compliance.usecases.verifying.keys import did_of
from compliance.usecases.verifying.presented import CLAIM_FILE, Presented
from compliance.usecases.verifying.steps import Step, found
from compliance.usecases.verifying.strict_json import Members, members_in


class Said(Struct, frozen=True, kw_only=True):
    """A claim with its canonical bytes."""

    claim: Claim
    stored: bytes


@cache
def packaged_library() -> Library:
    """The questionnaires that come with this program."""
    return Library(shipped("questionnaires"))


def claim_step(presented: Presented, base_url: str) -> tuple[Step, Said | None]:
    """The claim, and whether everything around it says the same."""
    credential = presented.credential
    if credential is None:
        return found("claim", "unread"), None
    try:
        stored = claim_in(credential)
        said = Said(claim=read_claim(stored), stored=stored)
    except CredentialMalformed:
        return found("claim", "missing"), None
    except (msgspec.DecodeError, RecursionError):  # ValidationError is one of them
        return found("claim", "newer" if _is_newer(credential) else "form"), None
    if claim_bytes(said.claim) != stored:
        return found("claim", "form"), None
    return _compared(presented, credential, said, base_url), said


def questionnaire_step(claim: Claim | None, library: Library | None) -> Step:
    """Whether the version that was met is the one that this program knows under that name."""
    if claim is None:
        return found("questionnaire", "unread")
    pinned = claim.questionnaire
    reference = f"{pinned.name}@{pinned.version}"
    locked = (library or packaged_library()).lock().find(reference)
    if locked is None:
        return found("questionnaire", "unknown", reference=reference)
    return found("questionnaire", "known" if locked.structure == pinned.structure else "other", reference=reference)


def days_step(claim: Claim | None, today: date) -> Step:
    """Whether the day lies between the first and the last one, both included, in UTC."""
    if claim is None:
        return found("days", "unread")
    days = {"from_on": claim.issued_on, "until_on": claim.valid_until, "today_on": today}
    if today < claim.issued_on:
        return found("days", "early", **days)
    return found("days", "today" if today <= claim.valid_until else "over", **days)


def _compared(presented: Presented, credential: Members, said: Said, base_url: str) -> Step:
    claim = said.claim
    facts = {"number": claim.number, "holder": claim.holder.name}
    finding = _difference(credential, claim, base_url)
    if finding is not None:
        return found("claim", finding, **facts)
    if presented.is_pdf and presented.attachments.get(CLAIM_FILE) != said.stored:
        return found("claim", "attachment", file=CLAIM_FILE, **facts)
    return found("claim", "same", **facts)


def _difference(credential: Members, claim: Claim, base_url: str) -> str | None:
    """The first thing that stands otherwise beside the claim than in it."""
    issuer, subject = members_in(credential.get("issuer")), members_in(credential.get("credentialSubject"))
    page = f"{base_url}/certificates/{claim.number}"
    pairs: Sequence[tuple[str, object, object]] = (
        ("issuer", issuer.get("id"), did_of(base_url) or None),
        ("issuer", issuer.get("name"), claim.issuer),
        ("number", credential.get("id"), f"{page}/credential.json"),
        ("number", subject.get("id"), f"{page}#holder"),
        ("holder", _identity(subject, "name"), claim.holder.name),
        ("holder", _identity(subject, "ext:webDomain"), claim.holder.identity.domain),
        ("days", credential.get("validFrom"), f"{claim.issued_on.isoformat()}T00:00:00Z"),
        ("days", credential.get("validUntil"), f"{claim.valid_until.isoformat()}T23:59:59Z"),
        ("status", _status_entries(credential), _expected_entries(claim, base_url)),
    )
    return next(
        (finding for finding, given, expected in pairs if given != expected or type(given) is not type(expected)), None
    )


def _status_entries(credential: Members) -> object:
    entries: object = credential.get("credentialStatus")
    if not isinstance(entries, list):
        return None
    wanted = ("type", "statusPurpose", "statusListIndex", "statusListCredential")
    return [tuple(members_in(each).get(name) for name in wanted) for each in cast("list[object]", entries)]


def _expected_entries(claim: Claim, base_url: str) -> object:
    return [
        ("BitstringStatusListEntry", purpose, str(claim.status_index), status_list_address(base_url, purpose))
        for purpose in STATUS_PURPOSES
    ]


def _identity(subject: Mapping[str, Any], kind: str) -> object:
    """What the subject's identifiers say of the holder; a text that fits nothing where they say it twice."""
    listed: object = subject.get("identifier")
    entries = [members_in(each) for each in cast("list[object]", listed)] if isinstance(listed, list) else []
    values = [each.get("identityHash") for each in entries if each.get("identityType") == kind]
    return values[0] if len(values) == 1 else (None if not values else "")


def _is_newer(credential: Members) -> bool:
    version: object = members_in(members_in(credential.get("credentialSubject")).get("claim")).get("v")
    return isinstance(version, int) and not isinstance(version, bool) and version > CLAIM_VERSION
