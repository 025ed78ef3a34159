"""The list of keys: noted when it is new, and every change of it entered into the log."""

from typing import ClassVar

from msgspec.structs import replace

from compliance.domain.transparency import SALT_OCTETS, commitment
from compliance.errors import Conflict, Problem, Unavailable
from compliance.signing import PURPOSES, KeyEvent, KeyList, PublicKey, key_event_content, read_key_list, write_key_list
from compliance.store.signed import KeyListRow
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import Opener
from compliance.usecases.log_entries import enter
from compliance.usecases.patience import patiently
from compliance.usecases.seals import Seals, SealSource

NO_SALT = bytes(SALT_OCTETS)
"""What a leaf says of a key is public, so nothing hides it."""


class KeysOfAnotherRoot(Conflict):
    """These keys are not those of this database."""

    code: ClassVar[str] = "keys-of-another-root"


def note_keys(desk: Opener) -> None:
    """Note the list that the service signs with, where it is newer than the one noted last.

    Every key that is new in it, retired or compromised becomes a leaf. What waits for keys is queued.

    Raises:
        KeysOfAnotherRoot: as those of another deployment.
    """
    seals = desk.means.seals
    if seals is not None:
        patiently(lambda: _note(desk, seals.keys))


def renew_seals(desk: Opener, source: SealSource) -> Seals | None:
    """Sign with other keys from now on, where the source has others; these, or None.

    What changed is noted before: no key signs anything as long as the log is not to be told of it.

    Raises:
        Refusal: the keys that are there now cannot be used; signing goes on with those that were opened before.
        Unavailable: the database is away. Nothing has changed yet.
    """
    newer = source.newer_than(desk.means.seals)
    if newer is not None:
        try:
            patiently(lambda: _note(desk, newer.keys))
        except Unavailable:
            source.forget()
            raise
        desk.means = replace(desk.means, seals=newer)
    return newer


def check_noted(deed: Deed, keys: KeyList) -> None:
    """Return when nothing newer is noted that takes one of these keys out of use.

    Another worker may have opened a newer list than this one: what a retired key signs now would never be believed.

    Raises:
        Unavailable: such a list is noted, or this one is not.
    """
    noted = deed.unit.signed.key_sequence()
    if noted == keys.sequence:
        return
    row = deed.unit.signed.key_list()
    newest = None if row is None or row.sequence < keys.sequence else read_key_list(row.content)
    ours = [keys.in_use(purpose) for purpose in PURPOSES]
    known = [None if newest is None or key is None else newest.find(key.id) for key in ours]
    if any(key is not None and (now is None or not now.is_in_use) for key, now in zip(ours, known, strict=True)):
        raise Unavailable("signing keys (others are noted)")


def _note(desk: Opener, keys: KeyList) -> None:
    with desk.deed(writes=True) as deed:
        row = deed.unit.signed.key_list()
        before = None if row is None else read_key_list(row.content)
        if before is not None and before.root != keys.root:
            facts = {"given": keys.fingerprint, "wanted": before.fingerprint}
            raise KeysOfAnotherRoot([Problem("keys-of-another-root", "COMPLIANCE_KEYS", facts)])
        if before is not None and before.sequence >= keys.sequence:
            return

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
