"""A place of its own for one measurement: servers, tables, topics, roles."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from hub.bootstrap.setting_up import create_topics, migrate
from hub.runtime import processes
from hub.runtime.servers.kafka import ApacheKafka
from hub.runtime.servers.ports import free_port
from hub.runtime.servers.postgres import EmbeddedPostgres
from hub.runtime.settings import Settings, WebSettings
from tests.bench.usage import Usage, sampled

REPOSITORY = Path(__file__).parents[2]
POSTGRES = {
    "shared_buffers": "2GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
}
"""What docs/operating.md says for a server; `touchline up` is content with less."""


@dataclass(slots=True)
class Place:
    """Running servers; roles are started on them as a user would start them."""

    folder: Path
    settings: Settings
    servers: dict[str, psutil.Process]
    roles: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """The database."""
        return str(self.settings.database)

    @property
    def kafka(self) -> str:
        """The broker."""
        return str(self.settings.kafka)

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection of our own, beside those of the roles."""
        return psycopg.connect(self.dsn, autocommit=True)

    def start(self, *names: str, **env: str) -> None:
        """Start roles by name; `connector run email` is a name, too."""
        for name in names:
            self.roles[name] = processes.spawn(
                [sys.executable, "-P", "-m", "hub", *name.split()],
                log=self.log_of(name),
                environment=self._environment(env),
            )

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return environment(
            TOUCHLINE_DATABASE=self.dsn,
            TOUCHLINE_KAFKA=self.kafka,
            TOUCHLINE_DATA_DIR=str(self.folder / "data"),
            TOUCHLINE_CONFIG=str(self.folder / "touchline.toml"),
            TOUCHLINE_WEB__PORT=str(self.settings.web.port),
            **more,
        )

    def log_of(self, name: str) -> Path:
        """Where a role writes."""
        return self.folder / f"{name.replace(' ', '-')}.log"

    def logged(self, name: str, event: str) -> int:
        """How often a role has logged an event."""
        lines = self.log_of(name).read_text("utf-8", "replace").splitlines()
        return sum(f'"event": "{event}"' in line for line in lines)

    def stop(self, *names: str) -> None:
        """End roles, all of them without names."""
        for name in names or list(self.roles):
            processes.stop(self.roles.pop(name))

    def usage(self) -> dict[str, Usage]:
        """CPU and memory of every role and server up to now."""
        found = {n: psutil.Process(p.pid) for n, p in self.roles.items()}
        return {name: sampled(p) for name, p in (found | self.servers).items()}


@contextmanager
def place(configured: str = "") -> Iterator[Place]:
    """Fresh servers in a temporary folder, gone afterwards.

    `configured` is the text of the settings file (TOML).
    """
    folder = Path(tempfile.mkdtemp(prefix="touchline-bench-"))
    (folder / "touchline.toml").write_text(configured, encoding="utf-8")
    os.environ["TOUCHLINE_CONFIG"] = str(folder / "touchline.toml")
    try:
        with (
            EmbeddedPostgres.start(folder / "postgres", options=POSTGRES) as postgres,
            ApacheKafka.start(folder / "kafka") as kafka,
        ):
            settings = Settings(
                database=postgres.dsn,
                kafka=kafka.bootstrap,
                data_dir=folder / "data",
                web=WebSettings(port=free_port()),
            )
            migrate(settings)
            asyncio.run(create_topics(settings))
            servers = {
                "postgres": psutil.Process(postgres.pid),
                "kafka": psutil.Process(kafka.pid),
            }
            here = Place(folder, settings, servers)
            try:
                yield here
            finally:
                here.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(**more: str) -> dict[str, str]:
    """This process's environment with changes; bytecode is kept, as it usually is."""
    inherited = {**os.environ}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    path = [str(REPOSITORY), *filter(None, [inherited.get("PYTHONPATH")])]
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONPYCACHEPREFIX": str(REPOSITORY / "build" / "pycache"),
        **more,
    }


def connector_settings(**sections: Mapping[str, Any]) -> dict[str, str]:
    """The environment that configures connectors."""
    return {"TOUCHLINE_CONNECTORS": json.dumps(sections)}
