"""The journal: a chain of hashes for each organisation, in which no entry can be changed, lost or moved unnoticed.

    genesis   SHA-256("compliance journal v1" ‖ organisation id)
    hash n    SHA-256(hash n−1 ‖ RFC 8785 of entry n)

An entry carries its position, so moving one breaks it. Cutting off the end leaves a chain that is whole: only the head,
which is kept apart and anchored elsewhere, tells of it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from compliance.domain.canonical import canonical_bytes
from compliance.domain.days import instant_text

GENESIS = b"compliance journal v1"
MOST_MOVED = 24
"""Of so many broken places at most it is found out which were exchanged; with more, all of them count as changed."""

FaultKind = Literal["changed", "missing", "reordered", "extra", "head", "anchor"]


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that somebody did, as it is hashed."""

    organisation_id: str
    position: int
    """From 1, without gaps."""
    at: datetime
    """Aware, UTC."""
    actor: str
    """A user's id, or `service`. Never a name."""
    kind: str
    """What was done: `answer-written`, `certificate-suspended`."""
    facts: Mapping[str, str | int] = {}
    """Ids, digests, states, counts. No answers, no names."""


class Row(Struct, frozen=True):
    """An entry with its hash, as stored."""

    entry: Entry
    hash: bytes


class Head(Struct, frozen=True):
    """Where a chain ends: its last position, 0 for an empty one, and the hash there."""

    position: int
    hash: bytes


class Fault(Struct, frozen=True, order=True):
    """One thing that is wrong with a chain, and the position at which it is."""

    position: int
    kind: FaultKind
    """*changed*: entry or hash is not what it was. *missing*: no row. *reordered*: the row of another place.
    *extra*: a row that does not belong there. *head*: the chain is whole, but does not end in the head. *anchor*: there,
    the journal is not the one whose head was entered into the public log."""


def genesis(organisation_id: str) -> bytes:
    """The hash before the first entry, 32 bytes; another one for each organisation."""
    return hashlib.sha256(GENESIS + organisation_id.encode()).digest()


def entry_hash(previous: bytes, entry: Entry) -> bytes:
    """The hash of an entry, 32 bytes.

    Raises:
        ValueError: an instant without a zone; a whole number beyond 2^53 − 1 among the facts.
    """
    return hashlib.sha256(previous + entry_bytes(entry)).digest()


def entry_bytes(entry: Entry) -> bytes:
    """The canonical bytes of an entry (RFC 8785)."""
    return canonical_bytes({
        "organisation_id": entry.organisation_id,
        "position": entry.position,
        "at": instant_text(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "facts": dict(entry.facts),
    })  # fmt: skip


def verify_chain(organisation_id: str, rows: Iterable[Row], head: Head) -> tuple[Fault, ...]:
    """Everything that is wrong with a chain, by position; empty where it is whole.

    The rows come in the order in which they were stored. A row whose predecessor is missing cannot be checked itself;
    the missing one is named, and the next row vouches for its hash. Where an entry was replaced together with its hash,
    it is the next place that no longer follows, or the head.

    1. sort out rows that cannot belong: of another organisation, outside 1…head, a second one for the same place;
    2. find the places that do not follow from the place before;
    3. try which of these hold each other's rows; what then still does not follow was changed;
    4. compare the end with the head.
    """
    start = genesis(organisation_id)
    listed = list(rows)
    chain, extra = _placed(organisation_id, listed, head, start)
    faults = {*extra, *_out_of_order([row for row in listed if chain.get(row.entry.position) is row])}
    faults.update(Fault(position, "missing") for position in range(1, head.position + 1) if position not in chain)
    moved = _moved(chain, start, head)
    if moved:
        faults.update(Fault(position, "reordered") for position in moved)
        chain = {place: row for place, row in chain.items() if place not in moved} | {
            place: Row(_at(row.entry, place), row.hash) for place, row in moved.values()
        }
    faults.update(Fault(position, "changed") for position in _broken(chain, start, head))
    if not _ends_in(chain, start, head):
        faults.add(Fault(head.position, "head"))
    return tuple(sorted(faults))


def _out_of_order(rows: Sequence[Row]) -> Iterable[Fault]:
    """Rows that come after one of a later position."""
    latest = 0
    for row in rows:
        if row.entry.position < latest:
            yield Fault(row.entry.position, "reordered")
        latest = max(latest, row.entry.position)


def _placed(organisation_id: str, rows: Sequence[Row], head: Head, start: bytes) -> tuple[dict[int, Row], list[Fault]]:
    """One row for each place, and the rows that are too many. Of several for one place, the one that fits stays."""
    claimants: dict[int, list[Row]] = {}
    extra: list[Fault] = []
    for row in rows:
        position = row.entry.position
        if row.entry.organisation_id != organisation_id or not 1 <= position <= head.position:
            extra.append(Fault(position, "extra"))
        else:
            claimants.setdefault(position, []).append(row)
    chain: dict[int, Row] = {}
    for position in sorted(claimants):
        listed = claimants[position]
        previous = start if position == 1 else chain[position - 1].hash if position - 1 in chain else None
        fitting = [row for row in listed if previous is not None and _hash_of(previous, row.entry) == row.hash]
        chain[position] = (fitting or listed)[0]
        extra += [Fault(position, "extra")] * (len(listed) - 1)
    return chain, extra


def _broken(chain: Mapping[int, Row], start: bytes, head: Head) -> list[int]:
    """The places whose hash does not follow from the place before.

    Where the hash before was changed, but the entry before was not, its true hash can be computed: then only that place
    is broken. And where the entry before was changed, its stored hash still holds.
    """
    broken: list[int] = []
    before: tuple[bytes, ...] = (start,)
    for position in range(1, head.position + 1):
        row = chain.get(position)
        if row is None:
            before = ()
            continue
        computed = [each for previous in before if (each := _hash_of(previous, row.entry)) is not None]
        if not before or row.hash in computed:
            before = (row.hash,)
        else:
            broken.append(position)
            before = (row.hash, *computed[:MOST_MOVED])
    return broken


def _moved(chain: Mapping[int, Row], start: bytes, head: Head) -> dict[int, tuple[int, Row]]:
    """Places that hold the row of another place: place → (its own place, the row)."""
    broken = _broken(chain, start, head)
    free = [*broken, *(place for place in range(1, head.position + 1) if place not in chain)]
    if not broken or len(free) > MOST_MOVED:
        return {}
    hashes = [chain[place].hash for place in broken]
    moved: dict[int, tuple[int, Row]] = {}
    for place in broken:
        row = chain[place]
        for other in (each for each in free if each != place):
            before = start if other == 1 else chain[other - 1].hash if other - 1 in chain else None
            candidates = [*hashes, *([] if before is None else [before])]
            if any(_hash_of(previous, _at(row.entry, other)) == row.hash for previous in candidates):
                moved[place] = (other, row)
                break
    return moved


def _at(entry: Entry, position: int) -> Entry:
    return Entry(
        organisation_id=entry.organisation_id, position=position, at=entry.at, actor=entry.actor, kind=entry.kind,
        facts=entry.facts,
    )  # fmt: skip


def _hash_of(previous: bytes, entry: Entry) -> bytes | None:
    """The hash of a stored entry; None where it holds what no entry can."""
    try:
        return entry_hash(previous, entry)
    except ValueError:  # an instant without a zone, a number too large: nobody hashed that
        return None


def _ends_in(chain: Mapping[int, Row], start: bytes, head: Head) -> bool:
    """Whether the chain ends in the head's hash, as far as its last row can tell."""
    if head.position == 0:
        return head.hash == start
    last = chain.get(head.position)
    if last is None:
        return True  # named as missing
    before = chain.get(head.position - 1)
    previous = start if head.position == 1 else None if before is None else before.hash
    return head.hash == last.hash or (previous is not None and _hash_of(previous, last.entry) == head.hash)
