"""Notes on a running server, in its folder: who runs it, and where it listens.

A command that finds a server running joins it. A server whose owner died is
about to end (the kernel told it so), and nobody may join that one.
"""

import json
import os
import signal
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from hub.runtime.processes import stop_stranger

_NAME = "running.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a server.

    Attributes:
        pid: the server's process.
        owner: the process that started it and will stop it.
        ports: where it listens, by purpose.
        started: when each of both processes began, against reused numbers.
    """

    pid: int
    owner: int
    ports: dict[str, int] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)


def note(folder: Path, pid: int, ports: dict[str, int]) -> None:
    """Write down that a child of this process serves from the folder."""
    owner = os.getpid()
    started = {str(one): psutil.Process(one).create_time() for one in (pid, owner)}
    text = json.dumps(asdict(Run(pid, owner, ports, started)))
    fresh = folder / f"{_NAME}.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / _NAME)


def last_ports(folder: Path) -> dict[str, int]:
    """Return the ports of the last run, so that a restart keeps its address."""
    run = _read(folder)
    return run.ports if run else {}


def joinable(folder: Path, *, gentle: signal.Signals = signal.SIGTERM) -> Run | None:
    """Return the run that serves from the folder, if its owner is alive.

    A server that lost its owner is ended first, so that None means: start one.
    """
    run = _read(folder)
    server = _alive(run, run.pid) if run else None
    if run is None or server is None:
        return None
    if _alive(run, run.owner):
        return run
    stop_stranger(server, gentle=gentle)
    return None


def _read(folder: Path) -> Run | None:
    try:
        return Run(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _alive(run: Run, pid: int) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        same = process.create_time() == run.started.get(str(pid))
        dead = process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same and not dead else None
