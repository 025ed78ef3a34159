"""Who signs: two functions, behind which keys may lie in this process, in a token, or on another machine."""

from collections.abc import Mapping
from typing import ClassVar, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from compliance.errors import Conflict, Problem
from compliance.signing.keys import KeyList, PublicKey, Purpose

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class KeyUnusable(Conflict):
    """There is no key that may sign this."""

    code: ClassVar[str] = "key-unusable"


class Signer(Protocol):
    """Signs with keys that it does not give away."""

    def public_key(self, purpose: Purpose) -> PublicKey:
        """The key of a purpose that is in use.

        Raises:
            KeyUnusable: there is none.
        """
        ...

    def sign(self, key_id: str, message: bytes) -> bytes:
        """Sign with the key of this id: 64 octets of Ed25519, or ECDSA with SHA-256, DER, with a key for PDFs.

        Raises:
            KeyUnusable: there is no such key, or it was retired or compromised.
        """
        ...


class LocalSigner:
    """Keys in the memory of this process; `KeyFolder.open` makes it. Any thread may use it."""

    def __init__(self, key_list: KeyList, private: Mapping[str, PrivateKey]) -> None:
        self.key_list = key_list
        """Every public key, as the root signed them."""
        self._private = dict(private)

    def public_key(self, purpose: Purpose) -> PublicKey:
        """The newest key of a purpose that is neither retired nor compromised; see `Signer`."""
        key = self.key_list.in_use(purpose)
        if key is None:
            raise KeyUnusable([Problem("key-none-in-use", "", {"purpose": purpose})])
        return key

    def sign(self, key_id: str, message: bytes) -> bytes:
        """Sign; see `Signer`."""
        check_signs(self.key_list, key_id)
        match self._private.get(key_id):
            case Ed25519PrivateKey() as key:
                return key.sign(message)
            case ec.EllipticCurvePrivateKey() as key:
                return key.sign(message, ec.ECDSA(SHA256()))
            case _:
                raise KeyUnusable([Problem("key-not-here", key_id, {"id": key_id})])


def check_signs(key_list: KeyList, key_id: str) -> None:
    """Return when the key is one of the list and may sign.

    Raises:
        KeyUnusable: it may not.
    """
    key = key_list.find(key_id)
    if key is None:
        raise KeyUnusable([Problem("key-unknown", key_id, {"id": key_id})])
    if key.compromised_on is not None:
        raise KeyUnusable([Problem("key-compromised", key_id, {"id": key_id, "on": key.compromised_on.isoformat()})])
    if key.retired_on is not None:
        raise KeyUnusable([Problem("key-retired", key_id, {"id": key_id, "on": key.retired_on.isoformat()})])


def check_purpose(key: PublicKey, *purposes: Purpose) -> None:
    """Return when the key is for one of these purposes. A signature of one kind must never pass for another.

    Raises:
        KeyUnusable: it is for another one.
    """
    if key.purpose not in purposes:
        facts = {"id": key.id, "purpose": key.purpose, "wanted": ", ".join(purposes)}
        raise KeyUnusable([Problem("key-purpose", key.id, facts)])
