"""Begin: accounts, questionnaires, assessments, evidence, certificates, journal, jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "attempts",
        sa.Column("bucket", sa.String(length=120), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_attempts")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("town", sa.String(length=150), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "questionnaires",
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("structure", sa.String(length=71), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("states", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_questionnaires")),
    )
    op.create_index("uq_questionnaires_name_version", "questionnaires", ["name", "version"], unique=True)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_api_tokens_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("questionnaire_digest", sa.String(length=71), nullable=False),
        sa.Column("questionnaire", sa.String(length=90), nullable=False),
        sa.Column("sector", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("facts_revision", sa.Integer(), nullable=False),
        sa.Column("facts_changed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("facts_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_from", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("started_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=True),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["facts_changed_by"], ["users.id"], name=op.f("fk_assessments_facts_changed_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_assessments_organisation_id")),
        sa.ForeignKeyConstraint(
            ["questionnaire_digest"], ["questionnaires.digest"], name=op.f("fk_assessments_questionnaire_digest")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_assessments_started_by")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_assessments")),
    )
    op.create_index("ix_assessments_list", "assessments", ["organisation_id", "started_at", "id"], unique=False)
    op.create_index("ix_assessments_state", "assessments", ["state", "changed_on"], unique=False)
    op.create_table(
        "certificate_numbers",
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_certificate_numbers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certificate_numbers")),
        sa.UniqueConstraint("status_index", name=op.f("uq_certificate_numbers_status_index")),
    )
    op.create_table(
        "confirmed_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_confirmed_domains_organisation_id")
        ),
        sa.PrimaryKeyConstraint("domain", "organisation_id", "country", name=op.f("pk_confirmed_domains")),
    )
    op.create_table(
        "email_codes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_email_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_codes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_codes_token_hash")),
    )
    op.create_index("ix_email_codes_user_id", "email_codes", ["user_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_events_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at", "id"], unique=False)
    op.create_table(
        "evidence_files",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("extension", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scan", sa.String(length=20), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_found", sa.String(length=200), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("purge_reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_files_organisation_id")
        ),
        sa.ForeignKeyConstraint(["purged_by"], ["users.id"], name=op.f("fk_evidence_files_purged_by")),
        sa.ForeignKeyConstraint(["received_by"], ["users.id"], name=op.f("fk_evidence_files_received_by")),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("pk_evidence_files")),
    )
    op.create_index("ix_evidence_files_scan", "evidence_files", ["scan", "received_at"], unique=False)
    op.create_table(
        "evidence_views",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("evidence_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_views_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_evidence_views_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_evidence_views")),
    )
    op.create_index(
        "ix_evidence_views_evidence", "evidence_views", ["organisation_id", "evidence_id", "id"], unique=False
    )
    op.create_table(
        "identities",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=True),
        sa.Column("register", sa.String(length=80), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("challenge", sa.String(length=80), nullable=True),
        sa.Column("asked_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_identities_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_identities_decided_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_identities_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "country", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_state", "identities", ["state", "country", "asked_at"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("site_ids", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name=op.f("fk_invitations_accepted_by")),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_invitations_invited_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("once", sa.String(length=160), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=1000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_jobs_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("once", name=op.f("uq_jobs_once")),
    )
    op.create_index("ix_jobs_next", "jobs", ["state", "run_at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_journal_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "position", name=op.f("pk_journal")),
    )
    op.create_table(
        "journal_heads",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_journal_heads_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_journal_heads")),
    )
    op.create_table(
        "jurisdictions",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("sector", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_jurisdictions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "country", "sector", name=op.f("pk_jurisdictions")),
    )
    op.create_index("ix_jurisdictions_country", "jurisdictions", ["country"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("site_ids", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "user_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("town", sa.String(length=150), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_sites_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sites")),
    )
    op.create_index("uq_sites_reference", "sites", ["organisation_id", "reference"], unique=True)
    op.create_table(
        "translations",
        sa.Column("questionnaire_digest", sa.String(length=71), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_digest"], ["questionnaires.digest"], name=op.f("fk_translations_questionnaire_digest")
        ),
        sa.PrimaryKeyConstraint("questionnaire_digest", "language", name=op.f("pk_translations")),
    )
    op.create_table(
        "answers",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_answers_changed_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_answers_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_answers_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_answers_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "assessment_id", "item", name=op.f("pk_answers")),
    )
    op.create_table(
        "assessment_sites",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("site_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sector", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_assessment_sites_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["sites.organisation_id", "sites.id"],
            name=op.f("fk_assessment_sites_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_assessment_sites_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "assessment_id", "site_id", name=op.f("pk_assessment_sites")),
    )
    op.create_index(
        "uq_assessment_sites_open",
        "assessment_sites",
        ["organisation_id", "site_id", "sector"],
        unique=True,
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open"),
    )
    op.create_table(
        "assignments",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assigned_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assigned_by"], ["users.id"], name=op.f("fk_assignments_assigned_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_assignments_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_assignments_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignments_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "assessment_id", "section", name=op.f("pk_assignments")),
    )
    op.create_table(
        "comments",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_comments_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_comments_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_comments_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_item", "comments", ["organisation_id", "assessment_id", "item", "id"], unique=False)
    op.create_table(
        "earlier_answers",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("changed_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_earlier_answers_changed_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_earlier_answers_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_earlier_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "assessment_id", "item", "revision", name=op.f("pk_earlier_answers")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("added_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_evidence_added_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sha256"],
            ["evidence_files.organisation_id", "evidence_files.sha256"],
            name=op.f("fk_evidence_organisation_id_sha256"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", "revision", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_list", "evidence", ["organisation_id", "added_at", "id"], unique=False)
    op.create_table(
        "evidence_uses",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_evidence_uses_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sha256"],
            ["evidence_files.organisation_id", "evidence_files.sha256"],
            name=op.f("fk_evidence_uses_organisation_id_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_uses_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "assessment_id", "item", "snapshot", "sha256", name=op.f("pk_evidence_uses")
        ),
    )
    op.create_index("ix_evidence_uses_file", "evidence_uses", ["organisation_id", "sha256"], unique=False)
    op.create_table(
        "register_numbers",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("register_key", sa.String(length=80), nullable=False),
        sa.Column("number_key", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "country"],
            ["identities.organisation_id", "identities.country"],
            name=op.f("fk_register_numbers_organisation_id_country"),
        ),
        sa.PrimaryKeyConstraint("country", "register_key", "number_key", name=op.f("pk_register_numbers")),
    )
    op.create_table(
        "snapshots",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("attestation", sa.LargeBinary(), nullable=False),
        sa.Column("attestation_digest", sa.String(length=71), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("result_digest", sa.String(length=71), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("assurance", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_snapshots_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_snapshots_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "assessment_id", "number", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "tasks",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessments.organisation_id", "assessments.id"],
            name=op.f("fk_tasks_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_tasks_organisation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index(
        "ix_tasks_assessment", "tasks", ["organisation_id", "assessment_id", "snapshot", "position"], unique=False
    )
    op.create_index("ix_tasks_due", "tasks", ["state", "due_on"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(length=64), nullable=False),
        sa.Column("assurance", sa.String(length=20), nullable=False),
        sa.Column("claim", sa.LargeBinary(), nullable=False),
        sa.Column("claim_digest", sa.String(length=71), nullable=False),
        sa.Column("leaf_salt", sa.LargeBinary(), nullable=False),
        sa.Column("signing", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["certificate_numbers.number"], name=op.f("fk_certificates_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id", "snapshot"],
            ["snapshots.organisation_id", "snapshots.assessment_id", "snapshots.number"],
            name=op.f("fk_certificates_organisation_id_assessment_id_snapshot"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_certificates_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "number", name=op.f("pk_certificates")),
    )
    op.create_index("ix_certificates_due", "certificates", ["status", "valid_until"], unique=False)
    op.create_index(
        "uq_certificates_snapshot", "certificates", ["organisation_id", "assessment_id", "snapshot"], unique=True
    )
    op.create_table(
        "withheld_certificates",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assessment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(length=1000), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id", "snapshot"],
            ["snapshots.organisation_id", "snapshots.assessment_id", "snapshots.number"],
            name=op.f("fk_withheld_certificates_organisation_id_assessment_id_snapshot"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_withheld_certificates_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "assessment_id", "snapshot", name=op.f("pk_withheld_certificates")),
    )
    op.create_table(
        "certificate_sites",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sector", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "number"],
            ["certificates.organisation_id", "certificates.number"],
            name=op.f("fk_certificate_sites_organisation_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["sites.organisation_id", "sites.id"],
            name=op.f("fk_certificate_sites_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_certificate_sites_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "number", "site_id", name=op.f("pk_certificate_sites")),
    )
    op.create_index(
        "uq_certificate_sites_active",
        "certificate_sites",
        ["organisation_id", "site_id", "sector"],
        unique=True,
        sqlite_where=sa.text("is_active = 1"),
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "certificate_statuses",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("successor", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "number"],
            ["certificates.organisation_id", "certificates.number"],
            name=op.f("fk_certificate_statuses_organisation_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_certificate_statuses_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "number", "position", name=op.f("pk_certificate_statuses")),
    )
