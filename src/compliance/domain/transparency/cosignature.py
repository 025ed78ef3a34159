"""Witnesses: what one is sent, what it signs and what it answers. Nothing is sent, signed or verified here.

Source: C2SP tlog-witness, and tlog-cosignature version 1; docs/transparency.md, "Witnesses".
"""

import base64
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from compliance.domain.transparency.note import (
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    read_note,
    read_verifier_key,
    write_note,
    write_verifier_key,
)

MOST_PROOF_HASHES = 63
"""So many a witness takes; a tree of 2⁶³ leaves needs no more."""

_NOTHING = b"-\n"
_TIME_OCTETS, _ED25519_OCTETS = 8, 64
_LATEST_S = 2**63 - 1
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


class Witness(Struct, frozen=True):
    """Somebody who signs checkpoints of the log, after seeing that each goes on where the last one ended."""

    key: VerifierKey
    address: str
    """Without a slash at the end; `/add-checkpoint` comes behind it. Empty where nobody is to be asked."""

    @property
    def id(self) -> str:
        """Name and hash of the key: by these its signatures are known."""
        return f"{self.key.name}+{self.key.hash.hex()}"


class Cosignature(Struct, frozen=True):
    """What a witness signs with: the time at which it saw the checkpoint, and its signature of both."""

    seen_at_s: int
    """Seconds since 1970, as the witness says."""
    signature: bytes
    """Ed25519, of `cosigned_message`."""


def read_witness(line: str) -> Witness:
    """The witness in a line: its verifier key, and behind a space the address at which it is asked, if any.

    Raises:
        VerifierKeyMalformed: the line does not begin with a key.
    """
    written, _, address = line.strip().partition(" ")
    return Witness(read_verifier_key(written), address.strip().rstrip("/"))


def write_witness(witness: Witness) -> str:
    """The line of a witness."""
    return f"{write_verifier_key(witness.key)} {witness.address}".rstrip()


def cosigned_message(text: str, *, seen_at_s: int) -> bytes:
    """What a witness signs: the text of a checkpoint's note, and when it saw it (seconds since 1970)."""
    return f"cosignature/v1\ntime {seen_at_s}\n{text}".encode()


def read_cosignature(signature: bytes) -> Cosignature | None:
    """The two parts of a witness' signature; None where it has not 72 octets, or a time beyond 2⁶³ − 1."""
    seen_at_s = int.from_bytes(signature[:_TIME_OCTETS], "big")
    if len(signature) != _TIME_OCTETS + _ED25519_OCTETS or seen_at_s > _LATEST_S:
        return None
    return Cosignature(seen_at_s, signature[_TIME_OCTETS:])


def write_offer(note: str, *, old_size: int, proof: Sequence[bytes]) -> str:
    """What a witness is sent: the size that it has seen (0 for none), the proof from there on, and the signed checkpoint.

    Raises:
        ValueError: more hashes than a witness takes.
    """
    if len(proof) > MOST_PROOF_HASHES:
        msg = "no proof is that long"
        raise ValueError(msg)
    hashes = "".join(f"{base64.b64encode(each).decode('ascii')}\n" for each in proof)
    return f"old {old_size}\n{hashes}\n{note}"


def read_signature_lines(body: bytes) -> tuple[NoteSignature, ...]:
    """The signatures in what a witness answers, all of them, whoever they are by.

    Raises:
        NoteMalformed: a line is no signature, or there is none, or there are too many.
    """
    read = read_note(_NOTHING + b"\n" + body)
    if read.text.encode() != _NOTHING:
        raise NoteMalformed
    return read.signatures


def read_size_answer(body: bytes) -> int | None:
    """The size that a witness says it has seen, where it was offered something that goes on elsewhere; None where it says none."""
    found = _SIZE.fullmatch(body)
    return None if found is None else int(found[1])


def add_signatures(note: str, signatures: Iterable[NoteSignature]) -> str:
    """The note with further signatures below its own.

    Raises:
        NoteMalformed: it is no note.
        ValueError: it would have more signatures than a note may.
    """
    read = read_note(note)
    return write_note(read.text, (*read.signatures, *signatures))
