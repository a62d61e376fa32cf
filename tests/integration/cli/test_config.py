"""`touchline config`: all that pages can do, from a script."""

import json

import pytest
from typer.testing import CliRunner

from hub.bootstrap.setting_up import migrate
from hub.cli import checks_there
from hub.cli.main import app
from hub.runtime.queues import Queue
from hub.runtime.settings import Settings

CARE = '{"title": "Care", "addresses": ["Care@Shop.example"]}'


@pytest.fixture
def touchline(database, no_settings, monkeypatch):
    """Runs commands; answers their exit code and what they printed."""
    monkeypatch.setenv("TOUCHLINE_DATABASE", database)
    migrate(Settings(database=database))

    def run(*arguments, given=None):
        result = CliRunner().invoke(app, ["config", *arguments], input=given)
        return result.exit_code, result.output

    return run


def document(answer):
    code, text = answer
    assert code == 0, text
    return json.loads(text)


def test_the_queues_of_the_settings_are_there(touchline):
    shown = document(touchline("show", "queue", "--json"))["items"]
    assert [item["name"] for item in shown] == ["general"]


def test_an_item_is_set_shown_and_removed(touchline):
    assert touchline("set", "queue", "care", CARE)[0] == 0
    (item,) = document(touchline("show", "queue", "care", "--json"))["items"]
    assert item["document"]["addresses"] == ["care@shop.example"]
    assert touchline("remove", "queue", "care")[0] == 0
    code, text = touchline("show", "queue", "care")
    assert (code, "There is no queue care" in text) == (4, True)


def test_history_names_who_and_what_and_undoes(touchline):
    touchline("set", "queue", "care", "-", given=CARE)
    latest, first = document(touchline("history", "--json"))["changes"]
    assert latest["actor"].startswith("cli:")
    assert [item["name"] for item in latest["items"]] == ["care"]
    assert first["actor"] == "settings"
    assert touchline("undo", latest["id"][:8])[0] == 0
    assert "care" not in document(touchline("export"))["queue"]
    assert "undoing" in touchline("history")[1]


def test_an_export_can_be_imported(touchline, tmp_path):
    exported = document(touchline("export"))
    exported["queue"]["care"] = json.loads(CARE)
    file = tmp_path / "configuration.json"
    file.write_text(json.dumps(exported))
    assert touchline("import", str(file))[0] == 0
    assert [*document(touchline("export"))["queue"]] == ["care", "general"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("set", "queue", "care", "{"), "not JSON"),
        (("set", "queue", "care", "[]"), "JSON object"),
        (("set", "lamp", "care", "{}"), "no kind 'lamp'"),
        (("show", "lamp"), "no kind lamp"),
        (("remove", "queue", "general"), "Make another one the default"),
        (("undo", "ffffffff"), "There is no change"),
        (("import", "/nowhere.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(touchline, arguments, says):
    code, text = touchline(*arguments)
    assert code != 0
    assert says in " ".join(text.split())


def differing(database, *queues):
    """What the doctor says of these queues in the settings."""
    settings = Settings(database=database, queues=[*queues])
    found = checks_there.database(settings)
    return [(one.state, one.found) for one in found if one.name == "configuration"]


def test_the_doctor_says_when_the_settings_have_other_queues(touchline, database):
    general = Queue(name="general", title="General enquiries", default=True)
    ((state, _),) = differing(database, general)
    assert state == "ok"
    touchline("set", "queue", "care", CARE)
    ((state, text),) = differing(database, general)
    assert (state, "settings: care" in text) == ("warn", True)
