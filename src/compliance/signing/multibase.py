"""Multibase and multikey, as verifiable credentials write octets: base58 in Bitcoin's alphabet behind a “z”."""

from compliance.signing.keys import ED25519_OCTETS

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}
_ED25519_PUBLIC = b"\xed\x01"
"""Multicodec's number of an Ed25519 public key (0xed), as a varint."""
_LONGEST = 256
"""Signs in a text. Decoding takes time with the square of the length, and nothing we read is half as long."""


class NotMultibase(ValueError):
    """A text is not what it should be. Callers make a refusal of it, which says where it stands."""


def to_multibase(octets: bytes) -> str:
    """Octets as multibase, base58-btc; a zero octet at the start is a “1”."""
    number = int.from_bytes(octets, "big")
    signs: list[str] = []
    while number:
        number, value = divmod(number, 58)
        signs.append(_ALPHABET[value])
    zeros = len(octets) - len(octets.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(signs))


def from_multibase(text: str) -> bytes:
    """The octets of a base58-btc multibase text.

    Raises:
        NotMultibase: another base, a sign that is not in the alphabet, or a text longer than 256 signs.
    """
    if not text.startswith("z") or len(text) > _LONGEST:
        raise NotMultibase
    digits = text[1:]
    number = 0
    for sign in digits:
        value = _VALUES.get(sign)
        if value is None:
            raise NotMultibase
        number = number * 58 + value
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_multikey(public: bytes) -> str:
    """An Ed25519 public key (32 octets) as `publicKeyMultibase` of a Multikey: `z6Mk…`."""
    return to_multibase(_ED25519_PUBLIC + public)


def from_multikey(text: str) -> bytes:
    """The 32 octets of an Ed25519 key that is written as a multikey.

    Raises:
        NotMultibase: it is none.
    """
    octets = from_multibase(text)
    if octets[:2] != _ED25519_PUBLIC or len(octets) != 2 + ED25519_OCTETS:
        raise NotMultibase
    return octets[2:]
