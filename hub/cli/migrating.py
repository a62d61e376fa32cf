"""Brings tables and topics up to date, with servers started for it if need be."""

import asyncio

from hub.bootstrap.setting_up import create_topics, migrate
from hub.cli.running import settings_in_force, starter
from hub.runtime.servers.choose import start_database
from hub.runtime.settings import Settings

__all__ = ["run"]


def run() -> dict[str, str]:
    """Migrate what can be reached; says in words what was done."""
    settings = settings_in_force()
    database = start_database(settings)
    try:
        reachable = settings.model_copy(update={"database": database.dsn})
        migrate(reachable)
    finally:
        database.stop()
    return {"database": "up to date", "topics": _topics(settings)}


def _topics(settings: Settings) -> str:
    if not settings.kafka:
        start = starter(settings.data_dir)
        return f"left alone: no broker is running; `{start}` creates them"
    asyncio.run(create_topics(settings))
    return "up to date"
