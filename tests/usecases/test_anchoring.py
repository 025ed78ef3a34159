"""Heads of the journals in the public log: once an hour, blinded, proven by the export, and missed by whoever rewrites."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from compliance.cli import main
from compliance.domain.transparency import read_leaf
from compliance.store.engine import Database, open_engine
from compliance.store.unit import Store
from compliance.usecases.anchoring import anchor_journals
from compliance.usecases.journal_checks import check_journals
from compliance.usecases.log_exports import export_log
from hotels import Hotel
from sealed import SignedHotel, demo_seals

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        hotel.start()
        hotel.start(sector="transport")
        yield hotel


def anchor(hotel, *, later=timedelta()):
    """Do the duty of the hour, and what follows from it."""
    hotel.now += later
    anchor_journals(hotel.parts.desk)
    hotel.work()


def anchors(hotel):
    with hotel.unit() as unit:
        return unit.anchors.every(hotel.id)


def trails(hotel):
    with hotel.unit() as unit:
        return [read_leaf(entry.leaf).id for entry in unit.log.of_event("trail")]


def faults(hotel):
    found = {check.organisation_id: check for check in check_journals(hotel.parts.desk.store)}
    return [(fault.position, fault.kind) for fault in found[hotel.id].faults]


def execute(url, statement, **values):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def test_what_moved_is_anchored_once_an_hour_and_what_did_not_is_not(hotel):
    for _ in range(2):
        anchor(hotel)
    assert trails(hotel) == ["trail-2026-11-22T09"]
    anchor(hotel, later=timedelta(hours=1))
    assert len(trails(hotel)) == 1, "nothing has moved"
    hotel.start(sites=("Garden",))
    anchor(hotel, later=timedelta(hours=1))
    assert trails(hotel) == ["trail-2026-11-22T09", "trail-2026-11-22T11"]
    first, second = anchors(hotel)
    assert (first.hour, second.hour) == ("2026-11-22T09", "2026-11-22T11")
    assert first.position < second.position
    assert first.blind != second.blind, "two anchors of one organisation cannot be told to be of one"
    assert faults(hotel) == []
    with hotel.unit() as unit:
        assert unit.anchors.newest(hotel.id, within=first.position) == first
        assert unit.anchors.newest(hotel.id, within=0) is None


@SQLITE
def test_several_organisations_share_one_leaf_that_names_none(hotel):
    others = [hotel.new_id() for _ in range(4)]
    with hotel.unit() as unit:
        ours = unit.organisations.find(hotel.id)
        for each in others:
            unit.organisations.add(
                type(ours)(**{name: getattr(ours, name) for name in ours.__struct_fields__} | {"id": each})
            )
            unit.journal.record(each, "site-added", {"site": each}, actor="service", at=hotel.now)
    anchor(hotel)
    assert len(trails(hotel)) == 1
    assert {check.anchored for check in check_journals(hotel.parts.desk.store) if check.organisation_id in others} == {
        1
    }
    with hotel.unit() as unit:
        (leaf,) = [entry.leaf.decode() for entry in unit.log.of_event("trail")]
        rows = [row for each in others for row in unit.anchors.every(each)]
    assert not any(each in leaf for each in (*others, hotel.id))
    assert len({row.leaf_index for row in rows}) == len(others)
    assert {row.root for row in rows} == {anchors(hotel)[0].root}


CHANGES = (
    "UPDATE journal_anchors SET blind = x'00'", "UPDATE journal_anchors SET root = x'00'",
    "UPDATE journal_anchors SET position = 1", "UPDATE journal_anchors SET leaf_index = 1",
    "UPDATE log_entries SET leaf = x'7b7d' WHERE event = 'trail'", "DELETE FROM log_entries WHERE event = 'trail'",
    "UPDATE log_nodes SET hash = x'00' WHERE level = 2", "UPDATE log_checkpoints SET note = 'x'",
)  # fmt: skip


@SQLITE
def test_an_anchor_that_does_not_lead_to_the_log_is_a_fault(hotel, migrated_url, tmp_path):
    anchor(hotel)
    for number, change in enumerate(CHANGES):
        copied = tmp_path / f"{number}.sqlite"
        with (
            closing(sqlite3.connect(migrated_url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(copied)) as target,
        ):
            source.backup(target)
            target.execute(change)
            target.commit()
        engine = open_engine(f"sqlite:///{copied}")
        kinds = {fault.kind for check in check_journals(Store(Database(engine))) for fault in check.faults}
        engine.dispose()
        assert kinds == {"anchor"}, change


@SQLITE
def test_a_journal_that_was_written_anew_with_all_its_hashes_is_found(hotel, migrated_url):
    anchor(hotel)
    anchored = anchors(hotel)[0].position
    with hotel.unit() as unit:
        rows = list(unit.journal.every(hotel.id))
    for table in ("journal", "journal_heads"):
        execute(migrated_url, f"DELETE FROM {table} WHERE organisation_id = :id", id=hotel.id.replace("-", ""))
    with hotel.unit() as unit:
        for row in rows:
            unit.journal.record(hotel.id, row.entry.kind, row.entry.facts, actor="service", at=row.entry.at)
    assert faults(hotel) == [(anchored, "anchor")], "the chain itself is whole"


@SQLITE
def test_without_keys_nothing_is_anchored(migrated_url):
    with closing(Hotel(migrated_url)) as hotel:
        hotel.start()
        anchor_journals(hotel.parts.desk)
        assert (anchors(hotel), faults(hotel)) == ([], [])


# ── The export


def verify(capsys, *arguments):
    status = main(["journal", "verify", "--export", *map(str, arguments)])
    said = capsys.readouterr()
    assert "fault of ours" not in said.err
    return status, said.out, said.err


@pytest.fixture
def exported(hotel, tmp_path):
    """An export that carries its anchor, and a later entry; and the issuer's keys."""
    anchor(hotel)
    hotel.start(sites=("Garden",))
    path = tmp_path / "journal.ndjson"
    path.write_bytes(hotel.ask("GET", "./journal/export").content)
    keys = tmp_path / "keys.json"
    keys.write_bytes(hotel.client.get("/.well-known/compliance-keys.json").content)
    return path, keys


@SQLITE
def test_an_export_is_checked_without_the_service(hotel, exported, capsys, tmp_path):
    path, keys = exported
    status, out, _ = verify(capsys, path, "--keys", keys)
    assert (status, "entered into the public log at 2026-11-22T09:00 UTC" in out) == (0, True)
    assert f"checkpoints-1 of {hotel.parts.desk.means.terms.base_url.partition('//')[2]} has signed" in out
    assert "Nobody was asked who signed" in verify(capsys, path)[1]
    keys.write_bytes(b"{}")
    assert verify(capsys, path, "--keys", keys)[0] == 1
    assert verify(capsys, tmp_path / "nothing")[0] == 2


def altered(path, change):
    first, *lines = path.read_bytes().splitlines()
    told = json.loads(first)
    change(told, lines)
    path.write_bytes(b"\n".join([json.dumps(told).encode(), *lines]) + b"\n")


FAULTS = (
    lambda told, _: told["anchor"].update(blind="00" * 32),
    lambda told, _: told["anchor"].update(position=1),
    lambda told, _: told["anchor"].update(size=2),
    lambda told, _: told["anchor"].update(hour="2026-11-22T10"),
    lambda told, _: told["anchor"].update(head="00" * 32),
    lambda told, _: told["anchor"].update(root="00" * 32),
    lambda told, _: told["anchor"]["log"].update(index=0),
    lambda told, _: told["anchor"]["log"].update(proof=[]),
    lambda told, _: told["anchor"]["log"].update(leaf="{}"),
    lambda told, _: told["anchor"]["log"].update(checkpoint="x"),
    lambda told, _: told["head"].update(hash="00" * 32),
    lambda _, lines: lines.pop(),
)
NO_EXPORTS = (
    lambda told, _: told.update(journal=2),
    lambda told, _: told.update(genesis="00" * 32),
    lambda told, _: told["anchor"].update(more=1),
    lambda told, _: told["anchor"].update(blind="x"),
    lambda _, lines: lines.append(b"[]"),
    lambda _, lines: lines.append(b"x" * 1_100_000),
)


@SQLITE
def test_whatever_is_changed_in_an_export_is_a_fault(exported, capsys):
    path, _ = exported
    content = path.read_bytes()
    for number, change in enumerate(FAULTS):
        path.write_bytes(content)
        altered(path, change)
        status, out, problems = verify(capsys, path)
        assert (status, out.count("\t") >= 2, "faults" in problems) == (1, True, True), number


@SQLITE
def test_what_is_no_export_is_refused_with_its_line(exported, capsys):
    path, _ = exported
    content = path.read_bytes()
    for number, change in enumerate(NO_EXPORTS):
        path.write_bytes(content)
        altered(path, change)
        status, out, problems = verify(capsys, path)
        said = problems.startswith("This is not a journal as it is exported."), len(problems) < 1_000
        assert (status, out, *said) == (2, "", True, True), number


@SQLITE
def test_an_export_says_when_its_anchor_is_not_there_yet(migrated_url, capsys, tmp_path):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        hotel.start()
        path = tmp_path / "journal.ndjson"
        path.write_bytes(hotel.ask("GET", "./journal/export").content)
        assert "None of it was entered" in verify(capsys, path)[1]
        anchor_journals(hotel.parts.desk)
        path.write_bytes(hotel.ask("GET", "./journal/export").content)
        assert "waits for its place" in verify(capsys, path)[1]
        assert faults(hotel) == []


# ── The operator's own log as files


@SQLITE
def test_the_log_is_exported_from_the_database_as_a_mirror_of_it(hotel, tmp_path, capsys):
    anchor(hotel)
    folder = Path(tmp_path / "exported")
    with hotel.parts.desk.deed(writes=False) as deed:
        mirrored = export_log(deed, folder)
    size = mirrored.signed.checkpoint.size
    assert main(["log", "verify", str(folder), "--trust", demo_seals().keys.fingerprint]) == 0
    assert f"all {size} entries" in capsys.readouterr().out
    for path in folder.rglob("*"):
        if path.is_file():
            assert hotel.client.get(f"/{path.relative_to(folder)}").content == path.read_bytes()
