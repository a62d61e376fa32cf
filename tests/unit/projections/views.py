"""Read models in memory: the very folding of the drivers, on dictionaries."""

from events import codec
from events.catalog import EVENTS
from events.envelope import Stored
from events.sealing import PlainSealer
from projections.catalog import LIVE
from projections.folding import Opener, collect, fold
from projections.parking import Parking


def stored(recorded):
    """A recorded event as the store holds it."""
    return Stored(
        event_id=recorded.event_id,
        stream=recorded.stream,
        version=recorded.version,
        position=recorded.position,
        previous=recorded.previous,
        slice=recorded.slice,
        type_name=EVENTS[type(recorded.event)].type_name,
        body=codec.encode(recorded.event),
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        actor=recorded.actor,
        correlation=recorded.correlation,
        causation=recorded.causation,
    )


class Views:
    """Rows of projections by table, and what was parked."""

    def __init__(self, projections=LIVE):
        self.projections = projections
        self.rows = {t.table.name: {} for p in projections for t in p.tables}
        self.parking = Parking()
        self._seen = {}

    def apply(self, records):
        """Fold a batch; skip what the stream has seen already, as watermarks do."""
        fresh = [r for r in records if self._is_new(r)]
        opener = Opener(PlainSealer())
        for projection in self.projections:
            work = collect(projection, fresh, opener, self.parking)
            loaded = [dict(self.rows[t.table.name]) for t in projection.tables]
            fold(work, loaded, {r.position: r for r in fresh}, self.parking)
            for table, rows in zip(projection.tables, work.rows, strict=True):
                self.rows[table.table.name].update(rows)
        return self

    def _is_new(self, record):
        new = record.version > self._seen.get(record.stream, 0)
        if new:
            self._seen[record.stream] = record.version
        return new
