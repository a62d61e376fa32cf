"""Packages of npm that tests need; fetched once into the cache of this machine."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from hub.runtime.settings import cache_home

FETCH_SECONDS = 300


def installed(name: str, version: str) -> Path:
    """The folder `node_modules` with a package and all that it needs.

    Skips the test where npm is missing.
    """
    folder = cache_home() / "npm" / f"{name.replace('/', '-')}-{version}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _install(f"{name}@{version}", folder)
    return folder / "node_modules"


def _install(package: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"{package} needs npm: apt-get install npm")
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        subprocess.run(
            [npm, "install", "--no-save", "--silent", "--prefix", work, package],
            check=True,
            timeout=FETCH_SECONDS,
        )
        try:
            Path(work).rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
            return
        Path(work).mkdir()
