"""Watch a load arrive: what it sent, and when that is visible on board and timeline."""

import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psutil
import psycopg

from tests.bench.counting import pipe
from tests.bench.place import REPOSITORY, Place
from tests.bench.usage import Usage, sampled

_VISIBLE = """
SELECT t.touchpoint_id
FROM unnest(%s::uuid[], %s::uuid[]) AS w(touchpoint, interaction)
JOIN touchline_views.customer_timeline_v1 t ON t.touchpoint_id = w.touchpoint
JOIN touchline_views.queue_board_v1 b ON b.interaction_id = w.interaction
"""
_COUNT = """
SELECT (SELECT count(*) FROM touchline_views.customer_timeline_v1
        WHERE direction = 'in' AND channel <> 'phone'),
       (SELECT coalesce(sum(contacts) FILTER (WHERE channel <> 'phone'), 0)
        FROM touchline_views.queue_board_v1),
       (SELECT coalesce(sum(jsonb_array_length(signals)), 0)
        FROM touchline_views.queue_board_v1 WHERE channel = 'phone')
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """A message of the load: when it was published, and where it will be seen."""

    at: float
    touchpoint: UUID
    interaction: UUID


def visible(connection: "psycopg.Connection[Any]") -> int:
    """Touchpoints that are in timeline and board, counted one by one."""
    row = connection.execute(_COUNT).fetchone()
    assert row is not None
    said, on_board, signals = row
    return int(min(said, on_board) + signals)


@dataclass(slots=True)
class Load:
    """The load's process, its probes, and their delays."""

    place: Place
    tape: Path
    sent: int = 0
    acknowledged: int = 0
    waiting: dict[UUID, Probe] = field(default_factory=dict)
    delays: list[tuple[float, float]] = field(default_factory=list)
    _lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    _process: "subprocess.Popen[str]" = field(init=False)
    _connection: "psycopg.Connection[Any]" = field(init=False)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load", self.tape, self.place.kafka],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            text=True,
        )
        self._connection = self.place.connect()
        # A look must stay cheap however large the tables become.
        self._connection.execute("SET enable_seqscan = off; SET enable_hashjoin = off")
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pipe(self._process.stdin).close()
        self._process.wait(30)
        self._connection.close()

    def _listen(self) -> None:
        for line in pipe(self._process.stdout):
            self._lines.put(line)

    def say(self, word: str, number: float) -> None:
        """Order `rate` or `burst`."""
        pipe(self._process.stdin).write(f"{word} {number}\n")
        pipe(self._process.stdin).flush()

    def usage(self) -> dict[str, Usage]:
        """CPU and memory of the load and of all it loads."""
        return {
            **self.place.usage(),
            "load": sampled(psutil.Process(self._process.pid)),
        }

    def watch(self, seconds: float) -> list[tuple[float, float]]:
        """Look for a while; answer when probes became visible, and after how long."""
        end, first = time.time() + seconds, len(self.delays)
        while time.time() < end:
            self.look()
            time.sleep(0.1)
        return self.delays[first:]

    def look(self) -> None:
        """Read what the load says, and look which of its probes are visible."""
        if self._process.poll() is not None:
            raise RuntimeError("the load has ended: see what it wrote")
        while not self._lines.empty():
            self._hear(json.loads(self._lines.get()))
        probes = list(self.waiting.values())[:500]
        if not probes:
            return
        columns = (
            [p.touchpoint for p in probes],
            [p.interaction for p in probes],
        )
        found = self._connection.execute(_VISIBLE, columns).fetchall()
        now = time.time()
        for (touchpoint,) in found:
            self.delays.append((now, now - self.waiting.pop(touchpoint).at))

    def _hear(self, said: dict[str, Any]) -> None:
        if "probe" in said:
            probe = Probe(said["at"], *(UUID(name) for name in said["probe"]))
            self.waiting[probe.touchpoint] = probe
        else:
            self.sent, self.acknowledged = said["sent"], said["acknowledged"]

    def drain(self, limit: float) -> float:
        """Pause the load and wait until all probes are visible; seconds that took."""
        began = time.time()
        self.say("rate", 0)
        self.watch(1.0)
        while self.waiting and time.time() - began < limit:
            self.watch(0.1)
        return time.time() - began - 1.0
