"""Accounts: people, their sessions, and machines' keys."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE SCHEMA touchline_accounts;

CREATE TABLE touchline_accounts.users (
    name text PRIMARY KEY,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    roles text[] NOT NULL,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);

CREATE TABLE touchline_accounts.sessions (
    token_digest bytea PRIMARY KEY,
    user_name text NOT NULL
        REFERENCES touchline_accounts.users (name) ON DELETE CASCADE,
    csrf text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON touchline_accounts.sessions (user_name);
CREATE INDEX sessions_expiry ON touchline_accounts.sessions (expires_at);

CREATE TABLE touchline_accounts.api_keys (
    digest bytea PRIMARY KEY,
    name text NOT NULL,
    roles text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_keys_name ON touchline_accounts.api_keys (name);
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("DROP SCHEMA touchline_accounts CASCADE")
