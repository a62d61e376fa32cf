"""Replies that are held back, in the heads of their interactions."""

from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE touchline_store.interaction_head
    ADD COLUMN held jsonb NOT NULL DEFAULT '[]';
"""
DOWNGRADE = "ALTER TABLE touchline_store.interaction_head DROP COLUMN held"


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
