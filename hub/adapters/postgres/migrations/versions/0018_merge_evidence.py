"""What was said about customers who may be one, so that it is said once."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE touchline_store.merge_evidence (
    digest bytea PRIMARY KEY,
    suggestion uuid NOT NULL,
    customer uuid NOT NULL,
    other uuid NOT NULL,
    open boolean NOT NULL
);
CREATE INDEX merge_evidence_suggestion ON touchline_store.merge_evidence (suggestion);
"""
DOWNGRADE = """
DROP TABLE touchline_store.merge_evidence;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
