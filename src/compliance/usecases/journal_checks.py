"""Whether the journals are whole: read from one moment of the database, entry after entry, little in memory.

Only a chain that turns out to be broken is read again as a whole, to name what is wrong with it.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from compliance.domain.journal import Fault, Head, Row, entry_hash, genesis, verify_chain
from compliance.store.unit import Store, Unit

_AT_ONCE = 500


class JournalCheck(Struct, frozen=True):
    """What came of checking one organisation's journal."""

    organisation_id: str
    entries: int
    """As many as the head says."""
    faults: tuple[Fault, ...]


def check_journals(store: Store, organisation_id: str | None = None) -> Iterator[JournalCheck]:
    """Check one organisation's journal, or all of them, oldest organisation first; nothing for one that is not there.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with store.snapshot() as unit:
        for each in _organisations(unit, organisation_id):
            head = unit.journal.head(each)
            faults = chain_faults(each, lambda each=each: unit.journal.every(each), head)
            yield JournalCheck(each, head.position, faults)


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
