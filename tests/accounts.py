"""Accounts of a running hub, as its operators would make them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.pooled import people_pool
from hub.runtime.clock import SystemClock


@asynccontextmanager
async def accounts_of(dsn: str) -> AsyncIterator[PostgresAccounts]:
    """The accounts in a database."""
    async with people_pool(dsn) as pool:
        yield PostgresAccounts(pool, SystemClock())


def api_key(dsn: str, name: str, role: str) -> str:
    """A key with which a program may do what people with this role do."""

    async def issue() -> str:
        async with accounts_of(dsn) as accounts:
            return await accounts.issue_key(name, [role])

    return asyncio.run(issue())
