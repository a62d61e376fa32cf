"""Keeps several processes running and ends all of them together.

A process that dies is started again, at growing distances. Each has a session of
its own, so that Ctrl-C reaches the supervisor only, which then decides; and the
kernel ends them all should the supervisor itself be killed.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from hub.runtime.output import Output
from hub.runtime.processes import die_with_parent
from hub.runtime.settings import child_environment

_log = structlog.get_logger("touchline.supervisor")


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process to keep running.

    Attributes:
        name: how people know it; unique.
        argv: the program and its arguments; no shell is involved.
        env: variables to set beside this process's own environment.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits, in seconds.

    Attributes:
        grace: for all processes to end after they were asked to.
        first: before the first restart of a process; doubled for each further.
        longest: before any restart.
        steady: after a run of this length the next death counts as the first.
    """

    grace: float = 15.0
    first: float = 0.5
    longest: float = 30.0
    steady: float = 60.0


class Supervisor:
    """Runs processes until it is told to stop."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        output: Output,
        *,
        patience: Patience | None = None,
    ) -> None:
        self._specs = specs
        self._output = output
        self._patience = patience or Patience()
        self._running: dict[str, Process] = {}
        self._stopping = asyncio.Event()

    def request_stop(self) -> None:
        """Ask `run` to end all processes and return; may be called repeatedly."""
        self._stopping.set()

    async def run(self, *, ending: Callable[[], None] | None = None) -> None:
        """Start all, restart what dies, and end all at SIGTERM, SIGINT or request.

        On return no process is left. If the first start of a program fails
        (it does not exist), the others are ended and the error is raised.

        Args:
            ending: called when the end was asked for, before the processes hear of it.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.request_stop)
        try:
            async with asyncio.TaskGroup() as tasks:
                keepers = [tasks.create_task(self._keep(one)) for one in self._specs]
                await self._stopping.wait()
                if ending:
                    ending()
                await self._end_all(keepers)
        finally:
            self._kill_all()
            self._output.close()
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(name)

    async def _keep(self, spec: ProcessSpec) -> None:
        loop, delay = asyncio.get_running_loop(), self._patience.first
        while not self._stopping.is_set():
            began = loop.time()
            code = await self._run_once(spec)
            if self._stopping.is_set():
                return
            if loop.time() - began > self._patience.steady:
                delay = self._patience.first
            _log.warning("process ended", name=spec.name, code=code, again_in=delay)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, self._patience.longest)

    async def _run_once(self, spec: ProcessSpec) -> int:
        reader, its_end = await _open_pipe()
        copying = asyncio.create_task(self._copy(spec.name, reader))
        try:
            process = await _start(spec, its_end)
        finally:
            os.close(its_end)
        self._running[spec.name] = process
        if self._stopping.is_set():  # it was asked for while the process started
            process.terminate()
        code = await process.wait()
        _kill_group(process)  # what it left behind would hold the pipe open
        await copying
        del self._running[spec.name]
        return code

    async def _copy(self, name: str, reader: asyncio.StreamReader) -> None:
        async for line in _lines(reader):
            self._output.line(name, line)

    async def _end_all(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Ask all in reverse order, wait for all at once, kill who remains."""
        for process in reversed(list(self._running.values())):
            with suppress(ProcessLookupError):
                process.terminate()
        if not keepers:
            return
        _, waiting = await asyncio.wait(keepers, timeout=self._patience.grace)
        if waiting:
            _log.warning("processes killed", names=list(self._running))
        self._kill_all()

    def _kill_all(self) -> None:
        for process in self._running.values():
            _kill_group(process)


async def _start(spec: ProcessSpec, output: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *spec.argv,
        stdin=DEVNULL,
        stdout=output,
        stderr=STDOUT,
        env=child_environment(dict(spec.env)),
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )


async def _open_pipe() -> tuple[asyncio.StreamReader, int]:
    """Return a reader and the end that a child writes to.

    With asyncio's own pipe, waiting for a process means waiting for all who
    inherited its output.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    ours, its = os.pipe()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb")
    )
    return reader, its


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    rest = b""
    while chunk := await reader.read(65536):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
    if rest:
        yield rest


def _kill_group(process: Process) -> None:
    """End the process and what it started; its session is its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
