"""Which servers are used, by what was given and what this machine can run."""

import psycopg
import pytest

from hub.runtime.servers import choose, jars
from hub.runtime.servers.errors import ServerError
from hub.runtime.settings import Settings


@pytest.fixture(autouse=True)
def nothing_is_set(no_settings):
    """These tests give every setting themselves."""


def test_servers_that_were_given_are_left_alone(folder):
    settings = Settings(data_dir=folder, database="dsn", kafka="broker:9092")
    database, broker = choose.start_database(settings), choose.start_broker(settings)
    assert (database.dsn, broker.bootstrap, broker.kind) == (
        "dsn",
        "broker:9092",
        "given",
    )
    database.stop()
    broker.stop()
    assert list(folder.iterdir()) == []


def test_without_a_database_one_is_started_in_the_data_folder(folder):
    database = choose.start_database(Settings(data_dir=folder))
    with psycopg.connect(database.dsn) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    database.stop()
    assert (folder / "postgres" / "cluster").is_dir()


def test_embedded_starts_the_broker_in_memory_and_says_so(folder, nothing_runs):
    broker = choose.start_broker(Settings(data_dir=folder, embedded=True))
    assert (broker.kind, broker.durable) == ("tansu", False)
    assert "in memory" in broker.note
    broker.stop()
    nothing_runs()


@pytest.mark.parametrize(
    ("java", "maven", "said"),
    [(False, True, "needs Java"), (True, False, "neither is Maven")],
)
def test_without_java_or_jars_the_note_tells_why(
    folder, monkeypatch, java, maven, said
):
    monkeypatch.setattr(jars, "java_available", lambda: java)
    monkeypatch.setattr(jars, "maven_available", lambda: maven)
    monkeypatch.setattr(jars, "jars_present", lambda: False)
    broker = choose.start_broker(Settings(data_dir=folder))
    broker.stop()
    assert broker.kind == "tansu"
    assert said in broker.note


def test_a_fetch_that_fails_falls_back_and_tells_why(folder, monkeypatch):
    def refuse():
        raise ServerError("no way to the repository")

    monkeypatch.setattr(jars, "java_available", lambda: True)
    monkeypatch.setattr(jars, "maven_available", lambda: True)
    monkeypatch.setattr(jars, "ensure_jars", refuse)
    broker = choose.start_broker(Settings(data_dir=folder))
    broker.stop()
    assert "no way to the repository" in broker.note
