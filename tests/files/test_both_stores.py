"""What a folder and an S3-compatible store do alike."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from compliance.files import FileDamaged, FileMissing, ListedFile, StoredFile
from measured import most_memory

HOTEL, RIVAL = "019a-hotel", "019a-rival"
ABSENT = hashlib.sha256(b"absent").hexdigest()


def keep(store, organisation_id, *chunks):
    with store.begin(organisation_id) as upload:
        for chunk in chunks:
            upload.write(chunk)
        return upload.finish()


def pieces(disk):
    return sorted(path.name for path in (disk / "incoming").glob("*")) if (disk / "incoming").exists() else []


def objects(disk):
    return sorted(str(path.relative_to(disk / "objects")) for path in (disk / "objects").rglob("*") if path.is_file())


def test_a_file_comes_back_as_it_was_given(store, disk):
    stored = keep(store, HOTEL, b"first ", b"", b"second")
    assert stored == StoredFile(hashlib.sha256(b"first second").hexdigest(), 12)
    assert store.read_all(HOTEL, stored.sha256_hex) == b"first second"
    assert store.exists(HOTEL, stored.sha256_hex)
    assert objects(disk) == [f"{HOTEL}/{stored.sha256_hex[:2]}/{stored.sha256_hex}"]
    assert pieces(disk) == []


def test_an_empty_file_is_a_file(store):
    stored = keep(store, HOTEL)
    assert stored == StoredFile(hashlib.sha256().hexdigest(), 0)
    assert store.read_all(HOTEL, stored.sha256_hex) == b""


def test_a_large_file_streams_in_and_out_without_being_held(store):
    chunk = bytes(range(256)) * 1024
    with most_memory() as most_bytes:
        stored = keep(store, HOTEL, *(chunk for _ in range(120)), b"end")
        lengths = [len(each) for each in store.open(HOTEL, stored.sha256_hex)]
    assert stored.size_bytes == 120 * 256 * 1024 + 3
    assert lengths == [256 * 1024] * 120 + [3]
    assert most_bytes() < 8 * 1024 * 1024


def test_an_upload_tells_its_size_while_it_grows(store):
    with store.begin(HOTEL) as upload:
        upload.write(b"12345")
        assert upload.size_bytes == 5


def test_an_upload_left_unfinished_leaves_nothing(store, disk):
    def break_off():
        with store.begin(HOTEL) as upload:
            upload.write(b"x" * 20 * 1024 * 1024)
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert pieces(disk) == []
    assert list(store.list(None)) == []


def test_an_upload_that_is_over_takes_no_more(store):
    upload = store.begin(HOTEL)
    upload.write(b"x")
    upload.abort()
    upload.abort()
    with pytest.raises(RuntimeError):
        upload.write(b"y")
    with pytest.raises(RuntimeError):
        upload.finish()


def test_the_same_file_given_twice_is_kept_once(store, disk):
    first, second = keep(store, HOTEL, b"same"), keep(store, HOTEL, b"sa", b"me")
    assert first == second
    assert len(objects(disk)) == 1
    assert pieces(disk) == []


def test_the_same_file_given_by_many_at_once_is_kept_once_and_whole(store, disk):
    content = b"same" * 50_000
    with ThreadPoolExecutor(8) as threads:
        stored = list(threads.map(lambda _: keep(store, HOTEL, content), range(24)))
    assert set(stored) == {StoredFile(hashlib.sha256(content).hexdigest(), len(content))}
    assert store.read_all(HOTEL, stored[0].sha256_hex) == content
    assert len(objects(disk)) == 1
    assert pieces(disk) == []


def test_equal_files_of_two_organisations_are_kept_apart(store):
    stored = keep(store, HOTEL, b"policy")
    assert not store.exists(RIVAL, stored.sha256_hex)
    with pytest.raises(FileMissing):
        store.open(RIVAL, stored.sha256_hex)

    keep(store, RIVAL, b"policy")
    store.delete(RIVAL, stored.sha256_hex)
    assert not store.exists(RIVAL, stored.sha256_hex)
    assert store.read_all(HOTEL, stored.sha256_hex) == b"policy"


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store):
    stored = keep(store, HOTEL, b"policy")
    store.delete(HOTEL, stored.sha256_hex)
    store.delete(HOTEL, stored.sha256_hex)
    assert not store.exists(HOTEL, stored.sha256_hex)
    with pytest.raises(FileMissing):
        store.read_all(HOTEL, stored.sha256_hex)


def test_a_missing_file_is_told_before_the_first_chunk(store):
    with pytest.raises(FileMissing):
        store.open(HOTEL, ABSENT)


@pytest.mark.parametrize("size_bytes", [1, 256 * 1024, 256 * 1024 + 1, 700_000])
def test_a_byte_that_turned_over_is_found_and_the_file_never_given_whole(store, disk, size_bytes):
    stored = keep(store, HOTEL, b"a" * size_bytes)
    path = disk / "objects" / objects(disk)[0]
    with path.open("r+b") as file:
        file.seek(size_bytes // 2)
        file.write(b"b")
    given = []
    reading = store.open(HOTEL, stored.sha256_hex)
    with pytest.raises(FileDamaged):
        given.extend(len(chunk) for chunk in reading)
    assert sum(given) < size_bytes


def test_a_reading_may_be_left_before_its_end(store):
    stored = keep(store, HOTEL, b"a" * 1_000_000)
    reading = store.open(HOTEL, stored.sha256_hex)
    assert len(next(reading)) == 256 * 1024
    reading.close()


def test_listing_names_one_organisations_files_or_everybodys_in_order(store):
    mine = [keep(store, HOTEL, bytes([number])) for number in range(5)]
    theirs = keep(store, RIVAL, b"theirs")
    expected = [ListedFile(HOTEL, each.sha256_hex, 1) for each in sorted(mine, key=lambda each: each.sha256_hex)]
    assert list(store.list(HOTEL)) == expected
    assert list(store.list(None)) == [*expected, ListedFile(RIVAL, theirs.sha256_hex, 6)]
    assert list(store.list("nobody")) == []
    assert list(store.list("019a")) == [], "an id's beginning is no id"


def test_listing_passes_over_what_is_not_ours(store, disk):
    stored = keep(store, HOTEL, b"x")
    (disk / "objects" / HOTEL / "README").write_bytes(b"left by somebody")
    (disk / "objects" / HOTEL / stored.sha256_hex[:2] / "notes.txt").write_bytes(b"left by somebody")
    (disk / "objects" / "a b").mkdir()
    (disk / "objects" / "a b" / "c").write_bytes(b"x")
    assert [each.sha256_hex for each in store.list(None)] == [stored.sha256_hex]


def test_sweeping_removes_old_pieces_only(store, disk):
    store.check()
    now = datetime.now(UTC)
    (disk / "incoming").mkdir(parents=True, exist_ok=True)
    (disk / "incoming" / "left.part").write_bytes(b"half a fi")
    stored = keep(store, HOTEL, b"whole")
    assert store.sweep(3600, now) == 0
    assert pieces(disk) == ["left.part"]
    assert store.sweep(3600, now + timedelta(hours=2)) == 1
    assert pieces(disk) == []
    assert store.exists(HOTEL, stored.sha256_hex)


def test_a_ready_store_says_so_and_leaves_nothing(store, disk):
    store.check()
    assert pieces(disk) == []


@pytest.mark.parametrize("organisation_id", ["", "..", ".", "a/b", "../x", "a\0b", "-a", "ä", "a" * 65, "x\n"])
def test_an_organisation_cannot_name_a_place_outside(store, organisation_id):
    for deed in (
        lambda: store.begin(organisation_id),
        lambda: store.open(organisation_id, ABSENT),
        lambda: store.exists(organisation_id, ABSENT),
        lambda: store.delete(organisation_id, ABSENT),
        lambda: list(store.list(organisation_id)),
    ):
        with pytest.raises(ValueError, match="organisation"):
            deed()


@pytest.mark.parametrize("sha256_hex", ["", "ab", "../" + "a" * 61, "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"])
def test_a_hash_cannot_name_a_place_outside(store, sha256_hex):
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(HOTEL, sha256_hex)
