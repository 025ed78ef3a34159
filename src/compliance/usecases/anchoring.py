"""Heads of the journals, anchored in the public log every hour: from then on nobody can rewrite a journal unnoticed.

The operator could change a journal together with its head. It cannot change what the log, of which others keep copies,
has committed to: an organisation proves with its anchor which head it had.
"""

import hashlib
import hmac

from msgspec import Struct

from compliance.domain.transparency import (
    HASH_OCTETS,
    NO_SALT,
    LeafMalformed,
    blinded_head,
    commitment,
    commits_to_trail,
    draw_trail,
    hour_of,
    inclusion_proof,
    is_in_trail,
    leaf_hash,
    nodes_needed_for_inclusion,
    nodes_of,
    read_checkpoint,
    read_leaf,
    read_note,
    trail_id,
    verify_inclusion,
)
from compliance.store.anchors import JournalAnchor
from compliance.store.jobs import Job
from compliance.store.transparency import LogEntry
from compliance.store.unit import Unit
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import Opener
from compliance.usecases.log_entries import enter
from compliance.usecases.patience import patiently

_BLIND = b"trail"


class Logged(Struct, frozen=True, kw_only=True):
    """That the log has the leaf of an anchor."""

    leaf: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]
    checkpoint: str
    """The signed note over `size` entries."""


def anchor_journals(desk: Opener, job: Job | None = None) -> None:
    """Anchor what has moved in this hour; see `anchor_heads`."""
    del job

    def anchor() -> None:
        with desk.deed(writes=True) as deed:
            anchor_heads(deed)

    patiently(anchor)


def anchor_heads(deed: Deed) -> None:
    """Enter the heads of all journals that moved since they were anchored, once in an hour; nothing where none did.

    Nothing where the operator has made no keys yet: a log that nobody signs proves nothing.
    """
    hour = hour_of(deed.now)
    if deed.means.seals is None or deed.unit.log.of_subject(trail_id(hour)):
        return
    moved = deed.unit.anchors.moved()
    if not moved:
        return
    blinds = {organisation_id: _blind(deed, organisation_id, hour) for organisation_id, _ in moved}
    blinded = {each: blinded_head(blinds[each], head.position, head.hash) for each, head in moved}

    trail = draw_trail(blinded.values())

    enter(deed, "trail", trail_id(hour), commitment(NO_SALT, trail.root))
    places = {each: trail.proofs[leaf] for each, leaf in blinded.items()}
    deed.unit.anchors.add(
        JournalAnchor(organisation_id=each, hour=hour, position=head.position, head=head.hash, blind=blinds[each],
                      root=trail.root, leaf_index=places[each].index, leaf_count=places[each].size,
                      proof=b"".join(places[each].proof))
        for each, head in moved
    )  # fmt: skip
    deed.queue("cover-log", {})


def _blind(deed: Deed, organisation_id: str, hour: str) -> bytes:
    """Octets that nobody can guess, other ones in every hour. They are stored, so that a new secret changes nothing."""
    # Ids and hours have one length each, so that no two pairs are written alike.
    message = _BLIND + organisation_id.encode() + hour.encode()
    return hmac.new(deed.means.secret_key, message, hashlib.sha256).digest()


# Proving


def proof_of(anchor: JournalAnchor) -> tuple[bytes, ...]:
    """The way from a blinded head to the root, lowest first."""
    return tuple(anchor.proof[start : start + HASH_OCTETS] for start in range(0, len(anchor.proof), HASH_OCTETS))


def find_logged(unit: Unit, anchor: JournalAnchor) -> Logged | None:
    """Where the log has an anchor; None as long as no checkpoint covers it."""
    entry, checkpoint = find_trail(unit, anchor.hour), unit.log.checkpoint()
    if entry is None or entry.position is None or checkpoint is None or entry.position >= checkpoint.size:
        return None
    index, size = entry.position, checkpoint.size
    known = nodes_of(unit.log.nodes(nodes_needed_for_inclusion(index, size)))
    return Logged(leaf=entry.leaf, index=index, size=size, proof=inclusion_proof(index, size, known),
                  checkpoint=checkpoint.note)  # fmt: skip


def find_trail(unit: Unit, hour: str) -> LogEntry | None:
    """The log's entry about an hour."""
    return next(iter(unit.log.of_subject(trail_id(hour))), None)


# Checking


def anchor_holds(anchor: JournalAnchor, leaf: bytes | None) -> bool:
    """Whether an anchor leads from its head to what a leaf of the log commits to."""
    if leaf is None:
        return False
    try:
        read = read_leaf(leaf)
    except LeafMalformed:
        return False
    return commits_to_trail(read, hour=anchor.hour, root=anchor.root) and leads_to_root(anchor)


def leads_to_root(anchor: JournalAnchor) -> bool:
    """Whether the way from an anchor's head leads to its root."""
    blinded = blinded_head(anchor.blind, anchor.position, anchor.head)
    return is_in_trail(
        blinded, index=anchor.leaf_index, size=anchor.leaf_count, proof=proof_of(anchor), root=anchor.root
    )


def is_logged(logged: Logged) -> bool:
    """Whether a leaf stands in the tree of its checkpoint; whoever signed that.

    Raises:
        NoteMalformed, CheckpointMalformed: it is none.
    """
    checkpoint = read_checkpoint(read_note(logged.checkpoint).text)
    return checkpoint.size == logged.size and verify_inclusion(
        logged.index, logged.size, leaf_hash(logged.leaf), logged.proof, checkpoint.root
    )
