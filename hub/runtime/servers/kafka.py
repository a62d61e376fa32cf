"""Apache Kafka in KRaft mode: one node on loopback, its topics kept in a folder."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.runtime.processes import spawn, stop
from hub.runtime.servers import jars, runfile
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.ports import LOOPBACK, same_or_free
from hub.runtime.servers.probe import wait_until_ready

START_SECONDS = 60.0
MAX_MESSAGE_BYTES = 5 * 1024 * 1024  # 4 MiB of message, and its overhead


@dataclass(frozen=True, slots=True)
class ApacheKafka:
    """A running broker whose topics stay in its folder.

    Attributes:
        bootstrap: host and port for clients.
        cluster_id: drawn once per folder, the same after every restart.
        pid: the broker's process.
        process: the child, or None if another process runs this broker.
    """

    bootstrap: str
    cluster_id: str
    pid: int
    process: subprocess.Popen[bytes] | None

    @classmethod
    def start(
        cls, data_dir: Path, *, port: int | None = None, heap: str = "768m"
    ) -> Self:
        """Start the broker of a folder, or join the one that runs there already.

        Args:
            data_dir: holds topics, properties and log; made if missing.
            port: where clients connect; None keeps the last run's port if free.
            heap: how much memory Java's heap may take, such as "768m".

        Raises:
            ServerError: if it is not ready in time; with the end of its log.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        run = runfile.joinable(data_dir)
        if run:
            return cls(_address(run.ports), _cluster_id(data_dir), run.pid, None)
        java = ["java", "-cp", f"{jars.ensure_jars()}/*"]
        ports = _choose_ports(data_dir, port)
        _write_properties(data_dir, ports)
        _format_once(java, data_dir)
        memory = ["-Xms256m", f"-Xmx{heap}", "-XX:+UseSerialGC", "-Dlog4j2.level=WARN"]
        log = data_dir / "server.log"
        command = [*java, *memory, "kafka.Kafka", str(_properties(data_dir))]
        process = spawn(command, log=log)
        wait_until_ready(
            "Apache Kafka",
            process,
            bootstrap=_address(ports),
            log=log,
            seconds=START_SECONDS,
        )
        runfile.note(data_dir, process.pid, ports)
        return cls(_address(ports), _cluster_id(data_dir), process.pid, process)

    def stop(self) -> None:
        """Shut the broker down and wait; nothing happens if we only joined it."""
        if self.process:
            stop(self.process)

    def kill(self) -> None:
        """End the broker as a power cut would, for fault tests."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _address(ports: dict[str, int]) -> str:
    return f"{LOOPBACK}:{ports['clients']}"


def _properties(data_dir: Path) -> Path:
    return data_dir / "server.properties"


def _choose_ports(data_dir: Path, clients: int | None) -> dict[str, int]:
    last = runfile.last_ports(data_dir)
    return {
        "clients": clients or same_or_free(last.get("clients")),
        "controller": same_or_free(last.get("controller")),
    }


def _format_once(java: list[str], data_dir: Path) -> None:
    """Prepare the storage; a cluster id without formatted storage is used again."""
    identity = data_dir / "cluster_id"
    if not identity.exists():
        identity.write_text(_storage_tool(java, "random-uuid").split()[-1])
    if not (data_dir / "topics" / "meta.properties").exists():
        _storage_tool(
            java,
            *("format", "-t", _cluster_id(data_dir), "--ignore-formatted"),
            *("-c", str(_properties(data_dir))),
        )


def _cluster_id(data_dir: Path) -> str:
    return (data_dir / "cluster_id").read_text().strip()


def _storage_tool(java: list[str], *arguments: str) -> str:
    done = subprocess.run(
        [*java, "kafka.tools.StorageTool", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(f"Kafka's storage tool failed:\n{done.stderr[-1500:]}")
    return done.stdout


def _write_properties(data_dir: Path, ports: dict[str, int]) -> None:
    clients, controller = _address(ports), f"{LOOPBACK}:{ports['controller']}"
    properties = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{clients},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{clients}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": data_dir.resolve() / "topics",
        "num.partitions": 4,
        "auto.create.topics.enable": "false",
        "message.max.bytes": MAX_MESSAGE_BYTES,
        "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "log.segment.bytes": 16 * 1024 * 1024,
    }
    lines = [f"{name}={value}\n" for name, value in properties.items()]
    _properties(data_dir).write_text("".join(lines), encoding="utf-8")
