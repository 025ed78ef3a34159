"""A copy of the log as files, which any web server can serve further. Nothing is kept that the checkpoint does not cover.

Broken off, a mirror goes on where it was: what it has is hashed again and not fetched again. The checkpoint is written
last, so that a folder never promises what is not there.
"""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from compliance.domain.transparency import MOST_NOTE_OCTETS, Checkpoint
from compliance.errors import Problem
from compliance.usecases.log_watching.files import keep_file
from compliance.usecases.log_watching.signed import (
    SignedCheckpoint,
    check_not_older,
    check_signed,
    own_keys,
    read_signed,
    root_to_trust,
)
from compliance.usecases.log_watching.sources import (
    CHECKPOINT,
    KEYS,
    FolderSource,
    LogBroken,
    LogUnread,
    Source,
)
from compliance.usecases.log_watching.walking import VerifiedTiles, check_continues, counted, walk


class Mirrored(Struct, frozen=True, kw_only=True):
    """What a mirror now has."""

    signed: SignedCheckpoint
    before: int
    """How many entries it had."""
    written: int
    """Files that were new, or had to be mended."""


def mirror_log(
    source: Source,
    folder: Path,
    *,
    origin: str | None = None,
    fingerprint: str | None = None,
    on_step: Callable[[int], None] | None = None,
) -> Mirrored:
    """Bring a folder to the newest checkpoint. The root that it has once believed stays the one that it believes.

    Raises:
        LogUnread: nothing answers.
        LogBroken: what was read does not belong to the log; none of that is kept.
        LogForked: the log contradicts the checkpoint that the folder has; nothing is changed.
        LogFolderUnwritable: the folder takes no files.
    """
    own = FolderSource(folder)
    known = own_keys(own)
    signed = read_signed(source, origin=origin, fingerprint=root_to_trust(known, fingerprint))
    check_not_older(signed.keys, known)
    before = _own_checkpoint(own, signed)
    layered = _OwnFirst(own, source)
    while True:
        try:
            written = _fill(layered, folder, signed, before, on_step)
            break
        except LogBroken as broken:
            if not layered.distrust(broken):
                raise
    keep_file(folder / KEYS, signed.key_file)
    keep_file(folder / CHECKPOINT, signed.note)
    return Mirrored(signed=signed, before=0 if before is None else before.size, written=written)


class _OwnFirst:
    """What the folder has, and the rest from elsewhere."""

    def __init__(self, own: Source, other: Source) -> None:
        self._own = own
        self._other = other
        self._taken: set[str] = set()
        self._distrusted: set[str] = set()

    def read(self, path: str, most_bytes: int) -> bytes | None:
        if path not in self._distrusted:
            try:
                content = self._own.read(path, most_bytes)
            except LogUnread:  # a damaged disk, say: it is fetched again
                content = None
            if content is not None:
                self._taken.add(path)
                return content
        self._taken.discard(path)
        return self._other.read(path, most_bytes)

    def is_own(self, path: str) -> bool:
        """Whether the folder's file was given last."""
        return path in self._taken

    def distrust(self, broken: LogBroken) -> bool:
        """Fetch anew what of the folder was found to be damaged; False where it was not the folder's."""
        named = {problem.where for problem in broken.problems}
        # What names no file is the right edge as a whole: any of the folder's tiles may be the damaged one.
        damaged = self._taken & named if all(named) else set(self._taken)
        self._distrusted |= damaged
        self._taken -= damaged
        return bool(damaged)


def _fill(
    layered: _OwnFirst,
    folder: Path,
    signed: SignedCheckpoint,
    before: Checkpoint | None,
    on_step: Callable[[int], None] | None,
) -> int:
    tiles = VerifiedTiles(layered, signed.checkpoint)
    tiles.check_root()
    if before is not None:
        check_continues(tiles, before)
    written = 0
    for step in counted(walk(tiles), on_step):
        if not layered.is_own(step.path):
            keep_file(folder / step.path, step.content)
            written += 1
    return written


def _own_checkpoint(own: Source, signed: SignedCheckpoint) -> Checkpoint | None:
    """What the folder has promised so far; it must be of the same log."""
    note = own.read(CHECKPOINT, MOST_NOTE_OCTETS)
    if note is None:
        return None
    try:
        return check_signed(note, signed.key_file, origin=signed.checkpoint.origin, fingerprint=None).checkpoint
    except LogBroken as broken:
        raise LogBroken([Problem("log-own-damaged", CHECKPOINT), *broken.problems]) from None
