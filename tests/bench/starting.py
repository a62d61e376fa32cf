"""`touchline up` on data that is there already, until a first touchpoint is visible."""

import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import psycopg

from hub.cli.running import find
from hub.runtime import processes
from hub.runtime.servers.ports import free_port
from tests.bench.place import environment
from tests.bench.results import Results

PATIENCE = 120.0
_SEEN = """
SELECT count(*) FROM touchline_views.customer_timeline_v1 t
JOIN touchline_views.queue_board_v1 b ON b.interaction_id = t.interaction_id
WHERE t.subject = %s
"""
_CONFIG = """
[web]
port = {web}
[connectors.email.smtp]
port = {smtp}
[connectors.webform]
port = {webform}
[connectors.sms]
port = {sms}
[connectors.phone]
port = {phone}
"""


def measure(results: Results, *, quick: bool) -> None:
    """A cold start makes the data; the warm ones count, their median."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-start-"))
    try:
        port = _configure(folder)
        cold = _start(folder, port, "cold")
        warm = sorted(
            _start(folder, port, f"warm {n}") for n in range(1 if quick else 3)
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results.add("start_cold_s", cold, "s")
    results.add("start_s", warm[len(warm) // 2], "s")


def _configure(folder: Path) -> int:
    names = ("web", "smtp", "webform", "sms", "phone")
    ports = {name: free_port() for name in names}
    (folder / "touchline.toml").write_text(_CONFIG.format(**ports), encoding="utf-8")
    return ports["smtp"]


def _start(folder: Path, port: int, subject: str) -> float:
    """Seconds from the command to a mail on the board and in the timeline."""
    began = time.monotonic()
    up = processes.spawn(
        [sys.executable, "-P", "-m", "hub", "up"],
        log=folder / "up.log",
        environment=environment(
            TOUCHLINE_CONFIG=str(folder / "touchline.toml"),
            TOUCHLINE_DATA_DIR=str(folder / "data"),
        ),
    )
    try:
        _until(lambda: _sent(port, subject), up, folder)
        _until(lambda: _seen(folder / "data", subject), up, folder)
        return time.monotonic() - began
    finally:
        processes.stop(up, gentle=signal.SIGTERM, patience=60)


def _until(done: Callable[[], bool], up: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if up.poll() is not None or time.monotonic() > end:
            raise RuntimeError(processes.tail(folder / "up.log", 30))
        time.sleep(0.05)


def _sent(port: int, subject: str) -> bool:
    mail = EmailMessage()
    mail["From"] = "person@customer.example"
    mail["To"] = "support@touchline.example"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}@customer.example>"
    mail.set_content("Hello")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            client.send_message(mail)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def _seen(data: Path, subject: str) -> bool:
    run = find(data)
    if run is None:
        return False
    try:
        with psycopg.connect(run.database, connect_timeout=2) as connection:
            row = connection.execute(_SEEN, [subject]).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])
