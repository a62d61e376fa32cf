"""What decisions depend on beside the data, and agents' commands."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from eventsourcing.postgres import PostgresDatastore

from connectors.email.config import EmailConfig
from connectors.sms.config import SmsConfig
from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.keys import installation_key
from hub.adapters.postgres.recorder import open_recorder
from hub.application.commanding import Commands
from hub.application.desk import AgentDesk
from hub.bootstrap.configured import configured_of
from hub.bootstrap.parts import database_of, sameness_of
from hub.bootstrap.sealing import sealer_of
from hub.bootstrap.sections import section_of
from hub.domain.digests import Digests
from hub.domain.in_force import Configured
from hub.domain.recording import Rules
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


def rules_of(
    settings: Settings, configured: Configured, datastore: PostgresDatastore
) -> Rules:
    """What deciding depends on beside the data.

    Raises:
        hub.runtime.settings.SettingsError: the section of mail or text messages is
            wrong.
        hub.bootstrap.parts.NotConfiguredError: a master key is missing.
    """
    key = installation_key(database_of(settings), "identifier_hmac")
    texting = section_of(settings, "sms", SmsConfig)
    return Rules(
        Digests(key, sameness_of(settings)),
        configured,
        sealer_of(settings, datastore),
        text_numbers=texting.numbers,
        text_limit=texting.provider.max_characters,
        mail_addresses=section_of(settings, "email", EmailConfig).addresses,
        shared_parts=frozenset(map(str.lower, settings.identity.shared)),
        call_lost_after=timedelta(hours=settings.calls.lost_hours),
    )


@contextmanager
def desk_of(settings: Settings) -> Iterator[AgentDesk]:
    """Agents' commands, on a pool of their own."""
    clock = SystemClock()
    recorder = open_recorder(database_of(settings))
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        store = PostgresCommandStore(recorder, clock)
        rules = rules_of(settings, configured, recorder.datastore)
        yield AgentDesk(Commands(store, rules, clock))
