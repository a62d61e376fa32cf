"""Reading one's own writes."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from hub.application.token import encode
from projections.bookkeeping import WATERMARKS
from projections.queries.waiting import wait_for


@pytest.fixture
async def connect(url):
    engine = create_async_engine(url, poolclass=NullPool)
    yield engine.connect
    await engine.dispose()


def mark(rows, projection, slice_, position):
    row = {"projection": projection, "slice": slice_, "position": position}
    rows.write(WATERMARKS, row)


async def test_nothing_to_wait_for_is_there(connect):
    assert await wait_for(connect, {}, ["a"], 0)


async def test_every_projection_must_have_come_that_far(connect, rows):
    mark(rows, "a", 3, 10)
    assert await wait_for(connect, {3: 10}, ["a"], 0)
    assert not await wait_for(connect, {3: 11}, ["a"], 0)
    assert not await wait_for(connect, {3: 10}, ["a", "b"], 0)
    mark(rows, "b", 3, 12)
    assert await wait_for(connect, {3: 10}, ["a", "b"], 0)


async def test_a_missing_mark_is_the_beginning(connect, rows):
    mark(rows, "a", 3, 10)
    assert not await wait_for(connect, {3: 10, 4: 1}, ["a"], 0)
    assert await wait_for(connect, {3: 10, 4: 0}, ["a"], 0)


async def test_it_ends_as_soon_as_the_mark_moves(connect, rows):
    mark(rows, "a", 3, 1)
    waiting = asyncio.create_task(wait_for(connect, {3: 2}, ["a"], 10))
    await asyncio.sleep(0)
    rows.run(sa.update(WATERMARKS).values(position=2))
    assert await waiting


async def test_the_api_says_whether_it_caught_up(ana, rows, monkeypatch):
    monkeypatch.setattr("hub.web.reading.PATIENCE", 0.02)
    after = {"after": encode({3: 2})}
    behind = await ana.get("/api/v1/queues", params=after)
    assert behind.headers["touchline-caught-up"] == "false"
    for projection in ("queue_board_v1", "customer_card_v1"):
        mark(rows, projection, 3, 2)
    level = await ana.get("/api/v1/queues", params=after)
    assert level.headers["touchline-caught-up"] == "true"
