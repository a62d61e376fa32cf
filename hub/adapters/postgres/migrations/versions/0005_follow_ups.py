"""Follow-ups: until when work is set aside, and which of it is being brought back."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE touchline_store.interaction_head ADD COLUMN follow_up_at timestamptz;

CREATE SCHEMA touchline_timer;

CREATE TABLE touchline_timer.leases (
    interaction uuid PRIMARY KEY,
    due_at timestamptz NOT NULL,
    until timestamptz NOT NULL
);
"""
DOWNGRADE = """
DROP SCHEMA touchline_timer CASCADE;
ALTER TABLE touchline_store.interaction_head DROP COLUMN follow_up_at;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
