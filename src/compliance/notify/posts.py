"""The two ways out for a mail: a mail server, or a folder where the operator of a first trial finds it."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from functools import lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from compliance.notify.mail import Mail, NotSent, Post, check_address, check_sender, write_message

Security = Literal["none", "starttls", "tls"]
LONGEST_REPLY = 200
_ENDING = ".eml"
_PARTS = ".part"


class SmtpPost:
    """Hands mails to a mail server, one connection each.

    A password never goes over a connection that is not encrypted: `security="none"` with a password is a ValueError.
    """

    def __init__(  # noqa: PLR0913 - what a mail server needs to be told
        self,
        host: str,
        port: int,
        *,
        sender: str,
        username: str | None = None,
        password: str | None = None,
        security: Security = "starttls",
        timeout_s: float = 20,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if password is not None and security == "none":
            message = "a mail password needs starttls or tls"
            raise ValueError(message)
        self._place = (host, port)
        self._sender = check_sender(sender)
        self._username, self._password = username, password
        self._security: Security = security
        self._timeout_s = timeout_s
        self._tls = tls

    def send(self, mail: Mail) -> None:
        """Hand the mail to the server.

        Raises:
            NotSent: permanent where the server refused the recipient or the text for good; all that the operator or
                time can mend (no connection, wrong password, refused sender) is not.
        """
        message = write_message(mail, self._sender)
        recipient = check_address(mail.to)
        try:
            smtp = self._connect()
        except (smtplib.SMTPException, OSError) as fault:
            raise _not_connected(fault) from fault
        try:
            self._log_in(smtp)
            smtp.sendmail(self._sender.addr_spec, [recipient], message)
            # The server has taken it. Whatever goes wrong from here on must not make us send it again.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        except (smtplib.SMTPException, OSError) as fault:
            raise _not_taken(fault) from fault
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._place
        if self._security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout_s, context=self._context())
        return smtplib.SMTP(host, port, timeout=self._timeout_s)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if self._security == "starttls":
            smtp.starttls(context=self._context())
        if self._username is not None and self._password is not None:
            smtp.login(self._username, self._password)

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()


def _not_connected(fault: Exception) -> NotSent:
    match fault:
        case ssl.SSLError():
            return NotSent("tls-failed", permanent=False)
        case TimeoutError():
            return NotSent("timed-out", permanent=False)
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):  # smtplib calls a silent server this
            return NotSent("timed-out", permanent=False)
        case _:
            return NotSent("unreachable", permanent=False)


def _not_taken(fault: Exception) -> NotSent:
    match fault:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(fault.recipients.values()))
            return _answered("recipient-refused", code, reply, permanent=code >= 500)
        case smtplib.SMTPDataError():
            return _answered("text-refused", fault.smtp_code, fault.smtp_error, permanent=fault.smtp_code >= 500)
        case smtplib.SMTPAuthenticationError():
            return _answered("login-refused", fault.smtp_code, fault.smtp_error, permanent=False)
        case smtplib.SMTPSenderRefused():
            return _answered("sender-refused", fault.smtp_code, fault.smtp_error, permanent=False)
        case smtplib.SMTPNotSupportedError():
            return NotSent("server-lacks-a-feature", permanent=False, reply=str(fault)[:LONGEST_REPLY])
        case smtplib.SMTPResponseException():
            return _answered("server-refused", fault.smtp_code, fault.smtp_error, permanent=False)
        case _:
            return _not_connected(fault)


def _answered(reason: str, code: int, reply: bytes | str, *, permanent: bool) -> NotSent:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return NotSent(reason, permanent=permanent, reply=f"{code} {' '.join(said.split())}"[:LONGEST_REPLY])


class FolderPost:
    """Lays each mail into a folder as one `.eml` file, which the operator of the machine alone may read.

    For trials without a mail server. The name is time and message id, so a second attempt lies over the first.
    """

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = check_sender(sender)

    def send(self, mail: Mail) -> None:
        """Write the file, wholly or not at all; it is on the disk when this returns.

        Raises:
            NotSent: the folder cannot be written to (not permanent), or the mail cannot be made (permanent).
        """
        message = write_message(mail, self._sender)
        at = mail.written_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        name = f"{at}-{re.sub(r'[^A-Za-z0-9._-]', '_', mail.message_id.strip('<>'))}{_ENDING}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(name, message)
        except OSError as fault:
            raise NotSent("folder-not-writable", permanent=False, reply=fault.strerror or "") from fault

    def _write(self, name: str, message: bytes) -> None:
        part = self._folder / (name + _PARTS)
        # Links in mails open accounts: nobody but the owner reads them.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / name)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


class CountedPost:
    """A post that tells what came of each mail."""

    def __init__(self, post: Post, count: Callable[[str], None]) -> None:
        self._post = post
        self._count = count

    def send(self, mail: Mail) -> None:
        """Hand the mail on, as the post does."""
        try:
            self._post.send(mail)
        except NotSent as fault:
            self._count("refused" if fault.permanent else "deferred")
            raise
        self._count("sent")


class StoredMail(Struct, frozen=True):
    """A mail as it lies in the folder."""

    name: str
    """The file's name, unique in the folder."""
    to: str
    subject: str
    text: str
    message_id: str
    written_at: datetime


def read_folder(folder: Path, limit: int, *, before: str | None = None) -> list[StoredMail]:
    """The newest mails of a folder, the newest first; none where there is no folder. What is no mail is left out.

    `before` is the name of a mail: then only older ones.
    """
    if not folder.is_dir():
        return []
    names = sorted((path.name for path in folder.iterdir()
                    if path.suffix == _ENDING and (before is None or path.name < before)), reverse=True)  # fmt: skip
    found: list[StoredMail] = []
    for name in names:
        if len(found) >= limit:
            break
        mail = _mail_at(folder / name)
        if mail is not None:
            found.append(mail)
    return found


def _mail_at(path: Path) -> StoredMail | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return _read_mail(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(256)  # taking a mail apart takes two milliseconds, and a page shows many of them
def _read_mail(path: Path, changed_ns: int, size: int) -> StoredMail | None:
    del changed_ns, size  # another file under the same name
    try:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        return StoredMail(
            name=path.name,
            to=str(message["To"]),
            subject=str(message["Subject"]),
            text=message.get_content().replace("\r\n", "\n"),
            message_id=str(message["Message-ID"]).strip(),
            written_at=message["Date"].datetime,
        )
    except (OSError, MessageError, LookupError, AttributeError, ValueError):
        return None  # put there by somebody else, or taken away while we looked
