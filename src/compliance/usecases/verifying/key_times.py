"""Whether each key signed while it was good: by places in the log, since no date that a signer writes proves anything."""

from collections.abc import Sequence

from msgspec import Struct

from compliance.domain.transparency import (
    SALT_OCTETS,
    Checkpoint,
    LeafMalformed,
    commits_to,
    leaf_hash,
    read_leaf,
    verify_inclusion,
)
from compliance.signing import KeyEvent, KeyList, PublicKey, key_event_content
from compliance.usecases.verifying.sources import KeyEventProof, Sources
from compliance.usecases.verifying.steps import Step, StepCode, found
from compliance.usecases.verifying.strict_json import JsonUnread, Members, members_in, read_members

NO_SALT = bytes(SALT_OCTETS)
"""What a leaf says of a key is public, so nothing hides it."""
_STEP: StepCode = "key-times"


class Use(Struct, frozen=True, kw_only=True):
    """A key, and the place in the log by which it had signed."""

    key: PublicKey
    index: int
    """Of a leaf that was there before the key signed: the certificate's own, or a checkpoint's last."""


class _Event(Struct, frozen=True):
    """Something that happened to a key, proven by the log."""

    key_id: str
    event: KeyEvent
    index: int


def key_times_step(uses: Sequence[Use], listed: KeyList | None, newest: Checkpoint | None, sources: Sources) -> Step:
    """Whether every use of a key stands before the key was retired, and before the place from which it is not believed."""
    if listed is None or not uses:
        return found(_STEP, "unread")
    for use in uses:
        since = use.key.compromised_since_leaf
        if since is not None and use.index >= since:
            return found(_STEP, "compromised", key_id=use.key.id, index=use.index, since=since)
    if newest is None:
        return found(_STEP, "no-log")
    if sources.key_events is None:
        return found(_STEP, "no-events", key_id=uses[0].key.id)
    events: list[_Event] = []
    for given in sources.key_events:
        event = _proven(given, listed, newest)
        if isinstance(event, Step):
            return event
        events.append(event)
    return _judged(uses, events)


def _judged(uses: Sequence[Use], events: Sequence[_Event]) -> Step:
    for use in uses:
        retired = [each.index for each in events if (each.key_id, each.event) == (use.key.id, "retired")]
        if retired and use.index >= min(retired):
            return found(_STEP, "after-retirement", key_id=use.key.id, index=use.index, retired=min(retired))
    seen = {(each.key_id, each.event) for each in events}
    for use in uses:
        if not {(use.key.id, event) for event in _events_of(use.key)} <= seen:
            return found(_STEP, "no-events", key_id=use.key.id)
    return found(_STEP, "in-time", key_ids=", ".join(dict.fromkeys(use.key.id for use in uses)), index=uses[0].index)


def _events_of(key: PublicKey) -> list[KeyEvent]:
    """What the log must say of a key, by the list."""
    happened: dict[KeyEvent, bool] = {
        "added": True, "retired": key.retired_on is not None, "compromised": key.compromised_on is not None,
    }  # fmt: skip
    return [event for event, is_so in happened.items() if is_so]


def _proven(given: KeyEventProof, listed: KeyList, newest: Checkpoint) -> _Event | Step:
    """The event, if the log has it and the list says the same; else what is wrong."""
    try:
        leaf, content = read_leaf(given.leaf), read_members(given.content)
    except (LeafMalformed, JsonUnread):
        return found(_STEP, "not-in-log", index=given.index)
    is_there = verify_inclusion(given.index, newest.size, leaf_hash(given.leaf), given.proof, newest.root)
    if leaf.event != "key" or not commits_to(leaf, salt=NO_SALT, content=given.content) or not is_there:
        return found(_STEP, "not-in-log", index=given.index)
    key = listed.find(_key_id(content))
    event = None if key is None else _named(_events_of(key), content.get("event"))
    if key is None or event is None:
        return found(_STEP, "list-older", key_id=_key_id(content))
    if key_event_content(listed, key, event) != given.content:
        return found(_STEP, "not-the-list", key_id=key.id)
    return _Event(key.id, event, given.index)


def _named(events: Sequence[KeyEvent], name: object) -> KeyEvent | None:
    return next((event for event in events if str(event) == name), None)


def _key_id(content: Members) -> str:
    name: object = members_in(content.get("key")).get("id")
    return name if isinstance(name, str) else ""
