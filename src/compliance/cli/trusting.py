"""Which root is trusted: its fingerprint, as somebody has it from print, from a web site or from a register."""

import re
from pathlib import Path

from msgspec import Struct

from compliance.cli.verify_sources import VerifyArgumentsWrong, read_limited
from compliance.errors import Problem
from compliance.signing import KeyListInvalid, read_key_list
from compliance.usecases.verifying import MOST_BYTES, printable

_FINGERPRINT = re.compile(r"(?:sha-?256:)?((?:[0-9a-f]{2}[\s:-]*){32})", re.IGNORECASE)


class Trusted(Struct, frozen=True):
    """What somebody knows of an issuer's keys already."""

    fingerprint: str
    """Of the root."""
    sequence: int = 0
    """The number of the list of keys that they kept, where they did."""


def read_fingerprint(given: str) -> str:
    """The fingerprint that was given, or that stands in a file, or that of the root of a list of keys in a file.

    Raises:
        VerifyArgumentsWrong: it is none of these.
    """
    return read_trusted(given).fingerprint


def read_trusted(given: str) -> Trusted:
    """The same, with the number of the list.

    Raises:
        VerifyArgumentsWrong: it is none of these.
    """
    path = Path(given)
    content = read_limited(path, MOST_BYTES) if path.is_file() else given.encode()
    try:
        listed = read_key_list(content)
        return Trusted(listed.fingerprint, listed.sequence)
    except KeyListInvalid:
        found = _FINGERPRINT.fullmatch(content.decode("utf-8", "replace").strip())
    if found is None:
        raise VerifyArgumentsWrong([Problem("verify-trust", "--trust", {"given": printable(given)})])
    return Trusted(" ".join(re.findall("[0-9a-f]{4}", re.sub(r"[\s:-]", "", found[1]).lower())))
