import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs

from hub.adapters.postgres.migrate import sqlalchemy_url
from hub.adapters.postgres.reader import StoreReader
from tests.integration.projections.readmodels import ReadModels
from tests.integration.store.hub import Hub


@pytest.fixture
def hub(database):
    made = Hub(database, sealed=True)
    yield made
    made.close()


@pytest.fixture
async def models(database, hub):
    """The live driver, the store as its source, and a look into the rows."""
    engine = create_async_engine(sqlalchemy_url(database))
    options = {"autocommit": True}
    async with AsyncConnectionPool(database, kwargs=options, open=False) as pool:
        made = ReadModels(engine, StoreReader(pool), hub.clock)
        await made.driver.prepare()
        yield made
    await engine.dispose()


@pytest.fixture(autouse=True)
def logged():
    """What was logged, kept from the terminal."""
    with capture_logs() as entries:
        yield entries
