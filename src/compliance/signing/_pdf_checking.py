"""Judging a signed PDF by pyHanko's validator.

Its objects are `Any` here: what they hold comes from a stranger's file, whatever their annotations say.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from compliance.errors import Problem
from compliance.signing._pyhanko import BROKEN, certificates_in
from compliance.signing.pdf import Coverage, PdfUnreadable, PdfVerdict

_MOST_ATTACHMENTS = 32
_MOST_ATTACHED_BYTES = 16 * 1024 * 1024
_MOST_NODES = 256
"""Nodes of the tree of names. A tree that bites its own tail has no end."""


def check(pdf: bytes, *, roots: str, at: datetime, tsa_roots: str) -> PdfVerdict:
    """The verdict; see `check_pdf`."""
    try:
        return _verdict(pdf, roots=roots, at=at, tsa_roots=tsa_roots)
    except BROKEN as fault:
        raise PdfUnreadable([Problem("pdf-broken", "", {"reason": type(fault).__name__})]) from fault


def _verdict(pdf: bytes, *, roots: str, at: datetime, tsa_roots: str) -> PdfVerdict:
    reader = cast("Any", PdfFileReader(BytesIO(pdf)))
    if reader.encrypted:
        raise PdfUnreadable([Problem("pdf-encrypted", "")])
    found = cast("list[Any]", reader.embedded_signatures)
    if not found:
        raise PdfUnreadable([Problem("pdf-unsigned", "")])
    first = found[0]
    status = _judged(first, roots=roots, at=at, tsa_roots=tsa_roots)
    stamp = status.timestamp_validity
    is_stamped = stamp is not None and bool(tsa_roots) and stamp.valid and stamp.intact and stamp.trusted
    return PdfVerdict(
        # pyHanko keeps apart whether the digest is right (intact) and whether the signature over it is (valid).
        is_intact=status.intact and status.valid,
        is_trusted=status.trusted,
        coverage=_coverage(first, status, len(pdf)),
        is_certified=_is_certified(reader, first),
        signatures=len(found),
        bottom_line=status.bottom_line if tsa_roots or stamp is None else _line_without_stamp(status),
        signed_at_claimed=_instant(first.self_reported_timestamp),
        stamped_at=_instant(stamp.timestamp) if is_stamped and stamp is not None else None,
        reason=str(_inside(first.sig_object, "/Reason") or "")[:500],
        key=_public_key(first),
        attachments=dict(_attachments(reader)),
    )


def _judged(signature: Any, *, roots: str, at: datetime, tsa_roots: str) -> PdfSignatureStatus:
    # What was changed afterwards is not asked for (skip_diff): nothing may have been.
    return validate_pdf_signature(
        signature, _context(roots, at), ts_validation_context=_context(tsa_roots, at), skip_diff=True
    )


def _context(roots: str, at: datetime) -> ValidationContext:
    # An empty list of roots trusts nobody. None would trust whom the operating system trusts.
    return ValidationContext(trust_roots=certificates_in(roots), moment=at, allow_fetching=False)


def _line_without_stamp(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    is_stamp_whole = stamp is not None and stamp.valid and stamp.intact
    is_line = status.intact and status.valid and status.trusted and status.seed_value_ok and bool(status.docmdp_ok)
    return is_line and is_stamp_whole


def _coverage(signature: Any, status: PdfSignatureStatus, size: int) -> Coverage:
    start, before, after, rest = (int(each) for each in signature.byte_range)
    gap = 2 * len(signature.pkcs7_content) + 2
    if (start, after, after + rest) == (0, before + gap, size):
        return "file" if status.coverage == SignatureCoverageLevel.ENTIRE_FILE else "part"
    return "revision" if status.coverage == SignatureCoverageLevel.ENTIRE_REVISION else "part"


def _is_certified(reader: Any, signature: Any) -> bool:
    stated = cast("Any", read_certification_data(reader))
    if stated is None or stated.permission != MDPPerm.NO_CHANGES:
        return False
    return bool(stated.author_sig.container_ref == signature.sig_object.container_ref)


def _instant(said: datetime | None) -> datetime | None:
    if said is None:
        return None
    return (said if said.tzinfo is not None else said.replace(tzinfo=UTC)).astimezone(UTC)


def _public_key(signature: Any) -> bytes:
    return bytes(signature.signer_cert.public_key.dump())


def _attachments(reader: Any) -> Iterator[tuple[str, bytes]]:
    """The files of the tree of names, each once."""
    tree = _inside(_inside(reader.root, "/Names"), "/EmbeddedFiles")
    seen: set[str] = set()
    left = _MOST_ATTACHED_BYTES
    for file in () if tree is None else _leaves(tree):
        name = str(_inside(file, "/UF") or file["/F"])
        content = bytes(file["/EF"]["/F"].data)
        left -= len(content)
        if name in seen or len(seen) >= _MOST_ATTACHMENTS or left < 0:
            raise PdfUnreadable([Problem("pdf-attachments", "", {"name": name[:80]})])
        seen.add(name)
        yield name, content


def _leaves(tree: Any) -> Iterator[Any]:
    """The values of a tree of names, from left to right; see PDF 2.0, 7.9.6."""
    waiting: list[Any] = [tree]
    visited = 0
    while waiting:
        node = waiting.pop(0)
        visited += 1
        if visited > _MOST_NODES:
            raise PdfUnreadable([Problem("pdf-broken", "", {"reason": "EndlessTree"})])
        kids, pairs = _inside(node, "/Kids") or (), _inside(node, "/Names") or ()
        waiting += [kids[index] for index in range(len(kids))]
        yield from (pairs[index] for index in range(1, len(pairs), 2))


def _inside(node: Any, key: str) -> Any:
    """What a dictionary holds under a key, followed to where it stands: only `[…]` follows, `.get` does not."""
    return node[key] if node is not None and key in node else None
