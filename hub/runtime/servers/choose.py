"""Decides which database and broker to use: the one given, else one of our own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hub.runtime.servers import jars
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.kafka import ApacheKafka
from hub.runtime.servers.postgres import EmbeddedPostgres
from hub.runtime.servers.tansu import Tansu
from hub.runtime.settings import Settings

IN_MEMORY = (
    "The embedded broker keeps its topics in memory: touchpoints that are not yet "
    "in the event store, and replies not yet sent, are lost when it stops. "
    "Everything in the event store stays."
)


@dataclass(frozen=True, slots=True)
class RunningDatabase:
    """A database to use, and how to let go of it.

    Attributes:
        dsn: a libpq URL or connection string.
        stop: ends the server if this process started it; otherwise does nothing.
    """

    dsn: str
    stop: Callable[[], None]


@dataclass(frozen=True, slots=True)
class RunningBroker:
    """A broker to use, and how to let go of it.

    Attributes:
        bootstrap: hosts and ports for clients.
        kind: whether it was given to us, or what we started.
        durable: whether topics survive a restart, as far as we know.
        stop: ends the broker if this process started it; otherwise does nothing.
        note: what an operator should know about the choice; may be empty.
    """

    bootstrap: str
    kind: Literal["given", "kafka", "tansu"]
    durable: bool
    stop: Callable[[], None]
    note: str = ""


def start_database(settings: Settings) -> RunningDatabase:
    """Return the database that was given, else start an embedded PostgreSQL.

    Raises:
        ServerError: if it does not start.
    """
    if settings.database:
        return RunningDatabase(settings.database, _leave_alone)
    server = EmbeddedPostgres.start(settings.data_dir / "postgres")
    return RunningDatabase(server.dsn, server.stop)


def start_broker(settings: Settings) -> RunningBroker:
    """Return the broker that was given, else start the best one that can run here.

    Raises:
        ServerError: if it does not start.
    """
    if settings.kafka:
        return RunningBroker(settings.kafka, "given", durable=True, stop=_leave_alone)
    reason = why_not_kafka(settings) or _why_not_fetched()
    if reason:
        return _start_tansu(settings, reason)
    server = ApacheKafka.start(settings.data_dir / "kafka")
    return RunningBroker(server.bootstrap, "kafka", durable=True, stop=server.stop)


def why_not_kafka(settings: Settings) -> str:
    """Return a sentence on why Apache Kafka will not be started; empty if it will.

    Nothing is fetched to find out: that its jars can be fetched is taken for granted.
    """
    if settings.embedded:
        return "It was asked for."
    if not jars.java_available():
        return "Apache Kafka needs Java, which is not installed."
    if not jars.jars_present() and not jars.maven_available():
        return "Apache Kafka's jars are not here, and neither is Maven to fetch them."
    return ""


def _why_not_fetched() -> str:
    try:
        jars.ensure_jars()
    except ServerError as error:
        return str(error)
    return ""


def _start_tansu(settings: Settings, reason: str) -> RunningBroker:
    server = Tansu.start(settings.data_dir / "tansu")
    note = f"{IN_MEMORY} {reason}"
    return RunningBroker(
        server.bootstrap, "tansu", durable=False, stop=server.stop, note=note
    )


def _leave_alone() -> None:
    """Stop nothing: whoever started the server looks after it."""
