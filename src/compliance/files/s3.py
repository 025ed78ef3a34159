"""Evidence in an S3-compatible store, by `obstore` (the extra `[s3]`).

A file's address is its hash, which is known only at its end. So it streams to `incoming/NAME`, and is copied to its
address inside the store when it is whole. A crash leaves an object in `incoming/`, which `sweep` removes, or the parts
of a multipart upload, which only the store itself can see: give the bucket a lifecycle rule that removes incomplete
multipart uploads after a day.

A copy inside the store takes at most 5 GB, which is far above any limit of ours.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from compliance.files.evidence import (
    CHUNK_BYTES,
    FileMissing,
    ListedFile,
    StoredFile,
    StoreUnavailable,
    Upload,
    file_address,
    organisation_address,
    parse_address,
    verified,
)

if TYPE_CHECKING:
    import obstore
    from obstore.store import S3Config, S3Credential

    _Pages = Iterator[Sequence[obstore.ObjectMeta]]

PART_BYTES = 8 * 1024 * 1024
"""What an upload holds in memory at most before it sends a part; S3 takes none under 5 MiB."""
_PARTS_AT_ONCE = 2
_STATUS = re.compile(r"status code: (\d{3})")


class Bucket(Struct, frozen=True, kw_only=True):
    """Where the bucket is and how we get in. Its secret is not printed."""

    name: str
    region: str
    access_key_id: str
    secret_access_key: str
    endpoint: str | None = None
    """None for Amazon's own. `http://` is taken as it is given: no TLS."""
    prefix: str = ""
    """Everything lies below it; one bucket may serve several installations."""
    is_path_style: bool = True
    """The bucket stands in the path (`endpoint/bucket`), as most stores other than Amazon's want it."""
    timeout_s: float = 60
    """For one request with its answer, so also for one part of 8 MiB."""
    connect_timeout_s: float = 5
    most_retries: int = 2
    retry_timeout_s: float = 20
    """No retry begins later than this after the first try."""

    def __repr__(self) -> str:
        return f"Bucket(name={self.name!r}, endpoint={self.endpoint!r}, prefix={self.prefix!r})"


class S3Store:
    """An evidence store in a bucket that exists already."""

    def __init__(self, bucket: Bucket, *, draw_name: Callable[[], str]) -> None:
        """Reaches nothing yet. `draw_name` gives a name never given before, of letters, digits and hyphens."""
        self._objects = _connect(bucket)
        self._draw_name = draw_name

    def begin(self, organisation_id: str) -> Upload:
        """Start taking a file in."""
        organisation_address(organisation_id)
        return _S3Upload(self._objects, organisation_id, f"incoming/{self._draw_name()}")

    def open(self, organisation_id: str, sha256_hex: str) -> Iterator[bytes]:
        """The file's bytes, checked on the way; see `EvidenceStore.open`."""
        import obstore

        with _network():
            try:
                found = obstore.get(self._objects, file_address(organisation_id, sha256_hex))
            except FileNotFoundError as fault:
                if "NoSuchBucket" in str(fault):
                    raise
                raise FileMissing(sha256_hex) from fault
        return verified(_even(found), sha256_hex)

    def read_all(self, organisation_id: str, sha256_hex: str) -> bytes:
        """The whole file in memory."""
        return b"".join(self.open(organisation_id, sha256_hex))

    def exists(self, organisation_id: str, sha256_hex: str) -> bool:
        """This organisation has given this file and it was not deleted."""
        with _network():
            return _size_bytes(self._objects, file_address(organisation_id, sha256_hex)) is not None

    def delete(self, organisation_id: str, sha256_hex: str) -> None:
        """Delete one organisation's file. A bucket with versions keeps the old one until its own rules remove it."""
        import obstore

        with _network():
            obstore.delete(self._objects, file_address(organisation_id, sha256_hex))

    def list(self, organisation_id: str | None) -> Iterator[ListedFile]:
        """One organisation's files, or everybody's, in order of organisation and hash."""
        for found in self._below("objects" if organisation_id is None else organisation_address(organisation_id)):
            known = parse_address(found["path"])
            if known is not None:
                yield ListedFile(*known, found["size"])

    def sweep(self, older_than_s: int, now: datetime) -> int:
        """Remove what broken uploads left for so long."""
        import obstore

        removed = 0
        for found in self._below("incoming"):
            if (now - found["last_modified"]).total_seconds() > older_than_s:
                with _network():
                    obstore.delete(self._objects, found["path"])
                removed += 1
        return removed

    def check(self) -> None:
        """Return when the bucket answers to our credentials. Nothing is written: buckets with versions would fill."""
        next(self._below("incoming"), None)

    def _below(self, address: str) -> "Iterator[obstore.ObjectMeta]":
        import obstore

        with _network():
            # Its overloads for Arrow name types of a library that we do not have.
            pages = cast("_Pages", obstore.list(self._objects, prefix=address, chunk_size=1000))  # pyright: ignore[reportUnknownMemberType]
        while True:
            with _network():
                page = next(pages, None)
            if page is None:
                return
            yield from page


class _S3Upload(Upload):
    """Streams to an object in `incoming/`, copies it to its address, deletes it."""

    def __init__(self, objects: "obstore.store.S3Store", organisation_id: str, staging: str) -> None:
        import obstore

        super().__init__()
        self._objects = objects
        self._organisation_id = organisation_id
        self._staging = staging
        with _network():
            # A file up to one part's size is sent in one request, a larger one in parts.
            self._writer = obstore.open_writer(objects, staging, buffer_size=PART_BYTES, max_concurrency=_PARTS_AT_ONCE)
        self._is_sent = False

    def _take(self, chunk: bytes) -> None:
        with _network():
            self._writer.write(chunk)

    def _keep(self, stored: StoredFile) -> None:
        import obstore

        address = file_address(self._organisation_id, stored.sha256_hex)
        with _network():
            # Set first: when closing fails, the object may be there all the same.
            self._is_sent = True
            self._writer.close()
            if _size_bytes(self._objects, address) != stored.size_bytes:
                obstore.copy(self._objects, self._staging, address)
        self._delete_staging()

    def _drop(self) -> None:
        if self._is_sent:
            self._delete_staging()
            return
        with suppress(StoreUnavailable), _network():
            # Closing would keep the object; only leaving its `with` block by an exception makes the writer abort.
            gone = RuntimeError("aborted")
            self._writer.__exit__(RuntimeError, gone, None)  # pyright: ignore[reportUnknownMemberType]

    def _delete_staging(self) -> None:
        import obstore

        with suppress(StoreUnavailable), _network():  # else `sweep` does it
            obstore.delete(self._objects, self._staging)


def _connect(bucket: Bucket) -> "obstore.store.S3Store":
    from obstore.store import S3Store as Objects

    def give_credentials() -> "S3Credential":
        return {
            "access_key_id": bucket.access_key_id,
            "secret_access_key": bucket.secret_access_key,
            "token": None,
            "expires_at": None,
        }

    config: S3Config = {"region": bucket.region, "virtual_hosted_style_request": not bucket.is_path_style}
    if bucket.endpoint is not None:
        config["endpoint"] = bucket.endpoint
    return Objects(
        bucket.name,
        config=config,
        prefix=bucket.prefix or None,
        # Given by a function, so that no AWS_* variable of the machine mixes in.
        credential_provider=give_credentials,
        client_options={
            "allow_http": bucket.endpoint is not None and bucket.endpoint.startswith("http://"),
            "timeout": timedelta(seconds=bucket.timeout_s),
            "connect_timeout": timedelta(seconds=bucket.connect_timeout_s),
        },
        retry_config={
            "max_retries": bucket.most_retries,
            "retry_timeout": timedelta(seconds=bucket.retry_timeout_s),
        },
    )


@contextmanager
def _network() -> Generator[None]:
    """Whatever the store or the way to it says becomes one fault."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as fault:
        # The first line names request and status; what follows may quote what was signed.
        reason = "the evidence bucket: " + str(fault).partition("\n")[0][:300]
        raise StoreUnavailable(reason, permanent=_is_permanent(str(fault))) from fault


def _is_permanent(reason: str) -> bool:
    """The store understood and said no (4xx), but not because of the time it took (408) or of too many requests (429)."""
    found = _STATUS.search(reason)
    return found is not None and found[1].startswith("4") and found[1] not in ("408", "429")


def _size_bytes(objects: "obstore.store.S3Store", address: str) -> int | None:
    import obstore

    try:
        return obstore.head(objects, address)["size"]
    except FileNotFoundError:
        return None


def _even(found: "obstore.GetResult") -> Iterator[bytes]:
    """Chunks of 256 KiB out of whatever pieces the network brings."""
    waiting = bytearray()
    pieces = found.stream(min_chunk_size=CHUNK_BYTES)
    while True:
        with _network():
            piece = next(pieces, None)
        if piece is None:
            break
        waiting += piece
        while len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)
