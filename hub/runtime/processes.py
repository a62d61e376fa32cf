"""Child processes that cannot outlive this one, and how to end them for certain."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
# Looked up here, because a forked child must not load libraries.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that a child runs as, when it must not be root."""

    user: int
    group: int


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child runs before exec so that it ends when its parent does.

    Linux sends the signal when the *thread* that started the child ends; start
    children from a thread that lives as long as they should. Elsewhere than on
    Linux this does nothing.
    """
    parent = os.getpid()

    def arm() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it died between fork and prctl
            os.kill(os.getpid(), how)

    return arm


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, writing to a log file.

    The log of the run before is kept beside it as `<name>.1`.

    Args:
        argv: the program and its arguments; no shell is involved.
        log: takes both output streams.
        environment: replaces this process's environment if given.
        identity: whom to run as; needs root.
        death_signal: what the kernel sends when this process dies.
    """
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=log.parent,
            user=identity.user if identity else None,
            group=identity.group if identity else None,
            extra_groups=[] if identity else None,
            start_new_session=True,
            # Nothing else can arm the death signal after the change of user.
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509
        )


def stop(
    process: subprocess.Popen[bytes],
    *,
    gentle: signal.Signals = signal.SIGTERM,
    patience: float = 20.0,
) -> None:
    """End a child and wait for it: asked first, killed after `patience` seconds."""
    if process.poll() is None:
        process.send_signal(gentle)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stop_stranger(
    process: psutil.Process,
    *,
    gentle: signal.Signals = signal.SIGTERM,
    patience: float = 20.0,
) -> None:
    """End a process that another, now dead, process started."""
    try:
        process.send_signal(gentle)
        process.wait(patience)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(patience)
    except psutil.NoSuchProcess:
        return


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or a note that there are none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        text = ""
    return "\n".join(text.splitlines()[-lines:]) or "(its log is empty)"
