"""Where something that is presented leads to: a number, and the address of the issuer that it names.

Nothing of it is believed. It says where to ask; whether the answers fit, the steps say.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from compliance.domain.certificate import normal_number
from compliance.usecases.verifying.strict_json import JsonUnread, Members, read_members

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<rest>[^\s?#@]{1,200}?)/(?:certificates|badges)/(?P<number>[^/?#\s]{1,60}?)(?:\.(?:svg|json))?"
    r"(?:[/?#]\S{0,200})?",
    re.IGNORECASE,
)
_STARTS_PDF = 1024
_NAMING = ("verify_url", "verify", "url", "id")
"""Members of a badge or status in which an address may stand."""


class Lead(Struct, frozen=True, kw_only=True):
    """Where it leads."""

    number: str | None
    """In its one spelling where it can be one, else as it was given."""
    base_url: str | None


def is_pdf(presented: bytes) -> bool:
    """Whether it begins as a PDF does; readers allow something before that."""
    return b"%PDF-" in presented[:_STARTS_PDF]


def lead_of_text(typed: str) -> Lead:
    """Of a number that somebody typed, or an address that a code led to."""
    text = typed.strip()
    address = _ADDRESS.fullmatch(text)
    if address is None:
        return Lead(number=normal_number(text) or text, base_url=None)
    host, slash, path = address["rest"].partition("/")
    base_url = f"{address['scheme'].lower()}://{host.lower()}{slash}{path}"
    return Lead(number=normal_number(address["number"]) or address["number"], base_url=base_url)


def lead_of_members(members: Mapping[str, object]) -> Lead:
    """Of a credential, or of the JSON of a badge or a status."""
    named = (members.get(name) for name in _NAMING)
    leads = [lead_of_text(each) for each in named if isinstance(each, str)]
    base_url = next((each.base_url for each in leads if each.base_url is not None), None)
    number = members.get("number")
    if isinstance(number, str):
        return Lead(number=normal_number(number) or number, base_url=base_url)
    return Lead(number=next((each.number for each in leads if each.base_url is not None), None), base_url=base_url)


def lead_of(presented: bytes | str) -> Lead:
    """Of whatever is presented, except a PDF; nowhere where it cannot be read."""
    if isinstance(presented, str):
        return lead_of_text(presented)
    try:
        members = read_members(presented)
    except JsonUnread:
        return Lead(number=None, base_url=None)
    return lead_of_members(members)


def is_credential(members: Members) -> bool:
    """Whether it presents itself as a credential; a badge or a status only leads to one."""
    return "credentialSubject" in members or "proof" in members
