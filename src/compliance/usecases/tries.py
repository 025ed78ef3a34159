"""Counted tries: of passwords, codes and mails, per address, account and client, in the database, so across processes.

Buckets are named by SHA-256: neither mail addresses nor network addresses are kept. These functions run in a
transaction of their own, before the deed; they set `Deed.refusal` instead of raising, so that the count stays.
"""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network

from compliance.errors import Forbidden
from compliance.usecases.deed import Deed

WINDOW_S = 15 * 60
PER_ADDRESS = 10
PER_CLIENT = 100
PER_PERSON = 10
"""Of somebody who is signed in, wherever from: whoever took a session must not find out the password with it."""
MAILS_PER_ADDRESS = 5
CODE_TRIES = 5


class TooManyTries(Forbidden):
    """Too many tries: wait, then try again."""

    code = "too-many-tries"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


def email_key(email: str) -> str:
    """A mail address as it is compared: trimmed, lower case."""
    return email.strip().lower()


def count_client(deed: Deed) -> None:
    """Count a try of whatever can be guessed, by where it comes from."""
    _count(deed, "client", _network(deed.client), most=PER_CLIENT)


def count_person(deed: Deed) -> None:
    """Count a try of somebody who is signed in to prove that it is they: by the account, and by where it comes from."""
    count_client(deed)
    if deed.person is not None:
        _count(deed, "person", deed.person.user_id, most=PER_PERSON)


def forget_person(deed: Deed) -> None:
    """They proved it: their account is counted anew."""
    deed.unit.people.forget_tries(_bucket("person", deed.someone.user_id))


def count_sign_in(deed: Deed, email: str) -> None:
    """Count a log-in; when an address is closed for the rest of the window, tell its owner, once."""
    key = email_key(email)
    count_client(deed)
    count = _count(deed, "sign-in", key, most=PER_ADDRESS)
    if count != PER_ADDRESS + 1:
        return
    user = deed.unit.people.find_by_email(key)
    if user is not None and user.disabled_at is None:
        once = f"{_bucket('blocked', key)}:{_window(deed)}"
        deed.tell(
            user.email, "new_login_blocked", language=user.language, once=once,
            link=f"{deed.means.terms.base_url}/recover", valid_minutes=WINDOW_S // 60,
        )  # fmt: skip


def count_mail(deed: Deed, email: str) -> None:
    """Count a request for a mail, so that nobody fills somebody's mailbox with ours."""
    count_client(deed)
    _count(deed, "mail", email_key(email), most=MAILS_PER_ADDRESS)


def count_code(deed: Deed, email: str) -> None:
    """Count a typed code: per address, and on the code itself."""
    key = email_key(email)
    count_client(deed)
    _count(deed, "code", key, most=PER_ADDRESS)
    user = deed.unit.people.find_by_email(key)
    code = user and deed.unit.people.newest_code(user.id, "verify_email")
    if code:
        deed.unit.people.count_code_try(code.id)


def forget_sign_ins(deed: Deed, key: str) -> None:
    """Somebody proved to be who they are: their address is counted anew."""
    deed.unit.people.forget_tries(_bucket("sign-in", key))


def _count(deed: Deed, kind: str, text: str, *, most: int) -> int:
    count = deed.unit.people.count_try(_bucket(kind, text), _window(deed))
    if count > most:
        deed.refusal = TooManyTries(WINDOW_S - int(deed.now.timestamp()) % WINDOW_S)
    return count


def _bucket(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def _window(deed: Deed) -> int:
    return int(deed.now.timestamp()) // WINDOW_S


def _network(client: str) -> str:
    """Who holds one IPv6 address holds the whole /64."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(ip_network(f"{address}/64", strict=False)) if isinstance(address, IPv6Address) else client
