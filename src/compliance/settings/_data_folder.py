"""The folder of this machine, and the key that lies in it where none is given."""

import base64
import binascii
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from compliance.errors import Invalid, Problem
from compliance.settings._settings import Settings

KEY_OCTETS = 32
_KEY_FILE = "secret.key"


class DataFolderUnusable(Invalid):
    """The data folder cannot be used."""

    code: ClassVar[str] = "data-folder-unusable"


class SecretKeyWrong(Invalid):
    """The secret key in the data folder cannot be used."""

    code: ClassVar[str] = "secret-key-wrong"


def make_data_folder(folder: Path) -> bool:
    """Make the data folder, for this user only; whether others can see into it. One that is there is left as it is.

    Raises:
        DataFolderUnusable: it cannot be made, or is no folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return bool(folder.stat().st_mode & 0o077)
    except OSError as fault:
        raise _unusable(folder, fault) from None


def secret_key_of(settings: Settings, *, draw: Callable[[int], bytes]) -> bytes:
    """The key that was given, else the one in the data folder, made when there is none: 32 octets.

    Raises:
        SecretKeyWrong: the file holds no key.
        DataFolderUnusable: it cannot be read or written.
    """
    if settings.secret_key is not None:
        return _octets_of(settings.secret_key)
    path = settings.data_dir / _KEY_FILE
    try:
        if not path.exists():
            _write_once(path, base64.b64encode(draw(KEY_OCTETS)) + b"\n", aside=f".{_KEY_FILE}.{draw(8).hex()}")
        key = _octets_of(path.read_text("ascii", errors="replace").strip())
    except OSError as fault:
        raise _unusable(path, fault) from None
    if len(key) != KEY_OCTETS:
        raise SecretKeyWrong([Problem("secret-key-wrong", "COMPLIANCE_SECRET_KEY", {"path": str(path)[:200]})])
    return key


def _unusable(path: Path, fault: OSError) -> DataFolderUnusable:
    facts = {"folder": str(path)[:200], "reason": fault.strerror or type(fault).__name__}
    return DataFolderUnusable([Problem("data-folder", "COMPLIANCE_DATA_DIR", facts)])


def _octets_of(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _write_once(path: Path, content: bytes, *, aside: str) -> None:
    """Whole or not at all, and never over another: two processes may start at the same time."""
    new = path.with_name(aside)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)
