"""Backup and restore: one moment of the database with every piece of evidence that it names, checked to the last byte.

What is secret elsewhere stays out: keys and passwords of the service lie in its settings, not in its database.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from compliance.domain.journal import Entry, Head, Row, genesis
from compliance.errors import Conflict, Invalid, Problem, Unavailable
from compliance.files import EvidenceStore, FileDamaged, FileMissing, FolderStore, StoreUnavailable
from compliance.store.engine import Database
from compliance.store.export import (
    RowsRefused,
    add_rows,
    broken_references,
    column_names,
    filled_tables,
    read_rows,
    table_names,
)
from compliance.store.migrating import newest_revision, revision_of
from compliance.usecases.backup_folder import (
    MANIFEST,
    BackupUnreadable,
    Manifest,
    TablePart,
    file_sha256,
    make_folder,
    part_of,
    read_manifest,
    read_table,
    table_path,
    write_manifest,
    write_table,
)
from compliance.usecases.journal_checks import chain_faults

_FILE_COLUMNS = ("organisation_id", "sha256", "size_bytes", "scan", "purged_at")


class BackupFolderTaken(Conflict):
    """The folder for the backup is not empty: name one that is new."""

    code = "backup-folder-taken"


class EvidenceIncomplete(Conflict):
    """Evidence that the database names cannot be backed up: there is no backup."""

    code = "evidence-incomplete"


class BackupDamaged(Invalid):
    """The backup is not what was written."""

    code = "backup-damaged"


class RestoreNotEmpty(Conflict):
    """A backup is restored into an empty database and an empty evidence store only."""

    code = "restore-not-empty"


class SchemaDiffers(Conflict):
    """The database has not the schema that is needed."""

    code = "schema-differs"


class RestoreFailed(Invalid):
    """The backup could not be restored: nothing of it was kept."""

    code = "restore-failed"


class NamedFile(Struct, frozen=True):
    """A file that the database says is there."""

    organisation_id: str
    sha256: str
    size_bytes: int


def make_backup(database: Database, files: EvidenceStore, folder: Path, *, now: datetime, program: str) -> Manifest:
    """Write a backup into a new or empty folder while the service goes on, and read it back.

    1. all tables, as they are at one moment;
    2. every file that they name; files are never changed, so later is early enough;
    3. the manifest, which makes it a backup; then everything is checked.

    Raises:
        BackupFolderTaken: something lies in the folder.
        SchemaDiffers: the database does not have the newest migration of this version.
        EvidenceIncomplete: a file is missing or damaged, or was purged meanwhile; all of them.
        Unavailable: the database or the evidence store cannot be reached.
        OSError: the folder cannot be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupFolderTaken([Problem("backup-folder-taken", str(folder))])
    make_folder(folder)
    is_made = False
    try:
        with database.snapshot() as connection:
            schema = _our_schema(revision_of(connection))
            parts = [
                write_table(folder, name, column_names(name), read_rows(connection, name, column_names(name)))
                for name in table_names()
            ]
        named = list(_named_files(folder, _part(parts, "evidence_files")))
        _copy(named, files, FolderStore(folder / "evidence"), database)
        manifest = Manifest("compliance-backup-1", now, program, schema, tuple(parts), len(named),
                            sum(each.size_bytes for each in named))  # fmt: skip
        write_manifest(folder, manifest)
        is_made = True
    finally:
        if not is_made:
            for name in ("tables", "evidence"):
                shutil.rmtree(folder / name, ignore_errors=True)
            (folder / f"{MANIFEST}.new").unlink(missing_ok=True)
    return verify_backup(folder)


def verify_backup(folder: Path) -> Manifest:
    """Read a backup to the last byte: digests, counts, evidence, journals.

    Raises:
        BackupUnreadable: the folder is no backup.
        BackupDamaged: with everything that is wrong.
    """
    manifest = read_manifest(folder)
    if not {part.name for part in manifest.tables} >= {"evidence_files", "journal", "journal_heads"}:
        raise BackupUnreadable([Problem("backup-manifest", MANIFEST, {"reason": "tables are missing"})])
    problems = [problem for part in manifest.tables for problem in _table_problems(folder, part)]
    if not problems:
        problems = [*_evidence_problems(folder, manifest), *_journal_problems(folder, manifest)]
    if problems:
        raise BackupDamaged(problems)
    return manifest


def restore_backup(database: Database, files: EvidenceStore, folder: Path) -> Manifest:
    """Put a backup into an empty, migrated database and an empty evidence store.

    The backup is verified first. The database takes everything in one transaction, which is kept only when every table
    reads back as it was written; files of a restore that fails are deleted again.

    Raises:
        BackupUnreadable, BackupDamaged: see `verify_backup`.
        SchemaDiffers: the database was brought to another migration than the backup's.
        RestoreNotEmpty: something is there already.
        RestoreFailed: the database does not take it, or not as it is.
        Unavailable: the database or the evidence store cannot be reached.
    """
    manifest = verify_backup(folder)
    named = list(_named_files(folder, _part(manifest.tables, "evidence_files")))
    _check_empty(database, files, manifest)
    is_kept = False
    try:
        _copy(named, FolderStore(folder / "evidence"), files, None)
        with database.transaction(writes=True) as connection:
            _check_empty_tables(connection, manifest)
            problems = _load(connection, folder, manifest)
            if problems:
                raise RestoreFailed(problems)
        is_kept = True
    finally:
        if not is_kept:
            _remove(named, files)
    return manifest


def _our_schema(revision: str | None) -> str:
    """A database that is older or newer has tables that this version knows wrongly."""
    newest = newest_revision()
    if revision != newest:
        raise SchemaDiffers([Problem("schema-not-ours", "", {"database": revision or "none", "newest": newest})])
    return newest


def _check_empty(database: Database, files: EvidenceStore, manifest: Manifest) -> None:
    with database.transaction(writes=False) as connection:
        schema = revision_of(connection)
        if schema != manifest.schema:
            facts = {"backup": manifest.schema, "database": schema or "none"}
            raise SchemaDiffers([Problem("schema-differs", "", facts)])
        _check_empty_tables(connection, manifest)
    try:
        found = next(files.list(None), None)
    except StoreUnavailable as fault:
        raise Unavailable("evidence store") from fault
    if found is not None:
        raise RestoreNotEmpty([Problem("restore-evidence-there", "")])


def _check_empty_tables(connection: Any, manifest: Manifest) -> None:
    filled = filled_tables(connection, [part.name for part in manifest.tables])
    if filled:
        raise RestoreNotEmpty([Problem("restore-rows-there", "", {"tables": ", ".join(filled)})])


def _load(connection: Any, folder: Path, manifest: Manifest) -> list[Problem]:
    """Add every row, then read everything back; what is not as it was."""
    for part in manifest.tables:
        try:
            add_rows(connection, part.name, part.columns, read_table(folder, part))
        except RowsRefused as refused:
            return [Problem("restore-rows-refused", refused.table)]
    problems = [Problem("restore-reference-broken", table) for table in broken_references(connection)]
    problems += [
        Problem("restore-rows-differ", part.name)
        for part in manifest.tables
        if part_of(part.name, part.columns, read_rows(connection, part.name, part.columns)) != part
    ]
    return problems


def _copy(named: list[NamedFile], source: EvidenceStore, target: EvidenceStore, database: Database | None) -> None:
    """Copy files, each checked on the way; all that cannot be copied are named.

    Raises:
        EvidenceIncomplete, Unavailable: see `make_backup`.
    """
    problems: list[Problem] = []
    for each in named:
        try:
            with target.begin(each.organisation_id) as upload:
                for chunk in source.open(each.organisation_id, each.sha256):
                    upload.write(chunk)
                stored = upload.finish()
        except (FileMissing, FileDamaged) as fault:
            problems.append(_file_problem(each, fault, database))
        except StoreUnavailable as fault:
            raise Unavailable("evidence store") from fault
        else:
            assert stored.sha256_hex == each.sha256
    if problems:
        raise EvidenceIncomplete(problems)


def _file_problem(file: NamedFile, fault: FileMissing | FileDamaged, database: Database | None) -> Problem:
    where = f"{file.organisation_id}/{file.sha256}"
    if isinstance(fault, FileDamaged):
        return Problem("evidence-file-damaged", where)
    if database is not None:
        with database.snapshot() as connection:
            rows = (NamedFile(row[0], row[1], row[2])
                    for row in read_rows(connection, "evidence_files", _FILE_COLUMNS) if _is_kept(row))  # fmt: skip
            if file not in set(rows):
                return Problem("evidence-file-purged", where)
    return Problem("evidence-file-missing", where)


def _remove(named: list[NamedFile], files: EvidenceStore) -> None:
    try:
        for each in named:
            files.delete(each.organisation_id, each.sha256)
    except StoreUnavailable as fault:
        raise Unavailable("evidence store") from fault


def _is_kept(row: Any) -> bool:
    """Whether the bytes behind a row of `evidence_files` are to be there; the row has `_FILE_COLUMNS`."""
    return row[3] != "rejected" and row[4] is None


def _part(parts: "list[TablePart] | tuple[TablePart, ...]", name: str) -> TablePart:
    return next(part for part in parts if part.name == name)


def _records(folder: Path, part: TablePart) -> Iterator[dict[str, Any]]:
    return (dict(zip(part.columns, row, strict=True)) for row in read_table(folder, part))


def _named_files(folder: Path, part: TablePart) -> Iterator[NamedFile]:
    for record in _records(folder, part):
        row = [record[name] for name in _FILE_COLUMNS]
        if _is_kept(row):
            yield NamedFile(row[0], row[1], row[2])


def _table_problems(folder: Path, part: TablePart) -> list[Problem]:
    where = f"tables/{part.name}.jsonl"
    try:
        if file_sha256(table_path(folder, part.name)) != part.sha256:
            return [Problem("backup-file-changed", where)]
        count = sum(1 for _ in read_table(folder, part))
    except OSError as fault:
        return [Problem("backup-file-unreadable", where, {"reason": fault.strerror or type(fault).__name__})]
    except (msgspec.MsgspecError, LookupError) as fault:
        return [Problem("backup-file-unreadable", where, {"reason": str(fault)[:200]})]
    return [] if count == part.rows else [Problem("backup-file-changed", where)]


def _evidence_problems(folder: Path, manifest: Manifest) -> list[Problem]:
    kept = FolderStore(folder / "evidence")
    problems: list[Problem] = []
    count = size_bytes = 0
    for file in _named_files(folder, _part(manifest.tables, "evidence_files")):
        count += 1
        try:
            size_bytes += sum(len(chunk) for chunk in kept.open(file.organisation_id, file.sha256))
        except FileMissing as fault:
            problems.append(_file_problem(file, fault, None))
        except FileDamaged as fault:
            problems.append(_file_problem(file, fault, None))
        except StoreUnavailable as fault:
            problems.append(Problem("backup-file-unreadable", f"evidence/{file.sha256}", {"reason": str(fault)[:200]}))
    if not problems and (count, size_bytes) != (manifest.evidence_files, manifest.evidence_bytes):
        problems.append(Problem("backup-file-changed", "tables/evidence_files.jsonl"))
    return problems


def _journal_problems(folder: Path, manifest: Manifest) -> list[Problem]:
    heads = {
        record["organisation_id"]: Head(record["position"], record["hash"])
        for record in _records(folder, _part(manifest.tables, "journal_heads"))
    }
    problems: list[Problem] = []
    records = _records(folder, _part(manifest.tables, "journal"))
    for organisation_id, group in groupby(records, key=lambda record: record["organisation_id"]):
        rows = [_journal_row(record) for record in group]
        head = heads.pop(organisation_id, Head(0, genesis(organisation_id)))
        faults = chain_faults(organisation_id, lambda rows=rows: rows, head)
        problems += [
            Problem("journal-broken", organisation_id, {"position": each.position, "fault": each.kind})
            for each in faults
        ]
    problems += [Problem("journal-broken", organisation_id, {"position": head.position, "fault": "missing"})
                 for organisation_id, head in heads.items() if head.position]  # fmt: skip
    return problems


def _journal_row(record: dict[str, Any]) -> Row:
    entry = Entry(
        organisation_id=record["organisation_id"], position=record["position"], at=record["at"], actor=record["actor"],
        kind=record["kind"], facts=msgspec.json.decode(record["facts"], type=dict[str, str | int]),
    )  # fmt: skip
    return Row(entry, record["hash"])
