"""Several web processes know of each other whom they see."""

import json
from contextlib import aclosing
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from hub.adapters.postgres.changes import PostgresChanges
from hub.adapters.postgres.presence import PostgresAttendance
from hub.application.intake import StoreUnavailableError
from hub.application.presence import FORGOTTEN_AFTER, Seat

HERE, WRITING, GONE = False, True, None
FIRST, SECOND = uuid4(), uuid4()
KEY, OTHER = uuid4(), uuid4()
ANA, BEN = Seat(KEY, "ana"), Seat(KEY, "ben")


@pytest.fixture
async def attendance(pool):
    made = PostgresAttendance(pool)
    for process in (FIRST, SECOND):
        await made.alive(process)
    return made


@pytest.fixture
async def heard(database):
    """What is announced from now on, in order."""
    async with aclosing(PostgresChanges(database).listen()) as payloads:
        await anext(payloads)

        async def until(mark):
            """The announced interactions before a mark."""
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("SELECT pg_notify('touchline_views', %s)", (mark,))
            found = []
            while (payload := await anext(payloads)) != mark:
                found += json.loads(payload)["presence"]
            return found

        yield until


async def test_people_of_all_processes_are_seen_by_others(attendance):
    await attendance.tell(FIRST, {ANA: HERE, Seat(OTHER, "eva"): HERE})
    await attendance.tell(SECOND, {BEN: WRITING})
    assert await attendance.others(ANA) == {"ben": True}
    assert await attendance.others(BEN) == {"ana": False}
    await attendance.tell(SECOND, {BEN: GONE})
    assert await attendance.others(ANA) == {}


async def test_who_writes_in_one_of_two_windows_writes(attendance):
    await attendance.tell(FIRST, {BEN: HERE})
    await attendance.tell(SECOND, {BEN: WRITING})
    assert await attendance.others(ANA) == {"ben": True}


async def test_only_interactions_with_somebody_else_are_announced(attendance, heard):
    await attendance.tell(FIRST, {ANA: HERE, Seat(OTHER, "eva"): HERE})
    assert await heard("alone") == []
    await attendance.tell(SECOND, {BEN: HERE})
    assert await heard("together") == [KEY.hex]
    await attendance.tell(SECOND, {BEN: GONE})
    assert await heard("left") == [KEY.hex]
    await attendance.tell(FIRST, {ANA: GONE})
    assert await heard("all gone") == []


async def test_many_at_once_are_announced_in_parts(attendance, heard):
    keys = [uuid4() for _ in range(450)]
    await attendance.tell(FIRST, {Seat(key, "ana"): HERE for key in keys})
    await attendance.tell(SECOND, {Seat(key, "ben"): HERE for key in keys})
    assert sorted(await heard("done")) == sorted(key.hex for key in keys)


async def test_a_process_that_ends_takes_its_people_along(attendance, heard):
    await attendance.tell(FIRST, {ANA: HERE})
    await attendance.tell(SECOND, {BEN: HERE})
    await heard("both")
    await attendance.leave(SECOND)
    assert await attendance.others(ANA) == {}
    assert await heard("left") == [KEY.hex]


async def test_a_process_that_died_is_forgotten_by_itself(attendance, database, heard):
    await attendance.tell(FIRST, {ANA: HERE})
    await attendance.tell(SECOND, {BEN: HERE})
    await heard("both")
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE touchline_presence.processes SET seen_at = seen_at - %s"
            " WHERE process = %s",
            (timedelta(seconds=FORGOTTEN_AFTER), SECOND),
        )
    assert await attendance.others(ANA) == {}
    assert await attendance.alive(FIRST) is False
    assert await heard("forgotten") == [KEY.hex]
    assert await attendance.alive(SECOND) is True


async def test_a_process_that_a_broken_down_database_forgot_is_told_so(
    attendance, database
):
    with psycopg.connect(database) as connection:
        connection.execute("TRUNCATE touchline_presence.processes CASCADE")
    with pytest.raises(StoreUnavailableError, match="forgotten"):
        await attendance.tell(FIRST, {ANA: HERE})
    assert await attendance.alive(FIRST) is True
    await attendance.tell(FIRST, {ANA: HERE})
    assert await attendance.others(BEN) == {"ana": False}
