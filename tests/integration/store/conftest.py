import pytest
from structlog.testing import capture_logs

from tests.integration.store.hub import Hub


@pytest.fixture
def hub(database):
    made = Hub(database)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def logged():
    """What was logged, kept from the terminal."""
    with capture_logs() as entries:
        yield entries
