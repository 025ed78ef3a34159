"""Requests that come twice: a key from the client, and the answer that was given to it.

The answer is stored in the transaction that it answers for, so that a crash cannot part them.
"""

import hashlib

from compliance.errors import Invalid
from compliance.store.idempotency import Answered
from compliance.usecases.deed import Deed

__all__ = ["Answered", "KeyMalformed", "KeyReused", "earlier_answer", "hash_request", "remember_answer"]

LONGEST_KEY = 255


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request: take a new one for a new request."""

    code = "idempotency-key-reused"


class KeyMalformed(Invalid):
    """An Idempotency-Key has 1 to 255 visible ASCII characters."""

    code = "idempotency-key-malformed"


def hash_request(target: str, body: bytes) -> bytes:
    """What makes two requests the same: 32 bytes."""
    return hashlib.sha256(target.encode() + b"\n\n" + body).digest()


def earlier_answer(deed: Deed, key: str, request_hash: bytes) -> Answered | None:
    """What was answered to this person's key before; None for a new one.

    Raises:
        KeyMalformed: it is no key.
        KeyReused: it was the key of another request.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= letter <= "~" for letter in key):
        raise KeyMalformed
    before = deed.unit.idempotency.find(deed.someone.user_id, key)
    if before is not None and before.request_hash != request_hash:
        raise KeyReused
    return before


def remember_answer(deed: Deed, key: str, answered: Answered) -> None:
    """Store an answer with what it answers for."""
    deed.unit.idempotency.add(deed.someone.user_id, key, answered, now=deed.now)
