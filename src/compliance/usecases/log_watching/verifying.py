"""The whole log, read from end to end."""

from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct

from compliance.domain.transparency import NO_SALT, Event, Leaf, commits_to
from compliance.errors import Problem
from compliance.signing import key_event_content
from compliance.usecases.log_watching.signed import SignedCheckpoint, read_signed
from compliance.usecases.log_watching.sources import LogBroken, Source
from compliance.usecases.log_watching.walking import VerifiedTiles, counted, walk


class LogReport(Struct, frozen=True, kw_only=True):
    """A log that is whole."""

    signed: SignedCheckpoint
    events: Mapping[Event, int]
    """How many entries of each kind."""


def verify_log(
    source: Source,
    *,
    origin: str | None = None,
    fingerprint: str | None = None,
    on_step: Callable[[int], None] | None = None,
) -> LogReport:
    """Read all tiles and entries, and compare everything with everything; `on_step` hears how many entries were read.

    `origin` and `fingerprint` as in `read_signed`.

    Raises:
        LogUnread: nothing answers.
        LogBroken: something is not what the checkpoint says, or the checkpoint is nobody's whom the root knows.
    """
    signed = read_signed(source, origin=origin, fingerprint=fingerprint)
    tiles = VerifiedTiles(source, signed.checkpoint)
    tiles.check_root()
    events: Counter[Event] = Counter()
    retired: int | None = None
    for step in counted(walk(tiles), on_step):
        for entry in step.entries:
            events[entry.leaf.event] += 1
            if retired is None and _retires(entry.leaf, signed):
                retired = entry.index
    # A key signs before the leaf that says that it was retired; the checkpoint over that leaf is another key's.
    if retired is not None:
        facts = {"id": signed.key.id, "retired": retired, "size": signed.checkpoint.size}
        raise LogBroken([Problem("log-key-retired", "", facts)])
    return LogReport(signed=signed, events=dict(events))


def _retires(leaf: Leaf, signed: SignedCheckpoint) -> bool:
    """Whether a leaf says that the key which signed the checkpoint was retired."""
    key = signed.key
    if leaf.event != "key" or leaf.id != key.id or key.retired_on is None:
        return False
    return commits_to(leaf, salt=NO_SALT, content=key_event_content(signed.keys, key, "retired"))
