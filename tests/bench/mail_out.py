"""Acknowledgements from the outbound topic to a real SMTP server, on one core."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hub.runtime.servers.ports import free_port
from tests.bench.mail_in import CONNECTOR, pin
from tests.bench.place import REPOSITORY, Place, connector_settings, place
from tests.bench.results import Results
from tests.bench.road import answered
from tests.bench.tape import record
from tests.bench.watch import Load

PATIENCE = 180


def measure(results: Results, *, quick: bool) -> None:
    """Mails per second at the server, over the middle of the work."""
    touchpoints = 8_000 if quick else 24_000
    port = free_port()
    with place() as here, _sink(port) as sink:
        tape = record(here.folder / "tape", 4, touchpoints)
        wanted = _fill(here, tape.file, touchpoints, tape.acknowledged)
        settings = connector_settings(
            email={"smtp": {"enabled": False}, "relay": {"port": port}}
        )
        here.start(CONNECTOR, **settings)
        pin(here, CONNECTOR)
        points = _received(sink, wanted)
        cpu = here.usage()[CONNECTOR].cpu
    first, last = points[len(points) // 10], points[len(points) * 9 // 10]
    rate = (last["mails"] - first["mails"]) / (last["at"] - first["at"])
    results.add("send_rate", rate, "mails/s")
    results.add("send_cpu_us", cpu / wanted * 1e6, "us/mail")


def _fill(here: Place, tape: object, count: int, wanted: int) -> int:
    """Let workflows acknowledge the tape's mails and forms; how many are to send."""
    here.start(
        "intake", "relay", "workflows", TOUCHLINE_OUTBOUND__UNCLAIMED_SECONDS="3600"
    )
    with Load(here, tape) as load:
        load.say("burst", count)
        found = asyncio.run(answered(here.kafka, wanted, time.time() + PATIENCE))
    here.stop()
    return found


@contextmanager
def _sink(port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.smtp_sink", str(port)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _received(sink: "subprocess.Popen[str]", wanted: int) -> list[dict[str, float]]:
    """What the sink says, until it has (nearly) all."""
    points: list[dict[str, float]] = []
    assert sink.stdout is not None
    while not points or points[-1]["mails"] < wanted - 100:
        line = sink.stdout.readline()
        if not line:
            raise RuntimeError("the mail server ended")
        points.append(json.loads(line))
    return points
