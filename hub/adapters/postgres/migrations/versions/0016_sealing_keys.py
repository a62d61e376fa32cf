"""Keys that seal personal data, wrapped under the master key."""

from alembic import op

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE touchline_keys.masters (
    id text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE touchline_keys.data_keys (
    key_id uuid PRIMARY KEY,
    scope uuid NOT NULL,
    customer uuid NOT NULL,
    wrapped bytea NOT NULL,
    master text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX data_keys_scope ON touchline_keys.data_keys (scope);
CREATE INDEX data_keys_customer ON touchline_keys.data_keys (customer);

CREATE TABLE touchline_keys.event_keys (
    event_id uuid NOT NULL,
    key_id uuid NOT NULL,
    scope uuid NOT NULL,
    customer uuid NOT NULL,
    wrapped bytea NOT NULL,
    master text NOT NULL,
    PRIMARY KEY (event_id, key_id)
);
CREATE INDEX event_keys_scope ON touchline_keys.event_keys (scope);
CREATE INDEX event_keys_customer ON touchline_keys.event_keys (customer);

CREATE TABLE touchline_keys.attributed (
    scope uuid PRIMARY KEY,
    customer uuid NOT NULL
);
"""
DOWNGRADE = """
DROP TABLE touchline_keys.attributed;
DROP TABLE touchline_keys.event_keys;
DROP TABLE touchline_keys.data_keys;
DROP TABLE touchline_keys.masters;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
