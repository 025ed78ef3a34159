"""Coming into the demonstration without a password, from the computer that it runs on."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from compliance.errors import NotFound
from compliance.usecases.deed import Deed
from compliance.usecases.demo_stories import SOKHA
from compliance.usecases.signing_in import SignedIn, open_session
from compliance.usecases.tries import email_key


class NoDemonstration(NotFound):
    """This door is open in a demonstration only, on the computer that it runs on."""

    code = "no-demonstration"


class Three(Struct, frozen=True, kw_only=True):
    """Certificates of the demonstration to look at: numbers, None where there is none of the kind."""

    valid: str | None
    suspended: str | None


def three_certificates(deed: Deed) -> Three:
    """A valid certificate and a suspended one; the third, an altered one, is made of the valid one.

    Raises:
        NoDemonstration: real businesses are served here.
    """
    if not deed.means.terms.is_demo:
        raise NoDemonstration
    valid, suspended = (deed.unit.certificates.newest_signed(each) for each in ("active", "suspended"))
    return Three(valid=valid.number if valid else None, suspended=suspended.number if suspended else None)


def be_sokha(deed: Deed, *, device: str) -> SignedIn:
    """Begin a session as the owner of the guesthouse with three answers left.

    Raises:
        NoDemonstration: real businesses are served here, or the visitor is on another computer.
    """
    terms = deed.means.terms
    here = urlsplit(terms.base_url).hostname or ""
    if not terms.is_demo or not _is_this_computer(deed.client) or not _is_this_computer(here):
        raise NoDemonstration
    user = deed.unit.people.find_by_email(email_key(SOKHA))
    if user is None:
        raise NoDemonstration

    return open_session(deed, user, device=device, second_factor_at=None)


def _is_this_computer(client: str) -> bool:
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
