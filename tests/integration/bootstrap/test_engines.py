"""Engines: what they ask of PostgreSQL for each of their connections."""

import sqlalchemy as sa

from hub.bootstrap.engines import engine_of, reading_engine_of
from hub.runtime.settings import Settings


async def shown(engine, name):
    async with engine.connect() as connection:
        found = await connection.scalar(sa.text(f"SHOW {name}"))
    await engine.dispose()
    return found


async def test_queries_are_planned_for_what_is_asked_now(database):
    settings = Settings(database=database)
    reading, writing = reading_engine_of(settings), engine_of(settings)
    assert await shown(reading, "plan_cache_mode") == "force_custom_plan"
    assert await shown(writing, "plan_cache_mode") == "auto"


async def test_options_of_the_address_stay(database):
    settings = Settings(database=f"{database}?options=-c%20work_mem%3D7MB")
    assert await shown(reading_engine_of(settings), "work_mem") == "7MB"
    assert await shown(reading_engine_of(settings), "plan_cache_mode") != "auto"
