"""`touchline up`, warm: until the first touchpoint is visible."""

import json
import os
import signal
import smtplib
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from hub.runtime import processes
from hub.runtime.servers.ports import free_port
from tests.bench.place import REPOSITORY
from tests.bench.results import Results

PATIENCE = 180
_SEEN = "SELECT count(*) FROM touchline_views.queue_board_v1 WHERE subject = %s"


def measure(results: Results, *, quick: bool) -> None:
    """The second start on the same data."""
    del quick
    with TemporaryDirectory(prefix="touchline-bench-") as name:
        folder = Path(name)
        _start_and_send(folder, "first")
        results.add("start_s", _start_and_send(folder, "second"), "s")


def _start_and_send(folder: Path, subject: str) -> float:
    """Start, send a mail as soon as one is taken, see it on the board, stop."""
    smtp = free_port()
    environment = _environment(folder, smtp)
    began = time.monotonic()
    hub = processes.spawn(
        [sys.executable, "-P", "-m", "hub", "up"],
        log=folder / "up.log",
        environment=environment,
    )
    try:
        _send(smtp, subject, began)
        _see(folder, subject, began)
        return time.monotonic() - began
    finally:
        hub.send_signal(signal.SIGTERM)
        hub.wait(60)


def _environment(folder: Path, smtp: int) -> dict[str, str]:
    connectors = {
        "email": {"smtp": {"port": smtp}},
        **{name: {"port": free_port()} for name in ("webform", "sms", "phone")},
    }
    (folder / "touchline.toml").touch()
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "TOUCHLINE_CONFIG": str(folder / "touchline.toml"),
        "TOUCHLINE_DATA_DIR": str(folder / "data"),
        "TOUCHLINE_WEB__PORT": str(free_port()),
        "TOUCHLINE_CONNECTORS": json.dumps(connectors),
    }


def _send(port: int, subject: str, began: float) -> None:
    mail = f"From: ana@customer.example\r\nSubject: {subject}\r\n\r\nHello\r\n"
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
                client.sendmail(
                    "ana@customer.example", ["support@touchline.example"], mail
                )
                return
        except (OSError, smtplib.SMTPException):
            if time.monotonic() - began > PATIENCE:
                raise
            time.sleep(0.05)


def _see(folder: Path, subject: str, began: float) -> None:
    announced = json.loads((folder / "data" / "up.json").read_text("utf-8"))
    with psycopg.connect(announced["database"], autocommit=True) as connection:
        while True:
            row = connection.execute(_SEEN, (subject,)).fetchone()
            if row and row[0]:
                return
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError("the mail did not arrive")
            time.sleep(0.02)
