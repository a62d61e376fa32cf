"""The master key on the command line: rotated, listed, missing, and off."""

import base64
import json
import os

import pytest
from typer.testing import CliRunner

from hub.adapters.keys.held import HeldKeys
from hub.adapters.keys.master import master_id
from hub.bootstrap.parts import NotConfiguredError
from hub.bootstrap.sealing import begin_sealing, keys_of
from hub.cli import checks_there
from hub.cli.main import app
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.integration.store.keys import held, sealer_on
from tests.integration.store.test_sealing import sealed
from tests.unit.domain.touchpoints import mail

FIRST = master_id(held()[0])
OTHER = base64.b64encode(b"o" * 32).decode()


@pytest.fixture
def hub(database):
    made = Hub(database, sealed=True)
    made.take_in(mail("<1@a>"))
    yield made
    made.close()


@pytest.fixture
def file(no_settings, monkeypatch):
    """The tests' master key in a file, where a hub of one machine has it."""
    keys = HeldKeys("", no_settings / "data" / "master.key")
    keys.file.parent.mkdir()
    keys.file.write_text(os.environ["TOUCHLINE_MASTER_KEY"])
    keys.file.chmod(0o600)
    monkeypatch.delenv("TOUCHLINE_MASTER_KEY")
    return keys


@pytest.fixture
def touchline(database, file, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_DATABASE", database)
    monkeypatch.setenv("TOUCHLINE_DATA_DIR", str(file.file.parent))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def settings_with(database, file, **more):
    return Settings(database=database, data_dir=file.file.parent, **more)


def doctor(settings):
    """What it says of sealing: state, what it found, and what to do."""
    return next(
        (one.state, one.found, one.todo)
        for one in checks_there.database(settings)
        if one.name == "sealing"
    )


def test_rotating_wraps_all_keys_under_a_new_one_and_what_was_sealed_opens(
    touchline, hub, file
):
    assert json.loads(touchline("keys", "master", "list", "--json").stdout) == {
        "masters": [{"id": FIRST, "wraps": 2, "held": True}]
    }
    done = touchline("keys", "master", "rotate")
    newest = master_id(file.read()[0])
    assert done.stdout == f"2 keys are wrapped under the master key {newest} now.\n"
    assert "Back the new master key up" in done.stderr
    found = json.loads(touchline("keys", "master", "list", "--json").stdout)
    assert [(one["id"], one["wraps"]) for one in found["masters"]] == [
        (newest, 2),
        (FIRST, 0),
    ]
    sealer = sealer_on(hub.recorder.datastore, file.read)
    assert all(sealer.unseal(o.event.personal, o.event_id) for o in sealed(hub))


def test_the_events_show_what_is_personal_to_those_who_ask_for_it(touchline, hub):
    assert "text of <1@a>" not in touchline("events", "tail").stdout
    shown = touchline("events", "tail", "--personal").stdout
    assert "text of <1@a>" in shown
    hub.rows("DELETE FROM touchline_keys.data_keys RETURNING key_id")
    said = touchline("events", "tail", "--personal").stdout
    assert "text of <1@a>" not in said
    assert said.count("redacted") == shown.count("redacted") + 3


def test_given_another_master_key_then_roles_refuse_to_start_and_say_which_is_missing(
    touchline, hub, database, file
):
    file.file.write_text(OTHER)
    with pytest.raises(NotConfiguredError, match=f"{FIRST} is missing.*put it back"):
        keys_of(settings_with(database, file))
    asked = touchline("events", "tail")
    assert (asked.exit_code, f"the master key {FIRST} is missing" in asked.stderr) == (
        2,
        True,
    )
    assert FIRST in touchline("keys", "master", "rotate").stderr
    state, found, todo = doctor(settings_with(database, file))
    assert (state, f"2 keys under {FIRST}" in found) == ("fail", True)
    assert "put it back" in todo


def test_given_no_master_key_then_roles_refuse_to_start(hub, database, file):
    file.file.unlink()
    with pytest.raises(NotConfiguredError, match=f"{FIRST} is missing"):
        keys_of(settings_with(database, file))


def test_given_what_is_no_master_key_then_roles_and_doctor_say_so(hub, database, file):
    file.file.write_text("secret")
    with pytest.raises(NotConfiguredError, match="base64 of 32 bytes"):
        keys_of(settings_with(database, file))
    assert doctor(settings_with(database, file))[0] == "fail"


def test_the_doctor_counts_keys(hub, database, file):
    state, found, _ = doctor(settings_with(database, file))
    assert (state, found) == ("ok", f"2 keys under {FIRST}")


def test_given_sealing_is_off_then_the_doctor_warns(hub, database, file):
    state, found, _ = doctor(settings_with(database, file, sealing=False))
    assert (state, found) == ("warn", "off: personal data is stored readable")


def test_the_first_master_key_is_made_once_and_only_where_none_wraps(
    hub, database, file
):
    settings = settings_with(database, file)
    file.file.unlink()
    begin_sealing(settings)
    assert not file.file.exists()
    hub.rows("DELETE FROM touchline_keys.masters RETURNING id")
    with pytest.raises(NotConfiguredError, match="run `touchline migrate`"):
        keys_of(settings)
    begin_sealing(settings)
    (first,) = file.read()
    assert keys_of(settings).masters.ids == [master_id(first)]
    begin_sealing(settings)
    assert file.read() == [first]
