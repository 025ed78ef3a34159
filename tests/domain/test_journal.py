"""The journal's chain: whatever is changed, lost, moved or added shows, and where."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.domain.journal import Entry, Fault, Head, Row, entry_bytes, entry_hash, genesis, verify_chain

ORGANISATION = "0193-a"
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def entry(position: int, **changed) -> Entry:
    usual = {"organisation_id": ORGANISATION, "at": AT + timedelta(seconds=position), "actor": "u1",
             "kind": "answer-written", "facts": {"item": f"GOV-{position:02d}", "revision": position}}  # fmt: skip
    return Entry(position=position, **{**usual, **changed})


def chain(length: int, organisation: str = ORGANISATION) -> list[Row]:
    rows: list[Row] = []
    previous = genesis(organisation)
    for position in range(1, length + 1):
        made = entry(position, organisation_id=organisation)
        previous = entry_hash(previous, made)
        rows.append(Row(made, previous))
    return rows


def end_of(rows) -> Head:
    return Head(len(rows), rows[-1].hash if rows else genesis(ORGANISATION))


def faults(rows, head) -> list[tuple[int, str]]:
    return [(fault.position, fault.kind) for fault in verify_chain(ORGANISATION, rows, head)]


def changed(row: Row, **fields) -> Row:
    return Row(msgspec.structs.replace(row.entry, **fields), row.hash)


def test_the_hashes_are_those_of_the_description():
    start = hashlib.sha256(b"compliance journal v1" + ORGANISATION.encode()).digest()
    plain = {
        "organisation_id": ORGANISATION, "position": 1, "at": "2026-11-21T09:30:01.000000Z", "actor": "u1",
        "kind": "answer-written", "facts": {"item": "GOV-01", "revision": 1},
    }  # fmt: skip
    assert entry_bytes(entry(1)) == rfc8785.dumps(plain)
    assert genesis(ORGANISATION) == start
    assert entry_hash(start, entry(1)) == hashlib.sha256(start + rfc8785.dumps(plain)).digest()
    assert genesis("0193-b") != start


def test_the_same_instant_in_another_zone_is_the_same_entry():
    elsewhere = entry(1, at=entry(1).at.astimezone(timezone(timedelta(hours=7))))
    assert entry_bytes(elsewhere) == entry_bytes(entry(1))


def test_what_cannot_be_written_down_has_no_hash():
    with pytest.raises(ValueError, match="zone"):
        entry_hash(b"", entry(1, at=AT.replace(tzinfo=None)))
    with pytest.raises(ValueError, match="integer"):
        entry_hash(b"", entry(1, facts={"size": 2**53}))


@pytest.mark.parametrize("length", [0, 1, 2, 30])
def test_a_whole_chain_has_no_fault(length):
    rows = chain(length)
    assert verify_chain(ORGANISATION, rows, end_of(rows)) == ()


@pytest.mark.parametrize("at", [1, 4, 9])
@pytest.mark.parametrize("fields", [
    {"actor": "u2"}, {"kind": "answer-read"}, {"facts": {}}, {"facts": {"item": "GOV-01", "revision": "1"}},
    {"at": AT + timedelta(days=1)}, {"at": datetime(2026, 11, 21)}, {"facts": {"revision": 2**53}},  # noqa: DTZ001
])  # fmt: skip
def test_a_changed_entry_is_named_alone(at, fields):
    rows = chain(9)
    rows[at - 1] = changed(rows[at - 1], **fields)
    assert faults(rows, end_of(chain(9))) == [(at, "changed")]


@pytest.mark.parametrize("at", [1, 4, 9])
def test_a_changed_hash_is_named_alone(at):
    rows = chain(9)
    rows[at - 1] = Row(rows[at - 1].entry, bytes(32))
    assert faults(rows, end_of(chain(9))) == [(at, "changed")]


@pytest.mark.parametrize("at", [1, 4, 9])
def test_a_missing_row_is_named_alone(at):
    rows = chain(9)
    del rows[at - 1]
    assert faults(rows, end_of(chain(9))) == [(at, "missing")]


def test_an_end_that_was_cut_off_is_named_row_by_row():
    rows = chain(9)
    assert faults(rows[:6], end_of(rows)) == [(7, "missing"), (8, "missing"), (9, "missing")]
    assert faults([], Head(2, rows[1].hash)) == [(1, "missing"), (2, "missing")]


@pytest.mark.parametrize(("one", "two"), [(1, 2), (4, 5), (2, 7), (1, 9), (8, 9)])
def test_rows_that_changed_places_are_named_and_nothing_else(one, two):
    rows = chain(9)
    first, second = rows[one - 1], rows[two - 1]
    rows[one - 1], rows[two - 1] = changed(second, position=one), changed(first, position=two)
    assert faults(rows, end_of(chain(9))) == [(one, "reordered"), (two, "reordered")]


def test_rows_in_another_order_of_storing_are_named():
    rows = chain(5)
    rows[1], rows[2] = rows[2], rows[1]
    assert faults(rows, end_of(chain(5))) == [(2, "reordered")]


@pytest.mark.parametrize(("extra", "named"), [
    (entry(4, actor="u9"), (4, "extra")),
    (entry(10), (10, "extra")),
    (entry(0), (0, "extra")),
    (entry(-3), (-3, "extra")),
    (entry(4, organisation_id="0193-b"), (4, "extra")),
])  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_a_row_too_many_is_named(extra, named, first):
    rows = chain(9)
    row = Row(extra, entry_hash(rows[-1].hash, extra))
    given_rows = [row, *rows] if first else [*rows, row]
    assert named in faults(given_rows, end_of(rows))
    assert {kind for _, kind in faults([*rows, row], end_of(rows))} == {"extra"}


def test_a_row_of_another_organisation_is_extra_and_its_place_empty():
    rows = chain(5)
    rows[2] = changed(rows[2], organisation_id="0193-b")
    assert faults(rows, end_of(chain(5))) == [(3, "extra"), (3, "missing")]


def test_a_wrong_head_is_named():
    rows = chain(5)
    assert faults(rows, Head(5, bytes(32))) == [(5, "head")]
    assert faults([], Head(0, bytes(32))) == [(0, "head")]
    assert faults(rows, Head(4, rows[3].hash)) == [(5, "extra")]


def test_a_chain_rewritten_from_some_place_shows_in_the_head():
    rows = chain(5)
    forged = entry(5, actor="u9")
    assert faults([*rows[:4], Row(forged, entry_hash(rows[3].hash, forged))], end_of(rows)) == [(5, "head")]


def test_an_entry_replaced_with_its_hash_shows_at_the_next_place():
    rows = chain(5)
    forged = entry(3, actor="u9")
    rows[2] = Row(forged, entry_hash(rows[1].hash, forged))
    assert faults(rows, end_of(chain(5))) == [(4, "changed")]


def test_several_faults_are_named_at_once():
    rows = chain(12)
    rows[2] = changed(rows[2], actor="u9")
    rows[6], rows[8] = changed(rows[8], position=7), changed(rows[6], position=9)
    rows.append(Row(entry(40), bytes(32)))
    del rows[4]
    assert faults(rows, Head(12, bytes(32))) == [
        (3, "changed"), (5, "missing"), (7, "reordered"), (9, "reordered"), (12, "head"), (40, "extra"),
    ]  # fmt: skip


def test_a_chain_in_ruins_is_still_read():
    rows = [changed(row, actor="u9") for row in chain(60)]
    assert faults(rows, end_of(chain(60))) == [(position, "changed") for position in range(1, 61)]
    assert verify_chain(ORGANISATION, reversed(chain(40)), end_of(chain(40)))[0] == Fault(1, "reordered")


def mutations(rows):
    """Every way to do one thing to a chain: (name, rows)."""
    index = st.integers(0, len(rows) - 1)
    fields = st.sampled_from([
        {"actor": "u9"}, {"kind": "nothing"}, {"facts": {"item": "X"}}, {"at": AT - timedelta(microseconds=1)},
        {"organisation_id": "0193-b"}, {"position": 99}, {"position": 0},
    ])  # fmt: skip
    return st.one_of(
        st.tuples(index, fields).map(lambda at: [*rows[: at[0]], changed(rows[at[0]], **at[1]), *rows[at[0] + 1 :]]),
        st.tuples(index, st.integers(0, 255)).map(
            lambda at: [
                *rows[: at[0]],
                Row(rows[at[0]].entry, _flipped(rows[at[0]].hash, at[1])),
                *rows[at[0] + 1 :],
            ]
        ),
        index.map(lambda at: [*rows[:at], *rows[at + 1 :]]),
        st.tuples(index, index).map(lambda at: [*rows[: at[0]], rows[at[1]], *rows[at[0] :]]),
        st.tuples(index, index).map(lambda at: _exchanged(rows, *at)),
    )


def _flipped(content: bytes, bit: int) -> bytes:
    return bytes(each ^ (1 << bit % 8) if at == bit // 8 else each for at, each in enumerate(content))


def _exchanged(rows, one, two):
    made = list(rows)
    made[one], made[two] = rows[two], rows[one]
    return made


@given(st.integers(1, 12).flatmap(lambda length: st.tuples(st.just(length), mutations(chain(length)))))
def test_no_single_change_goes_unnoticed(case):
    length, rows = case
    assume(rows != chain(length))
    assert verify_chain(ORGANISATION, rows, end_of(chain(length)))
