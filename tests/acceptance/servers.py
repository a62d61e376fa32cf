"""PostgreSQL and a broker of one road, which can go away and come back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub.runtime.servers.choose import RunningBroker, start_broker
from hub.runtime.servers.postgres import EmbeddedPostgres
from hub.runtime.settings import Settings


class Servers:
    """Both keep their ports over a restart; all but the embedded broker their data.

    The broker is started from a thread of its own, because Linux ends a child when the
    thread that started it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = Settings(data_dir=folder, kafka=None)
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="servers")
        starting = self._keeper.submit(start_broker, self._settings)
        self.postgres = EmbeddedPostgres.start(folder / "postgres")
        self.broker: RunningBroker = starting.result()

    @property
    def database(self) -> str:
        return self.postgres.dsn

    def start_postgres(self) -> None:
        port = int(self.database.rpartition(":")[2].partition("/")[0])
        self.postgres = EmbeddedPostgres.start(self._folder / "postgres", port=port)

    def start_broker(self) -> None:
        self.broker = self._keeper.submit(start_broker, self._settings).result()

    def stop(self) -> None:
        self.broker.stop()
        self.postgres.stop()
        self._keeper.shutdown()
