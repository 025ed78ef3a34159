"""Evidence in a folder of this machine.

A file is written in `incoming/` and moved to `objects/ORGANISATION/aa/HASH` when it is whole: a crash leaves a piece in
`incoming/`, never a part of a file at an address. Both lie below one root, so that moving is one rename.
"""

import errno
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

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

_PERMANENT = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EFBIG, errno.ENAMETOOLONG, errno.ELOOP,
}  # fmt: skip


class FolderStore:
    """An evidence store in a folder, which is made when the first file comes. Only its owner may read it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"

    def begin(self, organisation_id: str) -> Upload:
        """Start taking a file in."""
        organisation_address(organisation_id)
        with _disk():
            return _FolderUpload(self._root, organisation_id, self._new_piece())

    def open(self, organisation_id: str, sha256_hex: str) -> Iterator[bytes]:
        """The file's bytes, checked on the way; see `EvidenceStore.open`."""
        path = self._path(organisation_id, sha256_hex)
        if not self.exists(organisation_id, sha256_hex):
            raise FileMissing(sha256_hex)
        return verified(_chunks(path), sha256_hex)

    def read_all(self, organisation_id: str, sha256_hex: str) -> bytes:
        """The whole file in memory."""
        return b"".join(self.open(organisation_id, sha256_hex))

    def exists(self, organisation_id: str, sha256_hex: str) -> bool:
        """This organisation has given this file and it was not deleted."""
        with _disk():
            return _size_bytes(self._path(organisation_id, sha256_hex)) is not None

    def delete(self, organisation_id: str, sha256_hex: str) -> None:
        """Delete one organisation's file for good. Its folders stay: somebody may be moving a file into them."""
        path = self._path(organisation_id, sha256_hex)
        with _disk():
            try:
                path.unlink()
            except FileNotFoundError:
                return
            _sync_folder(path.parent)

    def list(self, organisation_id: str | None) -> Iterator[ListedFile]:
        """One organisation's files, or everybody's, in order of organisation and hash."""
        if organisation_id is None:
            owners = [organisation_address(name) for name in self._names(self._root / "objects") if _is_owner(name)]
        else:
            owners = [organisation_address(organisation_id)]
        for owner in owners:
            for fan in self._names(self._root / owner):
                for name in self._names(self._root / owner / fan):
                    address = f"{owner}/{fan}/{name}"
                    known = parse_address(address)
                    with _disk():
                        size_bytes = _size_bytes(self._root / address)
                    if known is not None and size_bytes is not None:
                        yield ListedFile(*known, size_bytes)

    def sweep(self, older_than_s: int, now: datetime) -> int:
        """Remove what broken uploads left and nobody wrote to for so long."""
        removed = 0
        for name in self._names(self._incoming):
            piece = self._incoming / name
            with _disk(), suppress(FileNotFoundError):
                if now.timestamp() - piece.stat().st_mtime > older_than_s:
                    piece.unlink()
                    removed += 1
        return removed

    def check(self) -> None:
        """Return when a file can be written here and reaches the disk."""
        with _disk():
            piece, path = self._new_piece()
            try:
                os.write(piece, b"ready")
                os.fsync(piece)
            finally:
                os.close(piece)
                path.unlink()

    def _new_piece(self) -> tuple[int, Path]:
        _make_folder(self._incoming, self._root)
        piece, name = tempfile.mkstemp(dir=self._incoming, prefix="", suffix=".part")
        return piece, Path(name)

    def _path(self, organisation_id: str, sha256_hex: str) -> Path:
        return self._root / file_address(organisation_id, sha256_hex)

    def _names(self, folder: Path) -> tuple[str, ...]:
        with _disk():
            try:
                return tuple(sorted(os.listdir(folder)))  # noqa: PTH208  (names are all that is wanted)
            except (FileNotFoundError, NotADirectoryError):
                return ()


class _FolderUpload(Upload):
    """Writes past Python's buffers, so that a full disk is told by the write that it breaks."""

    def __init__(self, root: Path, organisation_id: str, piece: tuple[int, Path]) -> None:
        super().__init__()
        self._root = root
        self._organisation_id = organisation_id
        self._piece: int | None
        self._piece, self._path = piece

    def _take(self, chunk: bytes) -> None:
        assert self._piece is not None
        rest = memoryview(chunk)
        with _disk():
            while rest:
                rest = rest[os.write(self._piece, rest) :]

    def _keep(self, stored: StoredFile) -> None:
        assert self._piece is not None
        target = self._root / file_address(self._organisation_id, stored.sha256_hex)
        with _disk():
            # 1. The bytes reach the disk before their name does.
            os.fsync(self._piece)
            self._close()
            # 2. The name appears at once, with the whole file behind it. One that is there is the same; one of another
            #    size was cut off by a fault of the disk and is replaced.
            _make_folder(target.parent, self._root)
            if _size_bytes(target) == stored.size_bytes:
                self._path.unlink()
            else:
                self._path.replace(target)
            # 3. The name reaches the disk, and so do the folders that may be new. Also when the file was there: who
            #    put it may not have come this far yet.
            for folder in target.parents:
                _sync_folder(folder)
                if folder == self._root:
                    break

    def _drop(self) -> None:
        with suppress(OSError):
            self._close()
        with suppress(OSError):
            self._path.unlink()

    def _close(self) -> None:
        piece, self._piece = self._piece, None
        if piece is not None:
            os.close(piece)


@contextmanager
def _disk() -> Generator[None]:
    """What the operating system says about the disk becomes one fault."""
    try:
        yield
    except OSError as fault:
        reason = f"the evidence folder: {fault}"
        raise StoreUnavailable(reason, permanent=fault.errno in _PERMANENT) from fault


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except FileNotFoundError as fault:
        raise FileMissing(path.name) from fault  # deleted since it was asked for
    except OSError as fault:
        reason = f"the evidence folder: {fault}"
        raise StoreUnavailable(reason, permanent=fault.errno in _PERMANENT) from fault


def _size_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_owner(name: str) -> bool:
    try:
        organisation_address(name)
    except ValueError:
        return False
    return True


def _make_folder(folder: Path, root: Path) -> None:
    """Each level by itself: the mode of `mkdir` does not hold for the parents that it makes."""
    levels = [folder, *folder.parents]
    root.parent.mkdir(parents=True, exist_ok=True)
    for level in reversed(levels[: levels.index(root) + 1]):
        level.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
