"""A folder for servers, and a look at what still runs in it."""

import shutil
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.waiting import becomes


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="touchline-tests-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def nothing_runs(folder):
    """Wait until no process works in the folder any more."""
    return lambda: becomes(
        lambda: [one for one in psutil.process_iter() if _works_in(one, folder)], []
    )


def _works_in(process, folder):
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False
