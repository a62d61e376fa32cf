"""Event store, indexes and heads, intake, relay, outbound ledger, keys."""

from alembic import op

revision = "0001"
down_revision = None

STORE = """
CREATE TABLE touchline_store.events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    event_id uuid NOT NULL,
    slice smallint NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL,
    correlation uuid NOT NULL,
    causation uuid NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE UNIQUE INDEX events_position ON touchline_store.events (notification_id);
CREATE UNIQUE INDEX events_slice ON touchline_store.events (slice, notification_id);
CREATE INDEX events_replies ON touchline_store.events (notification_id)
    WHERE topic = 'touchline.ReplySent.v1';
CREATE TABLE touchline_store.tracking (
    application_name text PRIMARY KEY,
    notification_id bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 50,
        autovacuum_vacuum_scale_factor = 0);
CREATE SEQUENCE touchline_store.interaction_number START 1001;
"""

INDEXES = """
CREATE TABLE touchline_store.identifier_index (
    kind text NOT NULL,
    digest bytea NOT NULL,
    customer uuid NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    PRIMARY KEY (kind, digest)
);
CREATE TABLE touchline_store.touchpoint_index (
    touchpoint uuid PRIMARY KEY,
    customer uuid NOT NULL,
    interaction uuid NOT NULL
);
CREATE TABLE touchline_store.thread_index (
    scope bytea NOT NULL,
    digest bytea NOT NULL,
    touchpoint uuid NOT NULL,
    PRIMARY KEY (scope, digest)
);
CREATE TABLE touchline_store.customer_head (
    customer uuid PRIMARY KEY,
    version bigint NOT NULL,
    root uuid NOT NULL,
    erased boolean NOT NULL DEFAULT false
) WITH (fillfactor = 80);
CREATE TABLE touchline_store.interaction_head (
    interaction uuid PRIMARY KEY,
    version bigint NOT NULL,
    number bigint NOT NULL,
    customer uuid NOT NULL,
    state text NOT NULL,
    queue text NOT NULL,
    agent text NOT NULL,
    waiting_since timestamptz,
    last_contact_at timestamptz,
    closed_at timestamptz,
    disposition text NOT NULL,
    contacts integer NOT NULL,
    signals jsonb NOT NULL,
    merged_into uuid
) WITH (fillfactor = 80);
CREATE INDEX interaction_head_number ON touchline_store.interaction_head (number);
"""

INTAKE = """
CREATE TABLE touchline_store.raw_input (
    touchpoint uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    raw bytea NOT NULL,
    blob text NOT NULL
);
CREATE TABLE touchline_store.parked_messages (
    id uuid PRIMARY KEY,
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    kafka_offset bigint NOT NULL,
    kind text NOT NULL,
    connector text NOT NULL,
    reason text NOT NULL,
    message bytea NOT NULL,
    raw bytea NOT NULL,
    raw_blob text NOT NULL,
    context jsonb NOT NULL,
    parked_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'parked',
    settled_at timestamptz,
    settled_by text,
    settled_why text,
    UNIQUE (cluster, topic, partition, kafka_offset)
);
CREATE INDEX parked_messages_open ON touchline_store.parked_messages (parked_at)
    WHERE state = 'parked';
"""

OUT = """
CREATE TABLE touchline_store.relay_position (
    name text PRIMARY KEY,
    position bigint NOT NULL,
    saved_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE SCHEMA touchline_connectors;
CREATE TABLE touchline_connectors.ledger (
    outbound_id uuid PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    channel text NOT NULL,
    connector text NOT NULL,
    destination text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    claimed_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    reference text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    reported boolean NOT NULL DEFAULT true,
    message bytea NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ledger_unreported ON touchline_connectors.ledger (connector)
    WHERE NOT reported;
CREATE INDEX ledger_due ON touchline_connectors.ledger (connector, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE TABLE touchline_connectors.checkpoints (
    connector text NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (connector, name)
);
CREATE SCHEMA touchline_workflows;
CREATE TABLE touchline_workflows.watermarks (
    workflow text NOT NULL,
    slice integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (workflow, slice)
) WITH (fillfactor = 50);
CREATE TABLE touchline_workflows.activations (
    workflow text PRIMARY KEY,
    position bigint NOT NULL,
    activated_at timestamptz NOT NULL
);
CREATE TABLE touchline_workflows.parked (
    workflow text NOT NULL,
    event_id uuid NOT NULL,
    stream uuid NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, event_id)
);
"""

KEYS = """
CREATE SCHEMA touchline_keys;
CREATE TABLE touchline_keys.installation (
    name text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO touchline_keys.installation
SELECT name, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
FROM unnest(ARRAY['identifier_hmac', 'session_hmac']) AS name;
"""


def upgrade() -> None:
    """Create everything."""
    for statements in (STORE, INDEXES, INTAKE, OUT, KEYS):
        op.execute(statements)


def downgrade() -> None:
    """Refuse: the store is the source of truth."""
    message = "the event store cannot be migrated down: restore a backup instead"
    raise RuntimeError(message)
