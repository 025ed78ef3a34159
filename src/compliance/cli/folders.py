"""Where commands find questionnaires and write files: aside first, then renamed."""

import os
from argparse import Namespace
from pathlib import Path

from compliance.errors import Invalid, Problem
from compliance.intake.library import Library
from compliance.resources import shipped


class NotWritten(Invalid):
    """The files could not be written."""

    code = "not-written"


def library_of(options: Namespace) -> Library:
    """The folder named by --questionnaires, else the one that comes with the package.

    Raises:
        NoSuchFolder: the named folder is not there.
    """
    if options.questionnaires is None:
        return Library(shipped("questionnaires"))
    folder = Path(options.questionnaires)
    if not folder.is_dir():
        raise NoSuchFolder([Problem("folder-missing", "--questionnaires", {"folder": str(folder)[:200]})])
    return Library(folder)


class NoSuchFolder(Invalid):
    """There is no such folder."""

    code = "no-such-folder"


def write_files(folder: Path, files: dict[str, bytes], *, remove: tuple[str, ...] = ()) -> list[Path]:
    """Write all files into a folder, each aside and then renamed; old files that no longer belong are removed.

    Raises:
        NotWritten: nothing can be written there.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            aside = folder / f".{name}.{os.getpid()}.new"
            try:
                aside.write_bytes(content)
                aside.replace(folder / name)
            finally:
                aside.unlink(missing_ok=True)
            written.append(folder / name)
        for name in remove:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        facts = {"reason": error.strerror or type(error).__name__}
        raise NotWritten([Problem("output-unwritable", str(folder), facts)]) from None
    return written
