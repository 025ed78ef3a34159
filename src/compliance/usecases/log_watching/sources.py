"""Where a log is read: at an address, out of a folder, out of the operator's own database; and what may be wrong with it."""

from pathlib import Path
from typing import ClassVar, Protocol

from compliance.domain.transparency import HASH_OCTETS, MOST_ENTRY_OCTETS, MOST_NOTE_OCTETS, Bundle, Tile, tile_path
from compliance.errors import Conflict, Invalid, Problem

CHECKPOINT = "log/checkpoint"
KEYS = ".well-known/compliance-keys.json"
MOST_KEYS_BYTES = 1024 * 1024
_LENGTH_OCTETS = 2


class LogUnread(Invalid):
    """The log could not be read, so nothing was established."""

    code: ClassVar[str] = "log-unread"


class LogBroken(Invalid):
    """The log is not what its keys and its checkpoint say that it is."""

    code: ClassVar[str] = "log-broken"


class LogForked(Conflict):
    """The log has been rewritten: what it signs now contradicts what it signed before."""

    code: ClassVar[str] = "log-forked"


class Source(Protocol):
    """Gives the files of a log, by the paths at which they are served below the issuer's address."""

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """The file; None where it is said that there is none.

        Raises:
            LogUnread: nothing answers, or it says more than that.
        """
        ...


class FolderSource:
    """A log as files, such as a mirror keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """The file; None where there is none.

        Raises:
            LogUnread: it cannot be read, or is larger than anything of its kind.
        """
        try:
            with (self._folder / path).open("rb") as file:
                content = file.read(most_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as fault:
            reason = fault.strerror or type(fault).__name__
            raise LogUnread([Problem("file-unreadable", path, {"reason": reason})]) from None
        if len(content) > most_bytes:
            raise LogUnread([Problem("file-too-large", path, {"limit_kib": most_bytes // 1024})])
        return content


def path_of(tile: Tile | Bundle) -> str:
    """Where a tile or bundle stands below the issuer's address."""
    return f"log/{tile_path(tile)}"


def most_octets_of(tile: Tile | Bundle) -> int:
    """As large as it can be."""
    return tile.width * (HASH_OCTETS if isinstance(tile, Tile) else _LENGTH_OCTETS + MOST_ENTRY_OCTETS)


def must_read(source: Source, path: str, most_bytes: int) -> bytes:
    """A file that there must be.

    Raises:
        LogUnread: nothing answers.
        LogBroken: it is said that there is none.
    """
    content = source.read(path, most_bytes)
    if content is None:
        raise LogBroken([Problem("log-missing", path)])
    return content


def read_newest_note(source: Source) -> bytes:
    """The newest checkpoint, of which nothing is known yet.

    Raises:
        LogUnread: nothing answers, or there is none: then there is no log to speak of.
    """
    note = source.read(CHECKPOINT, MOST_NOTE_OCTETS)
    if note is None:
        raise LogUnread([Problem("log-missing", CHECKPOINT)])
    return note


def read_key_file(source: Source) -> bytes:
    """The list of keys, of which nothing is known yet.

    Raises:
        LogUnread: nothing answers, or there is none.
    """
    keys = source.read(KEYS, MOST_KEYS_BYTES)
    if keys is None:
        raise LogUnread([Problem("log-missing", KEYS)])
    return keys
