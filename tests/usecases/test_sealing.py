"""What is encrypted is read again under the same key and for the same owner only."""

import pytest

from compliance.http.chance import SeededChance
from compliance.usecases.sealing import KeyLost, new_secret, seal, unseal

KEY, OTHER_KEY = b"a" * 32, b"b" * 32


def sealed(plain=b"twenty octets of it!", *, of="user-1"):
    return seal(KEY, plain, of=of, chance=SeededChance("sealing"))


def test_what_was_sealed_is_read_again():
    assert unseal(KEY, sealed(), of="user-1") == b"twenty octets of it!"
    assert b"twenty" not in sealed()


@pytest.mark.parametrize(
    ("key", "of", "change"),
    [
        (OTHER_KEY, "user-1", lambda octets: octets),
        (KEY, "user-2", lambda octets: octets),
        (KEY, "user-1", lambda octets: octets[:-1] + bytes([octets[-1] ^ 1])),
        (KEY, "user-1", lambda octets: octets[:4]),
        (KEY, "user-1", lambda octets: octets[:20]),
    ],
)
def test_anything_else_is_lost(key, of, change):
    with pytest.raises(KeyLost):
        unseal(key, change(sealed()), of=of)


def test_a_new_secret_has_256_bits_and_needs_no_escaping():
    secret = new_secret(SeededChance("secret"))
    assert len(secret) == 43
    assert secret.replace("-", "").replace("_", "").isalnum()
