"""Evidence: what was uploaded, in revisions; the files behind it, by content; who looked at them, and where they count."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Literal

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    RowMapping,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from compliance.domain.assessment import ScanState
from compliance.store.prepared import Prepared, page_of
from compliance.store.rows import Row, read_row
from compliance.store.tables import accounts
from compliance.store.tables import evidence as tables

_PREFIX = "sha256:"
_AT_ONCE = 128
_FILES, _EVIDENCE, _VIEWS, _USES = (
    tables.evidence_files, tables.evidence, tables.evidence_views, tables.evidence_uses,
)  # fmt: skip
_SUBMIT_USES = Prepared(
    insert(_USES).from_select(
        ["organisation_id", "assessment_id", "item", "snapshot", "sha256"],
        select(_USES.c.organisation_id, _USES.c.assessment_id, _USES.c.item,
               bindparam("submitted_as", type_=Integer), _USES.c.sha256)
        .where(_USES.c.organisation_id == bindparam("of_organisation"),
               _USES.c.assessment_id == bindparam("of_assessment"), _USES.c.snapshot == bindparam("of_draft")),
    )
)  # fmt: skip


class EvidenceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One content that an organisation gave, or the tombstone of one."""

    sha256: str
    """64 hexadecimal digits."""
    size_bytes: int
    media_type: str
    extension: str
    """As our check of the content names it, without a dot."""
    received_at: datetime
    received_by: str
    scan: Literal["quarantined", "clean", "not_scanned", "rejected"]
    scanned_at: datetime | None = None
    scan_found: str | None = None
    purged_at: datetime | None = None
    purged_by: str | None = None
    purge_reason: str | None = None

    @property
    def state(self) -> ScanState:
        """What may be done with it; a purged file is purged, whatever the scanner said."""
        return "purged" if self.purged_at is not None else self.scan

    @property
    def digest(self) -> str:
        """Its digest as answers and snapshots name it."""
        return _PREFIX + self.sha256


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a piece of evidence."""

    id: str
    revision: int
    sha256: str
    title: str
    file_name: str
    valid_from: date | None
    valid_to: date | None
    added_by: str
    added_at: datetime


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody fetched a file."""

    id: str
    evidence_id: str
    sha256: str
    user_id: str
    viewed_at: datetime


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that names a file."""

    sha256: str
    assessment_id: str
    item: str
    snapshot: int
    """0 for the draft as it stands; else the submission's number."""


Found = tuple[EvidenceRow, EvidenceFile]


class Evidence:
    """Rows of `evidence_files`, `evidence`, `evidence_views` and `evidence_uses`."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite

    def keep_alone(self, organisation_id: str) -> None:
        """Until this transaction ends, nobody else adds or deletes files of this organisation.

        Taken before bytes are counted, kept or deleted. Readers, and writers of anything else, are not held up.
        """
        if not self._is_sqlite:  # its writers are alone anyway
            table = accounts.organisations
            self._connection.execute(
                select(table.c.id).where(table.c.id == organisation_id).with_for_update(key_share=True)
            )

    # Files

    def scans(self, organisation_id: str, digests: Collection[str]) -> dict[str, ScanState]:
        """The states of files by digest, `sha256:…`; those that the organisation never gave are left out."""
        hexadecimal = [each.removeprefix(_PREFIX) for each in digests]
        rows = self._connection.execute(
            select(_FILES.c.sha256, _FILES.c.scan, _FILES.c.purged_at).where(
                _FILES.c.organisation_id == organisation_id, _FILES.c.sha256.in_(hexadecimal)
            )
        ).all()
        return {_PREFIX + row.sha256: "purged" if row.purged_at is not None else row.scan for row in rows}

    def find_file(self, organisation_id: str, sha256: str) -> EvidenceFile | None:
        """One file, or its tombstone."""
        row = self._connection.execute(
            select(_FILES).where(_FILES.c.organisation_id == organisation_id, _FILES.c.sha256 == sha256)
        ).mappings().one_or_none()  # fmt: skip
        return None if row is None else _file(row)

    def add_file(self, organisation_id: str, file: EvidenceFile) -> None:
        """A new content."""
        self._connection.execute(insert(_FILES).values(organisation_id=organisation_id, **msgspec.structs.asdict(file)))

    def change_file(self, organisation_id: str, sha256: str, **values: object) -> None:
        """Change columns of a file."""
        self._connection.execute(
            update(_FILES).where(_FILES.c.organisation_id == organisation_id, _FILES.c.sha256 == sha256).values(values)
        )

    def kept_bytes(self, organisation_id: str) -> int:
        """How much the organisation keeps; the same content counts once, purged and rejected ones not."""
        kept = self._connection.execute(
            select(func.coalesce(func.sum(_FILES.c.size_bytes), 0)).where(
                _FILES.c.organisation_id == organisation_id,
                _FILES.c.purged_at.is_(None),
                _FILES.c.scan != "rejected",
            )
        ).scalar_one()
        return int(kept)  # PostgreSQL sums to a decimal

    # Evidence

    def add(self, organisation_id: str, row: EvidenceRow) -> None:
        """A new revision; the first one is a new piece of evidence."""
        self._connection.execute(
            insert(_EVIDENCE).values(organisation_id=organisation_id, **msgspec.structs.asdict(row))
        )

    def newest(self, organisation_id: str, evidence_id: str) -> Found | None:
        """The revision in force, with its file."""
        query = _both(organisation_id).where(_EVIDENCE.c.id == evidence_id)
        row = self._connection.execute(query.order_by(_EVIDENCE.c.revision.desc()).limit(1)).mappings().one_or_none()
        return None if row is None else _found(row)

    def revisions(self, organisation_id: str, evidence_id: str) -> list[Found]:
        """Every revision with its file, newest first."""
        rows = _revisions().all(self._connection, {"organisation_id": organisation_id, "evidence_id": evidence_id})
        return [_found(row) for row in rows]

    def page(
        self,
        organisation_id: str,
        *,
        before: str | None,
        limit: int,
        sha256: str | None = None,
        expiring_before: date | None = None,
    ) -> list[Found]:
        """The revisions in force with their files, newest piece of evidence first, below an id."""
        values = {"before": before, "of_sha256": sha256, "expiring_before": expiring_before}
        given = {name: value for name, value in values.items() if value is not None}
        place = {"organisation_id": organisation_id, "most": limit, "skipped": 0}
        rows = _page(frozenset(given)).all(self._connection, place | given)
        return [_found(row) for row in rows]

    def ids_of(self, organisation_id: str, sha256: str) -> list[str]:
        """The pieces of evidence that have a content in any of their revisions."""
        query = (
            select(_EVIDENCE.c.id).distinct()
            .where(_EVIDENCE.c.organisation_id == organisation_id, _EVIDENCE.c.sha256 == sha256)
            .order_by(_EVIDENCE.c.id)
        )  # fmt: skip
        return list(self._connection.execute(query).scalars().all())

    def forget_names(self, organisation_id: str, sha256: str) -> None:
        """Take titles and file names away wherever this content stands."""
        self._connection.execute(
            update(_EVIDENCE)
            .where(_EVIDENCE.c.organisation_id == organisation_id, _EVIDENCE.c.sha256 == sha256)
            .values(title="", file_name="")
        )

    # Views

    def add_view(self, organisation_id: str, view: View) -> None:
        """Somebody fetched a file."""
        self._connection.execute(insert(_VIEWS).values(organisation_id=organisation_id, **msgspec.structs.asdict(view)))

    def views(self, organisation_id: str, evidence_id: str, *, before: str | None, limit: int) -> list[View]:
        """Who fetched a piece of evidence, newest first, below an id."""
        query = select(_VIEWS).where(_VIEWS.c.organisation_id == organisation_id, _VIEWS.c.evidence_id == evidence_id)
        if before is not None:
            query = query.where(_VIEWS.c.id < before)
        rows = self._connection.execute(query.order_by(_VIEWS.c.id.desc()).limit(limit)).mappings()
        return [read_row(View, row) for row in rows]

    # Uses

    def note_uses(self, organisation_id: str, assessment_id: str, item: str, digests: Iterable[str]) -> None:
        """The files that an answer of a draft names now, in place of those that it named before."""
        self._connection.execute(
            delete(_USES).where(
                _USES.c.organisation_id == organisation_id, _USES.c.assessment_id == assessment_id,
                _USES.c.item == item, _USES.c.snapshot == 0,
            )
        )  # fmt: skip
        rows = [
            {"organisation_id": organisation_id, "assessment_id": assessment_id, "item": item, "snapshot": 0,
             "sha256": each.removeprefix(_PREFIX)} for each in sorted(set(digests))
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(_USES), rows)

    def note_submitted(self, organisation_id: str, assessment_id: str, snapshot: int) -> None:
        """The files that the draft names were submitted under a snapshot's number."""
        _SUBMIT_USES.run(self._connection, {"of_organisation": organisation_id, "of_assessment": assessment_id,
                                            "of_draft": 0, "submitted_as": snapshot})  # fmt: skip

    def uses(self, organisation_id: str, digests: Collection[str]) -> list[Use]:
        """The answers that name one of some files, in drafts and submissions."""
        found: list[Use] = []
        hexadecimal = sorted({each.removeprefix(_PREFIX) for each in digests})
        for start in range(0, len(hexadecimal), _AT_ONCE):
            some = hexadecimal[start : start + _AT_ONCE]
            # As few statements as powers of two: what is left over asks once more for the last.
            places = 1 << (len(some) - 1).bit_length()
            values = {f"sha256_{at}": some[min(at, len(some) - 1)] for at in range(places)}
            rows = _uses(places).all(self._connection, {"organisation_id": organisation_id, **values})
            found += [read_row(Use, row) for row in rows]
        found.sort(key=lambda each: (each.snapshot, each.item, each.sha256))
        return sorted(found, key=lambda each: each.assessment_id, reverse=True)


@cache
def _revisions() -> Prepared:
    """Every revision of a piece of evidence with its file, newest first."""
    query = _both(bindparam("organisation_id")).where(_EVIDENCE.c.id == bindparam("evidence_id"))
    return Prepared(query.order_by(_EVIDENCE.c.revision.desc()))


@cache
def _uses(places: int) -> Prepared:
    """The answers that name one of so many files."""
    digests = [bindparam(f"sha256_{at}", type_=_USES.c.sha256.type) for at in range(places)]
    return Prepared(
        select(_USES).where(_USES.c.organisation_id == bindparam("organisation_id"), _USES.c.sha256.in_(digests))
    )


@cache
def _page(given: frozenset[str]) -> Prepared:
    """The revisions in force with their files, for each way of narrowing them down."""
    later = _EVIDENCE.alias("later")
    newest = (
        select(func.max(later.c.revision))
        .where(later.c.organisation_id == _EVIDENCE.c.organisation_id, later.c.id == _EVIDENCE.c.id)
        .scalar_subquery()
    )
    query = _both(bindparam("organisation_id")).where(_EVIDENCE.c.revision == newest)
    if "before" in given:
        query = query.where(_EVIDENCE.c.id < bindparam("before"))
    if "of_sha256" in given:
        query = query.where(_EVIDENCE.c.sha256 == bindparam("of_sha256"))
    if "expiring_before" in given:
        query = query.where(_EVIDENCE.c.valid_to < bindparam("expiring_before"))
    return page_of(query.order_by(_EVIDENCE.c.id.desc()))


def _both(organisation_id: str | BindParameter[str]) -> Select[*tuple[object, ...]]:
    """Revisions with their files; the file's columns are prefixed, since both have a `sha256`."""
    of_file = [_FILES.c[name].label(f"file_{name}") for name in EvidenceFile.__struct_fields__]
    return (
        select(*[_EVIDENCE.c[name] for name in EvidenceRow.__struct_fields__], *of_file)
        .join(
            _FILES, (_FILES.c.organisation_id == _EVIDENCE.c.organisation_id) & (_FILES.c.sha256 == _EVIDENCE.c.sha256)
        )
        .where(_EVIDENCE.c.organisation_id == organisation_id)
    )


def _found(row: Row) -> Found:
    return (
        read_row(EvidenceRow, row),
        EvidenceFile(**{name: row[f"file_{name}"] for name in EvidenceFile.__struct_fields__}),
    )


def _file(row: RowMapping) -> EvidenceFile:
    return read_row(EvidenceFile, row)
