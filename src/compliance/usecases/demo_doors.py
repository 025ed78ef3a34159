"""Coming into the demonstration without a password, from the computer that it runs on."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from compliance.errors import NotFound
from compliance.usecases.deed import Deed
from compliance.usecases.demo_stories import SOKHA
from compliance.usecases.signing_in import SignedIn, open_session
from compliance.usecases.tries import email_key


class NoDemonstration(NotFound):
    """This door is open in a demonstration only, on the computer that it runs on."""

    code = "no-demonstration"


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
