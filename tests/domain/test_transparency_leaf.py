"""A leaf has one spelling, names nobody, and commits to what only its holder can show."""

import hashlib
from datetime import date
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.transparency import (
    EVENTS,
    Leaf,
    LeafMalformed,
    commitment,
    commits_to,
    leaf_bytes,
    read_leaf,
)

SALT = bytes(range(32))
CLAIM = b'{"number":"CP-7QF4-M2XF"}'
LEAF = Leaf(event="issued", id="CP-7QF4-M2XF", on=date(2026, 11, 22), commitment=commitment(SALT, CLAIM))
WRITTEN = leaf_bytes(LEAF)
leaves = st.builds(
    Leaf,
    event=st.sampled_from(EVENTS),
    id=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=80),
    on=st.dates(),
    commitment=st.binary(min_size=32, max_size=32).map(lambda octets: "sha256:" + octets.hex()),
)


def test_the_bytes_of_a_leaf_are_these_for_ever():
    digest = hashlib.sha256(SALT + CLAIM).hexdigest()
    written = f'{{"commitment":"sha256:{digest}","event":"issued","id":"CP-7QF4-M2XF","on":"2026-11-22","v":1}}'
    assert written.encode() == WRITTEN


@given(leaves)
def test_a_leaf_is_read_as_it_was_written(leaf):
    assert read_leaf(leaf_bytes(leaf)) == leaf


def changed(**fields: object) -> bytes:
    document = {**msgspec.json.decode(WRITTEN), **fields}
    return msgspec.json.encode({key: value for key, value in document.items() if value is not None}, order="sorted")


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 100_000,
        WRITTEN[:-1],
        WRITTEN + b"\n",
        WRITTEN + b" ",
        WRITTEN.replace(b":1}", b": 1}"),
        WRITTEN.replace(b'"v":1}', b'"v":1,"v":1}'),
        WRITTEN.replace(b'"event":"issued"', b'"event":"withdrawn","event":"issued"'),
        WRITTEN.replace(b"issued", rb"issue\u0064"),
        WRITTEN.replace(b"CP-", rb"\ud800-"),
        WRITTEN.replace(b"CP-", b"\xff-"),
        WRITTEN.replace(b'"v":1', b'"v":1.0'),
        b'{"v":1,' + WRITTEN[1:].replace(b',"v":1', b""),
        changed(holder="Riverside Guesthouse"),
        changed(reason="x"),
        changed(v=2),
        changed(v=None),
        changed(on=None),
        changed(on="2026-11-31"),
        changed(on="2026-11-22T00:00:00Z"),
        changed(event="deleted"),
        changed(id=""),
        changed(id="Riverside Guesthouse"),
        changed(id="CP-7QF4-M2XF\n"),
        changed(id="x" * 81),
        changed(commitment="sha256:" + "0" * 63),
        changed(commitment="sha256:" + "A" * 64),
        changed(commitment="sha256:" + "0" * 64 + "\n"),
        changed(commitment="md5:" + "0" * 32),
    ],
    ids=count(),
)
def test_whatever_is_not_the_canonical_bytes_of_a_leaf_is_refused(entry):
    with pytest.raises(LeafMalformed):
        read_leaf(entry)


@given(st.binary() | st.tuples(st.integers(0, len(WRITTEN) - 1), st.binary(max_size=2)))
def test_hostile_bytes_are_refused_or_are_another_leaf(hostile):
    if isinstance(hostile, tuple):
        at, put = hostile
        hostile = WRITTEN[:at] + put + WRITTEN[at + 1 :]
    try:
        leaf = read_leaf(hostile)
    except LeafMalformed:
        return
    assert leaf_bytes(leaf) == hostile


@pytest.mark.parametrize(
    "field", [{"id": "Riverside Guesthouse"}, {"id": "\ud800"}, {"commitment": "0" * 64}, {"event": "deleted"}]
)
def test_what_could_not_be_read_again_is_never_written(field):
    with pytest.raises(ValueError, match="no leaf"):
        leaf_bytes(msgspec.structs.replace(LEAF, **field))


def test_only_salt_and_content_together_are_what_was_committed_to():
    assert commits_to(LEAF, salt=SALT, content=CLAIM)
    assert not commits_to(LEAF, salt=SALT[::-1], content=CLAIM)
    assert not commits_to(LEAF, salt=SALT, content=CLAIM + b" ")
    # Octets moved from the salt to the content hash to the same.
    assert hashlib.sha256(SALT + CLAIM).digest() == hashlib.sha256(SALT[:-1] + SALT[-1:] + CLAIM).digest()
    assert not commits_to(LEAF, salt=SALT[:-1], content=SALT[-1:] + CLAIM)
    assert not commits_to(LEAF, salt=SALT + CLAIM[:1], content=CLAIM[1:])


@pytest.mark.parametrize("octets", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(octets):
    with pytest.raises(ValueError, match="32 octets"):
        commitment(bytes(octets), CLAIM)
