"""10,000 open live views on one web process while 50 touchpoints arrive each second."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from typing import Any, Final
from uuid import UUID

import httpx

from tests.accounts import api_key
from tests.bench.place import REPOSITORY, Place, place
from tests.bench.results import Results
from tests.bench.road import ROLES
from tests.bench.tape import record
from tests.bench.watch import Load

RATE: Final = 50
BOARDS: Final = 1_000
"""Of the views that are told apart by what they show: boards; the rest are pages."""
KNOWN: Final = 3_000
"""Touchpoints that are there before: their interactions are the pages."""
_OPEN = "SELECT interaction_id FROM touchline_views.queue_board_v1"


def measure(results: Results, *, quick: bool) -> None:
    """p99 from a commit's announcement to its arrival at every view it concerns."""
    views, seconds = (1_000, 20) if quick else (10_000, 120)
    with place() as here:
        tape = record(here.folder / "tape", 4, KNOWN + 3 * RATE * (seconds + 60))
        here.start(*ROLES, TOUCHLINE_OUTBOUND__UNCLAIMED_SECONDS="3600")
        key = api_key(here.dsn, "bench", "supervisor")
        asyncio.run(_web_is_up(here))
        with Load(here, tape.file) as load:
            load.say("burst", KNOWN)
            pages = _pages(here, load)
            boards = views * BOARDS // 10_000
            mixed = ["board"] * boards + random.Random(3).choices(
                pages, k=views - boards
            )
            _views(results, here, load, key, "pages", mixed, seconds)
            _views(results, here, load, key, "boards", ["board"] * views, seconds)


async def _web_is_up(here: Place) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                await client.get(f"http://127.0.0.1:{here.settings.web.port}/login")
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return
    raise TimeoutError("the web role did not come up")


def _pages(here: Place, load: Load) -> list[str]:
    """The topics of interactions that customers go on writing to."""
    load.drain(120)
    with here.connect() as connection:
        found: list[tuple[UUID]] = connection.execute(_OPEN).fetchall()
    return [f"interaction:{interaction.hex}" for (interaction,) in found]


def _views(  # noqa: PLR0913  (a helper of two)
    results: Results,
    here: Place,
    load: Load,
    key: str,
    name: str,
    topics: list[str],
    seconds: int,
) -> None:
    viewers = _start(here, key, topics)
    try:
        load.say("rate", RATE)
        load.watch(10)
        before = here.usage()
        viewers.send_signal(signal.SIGUSR1)
        load.watch(seconds)
        after = here.usage()
        load.say("rate", 0)
        load.watch(5)
    finally:
        viewers.send_signal(signal.SIGTERM)
    assert viewers.stdout is not None
    said: dict[str, Any] = json.loads(viewers.stdout.readline())
    viewers.wait(30)
    results.add(f"live_{name}_p50_ms", said["p50"] * 1000, "ms")
    results.add(f"live_{name}_p99_ms", said["p99"] * 1000, "ms")
    for figure in ("arrivals", "changes", "missing", "snapshots"):
        results.add(f"live_{name}_{figure}", said[figure], "")
    cores = (after["web"].cpu - before["web"].cpu) / seconds
    results.add(f"live_{name}_web_cores", cores, "cores")
    results.add(f"live_{name}_web_mib", after["web"].rss, "MiB")


def _start(here: Place, key: str, topics: list[str]) -> "subprocess.Popen[str]":
    port = str(here.settings.web.port)
    viewers = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.viewers", port, key, here.dsn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )
    assert viewers.stdin is not None
    assert viewers.stdout is not None
    viewers.stdin.write("\n".join(topics))
    viewers.stdin.close()
    if json.loads(viewers.stdout.readline() or "{}").get("open") != len(topics):
        raise RuntimeError("the views could not be opened: see what viewers wrote")
    return viewers
