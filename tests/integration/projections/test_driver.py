"""The driver on PostgreSQL: rows and watermarks move together, once."""

import asyncio
import json

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from hub.application import token
from projections import parking
from projections.catalog import ALL, BY_NAME
from projections.driver import CHANNEL, Driver, Gap, UnavailableError
from projections.queries.waiting import wait_for
from tests.integration.projections.readmodels import failing, unstorable
from tests.integration.projections.traffic import live_through
from tests.unit.domain.touchpoints import BEN, call, mail

BOARD = BY_NAME["queue_board"]


async def test_events_become_rows_and_watermarks(hub, models):
    hub.take_in(mail("<1@a>"), call("c1", "ringing"))
    outcome = await models.driver.apply(hub.stored())
    assert outcome.gaps == []
    last = {s.slice: s.position for s in hub.stored()}
    for projection in ALL:
        marks = await models.marks(projection)
        assert {s: p for s, p in marks.items() if p} == last
    rows = await models.rows("SELECT channel FROM touchline_views.queue_board_v1")
    assert sorted(rows) == [("email",), ("phone",)]


async def test_duplicates_change_nothing(hub, models):
    hub.take_in(mail("<1@a>"), mail("<2@a>"))
    stored = hub.stored()
    await models.driver.apply([*stored, *stored])
    before = await models.sums()
    assert (await models.driver.apply(stored)).applied == 0
    assert await models.sums() == before


async def test_a_gap_is_reported_and_nothing_behind_it_is_applied(hub, models):
    hub.take_in(mail("<1@a>"), mail("<2@a>"))
    stored = hub.stored()
    slice_ = stored[0].slice
    mine = [s for s in stored if s.slice == slice_]
    outcome = await models.driver.apply(mine[1:])
    assert outcome.gaps == [Gap(slice_, 0, mine[1].position)]
    assert set((await models.marks()).values()) == {0}


async def test_chunks_of_any_size_and_slices_in_any_order_give_the_same(hub, models):
    await live_through(hub, seed=1, rounds=3)
    stored = hub.stored()
    by_slice = sorted(stored, key=lambda s: (-s.slice, s.position))
    for start in range(0, len(by_slice), 7):
        chunk = by_slice[start : start + 7]
        assert (await models.driver.apply([*chunk, *chunk[:3]])).gaps == []
    live = await models.sums()
    proofs = await models.rebuild().run(progress=lambda _: None)
    assert {p.projection: p.rebuilt for p in proofs} == live


async def test_an_event_that_raises_parks_its_stream_and_no_other(hub, models):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    stored = hub.stored()
    bad = next(s for s in stored if s.type_name == "touchline.InteractionOpened.v1")
    board = failing(BOARD, lambda f: f.record.event_id == bad.event_id, KeyError("x"))
    driver = models.another([board])
    await driver.apply(stored)
    await hub.desk.take(bad.stream, "ana")
    await driver.apply(hub.stored())
    parked = await models.rows(
        "SELECT event_id, reason FROM touchline_views.parked_events ORDER BY position"
    )
    behind = (hub.stored()[-1].event_id, "behind a parked event of its stream")
    assert parked == [(bad.event_id, "KeyError: 'x'"), behind]
    assert len(await models.rows("SELECT 1 FROM touchline_views.queue_board_v1")) == 1


async def test_given_more_parked_streams_than_the_limit_then_the_projection_stops(
    hub, models, monkeypatch
):
    # Given: a projection that can apply nothing, and as much of it as may be parked
    monkeypatch.setattr(parking, "LIMIT", 2)
    others = [p for p in ALL if p is not BOARD]
    driver = models.another([*others, failing(BOARD, lambda _: True, KeyError("x"))])
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    await driver.apply(hub.stored())
    assert driver.stopped == set()
    parked = "SELECT count(DISTINCT stream) FROM touchline_views.parked_events"
    assert await models.rows(parked) == [(2,)]

    # When
    await hub.desk.take(hub.interactions()[0], "ana")
    await driver.apply(hub.stored())
    within = driver.stopped.copy()
    hub.take_in(mail("<3@c>", "cleo@example.org"))
    await driver.apply(hub.stored())

    # Then
    assert (within, driver.stopped) == (set(), {BOARD.key})
    ((reason,),) = await models.rows(
        "SELECT reason FROM touchline_views.stopped_projections"
    )
    assert "3 parked streams, more than 2: mend it" in reason
    assert await models.rows(parked) == [(2,)]
    last = hub.stored()[-1]
    assert (await models.marks(others[0]))[last.slice] == last.position


async def test_a_bug_in_one_projection_stops_only_that_one(hub, models):
    others = [p for p in ALL if p is not BOARD]
    driver = models.another([*others, unstorable(BOARD)])
    hub.take_in(mail("<1@a>"))
    await driver.apply(hub.stored())
    assert driver.stopped == {BOARD.key}
    ((stopped,),) = await models.rows(
        "SELECT projection FROM touchline_views.stopped_projections"
    )
    assert stopped == BOARD.key
    assert set((await models.marks(BOARD)).values()) == {0}
    assert any((await models.marks(others[0])).values())


async def test_a_stopped_projection_goes_on_when_its_bug_is_gone(hub, models):
    driver = models.another([unstorable(BOARD)])
    hub.take_in(mail("<1@a>"))
    await driver.apply(hub.stored())
    await models.driver.prepare()
    assert await models.rows("SELECT 1 FROM touchline_views.stopped_projections") == []
    await models.catch_up()
    assert len(await models.rows("SELECT 1 FROM touchline_views.queue_board_v1")) == 1


async def test_catching_up_with_a_stopped_projection_ends(hub, models):
    models.driver.stopped = {p.key for p in ALL}
    hub.take_in(mail("<1@a>"))
    assert await models.catch_up() == 0
    models.driver.stopped = {BOARD.key}
    assert await models.catch_up() > 0
    assert set((await models.marks(BOARD)).values()) == {0}


async def test_two_drivers_at_once_give_the_same_rows(hub, models):
    await live_through(hub, seed=2, rounds=4)
    stored, other = hub.stored(), models.another()

    async def live():
        for start in range(0, len(stored), 11):
            gaps = (await other.apply(stored[start : start + 11])).gaps
            assert gaps == []

    await asyncio.gather(live(), models.catch_up())
    sums = await models.sums()
    proofs = await models.rebuild().run(progress=lambda _: None)
    assert {p.projection: p.rebuilt for p in proofs} == sums


async def test_an_unreachable_database_is_unavailable_and_stops_nothing(hub, models):
    engine = create_async_engine("postgresql+psycopg://x@127.0.0.1:1/x")
    driver = Driver(engine, ALL, models.driver.opening, hub.clock)
    hub.take_in(mail("<1@a>"))
    with pytest.raises(UnavailableError):
        await driver.apply(hub.stored())
    assert driver.stopped == set()
    await engine.dispose()


async def test_a_command_can_wait_for_its_own_rows(hub, models):
    hub.take_in(mail("<1@a>"))
    await models.catch_up()
    taken = token.decode(await hub.desk.take(hub.interactions()[0], "ana"))
    waiting = asyncio.ensure_future(
        wait_for(models.engine.connect, taken, [BOARD.key], 20)
    )
    await models.catch_up()
    assert await waiting
    ((agent,),) = await models.rows("SELECT agent FROM touchline_views.queue_board_v1")
    assert agent == "ana"


async def test_live_views_are_told_what_changed(hub, models, database):
    import psycopg  # noqa: PLC0415

    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as ears:
        await ears.execute(f"LISTEN {CHANNEL}")
        hub.take_in(call("c1", "ringing", agent="ana"))
        await models.driver.apply(hub.stored())
        heard = [n.payload async for n in ears.notifies(timeout=20, stop_after=1)]
    assert hub.interactions()[0].hex in heard[0]
    assert json.loads(heard[0])["agent"] == ["ana"]
