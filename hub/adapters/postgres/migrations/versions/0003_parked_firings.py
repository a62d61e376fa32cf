"""Parked workflow events can be settled: retried, or discarded with a reason."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE touchline_workflows.parked
    ADD state text NOT NULL DEFAULT 'parked',
    ADD settled_at timestamptz,
    ADD settled_by text,
    ADD settled_why text;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(
        "ALTER TABLE touchline_workflows.parked DROP state, DROP settled_at,"
        " DROP settled_by, DROP settled_why"
    )
