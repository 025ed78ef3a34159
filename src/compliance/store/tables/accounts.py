"""Organisations, sites, people, memberships, and what proves who somebody is.

`users` and what hangs on them (sessions, tokens, codes), `register_numbers` and `attempts` are global tables: they are
looked up before the organisation is known.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table

from compliance.store.tables._types import Bytes, Document, Id, UtcInstant, metadata, word

organisations = Table(
    "organisations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(150), nullable=False),
    Column("country", String(2), nullable=False),
    Column("town", String(150)),
    Column("language", String(12), nullable=False),
    Column("kinds", Document, nullable=False),
    Column("profile", Document, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)
jurisdictions = Table(
    "jurisdictions",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("sector", word(64), primary_key=True),
)
"""What a regulator is responsible for; the sector is empty for all."""
Index("ix_jurisdictions_country", jurisdictions.c.country)
sites = Table(
    "sites",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", String(150), nullable=False),
    Column("town", String(150)),
    Column("country", String(2), nullable=False),
    Column("reference", String(60)),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("closed_at", UtcInstant),
)
Index("uq_sites_reference", sites.c.organisation_id, sites.c.reference, unique=True)
users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False, unique=True),
    Column("name", String(150), nullable=False),
    Column("language", String(12), nullable=False),
    Column("password_hash", String(200)),
    Column("email_verified_at", UtcInstant),
    Column("totp_secret", Bytes),
    Column("totp_confirmed_at", UtcInstant),
    Column("totp_last_step", BigInteger),
    Column("created_at", UtcInstant, nullable=False),
    Column("disabled_at", UtcInstant),
)
memberships = Table(
    "memberships",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("roles", Document, nullable=False),
    Column("site_ids", Document),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)
Index("ix_memberships_user_id", memberships.c.user_id)
invitations = Table(
    "invitations",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("email", String(254), nullable=False),
    Column("roles", Document, nullable=False),
    Column("site_ids", Document),
    Column("token_hash", Bytes, nullable=False, unique=True),
    Column("invited_by", Id, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("accepted_at", UtcInstant),
    Column("accepted_by", Id, ForeignKey("users.id")),
    Column("revoked_at", UtcInstant),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Bytes, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("device", String(120), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("last_seen_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("second_factor_at", UtcInstant),
)
Index("ix_sessions_user_id", sessions.c.user_id)
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisations.id")),
    Column("name", String(80), nullable=False),
    Column("secret_hash", Bytes, nullable=False),
    Column("scopes", Document, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant),
    Column("last_used_on", Date),
    Column("revoked_at", UtcInstant),
    Column("second_factor_at", UtcInstant),
)
Index("ix_api_tokens_user_id", api_tokens.c.user_id)
email_codes = Table(
    "email_codes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("purpose", word(20), nullable=False),
    Column("token_hash", Bytes, nullable=False, unique=True),
    Column("code_hash", Bytes, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
)
Index("ix_email_codes_user_id", email_codes.c.user_id)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("code_hash", Bytes, primary_key=True),
    Column("used_at", UtcInstant),
)
attempts = Table(
    "attempts",
    metadata,
    Column("bucket", String(120), primary_key=True),
    Column("window", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Counted tries, by what is protected and the number of the time window."""
identities = Table(
    "identities",
    metadata,
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("state", word(20), nullable=False),
    Column("how", word(20)),
    Column("register", String(80)),
    Column("number", String(80)),
    Column("domain", String(253)),
    Column("challenge", String(80)),
    Column("asked_by", Id, ForeignKey("users.id")),
    Column("asked_at", UtcInstant),
    Column("decided_by", Id, ForeignKey("users.id")),
    Column("decided_at", UtcInstant),
    Column("reason", String(1000)),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)
"""`how`: domain_dns, domain_file, register_operator, register_regulator."""
Index("ix_identities_state", identities.c.state, identities.c.country, identities.c.asked_at)
register_numbers = Table(
    "register_numbers",
    metadata,
    Column("country", String(2), primary_key=True),
    Column("register_key", String(80), primary_key=True),
    Column("number_key", String(80), primary_key=True),
    Column("organisation_id", Id, nullable=False),
    ForeignKeyConstraint(["organisation_id", "country"], ["identities.organisation_id", "identities.country"]),
)
"""Numbers that were confirmed: no two organisations hold the same one."""
confirmed_domains = Table(
    "confirmed_domains",
    metadata,
    Column("domain", String(253), primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("confirmed_at", UtcInstant, nullable=False),
)
