"""Fill a store as intake does, without Kafka."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from hub.adapters.postgres.intake_store import PostgresIntakeStore
from hub.adapters.postgres.recorder import open_recorder
from hub.application.intake import Intake
from hub.bootstrap.configured import configured_of
from hub.bootstrap.deciding import rules_of
from hub.bootstrap.parts import database_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


@contextmanager
def intake_of(settings: Settings) -> Iterator[Intake]:
    """Intake's own use case on a pool of its own."""
    recorder = open_recorder(database_of(settings))
    store = PostgresIntakeStore(recorder, SystemClock())
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        yield Intake(store, rules_of(settings, configured, recorder.datastore))
