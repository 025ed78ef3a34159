"""Signing a PDF by pyHanko, with a signer that is not pyHanko's."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Any

from msgspec import Struct
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from compliance.errors import Problem, Unavailable
from compliance.signing._pyhanko import BROKEN, certificates_in
from compliance.signing.keys import PublicKey
from compliance.signing.pdf import FIELD, PdfUnsealable
from compliance.signing.signer import KeyUnusable, Signer

_DIGEST = "sha256"
_RESERVED, _RESERVED_WITH_STAMP = 8_192, 32_768
"""Hexadecimal digits kept free for the signature. Told, so that pyHanko need not sign twice to find out."""
_LONGEST_SIGNATURE = 72
"""Octets of an ECDSA signature on P-256, DER."""
_STAMP_TIMEOUT_S = 10
_ASK_AGAIN_S = 60


class Sealing(Struct, frozen=True):
    """What stays loaded between two signatures."""

    signer: signers.Signer
    stamper: TimeStamper | None


class _OurSigner(signers.Signer):
    """Puts together what is signed as pyHanko does, and has it signed by the two-function interface."""

    def __init__(self, signer: Signer, key_id: str, chain: list[Any]) -> None:
        self._signer = signer
        self._key_id = key_id
        registry = SimpleCertificateStore()
        for certificate in chain:
            registry.register(certificate)
        super().__init__(signing_cert=chain[0], cert_registry=registry)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: object = False) -> bytes:  # noqa: FBT002  pyHanko's own
        """ECDSA over the signed attributes."""
        assert digest_algorithm == _DIGEST
        return bytes(_LONGEST_SIGNATURE) if dry_run else self._signer.sign(self._key_id, data)


class _OurPdfSigner(signers.PdfSigner):
    """Leaves the file PDF 1.7, which PDF/A-3 is. pyHanko would call it 2.0 for the elliptic curve (ISO 32002)."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Say in the catalogue that the signature is a PAdES one, and nothing more."""
        del md_algorithm
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _OurWriter(IncrementalPdfFileWriter):
    """Leaves what the file says of itself. pyHanko would write into it when it was changed, by this machine's clock and zone."""

    def _update_meta(self) -> None:
        """Nothing: the signature says when."""


class _Stamper(HTTPTimeStamper):
    """Asks the authority. Whatever goes wrong with it passes by itself, or is the operator's to mend."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """A stamp over this digest."""
        asked: Any = super()
        try:
            token: Any = await asked.async_timestamp(message_digest, md_algorithm)
            info: Any = token["content"]["encap_content_info"]["content"].parsed
            is_ours = info["message_imprint"]["hashed_message"].native == message_digest
        except BROKEN as fault:
            raise _away(type(fault).__name__) from fault
        if not is_ours:
            raise _away("it stamped something else")
        return token


def _away(why: str) -> Unavailable:
    return Unavailable(f"the time-stamping authority: {why}", retry_after_s=_ASK_AGAIN_S)


def sealing_of(signer: Signer, key: PublicKey, *, tsa_url: str | None) -> Sealing:
    """Load what signing needs."""
    assert key.certificate is not None
    stamper = None if tsa_url is None else _Stamper(tsa_url, timeout=_STAMP_TIMEOUT_S)
    return Sealing(_OurSigner(signer, key.id, certificates_in(key.certificate)), stamper)


def seal(sealing: Sealing, pdf: bytes, *, at: datetime, reason: str) -> bytes:
    """Append the signature; see `PdfSealer.seal`."""
    try:
        writer = _OurWriter(BytesIO(pdf))
        _check_open(writer)
        return asyncio.run(_sealed(sealing, writer, at=at, reason=reason))
    except (KeyUnusable, PdfUnsealable, Unavailable):
        raise
    except BROKEN as fault:
        raise PdfUnsealable([Problem("pdf-broken", "", {"reason": type(fault).__name__})]) from fault


def _check_open(writer: IncrementalPdfFileWriter) -> None:
    if writer.prev.encrypted or writer.prev.embedded_signatures:
        raise PdfUnsealable([Problem("pdf-sealed", "")])


async def _sealed(sealing: Sealing, writer: IncrementalPdfFileWriter, *, at: datetime, reason: str) -> bytes:
    """The steps of `PdfSigner.sign_pdf`, one by one: the only way to tell it the time, where it would ask the clock."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_DIGEST,
        reason=reason,
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    made = _OurPdfSigner(meta, sealing.signer, timestamper=sealing.stamper, new_field_spec=fields.SigFieldSpec(FIELD))
    session: Any = made.init_signing_session(writer)
    session.system_time = at
    reserved = _RESERVED if sealing.stamper is None else _RESERVED_WITH_STAMP
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserved)
    prepared, output = document.digest_tbs_document(output=BytesIO())
    attributes = PdfCMSSignedAttributes(signing_time=at)
    await document.perform_signature(prepared.document_digest, attributes)
    assert isinstance(output, BytesIO)
    return output.getvalue()
