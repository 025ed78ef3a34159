"""Withheld certificates know the day on which nothing keeps them back any longer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; what is withheld already has none and waits for somebody, as before."""
    op.add_column("withheld_certificates", sa.Column("until", sa.Date(), nullable=True))
    op.create_index("ix_withheld_certificates_until", "withheld_certificates", ["until"])
