"""The store in memory: what it cannot take it refuses as PostgreSQL's indexes do."""

import copy
from collections import defaultdict
from contextlib import contextmanager
from itertools import count

from events.envelope import Recorded
from events.slices import slice_of
from hub.application.intake import StoreConflictError
from hub.domain.known import Group, Known


class Memory:
    """Streams, indexes and heads; every method works on all of it at once."""

    def __init__(self):
        self.known = Known()
        self.events = []
        self.streams = defaultdict(list)
        self.links = {}
        self.raw = []
        self.numbered = count(1001)

    def read(self, wanted):
        """Only what is wanted, with the heads that go with it: as the SQL joins."""
        mine, found = self.known, Known()
        for key in wanted.identifiers & mine.identifiers.keys():
            customer = found.identifiers[key] = mine.identifiers[key]
            found.customers[customer] = mine.customers[customer]
        for key in wanted.identifiers & mine.shared.keys():
            found.shared[key] = mine.shared[key]
        for key in wanted.threads & mine.threads.keys():
            found.threads[key] = mine.threads[key]
            self._place(found, mine.threads[key])
        for touchpoint in wanted.touchpoints & mine.places.keys():
            self._place(found, touchpoint)
        found.evidence = wanted.evidence & mine.evidence
        if wanted.owners or found.shared:
            for head in found.interactions.values():
                found.customers[head.customer] = mine.customers[head.customer]
        found.marked = wanted.identifiers & mine.marked
        found.groups = self._groups(set(found.identifiers.values()))
        self._read_same_person(found, wanted)
        return found

    def root(self, customer):
        link = self.links.get(customer)
        return self.root(link.into) if link else customer

    def _groups(self, customers):
        everyone = [(self.root(one), one) for one in self.known.customers]
        found = {}
        for customer in customers:
            root = self.root(customer)
            members = frozenset(one for top, one in everyone if top == root)
            owned = self.known.identifiers.items()
            scopes = tuple(sorted(key[1] for key, one in owned if one in members))
            if len(members) > 1:
                found[customer] = Group(members, scopes)
        return found

    def _read_same_person(self, found, wanted):
        same = {key[1]: found.scopes(key) for key in found.identifiers}
        keys = {(s, d) for scope, d in wanted.threads for s in same.get(scope, ())}
        for key in keys & self.known.threads.keys():
            found.threads[key] = self.known.threads[key]
            self._place(found, self.known.threads[key])

    def _place(self, found, touchpoint):
        place = found.places[touchpoint] = self.known.places[touchpoint]
        head = self.known.interactions[place.interaction]
        found.interactions[place.interaction] = head
        while into := head.lifecycle.merged_into:
            head = found.interactions[into] = self.known.interactions[into]

    def write(self, writes):
        """All of it or nothing."""
        before = copy.deepcopy((self.known, self.events, self.streams, self.raw))
        try:
            self._write(writes)
        except StoreConflictError:
            self.known, self.events, self.streams, self.raw = before
            raise

    def _write(self, writes):
        for pending in writes.events:
            self._append(pending)
        for name in ("identifiers", "places", "threads"):
            _insert(getattr(self.known, name), getattr(writes, name), name)
        self.known.threads.update(writes.moving_threads)
        for touchpoint, interaction in writes.moved.items():
            place = self.known.places[touchpoint]
            self.known.places[touchpoint] = place._replace(interaction=interaction)
        self.known.evidence |= writes.evidence.keys()
        for key, shared in writes.shared.items():
            here, there = self.known.shared, self.known.identifiers
            into, out_of = (here, there) if shared else (there, here)
            into[key] = out_of.pop(key)
        for key, mark in writes.marks.items():
            (self.known.marked.add if mark else self.known.marked.discard)(key)
        self.links.update(writes.links)
        self.known.customers.update(writes.customers)
        self.known.interactions.update(writes.interactions)
        _insert(dict.fromkeys(self.raw), dict.fromkeys(_ids(writes.raw)), "raw")
        self.raw += _ids(writes.raw)

    def _append(self, pending):
        stream = self.streams[pending.stream]
        if pending.version != len(stream) + 1:
            raise StoreConflictError(f"version {pending.version} of {pending.stream}")
        recorded = Recorded(
            event_id=pending.event_id,
            stream=pending.stream,
            version=pending.version,
            position=len(self.events) + 1,
            previous=self._last(slice_of(pending.stream)),
            slice=slice_of(pending.stream),
            event=pending.event,
            occurred_at=pending.occurred_at,
            recorded_at=pending.occurred_at,
            actor=pending.actor,
            correlation=pending.correlation,
            causation=pending.causation,
        )
        stream.append(recorded)
        self.events.append(recorded)

    def _last(self, slice_):
        return max((e.position for e in self.events if e.slice == slice_), default=0)


def _ids(touchpoints):
    return [t.touchpoint_id for t in touchpoints]


def _insert(mine, new, name):
    if taken := mine.keys() & new.keys():
        raise StoreConflictError(f"{name} taken: {taken}")
    mine.update(new)


class MemoryStore:
    """Implements `hub.application.intake.Store`; `before_write` plays other workers."""

    def __init__(self):
        self.memory = Memory()
        self.tracking = {}
        self.parked = []
        self.opened = []
        self.before_write = lambda _writes: None

    @contextmanager
    def _unit(self, kind):
        self.opened.append(kind)
        yield MemoryUnit(self, kind)

    def optimistic(self):
        return self._unit("optimistic")

    def exclusive(self):
        return self._unit("exclusive")

    def rehearsal(self):
        return self._unit("rehearsal")


class MemoryUnit:
    def __init__(self, store, kind):
        self.store, self.kind = store, kind

    def tracked(self, sources):
        mine = self.store.tracking
        return {s: mine[s] for s in sources if s in mine}

    def known(self, wanted):
        return self.store.memory.read(wanted)

    def numbers(self, amount):
        return iter([next(self.store.memory.numbered) for _ in range(amount)])

    def write(self, writes, parked, advances):
        store = self.store
        store.before_write(writes)
        if any(store.tracking.get(a.source) != a.old for a in advances):
            raise StoreConflictError("tracking")
        memory = copy.deepcopy(store.memory) if self.kind == "rehearsal" else None
        (memory or store.memory).write(writes)
        if memory is None:
            store.parked += parked
            store.tracking.update({a.source: a.new for a in advances})
