"""Whether the journals are whole: read from one moment of the database, entry after entry, little in memory.

Only a chain that turns out to be broken is read again as a whole, to name what is wrong with it. A chain that is whole may
still have been written anew from end to end: then it is not the one whose heads were anchored in the public log.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct

from compliance.domain.journal import Fault, Head, Row, entry_hash, genesis, verify_chain
from compliance.domain.transparency import CheckpointMalformed, NoteMalformed
from compliance.store.anchors import JournalAnchor
from compliance.store.unit import Store, Unit
from compliance.usecases.anchoring import anchor_holds, find_logged, find_trail, is_logged

_AT_ONCE = 500


class JournalCheck(Struct, frozen=True):
    """What came of checking one organisation's journal."""

    organisation_id: str
    entries: int
    """As many as the head says."""
    faults: tuple[Fault, ...]
    anchored: int = 0
    """The last position whose head was entered into the public log; 0 where none was yet."""


def check_journals(store: Store, organisation_id: str | None = None) -> Iterator[JournalCheck]:
    """Check one organisation's journal, or all of them, oldest organisation first; nothing for one that is not there.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with store.snapshot() as unit:
        for each in _organisations(unit, organisation_id):
            yield _check(unit, each)


def _check(unit: Unit, organisation_id: str) -> JournalCheck:
    head, anchors = unit.journal.head(organisation_id), unit.anchors.every(organisation_id)
    wanted = {anchor.position for anchor in anchors}
    faults, seen = check_chain(organisation_id, lambda: unit.journal.every(organisation_id), head, wanted)
    logged = {anchor.hour: entry.leaf for anchor in anchors
              if (entry := find_trail(unit, anchor.hour)) is not None}  # fmt: skip
    broken = {anchor.position for anchor in anchors
              if seen.get(anchor.position) != anchor.head or not anchor_holds(anchor, logged.get(anchor.hour))}  # fmt: skip
    if anchors and not _stands_in_log(unit, anchors[-1]):
        broken.add(anchors[-1].position)
    return JournalCheck(
        organisation_id, head.position, (*faults, *(Fault(each, "anchor") for each in sorted(broken))),
        anchored=max(wanted, default=0),
    )  # fmt: skip


def _noting(rows: Iterable[Row], wanted: Collection[int], seen: dict[int, bytes]) -> Iterator[Row]:
    """The same rows; the hashes at some positions are remembered."""
    for row in rows:
        if row.entry.position in wanted:
            seen[row.entry.position] = row.hash
        yield row


def _stands_in_log(unit: Unit, anchor: JournalAnchor) -> bool:
    """Whether the tree of the newest checkpoint has an anchor's leaf; so does one that no checkpoint covers yet."""
    logged = find_logged(unit, anchor)
    try:
        return logged is None or is_logged(logged)
    except (NoteMalformed, CheckpointMalformed):
        return False


def check_chain(
    organisation_id: str, read: Callable[[], Iterable[Row]], head: Head, wanted: Collection[int]
) -> tuple[tuple[Fault, ...], dict[int, bytes]]:
    """What is wrong with a chain, as `chain_faults` says; and the stored hashes at the wanted positions."""
    seen: dict[int, bytes] = {}
    return chain_faults(organisation_id, lambda: _noting(read(), wanted, seen), head), seen


def chain_faults(organisation_id: str, read: Callable[[], Iterable[Row]], head: Head) -> tuple[Fault, ...]:
    """Everything that is wrong with a chain; `read` gives its rows by position, and is called again if it is broken."""
    previous, position = genesis(organisation_id), 0
    for row in read():
        position += 1
        if row.entry.organisation_id != organisation_id or row.entry.position != position:
            return verify_chain(organisation_id, read(), head)
        try:
            previous = entry_hash(previous, row.entry)
        except ValueError:  # what nobody could have hashed
            return verify_chain(organisation_id, read(), head)
        if previous != row.hash:
            return verify_chain(organisation_id, read(), head)
    return () if Head(position, previous) == head else verify_chain(organisation_id, read(), head)


def _organisations(unit: Unit, organisation_id: str | None) -> Iterator[str]:
    if organisation_id is not None:
        if unit.organisations.find(organisation_id) is not None:
            yield organisation_id
        return
    after: str | None = None
    while page := unit.organisations.counted(after=after, limit=_AT_ONCE):
        yield from (each.organisation.id for each in page)
        after = page[-1].organisation.id
