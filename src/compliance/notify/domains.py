"""Names of web domains, as somebody types them, in one spelling.

A name directly below a public suffix cannot be told from the suffix itself (`co.uk`) without a list of thousands that
changes every week. We have no such list: single labels are refused, public suffixes are not. Who controls a suffix
could therefore confirm it as their own; who merely has a name below it could not.
"""

import re
from ipaddress import ip_address
from typing import ClassVar

import idna

from compliance.errors import Invalid, Problem

LONGEST_NAME = 253
PROOF_PATH = "/.well-known/compliance-check.txt"
_LAST_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")


class DomainNameWrong(Invalid):
    """This is no name of a web domain."""

    code: ClassVar[str] = "domain-name-wrong"


def parse_domain(text: str, *, where: str = "domain") -> str:
    """The domain in ASCII and small letters (`xn--…` where it is written in another script), without a last dot.

    Refused are addresses (`192.0.2.1`, also in disguise), single labels, and whatever belongs to a URL: scheme, user,
    port, path.

    Raises:
        DomainNameWrong: with one problem at `where`.
    """
    name = _to_ascii(text.strip())
    if name is None or len(name) > LONGEST_NAME or "." not in name or _is_address(name):
        raise DomainNameWrong([Problem("domain-name", where, {"given": text})])
    return name


def proof_url(domain: str) -> str:
    """Where the file lies that proves control of a domain; the domain as `parse_domain` returns it."""
    return f"https://{domain}{PROOF_PATH}"


def _to_ascii(text: str) -> str | None:
    # The length first: encoding takes long for what is far too long.
    if not text or len(text) > LONGEST_NAME or any(each in text for each in ":/\\@?#[]%"):
        return None
    try:
        return idna.encode(text.removesuffix("."), uts46=True, std3_rules=True).decode("ascii").lower()
    except idna.IDNAError:
        return None


def _is_address(name: str) -> bool:
    """Also `127.1`, `0x7f.1` and `017700000001`: a last label that begins with a digit is some spelling of a number."""
    try:
        ip_address(name)
    except ValueError:
        return _LAST_LABEL.fullmatch(name.rpartition(".")[2]) is None
    return True
