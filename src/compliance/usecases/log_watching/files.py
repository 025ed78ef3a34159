"""Files that mirrors and monitors keep: each is written aside and then renamed, so that none is ever half there."""

import os
from pathlib import Path
from typing import ClassVar

from compliance.errors import Invalid, Problem


class LogFolderUnwritable(Invalid):
    """What was read could not be kept."""

    code: ClassVar[str] = "log-folder-unwritable"


def keep_file(path: Path, content: bytes) -> None:
    """Write a file, with the folders above it; what was there is replaced at once.

    Raises:
        LogFolderUnwritable: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(content)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        facts = {"reason": error.strerror or type(error).__name__}
        raise LogFolderUnwritable([Problem("output-unwritable", str(path)[:200], facts)]) from None
