"""Signed PDFs: what other tools say of them, and every way of cheating that we could think of."""

import random
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO

import pikepdf
import pikepdf.pdfa
import pytest
from keyed import AT, ON, PASSPHRASE, ROOT_PASSPHRASE, small_pdf
from pyhanko.pdf_utils.crypt import StandardSecuritySettingsRevision
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, copy_into_new_writer
from pyhanko.sign import fields, signers

from compliance.signing import (
    KeyFolder,
    KeyUnusable,
    LocalSigner,
    PdfSealer,
    PdfUnreadable,
    PdfUnsealable,
    check_pdf,
    make_keys,
    pdf_roots,
)

KNOWN_FINDINGS = {
    "interactive forms (/AcroForm) are not supported",
    "permissions (/Perms) are not supported",
    "embedded files are not supported",
}
"""What pikepdf's validator says of a signed PDF/A-3b: that it does not look into the field and the lock. (The last one
it says of the attachments, whose bytes it would have to judge as well.)"""


def refused(pdf, roots=""):
    with pytest.raises(PdfUnreadable) as caught:
        check_pdf(pdf, roots=roots, at=AT)
    return caught.value.problems[0].code


def findings(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [str(each) for each in pikepdf.pdfa.check(opened, "3b").findings]


def updated(pdf, change):
    """The file with an incremental update behind it, as an attacker or an editor appends one."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def add_page(writer):
    content = writer.add_object(StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 595, 842)))


def remove_attachment(writer):
    pairs = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    del pairs[0:2]
    writer.update_container(pairs)


# Whole


def test_a_signed_pdf_is_valid_in_every_point(sealed_pdf, sealer, made):
    verdict = check_pdf(sealed_pdf, roots=made.roots, at=AT)
    assert verdict.is_valid
    assert (verdict.is_intact, verdict.is_trusted, verdict.coverage, verdict.is_certified) == (True, True, "file", True)
    assert (verdict.signed_at_claimed, verdict.stamped_at, verdict.signatures) == (AT, None, 1)
    assert verdict.reason == "Certificate issued"
    assert verdict.key == sealer.key.public
    assert verdict.attachments == {"claim.json": b'{"number":"CP-7QF4-M2XF"}', "credential.json": b'{"type":[]}'}


def test_the_bytes_that_were_there_stay_at_the_front(sealed_pdf, plain_pdf):
    assert sealed_pdf.startswith(plain_pdf)


def test_the_file_stays_a_pdf_a(sealed_pdf, plain_pdf):
    assert [each for each in findings(plain_pdf) if "not supported" not in each] == []
    said = findings(sealed_pdf)
    assert said
    assert [each for each in said if not any(known in each for known in KNOWN_FINDINGS)] == []
    assert b"/Version /2.0" not in sealed_pdf


def test_poppler_trusts_it_once_it_knows_the_root(sealed_pdf, made, tmp_path):
    assert shutil.which("certutil"), "Debian's libnss3-tools is needed"
    file, root, trust = tmp_path / "signed.pdf", tmp_path / "root.pem", tmp_path / "nss"
    file.write_bytes(sealed_pdf)
    root.write_text(made.roots)
    trust.mkdir()
    certutil = ["certutil", "-d", f"sql:{trust}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-n", "root", "-t", "CT,C,C", "-i", root], check=True)
    said = subprocess.run(["pdfsig", "-nssdir", trust, file], capture_output=True, text=True, check=True).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "Certificate Validation: Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "Signature Field Name: Issuer" in said


# Cheated


def test_a_flipped_byte_is_found_wherever_it_is(sealed_pdf, made):
    start = sealed_pdf.index(b"/Contents <") + len(b"/Contents <")
    end = sealed_pdf.index(b">", start)
    chance = random.Random(5)
    for position in chance.sample(range(len(sealed_pdf)), 60):
        broken = bytearray(sealed_pdf)
        broken[position] ^= 1 << chance.randrange(8)
        try:
            verdict = check_pdf(bytes(broken), roots=made.roots, at=AT)
        except PdfUnreadable:
            continue
        # The signature is over everything but itself. In its envelope lie a copy of the root, which nobody looks at,
        # and room that nothing fills.
        assert not verdict.is_valid or start < position < end


@pytest.mark.parametrize("part", [b"CP-7QF4", b"Certificate", b"/MediaBox"])
def test_a_changed_attachment_or_page_is_found(part, sealer, made):
    plain = small_pdf(("claim.json", b'{"number":"CP-7QF4-M2XF"}'))
    with pikepdf.open(BytesIO(plain)) as opened:
        out = BytesIO()
        opened.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    sealed = sealer.seal(out.getvalue(), at=AT, reason="r")
    assert part in sealed
    verdict = check_pdf(sealed.replace(part, part[:-1] + bytes((part[-1] ^ 2,)), 1), roots=made.roots, at=AT)
    assert not verdict.is_intact
    assert not verdict.is_valid


def test_an_added_page_is_found(sealed_pdf, made):
    verdict = check_pdf(updated(sealed_pdf, add_page), roots=made.roots, at=AT)
    assert verdict.is_intact
    assert verdict.coverage == "revision"
    assert not verdict.is_valid


def test_a_removed_attachment_is_found(sealed_pdf, made):
    verdict = check_pdf(updated(sealed_pdf, remove_attachment), roots=made.roots, at=AT)
    assert verdict.coverage == "revision"
    assert len(verdict.attachments) == 1
    assert not verdict.is_valid


def test_octets_behind_the_end_are_found(sealed_pdf, made):
    assert not check_pdf(sealed_pdf + b"\n%more\n", roots=made.roots, at=AT).is_valid


def test_a_second_signature_is_found(sealed_pdf, made, sealer):
    meta = signers.PdfSignatureMetadata(field_name="Second", md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(BytesIO(sealed_pdf))
    writer.root["/Perms"].pop("/DocMDP")  # else pyHanko keeps to the lock
    writer.update_container(writer.root["/Perms"])
    signature = writer.prev.embedded_signatures[0].sig_object
    signature.pop("/Reference")
    out = signers.PdfSigner(meta, signer=sealer._sealing.signer).sign_pdf(writer, bytes_reserved=8192).getvalue()
    verdict = check_pdf(out, roots=made.roots, at=AT)
    assert verdict.signatures == 2
    assert not verdict.is_valid


def test_a_signature_that_forbids_nothing_is_not_enough(plain_pdf, made, sealer):
    meta = signers.PdfSignatureMetadata(field_name="Issuer", md_algorithm="sha256",
                                        subfilter=fields.SigSeedSubFilter.PADES)  # fmt: skip
    writer = IncrementalPdfFileWriter(BytesIO(plain_pdf))
    out = signers.PdfSigner(meta, signer=sealer._sealing.signer).sign_pdf(writer, bytes_reserved=8192).getvalue()
    verdict = check_pdf(out, roots=made.roots, at=AT)
    assert (verdict.bottom_line, verdict.is_certified, verdict.is_valid) == (True, False, False)


def test_somebody_elses_root_with_our_name_is_not_trusted(plain_pdf, made, tmp_path):
    theirs = make_keys(tmp_path, PASSPHRASE, root_file=tmp_path / "root.pem", root_passphrase=ROOT_PASSPHRASE,
                       name="Ministry of Tourism", on=ON)  # fmt: skip
    forged = PdfSealer(KeyFolder.open(tmp_path, PASSPHRASE)).seal(plain_pdf, at=AT, reason="Certificate issued")
    verdict = check_pdf(forged, roots=made.roots, at=AT)
    assert verdict.is_intact
    assert not verdict.is_trusted
    assert not verdict.is_valid
    assert check_pdf(forged, roots=pdf_roots(theirs), at=AT).is_valid


@pytest.mark.parametrize("roots", ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_without_a_root_nobody_is_trusted(roots, sealed_pdf):
    verdict = check_pdf(sealed_pdf, roots=roots, at=AT)
    assert verdict.is_intact
    assert not verdict.is_trusted
    assert not verdict.is_valid


@pytest.mark.parametrize("days", [-30, 4 * 366])
def test_outside_the_certificates_days_it_is_not_trusted(days, sealed_pdf, made):
    assert not check_pdf(sealed_pdf, roots=made.roots, at=AT + timedelta(days=days)).is_trusted


# Hostile


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7", b"hello", b"%PDF-1.7\n" + b"\0" * 5000, b"%PDF-1.7\nstartxref\n0\n%%EOF"]
)
def test_what_is_no_pdf_is_refused(pdf):
    assert refused(pdf) == "pdf-broken"


def test_an_unsigned_an_encrypted_and_a_huge_pdf_are_refused(plain_pdf):
    assert refused(plain_pdf) == "pdf-unsigned"
    writer = copy_into_new_writer(PdfFileReader(BytesIO(plain_pdf)))
    writer._assign_security_handler(_locked(writer))
    out = BytesIO()
    writer.write(out)
    assert refused(out.getvalue()) == "pdf-encrypted"
    assert refused(b"%PDF-1.7" + bytes(17 * 1024 * 1024)) == "file-too-large"


def _locked(writer):
    from pyhanko.pdf_utils.crypt import StandardSecurityHandler

    assert StandardSecuritySettingsRevision.AES256
    return StandardSecurityHandler.build_from_pw("owner", "user")


@pytest.mark.parametrize("twentieths", range(1, 20))
def test_a_cut_file_is_refused(twentieths, sealed_pdf):
    assert refused(sealed_pdf[: len(sealed_pdf) * twentieths // 20]) in ("pdf-broken", "pdf-unsigned")


def test_attachments_of_the_same_name_are_refused(sealer, made):
    def twice(writer):
        pairs = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        pairs.extend([pairs.raw_get(0), pairs.raw_get(1)])
        writer.update_container(writer.root["/Names"]["/EmbeddedFiles"])

    assert refused(sealer.seal(updated(small_pdf(("a.json", b"{}")), twice), at=AT, reason="r")) == "pdf-attachments"


# Signing


@pytest.mark.parametrize("given", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_only_pdfs_are_signed(given, sealer):
    with pytest.raises(PdfUnsealable):
        sealer.seal(given, at=AT, reason="r")


def test_nothing_is_signed_twice(sealed_pdf, sealer):
    with pytest.raises(PdfUnsealable) as caught:
        sealer.seal(sealed_pdf, at=AT, reason="r")
    assert caught.value.problems[0].code == "pdf-sealed"


def test_a_key_that_was_taken_away_signs_nothing(made, plain_pdf):
    signer = LocalSigner(made.key_list, {})
    with pytest.raises(KeyUnusable):
        PdfSealer(signer).seal(plain_pdf, at=AT, reason="r")
