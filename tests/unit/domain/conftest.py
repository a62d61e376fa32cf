import pytest

from tests.unit.domain.story import Story


@pytest.fixture
def story():
    return Story()
