"""What comes after the demo's day."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from hub.cli.demo.content import scene
from hub.cli.demo.place import Place
from hub.cli.demo.present import Pace, Present
from hub.runtime.clock import FixedClock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONCE, NEVER = (0, 0), (3600, 3600)


class Provider:
    """Tells of calls until an event `until` is due, which never comes."""

    def __init__(self, until="", *, takes=True):
        self.until, self.takes, self.told = until, takes, []
        self.waits, self.hung_up = asyncio.Event(), asyncio.Event()

    async def deliver(self, arrival):
        if arrival.connector == "phone":
            await self._deliver(json.loads(arrival.raw.data))
        return self.takes

    async def _deliver(self, event):
        if event["event"] == self.until:
            self.waits.set()
            await asyncio.Event().wait()
        self.told.append((event["call_id"], event["event"]))
        if event["event"] == "hangup":
            self.hung_up.set()


@asynccontextmanager
async def started(folder, provider, arrivals=NEVER):
    """The demo inside the block, on what it kept; its first conversation is a call."""
    place = Place.opened(folder)
    place.told = next(n for n, one in enumerate(scene().later) if one.steps[0].call)
    present = Present(scene(), place, FixedClock(NOW), provider, Pace(arrivals))
    running = asyncio.create_task(present.run())
    async with asyncio.timeout(10):
        yield place
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("stops_before", ["answer", "hangup"])
async def test_given_a_call_under_way_when_the_demo_stops_its_next_start_ends_it(
    tmp_path, stops_before
):
    before, after = Provider(stops_before), Provider()
    async with started(tmp_path, before, AT_ONCE):
        await before.waits.wait()
    async with started(tmp_path, after):
        await after.hung_up.wait()

    call, _ = before.told[0]
    assert after.told == [(call, "ring"), (call, "answer"), (call, "hangup")]
    assert Place.opened(tmp_path).calls == {}


async def test_when_it_stops_then_nothing_is_delivered_any_more(tmp_path):
    provider = Provider("answer")
    before = asyncio.all_tasks()
    async with started(tmp_path, provider, AT_ONCE):
        await provider.waits.wait()
    async with asyncio.timeout(10):
        await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)
    assert {event for _, event in provider.told} == {"ring"}


async def test_given_a_connector_that_takes_nothing_then_the_call_is_kept(tmp_path):
    first, nobody = Provider("answer"), Provider(takes=False)
    async with started(tmp_path, first, AT_ONCE):
        await first.waits.wait()
    kept = Place.opened(tmp_path).calls
    async with started(tmp_path, nobody):
        await nobody.hung_up.wait()
    assert Place.opened(tmp_path).calls == kept
