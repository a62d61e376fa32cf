"""Work that waits for a group, and how much is open in each queue."""

from alembic import op

revision = "0010"
down_revision = "0013"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE touchline_store.interaction_head ADD COLUMN for_group text NOT NULL
    DEFAULT '';
CREATE INDEX interaction_head_open ON touchline_store.interaction_head
    (queue, for_group) WHERE state <> 'closed';
"""
DOWNGRADE = """
DROP INDEX touchline_store.interaction_head_open;
ALTER TABLE touchline_store.interaction_head DROP COLUMN for_group;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
