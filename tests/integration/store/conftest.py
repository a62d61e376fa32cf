import pytest

from tests.integration.store.hub import Hub


@pytest.fixture
def hub(database):
    made = Hub(database)
    yield made
    made.close()
