"""The operator's own log as files, straight from the database: for the first mirror, or to serve them apart."""

from collections.abc import Callable
from pathlib import Path

from compliance.domain.transparency import origin_of
from compliance.usecases.deed import Deed
from compliance.usecases.log_watching import CHECKPOINT, KEYS, Mirrored, mirror_log
from compliance.usecases.published import (
    NotPublished,
    Published,
    read_keys,
    read_log_tile,
    read_newest_checkpoint,
)

_LOG = "log/"


class StoreSource:
    """The log of one database, at one moment."""

    def __init__(self, deed: Deed) -> None:
        self._deed = deed

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """What is served at a path; None where nothing is."""
        del most_bytes  # it is our own
        try:
            return self._published(path).body
        except NotPublished:
            return None

    def _published(self, path: str) -> Published:
        if path == CHECKPOINT:
            return read_newest_checkpoint(self._deed)
        if path == KEYS:
            return read_keys(self._deed)
        return read_log_tile(self._deed, path.removeprefix(_LOG))


def export_log(deed: Deed, folder: Path, *, on_step: Callable[[int], None] | None = None) -> Mirrored:
    """Bring a folder to the newest checkpoint, as a mirror would; see `mirror_log`.

    Raises:
        LogUnread: nothing was signed yet.
        LogBroken: the database does not hold what its checkpoint says; or the folder is of another log.
        LogFolderUnwritable: the folder takes no files.
    """
    origin = origin_of(deed.means.terms.base_url)
    return mirror_log(StoreSource(deed), folder, origin=origin, on_step=on_step)
