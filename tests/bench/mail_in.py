"""Mails by SMTP into Kafka, through the real connector on one core."""

import json
import socket
import subprocess
import sys
import time

import psutil

from hub.runtime.servers.ports import free_port
from tests.bench.place import REPOSITORY, Place, connector_settings, place
from tests.bench.results import Results

CONNECTOR = "connector run email"
CONNECTIONS = 100
PATIENCE = 60


def measure(results: Results, *, quick: bool) -> None:
    """Mails that were acknowledged after Kafka had them, per second."""
    mails = 3_000 if quick else 10_000
    port = free_port()
    with place() as here:
        here.start(CONNECTOR, **connector_settings(email={"smtp": {"port": port}}))
        pin(here, CONNECTOR)
        _until_open(port)
        before = here.usage()[CONNECTOR].cpu
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.bench.smtp_load"),
                *(str(port), str(mails), str(CONNECTIONS)),
            ],
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
        )
        cpu = here.usage()[CONNECTOR].cpu - before
    said = json.loads(done.stdout)
    results.add("smtp_rate", said["mails"] / said["seconds"], "mails/s")
    results.add("smtp_cpu_us", cpu / mails * 1e6, "us/mail")


def pin(here: Place, role: str) -> None:
    """Let a role have one core, whatever it could use."""
    psutil.Process(here.roles[role].pid).cpu_affinity([0])


def _until_open(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the connector does not listen: see its log")
