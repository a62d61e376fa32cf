"""Bring a database up to this release: once, before any worker starts."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import projections.bookkeeping
import projections.catalog  # noqa: F401  (fills the metadata with all read models)
from hub.adapters.postgres.urls import sqlalchemy_url
from projections.contract import SCHEMA, metadata

_LOCK = 0x746F756368  # "touch": one migration at a time, whoever starts it
_HERE = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def migrate(dsn: str) -> None:
    """Create or upgrade the store, and the tables of this release's projections.

    Safe to run again and by several processes at once.
    """
    engine = sa.create_engine(sqlalchemy_url(dsn))
    try:
        with engine.begin() as connection:
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK}
            )
            for schema in ("touchline_store", SCHEMA):
                connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            metadata.create_all(connection)
    finally:
        engine.dispose()


def revisions(dsn: str) -> tuple[str | None, str | None]:
    """The database's revision and this release's; equal when migrated."""
    engine = sa.create_engine(sqlalchemy_url(dsn))
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"version_table_schema": "touchline_store"}
            )
            current = context.get_current_revision()
    finally:
        engine.dispose()
    return current, ScriptDirectory.from_config(_config()).get_current_head()
