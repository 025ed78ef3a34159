"""A backup as it lies in a folder: the same whatever engine it comes from and goes to.

    manifest.json             written last: a folder without it is no backup
    tables/NAME.jsonl         a JSON list for each row, cells in the order of the manifest's columns
    evidence/objects/…        files as the folder store keeps them

Instants are written in UTC, bytes in base64.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from compliance.errors import Invalid, Problem
from compliance.store.export import Cells, cell_types

FORMAT = "compliance-backup-1"
MANIFEST = "manifest.json"
_encode = msgspec.json.Encoder().encode


class BackupUnreadable(Invalid):
    """This folder holds no backup that can be read."""

    code = "backup-unreadable"


class TablePart(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of a backup."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    """Of the file, 64 hexadecimal digits."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup consists of."""

    format: Literal["compliance-backup-1"]
    made_at: datetime
    program: str
    """The version that made it."""
    schema: str
    """The number of the last migration that the database had."""
    tables: tuple[TablePart, ...]
    """Each after those that it refers to."""
    evidence_files: int
    evidence_bytes: int

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables)


def table_path(folder: Path, table: str) -> Path:
    """Where a table's rows lie."""
    return folder / "tables" / f"{table}.jsonl"


def write_table(folder: Path, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> TablePart:
    """Write the rows of a table; they are on the disk when this returns."""
    path = table_path(folder, table)
    make_folder(path.parent)
    digest, count = hashlib.sha256(), 0
    with _private(path) as file:
        for line in lines_of(rows):
            digest.update(line)
            file.write(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return TablePart(table, tuple(columns), count, digest.hexdigest())


def lines_of(rows: Iterable[Cells]) -> Iterator[bytes]:
    """Rows as they are written."""
    return (_encode(row) + b"\n" for row in rows)


def part_of(table: str, columns: Sequence[str], rows: Iterable[Cells]) -> TablePart:
    """What `write_table` would say, with nothing written."""
    digest, count = hashlib.sha256(), 0
    for line in lines_of(rows):
        digest.update(line)
        count += 1
    return TablePart(table, tuple(columns), count, digest.hexdigest())


def read_table(folder: Path, part: TablePart) -> Iterator[Any]:
    """The rows of a table, as tuples.

    Raises:
        OSError: the file cannot be read.
        msgspec.MsgspecError, LookupError: it holds no such rows.
    """
    decoder = msgspec.json.Decoder(cell_types(part.name, part.columns))
    with table_path(folder, part.name).open("rb") as file:
        for line in file:
            yield decoder.decode(line)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make the folder a backup: from now on it is one, also if the power fails."""
    aside = folder / f"{MANIFEST}.new"
    with _private(aside) as file:
        file.write(msgspec.json.format(_encode(manifest)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / MANIFEST)
    for each in (folder / "tables", folder):
        _sync(each)


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself.

    Raises:
        BackupUnreadable: there is none, or one of another format.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as fault:
        facts = {"reason": fault.strerror or type(fault).__name__}
        raise BackupUnreadable([Problem("backup-manifest", MANIFEST, facts)]) from None
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as fault:
        raise BackupUnreadable([Problem("backup-manifest", MANIFEST, {"reason": str(fault)[:200]})]) from None


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone may read, if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
