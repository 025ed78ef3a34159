"""What the service says of itself to everybody."""

from msgspec import Struct

from compliance import __version__
from compliance.usecases.deed import Deed
from compliance.words.speaker import CATALOGUES

NOTICE = (
    "This service checks how a business protects children. It is no place to report abuse: if a child is in danger, "
    "call the police or the emergency number of your country."
)
DEMO_NOTICE = (
    "THIS IS A DEMONSTRATION. Everybody and everything in it is invented, its passwords are public, and it may be "
    "deleted at any time. Enter nothing real."
)


class AboutService(Struct, frozen=True, kw_only=True):
    """The service, and whether it is real."""

    name: str
    version: str
    is_demo: bool
    """True where everything is invented: then no certificate of this service means anything."""
    notice: str
    """To be shown to people; a demonstration says here that it is one."""
    languages: tuple[str, ...]
    """In which documents and mails are written; questionnaires list their own."""
    issuer: str
    """Under which name certificates are issued."""
    operator_name: str
    operator_email: str | None


def describe_service(deed: Deed) -> AboutService:
    """Name, version, operator, and whether this is a demonstration."""
    terms = deed.means.terms
    return AboutService(
        name="compliance", version=__version__, is_demo=terms.is_demo,
        notice=f"{DEMO_NOTICE} {NOTICE}" if terms.is_demo else NOTICE, languages=tuple(sorted(CATALOGUES)),
        issuer=terms.issuer, operator_name=terms.operator_name, operator_email=terms.operator_email,
    )  # fmt: skip
