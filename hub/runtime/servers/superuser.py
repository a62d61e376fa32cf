"""PostgreSQL refuses to run as root; root lends it a user that can do nothing else."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import structlog

from hub.runtime.processes import Identity
from hub.runtime.servers.errors import ServerError

USER = "touchline-postgres"

_log = structlog.get_logger(__name__)


def stand_in(*folders: Path) -> Identity | None:
    """Return whom to run as instead of root, or None if we are not root.

    The user is created if missing. So that it can reach the folders, those above
    them are opened for passing through, not for looking into.
    """
    if os.geteuid() != 0:
        return None
    entry = _user()
    for folder in folders:
        for step in (folder.resolve(), *folder.resolve().parents):
            _open_passage(step)
    return Identity(entry.pw_uid, entry.pw_gid)


def _user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        _create_user()
        return pwd.getpwnam(USER)


def _create_user() -> None:
    program = shutil.which("useradd")
    if program is None:
        raise ServerError(f"Create the user {USER} first: there is no useradd.")
    options = ["--system", "--user-group", "--no-create-home", "--home-dir=/"]
    done = subprocess.run(
        [program, *options, "--shell=/usr/sbin/nologin", USER],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(f"The user {USER} could not be created: {done.stderr}")


def give(identity: Identity | None, *paths: Path) -> None:
    """Make the stand-in the owner of the paths."""
    if identity:
        for path in paths:
            os.chown(path, identity.user, identity.group)


def _open_passage(folder: Path) -> None:
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IXOTH:
        return
    folder.chmod(mode | stat.S_IXOTH)
    _log.info("folder opened for passing through", folder=str(folder), user=USER)
