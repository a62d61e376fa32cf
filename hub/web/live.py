"""Live views: one listener per process, fanned out in memory to many clients.

Every change gets a number and a place in one ring. A client is no queue but a place in
that ring: it is woken, and reads what came since. Who falls behind the ring's oldest
change, or comes from another process, gets a snapshot: an order to fetch all again.
"""

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from hub.web.changed import Changed, access_changed, frame, parse

RING: Final = 4096
IDS: Final = 100_000
"""Ids in all entries of the ring together, about 25 MB of them."""
WINDOW: Final = 0.03
BOARD: Final = "board"

_log = structlog.get_logger(__name__)


class Changes(Protocol):
    """Where announcements of changes come from."""

    connected: bool
    """Whether announcements arrive at the moment."""

    def listen(self) -> AsyncGenerator[str]:
        """JSON payloads as they are committed, for ever; `many` after a gap."""
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """One place in the ring; `full` is what everybody who watches the board gets."""

    number: int
    changed: Changed
    full: bytes


class LiveFeed:
    """Numbers changes and wakes whom they concern.

    Args:
        changes: the process's one listener.
        window: seconds in which changes become one event.
        ring: how many events are kept for clients that come back.
        ids: how many ids these may name together; the latest event is always kept.
    """

    def __init__(
        self,
        changes: Changes,
        *,
        window: float = WINDOW,
        ring: int = RING,
        ids: int = IDS,
    ) -> None:
        self._changes = changes
        self._window = window
        self._ring: deque[_Entry] = deque()
        self._entries, self._ids = ring, ids
        self._held = 0
        self._epoch = secrets.token_hex(4)
        self._last = 0
        self._watchers: dict[str, set[Subscription]] = defaultdict(set)
        self._pending: Changed | None = None
        self._publishing: asyncio.Task[None] | None = None
        self.closed = False

    @property
    def connected(self) -> bool:
        """Whether the listener hears the database."""
        return self._changes.connected

    @property
    def position(self) -> str:
        """Where the feed is now: a page that is rendered after this can go on here."""
        return f"{self._epoch}.{self._last}"

    async def run(self) -> None:
        """Listen for ever; cancel to stop."""
        async with aclosing(self._changes.listen()) as payloads:
            async for payload in payloads:
                if owner := access_changed(payload):
                    self.end(owner)
                else:
                    self.announce(parse(payload))

    def announce(self, changed: Changed) -> None:
        """Publish a change with all others of the same window."""
        self._pending = changed if self._pending is None else self._pending | changed
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._publish_soon())

    def subscribe(
        self, topics: Iterable[str], since: str = "", owner: str = ""
    ) -> "Subscription":
        """Watch topics, from an event id of an earlier page or connection on.

        Topics are those of `hub.web.changed.topic`. An unknown or empty `since`
        begins with a snapshot. `owner` is the user name of who watches.
        """
        place = self._place(since)
        subscription = Subscription(self, frozenset(topics), place, owner)
        for topic in subscription.topics:
            self._watchers[topic].add(subscription)
        return subscription

    def forget(self, subscription: "Subscription") -> None:
        """Stop waking a subscription."""
        for topic in subscription.topics:
            watchers = self._watchers[topic]
            watchers.discard(subscription)
            if not watchers:
                del self._watchers[topic]

    def end(self, owner: str) -> None:
        """End somebody's streams; who is still logged in comes back at once."""
        for subscription in self._everybody():
            if subscription.owner == owner:
                subscription.end()

    def close(self) -> None:
        """End all streams, so that the server can shut down."""
        self.closed = True
        for subscription in self._everybody():
            subscription.wake()

    def since(self, place: int) -> Iterator[_Entry] | None:
        """The entries after a place; None if some of them are gone."""
        if place < 0 or place > self._last or place + len(self._ring) < self._last:
            return None
        # By index from the end: most clients miss one entry of thousands.
        return (self._ring[n] for n in range(place - self._last, 0))

    @property
    def last(self) -> int:
        """The number of the latest event."""
        return self._last

    def event_id(self, number: int) -> str:
        """The id by which a client can come back."""
        return f"{self._epoch}.{number}"

    def _place(self, since: str) -> int:
        epoch, _, number = since.rpartition(".")
        known = epoch == self._epoch and number.isascii() and number.isdigit()
        return int(number[:18]) if known else -1

    async def _publish_soon(self) -> None:
        loop = asyncio.get_running_loop()
        busy = 0.0
        while self._pending is not None:
            # No faster than clients can be served: bursts then merge by themselves.
            await asyncio.sleep(max(self._window, busy))
            began = loop.time()
            pending, self._pending = self._pending, None
            self._publish(pending)
            # Those woken run before us: so this is how long a round takes.
            await asyncio.sleep(0)
            busy = loop.time() - began
        self._publishing = None

    def _publish(self, changed: Changed) -> None:
        self._last += 1
        full = frame("change", self.position, changed.for_boards.as_json())
        self._keep(_Entry(self._last, changed, full))
        for subscription in self._concerned(changed):
            subscription.wake()

    def _keep(self, entry: _Entry) -> None:
        self._ring.append(entry)
        self._held += entry.changed.size
        while len(self._ring) > 1 and (
            len(self._ring) > self._entries or self._held > self._ids
        ):
            self._held -= self._ring.popleft().changed.size

    def _concerned(self, changed: Changed) -> Iterable["Subscription"]:
        if changed.many:
            return self._everybody()
        found = set(self._watchers.get(BOARD, ())) if changed.work else set()
        for topic in changed.topics:
            found |= self._watchers.get(topic, set())
        return found

    def _everybody(self) -> set["Subscription"]:
        return set().union(*self._watchers.values())


class Subscription:
    """One client: what it watches, and its place in the ring."""

    __slots__ = ("_ended", "_feed", "_place", "_waiting", "owner", "topics")

    def __init__(
        self, feed: LiveFeed, topics: frozenset[str], place: int, owner: str
    ) -> None:
        self._feed = feed
        self._place = place
        self._ended = False
        self.owner = owner
        self._waiting: asyncio.Future[None] | None = None
        self.topics = topics

    def wake(self) -> None:
        """Let `next` look again."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def end(self) -> None:
        """Let `next` answer nothing more."""
        self._ended = True
        self.wake()

    async def next(self) -> bytes:
        """The next frames, as soon as there are any; empty once the stream ended."""
        while not (self._feed.closed or self._ended):
            frames = self._read()
            if frames:
                return frames
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return b""

    def close(self) -> None:
        """Leave."""
        self._feed.forget(self)

    def _read(self) -> bytes:
        entries = self._feed.since(self._place)
        self._place = self._feed.last
        if entries is None:
            return frame("snapshot", self._feed.position, "{}")
        return b"".join(map(self._frame, entries))

    def _frame(self, entry: _Entry) -> bytes:
        if entry.changed.many:
            return entry.full
        mine = self.topics & entry.changed.topics
        if BOARD not in self.topics:
            return self._told(entry, entry.changed.narrowed(mine)) if mine else b""
        board = entry.full if entry.changed.work else b""
        own = mine - entry.changed.for_boards.topics
        return board + self._told(entry, entry.changed.narrowed(own)) if own else board

    def _told(self, entry: _Entry, changed: Changed) -> bytes:
        return frame("change", self._feed.event_id(entry.number), changed.as_json())


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it is gone; what it died of before is logged."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    except Exception:  # noqa: BLE001  (whatever it is: others are to be stopped)
        _log.exception("task_died", task=task.get_name())
