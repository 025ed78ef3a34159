"""What deeds need besides the database, put together once by `app`."""

import threading
from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec import Struct

from compliance.domain.transparency import Witness
from compliance.files import ClamScanner, EvidenceStore
from compliance.intake.library import Library
from compliance.usecases.seals import Seals
from compliance.usecases.shelf import Shelf


class Passwords:
    """Hashes passwords with Argon2id, at most two at a time: a burst of log-ins must not take both cores' memory.

    Parameters: OWASP's second choice (19 MiB, two passes, one lane), about 25 ms.
    """

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_kib, time_cost=passes, parallelism=1)
        self._busy = threading.Semaphore(2)
        self._nobodys = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """The text to be stored."""
        with self._busy:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether a password is the stored one; takes as long where there is no such person."""
        with self._busy:
            try:
                return self._hasher.verify(stored or self._nobodys, password) and stored is not None
            except (VerifyMismatchError, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Whether a stored text was made with other parameters."""
        return self._hasher.check_needs_rehash(stored)


class Terms(Struct, frozen=True, kw_only=True):
    """What the operator decides about."""

    base_url: str = "http://127.0.0.1:8000"
    issuer: str = "compliance (unnamed operator)"
    session_idle: timedelta = timedelta(minutes=60)
    session_longest: timedelta = timedelta(hours=12)
    evidence_max_bytes: int = 25 * 1024 * 1024
    evidence_quota_bytes: int = 5 * 1024 * 1024 * 1024
    scans: bool = False
    """Whether a malware scanner is configured."""
    is_demo: bool = False
    operator_name: str = "The operator of this service"
    """Who runs the service, for people."""
    operator_email: str | None = None


class SettingShown(Struct, frozen=True, kw_only=True):
    """A setting as the operator may see it: never the value of a secret."""

    name: str
    """As the environment names it: `COMPLIANCE_PORT`."""
    value: str
    """Masked where it is a secret."""
    origin: str
    """`default`, `environment` or `file PATH`."""
    meaning: str
    """In English."""


class Means(Struct, frozen=True, kw_only=True):
    """What deeds are done with."""

    shelf: Shelf
    passwords: Passwords
    terms: Terms
    secret_key: bytes
    """Encrypts the secrets of second factors; 32 octets. Who loses it, loses every second factor."""
    files: EvidenceStore
    """The bytes of evidence."""
    scanner: ClamScanner | None = None
    """Looks at evidence before anybody opens it, where `terms.scans`."""
    mail_folder: Path | None = None
    """Where mails are laid; None where a mail server takes them."""
    seals: Seals | None = None
    """What certificates are signed with; None where the operator has made no keys yet: certificates then wait."""
    witnesses: tuple[Witness, ...] = ()
    """Who is asked to sign every checkpoint of the log."""
    registers: Library | None = None
    """Where channels, standards and the glossary stand; None for those that we ship."""
    settings: tuple[SettingShown, ...] = ()
    """What the service was started with, for the eyes of the operator; empty where it was put together without any."""
