"""A mail as bytes: plain text, headers that nobody can add to, one id however often it is sent."""

import re
import unicodedata
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

import idna
from msgspec import Struct

LONGEST_ADDRESS = 254
LONGEST_SUBJECT = 300
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9._-]+>")
_JOB_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
# Seven bits, so that every server on the way can carry it. The wire's line ends come from the policy.
_POLICY = policy.SMTP.clone(cte_type="7bit")


class Mail(Struct, frozen=True):
    """One mail to one person."""

    to: str
    """The bare address, without a name."""
    subject: str
    text: str
    message_id: str
    """As `make_message_id` makes it: the same for every attempt, so that the receiving side can drop doubles."""
    written_at: datetime
    """The time of the job, not of the attempt."""


class NotSent(Exception):
    """A mail was not taken. `permanent` where sending the same again cannot help."""

    def __init__(self, reason: str, *, permanent: bool, reply: str = "") -> None:
        self.reason = reason
        """A word for logs, without personal data: `recipient-refused`, `unreachable`, …"""
        self.permanent = permanent
        self.reply = reply
        """What the mail server said, shortened. It may repeat the address, so it belongs in no log."""
        super().__init__(reason)


class Post(Protocol):
    """Takes mails out of the house."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over, so that it is no longer ours to lose.

        Raises:
            NotSent: it was not taken.
        """
        ...


def make_message_id(job_id: str, *, domain: str) -> str:
    """The Message-ID of whatever that job sends; always the same for the same job."""
    if not _JOB_ID.fullmatch(job_id):
        message = "a job's id is letters, digits, dots and dashes"
        raise ValueError(message)
    return f"<{job_id}@{domain}>"


def check_address(address: str) -> str:
    """The address as servers take it: its domain in ASCII.

    Names before the @ in other scripts need a mail server that not every receiver has; they are refused, not guessed.

    Raises:
        NotSent: permanent; this is no address that mail can be sent to.
    """
    local, at, domain = address.rpartition("@")
    try:
        # Strictly ASCII first: idna would repair, and a repaired address is another person's.
        ascii_domain = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        raise NotSent("address-wrong", permanent=True) from None
    whole = f"{local}@{ascii_domain}"
    if not at or not _LOCAL_PART.fullmatch(local) or len(whole) > LONGEST_ADDRESS or len(local) > 64:
        raise NotSent("address-wrong", permanent=True)
    return whole


def check_sender(sender: str) -> Address:
    """A sender as settings name it: `name@example.org`, or `A name <name@example.org>`.

    Raises:
        ValueError: it is neither.
    """
    named = re.fullmatch(r"([^<>]*)<([^<>]+)>", sender.strip())
    name, address = (named[1].strip().strip('"'), named[2]) if named else ("", sender.strip())
    try:
        return Address(_check_line(name, LONGEST_SUBJECT), addr_spec=check_address(address))
    except NotSent as fault:
        message = "the sender of mails is no mail address"
        raise ValueError(message) from fault


def write_message(mail: Mail, sender: Address) -> bytes:
    """The mail as it goes over the wire: CRLF, seven bits.

    Raises:
        NotSent: permanent; a header would hold a line break or another control character, or the address is none.
    """
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise NotSent("message-id-wrong", permanent=True)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=check_address(mail.to))
    message["Subject"] = _check_line(mail.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    # So that no answering machine answers (RFC 3834; the second one is for those that know only it).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text)
    return message.as_bytes()


def _check_line(text: str, longest: int) -> str:
    """One line of a header. Everything that some parser takes for the end of a line is refused, not only CR and LF."""
    if len(text) > longest or any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text):
        raise NotSent("header-wrong", permanent=True)
    return text
