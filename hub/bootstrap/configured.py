"""The configuration in force, kept up to date in every process that decides."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from events import ids
from events.ids import CONFIGURATION
from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.recorder import Recorder
from hub.application.configuring import SETTINGS, begin
from hub.application.intake import StoreConflictError, StoreUnavailableError
from hub.bootstrap.first_configuration import first_configuration
from hub.domain.configuration import fold
from hub.domain.in_force import Configured, in_force
from hub.domain.recording import Cause
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings

log = structlog.get_logger("touchline.configuration")

LOOK_SECONDS: Final = 1.0


@contextmanager
def configured_of(settings: Settings, recorder: Recorder) -> Iterator[Configured]:
    """What is in force, and from then on whatever somebody changes.

    Where there is no configuration yet, that of the settings becomes it.

    Raises:
        hub.runtime.settings.SettingsError: the queues of the settings do not fit.
    """
    begin_configuration(settings, recorder)
    store = PostgresCommandStore(recorder, SystemClock())
    with store.command() as unit:
        configured = Configured(in_force(fold(unit.history(CONFIGURATION))))
    stop = threading.Event()
    follower = threading.Thread(
        target=_Follower(store, configured, stop).run, name="configuration", daemon=True
    )
    follower.start()
    try:
        yield configured
    finally:
        stop.set()
        follower.join()


def begin_configuration(settings: Settings, recorder: Recorder) -> None:
    """Make the settings' queues the configuration, unless there is one.

    Raises:
        hub.runtime.settings.SettingsError: they do not fit.
    """
    clock = SystemClock()
    id_ = ids.derived(CONFIGURATION, "first")
    cause = Cause(id=id_, correlation=id_, actor=SETTINGS, at=clock.now())
    first = first_configuration(settings)
    with PostgresCommandStore(recorder, clock).command() as unit:
        try:
            begin(unit, first, settings.default_region, cause)
        except StoreConflictError:
            # Another process was faster, with what it has in its settings.
            return


@dataclass(frozen=True, slots=True)
class _Follower:
    """Looks every second whether the configuration has changed."""

    store: PostgresCommandStore
    configured: Configured
    stop: threading.Event

    def run(self) -> None:
        while not self.stop.wait(LOOK_SECONDS):
            try:
                self._look()
            except StoreUnavailableError as error:
                log.warning("configuration_waits", error=type(error).__name__)
            except Exception:
                # What cannot be read now may be put right by a later change.
                log.exception("configuration_unread")

    def _look(self) -> None:
        with self.store.command() as unit:
            if unit.version(CONFIGURATION) > self.configured.now.version:
                self.configured.now = in_force(fold(unit.history(CONFIGURATION)))
                log.info("configuration_read", version=self.configured.now.version)
