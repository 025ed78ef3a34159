"""Assessments: drafts with their answers, what was submitted, results and plans.

The organisation comes first in every key, so that a database can be divided by it.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, text

from compliance.store.tables._types import Bytes, Document, Id, UtcInstant, metadata, word


def _of_assessment() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", "assessment_id"], ["assessments.organisation_id", "assessments.id"])


def _within_organisation(*columns: Column[Any]) -> list[Column[Any]]:
    return [Column("organisation_id", Id, ForeignKey("organisations.id"), primary_key=True), *columns]


questionnaires = Table(
    "questionnaires",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("name", word(64), nullable=False),
    Column("version", word(20), nullable=False),
    Column("structure", String(71), nullable=False),
    Column("title", String(300), nullable=False),
    Column("language", String(12), nullable=False),
    Column("states", Document, nullable=False),
    Column("document", Document, nullable=False),
    Column("copied_at", UtcInstant, nullable=False),
)
"""Published versions, whole; a global table that never loses a row."""
Index("uq_questionnaires_name_version", questionnaires.c.name, questionnaires.c.version, unique=True)
translations = Table(
    "translations",
    metadata,
    Column("questionnaire_digest", String(71), ForeignKey("questionnaires.digest"), primary_key=True),
    Column("language", String(12), primary_key=True),
    Column("digest", String(71), nullable=False),
    Column("is_reviewed", Boolean, nullable=False),
    Column("document", Document, nullable=False),
    Column("copied_at", UtcInstant, nullable=False),
)
assessments = Table(
    "assessments",
    metadata,
    *_within_organisation(Column("id", Id, primary_key=True)),
    Column("questionnaire_digest", String(71), ForeignKey("questionnaires.digest"), nullable=False),
    Column("questionnaire", word(90), nullable=False),
    Column("sector", word(64), nullable=False),
    Column("country", String(2), nullable=False),
    Column("language", String(12), nullable=False),
    Column("state", word(20), nullable=False),
    Column("facts", Document, nullable=False),
    Column("facts_revision", Integer, nullable=False),
    Column("facts_changed_by", Id, ForeignKey("users.id")),
    Column("facts_changed_at", UtcInstant),
    Column("carried_from", Id),
    Column("started_by", Id, ForeignKey("users.id"), nullable=False),
    Column("started_at", UtcInstant, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("submitted_at", UtcInstant),
    Column("closed_at", UtcInstant),
    Column("withdrawn_reason", String(1000)),
    Column("snapshots", Integer, nullable=False),
    Column("standing", word(20)),
)
Index("ix_assessments_list", assessments.c.organisation_id, assessments.c.started_at, assessments.c.id)
Index("ix_assessments_state", assessments.c.state, assessments.c.changed_on)
assessment_sites = Table(
    "assessment_sites",
    metadata,
    *_within_organisation(Column("assessment_id", Id, primary_key=True), Column("site_id", Id, primary_key=True)),
    Column("sector", word(64), nullable=False),
    Column("is_open", Boolean, nullable=False),
    _of_assessment(),
    ForeignKeyConstraint(["organisation_id", "site_id"], ["sites.organisation_id", "sites.id"]),
)
Index(
    "uq_assessment_sites_open",
    assessment_sites.c.organisation_id,
    assessment_sites.c.site_id,
    assessment_sites.c.sector,
    unique=True,
    sqlite_where=text("is_open = 1"),
    postgresql_where=text("is_open"),
)
"""One open draft per organisation, site and sector."""
answers = Table(
    "answers",
    metadata,
    *_within_organisation(Column("assessment_id", Id, primary_key=True), Column("item", word(12), primary_key=True)),
    Column("section", word(12), nullable=False),
    Column("answer", Document, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", word(20), nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("changed_by", Id, ForeignKey("users.id"), nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("confirmed_by", Id, ForeignKey("users.id")),
    Column("confirmed_at", UtcInstant),
    _of_assessment(),
)
earlier_answers = Table(
    "earlier_answers",
    metadata,
    *_within_organisation(
        Column("assessment_id", Id, primary_key=True),
        Column("item", word(12), primary_key=True),
        Column("revision", Integer, primary_key=True),
    ),
    Column("answer", Document),
    Column("source", word(20), nullable=False),
    Column("changed_by", Id, ForeignKey("users.id"), nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    _of_assessment(),
)
"""What an answer was before it was changed or taken away; and what carried answers were in the year before."""
assignments = Table(
    "assignments",
    metadata,
    *_within_organisation(Column("assessment_id", Id, primary_key=True), Column("section", word(12), primary_key=True)),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("assigned_by", Id, ForeignKey("users.id"), nullable=False),
    Column("assigned_at", UtcInstant, nullable=False),
    _of_assessment(),
)
comments = Table(
    "comments",
    metadata,
    *_within_organisation(Column("id", Id, primary_key=True)),
    Column("assessment_id", Id, nullable=False),
    Column("item", word(12), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("text", String(2000), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("deleted_at", UtcInstant),
    _of_assessment(),
)
Index("ix_comments_item", comments.c.organisation_id, comments.c.assessment_id, comments.c.item, comments.c.id)
snapshots = Table(
    "snapshots",
    metadata,
    *_within_organisation(Column("assessment_id", Id, primary_key=True), Column("number", Integer, primary_key=True)),
    Column("document", Bytes, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("attestation", Bytes, nullable=False),
    Column("attestation_digest", String(71), nullable=False),
    Column("result", Bytes, nullable=False),
    Column("result_digest", String(71), nullable=False),
    Column("rule", Integer, nullable=False),
    Column("outcome", word(20), nullable=False),
    Column("assurance", word(20)),
    Column("created_at", UtcInstant, nullable=False),
    _of_assessment(),
)
"""A submission: immutable snapshot, the signature beside it, and the result computed from it, with its rule's version."""
tasks = Table(
    "tasks",
    metadata,
    *_within_organisation(Column("id", Id, primary_key=True)),
    Column("assessment_id", Id, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("item", word(12), nullable=False),
    Column("step", Document, nullable=False),
    Column("priority", word(12), nullable=False),
    Column("state", word(20), nullable=False),
    Column("owner_id", Id, ForeignKey("users.id")),
    Column("due_on", Date, nullable=False),
    Column("note", String(1000), nullable=False),
    Column("reason", String(1000)),
    Column("evidence", Document, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("reminded_on", Date),
    _of_assessment(),
)
Index("ix_tasks_assessment", tasks.c.organisation_id, tasks.c.assessment_id, tasks.c.snapshot, tasks.c.position)
Index("ix_tasks_due", tasks.c.state, tasks.c.due_on)
