"""Private keys as files: PKCS#8 in PEM, encrypted with a passphrase, for their owner's eyes only, written whole.

`openssl pkey -in FILE` reads them too. The passphrase is stretched by no more than OpenSSL's usual 2,048 rounds of
PBKDF2, so it has to be long and drawn by a machine; `check_passphrase` asks for the length.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from msgspec import Struct

from compliance.errors import Conflict, Invalid, Problem
from compliance.signing.keys import Purpose
from compliance.signing.pdf_certificates import chain_as_pem, read_certificates, spki_of
from compliance.signing.signer import PrivateKey

LEAST_PASSPHRASE = 20
_LONGEST_FILE_BYTES = 64 * 1024
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s(.*?)-----END \1-----", re.DOTALL)
_ROOT_SAYS = (
    "The root of the keys. It signs their list and the certificates for PDFs, and nothing else.\n"
    "Keep it and its passphrase apart from the service, on a medium that is in no network, twice.\n"
)


class KeyFolderUnusable(Invalid):
    """The keys cannot be used."""

    code: ClassVar[str] = "key-folder-unusable"


class KeysTaken(Conflict):
    """There are keys already, and keys are never overwritten."""

    code: ClassVar[str] = "keys-taken"


class PassphraseUnfit(Invalid):
    """Private keys need a passphrase that nobody can guess."""

    code: ClassVar[str] = "passphrase-unfit"


class Root(Struct, frozen=True, kw_only=True):
    """The private halves of the root, decrypted. They are needed for minutes a year."""

    list_key: Ed25519PrivateKey
    """Signs the list of keys."""
    pdf_key: ec.EllipticCurvePrivateKey
    """Signs the certificates of PDF keys."""
    certificate: x509.Certificate
    """The root certificate of the PDF keys."""

    def __repr__(self) -> str:
        """Never the keys."""
        return "Root()"


def check_passphrase(passphrase: str) -> None:
    """Return when a passphrase is long enough to be worth having.

    Raises:
        PassphraseUnfit: it is shorter than twenty characters.
    """
    if len(passphrase) < LEAST_PASSPHRASE:
        raise PassphraseUnfit([Problem("key-passphrase-short", "", {"least": LEAST_PASSPHRASE})])


def new_private_key(purpose: Purpose) -> PrivateKey:
    """A new key for a purpose.

    cryptography draws it from the system's chance and takes no other. That is as it should be: nothing here may be able
    to make the same key twice.
    """
    return ec.generate_private_key(ec.SECP256R1()) if purpose == "pdf" else Ed25519PrivateKey.generate()


def public_octets(key: PrivateKey) -> bytes:
    """The public half as it stands in `PublicKey.public`."""
    public = key.public_key()
    return spki_of(public) if isinstance(public, ec.EllipticCurvePublicKey) else public.public_bytes_raw()


def private_pem(key: PrivateKey, passphrase: str) -> bytes:
    """A private key as PKCS#8, encrypted, PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))


def root_pem(root: Root, passphrase: str) -> bytes:
    """The root's file: a word about it, two encrypted keys, and the certificate."""
    keys = private_pem(root.list_key, passphrase) + private_pem(root.pdf_key, passphrase)
    return _ROOT_SAYS.encode() + keys + chain_as_pem(root.certificate).encode()


def read_private(path: Path, passphrase: str) -> PrivateKey:
    """Read and decrypt one private key.

    Raises:
        KeyFolderUnusable: the file is missing, open to others, cut off, not encrypted, or has another passphrase.
    """
    blocks = _blocks(path)
    if len(blocks) != 1:
        raise _unfit("key-file-broken", path)
    return _decrypted(path, *blocks[0], passphrase)


def read_root(path: Path, passphrase: str) -> Root:
    """Read and decrypt the root.

    Raises:
        KeyFolderUnusable: as for `read_private`, or the file holds something else.
    """
    blocks = _blocks(path)
    keys = [_decrypted(path, label, pem, passphrase) for label, pem in blocks if label != b"CERTIFICATE"]
    found = read_certificates(
        b"\n".join(pem for label, pem in blocks if label == b"CERTIFICATE").decode("ascii", "replace")
    )
    match keys, found:
        case [Ed25519PrivateKey() as list_key, ec.EllipticCurvePrivateKey() as pdf_key], [certificate]:
            public = certificate.public_key()
            if isinstance(public, ec.EllipticCurvePublicKey) and spki_of(public) == spki_of(pdf_key.public_key()):
                return Root(list_key=list_key, pdf_key=pdf_key, certificate=certificate)
        case _:
            pass
    raise _unfit("key-file-no-root", path)


def write_once(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet, for its owner only: whole or not at all.

    Raises:
        KeysTaken: it is there.
        KeyFolderUnusable: it cannot be written.
    """
    try:
        aside = _written_aside(path, content)
        try:
            path.hardlink_to(aside)
        finally:
            aside.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeysTaken([Problem("key-file-taken", "", {"file": str(path)[:200]})]) from None
    except OSError as fault:
        raise unwritable(path, fault) from None


def write_over(path: Path, content: bytes) -> None:
    """Replace a file in one step.

    Raises:
        KeyFolderUnusable: it cannot be written.
    """
    try:
        aside = _written_aside(path, content)
        try:
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as fault:
        raise unwritable(path, fault) from None


def make_folder(folder: Path) -> None:
    """Make a folder for its owner only; one that is there is left as it is.

    Raises:
        KeyFolderUnusable: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(folder, fault) from None


def unwritable(path: Path, fault: OSError) -> KeyFolderUnusable:
    """What the operating system said, as a refusal."""
    facts = {"file": str(path)[:200], "reason": fault.strerror or type(fault).__name__}
    return KeyFolderUnusable([Problem("key-file-unusable", "", facts)])


def _unfit(code: str, path: Path) -> KeyFolderUnusable:
    return KeyFolderUnusable([Problem(code, "", {"file": str(path)[:200]})])


def _blocks(path: Path) -> Sequence[tuple[bytes, bytes]]:
    """The PEM blocks of a private file: label and text."""
    try:
        with path.open("rb") as file:
            is_open = os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077
            content = file.read(_LONGEST_FILE_BYTES)
    except FileNotFoundError:
        raise _unfit("key-file-missing", path) from None
    except OSError as fault:
        raise unwritable(path, fault) from None
    if is_open:
        raise _unfit("key-file-open", path)
    return [(each[1], each[0]) for each in _BLOCK.finditer(content)]


def _decrypted(path: Path, label: bytes, pem: bytes, passphrase: str) -> PrivateKey:
    if label in (b"PRIVATE KEY", b"EC PRIVATE KEY"):
        raise _unfit("key-file-plain", path)
    if label != b"ENCRYPTED PRIVATE KEY" or not _is_whole(pem):
        raise _unfit("key-file-broken", path)
    try:
        key = load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError):  # what is decrypted wrongly is no key; an empty passphrase is no passphrase
        raise _unfit("key-passphrase-wrong", path) from None
    except UnsupportedAlgorithm:
        raise _unfit("key-file-broken", path) from None
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise _unfit("key-file-broken", path)


def _is_whole(pem: bytes) -> bool:
    """Whether the octets in a block are as many as they say themselves: a cut is no matter of passphrases."""
    try:
        der = base64.b64decode(b"".join(pem.splitlines()[1:-1]), validate=True)
    except binascii.Error:
        return False
    if len(der) < 2 or der[0] != 0x30:
        return False
    if der[1] < 0x80:
        return len(der) == 2 + der[1]
    count = der[1] & 0x7F
    return len(der) == 2 + count + int.from_bytes(der[2 : 2 + count], "big")


def _written_aside(path: Path, content: bytes) -> Path:
    """The content in a file of its own beside the one that it is for, on the disk."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")  # a name that nobody else has, no secret
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    return aside


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
