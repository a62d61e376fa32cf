"""People and machines that may come in, and the port that knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person by `name`, or a machine by the name of its key."""

    name: str
    display_name: str
    roles: frozenset[str]
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A person as those see them who decide who may log in.

    `password` says whether they have one, `seen_at` when they used a session last
    that has not ended since.
    """

    name: str
    display_name: str
    email: str
    roles: frozenset[str]
    disabled: bool
    password: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: all but the key; `revoked_at` is None while it works."""

    name: str
    roles: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None


class Accounts(Protocol):
    """Who may come in. Only digests of secrets are kept, and none is ever logged.

    Every method raises `StoreUnavailableError` when they cannot be asked now.
    """

    async def check_password(self, name: str, password: str) -> Principal | None:
        """The person with this name and password; None takes as long to find out."""
        ...

    async def set_password(self, name: str, password: str) -> None:
        """Give a person another password; their sessions are not touched.

        Raises:
            KeyError: nobody has this name.
        """
        ...

    async def machine(self, key: str) -> Principal | None:
        """The machine with this API key, unless the key was revoked."""
        ...

    async def issue_key(self, name: str, roles: Iterable[str]) -> str:
        """Create an API key; this is the only time that it can be read.

        Raises:
            ValueError: a role does not exist.
        """
        ...

    async def revoke_keys(self, name: str) -> int:
        """End all API keys of a machine; answer how many worked until now."""
        ...

    async def keys(self) -> list[ApiKey]:
        """All API keys there ever were, by name and age."""
        ...

    async def account(self, name: str) -> Account | None:
        """The account with this user name."""
        ...

    async def people(self) -> list[Account]:
        """Everybody with an account, by user name."""
        ...

    async def display_names(self) -> Mapping[str, str]:
        """How people are called, by user name."""
        ...
