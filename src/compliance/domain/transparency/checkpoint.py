"""Checkpoints: the size and the root of the tree in three lines, which the log signs as a note.

Source: C2SP tlog-checkpoint; docs/transparency.md, "Checkpoints".
"""

import base64
import binascii
import re
from typing import ClassVar

from msgspec import Struct

from compliance.domain.transparency.tree import EMPTY_ROOT, HASH_OCTETS, MOST_LEAVES
from compliance.errors import Invalid

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x1f]")


class Checkpoint(Struct, frozen=True, kw_only=True):
    """What the log commits itself to: so many leaves have this root."""

    origin: str
    """Which log: its address without scheme and last slash."""
    size: int
    root: bytes
    """32 octets."""
    extensions: tuple[str, ...] = ()
    """Lines that others may add. We write none: they cannot be checked."""


class CheckpointMalformed(Invalid):
    """This is not a checkpoint of a transparency log."""

    code: ClassVar[str] = "checkpoint-malformed"


def origin_of(address: str) -> str:
    """The origin of a log at an address: `https://example.org/log/` → `example.org/log`."""
    return address.partition("://")[2].rstrip("/") if "://" in address else address.rstrip("/")


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """The text of the note: origin, size, root in base64, extension lines; each with its newline.

    Raises:
        ValueError: an empty line, a control character, a root that has not 32 octets, a size below 0 or above 2⁶³ − 1,
            no leaves and another root than theirs.
    """
    root = base64.b64encode(checkpoint.root).decode("ascii")
    text = "".join(f"{line}\n" for line in (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions))
    try:
        is_same = read_checkpoint(text) == checkpoint
    except CheckpointMalformed as refused:
        msg = "no checkpoint can be written like this"
        raise ValueError(msg) from refused
    if not is_same:
        msg = "the checkpoint would be read as another one"
        raise ValueError(msg)
    return text


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a note, whoever signed it.

    Raises:
        CheckpointMalformed: fewer than three lines, an empty one, a control character, a size with zeros in front, a root
            that is not the base64 of 32 octets, no leaves and another root than theirs.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines) or any(_CONTROL.search(line) for line in lines):
        raise CheckpointMalformed
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MOST_LEAVES:
        raise CheckpointMalformed
    checkpoint = Checkpoint(origin=origin, size=int(size), root=_hash(root), extensions=tuple(extensions))
    if not checkpoint.size and checkpoint.root != EMPTY_ROOT:
        raise CheckpointMalformed
    return checkpoint


def _hash(encoded: str) -> bytes:
    """The hash, which is spelt in its one way."""
    try:
        octets = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as refused:
        raise CheckpointMalformed from refused
    if len(octets) != HASH_OCTETS or base64.b64encode(octets).decode("ascii") != encoded:
        raise CheckpointMalformed
    return octets
