"""PAdES B-T: with a time-stamping authority (RFC 3161) of our own on this machine, and with one that is away."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from keyed import AT
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from compliance.errors import Unavailable
from compliance.signing import PdfSealer, check_pdf


@pytest.fixture(scope="module")
def authority():
    """Answers as an authority does, and its certificate."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(AT - timedelta(days=1)).not_valid_after(AT + timedelta(days=1))
        .add_extension(x509.KeyUsage(*[True] + [False] * 8), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(private),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=AT + timedelta(seconds=2),
    )
    return stamper, certificate.public_bytes(Encoding.PEM).decode()


@contextmanager
def serving(answer):
    """`answer(request)` gives status, content type and body."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            status, media_type, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def stamped(stamper):
    def answer(request):
        import asyncio

        made = asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(request)))
        return 200, "application/timestamp-reply", made.dump()

    return answer


def test_a_time_stamp_says_when_it_was_signed_at_the_latest(authority, made, plain_pdf):
    stamper, tsa_root = authority
    with serving(stamped(stamper)) as url:
        sealed = PdfSealer(made.signer, tsa_url=url).seal(plain_pdf, at=AT, reason="r")
    verdict = check_pdf(sealed, roots=made.roots, tsa_roots=tsa_root, at=AT)
    assert verdict.is_valid
    assert verdict.stamped_at == AT + timedelta(seconds=2)
    # Who does not know the authority takes the certificate for what it is without a stamp.
    unknown = check_pdf(sealed, roots=made.roots, at=AT)
    assert unknown.is_valid
    assert unknown.stamped_at is None
    assert not check_pdf(sealed, roots=made.roots, tsa_roots=made.roots, at=AT).is_valid


@pytest.mark.parametrize("answer", [
    (500, "text/plain", b"away"), (200, "text/html", b"<p>"), (200, "application/timestamp-reply", b"no DER"),
    (200, "application/timestamp-reply", b"0\x030\x01\x02"),
    (200, "application/timestamp-reply", b"0\x050\x03\x02\x01\x02"),
])  # fmt: skip
def test_an_authority_that_does_not_do_its_work_is_away(answer, made, plain_pdf):
    with serving(lambda _: answer) as url, pytest.raises(Unavailable) as caught:
        PdfSealer(made.signer, tsa_url=url).seal(plain_pdf, at=AT, reason="r")
    assert caught.value.retry_after_s == 60


def test_a_stamp_over_something_else_is_none(authority, made, plain_pdf):
    stamper, _ = authority
    kept = []

    def answer(request):
        kept.append(request)
        asked = tsp.TimeStampReq.load(request)
        asked["message_imprint"]["hashed_message"] = bytes(32)
        return stamped(stamper)(asked.dump(force=True))

    with serving(answer) as url, pytest.raises(Unavailable):
        PdfSealer(made.signer, tsa_url=url).seal(plain_pdf, at=AT, reason="r")
    assert kept


def test_an_authority_that_is_not_there_is_away(made, plain_pdf):
    with serving(lambda _: (200, "", b"")) as url:
        pass
    with pytest.raises(Unavailable):
        PdfSealer(made.signer, tsa_url=url).seal(plain_pdf, at=AT, reason="r")
