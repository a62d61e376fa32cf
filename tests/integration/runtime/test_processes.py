"""Children and strangers end for certain, and notes on servers are believed."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from hub.runtime.processes import spawn, stop, stop_stranger, tail
from hub.runtime.servers import runfile
from tests.waiting import eventually

DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def deaf(tmp_path):
    log = tmp_path / "log"
    child = spawn([sys.executable, "-c", DEAF], log=log)
    eventually(lambda: "ready" in tail(log), "it is ready")
    yield child
    child.kill()
    child.wait()


def test_a_child_that_does_not_listen_is_killed(deaf):
    stop(deaf, patience=0.1)
    assert deaf.returncode == -9


def test_a_stranger_that_does_not_listen_is_killed(deaf):
    stop_stranger(psutil.Process(deaf.pid), patience=0.1)
    assert not psutil.pid_exists(deaf.pid)


def test_a_stranger_that_has_ended_is_no_problem(deaf):
    stranger = psutil.Process(deaf.pid)
    stop(deaf, patience=0)
    stop_stranger(stranger)


def test_the_log_of_the_run_before_is_kept(tmp_path):
    for word in ("one", "two"):
        spawn(["/bin/echo", word], log=tmp_path / "log").wait()
    assert tail(tmp_path / "log") == "two"
    assert tail(tmp_path / "log.1") == "one"


def test_a_missing_log_reads_as_empty(tmp_path):
    assert tail(tmp_path / "none") == "(its log is empty)"


def test_a_run_of_this_process_can_be_joined(deaf, tmp_path):
    runfile.note(tmp_path, deaf.pid, {"sql": 1})
    run = runfile.joinable(tmp_path)
    assert (run.pid, run.owner, run.ports) == (deaf.pid, os.getpid(), {"sql": 1})


def test_a_number_that_another_process_has_now_is_not_joined(deaf, tmp_path):
    runfile.note(tmp_path, deaf.pid, {"sql": 1})
    change(tmp_path, started={str(deaf.pid): 1.0})
    assert runfile.joinable(tmp_path) is None
    assert psutil.pid_exists(deaf.pid)
    assert runfile.last_ports(tmp_path) == {"sql": 1}


def test_a_server_without_its_owner_is_ended(tmp_path):
    server = subprocess.Popen(["/bin/sleep", "60"])
    runfile.note(tmp_path, server.pid, {})
    owner = subprocess.Popen(["/bin/true"])
    owner.wait()
    change(tmp_path, owner=owner.pid)
    assert runfile.joinable(tmp_path) is None
    server.wait(5)
    assert not psutil.pid_exists(server.pid)


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1, "other": 2}'])
def test_a_note_that_cannot_be_read_counts_as_none(tmp_path, text):
    (tmp_path / "running.json").write_text(text)
    assert runfile.joinable(tmp_path) is None
    assert runfile.last_ports(tmp_path) == {}


def change(folder, **values):
    file = folder / "running.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))
