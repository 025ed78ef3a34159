"""Whose checkpoint it is: a key of the list has signed it, the root has signed the list, and it is of the log that was meant."""

from msgspec import Struct

from compliance.domain.transparency import (
    Checkpoint,
    CheckpointMalformed,
    NoteMalformed,
    read_checkpoint,
    read_note,
)
from compliance.errors import Problem
from compliance.signing import (
    KeyList,
    KeyListInvalid,
    KeyListUntrusted,
    NoteUntrusted,
    PublicKey,
    check_key_list,
    check_note,
    read_key_list,
    verifier_key,
)
from compliance.usecases.log_watching.sources import (
    KEYS,
    MOST_KEYS_BYTES,
    LogBroken,
    Source,
    read_key_file,
    read_newest_note,
)


class SignedCheckpoint(Struct, frozen=True, kw_only=True):
    """A checkpoint that was found to be the log's own."""

    note: bytes
    """As it was signed."""
    checkpoint: Checkpoint
    key: PublicKey
    """Who signed it."""
    keys: KeyList
    key_file: bytes
    """The list of keys as it was read."""


def read_signed(source: Source, *, origin: str | None, fingerprint: str | None) -> SignedCheckpoint:
    """The newest checkpoint of a log, once its signature holds.

    `origin` is the log that is meant, None for whichever it says that it is; `fingerprint` the root that is trusted, None
    for whichever signed the list.

    Raises:
        LogUnread: nothing answers.
        LogBroken: keys or checkpoint are not what they must be.
    """
    key_file, note = read_key_file(source), read_newest_note(source)
    return check_signed(note, key_file, origin=origin, fingerprint=fingerprint)


def check_signed(note: bytes, key_file: bytes, *, origin: str | None, fingerprint: str | None) -> SignedCheckpoint:
    """The same, of what was read before.

    Raises:
        LogBroken: keys or checkpoint are not what they must be.
    """
    keys = _keys_in(key_file, fingerprint)
    stated = _stated_origin(note)
    if origin is not None and stated != origin:
        raise LogBroken([Problem("log-origin", "", {"given": stated[:200], "wanted": origin})])
    known = {verifier_key(each, name=stated): each for each in keys.keys if each.purpose == "checkpoints"}
    try:
        verified = check_note(note, known)
        checkpoint = read_checkpoint(verified.text)
    except (NoteUntrusted, CheckpointMalformed) as refusal:
        raise LogBroken(refusal.problems or [Problem("log-checkpoint", "")]) from None
    key = known[verified.key]
    since = key.compromised_since_leaf
    if since is not None and checkpoint.size > since:
        raise LogBroken([Problem("log-key-compromised", "", {"id": key.id, "since": since, "size": checkpoint.size})])
    return SignedCheckpoint(note=note, checkpoint=checkpoint, key=key, keys=keys, key_file=key_file)


def check_not_older(keys: KeyList, known: KeyList | None) -> None:
    """Return when a list of keys is not older than one that was seen: that could hide that a key was given up since.

    Raises:
        LogBroken: it is.
    """
    if known is not None and keys.sequence < known.sequence:
        raise LogBroken([Problem("log-keys-older", KEYS, {"given": keys.sequence, "have": known.sequence})])


def own_keys(own: Source) -> KeyList | None:
    """The list of keys that a folder has kept; its root is the one that was believed then.

    Raises:
        LogUnread, LogBroken: it cannot be read.
    """
    content = own.read(KEYS, MOST_KEYS_BYTES)
    try:
        return None if content is None else read_key_list(content)
    except KeyListInvalid:
        raise LogBroken([Problem("log-own-damaged", KEYS)]) from None


def root_to_trust(known: KeyList | None, fingerprint: str | None) -> str | None:
    """The root that must have signed a list: the one that was named, or else the one that was believed before."""
    return fingerprint if known is None or fingerprint is not None else known.fingerprint


def _keys_in(key_file: bytes, fingerprint: str | None) -> KeyList:
    try:
        keys = read_key_list(key_file)
        check_key_list(keys, fingerprint=fingerprint)
    except (KeyListInvalid, KeyListUntrusted) as refusal:
        raise LogBroken(refusal.problems or [Problem("key-list-signature", KEYS)]) from None
    return keys


def _stated_origin(note: bytes) -> str:
    """Of which log the checkpoint says that it is: the name under which its key must have signed."""
    try:
        return read_checkpoint(read_note(note).text).origin
    except NoteMalformed:
        raise LogBroken([Problem("note-malformed", "")]) from None
    except CheckpointMalformed:
        raise LogBroken([Problem("log-checkpoint", "")]) from None
