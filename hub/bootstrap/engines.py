"""SQLAlchemy engines, for the roles that read or write read models."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.adapters.postgres.urls import sqlalchemy_url
from hub.bootstrap.parts import database_of
from hub.runtime.settings import Settings


def engine_of(settings: Settings, *, size: int = 10) -> AsyncEngine:
    """A SQLAlchemy engine on the database.

    Parameters never show in error texts: they hold what customers wrote.
    """
    return create_async_engine(
        sqlalchemy_url(database_of(settings)),
        pool_size=size,
        max_overflow=size,
        # The connection used last has its statements prepared.
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def reading_engine_of(settings: Settings) -> AsyncEngine:
    """An engine for queries: each sees what is committed when it runs."""
    return engine_of(settings).execution_options(isolation_level="AUTOCOMMIT")
