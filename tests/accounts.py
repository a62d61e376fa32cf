"""Accounts of a running hub, as its operators would make them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from events.personal import PersonalProfile
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.recorder import open_recorder
from hub.application.accounts import Accounts
from hub.application.commanding import Commands
from hub.application.staff import StaffOffice
from hub.domain.person import Manager
from hub.runtime.clock import SystemClock
from tests.unit.domain.touchpoints import rules

ADMIN = Manager("ivy", frozenset({"admin"}))


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


async def employ(
    dsn: str, accounts: Accounts, name: str, *roles: str, password: str = "secret"
) -> None:
    """Somebody with these roles, or an agent, who can log in at once."""
    recorder, clock = open_recorder(dsn), SystemClock()
    with closing(recorder.datastore):
        store = PostgresCommandStore(recorder, clock)
        staff = StaffOffice(Commands(store, rules(), clock))
        profile = PersonalProfile(name.capitalize())
        await staff.invite(ADMIN, name, profile, roles or ("agent",))
    await accounts.set_password(name, password)
