"""Identifiers whose messages are spam."""

from alembic import op

revision = "0011"
down_revision = "0015"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE touchline_store.identifier_index ADD COLUMN mark uuid;
CREATE UNIQUE INDEX identifier_index_mark ON touchline_store.identifier_index (mark)
    WHERE mark IS NOT NULL;
"""
DOWNGRADE = """
ALTER TABLE touchline_store.identifier_index DROP COLUMN mark;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
