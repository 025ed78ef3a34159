"""Who is trusted: the root's fingerprint, as somebody has it from print, from a web site or from a register; and witnesses."""

import re
from pathlib import Path

from msgspec import Struct

from compliance.cli.verify_sources import VerifyArgumentsWrong, read_limited
from compliance.domain.transparency import VerifierKeyMalformed, read_witness, write_verifier_key
from compliance.errors import Problem
from compliance.signing import KeyListInvalid, read_key_list
from compliance.usecases.verifying import MOST_BYTES, printable

_COMMENT = "#"
_FINGERPRINT = re.compile(r"(?:sha-?256:)?((?:[0-9a-f]{2}[\s:-]*){32})", re.IGNORECASE)


class Trusted(Struct, frozen=True):
    """What somebody knows of an issuer's keys already."""

    fingerprint: str
    """Of the root."""
    sequence: int = 0
    """The number of the list of keys that they kept, where they did."""
    witnesses: tuple[str, ...] = ()
    """Verifier keys of witnesses, which stand below the fingerprint."""


def read_fingerprint(given: str) -> str:
    """The fingerprint that was given, or that stands in a file, or that of the root of a list of keys in a file.

    Raises:
        VerifyArgumentsWrong: it is none of these.
    """
    return read_trusted(given).fingerprint


def read_trusted(given: str) -> Trusted:
    """The same, with the number of the list, or with the keys of witnesses that stand in further lines.

    Raises:
        VerifyArgumentsWrong: it is none of these.
    """
    path = Path(given)
    content = read_limited(path, MOST_BYTES) if path.is_file() else given.encode()
    try:
        listed = read_key_list(content)
        return Trusted(listed.fingerprint, listed.sequence)
    except KeyListInvalid:
        lines = content.decode("utf-8", "replace").splitlines()
    others = [line for line in lines if "+" not in line and not line.startswith(_COMMENT)]
    found = _FINGERPRINT.fullmatch("\n".join(others).strip())
    if found is None:
        raise VerifyArgumentsWrong([Problem("verify-trust", "--trust", {"given": printable(given)})])
    fingerprint = " ".join(re.findall("[0-9a-f]{4}", re.sub(r"[\s:-]", "", found[1]).lower()))
    return Trusted(fingerprint, witnesses=_witnesses_in(lines, "--trust"))


def read_witness_keys(given: str) -> tuple[str, ...]:
    """The verifier key that was given; or those in a file, one a line, with or without the address of each behind it.

    Raises:
        VerifyArgumentsWrong: it is neither.
    """
    path = Path(given)
    text = read_limited(path, MOST_BYTES).decode("utf-8", "replace") if path.is_file() else given
    lines = text.splitlines()
    keys = _witnesses_in([line for line in lines if line.strip()], "--witness", must_all=True)
    if not keys:
        raise VerifyArgumentsWrong([Problem("verify-witness", "--witness", {"given": printable(given)})])
    return keys


def _witnesses_in(lines: list[str], where: str, *, must_all: bool = False) -> tuple[str, ...]:
    keys: list[str] = []
    problems: list[Problem] = []
    for line in lines:
        if line.startswith(_COMMENT) or not (must_all or "+" in line):
            continue
        try:
            keys.append(write_verifier_key(read_witness(line).key))
        except VerifierKeyMalformed:
            problems.append(Problem("verify-witness", where, {"given": printable(line)}))
    if problems:
        raise VerifyArgumentsWrong(problems)
    return tuple(keys)
