"""A journal as the organisation took it away: checked by itself, and against the public log.

The first line of an export holds, as `anchor`, the newest head that the log has committed to:

    {"hour": "2026-11-22T09", "position": 57, "head": "<64 hex>", "blind": "<64 hex>", "root": "<64 hex>", "index": 3,
     "size": 9, "proof": ["<64 hex>", …],
     "log": {"leaf": "<the leaf's text>", "index": 812, "size": 900, "proof": ["<64 hex>", …], "checkpoint": "<note>"}}

To verify: `head` is the hash of the entry at `position`; SHA-256(blind ‖ position in 8 octets ‖ head) stands at `index`
of the tree of `size` with the root `root` (RFC 6962); the leaf commits to that root with a salt of 32 zero octets, and
stands in the tree of the checkpoint. `log` is null as long as no checkpoint covers the leaf.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from compliance.domain.journal import Entry, Fault, Head, Row, genesis
from compliance.domain.transparency import CheckpointMalformed, NoteMalformed
from compliance.errors import Invalid, Problem
from compliance.store.anchors import JournalAnchor
from compliance.store.unit import Unit
from compliance.usecases.anchoring import Logged, anchor_holds, find_logged, is_logged, leads_to_root, proof_of
from compliance.usecases.journal_checks import JournalCheck, check_chain

MOST_LINE_OCTETS = 1024 * 1024
_MOST_PROOF = 64
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Position = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Place = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Proof = Annotated[tuple[Hash, ...], Meta(max_length=_MOST_PROOF)]
Made = TypeVar("Made", bound=Struct)


class JournalExportInvalid(Invalid):
    """This is not a journal as it is exported."""

    code: ClassVar[str] = "journal-export-invalid"


class ExportedLog(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That the log has an anchor's leaf."""

    leaf: str
    index: Place
    size: Place
    proof: Proof
    checkpoint: str


class ExportedAnchor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That the log has committed to a head."""

    hour: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}\Z")]
    position: Position
    head: Hash
    blind: Hash
    root: Hash
    index: Place
    size: Place
    proof: Proof
    log: ExportedLog | None = None


class ExportCheck(Struct, frozen=True, kw_only=True):
    """What came of checking an export."""

    journal: JournalCheck
    anchor: ExportedAnchor | None


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    position: Position
    hash: Hash


class _First(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    journal: Literal[1]
    organisation_id: Annotated[str, Meta(max_length=80)]
    genesis: Hash
    head: _Head
    anchor: ExportedAnchor | None = None


class _Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    organisation_id: str
    position: Position
    at: Annotated[datetime, Meta(tz=True)]
    actor: str
    kind: str
    facts: dict[str, str | int]


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    entry: _Entry
    hash: Hash


def exported_anchor(unit: Unit, organisation_id: str, *, within: int) -> ExportedAnchor | None:
    """The newest anchor of a journal that is not beyond a position, as it is exported; None where there is none."""
    anchor = unit.anchors.newest(organisation_id, within=within)
    if anchor is None:
        return None
    logged = find_logged(unit, anchor)
    return ExportedAnchor(
        hour=anchor.hour, position=anchor.position, head=anchor.head.hex(), blind=anchor.blind.hex(),
        root=anchor.root.hex(), index=anchor.leaf_index, size=anchor.leaf_count,
        proof=tuple(each.hex() for each in proof_of(anchor)), log=None if logged is None else _exported(logged),
    )  # fmt: skip


def _exported(logged: Logged) -> ExportedLog:
    return ExportedLog(leaf=logged.leaf.decode(), index=logged.index, size=logged.size,
                       proof=tuple(each.hex() for each in logged.proof), checkpoint=logged.checkpoint)  # fmt: skip


def check_export(read_lines: Callable[[], Iterable[bytes]]) -> ExportCheck:
    """Check an export: every entry and hash, the head, and the anchor. `read_lines` gives its lines, again if asked again.

    Who signed the checkpoint is not asked here.

    Raises:
        JournalExportInvalid: a line is none of ours.
    """
    first = _first(read_lines())
    head = Head(first.head.position, bytes.fromhex(first.head.hash))
    wanted = () if first.anchor is None else (first.anchor.position,)
    faults, seen = check_chain(first.organisation_id, lambda: _rows(read_lines()), head, wanted)
    if bytes.fromhex(first.genesis) != genesis(first.organisation_id):
        raise JournalExportInvalid([Problem("journal-export-genesis", "1")])
    anchored = 0 if first.anchor is None else first.anchor.position
    if first.anchor is not None and not _holds(first.organisation_id, first.anchor, seen):
        faults = (*faults, Fault(anchored, "anchor"))
    return ExportCheck(
        journal=JournalCheck(first.organisation_id, head.position, faults, anchored=anchored), anchor=first.anchor
    )


def _first(lines: Iterable[bytes]) -> _First:
    return _read(next(iter(lines), b""), _First, number=1)


def _rows(lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if number > 1:
            read = _read(line, _Line, number=number)
            yield Row(Entry(**msgspec.structs.asdict(read.entry)), bytes.fromhex(read.hash))


def _read(line: bytes, kind: type[Made], *, number: int) -> Made:
    if len(line) > MOST_LINE_OCTETS:
        raise JournalExportInvalid([Problem("journal-export-line", str(number), {"reason": "it is too long"})])
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        facts = {"reason": str(wrong)[:200]}
        raise JournalExportInvalid([Problem("journal-export-line", str(number), facts)]) from None


def _holds(organisation_id: str, exported: ExportedAnchor, seen: Mapping[int, bytes]) -> bool:
    anchor = JournalAnchor(
        organisation_id=organisation_id, hour=exported.hour, position=exported.position,
        head=bytes.fromhex(exported.head), blind=bytes.fromhex(exported.blind), root=bytes.fromhex(exported.root),
        leaf_index=exported.index, leaf_count=exported.size, proof=bytes.fromhex("".join(exported.proof)),
    )  # fmt: skip
    if seen.get(anchor.position) != anchor.head:
        return False
    if exported.log is None:
        return leads_to_root(anchor)
    log = exported.log
    logged = Logged(leaf=log.leaf.encode(), index=log.index, size=log.size,
                    proof=tuple(bytes.fromhex(each) for each in log.proof), checkpoint=log.checkpoint)  # fmt: skip
    try:
        return anchor_holds(anchor, logged.leaf) and is_logged(logged)
    except (NoteMalformed, CheckpointMalformed):
        return False
