"""Many open live views: a process that holds connections and times what they get.

    python -m tests.bench.viewers PORT KEY DSN < TOPICS

opens one view per line of TOPICS, says `{"open": N}`, counts from SIGUSR1 on, and after
SIGTERM says what was seen: the delays from a commit's announcement to its arrival at
each view concerned (s), and how many arrivals were missing, or replaced by a snapshot.
"""

import asyncio
import json
import math
import re
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, cast

import psycopg
import uvloop
from typing_extensions import override

from hub.adapters.postgres.changes import CHANNEL

CONNECTING: Final = 100
"""Views that open at the same time."""
_FRAME: Final = re.compile(
    rb"id: [0-9a-f]+\.([0-9]+)\nevent: (\w+)\ndata: ([^\n]*)\n\n"
)


@dataclass(slots=True)
class Seen:
    """What all views got; `boards` are the frames that name everything."""

    latest: int = 0
    first: float = math.inf
    committed: dict[str, float] = field(default_factory=dict)
    known: dict[bytes, float] = field(default_factory=dict)
    boards: dict[int, frozenset[str]] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    snapshots: int = 0
    gaps: int = 0
    received: Counter[str] = field(default_factory=Counter)

    def count(self) -> None:
        """From now on it counts; what is on its way has reached some already."""
        self.first = self.latest + 1
        # Nobody has read the frames that told of these.
        self.committed.clear()

    def announced(self, payload: str) -> None:
        """A commit was announced."""
        now = time.monotonic()
        for name in _names(json.loads(payload)):
            self.committed.setdefault(name, now)

    def began(self, number: int, data: bytes, topic: str) -> float:
        """When the first that a frame names was committed; read once per content."""
        key = b"%d %b" % (number, data)
        if key not in self.known:
            names = frozenset(_names(json.loads(data)))
            self.known[key] = self._oldest(number, names)
            if topic == "board":
                self.boards[number] = names
        return self.known[key]

    def _oldest(self, number: int, names: Iterable[str]) -> float:
        keys = [b"%d %b" % (number, name.encode()) for name in names]
        for key, name in zip(keys, names, strict=True):
            if key not in self.known:
                self.known[key] = self.committed.pop(name, time.monotonic())
        return min((self.known[key] for key in keys), default=time.monotonic())

    def missing(self, topics: Iterable[str]) -> int:
        """Changes that views of one interaction should have got, and did not."""
        due = Counter(name for names in self.boards.values() for name in names)
        watched = Counter(topic for topic in topics if topic != "board")
        return sum(due[t] * n - self.received[t] for t, n in watched.items())


def _names(said: dict[str, list[str]]) -> Iterable[str]:
    for kind in ("interaction", "customer"):
        for name in said.get(kind, ()):
            yield f"{kind}:{name.replace('-', '')}"


class View(asyncio.Protocol):
    """One connection, from its request to its last frame."""

    __slots__ = ("_buffer", "_last", "_opened", "_request", "_seen", "_topic")

    def __init__(
        self, seen: Seen, request: bytes, topic: str, opened: asyncio.Future[None]
    ) -> None:
        self._seen, self._request, self._topic = seen, request, topic
        self._opened = opened
        self._buffer = b""
        self._last = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the view."""
        cast("asyncio.WriteTransport", transport).write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        """Take the frames that are whole."""
        if not self._opened.done():
            self._answered(data)
        data, end = self._buffer + data, 0
        for found in _FRAME.finditer(data):
            end = found.end()
            self._take(int(found[1]), found[2], found[3])
        self._buffer = data[end:][-65536:]

    def _answered(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 200"):
            self._opened.set_result(None)
        else:
            self._opened.set_exception(RuntimeError(data[:200].decode()))

    def _take(self, number: int, event: bytes, data: bytes) -> None:
        last, self._last = self._last, number
        self._seen.latest = max(self._seen.latest, number)
        if number < self._seen.first:
            return
        if event != b"change" or b'"many"' in data:
            self._seen.snapshots += 1
            self._seen.committed.clear()
            return
        began = self._seen.began(number, data, self._topic)
        self._seen.delays.append(time.monotonic() - began)
        if self._topic == "board":
            self._seen.gaps += bool(last) and number != last + 1
        else:
            self._seen.received[self._topic] += 1


async def _open(port: int, key: str, topics: list[str], seen: Seen) -> None:
    turn = asyncio.Semaphore(CONNECTING)

    async def one(topic: str) -> None:
        request = (
            f"GET /live?topics={topic} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {key}\r\n\r\n"
        ).encode()
        async with turn:
            loop = asyncio.get_running_loop()
            opened: asyncio.Future[None] = loop.create_future()
            await loop.create_connection(
                lambda: View(seen, request, topic, opened), "127.0.0.1", port
            )
            await opened

    async with asyncio.TaskGroup() as group:
        for topic in topics:
            group.create_task(one(topic))


async def _main(port: str, key: str, dsn: str) -> None:
    topics, seen, ended = sys.stdin.read().split(), Seen(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, seen.count)
    # In a thread: an announcement must not wait behind the frames that tell of it.
    threading.Thread(target=_listen, args=(dsn, seen), daemon=True).start()
    await _open(int(port), key, topics, seen)
    print(json.dumps({"open": len(topics)}), flush=True)
    await ended.wait()
    print(json.dumps(_summary(seen, topics)), flush=True)


def _listen(dsn: str, seen: Seen) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        for note in connection.notifies():
            seen.announced(note.payload)


def _summary(seen: Seen, topics: list[str]) -> dict[str, float]:
    cuts = statistics.quantiles(seen.delays, n=100, method="inclusive")
    return {
        "p50": cuts[49],
        "p99": cuts[98],
        "arrivals": len(seen.delays),
        "changes": len(seen.boards),
        "missing": seen.missing(topics) + seen.gaps,
        "snapshots": seen.snapshots,
    }


if __name__ == "__main__":
    uvloop.run(_main(*sys.argv[1:4]))
