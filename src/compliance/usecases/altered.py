"""Certificates with something altered in them, for those who want to see whether a check notices it.

What is altered is a copy that nobody keeps. It is told as it is: which words, before and after.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Literal, get_args

from msgspec import Struct

from compliance.domain.certificate import number_of
from compliance.usecases.deed import Deed
from compliance.usecases.public_checks import read_sources
from compliance.usecases.published import read_signed_file
from compliance.usecases.verifying import Verdict, check

Alteration = Literal["name", "date", "claim"]
ALTERATIONS: tuple[Alteration, ...] = get_args(Alteration)
OTHER_HOLDER = "Somebody Else's Hotel (invented)"
_OTHER_SYMBOLS = ("0000000", "0000001", "0000002")
_Members = dict[str, Any]


class ChangedWord(Struct, frozen=True, kw_only=True):
    """One value that was altered."""

    where: str
    """Its path: `credentialSubject.claim.holder.name`."""
    before: str
    after: str


class Altered(Struct, frozen=True, kw_only=True):
    """An altered copy of a certificate's credential."""

    number: str
    """Of the certificate that it is a copy of."""
    content: bytes
    changes: tuple[ChangedWord, ...]
    verdict: Verdict


def newest_certificate(deed: Deed) -> str | None:
    """The number of the certificate that is tried in a demonstration; None elsewhere, or where none is signed yet.

    Real businesses are not made an example of.
    """
    if not deed.means.terms.is_demo:
        return None
    found = deed.unit.certificates.newest_signed("active")
    return None if found is None else found.number


def alter_certificate(deed: Deed, typed: str, alteration: Alteration) -> Altered:
    """Alter a copy of a certificate's credential, and check the copy as any file is checked.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
        NotPublished: it is still being signed.
    """
    credential: _Members = json.loads(read_signed_file(deed, typed, "credential").body)
    number: str = credential["credentialSubject"]["claim"]["number"]
    size: int = next(each["treeSize"] for each in credential["evidence"])

    changes = _ALTER[alteration](credential)

    content = json.dumps(credential, ensure_ascii=False, indent=1).encode() + b"\n"
    verdict = check(content, read_sources(deed, size), at=deed.now)
    return Altered(number=number, content=content, changes=tuple(changes), verdict=verdict)


def _alter_name(credential: _Members) -> list[ChangedWord]:
    return [_put(credential, "credentialSubject.claim.holder.name", OTHER_HOLDER)]


def _alter_date(credential: _Members) -> list[ChangedWord]:
    """Three years longer, wherever the day stands: a forger who is careful."""
    last = date.fromisoformat(credential["credentialSubject"]["claim"]["valid_until"])
    longer = date(last.year + 3, last.month, min(last.day, 28))
    return [
        _put(credential, "credentialSubject.claim.valid_until", longer.isoformat()),
        _put(credential, "validUntil", f"{longer.isoformat()}T23:59:59Z"),
    ]


def _alter_claim(credential: _Members) -> list[ChangedWord]:
    """Number and holder of another certificate, in the credential of this one."""
    own: str = credential["credentialSubject"]["claim"]["number"]
    others = (number_of(each) for each in _OTHER_SYMBOLS)
    other = next(each for each in others if each is not None and each != own)
    return [
        _put(credential, "credentialSubject.claim.number", other),
        _put(credential, "credentialSubject.claim.holder.name", OTHER_HOLDER),
    ]


def _put(credential: _Members, where: str, value: str) -> ChangedWord:
    *path, last = where.split(".")
    members = credential
    for name in path:
        members = members[name]
    before: str = members[last]
    members[last] = value
    return ChangedWord(where=where, before=before, after=value)


_ALTER: dict[Alteration, Callable[[_Members], list[ChangedWord]]] = {
    "name": _alter_name, "date": _alter_date, "claim": _alter_claim,
}  # fmt: skip


def alteration_of(text: str) -> Alteration | None:
    """The alteration of that name."""
    return next((each for each in ALTERATIONS if each == text), None)
