import uuid

import pytest
from structlog.testing import capture_logs

from tests.conftest import _administer, _dsn
from tests.integration.streams.road import Road


@pytest.fixture(scope="module")
def road(postgres_server, template_database, kafka_server, tmp_path_factory):
    """One road for a module: the topics have fixed names, and tests add to them."""
    if kafka_server.kind == "tansu":
        pytest.skip("needs a broker that deletes topics")
    name = f"road_{uuid.uuid4().hex}"
    _administer(
        postgres_server, "CREATE DATABASE {} TEMPLATE {}", name, template_database
    )
    folder = tmp_path_factory.mktemp("road")
    made = Road(_dsn(postgres_server, name), kafka_server.bootstrap, folder)
    try:
        with capture_logs():
            yield made.open()
    finally:
        made.close()
        _administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)
