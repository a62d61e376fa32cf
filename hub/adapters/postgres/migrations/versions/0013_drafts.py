"""Drafts and their files; who is at which interaction, which a crash may forget."""

from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE SCHEMA touchline_drafts;

CREATE TABLE touchline_drafts.texts (
    person text NOT NULL,
    interaction uuid NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('reply', 'note', 'wrap-up', 'letter', 'contact')),
    text text NOT NULL,
    fields jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (person, interaction, kind)
);
CREATE INDEX texts_interaction ON touchline_drafts.texts (interaction);
CREATE INDEX texts_age ON touchline_drafts.texts (saved_at);

CREATE TABLE touchline_drafts.files (
    id uuid PRIMARY KEY,
    person text NOT NULL,
    interaction uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    key bytea NOT NULL,
    added_at timestamptz NOT NULL,
    outbound uuid,
    number bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX files_place ON touchline_drafts.files (interaction, person);
CREATE INDEX files_outbound ON touchline_drafts.files (outbound);
CREATE INDEX files_age ON touchline_drafts.files (added_at);

CREATE SCHEMA touchline_presence;

CREATE UNLOGGED TABLE touchline_presence.processes (
    process uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

CREATE UNLOGGED TABLE touchline_presence.people (
    interaction uuid NOT NULL,
    person text NOT NULL,
    process uuid NOT NULL
        REFERENCES touchline_presence.processes (process) ON DELETE CASCADE,
    writing boolean NOT NULL,
    PRIMARY KEY (interaction, person, process)
);
CREATE INDEX people_process ON touchline_presence.people (process);
"""
DOWNGRADE = """
DROP SCHEMA touchline_presence CASCADE;
DROP SCHEMA touchline_drafts CASCADE;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
