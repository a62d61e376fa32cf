"""What `--help` says, and that it is quick to say it."""

import subprocess
import sys

import pytest
import typer

from hub.cli.main import app

HEAVY = ("aiokafka", "fastapi", "faust", "pydantic", "psycopg", "rich", "sqlalchemy")


def _paths(command, path=()):
    children = getattr(command, "commands", {})
    if not children:
        yield path
    for name, child in children.items():
        yield from _paths(child, (*path, name))


COMMANDS = list(_paths(typer.main.get_command(app)))


def test_every_promised_command_is_there():
    names = {" ".join(path) for path in COMMANDS}
    assert names == {
        "config export",
        "config history",
        "config import",
        "config remove",
        "config set",
        "config show",
        "config undo",
        "connector run",
        "customers decline",
        "customers merge",
        "customers share",
        "customers show",
        "customers suggestions",
        "customers unmerge",
        "customers unshare",
        "demo",
        "doctor",
        "email import",
        "events replay",
        "events tail",
        "intake",
        "interactions reply",
        "keys master list",
        "keys master rotate",
        "interactions show",
        "keys issue",
        "keys list",
        "keys revoke",
        "migrate",
        "parked discard",
        "parked list",
        "parked retry",
        "parked show",
        "people add",
        "people disable",
        "people enable",
        "people history",
        "people invite",
        "people list",
        "people log-out",
        "people reset",
        "people roles",
        "people undo",
        "people unlock",
        "projections rebuild",
        "projections status",
        "queues show",
        "relay",
        "reset",
        "search",
        "status",
        "streams",
        "timer",
        "up",
        "web",
        "workflows",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_names_the_exit_codes(touchline, path):
    result = touchline(*path, "--help")
    assert result.exit_code == 0
    assert "Exit codes: 0 done, 1 failed, 2 wrong usage" in result.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_commands_that_answer_have_a_json_form(touchline, path):
    serving = {
        "up",
        "demo",
        "run",
        "intake",
        "relay",
        "streams",
        "search",
        "workflows",
        "timer",
        "web",
    }
    if path[-1] not in serving:
        assert "--json" in touchline(*path, "--help").stdout


def test_help_needs_no_heavy_library():
    program = (
        "import sys, hub.cli.main; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_is_wrong_usage(touchline):
    result = touchline("quues")
    assert result.exit_code == 2
    assert "queues" in result.stderr
