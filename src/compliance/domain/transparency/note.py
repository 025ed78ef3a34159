"""Signed notes: a text, and lines below it that say who signed. Nothing is signed or verified here.

Source: C2SP signed-note; docs/transparency.md, "Signed notes".
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct

from compliance.errors import Invalid

ED25519 = 0x01
"""An Ed25519 signature of the note's text."""
COSIGNATURE = 0x04
"""An Ed25519 signature of a witness, over the text and the time at which it was seen."""
KEY_HASH_OCTETS = 4
MOST_SIGNATURES = 100
MOST_NOTE_OCTETS = 1_000_000

_KINDS = (ED25519, COSIGNATURE)
_PUBLIC_KEY_OCTETS = 32
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNED_BY = "\u2014 "
_HEX = re.compile(r"[0-9a-f]{8}")


class NoteSignature(Struct, frozen=True):
    """One line below a note."""

    name: str
    """The key's: not empty, without spaces and plus signs."""
    key_hash: bytes
    """Four octets. With the name they say which key; they prove nothing."""
    signature: bytes


class Note(Struct, frozen=True):
    """A text and its signatures. To be ignored until one of them is verified."""

    text: str
    """With its last newline: what is signed, as UTF-8."""
    signatures: tuple[NoteSignature, ...]


class VerifierKey(Struct, frozen=True):
    """A public key with its name, as it is handed to whoever is to trust it."""

    name: str
    public: bytes
    """Ed25519, 32 octets."""
    kind: int = ED25519

    @property
    def hash(self) -> bytes:
        """The four octets by which signatures name this key."""
        return key_hash(self.name, self.public, kind=self.kind)


class NoteMalformed(Invalid):
    """This is not a signed note."""

    code: ClassVar[str] = "note-malformed"


class VerifierKeyMalformed(Invalid):
    """This is not the key of somebody who signs notes."""

    code: ClassVar[str] = "verifier-key-malformed"


def key_hash(name: str, public: bytes, *, kind: int = ED25519) -> bytes:
    """The first four octets of SHA-256(name ‖ 0x0A ‖ kind ‖ public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:KEY_HASH_OCTETS]


def write_note(text: str, signatures: Iterable[NoteSignature]) -> str:
    """A text with its signatures, in their order.

    Raises:
        ValueError: the text does not end in a newline or has control characters; there is no signature or too many;
            a key's name has a space or plus sign; a key's hash has not four octets.
    """
    note = Note(text, tuple(signatures))
    lines = [f"{_SIGNED_BY}{each.name} {_base64_of(each.key_hash + each.signature)}\n" for each in note.signatures]
    written = f"{text}\n{''.join(lines)}"
    try:
        is_same = read_note(written) == note
    except NoteMalformed as refused:
        msg = "no note can be written like this"
        raise ValueError(msg) from refused
    if not is_same:
        msg = "the note would be read as another one"
        raise ValueError(msg)
    return written


def read_note(content: str | bytes) -> Note:
    """The text and the signatures of a note, all of them, whoever they are by.

    Raises:
        NoteMalformed: not UTF-8, larger than a million octets, control characters, no empty line, no signature or more
            than a hundred, a line below that is no signature.
    """
    text, divided, below = _plain(content).rpartition("\n\n")
    lines = below.split("\n")
    if not divided or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise NoteMalformed
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def write_verifier_key(key: VerifierKey) -> str:
    """The key in one line: name, its hash in hexadecimal, kind and public key in base64, with plus signs between.

    Raises:
        ValueError: a name with a space or plus sign, a key that has not 32 octets, a kind that is neither.
    """
    written = f"{key.name}+{key.hash.hex()}+{_base64_of(bytes((key.kind,)) + key.public)}"
    try:
        read_verifier_key(written)
    except VerifierKeyMalformed as refused:
        msg = "no key can be written like this"
        raise ValueError(msg) from refused
    return written


def read_verifier_key(line: str) -> VerifierKey:
    """The key in such a line.

    Raises:
        VerifierKeyMalformed: not three parts, a hash that is not that of name and key, a kind that we do not know.
    """
    name, _, rest = line.partition("+")
    stated, _, encoded = rest.partition("+")
    content = _base64_octets(encoded)
    if not is_key_name(name) or not _HEX.fullmatch(stated) or content is None:
        raise VerifierKeyMalformed
    if len(content) != 1 + _PUBLIC_KEY_OCTETS or content[0] not in _KINDS:
        raise VerifierKeyMalformed
    key = VerifierKey(name, content[1:], content[0])
    if key.hash.hex() != stated:
        raise VerifierKeyMalformed
    return key


def is_key_name(name: str) -> bool:
    """Whether a key can have this name: not empty, neither spaces nor plus signs nor control characters."""
    has_space = any(each.isspace() for each in name)
    return bool(name) and not has_space and "+" not in name and _is_plain(name)


def _signature(line: str) -> NoteSignature:
    # Split at the first space: were there a second one, the rest would be no base64.
    name, _, encoded = line.removeprefix(_SIGNED_BY).partition(" ")
    octets = _base64_octets(encoded)
    if not line.startswith(_SIGNED_BY) or not is_key_name(name) or octets is None or len(octets) <= KEY_HASH_OCTETS:
        raise NoteMalformed
    return NoteSignature(name, octets[:KEY_HASH_OCTETS], octets[KEY_HASH_OCTETS:])


def _plain(content: str | bytes) -> str:
    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
        octets = len(text.encode("utf-8")) if isinstance(content, str) else len(content)
    except UnicodeError as refused:
        raise NoteMalformed from refused
    if octets > MOST_NOTE_OCTETS or _CONTROL.search(text):
        raise NoteMalformed
    return text


def _is_plain(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return not _CONTROL.search(text)


def _base64_octets(encoded: str) -> bytes | None:
    """What was encoded; None unless it is spelt in its one way."""
    try:
        octets = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return octets if _base64_of(octets) == encoded else None


def _base64_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
