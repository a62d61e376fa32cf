"""People follow their streams; sessions know where they are used; attempts count."""

from alembic import op

revision = "0015"
down_revision = "0005"
branch_labels = None
depends_on = None

# Accounts of before have no stream: `touchline people add` makes them again.
UPGRADE = """
DELETE FROM touchline_accounts.users;

ALTER TABLE touchline_accounts.users
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN person uuid NOT NULL UNIQUE,
    ADD COLUMN version bigint NOT NULL,
    ADD COLUMN email text NOT NULL;

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

CREATE TABLE touchline_accounts.links (
    digest bytea PRIMARY KEY,
    user_name text NOT NULL UNIQUE
        REFERENCES touchline_accounts.users (name) ON DELETE CASCADE,
    made_by text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE touchline_accounts.identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_name text NOT NULL
        REFERENCES touchline_accounts.users (name) ON DELETE CASCADE,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON touchline_accounts.identities (user_name);

CREATE TABLE touchline_accounts.sign_ins (
    state_digest bytea PRIMARY KEY,
    nonce text NOT NULL,
    verifier text NOT NULL,
    target text NOT NULL,
    user_name text NOT NULL,
    expires_at timestamptz NOT NULL
);
"""
DOWNGRADE = """
DROP TABLE touchline_accounts.sign_ins, touchline_accounts.identities,
    touchline_accounts.links, touchline_accounts.attempts;
DELETE FROM touchline_accounts.users;
ALTER TABLE touchline_accounts.sessions
    DROP COLUMN id, DROP COLUMN agent, DROP COLUMN seen_at, DROP COLUMN idle;
ALTER TABLE touchline_accounts.users
    ALTER COLUMN password_hash SET NOT NULL,
    DROP COLUMN person, DROP COLUMN version, DROP COLUMN email;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
