"""The journal, events, jobs and answered requests.

`jobs` and `idempotency_keys` are global: workers and retried requests do not know an organisation first.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from compliance.store.tables._types import Bytes, Document, Id, UtcInstant, metadata, word

journal = Table(
    "journal",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", UtcInstant, nullable=False),
    Column("actor", word(40), nullable=False),
    Column("kind", word(60), nullable=False),
    Column("facts", Document, nullable=False),
    Column("hash", Bytes, nullable=False),
)
"""Append-only; each row's hash covers the row and the hash before it."""
journal_heads = Table(
    "journal_heads",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("hash", Bytes, nullable=False),
)
events = Table(
    "events",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("kind", word(60), nullable=False),
    Column("payload", Document, nullable=False),
    Column("at", UtcInstant, nullable=False),
)
"""The outbox: what happened, frozen when it happened, for whoever is told later."""
Index("ix_events_at", events.c.at, events.c.id)
jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", word(60), nullable=False),
    Column("payload", Document, nullable=False),
    Column("organisation_id", Id, ForeignKey("organisations.id")),
    Column("once", String(160), unique=True),
    Column("state", word(12), nullable=False),
    Column("run_at", UtcInstant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcInstant),
    Column("last_error", String(1000)),
    Column("created_at", UtcInstant, nullable=False),
)
"""`once` names what must not be queued twice, as a day's reminders."""
Index("ix_jobs_next", jobs.c.state, jobs.c.run_at)
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", Bytes, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Document, nullable=False),
    Column("body", Bytes, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)
Index("ix_idempotency_keys_created_at", idempotency_keys.c.created_at)
