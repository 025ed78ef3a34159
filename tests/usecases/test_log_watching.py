"""A log read whole, mirrored and watched: what is wrong with one is named, and nothing wrong is ever kept."""

import shutil
from contextlib import suppress

import pytest

from compliance.domain.transparency import Leaf, commitment, leaf_bytes, read_bundle, read_tile_path, write_bundle
from compliance.usecases.log_watching import (
    FolderSource,
    LogAlarm,
    LogBroken,
    LogForked,
    LogUnread,
    mirror_log,
    monitor_log,
    verify_log,
)
from issuer import Issuer
from logged import publish, rewritten

CHECKPOINT, KEYS = "log/checkpoint", ".well-known/compliance-keys.json"
SIZE = 260
"""Four of keys among them: a full tile, and a partial one on two levels."""
FULL, REST, FULL_BUNDLE, REST_BUNDLE = (
    "log/tile/0/000", "log/tile/0/001.p/4", "log/tile/entries/000", "log/tile/entries/001.p/4",
)  # fmt: skip


@pytest.fixture
def issuer():
    made = Issuer()
    made.append_something(SIZE - len(made.leaves))
    return made


@pytest.fixture
def log(issuer, tmp_path):
    return publish(issuer, tmp_path / "log")


def codes(refusal):
    return [problem.code for problem in refusal.value.problems]


def verified(log, **more):
    return verify_log(FolderSource(log), **more)


def refused(log, kind=LogBroken, **more):
    with pytest.raises(kind) as refusal:
        verified(log, **more)
    return codes(refusal)


def entries_of(log, name):
    return list(read_bundle((log / name).read_bytes(), read_tile_path(name.removeprefix("log/"))))


def files_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ── Verifying


def test_a_whole_log_is_counted(issuer, log):
    seen = []
    report = verified(log, origin="check.example.org", fingerprint=issuer.fingerprint, on_step=seen.append)
    assert report.events == {"key": 4, "trail": SIZE - 4}
    assert (report.signed.checkpoint.size, report.signed.key.id, seen) == (SIZE, "checkpoints-1", [256, 260])


@pytest.mark.parametrize("size", [4, 5, 255, 256, 257])
def test_logs_of_any_size_hold(issuer, tmp_path, size):
    assert verified(publish(issuer, tmp_path / "log", size)).signed.checkpoint.size == size


@pytest.mark.parametrize(
    ("name", "code"),
    [(FULL, "log-tile"), (REST, "log-root"), ("log/tile/1/000.p/1", "log-root"), (FULL_BUNDLE, "log-entry"),
     (REST_BUNDLE, "log-entry")],
)  # fmt: skip
def test_an_altered_file_is_named(log, name, code):
    content = bytearray((log / name).read_bytes())
    content[-3] ^= 1
    (log / name).write_bytes(content)
    assert refused(log) == [code]


@pytest.mark.parametrize("name", [FULL, REST, "log/tile/1/000.p/1", FULL_BUNDLE, REST_BUNDLE])
def test_a_missing_file_and_one_that_was_cut_off_are_named(log, name):
    content = (log / name).read_bytes()
    (log / name).write_bytes(content[:-1])
    assert refused(log) == ["log-tile"]
    (log / name).unlink()
    assert refused(log) == ["log-missing"]


@pytest.mark.parametrize(
    "change",
    [lambda entries: [entries[1], entries[0], *entries[2:]], lambda entries: [*entries[:-1], entries[0]]],
    ids=["reordered", "replaced"],
)
def test_entries_in_another_order_and_others_are_found(log, change):
    (log / FULL_BUNDLE).write_bytes(write_bundle(change(entries_of(log, FULL_BUNDLE))))
    assert refused(log) == ["log-entry"]


def test_an_entry_put_in_or_taken_out_is_found(log):
    entries = entries_of(log, REST_BUNDLE)
    for change in (entries[:-1], [*entries, entries[0]]):
        (log / REST_BUNDLE).write_bytes(write_bundle(change))
        assert refused(log) == ["log-tile"]


def test_what_is_no_leaf_is_found_even_where_the_tree_has_it(issuer, tmp_path):
    issuer.append(b'{"v": 1}')
    assert refused(publish(issuer, tmp_path / "odd")) == ["log-leaf"]


def test_a_checkpoint_that_others_signed_or_of_another_log_is_refused(issuer, log):
    stranger = Issuer()
    stranger.append_something(3)
    assert refused(log, origin="other.example.org") == ["log-origin"]
    assert refused(log, fingerprint=stranger.fingerprint) == ["key-list-root"]
    (log / CHECKPOINT).write_text(stranger.checkpoint())
    assert refused(log) == ["note-unsigned"]
    (log / CHECKPOINT).write_text(issuer.checkpoint(200))
    assert refused(log) == ["log-missing"], "a checkpoint over something else"
    (log / CHECKPOINT).write_text("nothing")
    assert refused(log) == ["note-malformed"]


def test_a_key_signs_no_checkpoint_after_it_was_retired_or_given_up(issuer, tmp_path):
    first = issuer.signer
    issuer.add_key("checkpoints")
    issuer.retire("checkpoints-1")
    second = issuer.signer
    log = publish(issuer, tmp_path / "log")
    assert verified(log).signed.key.id == "checkpoints-2"
    (log / CHECKPOINT).write_text(issuer.checkpoint(signer=first))
    assert refused(log) == ["log-key-retired"]
    before = publish(issuer, tmp_path / "before", SIZE, signer=first)
    assert verified(before).signed.key.id == "checkpoints-1", "what it signed in its time stays good"

    issuer.compromise("checkpoints-2", since_leaf=10)
    issuer.add_key("checkpoints")
    assert verified(publish(issuer, log)).signed.key.id == "checkpoints-3"
    assert refused(publish(issuer, log, 11, signer=second)) == ["log-key-compromised"]
    assert verified(publish(issuer, log, 10, signer=second)).signed.key.id == "checkpoints-2"


def test_without_keys_or_checkpoint_nothing_is_established(log, tmp_path):
    assert refused(tmp_path / "nowhere", LogUnread) == ["log-missing"]
    (log / CHECKPOINT).unlink()
    assert refused(log, LogUnread) == ["log-missing"]
    (log / CHECKPOINT).write_bytes(b"x" * 1_000_001)
    assert refused(log, LogUnread) == ["file-too-large"]


# ── Mirroring


def test_a_mirror_is_the_same_files_and_a_log_of_its_own_right(log, tmp_path):
    mirror = tmp_path / "mirror"
    mirrored = mirror_log(FolderSource(log), mirror)
    assert (mirrored.before, mirrored.written) == (0, 5)
    assert files_in(mirror) == files_in(log)
    assert verified(mirror).signed.checkpoint.size == SIZE
    assert mirror_log(FolderSource(log), mirror).written == 0


class Breaking:
    """Answers so often, and then no more."""

    def __init__(self, source, times):
        self.source, self.times, self.asked = source, times, []

    def read(self, path, most_bytes):
        if len(self.asked) == self.times:
            raise LogUnread
        self.asked.append(path)
        return self.source.read(path, most_bytes)


def test_a_mirror_that_was_broken_off_goes_on_where_it_was(log, tmp_path):
    mirror, asked = tmp_path / "mirror", []
    for _ in range(2):
        assert not (mirror / CHECKPOINT).exists(), "what is promised is there"
        source = Breaking(FolderSource(log), 5)
        with suppress(LogUnread):
            mirror_log(source, mirror)
        asked += source.asked
    assert [asked.count(each) for each in (FULL, FULL_BUNDLE, REST_BUNDLE)] == [1, 1, 1]
    assert files_in(mirror) == files_in(log)


def test_a_mirror_grows_and_keeps_what_it_had(issuer, log, tmp_path):
    mirror = tmp_path / "mirror"
    mirror_log(FolderSource(log), mirror)
    issuer.append_something(300)
    before = files_in(mirror)
    source = Breaking(FolderSource(publish(issuer, log)), 100)
    mirrored = mirror_log(source, mirror)
    assert (mirrored.before, mirrored.signed.checkpoint.size) == (SIZE, SIZE + 300)
    assert FULL_BUNDLE not in source.asked
    after = files_in(mirror)
    assert {name for name in before if before[name] != after[name]} == {CHECKPOINT}
    assert verified(mirror).signed.checkpoint.size == SIZE + 300


@pytest.mark.parametrize("name", [FULL, REST, FULL_BUNDLE, REST_BUNDLE])
def test_a_mirror_mends_what_was_damaged_on_its_disk(log, tmp_path, name):
    mirror = tmp_path / "mirror"
    mirror_log(FolderSource(log), mirror)
    (mirror / name).write_bytes(b"\0" * len((log / name).read_bytes()))
    assert mirror_log(FolderSource(log), mirror).written >= 1
    assert files_in(mirror) == files_in(log)


@pytest.mark.parametrize("name", [FULL, REST, FULL_BUNDLE, REST_BUNDLE])
def test_nothing_is_kept_that_does_not_belong_to_the_log(log, tmp_path, name):
    (log / name).write_bytes(b"\0" * len((log / name).read_bytes()))
    mirror = tmp_path / "mirror"
    with pytest.raises(LogBroken):
        mirror_log(FolderSource(log), mirror)
    assert name not in files_in(mirror)
    assert CHECKPOINT not in files_in(mirror)


def test_a_mirror_never_takes_another_past(issuer, log, tmp_path):
    mirror = tmp_path / "mirror"
    mirror_log(FolderSource(log), mirror)
    kept = files_in(mirror)
    other = rewritten(issuer, lambda leaves: [*leaves[:7], leaves[8], *leaves[8:]])
    same_size = publish(other, tmp_path / "same")
    other.append_something(50)
    longer = publish(other, tmp_path / "longer")
    shorter = publish(issuer, tmp_path / "shorter", 100)
    for fork, code in ((same_size, "log-fork"), (longer, "log-fork"), (shorter, "log-shrunk")):
        with pytest.raises(LogForked) as refusal:
            mirror_log(FolderSource(fork), mirror)
        assert codes(refusal) == [code]
        assert files_in(mirror) == kept
    stranger = Issuer()
    with pytest.raises(LogBroken) as refusal:
        mirror_log(FolderSource(publish(stranger, tmp_path / "stranger")), mirror)
    assert codes(refusal) == ["key-list-root"]
    assert files_in(mirror) == kept


def test_a_mirror_is_not_led_back_to_an_older_list_of_keys(issuer, log, tmp_path):
    older, mirror = (log / KEYS).read_bytes(), tmp_path / "mirror"
    issuer.add_key("status")
    mirror_log(FolderSource(publish(issuer, log)), mirror)
    (log / KEYS).write_bytes(older)
    with pytest.raises(LogBroken) as refusal:
        mirror_log(FolderSource(log), mirror)
    assert codes(refusal) == ["log-keys-older"]


# ── Monitoring


def watch(log, folder, **more):
    return monitor_log(FolderSource(log), folder, **more)


def test_a_monitor_follows_a_log_and_keeps_every_checkpoint(issuer, log, tmp_path):
    folder = tmp_path / "watch"
    findings = [watch(log, folder).finding, watch(log, folder).finding]
    for count in (1, 200, 300):
        issuer.append_something(count)
        findings.append(watch(publish(issuer, log), folder).finding)
    assert findings == ["first", "same", "grown", "grown", "grown"]
    assert [path.name.partition("-")[0].lstrip("0") for path in sorted((folder / "seen").iterdir())] == [
        "260", "261", "461", "761",
    ]  # fmt: skip
    assert not (folder / "evidence").exists()


def forks(issuer, place):
    """Logs that contradict the one that the monitor has seen."""
    other = rewritten(issuer, lambda leaves: [*leaves[:100], *leaves[101:], leaves[100]])
    yield "log-fork", publish(other, place / "same-size")
    other.append_something(9)
    yield "log-fork", publish(other, place / "longer")
    yield "log-shrunk", publish(issuer, place / "shorter", 50)
    issuer.append_something(9)
    liar = publish(issuer, place / "liar")
    shutil.copytree(place / "longer" / "log" / "tile", liar / "log" / "tile", dirs_exist_ok=True)
    yield "log-root", liar


def test_a_monitor_shouts_on_every_fork_and_keeps_both_notes(issuer, log, tmp_path):
    folder = tmp_path / "watch"
    watch(log, folder)
    believed = (log / CHECKPOINT).read_bytes()
    for code, fork in forks(issuer, tmp_path):
        for _ in range(2):
            with pytest.raises(LogAlarm) as alarm:
                watch(fork, folder)
            assert codes(alarm) == [code]
            assert alarm.value.older.read_bytes() == believed
            assert alarm.value.newer.read_bytes() == (fork / CHECKPOINT).read_bytes()
        assert (folder / "last-checkpoint").read_bytes() == believed
    assert watch(log, folder).finding == "same"


def test_a_monitor_shouts_when_keys_are_others_or_the_note_is_not_signed(issuer, log, tmp_path):
    folder = tmp_path / "watch"
    watch(log, folder)
    stranger = Issuer()
    stranger.append_something(500)
    with pytest.raises(LogAlarm) as alarm:
        watch(publish(stranger, tmp_path / "stranger"), folder)
    assert codes(alarm) == ["key-list-root"]
    (log / CHECKPOINT).write_text("no note")
    with pytest.raises(LogAlarm) as alarm:
        watch(log, folder)
    assert codes(alarm) == ["note-malformed"]
    assert alarm.value.newer.name.startswith("unreadable-")


def test_a_monitor_that_cannot_ask_says_so_and_changes_nothing(log, tmp_path):
    folder = tmp_path / "watch"
    watch(log, folder)
    kept = files_in(folder)
    with pytest.raises(LogUnread):
        watch(tmp_path / "nowhere", folder)
    with pytest.raises(LogBroken) as refusal:
        watch(log, folder, origin="other.example.org")
    assert codes(refusal) == ["log-origin"]
    assert files_in(folder) == kept
    (folder / "last-checkpoint").write_bytes(b"")
    with pytest.raises(LogBroken) as refusal:
        watch(log, folder)
    assert codes(refusal) == ["log-own-damaged"]


def test_a_log_may_begin_empty(issuer, tmp_path):
    issuer.leaves.clear()
    issuer.nodes.clear()
    folder, log = tmp_path / "watch", publish(issuer, tmp_path / "log")
    assert watch(log, folder).signed.checkpoint.size == 0
    assert verified(log).events == {}
    leaf = Leaf(event="key", id="pdf-1", on=issuer.on, commitment=commitment(bytes(32), b""))
    issuer.append(leaf_bytes(leaf))
    assert watch(publish(issuer, log), folder).finding == "grown"
