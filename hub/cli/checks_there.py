"""Checks of what runs: the hub, the database, the broker."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from events.ids import CONFIGURATION
from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.migrate import revisions
from hub.adapters.postgres.recorder import open_recorder
from hub.bootstrap.first_configuration import first_configuration
from hub.bootstrap.setting_up import wanted_topics_of
from hub.cli import checks_keys
from hub.cli.finding import Finding
from hub.cli.running import Running, starter
from hub.domain.configuration import Configuration, fold
from hub.domain.documents import checked
from hub.runtime.clock import SystemClock
from hub.runtime.servers.probe import cluster_id_of
from hub.runtime.settings import Settings

__all__ = ["broker", "database", "hub"]

OLDEST_POSTGRES: Final = 14
SKEW: Final = timedelta(seconds=2)
CONNECT_SECONDS: Final = 3


def hub(data_dir: Path, run: Running | None) -> Finding:
    """Whether a hub runs on these data, and whether its web answers."""
    if run is None:
        return _off("hub", f"not running on {data_dir}", data_dir)
    if not run.url:
        return Finding("warn", "hub", f"process {run.pid} is starting", "wait a little")
    try:
        answer = httpx.get(f"{run.url}/health", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        found = f"{run.url} does not answer ({type(error).__name__})"
        return Finding("fail", "hub", found, "look into logs/web.log")
    found = f"{run.url} answers {answer.status_code}; data in {data_dir}"
    if answer.is_success:
        return Finding("ok", "hub", found)
    return Finding("fail", "hub", found, "look into logs/web.log")


def _off(name: str, found: str, data_dir: Path) -> Finding:
    return Finding("off", name, found, f"start with {starter(data_dir)}")


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, new enough, migrated, and in step with our clock."""
    dsn = settings.database
    if not dsn:
        yield _off("database", "not running", settings.data_dir)
        return
    try:
        with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS) as connection:
            yield _version(connection)
            yield _clock(connection)
        migrations = _migrations(dsn)
        yield migrations
        if migrations.state == "ok":
            yield checks_keys.sealing(settings)
            yield from _configuration(settings, dsn)
    except psycopg.Error as error:
        found = (str(error).splitlines() or ["no answer"])[0]
        yield Finding(
            "fail", "database", found, "start it, or correct TOUCHLINE_DATABASE"
        )


def _version(connection: psycopg.Connection[Any]) -> Finding:
    version = connection.info.server_version // 10000
    found = f"PostgreSQL {version}"
    if version < OLDEST_POSTGRES:
        todo = f"upgrade to PostgreSQL {OLDEST_POSTGRES} or newer"
        return Finding("fail", "database", found, todo)
    return Finding("ok", "database", found)


def _clock(connection: psycopg.Connection[Any]) -> Finding:
    clock = SystemClock()
    before = clock.now()
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    after = clock.now()
    theirs: datetime = row[0] if row else after
    skew = abs(theirs - (before + (after - before) / 2))
    found = f"{skew.total_seconds():.3f} s from the database's"
    if skew > SKEW:
        todo = "let both machines take their time from NTP"
        return Finding("fail", "clock", found, todo)
    return Finding("ok", "clock", found)


def _migrations(dsn: str) -> Finding:
    current, wanted = revisions(dsn)
    if current == wanted:
        return Finding("ok", "migrations", f"revision {current}")
    found = f"at {current or 'nothing'}, this release needs {wanted}"
    return Finding("fail", "migrations", found, "run touchline migrate")


def _configuration(settings: Settings, dsn: str) -> Iterator[Finding]:
    """Whether the settings' queues are those in force, where they name any."""
    if "queues" not in settings.model_fields_set:
        return
    recorder = open_recorder(dsn)
    with (
        closing(recorder.datastore),
        PostgresCommandStore(recorder, SystemClock()).command() as unit,
    ):
        state = fold(unit.history(CONFIGURATION))
    if not state.version:
        return
    odd = sorted(_different(settings, state))
    if odd:
        found = f"queues differ from those of the settings: {', '.join(odd)}"
        todo = (
            "edit them on /settings/queues or by touchline config; the settings' queues"
            " counted once, at the first start"
        )
        yield Finding("warn", "configuration", found, todo)
    else:
        yield Finding("ok", "configuration", f"{state.version} changes so far")


def _different(settings: Settings, state: Configuration) -> set[str]:
    wanted = {
        name: checked(kind, name, given, settings.default_region).stored()
        for (kind, name), given in first_configuration(settings).items()
        if kind == "queue"
    }
    return {name for name, _ in wanted.items() ^ state.items("queue").items()}


def broker(settings: Settings) -> Iterator[Finding]:
    """Reachable, and with the topics that we need."""
    if not settings.kafka:
        yield _off("broker", "not running", settings.data_dir)
        return
    cluster = cluster_id_of(settings.kafka.split(",")[0])
    if cluster is None:
        todo = "start it, or correct TOUCHLINE_KAFKA"
        yield Finding("fail", "broker", f"{settings.kafka} does not answer", todo)
        return
    yield Finding("ok", "broker", f"{settings.kafka}, cluster {cluster}")
    yield asyncio.run(_topics(settings))


async def _topics(settings: Settings) -> Finding:
    wanted = {topic.name for topic in wanted_topics_of(settings)}
    try:
        found = await _partitions(str(settings.kafka), sorted(wanted))
    except KafkaError as error:
        todo = "look into the broker's log"
        return Finding("fail", "topics", type(error).__name__, todo)
    missing = sorted(wanted - found.keys())
    if missing:
        todo = "run touchline migrate"
        return Finding("fail", "topics", f"missing: {', '.join(missing)}", todo)
    return _shares(found, settings.partitions)


def _shares(found: dict[str, int], wanted: int) -> Finding:
    odd = [f"{name} has {count}" for name, count in found.items() if count != wanted]
    if odd:
        todo = f"set TOUCHLINE_PARTITIONS to that, or make it {wanted} in Kafka"
        return Finding("fail", "topics", "; ".join(odd), todo)
    return Finding("ok", "topics", f"{len(found)} with {wanted} partitions each")


async def _partitions(bootstrap_servers: str, names: list[str]) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        described = await admin.describe_topics([n for n in names if n in existing])
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described}
