"""A role goes on when what it depends on comes back, and ends with its bugs."""

import asyncio

import psycopg
import pytest
from structlog.testing import capture_logs

from hub.application.intake import StoreUnavailableError
from hub.bootstrap import persistence
from hub.bootstrap.persistence import is_away, persistently


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (StoreUnavailableError(), True),
        (psycopg.OperationalError(), True),
        (ConnectionRefusedError(), True),
        (ValueError(), False),
        (psycopg.ProgrammingError(), False),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_passes_by_itself(error, away):
    assert is_away(error) is away


async def run(*outcomes, stop=None):
    """A role that ends in these ways, one after the other; how often it ran."""
    ways, runs = iter(outcomes), []

    async def role():
        runs.append(1)
        if error := next(ways):
            raise error

    with capture_logs():
        await persistently("intake", role, stop or asyncio.Event())
    return len(runs)


async def test_a_role_starts_again_until_all_is_there(monkeypatch):
    monkeypatch.setattr(persistence, "PAUSES", (0.0,))
    group = ExceptionGroup("both", [StoreUnavailableError(), OSError(), TimeoutError()])
    assert await run(StoreUnavailableError(), ConnectionError(), None) == 3
    with pytest.raises(ExceptionGroup):
        await run(group)


async def test_a_bug_ends_it():
    with pytest.raises(ZeroDivisionError):
        await run(ZeroDivisionError())


async def test_it_does_not_start_when_it_shall_stop():
    stop = asyncio.Event()
    stop.set()
    assert await run(None, stop=stop) == 0
