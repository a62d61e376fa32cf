"""Sessions know where they are used; attempts to log in are counted."""

from alembic import op

revision = "0015"
down_revision = "0005"
branch_labels = None
depends_on = None

UPGRADE = """
DELETE FROM touchline_accounts.sessions;

ALTER TABLE touchline_accounts.sessions
    ADD COLUMN id uuid NOT NULL UNIQUE,
    ADD COLUMN agent text NOT NULL,
    ADD COLUMN seen_at timestamptz NOT NULL,
    ADD COLUMN idle interval NOT NULL;

CREATE TABLE touchline_accounts.attempts (
    key bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);
"""
DOWNGRADE = """
DROP TABLE touchline_accounts.attempts;
ALTER TABLE touchline_accounts.sessions
    DROP COLUMN id, DROP COLUMN agent, DROP COLUMN seen_at, DROP COLUMN idle;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
