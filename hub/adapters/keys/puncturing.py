"""Takes single events out of what a scope's key opens."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import DictRow

from events.sealing import subkey
from hub.adapters.keys.master import MasterKeys
from hub.adapters.postgres.rows import Target, write

_KEPT: Final = Target(
    "touchline_keys.event_keys",
    (
        ("event_id", "uuid"),
        ("key_id", "uuid"),
        ("scope", "uuid"),
        ("customer", "uuid"),
        ("wrapped", "bytea"),
        ("master", "text"),
    ),
)


def puncture(
    cursor: Cursor[DictRow], masters: MasterKeys, scope: UUID, keep: Collection[UUID]
) -> None:
    """Let only some events of a scope open from now on.

    The keys of the events in `keep` are stored on their own and the scope's data keys
    are deleted, as are keys of other events that were kept before. What is sealed in
    the scope later gets a new data key. The cursor is one of `Recorder.writing`.

    Raises:
        hub.adapters.keys.master.MasterKeyError: a master key is missing.
    """
    cursor.execute(
        "DELETE FROM touchline_keys.event_keys"
        " WHERE scope = %s AND event_id <> ALL(%s::uuid[])",
        (scope, list(keep)),
    )
    cursor.execute(
        "DELETE FROM touchline_keys.data_keys WHERE scope = %s"
        " RETURNING key_id, customer, wrapped, master",
        (scope,),
    )
    rows = cursor.fetchall()
    kept = [row for found in rows for row in _kept(found, masters, scope, keep)]
    write(cursor, _KEPT, kept)


def _kept(
    row: DictRow, masters: MasterKeys, scope: UUID, keep: Iterable[UUID]
) -> list[Sequence[object]]:
    """Under each data key of the scope: which one sealed an event only that says."""
    key, master = row["key_id"], row["master"]
    secret = masters.unwrap(key.bytes, bytes(row["wrapped"]), master)
    return [
        (
            event,
            key,
            scope,
            row["customer"],
            masters.wrap(event.bytes, subkey(secret, event), master),
            master,
        )
        for event in keep
    ]
