"""Servers that are started once per session, and databases that are fresh per test."""

import base64
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings as drawn
from psycopg import sql

from hub.runtime.servers import jars
from hub.runtime.servers.choose import RunningBroker, start_broker, why_not_kafka
from hub.runtime.servers.postgres import EmbeddedPostgres
from hub.runtime.settings import Settings

# How long an example takes says more about the machine than about us.
drawn.register_profile("untimed", deadline=None)
drawn.load_profile("untimed")

TESTS = Path(__file__).parent
KINDS = ("unit", "integration", "acceptance")
SHARED_HUBS = ("road", "shop")
FETCH_TIMEOUT = jars.FETCH_SECONDS + 60
MASTER_KEY = "TOUCHLINE_MASTER_KEY"
# Databases are cloned from one that this key wraps already.
os.environ[MASTER_KEY] = base64.b64encode(b"master key of all of these tests").decode()
NEED_BROKER = {"kafka_server", "road", "own_road", "shop"}

# Nothing that these tests write has to survive a power cut.
FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


def pytest_report_header() -> str:
    """Which broker the tests run on; without Apache Kafka some do not apply."""
    reason = why_not_kafka(Settings())
    if not reason:
        return f"broker: Apache Kafka {jars.KAFKA}"
    return f"broker: embedded, in memory; tests that need more are skipped. {reason}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder; give the first broker time to be fetched.

    Those that start a whole hub come last, and those that share one together.
    """
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in KINDS:
            item.add_marker(folder)
        if item.path.parent == TESTS / "acceptance":
            item.add_marker("hub")
        names = getattr(item, "fixturenames", ())
        if NEED_BROKER.intersection(names) and not jars.jars_present():
            item.add_marker(pytest.mark.timeout(FETCH_TIMEOUT))
    items.sort(key=_hub)


def _hub(item: pytest.Item) -> tuple[bool, int]:
    """Whether a test needs a whole hub, and which of those that are shared."""
    names = getattr(item, "fixturenames", ())
    shared = [n for n, name in enumerate(SHARED_HUBS, 1) if name in names]
    return item.get_closest_marker("hub") is not None, max(shared, default=0)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers; not pytest's, which no other user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the whole session."""
    with EmbeddedPostgres.start(server_folder / "postgres", options=FAST) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedPostgres) -> str:
    """The name of a database with our tables, to clone and never to connect to."""
    # Imported here, so that tests without a database do not depend on it.
    from hub.adapters.postgres.migrate import migrate  # noqa: PLC0415

    name = "template_touchline"
    _administer(postgres_server, "CREATE DATABASE {}", name)
    migrate(_dsn(postgres_server, name))
    _register_master_key(_dsn(postgres_server, name))
    return name


@pytest.fixture
def database(
    postgres_server: EmbeddedPostgres, template_database: str
) -> Iterator[str]:
    """The address of a database with our tables and no rows, gone after the test."""
    name = f"test_{uuid.uuid4().hex}"
    _administer(
        postgres_server, "CREATE DATABASE {} TEMPLATE {}", name, template_database
    )
    yield _dsn(postgres_server, name)
    _administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def kafka_server(server_folder: Path) -> Iterator[RunningBroker]:
    """One broker for the whole session: Apache Kafka, or what `.kind` says."""
    broker = start_broker(Settings(data_dir=server_folder))
    yield broker
    broker.stop()


@pytest.fixture
def kafka(kafka_server: RunningBroker) -> str:
    """The bootstrap address of the session's broker."""
    return kafka_server.bootstrap


@pytest.fixture
def topic_prefix() -> str:
    """The start of this test's own topic and group names."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty current folder, and no setting in the environment but the key."""
    for name in list(os.environ):
        if name.upper().startswith("TOUCHLINE_") and name != MASTER_KEY:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _register_master_key(dsn: str) -> None:
    from hub.adapters.keys.held import HeldKeys  # noqa: PLC0415
    from hub.adapters.keys.masters import begin  # noqa: PLC0415

    with psycopg.connect(dsn) as connection:
        begin(connection, HeldKeys(os.environ[MASTER_KEY], Path("nowhere")))


def _administer(server: EmbeddedPostgres, statement: str, *names: str) -> None:
    quoted = [sql.Identifier(name) for name in names]
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*quoted))


def _dsn(server: EmbeddedPostgres, database: str) -> str:
    return server.dsn.rpartition("/")[0] + f"/{database}"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that runs in this process configures logging for all of it."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**configured)
    root.handlers[:] = handlers
    root.setLevel(level)
