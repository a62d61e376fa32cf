"""Mail servers on loopback: our own receiver, a sink, and Dovecot."""

import asyncio
import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import imapclient
import pytest

from connectors.email.config import EmailConfig
from connectors.email.connector import EmailConnector
from connectors.sdk.testing import MemoryPorts
from hub.runtime.processes import tail
from hub.runtime.servers.ports import accepts, free_port
from tests.waiting import eventually

START_SECONDS = 20


@pytest.fixture
def make() -> Callable[..., EmailConnector]:
    """A connector whose receiver listens on a free port."""

    def make(**settings) -> EmailConnector:
        smtp = {"port": 0, **settings.pop("smtp", {})}
        config = EmailConfig.model_validate({"smtp": smtp, **settings})
        return EmailConnector("email", config, MemoryPorts())

    return make


@dataclass
class Dovecot:
    """A running IMAP server, and one account on it without mail."""

    port: int
    username: str

    def client(self) -> imapclient.IMAPClient:
        client = imapclient.IMAPClient("127.0.0.1", port=self.port, ssl=False)
        client.login(self.username, "secret")
        return client


CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
mail_location = maildir:{home}/mail/%u
first_valid_uid = 0
last_valid_uid = 0
first_valid_gid = 0
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
"""


@pytest.fixture
def dovecot(dovecot_port: int) -> Dovecot:
    """An account of its own for each test; its password is `secret`."""
    return Dovecot(dovecot_port, f"support-{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def dovecot_port() -> Iterator[int]:
    """Dovecot, which lets in every name with the right password."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no IMAP server here: apt-get install dovecot-imapd")
    home = Path(tempfile.mkdtemp(prefix="tl-imap-"))
    port = free_port()
    text = CONFIGURATION.format(home=home, port=port, **_accounts(home))
    (home / "dovecot.conf").write_text(text)
    process = subprocess.Popen([program, "-F", "-c", str(home / "dovecot.conf")])
    try:
        _wait_for(port, process, home / "log")
        yield port
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _accounts(home: Path) -> dict[str, str | int]:
    """Who Dovecot's processes run as: it refuses to read mail, or log in, as root."""
    (home / "mail").mkdir()
    own = pwd.getpwuid(os.getuid())
    if own.pw_uid:
        group = grp.getgrgid(own.pw_gid).gr_name
        names = {"internal": own.pw_name, "login": own.pw_name, "group": group}
        return {**names, "uid": own.pw_uid, "gid": own.pw_gid}
    nobody = pwd.getpwnam("nobody")
    home.chmod(0o755)
    os.chown(home / "mail", nobody.pw_uid, nobody.pw_gid)
    names = {"internal": "dovecot", "login": "dovenull", "group": "dovecot"}
    return {**names, "uid": nobody.pw_uid, "gid": nobody.pw_gid}


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    def said() -> str:
        return f"Dovecot starts: {tail(log)}"

    def up() -> bool:
        assert process.poll() is None, said()
        return accepts(f"127.0.0.1:{port}")

    eventually(up, said, seconds=START_SECONDS)


@dataclass
class Running:
    """A connector in `run`, and how to stop it."""

    stop: asyncio.Event
    task: asyncio.Task[None]


@pytest.fixture
async def start() -> AsyncIterator[Callable[[EmailConnector], Running]]:
    """Run connectors until the test ends."""
    running: list[Running] = []

    def start(connector: EmailConnector) -> Running:
        stop = asyncio.Event()
        running.append(Running(stop, asyncio.create_task(connector.run(stop))))
        return running[-1]

    yield start
    for one in running:
        one.stop.set()
        await one.task
