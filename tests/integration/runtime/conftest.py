"""A folder for servers, and a look at what still runs in it."""

import shutil
import tempfile
import time
from pathlib import Path

import psutil
import pytest


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="touchline-tests-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def hold():
    """Wait until a condition holds; for what other processes do."""

    def wait(condition, seconds=10):
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit
            time.sleep(0.02)

    return wait


@pytest.fixture
def nothing_runs(folder, hold):
    """Wait until no process works in the folder any more."""
    return lambda: hold(
        lambda: not any(_works_in(one, folder) for one in psutil.process_iter())
    )


def _works_in(process, folder):
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False
