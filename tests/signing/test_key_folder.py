"""Keys in a folder: made once, opened with their passphrase only, rotated, retired, marked; and the demonstration's."""

import os
import shutil
import stat
import subprocess
from datetime import date

import pytest
from keyed import ON, PASSPHRASE, ROOT_PASSPHRASE

from compliance.signing import (
    KeyChangeRefused,
    KeyFolder,
    KeyFolderUnusable,
    KeyListUntrusted,
    KeysTaken,
    KeyUnusable,
    PassphraseUnfit,
    ensure_demo_keys,
    make_keys,
    mark_compromised,
    pdf_roots,
    read_root,
    retire_key,
    rotate_key,
)
from compliance.signing.signer import check_purpose

LATER = date(2027, 3, 1)


@pytest.fixture
def folder(made, tmp_path):
    """A copy of the keys that a test may spoil."""
    return shutil.copytree(made.folder, tmp_path / "keys")


def codes(refusal, function, *arguments, **named):
    with pytest.raises(refusal) as caught:
        function(*arguments, **named)
    return [problem.code for problem in caught.value.problems]


def rotated(folder, purpose, made):
    return rotate_key(folder, purpose, passphrase=PASSPHRASE, root=made.root, on=LATER)


# Making and opening


def test_private_files_are_encrypted_and_for_their_owner_only(made):
    files = [*made.folder.glob("*.pem"), made.root_file]
    assert len(files) == 5
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in file.read_bytes()
        assert b"BEGIN PRIVATE KEY" not in file.read_bytes()
    assert not list(made.folder.glob(".*"))


def test_the_root_is_not_among_the_keys_of_the_service(made):
    assert sorted(file.name for file in made.folder.iterdir()) == [
        "checkpoints-1.pem", "credentials-1.pem", "keys.json", "pdf-1.pem", "status-1.pem"]  # fmt: skip


def test_openssl_reads_the_private_files(made):
    said = subprocess.run(["openssl", "pkey", "-in", made.folder / "pdf-1.pem", "-passin", f"pass:{PASSPHRASE}", "-noout"],
                          check=False, capture_output=True, text=True)  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")


def test_each_purpose_signs_with_a_key_of_its_own(made):
    signer = made.signer
    keys = [signer.public_key(purpose) for purpose in ("credentials", "status", "checkpoints", "pdf")]
    assert len({key.public for key in keys}) == 4
    assert [len(signer.sign(key.id, b"message")) for key in keys[:3]] == [64, 64, 64]
    assert 68 <= len(signer.sign(keys[3].id, b"message")) <= 72
    assert codes(KeyUnusable, check_purpose, keys[0], "status", "pdf") == ["key-purpose"]
    assert codes(KeyUnusable, signer.sign, "credentials-2", b"") == ["key-unknown"]


def test_keys_are_never_overwritten(made, tmp_path):
    named = {"root_passphrase": ROOT_PASSPHRASE, "name": "n", "on": ON}
    again = {"root_file": tmp_path / "root.pem", **named}
    assert codes(KeysTaken, make_keys, made.folder, PASSPHRASE, **again) == ["key-file-taken"]
    there = {"root_file": made.root_file, **named}
    assert codes(KeysTaken, make_keys, tmp_path / "new", PASSPHRASE, **there) == ["key-file-taken"]
    assert not list((tmp_path / "new").iterdir())


def test_what_cannot_be_written_whole_is_taken_back(tmp_path):
    (tmp_path / "offline").write_text("no folder")
    named = {"root_file": tmp_path / "offline" / "root.pem", "root_passphrase": ROOT_PASSPHRASE, "name": "n", "on": ON}
    assert codes(KeyFolderUnusable, make_keys, tmp_path / "keys", PASSPHRASE, **named) == ["key-file-unusable"]
    assert not list((tmp_path / "keys").iterdir())


@pytest.mark.parametrize(("passphrase", "root_passphrase"), [("short", ROOT_PASSPHRASE), (PASSPHRASE, "")])
def test_a_short_passphrase_is_none(passphrase, root_passphrase, tmp_path):
    named = {"root_file": tmp_path / "root.pem", "root_passphrase": root_passphrase, "name": "n", "on": ON}
    assert codes(PassphraseUnfit, make_keys, tmp_path, passphrase, **named) == ["key-passphrase-short"]


def test_every_file_that_cannot_be_used_is_named_at_once(folder, made):
    (folder / "credentials-1.pem").unlink()
    status = folder / "status-1.pem"
    status.write_bytes(status.read_bytes()[:120])
    shutil.copy(folder / "pdf-1.pem", folder / "checkpoints-1.pem")
    (folder / "pdf-1.pem").chmod(0o640)
    found = codes(KeyFolderUnusable, KeyFolder.open, folder, PASSPHRASE)
    assert found == ["key-file-missing", "key-file-broken", "key-file-other", "key-file-open"]


def test_another_passphrase_opens_nothing(folder):
    assert codes(KeyFolderUnusable, KeyFolder.open, folder, "an" + PASSPHRASE) == ["key-passphrase-wrong"] * 4
    assert codes(KeyFolderUnusable, KeyFolder.open, folder, "") == ["key-passphrase-wrong"] * 4


def test_a_key_that_is_not_encrypted_is_not_used(folder):
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from compliance.signing.key_files import read_private

    path = folder / "status-1.pem"
    key = read_private(path, PASSPHRASE)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert codes(KeyFolderUnusable, KeyFolder.open, folder, PASSPHRASE) == ["key-file-plain"]


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n!\n-----END ENCRYPTED PRIVATE KEY-----\n",
                                     b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"])  # fmt: skip
def test_a_file_that_holds_something_else_is_refused(content, folder):
    (folder / "status-1.pem").write_bytes(content)
    assert codes(KeyFolderUnusable, KeyFolder.open, folder, PASSPHRASE)[0] in (
        "key-file-broken",
        "key-passphrase-wrong",
    )


def test_a_list_that_was_changed_in_the_folder_is_refused(folder):
    path = folder / "keys.json"
    path.write_text(path.read_text().replace('"sequence": 1', '"sequence": 2'))
    assert codes(KeyListUntrusted, KeyFolder.open, folder, PASSPHRASE) == ["key-list-signature"]


def test_a_folder_without_a_list_is_refused(tmp_path):
    assert codes(KeyFolderUnusable, KeyFolder.open, tmp_path, PASSPHRASE) == ["key-file-missing"]
    (tmp_path / "keys.json").mkdir()
    assert codes(KeyFolderUnusable, KeyFolder.open, tmp_path, PASSPHRASE) == ["key-file-unusable"]


# The root


def test_the_root_opens_with_its_own_passphrase_only(made, folder):
    assert codes(KeyFolderUnusable, read_root, made.root_file, PASSPHRASE) == ["key-passphrase-wrong"]
    assert codes(KeyFolderUnusable, read_root, folder / "pdf-1.pem", PASSPHRASE) == ["key-file-no-root"]
    assert codes(KeyFolderUnusable, read_root, folder / "no.pem", PASSPHRASE) == ["key-file-missing"]
    assert repr(made.root) == "Root()"


def test_another_root_signs_nothing_here(folder, tmp_path):
    make_keys(
        tmp_path / "theirs", PASSPHRASE, root_file=tmp_path / "root.pem", root_passphrase=PASSPHRASE, name="n", on=ON
    )
    root = read_root(tmp_path / "root.pem", PASSPHRASE)
    before = sorted(folder.iterdir())
    rotating = {"passphrase": PASSPHRASE, "root": root, "on": LATER}
    assert codes(KeyChangeRefused, rotate_key, folder, "status", **rotating) == ["key-list-root"]
    marking = {"since_leaf": 0, "on": ON, "root": root, "today": ON}
    assert codes(KeyChangeRefused, mark_compromised, folder, "status-1", **marking) == ["key-list-root"]
    assert sorted(folder.iterdir()) == before


# Rotating, retiring, marking


@pytest.mark.parametrize("purpose", ["credentials", "pdf"])
def test_the_next_key_signs_and_the_one_before_stays_in_use(purpose, folder, made):
    listed = rotated(folder, purpose, made)
    assert (listed.sequence, listed.made_on) == (2, LATER)
    signer = KeyFolder.open(folder, PASSPHRASE)
    assert signer.public_key(purpose).id == f"{purpose}-2"
    assert signer.sign(f"{purpose}-1", b"still")
    assert pdf_roots(listed) == made.roots


def test_a_file_that_a_crash_left_behind_is_not_overwritten(folder, made):
    (folder / "status-2.pem").write_bytes(b"left behind")
    assert rotated(folder, "status", made).keys[-1].id == "status-3"
    assert (folder / "status-2.pem").read_bytes() == b"left behind"


def test_a_new_key_never_comes_under_another_passphrase(folder, made):
    named = {"passphrase": "another passphrase, quite long", "root": made.root, "on": LATER}
    assert codes(KeyFolderUnusable, rotate_key, folder, "status", **named) == ["key-passphrase-wrong"] * 4


def test_a_retired_key_signs_no_more_and_needs_no_file(folder, made):
    rotated(folder, "credentials", made)
    listed = retire_key(folder, "credentials-1", on=LATER, root=made.root, today=LATER)
    (folder / "credentials-1.pem").unlink()
    signer = KeyFolder.open(folder, PASSPHRASE)
    assert listed.find("credentials-1").retired_on == LATER
    assert codes(KeyUnusable, signer.sign, "credentials-1", b"") == ["key-retired"]
    retiring = {"on": LATER, "root": made.root, "today": LATER}
    assert codes(KeyChangeRefused, retire_key, folder, "credentials-1", **retiring) == ["key-not-in-use"]


def test_the_only_key_of_a_purpose_is_not_retired(folder, made):
    retiring = {"on": ON, "root": made.root, "today": LATER}
    assert codes(KeyChangeRefused, retire_key, folder, "status-1", **retiring) == ["key-only-one"]


@pytest.mark.parametrize("on", [date(2026, 11, 21), date(2027, 3, 2)])
def test_a_day_before_the_key_or_after_today_is_refused(on, folder, made):
    rotated(folder, "status", made)
    named = {"on": on, "root": made.root, "today": LATER}
    assert codes(KeyChangeRefused, retire_key, folder, "status-1", **named) == ["key-day"]
    assert codes(KeyChangeRefused, mark_compromised, folder, "status-1", since_leaf=-1, **named) == [
        "key-since-leaf",
        "key-day",
    ]


def test_a_compromised_key_signs_no_more_even_if_it_was_the_only_one(folder, made):
    named = {"since_leaf": 7, "on": ON, "root": made.root, "today": LATER}
    listed = mark_compromised(folder, "checkpoints-1", **named)
    assert listed.find("checkpoints-1").compromised_since_leaf == 7
    signer = KeyFolder.open(folder, PASSPHRASE)
    assert codes(KeyUnusable, signer.public_key, "checkpoints") == ["key-none-in-use"]
    assert codes(KeyUnusable, signer.sign, "checkpoints-1", b"") == ["key-compromised"]
    assert codes(KeyChangeRefused, mark_compromised, folder, "checkpoints-1", **named) == ["key-compromised"]
    assert rotated(folder, "checkpoints", made).in_use("checkpoints").id == "checkpoints-2"


def test_an_unknown_key_is_neither_retired_nor_marked(folder, made):
    named = {"on": ON, "root": made.root, "today": ON}
    assert codes(KeyChangeRefused, retire_key, folder, "mail-1", **named) == ["key-unknown"]
    assert codes(KeyChangeRefused, mark_compromised, folder, "mail-1", since_leaf=0, **named) == ["key-unknown"]


# The demonstration


def test_a_demonstration_makes_its_keys_once_and_says_so_in_their_list(tmp_path):
    first = ensure_demo_keys(tmp_path / "keys", on=ON, draw=os.urandom)
    assert first.key_list.demo
    assert "DEMONSTRATION" in subject_of(first)
    again = ensure_demo_keys(tmp_path / "keys", on=LATER, draw=os.urandom)
    assert again.key_list == first.key_list
    assert stat.S_IMODE((tmp_path / "keys" / "passphrase").stat().st_mode) == 0o600
    (tmp_path / "keys" / "passphrase").chmod(0o644)
    assert codes(KeyFolderUnusable, ensure_demo_keys, tmp_path / "keys", on=ON, draw=os.urandom) == ["key-file-open"]


def test_a_demonstration_begins_anew_where_making_was_broken_off(tmp_path):
    ensure_demo_keys(tmp_path, on=ON, draw=os.urandom)
    (tmp_path / "keys.json").unlink()
    (tmp_path / "status-1.pem").unlink()
    assert ensure_demo_keys(tmp_path, on=ON, draw=os.urandom).public_key("status")


def test_a_demonstration_does_not_use_real_keys(folder):
    assert codes(KeyFolderUnusable, ensure_demo_keys, folder, on=ON, draw=os.urandom) == ["key-folder-real"]


def subject_of(signer):
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(signer.public_key("pdf").certificate.encode()).subject.rfc4514_string()
