"""The hub that runs on a data directory: one at most, and how others find it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hub.cli.output import Exit, Fault
from hub.runtime.settings import Settings, load_settings

__all__ = [
    "DEMO",
    "Running",
    "alone",
    "announce",
    "find",
    "reach",
    "settings_in_force",
    "starter",
]

LOCK: Final = "up.lock"
NOTE: Final = "up.json"
DEMO: Final = "demo.json"
"""What a demo keeps of itself in its data directory."""


@dataclass(frozen=True, slots=True)
class Running:
    """What `touchline up` started; `url` is empty until the web answers.

    `config` is the settings file in force there, if any.
    """

    pid: int
    database: str
    kafka: str
    url: str = ""
    broker: str = ""
    config: str = ""


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the lock ends with this process, however it ends.

    Raises:
        Fault: another `touchline up` holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _taken(data_dir) from None
        try:
            yield
        finally:
            (data_dir / NOTE).unlink(missing_ok=True)


def _taken(data_dir: Path) -> Fault:
    run = _read(data_dir)
    who = f" (process {run.pid})" if run else ""
    return Fault(
        f"touchline runs already{who} with the data in {data_dir}.",
        hint="Stop it first, or choose another TOUCHLINE_DATA_DIR.",
    )


def announce(data_dir: Path, run: Running) -> None:
    """Let other commands find it; the note holds a password, so only we may read."""
    fresh = data_dir / f"{NOTE}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(run), file)
    fresh.replace(data_dir / NOTE)


def find(data_dir: Path) -> Running | None:
    """What runs on the data directory now, if anything does."""
    return _read(data_dir) if _held(data_dir) else None


def _held(data_dir: Path) -> bool:
    try:
        with (data_dir / LOCK).open("r", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _read(data_dir: Path) -> Running | None:
    try:
        return Running(**json.loads((data_dir / NOTE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def settings_in_force() -> Settings:
    """This process's settings, with the addresses of what `up` started for it."""
    settings = load_settings()
    run = find(settings.data_dir)
    if run is None:
        return settings
    found: dict[str, Any] = {
        "database": settings.database or run.database,
        "kafka": settings.kafka or run.kafka,
    }
    return settings.model_copy(update={**_also(run), **found})


def _also(run: Running) -> dict[str, Any]:
    """What the file of a running hub says about queues and connectors."""
    if not run.config or not Path(run.config).is_file():
        return {}
    import tomllib

    from hub.runtime.settings import Queue

    said = tomllib.loads(Path(run.config).read_text(encoding="utf-8"))
    update: dict[str, Any] = {}
    if "queues" in said:
        update["queues"] = [Queue(**queue) for queue in said["queues"]]
    if "connectors" in said:
        update["connectors"] = said["connectors"]
    return update


def starter(data_dir: Path) -> str:
    """The command that starts what a data directory is for."""
    return "touchline demo" if (data_dir / DEMO).exists() else "touchline up"


def reach() -> Settings:
    """The settings in force, with an address for the database.

    Raises:
        Fault: nothing is running and no database was given.
    """
    settings = settings_in_force()
    if settings.database:
        return settings
    raise Fault(
        f"Nothing runs on {settings.data_dir}, and no database is set.",
        hint=f"Start it with: {starter(settings.data_dir)}   "
        "(or give TOUCHLINE_DATABASE)",
        code=Exit.FAILED,
    )
