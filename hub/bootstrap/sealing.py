"""The keys that seal personal data, opened for a process."""

from pathlib import Path

import psycopg
from eventsourcing.postgres import PostgresDatastore

from hub.adapters.keys.held import HeldKeys
from hub.adapters.keys.master import MasterKeyError, MasterKeys, missing
from hub.adapters.keys.masters import begin, registered
from hub.adapters.keys.opening import KeyOpening
from hub.adapters.keys.sealer import KeySealer, UnwrappedKeys
from hub.bootstrap.parts import NotConfiguredError, database_of
from hub.runtime.settings import Settings


def held_keys_of(settings: Settings) -> HeldKeys:
    """Where this installation's master keys are."""
    given = settings.master_key
    file = settings.master_key_file or settings.data_dir / "master.key"
    return HeldKeys(given.get_secret_value() if given else "", Path(file))


def begin_sealing(settings: Settings) -> None:
    """Let the first master key wrap from now on, unless one does.

    It is made if there is none.

    Raises:
        NotConfiguredError: what should be one is none.
    """
    if not settings.sealing:
        return
    try:
        with psycopg.connect(database_of(settings)) as connection:
            begin(connection, held_keys_of(settings))
    except MasterKeyError as error:
        raise NotConfiguredError(str(error)) from error


def keys_of(settings: Settings) -> UnwrappedKeys:
    """Stored keys, which this process's master keys unwrap.

    Raises:
        NotConfiguredError: one is missing; the text says which, and what to do.
    """
    try:
        masters = MasterKeys(held_keys_of(settings).read)
    except MasterKeyError as error:
        raise NotConfiguredError(str(error)) from error
    with psycopg.connect(database_of(settings)) as connection:
        wrapping = registered(connection)
    lost = [one for one in wrapping if one not in masters.ids]
    if lost:
        raise NotConfiguredError(missing(lost))
    if settings.sealing and not wrapping:
        text = "no master key seals personal data yet: run `touchline migrate`"
        raise NotConfiguredError(text)
    return UnwrappedKeys(masters)


def sealer_of(settings: Settings, datastore: PostgresDatastore) -> KeySealer:
    """Seals and opens for decisions.

    Raises:
        NotConfiguredError: a master key is missing.
    """
    return KeySealer(datastore, keys_of(settings), seals=settings.sealing)


def opening_of(settings: Settings) -> KeyOpening:
    """Opens for read models.

    Raises:
        NotConfiguredError: a master key is missing.
    """
    return KeyOpening(keys_of(settings))
