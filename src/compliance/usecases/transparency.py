"""The log: entries get their places, the tree grows, and a checkpoint is signed over it.

Each step looks first whether it was done, so that any of them may be broken off and begun anew.
"""

from datetime import datetime, timedelta

from compliance.domain.transparency import (
    Checkpoint,
    grow,
    leaf_hash,
    nodes_needed_for_root,
    nodes_of,
    origin_of,
    root,
    write_checkpoint,
)
from compliance.errors import Unavailable
from compliance.signing import sign_note
from compliance.store.jobs import Job
from compliance.store.transparency import StoredCheckpoint
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import Opener
from compliance.usecases.known_keys import check_noted
from compliance.usecases.patience import patiently
from compliance.usecases.seals import Seals
from compliance.usecases.witnesses import queue_offers

MOST_AT_ONCE = 1_000
SHORTEST = timedelta(seconds=1)
"""At most one checkpoint in that time: leaves that come close together share one."""


def seals_of(deed: Deed) -> Seals:
    """What is signed with.

    Raises:
        Unavailable: the operator has made no keys yet, or these are not the newest any more.
    """
    seals = deed.means.seals
    if seals is None:
        raise Unavailable("signing keys")
    check_noted(deed, seals.keys)
    return seals


def cover_log(desk: Opener, job: Job | None = None) -> datetime | None:
    """Append what waits, and sign a checkpoint over it; where it is too early for one, a job does it in time.

    The instant from which on it may be done, in that case.

    Raises:
        Unavailable: there are no keys.
    """
    del job
    append_waiting(desk)
    again_at = sign_checkpoint(desk)
    if again_at is not None:
        patiently(lambda: _come_back(desk, again_at))
    return again_at


def _come_back(desk: Opener, at: datetime) -> None:
    with desk.deed(writes=True) as deed:
        deed.queue("cover-log", {}, run_at=at, once=f"cover-log:{at.isoformat(timespec='seconds')}")


def append_waiting(desk: Opener) -> None:
    """Give every entry that waits its place in the log."""
    while patiently(lambda: _append(desk)) == MOST_AT_ONCE:
        pass


def _append(desk: Opener) -> int:
    with desk.deed(writes=True) as deed:
        log = deed.unit.log
        size = log.size(lock=True)
        waiting = log.waiting(limit=MOST_AT_ONCE)
        if waiting:
            known = nodes_of(log.nodes(nodes_needed_for_root(size)))
            for offset, entry in enumerate(waiting):
                log.place(entry.id, size + offset)
            log.add_nodes(grow(size, [leaf_hash(entry.leaf) for entry in waiting], known))
            log.set_size(size + len(waiting))
        return len(waiting)


def sign_checkpoint(desk: Opener) -> datetime | None:
    """Sign a checkpoint over all leaves that have a place; where it is too early for another, from when on it may be done.

    Raises:
        Unavailable: there are no keys.
    """
    return patiently(lambda: _sign(desk))


def _sign(desk: Opener) -> datetime | None:
    with desk.deed(writes=True) as deed:
        seals = seals_of(deed)
        size, last = deed.unit.log.size(lock=True), deed.unit.log.checkpoint()
        if size == (last.size if last is not None else 0):
            return None
        # A clock that was put back must not keep the log from being signed.
        if last is not None and last.at <= deed.now < last.at + SHORTEST:
            return last.at + SHORTEST
        known = nodes_of(deed.unit.log.nodes(nodes_needed_for_root(size)))
        origin = origin_of(deed.means.terms.base_url)
        text = write_checkpoint(Checkpoint(origin=origin, size=size, root=root(size, known)))
        note = sign_note(text, signer=seals.signer, key=seals.signer.public_key("checkpoints"), name=origin)
        deed.unit.log.add_checkpoint(StoredCheckpoint(size=size, note=note, at=deed.now))
        queue_offers(deed)
        return None
