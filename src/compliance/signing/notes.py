"""Signing checkpoints as notes, and verifying who signed one. What a note looks like is `domain/transparency`'s."""

from collections.abc import Iterable
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from compliance.domain.transparency import (
    COSIGNATURE,
    ED25519,
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    cosigned_message,
    is_key_name,
    key_hash,
    read_cosignature,
    read_note,
    write_note,
)
from compliance.errors import Invalid, Problem
from compliance.signing.keys import PublicKey
from compliance.signing.signer import Signer, check_purpose


class NoteUntrusted(Invalid):
    """Nobody whom we know has signed this note."""

    code: ClassVar[str] = "note-untrusted"


class VerifiedNote(Struct, frozen=True):
    """A text, and the key that is known to have signed it."""

    text: str
    key: VerifierKey


def sign_note(text: str, *, name: str, signer: Signer, key: PublicKey) -> str:
    """The note: the text, and our signature below it. `name` is the log's: its address without scheme.

    Raises:
        KeyUnusable: the key is not for checkpoints, or may not sign.
        ValueError: no note can hold this text or name.
    """
    check_purpose(key, "checkpoints")
    signature = signer.sign(key.id, text.encode())
    return write_note(text, [NoteSignature(name, key_hash(name, key.public), signature)])


def verifier_key(key: PublicKey, *, name: str) -> VerifierKey:
    """A checkpoint key as those who verify notes know it.

    Raises:
        KeyUnusable: the key is for something else.
    """
    check_purpose(key, "checkpoints")
    return VerifierKey(name, key.public, ED25519)


def check_note(note: str | bytes, keys: Iterable[VerifierKey]) -> VerifiedNote:
    """The text, once one of these keys is found to have signed it; signatures of others are passed over.

    Any signature that claims to be of one of these keys must be right, not only the first. Keys that sign with a time
    (witnesses) are not verified here.

    Raises:
        NoteUntrusted: none of them signed it, a signature is wrong, or this is no note.
    """
    known = {(key.name, key.hash): key for key in keys if key.kind == ED25519 and is_key_name(key.name)}
    try:
        read = read_note(note)
    except NoteMalformed:
        raise NoteUntrusted([Problem("note-malformed", "")]) from None
    signed_by: VerifierKey | None = None
    for each in read.signatures:
        key = known.get((each.name, each.key_hash))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(each.signature, read.text.encode())
        except (InvalidSignature, ValueError):
            raise NoteUntrusted([Problem("note-signature", each.name[:80], {"name": each.name[:80]})]) from None
        signed_by = signed_by or key
    if signed_by is None:
        raise NoteUntrusted([Problem("note-unsigned", "")])
    return VerifiedNote(read.text, signed_by)


def has_signed(key: VerifierKey, signature: NoteSignature, text: str) -> bool:
    """Whether a signature under a note of this text is this key's, and right: of the text, or by a witness of text and time."""
    if (signature.name, signature.key_hash) != (key.name, key.hash):
        return False
    signed, message = signature.signature, text.encode()
    if key.kind == COSIGNATURE:
        cosigned = read_cosignature(signed)
        if cosigned is None:
            return False
        signed, message = cosigned.signature, cosigned_message(text, seen_at_s=cosigned.seen_at_s)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True
