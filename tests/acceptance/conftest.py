"""One running hub for all tests that do no harm to it; others start their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.runtime.servers.choose import why_not_kafka
from hub.runtime.settings import Settings
from tests.acceptance.road import TOGETHER, Road


@pytest.fixture
def folder_for_servers() -> Iterator[Path]:
    """A folder of its own; not pytest's, which no other user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def needs_kafka() -> None:
    """Skip where Apache Kafka cannot run: these tests need topics that stay."""
    if reason := why_not_kafka(Settings()):
        pytest.skip(f"not applicable: needs a broker that keeps topics. {reason}")


@pytest.fixture(scope="session")
def road() -> Iterator[Road]:
    """A running hub that several tests share."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
    with Road(folder, TOGETHER) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)
