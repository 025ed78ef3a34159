"""Tokens know whether whoever made them had shown a second proof."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add when it was shown; tokens that are there count as made without."""
    op.add_column("api_tokens", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
