"""Keys for a demonstration: made without anybody's doing, with everything in one folder, and marked in their list.

The root, its passphrase and the keys lie side by side. That keeps nothing from anybody who reads the folder, which is
why the list says `"demo": true` under the root's signature and every document that is signed says so too.
"""

import base64
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from compliance.errors import Problem
from compliance.signing.key_files import KeyFolderUnusable, make_folder, unwritable, write_once
from compliance.signing.key_folder import LIST_FILE, ROOT_FILE, KeyFolder, make_keys
from compliance.signing.signer import LocalSigner

PASSPHRASE_FILE = "passphrase"  # noqa: S105  a name
DEMO_NAME = "DEMONSTRATION, not a real issuer"
_OCTETS = 24


def ensure_demo_keys(folder: Path, *, on: date, draw: Callable[[int], bytes]) -> LocalSigner:
    """The demonstration's keys, made where there are none. `draw` gives octets that nobody can guess.

    Raises:
        KeyFolderUnusable: the keys that are there cannot be used, or are real ones.
        KeysTaken, KeyListInvalid, KeyListUntrusted: something else is there.
    """
    make_folder(folder)
    if not (folder / LIST_FILE).exists():
        _forget_half_made(folder)
        passphrase = base64.urlsafe_b64encode(draw(_OCTETS)).decode()
        write_once(folder / PASSPHRASE_FILE, passphrase.encode() + b"\n")
        make_keys(folder, passphrase, root_file=folder / ROOT_FILE, root_passphrase=passphrase, name=DEMO_NAME, on=on,
                  demo=True)  # fmt: skip
    if not KeyFolder.read_list(folder).demo:
        raise KeyFolderUnusable([Problem("key-folder-real", "", {"file": str(folder)[:200]})])
    return KeyFolder.open(folder, _passphrase_in(folder))


def _forget_half_made(folder: Path) -> None:
    """A passphrase stands alone only where making was broken off. Then nothing was ever signed with what lies here."""
    if not (folder / PASSPHRASE_FILE).exists():
        return
    try:
        for path in (*folder.glob("*-1.pem"), folder / ROOT_FILE, folder / PASSPHRASE_FILE):
            path.unlink(missing_ok=True)
    except OSError as fault:
        raise unwritable(folder, fault) from None


def _passphrase_in(folder: Path) -> str:
    path = folder / PASSPHRASE_FILE
    try:
        with path.open("rb") as file:
            is_open = os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077
            said = file.read(1024).decode("ascii", "replace").strip()
    except FileNotFoundError:
        raise KeyFolderUnusable([Problem("key-file-missing", "", {"file": str(path)[:200]})]) from None
    except OSError as fault:
        raise unwritable(path, fault) from None
    if is_open:
        raise KeyFolderUnusable([Problem("key-file-open", "", {"file": str(path)[:200]})])
    return said
