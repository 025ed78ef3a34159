"""The badge of a certificate, for the holder's own site: a picture and JSON, with the status of this moment.

There is one from `desk_verified` on. A self-assessment earns none: on a hotel's page it would look like more than it is.
"""

from typing import ClassVar, Literal

import msgspec

from compliance.documents.badge import BadgeShown, badge_says, draw_badge
from compliance.domain.certificate import read_claim
from compliance.errors import NotFound
from compliance.usecases.certificates import PublicCertificate, read_certificate
from compliance.usecases.deed import Deed
from compliance.usecases.published import Published
from compliance.words.speaker import CATALOGUES, speaker

BadgeEnding = Literal["svg", "json"]
SVG = "image/svg+xml"


class NoBadge(NotFound):
    """A self-assessment has no badge: nobody but the business itself has checked its answers."""

    code: ClassVar[str] = "no-badge"


class BadgeNow(msgspec.Struct, frozen=True, kw_only=True):
    """A badge for programs."""

    type: Literal["compliance-badge"] = "compliance-badge"
    number: str
    status: str
    """`active`, `suspended`, `withdrawn`, `expired` or `superseded`."""
    is_valid: bool
    """Active today, begun, and signed."""
    says: str
    """The status in words."""
    language: str
    holder: str
    assurance: str
    valid_from: str
    """The first day."""
    valid_until: str
    """The last day."""
    as_of: str
    """The day of asking, in UTC."""
    verify_url: str
    svg_url: str
    is_demo: bool


def read_badge(deed: Deed, typed: str, *, ending: BadgeEnding, language: str) -> Published:
    """The badge of a certificate in a language; in English where we do not speak it.

    Raises:
        NumberMistyped, NoSuchCertificate: see `get_certificate`.
        NoBadge: it is a self-assessment.
    """
    certificate = read_certificate(deed, typed)
    badge = badge_of(deed, certificate)
    says = speaker(language if language in CATALOGUES else "en")
    if ending == "svg":
        return Published(body=draw_badge(says, badge), media_type=SVG, file_name=f"{badge.number}.svg")
    base_url = deed.means.terms.base_url
    now = BadgeNow(
        number=badge.number, status=certificate.status, is_valid=certificate.is_valid, says=badge_says(says, badge),
        language=says.language, holder=badge.holder, assurance=badge.assurance,
        valid_from=read_claim(bytes(certificate.claim)).issued_on.isoformat(),
        valid_until=badge.valid_until.isoformat(), as_of=deed.today.isoformat(), verify_url=badge.address,
        svg_url=f"{base_url}/badges/{badge.number}.svg", is_demo=badge.is_demo,
    )  # fmt: skip
    return Published(body=msgspec.json.encode(now))


def badge_of(deed: Deed, certificate: PublicCertificate) -> BadgeShown:
    """What stands on the badge of a certificate.

    Raises:
        NoBadge: it is a self-assessment.
    """
    claim = read_claim(bytes(certificate.claim))
    if claim.assurance == "self_assessed":
        raise NoBadge
    terms = deed.means.terms
    return BadgeShown(
        number=certificate.number, holder=claim.holder.name, status=certificate.standing, assurance=claim.assurance,
        valid_until=claim.valid_until, address=f"{terms.base_url}/certificates/{certificate.number}",
        is_demo=terms.is_demo,
    )  # fmt: skip
