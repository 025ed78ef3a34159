"""The folder's own faults: a full disk, no right to write, a crash."""

import hashlib
import os
import resource
import stat
import subprocess
import sys

import pytest

from compliance.files import FileDamaged, FileMissing, FolderStore, StoreUnavailable

HOTEL = "019a-hotel"


def keep(store, content):
    with store.begin(HOTEL) as upload:
        upload.write(content)
        return upload.finish()


def files_below(root):
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_full_disk_is_told_as_a_passing_fault_and_leaves_nothing(tmp_path):
    store = FolderStore(tmp_path)
    with store.begin(HOTEL) as upload:
        upload.write(b"still room")
        # The kernel answers every write to this device with ENOSPC.
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, upload._piece)
        os.close(full)
        with pytest.raises(StoreUnavailable, match="No space left") as told:
            upload.write(b"x" * 100_000)
    assert not told.value.permanent
    assert files_below(tmp_path) == []


def test_a_write_that_stops_half_way_is_told_and_leaves_nothing(tmp_path):
    store = FolderStore(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with store.begin(HOTEL) as upload:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
        try:
            with pytest.raises(StoreUnavailable, match="too large"):
                upload.write(b"x" * 100_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files_below(tmp_path) == []


def test_a_file_that_stands_where_the_folder_should_is_told_as_permanent(tmp_path):
    (tmp_path / "evidence").write_bytes(b"")
    store = FolderStore(tmp_path / "evidence")
    for deed in (lambda: store.begin(HOTEL), store.check):
        with pytest.raises(StoreUnavailable) as told:
            deed()
        assert told.value.permanent
    assert list(store.list(None)) == []


def test_a_folder_without_the_right_to_write_is_told_as_permanent(tmp_path):
    # Root may write anywhere, so it becomes nobody first.
    code = """
import os, sys
from pathlib import Path
from compliance.files import FolderStore, StoreUnavailable
if os.geteuid() == 0:
    os.setuid(65534)
try:
    FolderStore(Path(sys.argv[1])).check()
except StoreUnavailable as fault:
    print(fault.permanent)
"""
    tmp_path.chmod(0o500)
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    tmp_path.chmod(0o700)
    assert told.stdout == "True\n"


def test_only_the_owner_may_read(tmp_path):
    store = FolderStore(tmp_path / "evidence")
    keep(store, b"x")
    for path in (tmp_path / "evidence").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_process_killed_in_the_middle_leaves_a_piece_and_no_file(tmp_path):
    code = """
import os, signal, sys
from pathlib import Path
from compliance.files import FolderStore
upload = FolderStore(Path(sys.argv[1])).begin("019a-hotel")
upload.write(b"x" * 1_000_000)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -9
    store = FolderStore(tmp_path)
    assert list(store.list(None)) == []
    assert len(list((tmp_path / "incoming").iterdir())) == 1


def test_a_file_cut_off_on_disk_is_found_and_mended_by_giving_it_again(tmp_path):
    store = FolderStore(tmp_path)
    stored = keep(store, b"a" * 1000)
    path = tmp_path / "objects" / HOTEL / stored.sha256_hex[:2] / stored.sha256_hex
    path.write_bytes(b"a" * 999)
    with pytest.raises(FileDamaged):
        store.read_all(HOTEL, stored.sha256_hex)
    keep(store, b"a" * 1000)
    assert store.read_all(HOTEL, stored.sha256_hex) == b"a" * 1000


def test_a_file_that_disappears_while_it_is_asked_for_is_missing(tmp_path):
    store = FolderStore(tmp_path)
    stored = keep(store, b"x")
    assert stored.sha256_hex == hashlib.sha256(b"x").hexdigest()
    reading = store.open(HOTEL, stored.sha256_hex)
    store.delete(HOTEL, stored.sha256_hex)
    with pytest.raises(FileMissing):
        next(reading)
