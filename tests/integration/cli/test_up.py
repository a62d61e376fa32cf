"""`touchline up` from start to end, as an operator sees it: real servers, real mail."""

import json
import logging
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from importlib.metadata import entry_points
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner, Result

from hub.cli.main import app
from hub.runtime.servers import jars
from hub.runtime.servers.ports import free_port
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
START_SECONDS = 120
pytestmark = [
    pytest.mark.hub,
    pytest.mark.timeout(420 + (0 if jars.jars_present() else jars.FETCH_SECONDS)),
    pytest.mark.skipif(
        not entry_points(group="touchline.connectors"),
        reason="touchline is not installed, so no connector is known",
    ),
]


class Hub:
    """A hub in a folder of its own, and commands that find it there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / "data", folder / "up.txt"
        self.smtp, self.web = free_port(), free_port()
        ports = {name: {"port": free_port()} for name in ("webform", "sms", "phone")}
        connectors = {"email": {"smtp": {"port": self.smtp}}, **ports}
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("TOUCHLINE_")},
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), os.environ.get("PYTHONPATH", "")]
            ),
            "TOUCHLINE_DATA_DIR": str(self.folder),
            "TOUCHLINE_WEB__PORT": str(self.web),
            "TOUCHLINE_CONNECTORS": json.dumps(connectors),
        }

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._argv("up"), env=self.env, stdout=log, stderr=log, cwd="/"
            )
        self.wait_for(lambda: "Ctrl-C stops everything." in self.log.read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def run(self, *arguments: str, said: str = "") -> Result:
        """Run a command in this process: it imports everything only once."""
        handlers = logging.getLogger().handlers[:]
        # The hub has a master key of its own, in its folder.
        env = {**self.env, "TOUCHLINE_MASTER_KEY": None}
        try:
            return CliRunner().invoke(app, list(arguments), input=said, env=env)
        finally:
            logging.getLogger().handlers[:] = handlers

    def json(self, *arguments: str):
        done = self.run(*arguments, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    def wait_for(self, ready) -> None:
        """Until it is so, unless the hub ends before; a failure shows its output."""

        def look():
            assert self.process.poll() is None, self.log.read_text()
            return ready()

        eventually(look, self.log.read_text, seconds=START_SECONDS)

    def post(self, subject: str) -> None:
        message = EmailMessage()
        message["From"] = "Ana Ruiz <ana@example.org>"
        message["To"] = "support@touchline.example"
        message["Subject"] = subject
        message["Message-ID"] = f"<{subject.replace(' ', '.')}@example.org>"
        message.set_content("Where is it?")
        with smtplib.SMTP("127.0.0.1", self.smtp) as smtp:
            smtp.send_message(message)

    def work(self, subject: str):
        """Post a mail and return its row once it is on the board."""
        self.post(subject)
        self.wait_for(lambda: subject in self.run("queues", "show", "general").stdout)
        rows = self.json("queues", "show", "general")["work"]
        return next(row for row in rows if row["subject"] == subject)

    def _argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "hub", *arguments]


@pytest.fixture(scope="module")
def hub():
    # PostgreSQL runs as another user where the tests are root: not pytest's folder.
    folder = Path(tempfile.mkdtemp(prefix="touchline-up-"))
    hub = Hub(folder)
    hub.start()
    yield hub
    if hub.process.poll() is None:
        hub.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_the_doctor_finds_it_healthy(hub):
    found = hub.json("doctor")
    assert found["healthy"]
    states = {one["name"]: one["state"] for one in found["checks"]}
    for name in ("hub", "database", "clock", "migrations", "broker", "topics"):
        assert states[name] == "ok"


def test_a_mail_becomes_work_that_commands_show(hub):
    row = hub.work("A lost parcel")
    assert row["customer_name"] == "Ana Ruiz"
    assert hub.json("queues", "show")["queues"][0]["waiting"] > 0

    shown = hub.json("interactions", "show", f"#{row['number']}")
    assert shown["messages"][0]["text"].strip() == "Where is it?"

    card = hub.json("customers", "show", "ana@example.org")
    assert card["name"] == "Ana Ruiz"
    assert "A lost parcel" in {one["subject"] for one in card["contacts"]}


def test_a_second_hub_on_the_same_data_is_refused(hub):
    done = hub.run("up")
    assert done.exit_code == 1
    assert f"process {hub.process.pid}" in done.stderr


def test_people_are_added_and_answer(hub):
    add = ("people", "add", "anna", "--role", "agent", "--password", "-")
    assert hub.run(*add, said="correct horse battery\n").exit_code == 0
    assert hub.json("people", "list")["people"][0]["name"] == "anna"

    number = hub.work("Another parcel")["number"]
    reply = ("interactions", "reply", str(number), "On its way.", "--as", "anna")
    assert hub.json(*reply)["number"] == number
    assert hub.run(*reply[:4], "--as", "nobody").exit_code == 4


def test_mail_from_files_is_imported_once(hub, tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(
        b"From: ben@example.org\r\nMessage-ID: <file@example.org>\r\n\r\nHi.\r\n"
    )
    (tmp_path / "no-mail.bin").write_bytes(bytes(range(256)))
    first = hub.json("email", "import", str(tmp_path))
    assert (first["accepted"], len(first["rejected"])) == (1, 1)
    hub.wait_for(lambda: hub.run("customers", "show", "ben@example.org").exit_code == 0)
    assert hub.json("email", "import", str(tmp_path)) == first
    hub.wait_for(lambda: hub.json("parked", "list")["parked"])
    assert hub.json("customers", "show", "ben@example.org")["contacts_in"] == 1


def test_parked_mail_is_shown_and_discarded(hub, tmp_path):
    (tmp_path / "picture.bin").write_bytes(bytes(range(255, -1, -1)))
    hub.run("email", "import", str(tmp_path))
    hub.wait_for(lambda: hub.json("parked", "list")["parked"])
    first = hub.json("parked", "list")["parked"][0]["id"]
    assert hub.run("parked", "show", first, "--raw").exit_code == 0
    assert hub.run("parked", "discard", first, "--reason", "no mail").exit_code == 0
    left = [one["id"] for one in hub.json("parked", "list")["parked"]]
    assert first not in left


def test_events_are_replayed_marked_and_without_effect(hub, tmp_path):
    hub.work("A mail to replay")
    before = hub.json("queues", "show")
    file = tmp_path / "events.ndjson"
    done = hub.json("events", "replay", "--ndjson", str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == done["events"] > 0
    assert all(line["replay"] for line in lines)
    assert hub.json("events", "replay", "--to-topic", "mine.replay")["events"] > 0
    assert hub.json("queues", "show") == before


def test_rebuilt_read_models_equal_the_live_ones(hub):
    done = hub.json("projections", "rebuild", "--all")
    assert done["equal"]
    assert {one["projection"] for one in done["projections"]} == {
        "customer_card",
        "customer_timeline",
        "interaction_view",
        "queue_board",
        "queue_visits",
        "search_index",
    }


def test_every_hop_is_measured(hub):
    found = hub.json("status")
    assert found["healthy"]
    names = {hop["name"] for hop in found["hops"]}
    assert {"relay", "queue_board_v1", "touchline.touchpoints.email"} <= names


def test_what_does_not_exist_is_not_found(hub):
    for command in (
        ("customers", "show", "nobody@example.org"),
        ("interactions", "show", "999999"),
        ("queues", "show", "nowhere"),
        ("parked", "show", "00000000-0000-0000-0000-000000000000"),
    ):
        assert hub.run(*command).exit_code == 4, command


def test_sigterm_stops_everything_and_the_data_stays(hub):
    family = psutil.Process(hub.process.pid).children(recursive=True)
    assert len(family) > 6
    hub.work("A last mail")
    hub.stop()
    assert hub.process.returncode == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    hub.start()
    assert hub.json("customers", "show", "ana@example.org")["name"] == "Ana Ruiz"
