"""Who besides the issuer vouches for the log: witnesses, who sign each checkpoint with the time at which they saw it.

Source: C2SP tlog-cosignature, version 1.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from compliance.domain.transparency import (
    COSIGNATURE,
    Note,
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    VerifierKeyMalformed,
    read_note,
    read_verifier_key,
)
from compliance.usecases.verifying.sources import Sources
from compliance.usecases.verifying.steps import Step, found

_TIME_OCTETS = 8


def witnesses_step(own_checkpoint: str | None, sources: Sources) -> Step:
    """Whose signatures of the witnesses that were named stand under the newest checkpoint, or else under the own one."""
    note = _note(sources.checkpoint or own_checkpoint)
    if note is None:
        return found("witnesses", "unread")
    known = _known(sources.witnesses)
    if not known:
        return found("witnesses", "nobody" if not sources.witnesses else "absent")
    names: list[str] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_hash))
        if key is None:
            continue
        if not _is_right(key, signature, note.text):
            return found("witnesses", "wrong", name=key.name)
        names.append(key.name)
    return (
        found("witnesses", "witnessed", names=", ".join(dict.fromkeys(names)))
        if names
        else found("witnesses", "absent")
    )


def _known(lines: tuple[str, ...]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for line in lines:
        try:
            key = read_verifier_key(line.strip())
        except VerifierKeyMalformed:
            continue
        known[key.name, key.hash] = key
    return known


def _is_right(key: VerifierKey, signature: NoteSignature, text: str) -> bool:
    signed, message = signature.signature, text.encode()
    if key.kind == COSIGNATURE:
        seen_at, signed = int.from_bytes(signed[:_TIME_OCTETS], "big"), signed[_TIME_OCTETS:]
        message = f"cosignature/v1\ntime {seen_at}\n".encode() + message
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _note(note: str | None) -> Note | None:
    try:
        return None if note is None else read_note(note)
    except NoteMalformed:
        return None
