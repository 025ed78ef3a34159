"""Signatures in PDF files: PAdES B-B, or B-T where a time-stamping authority is asked, locked against any change.

pyHanko does the work. It runs an event loop of its own inside, so nothing here may be called where one is running
already: in a thread, which is where handlers and jobs are, it is well. It is slow to import and comes with the first
use.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec import Struct

from compliance.errors import Invalid, Problem
from compliance.signing.signer import Signer, check_purpose

if TYPE_CHECKING:
    from compliance.signing._pdf_sealing import Sealing

MOST_PDF_BYTES = 16 * 1024 * 1024
FIELD = "Issuer"

Coverage = Literal["file", "revision", "part"]


class PdfUnreadable(Invalid):
    """This file cannot be checked."""

    code: ClassVar[str] = "pdf-unreadable"


class PdfUnsealable(Invalid):
    """This PDF cannot be signed."""

    code: ClassVar[str] = "pdf-unsealable"


class PdfVerdict(Struct, frozen=True, kw_only=True):
    """What was found in a signed PDF, each point by itself. `is_valid` is all of them together."""

    is_intact: bool
    """The bytes that the signature is over are those that were signed, by the key of its certificate."""
    is_trusted: bool
    """That certificate leads to one of the roots that were given, and was valid at the moment that was given."""
    coverage: Coverage
    """Whether the signature is over the whole file, over all of an earlier version of it, or over less."""
    is_certified: bool
    """The signature forbids every later change."""
    signatures: int
    """How many there are. A certificate of ours has one."""
    bottom_line: bool
    """pyHanko's own judgement on the signature. A time stamp by an authority whose root was not given is left out."""
    signed_at_claimed: datetime | None
    """When it was signed, as the signer says. Nobody else does."""
    stamped_at: datetime | None
    """When it was signed at the latest, by a time stamp from an authority whose root was given."""
    reason: str
    key: bytes
    """Whose certificate it is: the subject public key info (DER), to be found in a list of keys."""
    attachments: Mapping[str, bytes]
    """Name → content of each attached file, as the file holds them now. To be believed only if all else is well."""

    @property
    def is_valid(self) -> bool:
        """One signature, by somebody trusted, over the whole file as it is, that forbids changes."""
        is_whole = self.coverage == "file" and self.is_certified and self.signatures == 1
        return self.bottom_line and self.is_intact and self.is_trusted and is_whole


class PdfSealer:
    """Signs PDFs with the key for PDFs that was in use when this was made; any thread may use it.

    `tsa_url`: a time-stamping authority (RFC 3161), whose stamp makes each signature PAdES B-T.
    """

    def __init__(self, signer: Signer, *, tsa_url: str | None = None) -> None:
        self.key = signer.public_key("pdf")
        """The key whose signatures these are."""
        check_purpose(self.key, "pdf")
        self._signer, self._tsa_url = signer, tsa_url

    @cached_property
    def _sealing(self) -> "Sealing":
        """What stays loaded, from the first signature on: most processes never sign a PDF."""
        from compliance.signing._pdf_sealing import sealing_of

        return sealing_of(self._signer, self.key, tsa_url=self._tsa_url)

    def seal(self, pdf: bytes, *, at: datetime, reason: str) -> bytes:
        """The PDF with a signature appended: invisible, in the field `Issuer`, of this instant.

        What comes out is another file each time: ECDSA draws a number for each signature. Keep what came out first.

        Raises:
            PdfUnsealable: it is no PDF, it is encrypted, or it is signed already.
            KeyUnusable: the key may not sign any more.
            Unavailable: the time-stamping authority does not answer.
        """
        from compliance.signing._pdf_sealing import seal

        return seal(self._sealing, pdf, at=at.astimezone(UTC), reason=reason)


def check_pdf(pdf: bytes, *, roots: str, at: datetime, tsa_roots: str = "") -> PdfVerdict:
    """Look at the signature of a PDF that anybody may have given us. No network is used.

    `roots` and `tsa_roots` are certificates as PEM. `at` is the moment for which certificates are judged: now, or an
    earlier one at which the file is known to have been there, from a log or a stamp; never the one that it claims.

    Raises:
        PdfUnreadable: it is no PDF, it is not signed, or it is built so that it cannot be judged.
    """
    from compliance.signing._pdf_checking import check

    if len(pdf) > MOST_PDF_BYTES:
        raise PdfUnreadable([Problem("file-too-large", "", {"limit_kib": MOST_PDF_BYTES // 1024})])
    return check(pdf, roots=roots, at=at.astimezone(UTC), tsa_roots=tsa_roots)
