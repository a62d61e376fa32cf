"""Logging in by name and password, no more often than the limits allow."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from hub.application.accounts import Accounts, Principal
from hub.application.attempts import Attempts
from hub.application.errors import CommandError, RefusedError
from hub.domain.refusing import Wording

_log = structlog.get_logger("touchline.people")

WRONG: Final = Wording("That name and password do not fit together.")


_SECONDS: Final = Wording(
    "Too many attempts. Wait {count} seconds and try again, or ask a supervisor to"
    " unlock the account."
)
_MINUTES: Final = Wording(
    "Too many attempts. Wait {count} minutes and try again, or ask a supervisor to"
    " unlock the account."
)


class TooManyAttemptsError(CommandError):
    """Too early, by so many `seconds`; says nothing of whether the name exists."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        if self.seconds <= 90:  # noqa: PLR2004
            super().__init__(_SECONDS, count=max(2, self.seconds))
        else:
            super().__init__(_MINUTES, count=math.ceil(self.seconds / 60))


@dataclass(frozen=True, slots=True)
class LogIn:
    """Checks passwords; every try is counted before the password is looked at."""

    accounts: Accounts
    attempts: Attempts

    async def check(self, name: str, password: str, address: str) -> Principal:
        """The person with this name and password.

        Raises:
            TooManyAttemptsError: there were too many failures.
            RefusedError: nobody has both.
        """
        wait = await self.attempts.begin(name, address)
        if wait:
            early = TooManyAttemptsError(wait)
            _log.warning("log_in_too_early", wait_seconds=early.seconds)
            raise early
        person = await self.accounts.check_password(name, password)
        if person is None:
            # Not what was typed: a password may stand in the name's place.
            _log.warning("log_in_refused")
            raise RefusedError(WRONG)
        await self.attempts.succeeded(name, address)
        return person
