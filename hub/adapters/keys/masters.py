"""Which master keys wrap stored keys, and the change from one to the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from hub.adapters.keys.held import HeldKeys
from hub.adapters.keys.master import MasterKeys, master_id

BATCH: Final = 1000

Connected = Connection[Any]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of stored keys; a row is named by two ids, and bound to the first."""

    name: LiteralString
    first: LiteralString


_TABLES: Final = (_Table("data_keys", "key_id"), _Table("event_keys", "event_id"))
_NOTHING: Final = UUID(int=0)


def registered(connection: Connected) -> list[str]:
    """The ids of the master keys that wrap stored keys, the newest first."""
    rows = connection.execute(
        "SELECT id FROM touchline_keys.masters ORDER BY created_at DESC, id"
    )
    return [id_ for (id_,) in rows]


def begin(connection: Connected, held: HeldKeys) -> None:
    """Register the first master key, unless there is one; write one if none is held.

    Raises:
        MasterKeyError: what is held is no key.
    """
    connection.execute("LOCK TABLE touchline_keys.masters IN EXCLUSIVE MODE")
    if not registered(connection):
        first = next(iter(held.read()), None) or held.add()
        _register(connection, master_id(first))


def _register(connection: Connected, id_: str) -> None:
    connection.execute(
        "INSERT INTO touchline_keys.masters (id) VALUES (%s)"
        " ON CONFLICT (id) DO UPDATE SET created_at = clock_timestamp()",
        (id_,),
    )


def tally(connection: Connected) -> dict[str, int]:
    """How many keys each master key wraps; 0 for one that is registered only."""
    found = dict.fromkeys(registered(connection), 0)
    rows = connection.execute(
        "SELECT master, count(*) FROM (SELECT master FROM touchline_keys.data_keys"
        " UNION ALL SELECT master FROM touchline_keys.event_keys) k GROUP BY master"
    )
    return {**found, **dict(rows.fetchall())}


def choose(connection: Connected, held: HeldKeys) -> str:
    """Let another master key wrap from now on; answer its id.

    It is the newest that is held, if it does not wrap yet, or else a fresh one that is
    written before the others. One that was chosen and did not get to wrap all keys yet
    stays: so what was interrupted goes on.

    Raises:
        MasterKeyError: a fresh one cannot be written.
    """
    connection.execute("LOCK TABLE touchline_keys.masters IN EXCLUSIVE MODE")
    wrapping = registered(connection)
    newest = next(map(master_id, held.read()), None)
    if len(wrapping) > 1 and newest == wrapping[0]:
        return newest
    if newest is None or newest in wrapping:
        newest = master_id(held.add())
    _register(connection, newest)
    return newest


def wrap_again(
    connection: Connected, masters: MasterKeys, master: str, progress: Progress
) -> int:
    """Wrap under one master key whatever others wrap; answer how many that were.

    Batches commit by themselves, and what is done is not done again. No event is
    touched, and keys that are deleted meanwhile stay so.

    Raises:
        MasterKeyError: one that wraps a key is missing.
    """
    done = 0
    for table in _TABLES:
        while wrapped := sum(_pass(connection, masters, table, master, progress)):
            done += wrapped
    return done


def retire(connection: Connected, master: str) -> None:
    """Forget the others, which wrap nothing any more."""
    connection.execute("DELETE FROM touchline_keys.masters WHERE id <> %s", (master,))
    connection.commit()


def _pass(
    connection: Connected,
    masters: MasterKeys,
    table: _Table,
    master: str,
    progress: Progress,
) -> Iterator[int]:
    last = (_NOTHING, _NOTHING)
    while rows := _others(connection, table, master, last):
        fresh = [_wrapped(masters, row, master) for row in rows]
        _update(connection, table, master, fresh)
        last = rows[-1][:2]
        progress(len(rows))
        yield len(rows)


def _others(
    connection: Connected, table: _Table, master: str, last: tuple[UUID, UUID]
) -> list[tuple[UUID, UUID, bytes, str]]:
    """The next keys that others wrap; ids, wrapped key, and its master key's id."""
    return connection.execute(
        f"SELECT {table.first}, key_id, wrapped, master"  # noqa: S608
        f" FROM touchline_keys.{table.name}"
        f" WHERE ({table.first}, key_id) > (%s, %s) AND master <> %s"
        f" ORDER BY {table.first}, key_id LIMIT %s",
        (*last, master, BATCH),
    ).fetchall()


def _wrapped(
    masters: MasterKeys, row: tuple[UUID, UUID, bytes, str], master: str
) -> tuple[UUID, UUID, bytes]:
    first, key, wrapped, before = row
    secret = masters.unwrap(first.bytes, wrapped, before)
    return first, key, masters.wrap(first.bytes, secret, master)


def _update(
    connection: Connected,
    table: _Table,
    master: str,
    rows: Sequence[tuple[UUID, UUID, bytes]],
) -> None:
    firsts, keys, wrapped = map(list, zip(*rows, strict=True))
    connection.execute(
        f"UPDATE touchline_keys.{table.name} k"  # noqa: S608
        " SET wrapped = w.wrapped, master = %s"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[])"
        " AS w(first, key_id, wrapped)"
        f" WHERE k.{table.first} = w.first AND k.key_id = w.key_id",
        (master, firsts, keys, wrapped),
    )
    connection.commit()
