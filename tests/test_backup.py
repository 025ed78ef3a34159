"""Backup and restore, on both engines and between them: consistent while others write, checked, all or nothing."""

import hashlib
import json
import shutil
import stat
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from compliance.files import Bucket, FolderStore, S3Store
from compliance.store.engine import Database, open_engine
from compliance.store.migrating import migrate
from compliance.usecases.backup_folder import BackupUnreadable, read_manifest, read_table
from compliance.usecases.backups import (
    BackupDamaged,
    BackupFolderTaken,
    EvidenceIncomplete,
    RestoreFailed,
    RestoreNotEmpty,
    SchemaDiffers,
    make_backup,
    restore_backup,
    verify_backup,
)
from compliance.usecases.journal_checks import check_journals
from settled import SMALL_PDF, Settled

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WRITERS = 50


@contextmanager
def opened(url):
    database = Database(open_engine(url))
    try:
        yield database
    finally:
        database.dispose()


def back_up(url, files, folder):
    with opened(url) as database:
        return make_backup(database, files, folder, now=NOW, program="0.1.0")


def restore(url, files, folder):
    with opened(url) as database:
        return restore_backup(database, files, folder)


@pytest.fixture
def new_url(request, tmp_path):
    """Makes migrated databases without a single row: `new_url("postgresql")`."""
    made = []

    def make(engine):
        if engine == "sqlite":
            url = f"sqlite:///{tmp_path / 'new.sqlite'}"
        else:
            made.append(f"restored_{uuid4().hex[:16]}")
            url = request.getfixturevalue("postgres_server").create_database(made[-1])
        with opened(url) as database:
            migrate(database.engine)
        return url

    yield make
    for name in made:
        request.getfixturevalue("postgres_server").drop_database(name)


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        yield hotel


@pytest.fixture
def full(hotel):
    """With sites, journal, jobs and three files; one of them was purged."""
    for number in range(3):
        hotel.add_site(f"Wing {number}")
    with hotel.client() as client:
        kept = [hotel.upload(client, SMALL_PDF + b"%" * number, f"Policy {number}") for number in range(3)]
        gone = client.post(f"/api/v1/organisations/{hotel.id}/evidence/{kept[2]['id']}/purge", json={"reason": "wrong"},
                           headers={"if-match": '"1"'})  # fmt: skip
        assert gone.status_code < 300, gone.text
    FolderStore(hotel.evidence).delete(hotel.id, hashlib.sha256(SMALL_PDF + b"%%").hexdigest())
    return hotel


def digests(manifest):
    return {part.name: (part.rows, part.sha256) for part in manifest.tables}


def codes(refused):
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_one_engine_is_restored_into_either(full, migrated_url, target, new_url, tmp_path):
    manifest = back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    assert manifest.evidence_files == 2
    assert digests(manifest)["sites"][0] == 4

    url, evidence = new_url(target), FolderStore(tmp_path / "other-evidence")
    restore(url, evidence, tmp_path / "backup")

    again = back_up(url, evidence, tmp_path / "again")
    assert digests(again) == digests(manifest)
    with closing(Settled(url, tmp_path, files=evidence)) as restored:
        assert restored.id == full.id
        assert restored.site_names() == {"River", "Wing 0", "Wing 1", "Wing 2"}
        assert [check.faults for check in check_journals(restored.desk.store)] == [()]
        with restored.client() as client:
            assert client.get(f"/api/v1/organisations/{full.id}/evidence").json()["items"]
            assert client.post("/api/v1/sessions", json={"email": "owner@hotel.example",
                                                         "password": "seven ripe mangoes"}).status_code == 201  # fmt: skip


def test_a_backup_while_fifty_write_is_one_moment(hotel, migrated_url, tmp_path):
    before = {hotel.add_site(f"Before {number}") for number in range(5)}
    stop, kept = threading.Event(), []

    def write(number):
        for round_ in range(10_000):
            if stop.is_set():
                return
            kept.append(hotel.add_site(f"{number}-{round_}"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for each in writers:
        each.start()
    try:
        while len(kept) < WRITERS:
            stop.wait(0.01)
        before |= set(kept[:WRITERS])
        manifest = back_up(migrated_url, FolderStore(hotel.evidence), tmp_path / "backup")
    finally:
        stop.set()
        for each in writers:
            each.join()

    parts = {part.name: part for part in manifest.tables}
    rows = {name: list(read_table(tmp_path / "backup", parts[name])) for name in ("sites", "journal", "jobs")}
    column = parts["sites"].columns.index("id")
    sites = {row[column] for row in rows["sites"]}
    # Every deed is in it wholly or not at all; the first site and the hotel's first entry are older than the deeds.
    assert len(rows["sites"]) - 1 == len(rows["journal"]) - 1 == len(rows["jobs"])
    assert before < sites
    assert len(sites) < len(kept) + 6 + WRITERS
    verify_backup(tmp_path / "backup")


def test_nothing_secret_and_nothing_open_lies_in_a_backup(full, migrated_url, tmp_path):
    (tmp_path / "secret.key").write_text("c2VjcmV0IGtleSBvZiB0aGlzIG1hY2hpbmUsIDMyIG8=\n")
    back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    for path in (tmp_path / "backup").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        assert path.name != "secret.key"
        if path.is_file():
            assert b"c2VjcmV0" not in path.read_bytes()


def test_a_missing_and_a_damaged_file_stop_a_backup_and_are_named(full, migrated_url, tmp_path):
    digest = hashlib.sha256(SMALL_PDF).hexdigest()
    FolderStore(full.evidence).delete(full.id, digest)
    other = hashlib.sha256(SMALL_PDF + b"%").hexdigest()
    (full.evidence / "objects" / full.id / other[:2] / other).write_bytes(b"something else")
    with pytest.raises(EvidenceIncomplete) as refused:
        back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    assert {(each.code, each.where) for each in refused.value.problems} == {
        ("evidence-file-missing", f"{full.id}/{digest}"), ("evidence-file-damaged", f"{full.id}/{other}"),
    }  # fmt: skip
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_file_that_is_purged_while_the_backup_is_made_is_told_from_a_lost_one(full, migrated_url, tmp_path):
    digest = hashlib.sha256(SMALL_PDF).hexdigest()

    class PurgedMeanwhile(FolderStore):
        def open(self, organisation_id, sha256_hex):
            if sha256_hex == digest and self.exists(organisation_id, digest):
                with full.desk.store.unit() as unit:
                    unit.evidence.change_file(organisation_id, digest, purged_at=NOW, purged_by=full.user_id,
                                              purge_reason="wrong")  # fmt: skip
                self.delete(organisation_id, digest)
            return super().open(organisation_id, sha256_hex)

    with pytest.raises(EvidenceIncomplete) as refused:
        back_up(migrated_url, PurgedMeanwhile(full.evidence), tmp_path / "backup")
    assert codes(refused) == ["evidence-file-purged"]
    assert back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup").evidence_files == 1


def test_a_folder_that_holds_something_is_not_written_into(full, migrated_url, tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine.txt").write_text("mine")
    with pytest.raises(BackupFolderTaken):
        back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    assert (tmp_path / "backup" / "mine.txt").read_text() == "mine"


def changed(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def made_to_fit(folder, table):
    """Whoever changes a table can change the manifest too."""
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (folder / "tables" / f"{table}.jsonl").read_bytes()
    for part in manifest["tables"]:
        if part["name"] == table:
            part["sha256"], part["rows"] = hashlib.sha256(content).hexdigest(), content.count(b"\n")
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_whatever_is_changed_in_a_backup_is_found(full, migrated_url, tmp_path):
    whole = tmp_path / "backup"
    back_up(migrated_url, FolderStore(full.evidence), whole)
    verify_backup(whole)
    organisation, digest = full.id, hashlib.sha256(SMALL_PDF).hexdigest()

    def broken(name):
        return shutil.copytree(whole, tmp_path / name)

    folder = broken("a-row-changed")
    changed(folder / "tables" / "sites.jsonl", b"Wing 1", b"Wing 9")
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert [(each.code, each.where) for each in refused.value.problems] == [
        ("backup-file-changed", "tables/sites.jsonl")
    ]

    folder = broken("a-table-missing")
    (folder / "tables" / "users.jsonl").unlink()
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert codes(refused) == ["backup-file-unreadable"]

    folder = broken("a-row-of-another-kind")
    changed(folder / "tables" / "sites.jsonl", b'"Wing 1"', b"1")
    made_to_fit(folder, "sites")
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert codes(refused) == ["backup-file-unreadable"]

    folder = broken("evidence-changed")
    (folder / "evidence" / "objects" / organisation / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert codes(refused) == ["evidence-file-damaged"]

    folder = broken("evidence-gone")
    (folder / "evidence" / "objects" / organisation / digest[:2] / digest).unlink()
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert codes(refused) == ["evidence-file-missing"]

    folder = broken("journal-changed")
    changed(folder / "tables" / "journal.jsonl", b"site-added", b"site-moved")
    made_to_fit(folder, "journal")
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert set(codes(refused)) == {"journal-broken"}

    folder = broken("journal-gone")
    (folder / "tables" / "journal.jsonl").write_bytes(b"")
    made_to_fit(folder, "journal")
    with pytest.raises(BackupDamaged) as refused:
        verify_backup(folder)
    assert codes(refused) == ["journal-broken"]

    for name, content in (("no-manifest", None), ("half-a-manifest", b'{"format": "compl'), ("another", b'{"a": 1}')):
        folder = broken(name)
        (folder / "manifest.json").unlink()
        if content is not None:
            (folder / "manifest.json").write_bytes(content)
        with pytest.raises(BackupUnreadable):
            verify_backup(folder)


def test_a_restore_goes_into_an_empty_place_only(full, migrated_url, new_url, engine_name, tmp_path):
    back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")

    with pytest.raises(RestoreNotEmpty) as refused:
        restore(migrated_url, FolderStore(tmp_path / "other"), tmp_path / "backup")
    assert codes(refused) == ["restore-rows-there"]
    with pytest.raises(RestoreNotEmpty) as refused:
        restore(new_url(engine_name), FolderStore(full.evidence), tmp_path / "backup")
    assert codes(refused) == ["restore-evidence-there"]
    assert full.site_names() == {"River", "Wing 0", "Wing 1", "Wing 2"}


def test_backup_and_restore_want_the_schema_that_they_know(full, migrated_url, database_url, tmp_path):
    back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    with pytest.raises(SchemaDiffers) as refused:
        restore(database_url, FolderStore(tmp_path / "other"), tmp_path / "backup")
    assert codes(refused) == ["schema-differs"]
    with pytest.raises(SchemaDiffers) as refused:
        back_up(database_url, FolderStore(full.evidence), tmp_path / "second")
    assert codes(refused) == ["schema-not-ours"]
    with opened(database_url) as database:
        migrate(database.engine)
    restore(database_url, FolderStore(tmp_path / "other"), tmp_path / "backup")


def test_a_backup_of_an_earlier_migration_goes_into_a_database_of_that_migration(
    full, migrated_url, database_url, tmp_path
):
    folder = tmp_path / "backup"
    back_up(migrated_url, FolderStore(full.evidence), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["schema"] = "0001"

    with opened(database_url) as database:
        migrate(database.engine, to="0001")
        then = inspect(database.engine)
        # What came later has no rows here.
        manifest["tables"] = [part for part in manifest["tables"] if then.has_table(part["name"])]
        for part in manifest["tables"]:
            known = {column["name"] for column in then.get_columns(part["name"])}
            assert not part["rows"] or known.issuperset(part["columns"]), part["name"]
            part["columns"] = [each for each in part["columns"] if each in known]
        (folder / "manifest.json").write_text(json.dumps(manifest))
        restore(database_url, FolderStore(tmp_path / "other"), folder)
        migrate(database.engine)
    again = digests(back_up(database_url, FolderStore(tmp_path / "other"), tmp_path / "again"))
    for part in manifest["tables"]:
        assert again[part["name"]] == (part["rows"], part["sha256"]), part["name"]


def test_a_restore_that_fails_leaves_nothing_behind(full, migrated_url, new_url, engine_name, tmp_path):
    back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    path = tmp_path / "backup" / "tables" / "sites.jsonl"
    changed(path, full.id.encode(), b"00000000-0000-7000-8000-000000000000")
    made_to_fit(tmp_path / "backup", "sites")
    verify_backup(tmp_path / "backup")

    url, evidence = new_url(engine_name), FolderStore(tmp_path / "other")
    with pytest.raises(RestoreFailed) as refused:
        restore(url, evidence, tmp_path / "backup")
    assert [(each.code, each.where) for each in refused.value.problems] == [("restore-rows-refused", "sites")]
    assert list(evidence.list(None)) == []
    with opened(url) as database, database.transaction(writes=False) as connection:
        assert connection.execute(text("SELECT count(*) FROM organisations")).scalar() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_evidence_goes_from_a_folder_into_a_bucket_and_back(full, migrated_url, new_url, s3_server, bucket, tmp_path):
    names = iter(f"piece-{number}" for number in range(100))
    store = S3Store(Bucket(name=bucket, region="us-east-1", access_key_id=s3_server.access_key,
                           secret_access_key=s3_server.secret_key,
                           endpoint=s3_server.endpoint), draw_name=lambda: next(names))  # fmt: skip
    manifest = back_up(migrated_url, FolderStore(full.evidence), tmp_path / "backup")
    url = new_url("sqlite")
    restore(url, store, tmp_path / "backup")
    assert len(list(store.list(None))) == 2
    again = back_up(url, store, tmp_path / "again")
    assert (again.evidence_files, again.evidence_bytes) == (manifest.evidence_files, manifest.evidence_bytes)
    assert read_manifest(tmp_path / "again") == again
