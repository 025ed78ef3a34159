"""`compliance backup` and `compliance restore`."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from compliance import __version__
from compliance.app import evidence_store
from compliance.cli.folders import NotWritten
from compliance.cli.printing import say
from compliance.cli.starting import reaching, settings_now
from compliance.errors import Problem
from compliance.http.chance import SystemChance
from compliance.settings import make_data_folder
from compliance.store.engine import Database, open_engine
from compliance.usecases.backup_folder import Manifest
from compliance.usecases.backups import make_backup, restore_backup, verify_backup


def backup(options: Namespace) -> int:
    """Write a backup and read it back; with --verify only read one."""
    folder = Path(options.folder)
    if options.verify:
        _say_what(verify_backup(folder), "is whole")
        return 0
    settings = settings_now()
    database = Database(open_engine(settings.database_url, pool_size=2))
    try:
        with reaching():
            files = evidence_store(settings, SystemChance())
            manifest = make_backup(database, files, folder, now=datetime.now(UTC), program=__version__)
    except OSError as fault:
        facts = {"reason": fault.strerror or type(fault).__name__}
        raise NotWritten([Problem("output-unwritable", str(folder), facts)]) from None
    finally:
        database.dispose()
    _say_what(manifest, "is whole")
    say("It holds personal data: keep it encrypted and closed. COMPLIANCE_SECRET_KEY is not in it; keep that apart.")
    return 0


def restore(options: Namespace) -> int:
    """Put a backup into the empty database and evidence store that the settings name."""
    settings = settings_now()
    make_data_folder(settings.data_dir)
    database = Database(open_engine(settings.database_url, pool_size=2))
    try:
        with reaching():
            manifest = restore_backup(database, evidence_store(settings, SystemChance()), Path(options.folder))
    finally:
        database.dispose()
    _say_what(manifest, "was restored, and reads back as it was written")
    return 0


def _say_what(manifest: Manifest, verb: str) -> None:
    say(
        f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC {verb}: {manifest.rows:,} rows in "
        f"{len(manifest.tables)} tables (migration {manifest.schema}), evidence files: {manifest.evidence_files:,} "
        f"with {manifest.evidence_bytes:,} bytes."
    )
