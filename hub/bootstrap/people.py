"""How people come in, as the settings have it."""

from datetime import timedelta
from typing import Final

from psycopg_pool import AsyncConnectionPool

from connectors.email.config import EmailConfig
from hub.adapters.letters import Smtp, SmtpLetters
from hub.adapters.oidc import OidcProvider
from hub.adapters.postgres.attempts import PostgresAttempts
from hub.adapters.postgres.identities import PostgresIdentities
from hub.adapters.postgres.keys import installation_key
from hub.application.attempts import Limit
from hub.application.sign_on import Admission
from hub.bootstrap.parts import database_of
from hub.bootstrap.sections import section_of
from hub.domain.person import ROLES
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Problem, Settings, SettingsError, origin_of
from hub.web.services import SingleSignOn

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


def sign_on_of(settings: Settings, pool: AsyncConnectionPool) -> SingleSignOn | None:
    """Log-in through the provider of the settings, if they name one.

    Raises:
        hub.runtime.settings.SettingsError: they give a role that does not exist.
    """
    oidc = settings.web.oidc
    if oidc is None:
        return None
    _check_roles({role for roles in oidc.roles.values() for role in roles}, "roles")
    _check_roles(set(oidc.default_roles), "default_roles")
    clock = SystemClock()
    admission = Admission(
        oidc.roles, oidc.let_in, oidc.default_roles, oidc.link_by_email
    )
    return SingleSignOn(
        OidcProvider(oidc, clock),
        PostgresIdentities(pool, clock),
        admission,
        oidc.title,
    )


def _check_roles(given: set[str], setting: str) -> None:
    unknown = sorted(given - ROLES)
    if unknown:
        wrong = f"there is no role {', '.join(unknown)}"
        place = ("web", "oidc", setting)
        example = ", ".join(sorted(ROLES))
        problem = Problem(".".join(place), origin_of(place), wrong, example)
        raise SettingsError([problem])
