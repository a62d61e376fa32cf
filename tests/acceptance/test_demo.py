"""`make demo`, the first command that people try: its day, its links, its end."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.cli import running
from hub.cli.demo.content import scene
from hub.cli.demo.place import Place
from hub.runtime.processes import spawn, stop
from hub.runtime.servers import jars
from tests.acceptance.road import START_SECONDS
from tests.conftest import FETCH_TIMEOUT
from tests.waiting import eventually

COMMAND = Path(sys.executable).with_name("touchline")
"""What the Makefile calls."""

FETCHING = 0 if jars.jars_present() else FETCH_TIMEOUT
READY_SECONDS = START_SECONDS + FETCHING
TRICKLE_SECONDS = 60.0
GRACE_SECONDS = 60.0
LINK = re.compile(r"^  (\S.*?)  +\S.*\n    (http\S+/demo/login/\S+)$", re.MULTILINE)

pytestmark = pytest.mark.timeout(480 + FETCHING)


class Demo:
    """Starts of the demo on one folder of data, without a terminal."""

    def __init__(self, folder: Path) -> None:
        self.home, self.data = folder, folder / "touchline"
        self.log = folder / "demo.txt"

    @cached_property
    def environment(self) -> dict[str, str]:
        given = os.environ.items()
        clean = {k: v for k, v in given if not k.startswith("TOUCHLINE_")}
        return {**clean, "XDG_DATA_HOME": str(self.home)}

    def start(self) -> dict[str, str]:
        """Start it, and answer its links by the names of people."""
        self.process = spawn(
            [COMMAND, "demo"], log=self.log, environment=self.environment
        )
        return eventually(self._links, self.said, seconds=READY_SECONDS)

    def _links(self) -> dict[str, str]:
        assert self.process.poll() is None, self.said()
        said = self.said()
        return dict(LINK.findall(said)) if "Ctrl-C stops everything" in said else {}

    def said(self) -> str:
        """All that the latest start has printed."""
        return self.log.read_text("utf-8")

    def stop(self, how: signal.Signals) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(GRACE_SECONDS)

    def processes(self) -> list[dict[str, Any]]:
        """Every process that works with this demo's data."""
        alive = psutil.process_iter(["pid", "cmdline", "environ"])
        return [one.info for one in alive if str(self.home) in str(one.info)]

    def rows(self, sql: str, *parameters: Any) -> set[tuple[Any, ...]]:
        """Rows of the running demo's database."""
        run = running.find(self.data)
        assert run is not None
        with psycopg.connect(run.database) as connection:
            return {*connection.execute(sql.encode(), parameters).fetchall()}

    @property
    def ended(self) -> datetime:
        """When the day that it loaded was over."""
        ended = Place.opened(self.data).day
        assert ended is not None
        return ended

    def day(self) -> set[tuple[Any, ...]]:
        """The contacts of the loaded day, and whose they are."""
        return self.rows(
            "SELECT touchpoint_id, customer_id"
            " FROM touchline_views.customer_timeline_v1"
            " WHERE direction = 'in' AND occurred_at <= %s",
            self.ended,
        )

    def later(self) -> set[tuple[Any, ...]]:
        """The contacts that came by themselves since."""
        return self.rows(
            "SELECT touchpoint_id FROM touchline_views.customer_timeline_v1"
            " WHERE direction = 'in' AND occurred_at > %s",
            self.ended,
        )


@pytest.fixture
def demo(folder_for_servers: Path) -> Iterator[Demo]:
    """A demo that was not started yet."""
    demo = Demo(folder_for_servers)
    yield demo
    stop(demo.process, patience=GRACE_SECONDS)


def test_it_tells_a_day_goes_on_ends_cleanly_and_comes_back(demo: Demo) -> None:
    # When it is started for the first time, everybody's link lets them in.
    links = demo.start()
    assert links.keys() == {person.name for person in scene().people}
    for name, link in links.items():
        lands_on_a_page_of(name, link)

    # Then the board has work on all channels, and more comes by itself.
    assert channels(demo) == {("email",), ("webform",), ("sms",), ("phone",)}
    day = demo.day()
    assert len(day) == contacts_told()
    eventually(demo.later, demo.said, seconds=TRICKLE_SECONDS)

    # When it is asked to end, nothing of it is left.
    assert len(demo.processes()) > len(("postgres", "broker", "demo"))
    assert demo.stop(signal.SIGTERM) == 0, demo.said()
    assert demo.processes() == []

    # Then the next start goes on with the same day, told once, and the same links.
    assert demo.start() == links
    assert demo.day() == day
    known = demo.later()
    eventually(lambda: demo.later() - known, demo.said, seconds=TRICKLE_SECONDS)
    assert demo.stop(signal.SIGINT) == 0, demo.said()
    assert demo.processes() == []


def channels(demo: Demo) -> set[tuple[Any, ...]]:
    return demo.rows("SELECT channel FROM touchline_views.queue_board_v1")


def contacts_told() -> int:
    """How often a customer of the day got in touch; a bounce is no contact."""
    steps = (step for told in scene().day for step in told.steps)
    return sum(bool(s.said) and not (s.email and s.email.bounce) for s in steps)


def lands_on_a_page_of(name: str, link: str) -> None:
    """The link leads to a page that its person may see, under their name."""
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=20) as client:
        answer = client.get(link)
    assert answer.status_code == 200, answer.text
    shown = LexborHTMLParser(answer.text).css_first(".menu .panel strong")
    assert shown is not None, answer.text
    assert shown.text() == name
