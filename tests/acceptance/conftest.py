"""One running hub for all tests that do no harm to it; others start their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.runtime.servers import jars
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
    ready = jars.jars_present() or jars.maven_available()
    if not (jars.java_available() and ready):
        pytest.skip("not applicable: needs Apache Kafka, so Java and its jars or Maven")


@pytest.fixture(scope="session")
def road(needs_kafka: None) -> Iterator[Road]:
    """A running hub that several tests share."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
    with Road(folder, TOGETHER) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)
