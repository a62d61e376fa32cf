"""Search among a million messages: how long what a palette asks for takes.

Words are drawn by how frequent they are, down to the first two letters of one.
"""

import asyncio
import random
import statistics
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.bootstrap.engines import reading_engine_of
from hub.runtime.settings import Settings
from projections.queries import search
from projections.queries.search import Filters
from projections.queries.wanted import understood
from tests.bench.haystack import EVERYWHERE, FORMER, WORDS, fill, word
from tests.bench.place import place
from tests.bench.results import Results

MESSAGES = 1_000_000

_ANY = Filters()


def measure(results: Results, *, quick: bool) -> None:
    """p50 and p99 over 1,000 searches of all kinds, one after another."""
    messages = MESSAGES // 10 if quick else MESSAGES
    with place() as here:
        # The broker is not needed, and its process shall not count.
        here.servers["kafka"].suspend()
        try:
            fill(here.dsn, messages)
            asyncio.run(_measure(results, here.settings))
        finally:
            here.servers["kafka"].resume()


async def _measure(results: Results, settings: Settings) -> None:
    engine = reading_engine_of(settings)
    chance = random.Random(7)
    try:
        asked = [_asked(chance) for _ in range(1100)]
        taken = [await _search(engine, text) for text in asked][100:]
        former = [await _search(engine, FORMER) for _ in range(20)]
        mine = Filters(agent="agent7")
        filtered = [await _search(engine, EVERYWHERE, mine) for _ in range(20)]
    finally:
        await engine.dispose()
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    results.add("search_p50_ms", cuts[49], "ms")
    results.add("search_p99_ms", cuts[98], "ms")
    results.add("search_former_ms", statistics.median(former), "ms")
    results.add("search_mine_ms", statistics.median(filtered), "ms")


def _asked(chance: random.Random) -> str:
    """What somebody types: words of any frequency, their beginnings, a number."""
    some = [word(int(WORDS ** chance.random())) for _ in range(chance.randint(1, 3))]
    match chance.randrange(8):
        case 0:
            return some[0][:2]
        case 1:
            return EVERYWHERE
        case 2:
            return f"{EVERYWHERE} {some[0]}"
        case 3:
            return f"#{chance.randint(1000, 300_000)}"
        case 4:
            return f"person{chance.randint(1, 200_000)}@example.org"
        case 5:
            return some[0]
        case _:
            return " ".join(some)


async def _search(
    engine: AsyncEngine,
    text: str,
    filters: Filters = _ANY,
) -> float:
    began = time.perf_counter()
    async with engine.connect() as connection:
        await search.everything(connection, understood(text, "DE"), filters)
    return (time.perf_counter() - began) * 1000
