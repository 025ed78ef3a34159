"""What every store of evidence can do, and what may go wrong in it."""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, Self

from msgspec import Struct

CHUNK_BYTES = 256 * 1024
_ORGANISATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StoreUnavailable(Exception):
    """The store cannot be reached, read or written: a fault outside, never the fault of who sent the file."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.permanent = permanent
        """True when trying again does not help: wrong credentials, no such bucket, no right to write."""
        super().__init__(reason)


class FileMissing(Exception):
    """The store has no such file, though somebody says that it has."""


class FileDamaged(Exception):
    """The bytes in the store are not those that were given: their SHA-256 is another."""


class StoredFile(Struct, frozen=True):
    """What is known of a file once it is kept."""

    sha256_hex: str
    """64 small hexadecimal digits."""
    size_bytes: int


class ListedFile(Struct, frozen=True):
    """One file of a store's listing."""

    organisation_id: str
    sha256_hex: str
    size_bytes: int


class Upload(ABC):
    """One file on its way in, hashed while it streams. Leaving its `with` block unfinished aborts it.

    One thread at a time. After a fault the upload can only be aborted.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        self._is_open = True

    @property
    def size_bytes(self) -> int:
        """What has been written so far. Whoever writes holds the limit against it."""
        return self._size_bytes

    def write(self, chunk: bytes) -> None:
        """Take the next bytes, of any length.

        Raises:
            StoreUnavailable: the disk is full, the store does not answer.
        """
        self._check_open()
        self._take(chunk)
        self._digest.update(chunk)
        self._size_bytes += len(chunk)

    def finish(self) -> StoredFile:
        """Keep the file. When this returns, it is durable; the same file given twice is kept once.

        Raises:
            StoreUnavailable: nothing was kept, or at most rubbish that `sweep` removes.
        """
        self._check_open()
        stored = StoredFile(self._digest.hexdigest(), self._size_bytes)
        self._keep(stored)
        self._is_open = False
        return stored

    def abort(self) -> None:
        """Drop what was written. Never raises; what cannot be dropped now is left to `sweep`."""
        if self._is_open:
            self._is_open = False
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    def _check_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("this upload is over")

    @abstractmethod
    def _take(self, chunk: bytes) -> None: ...

    @abstractmethod
    def _keep(self, stored: StoredFile) -> None: ...

    @abstractmethod
    def _drop(self) -> None: ...


class EvidenceStore(Protocol):
    """Where the bytes of evidence are. Safe to use from many threads and processes at once.

    Everything here may raise StoreUnavailable; an organisation or hash of the wrong form is a ValueError.
    """

    def begin(self, organisation_id: str) -> Upload:
        """Start taking a file in."""
        ...

    def open(self, organisation_id: str, sha256_hex: str) -> Iterator[bytes]:
        """The file's bytes, in chunks of 256 KiB (the last may be shorter), its hash checked on the way.

        The last chunk is given only when the hash is right, so a damaged file is never given whole, and one of up to
        256 KiB not at all.

        Raises:
            FileMissing: at once, before the first chunk.
            FileDamaged: in place of the last chunk.
        """
        ...

    def read_all(self, organisation_id: str, sha256_hex: str) -> bytes:
        """The whole file in memory, for small ones; raises what `open` raises."""
        ...

    def exists(self, organisation_id: str, sha256_hex: str) -> bool:
        """This organisation has given this file and it was not deleted. Its bytes are not read."""
        ...

    def delete(self, organisation_id: str, sha256_hex: str) -> None:
        """Delete one organisation's file for good. What is not there is deleted already."""
        ...

    def list(self, organisation_id: str | None) -> Iterator[ListedFile]:
        """One organisation's files, or everybody's, in order of organisation and hash."""
        ...

    def sweep(self, older_than_s: int, now: datetime) -> int:
        """Remove what broken uploads left and nobody touched for so long; how many pieces there were.

        `older_than_s` must be longer than any upload may take.
        """
        ...

    def check(self) -> None:
        """Return when the store is ready: a folder can be written, a bucket answers to our credentials."""
        ...


def file_address(organisation_id: str, sha256_hex: str) -> str:
    """Where a file lies below the store's root, with slashes.

    Raises:
        ValueError: one of them could name a place outside.
    """
    if not _SHA256.fullmatch(sha256_hex):
        reason = f"no SHA-256: {sha256_hex!r}"
        raise ValueError(reason)
    return f"{organisation_address(organisation_id)}/{sha256_hex[:2]}/{sha256_hex}"


def organisation_address(organisation_id: str) -> str:
    """Where an organisation's files lie below the store's root.

    Raises:
        ValueError: it could name a place outside.
    """
    if not _ORGANISATION.fullmatch(organisation_id):
        reason = f"no organisation's id: {organisation_id!r}"
        raise ValueError(reason)
    return f"objects/{organisation_id}"


def parse_address(address: str) -> tuple[str, str] | None:
    """The organisation and hash of an address, or None when nothing of ours lies there."""
    organisation_id, _, rest = address.removeprefix("objects/").partition("/")
    sha256_hex = rest.rpartition("/")[2]
    try:
        known = file_address(organisation_id, sha256_hex) == address
    except ValueError:
        return None
    return (organisation_id, sha256_hex) if known else None


def verified(chunks: Iterable[bytes], sha256_hex: str) -> Iterator[bytes]:
    """The same chunks, the last one only when all of them together have this hash.

    Raises:
        FileDamaged: they have not.
    """
    digest = hashlib.sha256()
    held = b""
    for chunk in chunks:
        digest.update(chunk)
        if held:
            yield held
        held = chunk
    if digest.hexdigest() != sha256_hex:
        reason = f"{sha256_hex} has now the SHA-256 {digest.hexdigest()}"
        raise FileDamaged(reason)
    if held:
        yield held
