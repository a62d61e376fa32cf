"""A whole hub for a test: own servers, every role a process of its own, own sinks."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import httpx
import psycopg

from hub.runtime.processes import spawn, tail
from hub.runtime.servers.ports import accepts, free_port
from tests.acceptance.servers import Servers
from tests.acceptance.sinks import TOKEN, Sinks
from tests.waiting import eventually

COMMAND = (sys.executable, "-P", "-m", "hub")
REPOSITORY = Path(__file__).parents[2]
ROLES = ("intake", "relay", "streams", "search", "workflows", "timer", "web")
CONNECTORS = ("email", "webform", "sms", "phone")

TOGETHER = {
    **{role: [role] for role in ROLES},
    "connectors": ["connector", "run", *CONNECTORS],
}
"""Processes as `touchline up` starts them: by name, the arguments of the command."""

APART = {
    **{role: [role] for role in ROLES},
    **{name: ["connector", "run", name] for name in CONNECTORS},
}
"""The same with a process for each connector."""

START_SECONDS = 120.0
"""How long all of it may take on a machine that is busy with other things."""

SECRETS = {"sms": "sixteen characters of sms", "phone": "sixteen characters of phone"}
OUR_ADDRESS = "support@touchline.example"
OUR_NUMBER = "+493012345678"
LISTENERS = ("web", *CONNECTORS, "relay", "provider")

SETTINGS = """
database = "{database}"
kafka = "{kafka}"
embedded = {embedded}
data_dir = "{folder}/data"

[web]
port = {web}
hold_seconds = {hold_seconds}

[[queues]]
name = "general"
title = "General enquiries"
default = true

[connectors.email]
addresses = ["{address}"]
smtp = {{ port = {email} }}
relay = {{ port = {relay} }}

[connectors.webform]
port = {webform}

[connectors.sms]
port = {sms}
secrets = ["{sms_secret}"]
numbers = ["{number}"]

[connectors.sms.provider]
url = "http://127.0.0.1:{provider}/messages"
token = "{token}"
idempotent = true

[connectors.phone]
port = {phone}
secrets = ["{phone_secret}"]
"""


class Road:
    """One hub. Use it as a context manager; inside, all processes are running.

    What is written on its pages can be taken back for `hold_seconds`.
    """

    def __init__(
        self,
        folder: Path,
        processes: dict[str, list[str]],
        *,
        hold_seconds: float = 1.0,
    ) -> None:
        self.folder = folder
        self.hold_seconds = hold_seconds
        self.processes = processes
        self.ports = {name: free_port() for name in LISTENERS}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._runs: dict[str, list[Path]] = {name: [] for name in processes}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.servers = Servers(self.folder)
            stack.callback(self.servers.stop)
            self.config.write_text(self._settings(), encoding="utf-8")
            self.command("migrate")
            self.sinks = self._sinks()
            stack.callback(self.sinks.close)
            stack.callback(self._kill_all)
            self.start(*self.processes)
            self._wait_until_up()
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _sinks(self) -> Sinks:
        ports = self.ports["relay"], self.ports["provider"]
        return Sinks(*ports, SECRETS["sms"], self.url("sms"))

    def _kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)

    @property
    def config(self) -> Path:
        return self.folder / "touchline.toml"

    def _settings(self) -> str:
        return SETTINGS.format(
            database=self.servers.database,
            kafka=self.servers.broker.bootstrap,
            embedded=str(self.servers.broker.kind == "tansu").lower(),
            folder=self.folder,
            hold_seconds=self.hold_seconds,
            address=OUR_ADDRESS,
            number=OUR_NUMBER,
            token=TOKEN,
            sms_secret=SECRETS["sms"],
            phone_secret=SECRETS["phone"],
            **self.ports,
        )

    @cached_property
    def environment(self) -> dict[str, str]:
        given = os.environ.items()
        clean = {k: v for k, v in given if not k.startswith("TOUCHLINE_")}
        own = {"TOUCHLINE_CONFIG": str(self.config), "PYTHONPATH": str(REPOSITORY)}
        return {**clean, **own}

    # -- processes -----------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Start processes; each run writes a log of its own."""
        for name in names:
            log = self.folder / f"{name}-{len(self._runs[name])}.log"
            self._runs[name].append(log)
            self._running[name] = spawn(
                [*COMMAND, *self.processes[name]],
                log=log,
                environment=self.environment,
                death_signal=signal.SIGKILL,
            )

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def terminate(self, name: str, *, grace: float) -> int:
        """Ask a process to end, and answer its exit code.

        Raises:
            subprocess.TimeoutExpired: it did not end within `grace` seconds.
        """
        process = self._running[name]
        process.terminate()
        code = process.wait(grace)
        del self._running[name]
        return code

    def dead(self) -> list[str]:
        """Names of processes that ended by themselves."""
        return [name for name, p in self._running.items() if p.poll() is not None]

    def log(self, name: str) -> Path:
        """The log of the latest run of a process."""
        return self._runs[name][-1]

    def said(self, name: str) -> Iterator[dict[str, Any]]:
        """The lines of the latest run's log that are ours."""
        for line in self.log(name).read_text("utf-8", "replace").splitlines():
            if line.startswith("{"):
                yield json.loads(line)

    def explain(self) -> str:
        """The end of every log, for people who look at a failed test."""
        parts = [f"== {name}\n{tail(self.log(name))}" for name in self._running]
        return "\n".join(parts)

    def _wait_until_up(self) -> None:
        for what in (self._web_answers, self._all_listen, self._workflows_are_active):
            eventually(what, self.explain, seconds=START_SECONDS)

    def _web_answers(self) -> bool:
        return self.healthy("web")

    def _all_listen(self) -> bool:
        return all(accepts(f"127.0.0.1:{self.ports[name]}") for name in CONNECTORS)

    def _workflows_are_active(self) -> bool:
        """Workflows fire on what comes after their first start."""
        return bool(self.rows("SELECT 1 FROM touchline_workflows.activations"))

    # -- looking -------------------------------------------------------------------

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def healthy(self, name: str) -> bool:
        return self.health(name).get("status") == "ok"

    def health(self, name: str) -> dict[str, Any]:
        """What a process says about itself over HTTP; nothing if it does not answer."""
        try:
            answer = httpx.get(f"{self.url(name)}/health", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return {}
        return dict(answer.json())

    def ready(self, name: str) -> int:
        """The status with which a process says whether it can serve; 0 for silence."""
        try:
            url = f"{self.url(name)}/ready"
            return httpx.get(url, timeout=20, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the hub's database."""
        with psycopg.connect(self.servers.database) as connection:
            return connection.execute(sql.encode(), parameters or None).fetchall()

    def command(
        self, *arguments: str, said: str = "", code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the hub's operators, which must end with `code`."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
            cwd=self.folder,
            timeout=60,
        )
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done
