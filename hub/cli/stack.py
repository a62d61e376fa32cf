"""Servers first, then processes, then the news that all is up; and all of it down."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

import httpx

from hub.adapters.cel import CelCompiler
from hub.bootstrap.first_configuration import first_configuration
from hub.bootstrap.sections import check_sections
from hub.bootstrap.setting_up import create_topics, migrate
from hub.cli import running
from hub.cli.children import processes, targets
from hub.cli.output import Fault, note
from hub.runtime.output import FileOutput
from hub.runtime.servers.choose import start_broker, start_database
from hub.runtime.servers.ports import is_free
from hub.runtime.settings import Settings, config_file
from hub.runtime.supervisor import Supervisor
from hub.workflows.definition import load

__all__ = ["Extra", "Stack", "run", "say_where", "serve"]

PATIENCE: Final = 60.0
"""After so many seconds without an answer `up` says where to look (seconds)."""

First = Callable[[Settings], Coroutine[None, None, None]]
Extra = Callable[["Stack"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running hub: `settings` hold the addresses, `url` is the web's."""

    settings: Settings
    url: str
    logs: Path


def run(settings: Settings, *, then: Extra | None = None) -> None:
    """Run a whole hub until Ctrl-C or SIGTERM; nothing is left behind.

    Args:
        settings: decide what is started here and what was given.
        then: called once everything answers, and cancelled when it ends.

    Raises:
        Fault: another hub holds the data directory.
        SettingsError: a connector's section or a queue is wrong.
        DefinitionError: the workflows cannot be used.
        ServerError: a server could not be started.
    """
    with running.alone(settings.data_dir):
        serve(settings, then=then)


def serve(
    settings: Settings, *, first: First | None = None, then: Extra | None = None
) -> None:
    """Do as `run` does, for a caller who holds the data directory.

    `first` is called when tables and topics are there and nothing else runs yet.
    """
    check_sections(settings)
    first_configuration(settings)
    load(settings.workflows, CelCompiler())
    _check_ports(settings)
    with _servers(settings) as (complete, broker):
        assert complete.database  # noqa: S101 - said by _servers
        assert complete.kafka  # noqa: S101
        _prepare(complete)
        if first:
            asyncio.run(first(complete))
        news = running.Running(
            pid=os.getpid(),
            database=complete.database,
            kafka=complete.kafka,
            broker=broker,
            config=str(path.resolve()) if (path := config_file()) else "",
        )
        running.announce(settings.data_dir, news)
        asyncio.run(_supervise(complete, news, then))
    note("Everything is stopped; the data stays.")


def _check_ports(settings: Settings) -> None:
    """Say at once what would make a process fail over and over.

    Raises:
        Fault: another program listens where one of ours should.
    """
    wanted = [("web", settings.web.host, settings.web.port), *targets(settings)]
    taken = [(name, port) for name, _, port in wanted if not is_free(port)]
    if taken:
        said = ", ".join(f"{port} ({name})" for name, port in taken)
        raise Fault(
            f"Another program listens on port {said}.",
            hint="Stop it, or choose others: TOUCHLINE_WEB__PORT, "
            "TOUCHLINE_CONNECTORS__WEBFORM__PORT and so on.",
        )


@contextmanager
def _servers(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """Start both servers from this thread: they end when it does."""
    with _interruptible():
        note("Starting the database ...")
        database = start_database(settings)
        try:
            note("Starting the broker ...")
            broker = start_broker(settings)
            if broker.note:
                note(f"Note: {broker.note}")
            try:
                changes = {
                    "database": database.dsn,
                    "kafka": broker.bootstrap,
                    "embedded": settings.embedded or broker.kind == "tansu",
                }
                yield settings.model_copy(update=changes), broker.kind
            finally:
                broker.stop()
        finally:
            database.stop()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does, so that servers are stopped."""

    def unwind(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _prepare(settings: Settings) -> None:
    note("Preparing tables and topics ...")
    migrate(settings)
    asyncio.run(create_topics(settings))


async def _supervise(
    settings: Settings,
    news: running.Running,
    then: Extra | None,
) -> None:
    logs = settings.data_dir / "logs"
    supervisor = Supervisor(processes(settings), FileOutput(logs))
    watcher = asyncio.create_task(_arrive(settings, news, logs, then))
    watcher.add_done_callback(_stop_on_failure(supervisor))

    def ending() -> None:
        note("Stopping ...")
        # It must not go on with processes that are about to end.
        watcher.cancel()

    await supervisor.run(ending=ending)
    with suppress(asyncio.CancelledError):
        await watcher


def _stop_on_failure(supervisor: Supervisor) -> Callable[[asyncio.Task[Any]], None]:
    def check(task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            supervisor.request_stop()

    return check


async def _arrive(
    settings: Settings, news: running.Running, logs: Path, then: Extra | None
) -> None:
    """Wait until everything answers, say so, and go on with what else there is."""
    url = f"http://{settings.web.host}:{settings.web.port}"
    waiting = asyncio.create_task(_all_answer(settings, url))
    done, _ = await asyncio.wait({waiting}, timeout=PATIENCE)
    if not done:
        note(f"Not everything is up after {PATIENCE:.0f} s. The logs say why: {logs}")
    await waiting
    running.announce(settings.data_dir, replace(news, url=url))
    note(f"Up: {url}")
    if then:
        await then(Stack(settings, url, logs))


async def _all_answer(settings: Settings, url: str) -> None:
    await _healthy(f"{url}/health")
    for _, host, port in targets(settings):
        await _accepts(host, port)


async def _healthy(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while True:
            with suppress(httpx.HTTPError):
                if (await client.get(address)).is_success:
                    return
            await asyncio.sleep(0.2)


async def _accepts(host: str, port: int) -> None:
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.2)


async def say_where(stack: Stack) -> None:
    """Tell a person where everything is."""
    for name, host, port in targets(stack.settings):
        note(f"  {name:8} listens on {host}:{port}")
    note(f"  logs     {stack.logs}")
    note("  people   touchline people add NAME --role agent")
    note("Ctrl-C stops everything.")
