"""Secrets: new ones, and those that must be read again later, encrypted under the service's key."""

import base64
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from compliance.usecases.deed import Chance

_KEY_ID_BYTES, _NONCE_BYTES = 4, 12


class KeyLost(Exception):
    """What was encrypted was encrypted under another key, or for something else."""


def new_secret(chance: Chance) -> str:
    """256 bits, as letters that need no escaping."""
    return base64.urlsafe_b64encode(chance.octets(32)).decode().rstrip("=")


def seal(key: bytes, plain: bytes, *, of: str, chance: Chance) -> bytes:
    """Encrypt: four octets that name the key, the nonce, then AES-GCM bound to what it is `of`."""
    nonce = chance.octets(_NONCE_BYTES)
    return _key_id(key) + nonce + AESGCM(_derived(key)).encrypt(nonce, plain, of.encode())


def unseal(key: bytes, sealed: bytes, *, of: str) -> bytes:
    """What was sealed.

    Raises:
        KeyLost: under another key, or of something else.
    """
    if sealed[:_KEY_ID_BYTES] != _key_id(key):
        raise KeyLost
    body = sealed[_KEY_ID_BYTES:]
    try:
        return AESGCM(_derived(key)).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], of.encode())
    except (InvalidTag, ValueError):  # too short to hold a nonce
        raise KeyLost from None


def _derived(key: bytes) -> bytes:
    return hashlib.sha256(b"compliance: second factor\x00" + key).digest()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"compliance: key id\x00" + key).digest()[:_KEY_ID_BYTES]
