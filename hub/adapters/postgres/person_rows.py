"""People's accounts, written in the transaction of their events."""

from collections.abc import Iterable
from typing import Final

from psycopg import Cursor
from psycopg.rows import DictRow

from hub.adapters.postgres.changes import CHANNEL
from hub.application.intake import StoreConflictError
from hub.domain.person import PersonRow

_ADMINS: Final = """
SELECT count(*) AS admins FROM touchline_accounts.users
WHERE NOT disabled AND 'admin' = ANY(roles)
"""
_KEYS: Final = """
SELECT 1 FROM touchline_accounts.api_keys WHERE lower(name) = lower(%s) LIMIT 1
"""
_UPSERT: Final = """
INSERT INTO touchline_accounts.users
    (person, version, name, display_name, email, roles, disabled, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (person) DO UPDATE SET version = excluded.version,
    display_name = excluded.display_name, email = excluded.email,
    roles = excluded.roles, disabled = excluded.disabled
"""
_END: Final = """
WITH links AS (DELETE FROM touchline_accounts.links WHERE user_name = %(name)s)
DELETE FROM touchline_accounts.sessions WHERE user_name = %(name)s
"""
_TELL: Final = f"""
SELECT pg_notify('{CHANNEL}', json_build_object('access', %s::text)::text)
"""


def count_admins(cursor: Cursor[DictRow]) -> int:
    """How many accounts are open whose people are admins."""
    found = cursor.execute(_ADMINS).fetchone()
    return int(found["admins"]) if found else 0


def has_key(cursor: Cursor[DictRow], name: str) -> bool:
    """Whether there is, or was, an API key of this name, in any case."""
    return cursor.execute(_KEYS, (name,)).fetchone() is not None


def write_people(cursor: Cursor[DictRow], people: Iterable[PersonRow]) -> None:
    """Write accounts; whoever is disabled is out, and live views look again.

    Raises:
        StoreConflictError: two at once took away the last two admins.
    """
    for one in people:
        before = count_admins(cursor)
        cursor.execute(
            _UPSERT,
            (
                one.person,
                one.version,
                one.name,
                one.display_name,
                one.email,
                list(one.roles),
                one.disabled,
                one.changed_at,
            ),
        )
        if before and not count_admins(cursor):
            raise StoreConflictError("nobody would be admin")
        if one.disabled:
            cursor.execute(_END, {"name": one.name})
        cursor.execute(_TELL, (one.name,))
