"""Status lists: one bit for each certificate, as the W3C Bitstring Status List lays them out.

Two of them, for revocation and for suspension, with the same index for the same certificate. An index is chance, and a
list is as long as a hundred thousand certificates need: whoever fetches one tells nobody which bit they look at.

Source: docs/certificate.md, "Status lists"; W3C Bitstring Status List 1.0.
"""

import base64
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from msgspec import Struct

from compliance.domain.certificate.status import CertificateStatus

StatusPurpose = Literal["revocation", "suspension"]
STATUS_PURPOSES: tuple[StatusPurpose, ...] = ("revocation", "suspension")
STATUS_LIST_BITS = 131_072
"""How many bits a list has: the least that the standard allows (16 KiB), so that one among them is hidden."""
MOST_BITS = 1 << 24
"""How many bits of somebody else's list are read: 2 MiB."""
VALID_FOR = timedelta(hours=24)

_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_GZIP = 31  # zlib's number for a gzip container with the largest window; it writes no time and no name
_LEVEL = 6  # the level of the standard's own example, so that equal lists are equal text there and here
_ENCODED = re.compile(r"u[A-Za-z0-9_-]+")


class StatusListMalformed(ValueError):
    """What was given is no encoded status list, or one of a length that is not taken."""


class StatusIndexOutside(LookupError):
    """The list has no bit of that index."""


class StatusList(Struct, frozen=True):
    """The bits of a list, the first one leftmost: bit 0 is the highest of the first octet."""

    octets: bytes

    @classmethod
    def of(cls, indices: Iterable[int], *, size_bits: int = STATUS_LIST_BITS) -> Self:
        """The list in which exactly these bits are set.

        Raises:
            StatusIndexOutside: one of them is below 0 or not below the size.
            ValueError: the size is no multiple of 8, or below what the standard allows.
        """
        if size_bits % 8 or size_bits < STATUS_LIST_BITS:
            msg = f"a status list has {STATUS_LIST_BITS} bits or more, in whole octets"
            raise ValueError(msg)
        octets = bytearray(size_bits // 8)
        for index in indices:
            if not 0 <= index < size_bits:
                raise StatusIndexOutside(index)
            octets[index >> 3] |= 0x80 >> (index & 7)
        return cls(bytes(octets))

    @classmethod
    def decode(cls, encoded: str, *, least_bits: int = STATUS_LIST_BITS, most_bits: int = MOST_BITS) -> Self:
        """A list out of its encoded form, which anybody may have written; never more than `most_bits` are unpacked.

        Raises:
            StatusListMalformed: not multibase base64url, not gzip, cut short, with something after it, or of another
                length.
        """
        # Deflate at its worst adds five octets to every 16 KiB; base64 makes four signs of three octets.
        if len(encoded) > most_bits // 5 or not _ENCODED.fullmatch(encoded):
            msg = "a status list is written in multibase, as base64url"
            raise StatusListMalformed(msg)
        text = encoded[1:]
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            unpacker = zlib.decompressobj(wbits=_GZIP)
            octets = unpacker.decompress(packed, most_bits // 8 + 1)
        except (ValueError, zlib.error) as fault:
            msg = "a status list is packed with gzip"
            raise StatusListMalformed(msg) from fault
        is_whole = unpacker.eof and not unpacker.unused_data and not unpacker.unconsumed_tail
        if not is_whole or not least_bits <= len(octets) * 8 <= most_bits:
            msg = f"a status list is whole and has {least_bits} to {most_bits} bits"
            raise StatusListMalformed(msg)
        return cls(octets)

    @property
    def size_bits(self) -> int:
        """How many bits there are."""
        return len(self.octets) * 8

    def encode(self) -> str:
        """The list packed and written: `u`, then base64url of gzip without padding.

        The same bits give the same text with the same zlib; what counts for anybody are the bits.
        """
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        packed = packer.compress(self.octets) + packer.flush()
        return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")

    def bit(self, index: int) -> bool:
        """Whether the bit of that index is set.

        Raises:
            StatusIndexOutside: there is none.
        """
        if not 0 <= index < self.size_bits:
            raise StatusIndexOutside(index)
        return bool(self.octets[index >> 3] & (0x80 >> (index & 7)))


class StatusListTerms(Struct, frozen=True, kw_only=True):
    """What the credential of a list needs besides the bits."""

    base_url: str
    """`https://compliance.example`: scheme and host, no slash at the end."""
    issuer: str
    """The DID that stands as issuer in the certificates' credentials: verifiers compare the two."""
    valid_from: datetime
    """When it is drawn, with a zone. Its validity ends 24 hours later: whoever keeps an older one knows nothing."""


def status_purpose(status: CertificateStatus) -> StatusPurpose | None:
    """In which list a certificate of that status has its bit set; None where in neither."""
    match status:
        case "withdrawn" | "superseded":
            return "revocation"
        case "suspended":
            return "suspension"
        case "active" | "expired":  # `validUntil` says that it has expired
            return None


def status_list_address(base_url: str, purpose: StatusPurpose) -> str:
    """Where a list is fetched; also its id."""
    return f"{base_url}/status/{purpose}"


def draw_status_list(purpose: StatusPurpose, indices: Iterable[int], terms: StatusListTerms) -> dict[str, object]:
    """The credential of a list, without a proof: plain JSON. Its instants are in UTC, in whole seconds, rounded down.

    Raises:
        StatusIndexOutside: an index has no bit in a list of `STATUS_LIST_BITS`.
        ValueError: the instant has no zone.
    """
    address = status_list_address(terms.base_url, purpose)
    return {
        "@context": [_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": terms.issuer,
        "validFrom": _second(terms.valid_from),
        "validUntil": _second(terms.valid_from.astimezone(UTC) + VALID_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": StatusList.of(indices).encode(),
        },
    }


def _second(at: datetime) -> str:
    if at.tzinfo is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
