"""How people come in, as the settings have it."""

from datetime import timedelta
from typing import Final

from psycopg_pool import AsyncConnectionPool

from connectors.email.config import EmailConfig
from hub.adapters.letters import Smtp, SmtpLetters
from hub.adapters.postgres.attempts import PostgresAttempts
from hub.adapters.postgres.keys import installation_key
from hub.application.attempts import Limit
from hub.bootstrap.parts import database_of
from hub.bootstrap.sections import section_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings

FREE_FAILURES: Final = 3
"""So many typing errors cost nothing."""


def attempts_of(settings: Settings, pool: AsyncConnectionPool) -> PostgresAttempts:
    """The count of log-in attempts, with the limits of this installation."""
    limit = Limit(
        free=FREE_FAILURES,
        lock_after=settings.web.lock_after,
        lock=timedelta(minutes=settings.web.lock_minutes),
    )
    key = installation_key(database_of(settings), "session_hmac")
    return PostgresAttempts(pool, SystemClock(), key, limit)


def letters_of(settings: Settings) -> SmtpLetters | None:
    """Mail to those who work here, where the settings name a server that sends it.

    Raises:
        hub.runtime.settings.SettingsError: the section of mail is wrong.
    """
    if "relay" not in settings.connectors.get("email", {}):
        return None
    mail = section_of(settings, "email", EmailConfig)
    relay = mail.relay
    server = Smtp(
        host=relay.host,
        port=relay.port,
        username=relay.username,
        password=relay.password.get_secret_value(),
        security=relay.security,
        timeout=relay.timeout,
    )
    return SmtpLetters(server, mail.from_name, mail.addresses[0])
