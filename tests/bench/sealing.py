"""CPU of sealing the two events of a touchpoint, and of opening them."""

import os
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

from eventsourcing.postgres import PostgresDatastore

from events import identify, sealing
from events.personal import PersonalAddress, PersonalContent
from events.sealing import DataKey, Keyring, Sealer, WrappedKey
from hub.adapters.keys.master import MasterKeys, master_id
from hub.adapters.keys.sealer import KeySealer, UnwrappedKeys
from hub.adapters.postgres.recorder import datastore_of
from tests.bench.results import Results

MASTER: Final = os.urandom(32)
REPEATS: Final = 7
COUNT: Final = 4000
ANA: Final = identify.email("ana@example.org")
ADDRESS: Final = PersonalAddress(
    ANA, "Ana", "help@shop.example", "The lamp", "<1@example.org>"
)
CONTENT: Final = PersonalContent(
    ANA, "Ana", (), "help@shop.example", "The lamp", "The lamp is broken. " * 20
)


def measure(results: Results, *, quick: bool) -> None:
    """Sealed less plain: with keys that are there, and with new ones."""
    # Never opened: all keys are given or new.
    store = datastore_of("postgresql://nowhere", 1)
    plain = _least(lambda: _seal(sealing.PlainSealer(), _known()))
    known = _least(lambda: _seal(_sealer(store), _known()))
    made = _least(lambda: _seal(_sealer(store), {}))
    results.add("sealing_us", known - plain, "µs CPU per touchpoint")
    results.add("sealing_new_key_us", made - plain, "µs CPU per touchpoint")
    results.add("sealing_plain_us", plain, "µs CPU per touchpoint")
    results.add("unsealing_us", _least(_opening), "µs CPU per event")


def _sealer(store: PostgresDatastore) -> Sealer:
    return KeySealer(store, UnwrappedKeys(MasterKeys(lambda: [MASTER])))


def _known() -> dict[UUID, WrappedKey]:
    return {UUID(int=n): _wrapped(uuid4()) for n in range(COUNT)}


def _wrapped(id_: UUID) -> WrappedKey:
    masters = MasterKeys(lambda: [MASTER])
    wrapped = masters.wrap(id_.bytes, os.urandom(32), master_id(MASTER))
    return WrappedKey(id_, wrapped, master_id(MASTER))


def _seal(sealer: Sealer, read: dict[UUID, WrappedKey]) -> float:
    ring = Keyring(read, master_id(MASTER), whole=True)
    events = [(uuid4(), uuid4(), UUID(int=n)) for n in range(COUNT)]
    began = time.process_time()
    for opened, recorded, scope in events:
        sealer.seal(ADDRESS, opened, scope, ring)
        sealer.seal(CONTENT, recorded, scope, ring)
    return time.process_time() - began


def _opening() -> float:
    key, event = DataKey(uuid4(), os.urandom(32)), uuid4()
    sealed = sealing.seal(CONTENT, event, key, os.urandom(12))
    began = time.process_time()
    for _ in range(COUNT):
        sealing.unseal(sealed, event, lambda _, id_: sealing.subkey(key.secret, id_))
    return time.process_time() - began


def _least(run: Callable[[], float]) -> float:
    return min(run() for _ in range(REPEATS)) / COUNT * 1e6
