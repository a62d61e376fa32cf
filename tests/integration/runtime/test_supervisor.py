"""The supervisor with real children: none is lost, none is left."""

import asyncio
import os
import signal
import subprocess
import sys

import psutil
import pytest

from hub.runtime.supervisor import Patience, ProcessSpec, Supervisor
from tests.waiting import eventually

QUICK = Patience(grace=0.5, first=0.05, longest=0.1)
SLEEP = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"


class Lines:
    def __init__(self):
        self.seen = []
        self.closed = False

    def line(self, name, text):
        self.seen.append((name, text.decode()))

    def close(self):
        self.closed = True

    def pids(self):
        words = [text.split() for _, text in self.seen]
        return [int(each[1]) for each in words if each[:1] == ["pid"]]

    async def holds(self, condition):
        async with asyncio.timeout(10):
            while not condition(self):  # noqa: ASYNC110  (real processes tell nobody)
                await asyncio.sleep(0.01)


def python(name, code, **env):
    return ProcessSpec(name, [sys.executable, "-c", code], env)


@pytest.fixture
async def supervise():
    """Start a supervisor; whatever happens, it is stopped after the test."""
    lines, started = Lines(), []

    def start(*specs):
        supervisor = Supervisor(specs, lines, patience=QUICK)
        started.append((supervisor, asyncio.create_task(supervisor.run())))
        return supervisor, started[-1][1], lines

    yield start
    for supervisor, task in started:
        supervisor.request_stop()
        await asyncio.gather(task, return_exceptions=True)


async def test_lines_of_all_come_with_their_names(supervise):
    show = "import os; print(os.environ['X'], flush=True); import time; time.sleep(60)"
    _, _, lines = supervise(python("a", show, X="1"), python("b", show, X="2"))
    await lines.holds(lambda it: sorted(it.seen) == [("a", "1"), ("b", "2")])


async def test_a_last_line_without_an_end_and_a_long_one_are_kept(supervise):
    code = "import sys, time; sys.stdout.write('x' * 200_000); sys.exit()"
    _, _, lines = supervise(python("a", code))
    await lines.holds(lambda it: ("a", "x" * 200_000) in it.seen)


async def test_a_process_that_dies_is_started_again(supervise):
    _, _, lines = supervise(python("a", SLEEP))
    await lines.holds(lambda it: len(it.pids()) == 1)
    os.kill(lines.pids()[0], signal.SIGKILL)
    await lines.holds(lambda it: len(it.pids()) == 2)


async def test_stopping_ends_all_and_returns(supervise):
    supervisor, task, lines = supervise(python("a", SLEEP), python("b", SLEEP))
    await lines.holds(lambda it: len(it.pids()) == 2)
    supervisor.request_stop()
    await task
    assert not any(map(psutil.pid_exists, lines.pids()))
    assert lines.closed


async def test_the_end_is_told_while_all_still_run():
    lines, running = Lines(), []
    supervisor = Supervisor([python("a", SLEEP)], lines, patience=QUICK)
    task = asyncio.create_task(
        supervisor.run(ending=lambda: running.extend(map(alive, lines.pids())))
    )
    await lines.holds(lambda it: it.pids())
    supervisor.request_stop()
    await task
    assert running == [True]


async def test_a_process_that_does_not_listen_is_killed(supervise):
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    supervisor, task, lines = supervise(python("a", deaf))
    await lines.holds(lambda it: it.pids())
    supervisor.request_stop()
    await task
    assert not psutil.pid_exists(lines.pids()[0])


async def test_what_a_process_started_ends_with_it(supervise):
    nest = (
        "import subprocess, sys;"
        f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}], stdout=sys.stderr).wait()"
    )
    supervisor, task, lines = supervise(python("a", nest))
    await lines.holds(lambda it: it.pids())
    supervisor.request_stop()
    await task
    ends(lines.pids()[0])


async def test_a_process_that_leaves_another_behind_is_started_again(supervise):
    leave = (
        "import subprocess, sys;"
        f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}], stdout=sys.stdout);"
        "import time; time.sleep(0.3)"
    )
    _, _, lines = supervise(python("a", leave))
    await lines.holds(lambda it: len(it.pids()) >= 2)
    ends(lines.pids()[0])


async def test_a_program_that_is_missing_ends_the_others(supervise):
    _, task, _ = supervise(python("a", SLEEP), ProcessSpec("b", ["/no/program"]))
    with pytest.RaisesGroup(FileNotFoundError):
        await task


ALONE = f"""
import asyncio, sys
from hub.runtime.output import PrefixedOutput
from hub.runtime.supervisor import ProcessSpec, Supervisor
spec = ProcessSpec("child", [sys.executable, "-c", {SLEEP!r}])
asyncio.run(Supervisor([spec], PrefixedOutput(sys.stdout, ["child"])).run())
"""


@pytest.fixture
def alone():
    with subprocess.Popen([sys.executable, "-c", ALONE], stdout=subprocess.PIPE) as one:
        child = int(one.stdout.readline().split()[-1])
        yield one, child
        one.kill()


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_orderly(alone, name):
    supervisor, child = alone
    supervisor.send_signal(name)
    assert supervisor.wait(10) == 0
    ends(child)


def test_the_kernel_ends_children_of_a_killed_supervisor(alone):
    supervisor, child = alone
    supervisor.kill()
    ends(child)


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_only(alone):
    supervisor, child = alone
    assert os.getpgid(child) != os.getpgid(supervisor.pid)


def ends(pid):
    """Wait for the end of a process that nobody here is the parent of."""
    eventually(lambda: not alive(pid), f"process {pid} ends", seconds=5)


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
