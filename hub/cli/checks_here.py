"""Checks that need nothing but this machine."""

import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import hub
from events.catalog import ALL
from hub.adapters.cel import CelCompiler
from hub.cli.finding import Finding
from hub.runtime.servers import jars
from hub.runtime.settings import config_file
from hub.workflows import definition
from schemas import loader

__all__ = ["disk", "names", "own_broker", "python", "schemas", "settings", "workflows"]

OUR_PACKAGES: Final = ("hub", "events", "projections", "connectors", "schemas")
OLDEST: Final = (3, 11)
GIGABYTE: Final = 1024**3
TIGHT_GIGABYTES: Final = 5.0
FULL_GIGABYTES: Final = 0.5


def python() -> Finding:
    """Whether this Python is new enough."""
    found = platform.python_version()
    if sys.version_info < OLDEST:
        return Finding("fail", "python", found, "use Python 3.11 or newer")
    return Finding("ok", "python", found)


def names() -> Finding:
    """Whether something else is installed under the names of our packages."""
    clashes = [*_other_owners(), *_other_places()]
    if not clashes:
        return Finding("ok", "package names", "nothing else is called as ours are")
    todo = "uninstall it, or give touchline an environment of its own"
    return Finding("fail", "package names", "; ".join(clashes), todo)


def _other_owners() -> Iterator[str]:
    owners = packages_distributions()
    for name in OUR_PACKAGES:
        others = set(owners.get(name, ())) - {"touchline"}
        if others:
            yield f"{name} is also installed by {', '.join(sorted(others))}"


def _other_places() -> Iterator[str]:
    root = Path(hub.__file__).parents[1]
    for name in OUR_PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec and spec.origin and Path(spec.origin).parents[1] != root:
            yield f"{name} is imported from {spec.origin}"


def schemas() -> Finding:
    """Whether every type of the vocabulary has its schema."""
    missing = []
    for entry in ALL.values():
        try:
            loader.schema(entry.subject, entry.version)
        except (OSError, ValueError, KeyError):
            missing.append(f"{entry.subject} v{entry.version}")
    if missing:
        return Finding(
            "fail",
            "schemas",
            f"missing: {', '.join(missing)}",
            "install touchline again",
        )
    return Finding("ok", "schemas", f"all {len(ALL)} are here")


def settings() -> Finding:
    """Where the settings came from; that they are right is known by now."""
    path = config_file()
    return Finding("ok", "settings", f"from {path}" if path else "no file, all right")


def workflows(path: Path | None) -> Finding:
    """Whether the workflows can be used."""
    try:
        found = definition.load(path, CelCompiler())
    except definition.DefinitionError as error:
        todo = "correct the file, or leave `workflows` out for the packaged ones"
        return Finding("fail", "workflows", str(error), todo)
    return Finding("ok", "workflows", f"{len(found)} from {path or 'the package'}")


def disk(folder: Path) -> Finding:
    """Whether there is room for more data."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free / GIGABYTE
    found = f"{free:.1f} GB free for {folder}"
    if free < FULL_GIGABYTES:
        return Finding("fail", "disk", found, "make room now: the database will stop")
    if free < TIGHT_GIGABYTES:
        return Finding("warn", "disk", found, "make room, or move TOUCHLINE_DATA_DIR")
    return Finding("ok", "disk", found)


def own_broker(*, embedded: bool) -> Finding:
    """Which broker `up` would start here."""
    if embedded:
        return Finding("ok", "own broker", "the embedded one, as asked for")
    if not jars.java_available():
        return Finding(
            "warn",
            "own broker",
            "no Java: up takes the embedded broker, which keeps topics in memory",
            "install Java 17 or newer, or give TOUCHLINE_KAFKA",
        )
    if jars.jars_present():
        return Finding("ok", "own broker", f"Apache Kafka {jars.KAFKA}")
    if jars.maven_available():
        return Finding("ok", "own broker", f"Apache Kafka {jars.KAFKA}, fetched once")
    return Finding(
        "warn",
        "own broker",
        "no jars and no Maven: up takes the embedded broker",
        "install Maven once, or give TOUCHLINE_KAFKA",
    )
