"""Changes the master key."""

from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from hub.adapters.keys import masters as stored
from hub.adapters.keys.master import MasterKeyError, MasterKeys, missing
from hub.bootstrap.parts import database_of
from hub.bootstrap.sealing import held_keys_of
from hub.cli.output import Fault, progress
from hub.cli.running import reach
from hub.runtime.settings import Settings

__all__ = ["Done", "Standing", "rotate", "standing", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A master key: how many stored keys it wraps, and whether this process has it."""

    id: str
    wraps: int
    held: bool

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Done:
    """A rotation: which master key wraps everything now, and how much was wrapped."""

    master: str
    wrapped: int

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def standing() -> list[Standing]:
    """All master keys that wrap something or are to, and those that are here.

    Raises:
        Fault: the master keys cannot be read.
    """
    try:
        return standing_of(reach())
    except MasterKeyError as error:
        raise Fault(str(error)) from error


def standing_of(settings: Settings) -> list[Standing]:
    """As `standing`, of an installation.

    Raises:
        MasterKeyError: the master keys cannot be read.
    """
    held = MasterKeys(held_keys_of(settings).read).ids
    with psycopg.connect(database_of(settings)) as connection:
        wraps = stored.tally(connection)
    return [
        Standing(id_, wraps.get(id_, 0), id_ in held)
        for id_ in dict.fromkeys([*wraps, *held])
    ]


def rotate() -> Done:
    """Wrap every key under a new master key.

    Raises:
        Fault: one that wraps keys is missing, or no new one can be made.
    """
    settings = reach()
    try:
        return _rotate(settings)
    except MasterKeyError as error:
        raise Fault(str(error)) from error


def _rotate(settings: Settings) -> Done:
    held = held_keys_of(settings)
    masters = MasterKeys(held.read)
    with psycopg.connect(database_of(settings)) as connection:
        wraps = stored.tally(connection)
        if lost := [id_ for id_ in wraps if id_ not in masters.ids]:
            raise MasterKeyError(missing(lost))
        master = stored.choose(connection, held)
        connection.commit()
        masters.read()
        left = sum(wraps.values()) - wraps.get(master, 0)
        with progress("Wrapping keys", left) as advance:
            wrapped = stored.wrap_again(connection, masters, master, advance)
        stored.retire(connection, master)
    return Done(master, wrapped)
