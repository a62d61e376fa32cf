"""PostgreSQL and Kafka of one road, which can go away and come back."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hub.runtime.servers.kafka import ApacheKafka
from hub.runtime.servers.postgres import EmbeddedPostgres


class Servers:
    """Both servers keep their data and ports over a restart.

    They are started from a thread of their own, because Linux ends a child when the
    thread that started it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="servers")
        starting = self._in_background(self._start_kafka)
        self.postgres = EmbeddedPostgres.start(folder / "postgres")
        self.kafka: ApacheKafka = starting.result()

    @property
    def database(self) -> str:
        return self.postgres.dsn

    @property
    def bootstrap(self) -> str:
        return self.kafka.bootstrap

    def start_postgres(self) -> None:
        port = int(self.database.rpartition(":")[2].partition("/")[0])
        self.postgres = EmbeddedPostgres.start(self._folder / "postgres", port=port)

    def start_kafka(self) -> None:
        self.kafka = self._in_background(self._start_kafka).result()

    def stop(self) -> None:
        self.kafka.stop()
        self.postgres.stop()
        self._keeper.shutdown()

    def _start_kafka(self) -> ApacheKafka:
        known = getattr(self, "kafka", None)
        port = int(known.bootstrap.rpartition(":")[2]) if known else None
        return ApacheKafka.start(self._folder / "kafka", port=port, heap="512m")

    def _in_background(self, start: Callable[[], ApacheKafka]) -> Future[Any]:
        return self._keeper.submit(start)
