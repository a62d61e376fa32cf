"""Rebuilt equals live: in every row and column, at whatever watermarks."""

import asyncio

import pytest

from projections.catalog import ALL, BY_NAME
from tests.integration.projections.readmodels import failing
from tests.integration.projections.traffic import live_through
from tests.unit.domain.touchpoints import BEN, at, call, mail

BOARD = BY_NAME["queue_board"]


def quiet(_events):
    pass


async def proven(models, projections=ALL):
    proofs = await models.rebuild(projections).run(progress=quiet)
    assert [p.projection for p in proofs] == [p.name for p in projections]
    return {p.projection: p.equal for p in proofs}


@pytest.mark.parametrize("seed", [3, 4])
async def test_rebuilt_equals_live_after_a_mixed_day(hub, models, seed):
    await live_through(hub, seed)
    await models.catch_up()
    assert await proven(models) == {p.name: True for p in ALL}


async def test_rebuilt_equals_live_in_mid_flight(hub, models):
    await live_through(hub, seed=5, rounds=4)
    stored = hub.stored()
    await models.driver.apply(stored[: len(stored) // 2])
    await models.another([BOARD]).apply(stored[: 2 * len(stored) // 3])
    assert len(set((await models.marks()).values())) > 10
    assert await models.marks() != await models.marks(BOARD)
    assert await proven(models) == {p.name: True for p in ALL}


async def test_the_proof_shows_a_row_that_is_not_what_it_should_be(hub, models):
    hub.take_in(mail("<1@a>"))
    await models.catch_up()
    async with models.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE touchline_views.queue_board_v1 SET subject = 'changed'"
        )
    equal = await proven(models)
    assert [name for name, same in equal.items() if not same] == ["queue_board"]


async def test_a_cancelled_rebuild_goes_on_where_it_was(hub, models):
    await live_through(hub, seed=6, rounds=3)
    await models.catch_up()
    begun = asyncio.Event()

    def cancel_after_the_first_batch(_events):
        begun.set()

    first = asyncio.ensure_future(
        models.rebuild().run(workers=1, progress=cancel_after_the_first_batch)
    )
    await begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    rest = []
    proofs = await models.rebuild().run(progress=rest.append)
    assert all(p.equal for p in proofs)
    assert 0 < sum(rest) < len(hub.stored())


async def test_a_rebuild_while_live_goes_on_proves_the_moment_it_pinned(hub, models):
    await live_through(hub, seed=7, rounds=3)
    await models.catch_up()
    await live_through(hub, seed=8, rounds=1)
    both = await asyncio.gather(models.rebuild().run(progress=quiet), models.catch_up())
    assert all(proof.equal for proof in both[0])


async def test_rows_do_not_depend_on_the_databases_time_zone(hub, models):
    hub.take_in(call("c1", "ringing"), call("c1", "answered", when=at(minutes=1)))
    await in_zone(models, "Pacific/Kiritimati")
    await models.catch_up()
    await in_zone(models, "America/New_York")
    assert await proven(models) == {p.name: True for p in ALL}


async def in_zone(models, zone):
    """Every new session of the database has another zone."""
    ((name,),) = await models.rows("SELECT current_database()")
    async with models.engine.begin() as connection:
        sql = f"ALTER DATABASE {name} SET timezone = '{zone}'"
        await connection.exec_driver_sql(sql)
    await models.engine.dispose()
    await models.source.pool.drain()


async def test_parked_streams_are_told_with_the_proof(hub, models):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    bad = hub.interactions()[0]
    models.driver.projections = [
        failing(BOARD, lambda f: f.record.stream == bad, ValueError("x"))
    ]
    await models.catch_up()
    (proof,) = await models.rebuild([BOARD]).run(progress=quiet)
    assert (proof.parked, proof.equal) == (1, False)


async def test_nothing_is_left_after_discarding(hub, models):
    hub.take_in(mail("<1@a>"))
    await models.catch_up()
    await proven(models)
    await models.rebuild().discard()
    gone = "SELECT 1 FROM pg_namespace WHERE nspname = 'touchline_rebuild'"
    assert await models.rows(gone) == []


async def test_how_much_lies_ahead_is_told_first(hub, models):
    hub.take_in(*(mail(f"<{n}@a>", f"p{n}@example.org") for n in range(40)))
    await models.catch_up()
    told = []
    await models.rebuild().run(begin=told.append, progress=quiet)
    assert told == [len(hub.stored())]
