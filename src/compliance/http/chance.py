"""Where ids, secrets and the time come from: the system's, or a seeded one for the demo and the tests."""

import hashlib
import os
from datetime import UTC, datetime

_VERSION, _VARIANT = 7, 2


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class SystemChance:
    """Chance from the operating system."""

    def new_id(self, now: datetime) -> str:
        """A UUIDv7: ids made later are greater."""
        return _uuid7(now, self.octets(10))

    def octets(self, count: int) -> bytes:
        """Octets that nobody can guess."""
        return os.urandom(count)


class SeededChance:
    """The same octets for the same seed. Never for a service that real people use."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._drawn = 0

    def new_id(self, now: datetime) -> str:
        """A UUIDv7 from the seed."""
        return _uuid7(now, self.octets(10))

    def octets(self, count: int) -> bytes:
        """Octets from the seed."""
        self._drawn += 1
        return hashlib.shake_256(self._seed + self._drawn.to_bytes(8, "big")).digest(count)


def _uuid7(now: datetime, drawn: bytes) -> str:
    milliseconds = int(now.timestamp() * 1000)
    bits = int.from_bytes(drawn, "big")
    value = (milliseconds << 80) | (_VERSION << 76) | ((bits >> 68 & 0xFFF) << 64) | (_VARIANT << 62)
    text = f"{value | (bits & (1 << 62) - 1):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
