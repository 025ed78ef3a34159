"""The list of keys: noted when it is new, and every change of it entered into the log."""

from compliance.domain.transparency import SALT_OCTETS, commitment
from compliance.signing import KeyEvent, KeyList, PublicKey, key_event_content, read_key_list, write_key_list
from compliance.store.signed import KeyListRow
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import Opener
from compliance.usecases.log_entries import enter
from compliance.usecases.patience import patiently

NO_SALT = bytes(SALT_OCTETS)
"""What a leaf says of a key is public, so nothing hides it."""


def note_keys(desk: Opener) -> None:
    """Note the list that the service signs with, where it is newer than the one noted last.

    Every key that is new in it, retired or compromised becomes a leaf. What waits for keys is queued.
    """
    patiently(lambda: _note(desk))


def _note(desk: Opener) -> None:
    with desk.deed(writes=True) as deed:
        if deed.means.seals is None:
            return
        keys, row = deed.means.seals.keys, deed.unit.signed.key_list()
        if row is not None and row.sequence >= keys.sequence:
            return
        before = None if row is None else read_key_list(row.content)

        for key, event in changes(before, keys):
            enter(deed, "key", key.id, commitment(NO_SALT, key_event_content(keys, key, event)))
        deed.unit.signed.add_key_list(
            KeyListRow(sequence=keys.sequence, content=write_key_list(keys), noted_at=deed.now)
        )
        _queue_what_waits(deed, keys)


def _queue_what_waits(deed: Deed, keys: KeyList) -> None:
    for kind in ("publish-status", "sign-pending"):
        deed.queue(kind, {}, once=f"{kind}:keys-{keys.sequence}")


def changes(before: KeyList | None, after: KeyList) -> list[tuple[PublicKey, KeyEvent]]:
    """What is news in a list: each key with what happened to it, in the list's order, added first."""
    found: list[tuple[PublicKey, KeyEvent]] = []
    for key in after.keys:
        known = None if before is None else before.find(key.id)
        if known is None:
            found.append((key, "added"))
        if key.retired_on is not None and (known is None or known.retired_on is None):
            found.append((key, "retired"))
        if key.compromised_on is not None and (known is None or known.compromised_on is None):
            found.append((key, "compromised"))
    return found
