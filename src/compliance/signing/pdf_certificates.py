"""The small chain of X.509 certificates under which PDFs are signed: an offline root, and a leaf for each key.

Readers of PDFs know certificates and nothing else. The root says no more than the list of keys says already; it is
there so that a reader can be told once whom to trust.
"""

import calendar
import warnings
from datetime import UTC, date, datetime, time, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ROOT_YEARS, LEAF_YEARS = 20, 3
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""The extended key usage for signing documents (RFC 9336). Readers that are older, or built on NSS, know only that for
signed mail, so the certificate has both."""
_LONGEST_NAME = 64
"""X.520 allows no more, and cryptography refuses more."""
_MOST_CERTIFICATES = 50
_CLOCKS_DIFFER = timedelta(days=1)
"""So much may the clock of whoever checks be slow."""


def make_root_certificate(key: ec.EllipticCurvePrivateKey, *, name: str, on: date) -> x509.Certificate:
    """A self-signed certificate that may sign leaves and nothing else, valid for twenty years."""
    subject = _name(name, "Root for signed certificates")
    made = _builder(key.public_key(), subject, subject, on=on, until=_years_after(on, ROOT_YEARS))
    usage = _key_usage(signs_certificates=True)
    return (
        made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )


def make_leaf_certificate(
    public: ec.EllipticCurvePublicKey,
    *,
    key_id: str,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    on: date,
) -> x509.Certificate:
    """A certificate for a key that signs documents, valid for three years and never longer than the root."""
    organisation = root.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    until = min(_years_after(on, LEAF_YEARS), root.not_valid_after_utc)
    made = _builder(
        public, _name(str(organisation), f"Signed certificates, {key_id}"), root.subject, on=on, until=until
    )
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(above, critical=False)
        .sign(root_key, SHA256())
    )


def chain_as_pem(*certificates: x509.Certificate) -> str:
    """Certificates as PEM, one after the other."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


def read_certificates(pem: str) -> list[x509.Certificate]:
    """The certificates in a PEM text; none where it is not one, or holds more than fifty."""
    try:
        with warnings.catch_warnings():
            # Certificates of strangers that are a little wrong are warned of; whether they are trusted is asked later.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            found = x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, UnicodeEncodeError):
        return []
    return found if len(found) <= _MOST_CERTIFICATES else []


def spki_of(public: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as its subject public key info, DER."""
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def is_p256(spki: bytes) -> bool:
    """Whether these octets are the subject public key info of a key on P-256, written in the one way that we write it."""
    try:
        public = load_der_public_key(spki)
    except (ValueError, TypeError, ArithmeticError):
        return False
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        return False
    return spki_of(public) == spki


def keeps_chain(pem: str, spki: bytes) -> bool:
    """Whether a chain is a leaf for this key, signed by the root that follows it, which signed itself."""
    chain = read_certificates(pem)
    if len(chain) != 2:
        return False
    leaf, root = chain
    public = leaf.public_key()
    try:
        leaf.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return isinstance(public, ec.EllipticCurvePublicKey) and spki_of(public) == spki


def _builder(
    public: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name, *, on: date, until: datetime
) -> x509.CertificateBuilder:
    # The serial number is drawn by cryptography from the system's chance, as keys are: nobody may choose it, and no
    # test needs it to be the same.
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_midnight(on) - _CLOCKS_DIFFER)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.strip()[:_LONGEST_NAME] or "Compliance"),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:_LONGEST_NAME]),
    ])  # fmt: skip


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,  # which others call non-repudiation
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=UTC)


def _years_after(on: date, years: int) -> datetime:
    """The same day so many years later; the last of February for the 29th."""
    day = on.day if (on.month, on.day) != (2, 29) or calendar.isleap(on.year + years) else 28
    return _midnight(date(on.year + years, on.month, day))
