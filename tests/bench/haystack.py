"""A million messages to search in, made inside the database in a few minutes.

A word's rank follows Zipf's law, as in any language: the first of 60,000 is in most
messages, half of them in a handful.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

WORDS = 60_000
PER_MESSAGE = 45

EVERYWHERE = "hello"
FORMER = "discontinued"
"""In a tenth of all messages, none of them among the newest half."""


def word(rank: int) -> str:
    """The word of a rank; the most frequent one has rank 1."""
    return f"{rank * 2654435761 % 4294967296:x}"[: 3 + rank % 6]


_INDEXES = """
SELECT indexdef, format('DROP INDEX %I.%I', schemaname, indexname)
FROM pg_indexes WHERE schemaname = 'touchline_views' AND indexname LIKE 'search_%'
  AND indexname NOT LIKE '%_pkey'
"""
_WORD = """
CREATE FUNCTION pg_temp.word(rank int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT left(to_hex(rank::bigint * 2654435761 % 4294967296), 3 + rank % 6)
$$
"""
_SOME_WORDS = f"""
    (SELECT array_agg(pg_temp.word(rank)) FROM
        (SELECT exp(random() * ln({WORDS}))::int AS rank
         FROM generate_series(1, {{count}}) AS s WHERE n > 0 OFFSET 0) AS ranks)
"""
_MESSAGES = f"""
INSERT INTO touchline_views.search_document_v1
    (document_id, stream, kind, interaction_id, at, channel, words)
SELECT md5('m' || n)::uuid, md5('c' || n % {{customers}})::uuid, 'message',
    md5('i' || n / 3)::uuid, timestamptz '2026-01-01' + n * interval '20 s',
    (ARRAY['email', 'email', 'sms', 'phone'])[1 + n % 4],
    array_to_tsvector({_SOME_WORDS.format(count=PER_MESSAGE)} || '{EVERYWHERE}'::text
        || CASE WHEN n % 5 = 0 AND n < {{messages}} / 2 THEN '{FORMER}' ELSE 'a' END)
FROM generate_series(1, {{messages}}) AS n
"""
_INTERACTIONS = f"""
INSERT INTO touchline_views.search_interaction_v1 (interaction_id, at, channel, words)
SELECT md5('i' || n)::uuid, timestamptz '2026-01-01' + n * interval '60 s', 'email',
    array_to_tsvector({_SOME_WORDS.format(count=5)} || (1000 + n)::text)
FROM generate_series(1, {{messages}} / 3) AS n
"""
_CUSTOMERS = """
INSERT INTO touchline_views.search_customer_v1 (customer_id, words)
SELECT md5('c' || n)::uuid, concat_ws(' ', pg_temp.word(n % 3000),
    pg_temp.word(n % 40000), 'person' || n, 'example', 'org', 49300000000 + n)
FROM generate_series(1, {customers}) AS n
"""
_CARDS = """
INSERT INTO touchline_views.customer_card_v1
    (customer_id, name, identifiers, known_since, last_contact_at)
SELECT md5('c' || n)::uuid, 'Person ' || n, jsonb_build_array(jsonb_build_object(
        'kind', 'email', 'raw', '', 'value', 'person' || n || '@example.org')),
    timestamptz '2026-01-01', timestamptz '2026-01-01' + n % 977 * interval '1 h'
FROM generate_series(1, {customers}) AS n
"""
_WORK = """
INSERT INTO touchline_views.{table}
    (interaction_id, number, customer_id, channel, subject, opened_at, state, queue,
     agent{columns})
SELECT md5('i' || n)::uuid, 1000 + n, md5('c' || n % {customers})::uuid, 'email',
    'Order ' || n, timestamptz '2026-01-01' + n * interval '60 s',
    CASE WHEN n % 100 > 0 THEN 'closed' WHEN n % 200 > 0 THEN 'waiting'
        ELSE 'handling' END,
    'queue' || n % 10,
    CASE WHEN n % 200 = 0 THEN 'agent' || n % 20000 / 200 ELSE '' END{values}
FROM generate_series(1, {messages} / 3) AS n
"""
_WORK_TABLES = {
    "queue_board_v1": {"columns": "", "values": ""},
    "interaction_view_v1": {
        "columns": ", opened_for",
        "values": ", md5('c' || n % {customers})::uuid",
    },
}
_SAID = """
INSERT INTO touchline_views.customer_timeline_v1
    (customer_id, touchpoint_id, interaction_id, occurred_at, text)
SELECT stream, document_id, interaction_id, at,
    array_to_string(tsvector_to_array(words), ' ')
FROM touchline_views.search_document_v1
"""
_PLACES = """
INSERT INTO touchline_store.touchpoint_index (touchpoint, customer, interaction)
SELECT document_id, stream, interaction_id FROM touchline_views.search_document_v1
"""


def fill(dsn: str, messages: int) -> None:
    """Fill the read models that a search reads; their indexes are built at the end."""
    sizes = {"messages": messages, "customers": messages // 5}
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_WORD)
        with _without_indexes(connection):
            for statement in (_MESSAGES, _INTERACTIONS, _CUSTOMERS, _CARDS):
                connection.execute(statement.format(**sizes).encode())
        for table, more in _WORK_TABLES.items():
            statement = _WORK.format(
                table=table, **more, messages="{messages}", customers="{customers}"
            )
            connection.execute(statement.format(**sizes).encode())
        connection.execute(_SAID)
        connection.execute(_PLACES)
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _without_indexes(connection: "psycopg.Connection[Any]") -> Iterator[None]:
    """Built at once they take a tenth of the time."""
    found = connection.execute(_INDEXES).fetchall()
    for _, drop in found:
        connection.execute(drop)
    yield
    connection.execute("SET maintenance_work_mem = '1GB'")
    for create, _ in found:
        connection.execute(create)
