"""SQLAlchemy engines, for the roles that read or write read models."""

from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.adapters.postgres.urls import sqlalchemy_url
from hub.bootstrap.parts import database_of
from hub.runtime.settings import Settings

FOR_EACH: Final = "-c plan_cache_mode=force_custom_plan"
"""A plan for what is asked now: one customer has three contacts, another 10,000."""


def engine_of(settings: Settings, *, size: int = 10, options: str = "") -> AsyncEngine:
    """A SQLAlchemy engine on the database; `options` as libpq has them.

    Parameters never show in error texts: they hold what customers wrote.
    """
    return create_async_engine(
        _with(options, make_url(sqlalchemy_url(database_of(settings)))),
        pool_size=size,
        max_overflow=size,
        # The connection used last has its statements prepared.
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def reading_engine_of(settings: Settings) -> AsyncEngine:
    """An engine for queries: each sees what is committed when it runs."""
    engine = engine_of(settings, options=FOR_EACH)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _with(options: str, url: URL) -> URL:
    if not options:
        return url
    given = str(url.query.get("options", ""))
    return url.update_query_dict({"options": f"{options} {given}".strip()})
