"""Evidence: files by content, what they show and for which time, and who looked at them."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table

from compliance.store.tables._types import Id, UtcInstant, metadata, word

evidence_files = Table(
    "evidence_files",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("extension", word(12), nullable=False),
    Column("received_at", UtcInstant, nullable=False),
    Column("received_by", Id, ForeignKey("users.id"), nullable=False),
    Column("scan", word(20), nullable=False),
    Column("scanned_at", UtcInstant),
    Column("scan_found", String(200)),
    Column("purged_at", UtcInstant),
    Column("purged_by", Id, ForeignKey("users.id")),
    Column("purge_reason", String(1000)),
)
"""One row per content and organisation; a purged one stays as a tombstone."""
Index("ix_evidence_files_scan", evidence_files.c.scan, evidence_files.c.received_at)
evidence = Table(
    "evidence",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("added_by", Id, ForeignKey("users.id"), nullable=False),
    Column("added_at", UtcInstant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "sha256"], ["evidence_files.organisation_id", "evidence_files.sha256"]),
)
"""Revisions of a piece of evidence; the highest one is in force, earlier ones stay readable."""
Index("ix_evidence_list", evidence.c.organisation_id, evidence.c.added_at, evidence.c.id)
evidence_views = Table(
    "evidence_views",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("evidence_id", Id, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("viewed_at", UtcInstant, nullable=False),
)
Index("ix_evidence_views_evidence", evidence_views.c.organisation_id, evidence_views.c.evidence_id, evidence_views.c.id)
evidence_uses = Table(
    "evidence_uses",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("assessment_id", Id, primary_key=True),
    Column("item", word(12), primary_key=True),
    Column("snapshot", Integer, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    ForeignKeyConstraint(["organisation_id", "assessment_id"], ["assessments.organisation_id", "assessments.id"]),
    ForeignKeyConstraint(["organisation_id", "sha256"], ["evidence_files.organisation_id", "evidence_files.sha256"]),
)
"""Which answers name which file: in the draft as it stands (snapshot 0), and in each submission."""
Index("ix_evidence_uses_file", evidence_uses.c.organisation_id, evidence_uses.c.sha256)
