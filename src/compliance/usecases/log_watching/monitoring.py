"""Watching a log over time: every checkpoint that was ever seen is kept, and each new one must go on where the last ended.

A fork cannot be hidden from whoever kept a checkpoint. Both notes are signed by the log's own key, so that whoever has
them can show them to anybody.
"""

import hashlib
from pathlib import Path
from typing import Literal

from msgspec import Struct

from compliance.domain.transparency import MOST_NOTE_OCTETS, Checkpoint, read_checkpoint, read_note
from compliance.errors import Conflict, Problem, Refusal
from compliance.usecases.log_watching.files import keep_file
from compliance.usecases.log_watching.signed import (
    SignedCheckpoint,
    check_not_older,
    check_signed,
    own_keys,
    root_to_trust,
)
from compliance.usecases.log_watching.sources import (
    KEYS,
    FolderSource,
    LogBroken,
    LogForked,
    Source,
    read_key_file,
    read_newest_note,
)
from compliance.usecases.log_watching.walking import VerifiedTiles, check_continues

LAST = "last-checkpoint"
SEEN, EVIDENCE = "seen", "evidence"
_DIGEST_DIGITS = 16


class Watched(Struct, frozen=True, kw_only=True):
    """What came of one look at the log, where all was well."""

    signed: SignedCheckpoint
    before: int | None
    """How many entries the last checkpoint had; None at the first look."""

    @property
    def finding(self) -> Literal["first", "same", "grown"]:
        """What has changed."""
        if self.before is None:
            return "first"
        return "same" if self.before == self.signed.checkpoint.size else "grown"


class LogAlarm(Conflict):
    """The log contradicts what was seen before, or does not show that it was not rewritten."""

    code = "log-alarm"

    def __init__(self, cause: Refusal, *, older: Path, newer: Path) -> None:
        self.older = older
        """The note that was believed."""
        self.newer = newer
        """The note that contradicts it, or cannot be shown to follow."""
        super().__init__(cause.problems)


def monitor_log(source: Source, folder: Path, *, origin: str | None = None, fingerprint: str | None = None) -> Watched:
    """Fetch the newest checkpoint, keep it, and check that it follows from the last one. The root once believed stays.

    Raises:
        LogUnread: nothing answers.
        LogBroken: at the first look, the log is not what it must be; later, its keys or its signature are not.
        LogAlarm: the log was rewritten, has shrunk, or does not show that it was not. Both notes are kept.
        LogFolderUnwritable: the folder takes no files.
    """
    own = FolderSource(folder)
    last, known = own.read(LAST, MOST_NOTE_OCTETS), own_keys(own)
    trusted = root_to_trust(known, fingerprint)
    before = None if last is None else _own_checkpoint(last)
    if before is not None and origin not in (None, before.origin):
        raise LogBroken([Problem("log-origin", LAST, {"given": before.origin, "wanted": origin or ""})])
    note, key_file = read_newest_note(source), read_key_file(source)
    if last is None or before is None:
        signed = check_signed(note, key_file, origin=origin, fingerprint=trusted)
        VerifiedTiles(source, signed.checkpoint).check_root()
    else:
        try:
            signed = check_signed(note, key_file, origin=before.origin, fingerprint=trusted)
            check_not_older(signed.keys, known)
            _keep(folder / SEEN, note)
            _check_follows(VerifiedTiles(source, signed.checkpoint), before)
        except (LogBroken, LogForked) as broken:
            kept = folder / EVIDENCE
            raise LogAlarm(broken, older=_keep(kept, last), newer=_keep(kept, note)) from broken
    _keep(folder / SEEN, note)
    keep_file(folder / KEYS, key_file)
    keep_file(folder / LAST, note)
    return Watched(signed=signed, before=None if before is None else before.size)


def _check_follows(tiles: VerifiedTiles, before: Checkpoint) -> None:
    if tiles.checkpoint.size > before.size:
        tiles.check_root()
    check_continues(tiles, before)


def _keep(folder: Path, note: bytes) -> Path:
    """Write a note under its size and digest, once for ever."""
    path = folder / f"{_size_in(note)}-{hashlib.sha256(note).hexdigest()[:_DIGEST_DIGITS]}.txt"
    if not path.exists():
        keep_file(path, note)
    return path


def _size_in(note: bytes) -> str:
    try:
        return f"{read_checkpoint(read_note(note).text).size:019}"
    except Refusal:
        return "unreadable"


def _own_checkpoint(note: bytes) -> Checkpoint:
    try:
        return read_checkpoint(read_note(note).text)
    except Refusal:
        raise LogBroken([Problem("log-own-damaged", LAST)]) from None
