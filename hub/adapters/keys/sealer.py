"""Seals with the stored keys, and opens, in every process of the hub."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

from events import sealing
from events.personal import Personal
from events.sealing import (
    KEY_BYTES,
    KEY_ID_BYTES,
    NONCE_BYTES,
    DataKey,
    Keyring,
    WrappedKey,
)
from hub.adapters.keys.cache import KeyCache
from hub.adapters.keys.master import MasterKeyError, MasterKeys, Random
from hub.adapters.postgres.data_keys import OF_EVENTS, OF_SCOPES
from hub.adapters.postgres.intake_store import translated


class StoredKey(NamedTuple):
    """A key as it is stored: of all events of a scope, or of one event alone."""

    event_id: UUID | None
    key_id: UUID
    wrapped: bytes
    master: str

    @property
    def name(self) -> bytes:
        """The name under which it is found again, once unwrapped."""
        return named(self.key_id.bytes, self.event_id)


def named(key_id: bytes, event_id: UUID | None) -> bytes:
    """A name for a data key, or for the key of one event that it sealed."""
    return key_id if event_id is None else key_id + event_id.bytes


@dataclass(frozen=True, slots=True)
class UnwrappedKeys:
    """Stored keys, unwrapped once and kept for a moment."""

    masters: MasterKeys
    cache: KeyCache = field(default_factory=KeyCache)

    def unwrapped(self, stored: StoredKey) -> bytes:
        """The key itself.

        Raises:
            MasterKeyError: its master key is missing.
        """
        secret = self.cache.get(stored.name)
        if secret is None:
            wrapped_for = (stored.event_id or stored.key_id).bytes
            secret = self.masters.unwrap(
                wrapped_for, bytes(stored.wrapped), stored.master
            )
            self.cache.put(stored.name, secret)
        return secret

    def known(self, key_id: bytes, event_id: UUID) -> bytes | None:
        """The key of one event, if it was read a moment ago."""
        secret = self.cache.get(key_id)
        if secret is not None:
            return sealing.subkey(secret, event_id)
        return self.cache.get(named(key_id, event_id))

    def key_of(
        self, key_id: bytes, event_id: UUID, stored: Mapping[bytes, StoredKey]
    ) -> bytes | None:
        """The key of one event among those that were read, by their names."""
        data_key = stored.get(key_id)
        if data_key is not None:
            return sealing.subkey(self.unwrapped(data_key), event_id)
        alone = stored.get(named(key_id, event_id))
        return alone and self.unwrapped(alone)


@dataclass(frozen=True, slots=True)
class KeySealer:
    """Implements `events.sealing.Sealer` on PostgreSQL; format 0 unless it `seals`."""

    datastore: PostgresDatastore
    keys: UnwrappedKeys
    seals: bool = True
    random: Random = os.urandom

    def ring(self, scopes: Collection[UUID]) -> Keyring:
        """The keys of all scopes that there are already, read at once."""
        if not self.seals:
            return Keyring()
        read, master = self._read(scopes)
        return Keyring(read, master, whole=True)

    def seal(
        self, personal: Personal, event_id: UUID, scope: UUID, ring: Keyring, /
    ) -> bytes:
        """Seal with the scope's key; one that has none gets one."""
        if not self.seals:
            return sealing.plain(personal)
        key = ring.taken.get(scope) or self._take(scope, ring)
        return sealing.seal(personal, event_id, key, self.random(NONCE_BYTES))

    def look_up(self, sealed: Collection[tuple[bytes, UUID]]) -> None:
        """Read the keys of events at once, so that opening them next reads none."""
        unknown = [one for one in sealed if self.keys.known(*one) is None]
        if unknown:
            for stored in self._stored(unknown):
                self.keys.unwrapped(stored)

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:
        """The personal record, or None where it was redacted."""
        return sealing.unseal(sealed, event_id, self._find)

    def _take(self, scope: UUID, ring: Keyring) -> DataKey:
        if scope not in ring.read and not ring.whole:
            found, ring.master = self._read([scope])
            ring.read.update(found)
        known = ring.read.get(scope)
        key = self._unwrapped(*known) if known else self._make(scope, ring)
        ring.taken[scope] = key
        return key

    def _unwrapped(self, id_: UUID, wrapped: bytes, master: str) -> DataKey:
        return DataKey(id_, self.keys.masters.unwrap(id_.bytes, wrapped, master))

    def _make(self, scope: UUID, ring: Keyring) -> DataKey:
        drawn = self.random(KEY_ID_BYTES + KEY_BYTES)
        id_, secret = drawn[:KEY_ID_BYTES], drawn[KEY_ID_BYTES:]
        wrapped = self.keys.masters.wrap(id_, secret, ring.master)
        key = DataKey(UUID(bytes=id_), secret)
        ring.made[scope] = WrappedKey(key.id, wrapped, ring.master)
        return key

    def _read(self, scopes: Collection[UUID]) -> tuple[dict[UUID, WrappedKey], str]:
        """Keys by scope, and the master key that wraps new ones."""
        with translated(), self.datastore.cursor() as cursor:
            cursor.execute(OF_SCOPES, (list(scopes),), prepare=True, binary=True)
            *rows, last = cursor.fetchall()
        if last["master"] is None:
            raise MasterKeyError("no master key wraps yet: run `touchline migrate`")
        read = {
            row["scope"]: WrappedKey(row["key_id"], row["wrapped"], row["master"])
            for row in rows
        }
        return read, last["master"]

    def _find(self, key_id: bytes, event_id: UUID) -> bytes | None:
        known = self.keys.known(key_id, event_id)
        if known is not None:
            return known
        stored = {one.name: one for one in self._stored([(key_id, event_id)])}
        return self.keys.key_of(key_id, event_id, stored)

    def _stored(self, sealed: Collection[tuple[bytes, UUID]]) -> list[StoredKey]:
        ids = {UUID(bytes=id_) for id_, _ in sealed}
        wanted = list(ids), [event_id for _, event_id in sealed]
        with translated(), self.datastore.cursor() as cursor:
            cursor.execute(OF_EVENTS, wanted, prepare=True)
            return [StoredKey(**row) for row in cursor.fetchall()]
