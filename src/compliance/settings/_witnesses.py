"""Witnesses of the log as they are configured: `KEY ADDRESS`, one a line or with commas between.

The domain knows better what a verifier key is; this room is below it, and looks only whether the parts fit together.
"""

import base64
import binascii
import hashlib
import re
from urllib.parse import urlsplit

from compliance.settings._forms import Form, Unfit, Unfits

MOST_WITNESSES = 20
"""A signed note holds a hundred signatures; every one of these is asked about every checkpoint."""
LONGEST_NAME = 200

_KEY = re.compile(rf"(?P<name>[^\s+]{{1,{LONGEST_NAME}}})\+(?P<hash>[0-9a-f]{{8}})\+(?P<key>[A-Za-z0-9+/]{{44}})")
_COSIGNATURE, _KEY_OCTETS, _HASH_OCTETS = 0x04, 33, 4
_ADDRESS = re.compile(r"https?://[!-~]{1,300}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _read(text: str) -> tuple[str, ...]:
    lines = (part.strip() for line in text.splitlines() if not line.startswith("#") for part in line.split(","))
    found: list[str] = []
    problems: list[Unfit] = []
    for line in filter(None, lines):
        key, _, address = line.partition(" ")
        wrong = _wrong(key, address.strip(), {each.partition(" ")[0] for each in found})
        problems += wrong
        if not wrong:
            found.append(f"{key} {address.strip().rstrip('/')}")
    if len(found) > MOST_WITNESSES:
        problems.append(Unfit("witnesses-many", {"given": len(found), "most": MOST_WITNESSES}))
    if not found and not problems:
        problems.append(Unfit("setting-empty", {}))
    if problems:
        raise Unfits(problems)
    return tuple(found)


def _wrong(key: str, address: str, known: set[str]) -> list[Unfit]:
    """What is wrong with one of them."""
    if not address:
        return [Unfit("witness-form", {"given": key[:200]})]
    problems: list[Unfit] = []
    if not _is_key(key):
        problems.append(Unfit("witness-key", {"given": key[:200]}))
    elif key in known:
        problems.append(Unfit("witness-twice", {"name": key.partition("+")[0]}))
    if not _is_address(address):
        problems.append(Unfit("witness-address", {"given": address[:200] if "@" not in address else "…"}))
    return problems


def _is_key(written: str) -> bool:
    """A verifier key (C2SP signed-note) of the kind with which witnesses sign, whose hash is its own."""
    parts = _KEY.fullmatch(written)
    if parts is None or not written.isprintable():
        return False
    try:
        key = base64.b64decode(parts["key"], validate=True)
    except binascii.Error:
        return False
    hashed = hashlib.sha256(parts["name"].encode() + b"\n" + key).digest()[:_HASH_OCTETS].hex()
    return len(key) == _KEY_OCTETS and key[0] == _COSIGNATURE and hashed == parts["hash"]


def _is_address(given: str) -> bool:
    """Over TLS, or on this machine; without a name to log in with."""
    if not _ADDRESS.fullmatch(given):
        return False
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or host in _LOOPBACK
    return is_safe and bool(host) and not ("@" in parts.netloc or parts.query or parts.fragment)


WITNESSES = Form("KEY https://…; several with commas", _read, in_file=True)
