"""Who besides the issuer vouches for the log: witnesses, who sign each checkpoint with the time at which they saw it.

Only those count whose keys the checker knows, from elsewhere than the issuer: anybody can write a signature below a
checkpoint and call it a witness'.

Source: C2SP tlog-cosignature, version 1.
"""

from datetime import UTC, datetime

from compliance.domain.transparency import (
    COSIGNATURE,
    Note,
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    VerifierKeyMalformed,
    origin_of,
    read_cosignature,
    read_note,
    read_verifier_key,
)
from compliance.signing import KeyList, has_signed
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found


def witnesses_step(own_checkpoint: str | None, listed: KeyList | None, sources: Sources) -> Step:
    """Whose signatures of the witnesses that were named stand under the newest checkpoint, or else under the own one."""
    note = _note(sources.checkpoint or own_checkpoint)
    if note is None:
        return found("witnesses", "unread")
    if not sources.witnesses:
        has_others = any(each.name != origin_of(sources.base_url) for each in note.signatures)
        return found("witnesses", "unnamed" if has_others else "nobody")
    named = _read_keys(sources.witnesses)
    issuers = () if listed is None else (listed.root, *(key.public for key in listed.keys))
    strangers = [key for key in named if key.public not in issuers]
    if named and not strangers:
        return found("witnesses", "own", name=named[0].name)
    return _judged(note, {(key.name, key.hash): key for key in strangers})


def _judged(note: Note, known: dict[tuple[str, bytes], VerifierKey]) -> Step:
    seen: dict[str, str] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_hash))
        if key is None:
            continue
        if not has_signed(key, signature, note.text):
            return found("witnesses", "wrong", name=key.name)
        seen[key.name] = _seen(key, signature)
    return found("witnesses", "witnessed", names=", ".join(seen.values())) if seen else found("witnesses", "absent")


def _seen(key: VerifierKey, signature: NoteSignature) -> str:
    """The witness' name, with the time at which it says that it saw the checkpoint, where it says one."""
    cosigned = read_cosignature(signature.signature) if key.kind == COSIGNATURE else None
    try:
        at = None if cosigned is None else datetime.fromtimestamp(cosigned.seen_at_s, tz=UTC)
    except (ValueError, OverflowError, OSError):  # the year is beyond 9999
        at = None
    return key.name if at is None else f"{key.name} ({at:%Y-%m-%dT%H:%M:%SZ})"


def _read_keys(lines: tuple[str, ...]) -> list[VerifierKey]:
    keys: list[VerifierKey] = []
    for line in lines:
        try:
            keys.append(read_verifier_key(line.strip()))
        except VerifierKeyMalformed:
            continue
    return keys


def _note(note: str | None) -> Note | None:
    try:
        return None if note is None else read_note(note)
    except NoteMalformed:
        return None
