"""Read models in memory: the very folding of the drivers, on dictionaries."""

from events.sealing import PlainSealer
from projections.catalog import ALL
from projections.folding import Opener, collect, fold
from projections.parking import Parking
from tests import stored as storing


def stored(recorded):
    """A recorded event as the store holds it."""
    envelope = recorded._asdict()
    return storing.stored(event=envelope.pop("event"), **envelope)


class Views:
    """Rows of projections by table, and what was parked."""

    def __init__(self, projections=ALL):
        self.projections = projections
        self.rows = {t.name: {} for p in projections for t in p.stored}
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
            folded = [*work.rows, *work.parts]
            for table, rows in zip(projection.stored, folded, strict=True):
                mine = self.rows[table.name]
                mine.update(rows)
                for key in [key for key, row in rows.items() if row is None]:
                    del mine[key]
        return self

    def _is_new(self, record):
        new = record.version > self._seen.get(record.stream, 0)
        if new:
            self._seen[record.stream] = record.version
        return new
