"""Who works at the desk: whom work can be given to."""

from typing import Final

from hub.application.accounts import Accounts

AT_DESK: Final = frozenset({"agent", "supervisor"})
"""The roles of those who work with customers."""


async def people_at_desk(accounts: Accounts) -> dict[str, str]:
    """Display names of those whose account is open, by user name."""
    return {
        one.name: one.display_name
        for one in await accounts.people()
        if not one.disabled and one.roles & AT_DESK
    }
