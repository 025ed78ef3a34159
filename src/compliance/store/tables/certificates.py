"""Certificates: the claim as it will be signed, its statuses, and the directory of numbers.

`certificate_numbers` is global: a stranger asks by number, without knowing the organisation.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, text

from compliance.store.tables._types import Bytes, Id, UtcInstant, metadata, word

certificate_numbers = Table(
    "certificate_numbers",
    metadata,
    Column("number", word(12), primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
    Column("status_index", Integer, nullable=False, unique=True),
)
certificates = Table(
    "certificates",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("number", word(12), ForeignKey("certificate_numbers.number"), primary_key=True),
    Column("assessment_id", Id, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("sector", word(64), nullable=False),
    Column("assurance", word(20), nullable=False),
    Column("claim", Bytes, nullable=False),
    Column("claim_digest", String(71), nullable=False),
    Column("leaf_salt", Bytes, nullable=False),
    Column("signing", word(20), nullable=False),
    Column("status", word(20), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "assessment_id", "snapshot"],
        ["snapshots.organisation_id", "snapshots.assessment_id", "snapshots.number"],
    ),
)
Index(
    "uq_certificates_snapshot",
    certificates.c.organisation_id,
    certificates.c.assessment_id,
    certificates.c.snapshot,
    unique=True,
)
Index("ix_certificates_due", certificates.c.status, certificates.c.valid_until)
certificate_sites = Table(
    "certificate_sites",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("number", word(12), primary_key=True),
    Column("site_id", Id, primary_key=True),
    Column("sector", word(64), nullable=False),
    Column("is_active", Boolean, nullable=False),
    ForeignKeyConstraint(["organisation_id", "number"], ["certificates.organisation_id", "certificates.number"]),
    ForeignKeyConstraint(["organisation_id", "site_id"], ["sites.organisation_id", "sites.id"]),
)
Index(
    "uq_certificate_sites_active",
    certificate_sites.c.organisation_id,
    certificate_sites.c.site_id,
    certificate_sites.c.sector,
    unique=True,
    sqlite_where=text("is_active = 1"),
    postgresql_where=text("is_active"),
)
"""At most one active certificate per site and sector."""
certificate_statuses = Table(
    "certificate_statuses",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("number", word(12), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("status", word(20), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("by", word(40), nullable=False),
    Column("reason", String(1000), nullable=False),
    Column("successor", word(12)),
    ForeignKeyConstraint(["organisation_id", "number"], ["certificates.organisation_id", "certificates.number"]),
)
withheld_certificates = Table(
    "withheld_certificates",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("assessment_id", Id, primary_key=True),
    Column("snapshot", Integer, primary_key=True),
    Column("reasons", String(1000), nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("settled_at", UtcInstant),
    Column("until", Date),
    ForeignKeyConstraint(
        ["organisation_id", "assessment_id", "snapshot"],
        ["snapshots.organisation_id", "snapshots.assessment_id", "snapshots.number"],
    ),
)
"""Submissions that earned a certificate which is not issued yet, with what they wait for."""
Index("ix_withheld_certificates_until", withheld_certificates.c.until)
