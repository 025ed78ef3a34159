"""What the service signs with: keys that are loaded once, the list of them that the root signed, and where newer ones lie."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from compliance.signing import LIST_FILE, KeyList, PdfSealer, Signer


class Seals(Struct, frozen=True, kw_only=True):
    """Keys in use."""

    signer: Signer
    keys: KeyList
    """Every public key ever, as the root signed them."""
    pdf: PdfSealer


class SealSource(Protocol):
    """Where keys come from while the service runs."""

    def newer_than(self, known: Seals | None) -> Seals | None:
        """What is to be signed with from now on; None where that is what is known.

        Raises:
            Refusal: there is something else, and it cannot be used. Said once for each state of things.
        """
        ...

    def forget(self) -> None:
        """What was given last could not be taken up yet: give it again at the next look."""
        ...


class FolderSeals:
    """Keys in a folder, opened anew when anything in it has changed. A look costs one reading of the folder's names.

    So nobody has to restart anything after `compliance keys`. For one thread.
    """

    def __init__(self, folder: Path, read: Callable[[], Seals | None]) -> None:
        self._folder = folder
        self._read = read
        self._seen: object = None

    def newer_than(self, known: Seals | None) -> Seals | None:
        """See `SealSource`."""
        state = _state_of(self._folder)
        if state == self._seen:
            return None
        self._seen = state
        # Without a list there is nothing to read: a demonstration would make itself new keys.
        found = self._read() if (self._folder / LIST_FILE).is_file() else None
        return None if found is None or (known is not None and found.keys == known.keys) else found

    def forget(self) -> None:
        """See `SealSource`."""
        self._seen = None


def _state_of(folder: Path) -> tuple[tuple[str, int, int, int, int], ...]:
    """What tells whether a file was written, replaced or opened to somebody: also when its time was put back."""
    found: list[tuple[str, int, int, int, int]] = []
    with suppress(OSError), os.scandir(folder) as files:
        for file in files:
            with suppress(OSError):
                has = file.stat()
                found.append((file.name, has.st_ino, has.st_size, has.st_mtime_ns, has.st_ctime_ns))
    return tuple(sorted(found))
