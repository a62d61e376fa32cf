"""A helper process that says how far it is, line by line."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import psutil

from tests.bench.place import REPOSITORY


def pipe(end: IO[str] | None) -> IO[str]:
    """An end of a pipe that was asked for."""
    assert end is not None
    return end


class Counter:
    """Reads `{"taken": …, "at": …}` lines of a process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def read(self) -> tuple[int, float]:
        """How many, and when that was."""
        said = json.loads(pipe(self._process.stdout).readline())
        return said["taken"], said["at"]

    def rate(self, *, warm: float, seconds: float) -> float:
        """Things per second over a while, once the first has come and all is warm."""
        taken, at = self.read()
        while not taken:
            taken, at = self.read()
        end = time.time() + warm
        while at < end:
            taken, at = self.read()
        first, began = taken, at
        while at < began + seconds:
            taken, at = self.read()
        return (taken - first) / (at - began)


@contextmanager
def counting(module: str, *arguments: object) -> Iterator[Counter]:
    """Run `python -m tests.bench.<module>` while the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )
    try:
        yield Counter(process)
    finally:
        process.terminate()
        process.wait(10)


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can do that."""
    process = psutil.Process(pid)
    if hasattr(process, "cpu_affinity") and (psutil.cpu_count() or 1) > 1:
        process.cpu_affinity([core])
