"""The transparency log, and what is signed: files of certificates, status lists, lists of keys.

The log is one for everybody, so none of its tables begins with an organisation; its leaves name nobody. What proves to an
organisation that its journal stands in the log is its own.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table

from compliance.store.tables._types import Bytes, Id, UtcInstant, metadata, word

log_entries = Table(
    "log_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event", word(20), nullable=False),
    Column("subject", word(80), nullable=False),
    Column("leaf", Bytes, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("position", BigInteger),
)
"""Written with what happened, without a position; the log gives it one, in the order of the ids."""
Index("uq_log_entries_position", log_entries.c.position, unique=True)
Index("ix_log_entries_subject", log_entries.c.subject, log_entries.c.id)
log_nodes = Table(
    "log_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Bytes, nullable=False),
)
"""The hashes of complete subtrees of 2 to the power of `level` leaves."""
log_heads = Table(
    "log_heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
)
"""One row, 1: how many leaves there are; locked by whoever appends."""
log_checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", String(4000), nullable=False),
    Column("at", UtcInstant, nullable=False),
)
log_cosignatures = Table(
    "log_cosignatures",
    metadata,
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True, autoincrement=False),
    Column("witness", String(255), primary_key=True),
    Column("signature", Bytes, nullable=False),
    Column("noted_at", UtcInstant, nullable=False),
)
"""What witnesses signed under a checkpoint, with the time at which they saw it; `witness` is name and hash of the key."""
Index("ix_log_cosignatures_witness", log_cosignatures.c.witness, log_cosignatures.c.size)
signed_files = Table(
    "signed_files",
    metadata,
    Column("organisation_id", Id, primary_key=True),
    Column("number", word(12), primary_key=True),
    Column("kind", word(20), primary_key=True),
    Column("content", Bytes, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "number"], ["certificates.organisation_id", "certificates.number"]),
)
"""`credential` and `pdf` of a certificate; written once, never changed."""
status_lists = Table(
    "status_lists",
    metadata,
    Column("purpose", word(20), primary_key=True),
    Column("content", Bytes, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("valid_until", UtcInstant, nullable=False),
)
key_lists = Table(
    "key_lists",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("content", Bytes, nullable=False),
    Column("noted_at", UtcInstant, nullable=False),
)
"""Every list of public keys that the root signed; its changes are leaves."""
journal_anchors = Table(
    "journal_anchors",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("hour", word(13), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("head", Bytes, nullable=False),
    Column("blind", Bytes, nullable=False),
    Column("root", Bytes, nullable=False),
    Column("leaf_index", Integer, nullable=False),
    Column("leaf_count", Integer, nullable=False),
    Column("proof", Bytes, nullable=False),
)
"""The head of a journal in an hour (`2026-11-22T09`, UTC), and the way from it to the root that the log committed to."""
Index("ix_journal_anchors_position", journal_anchors.c.organisation_id, journal_anchors.c.position)
