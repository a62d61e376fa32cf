"""Who may come in, decided on the command line, on a real database."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.pooled import people_pool
from hub.cli.main import app
from hub.runtime.clock import SystemClock

PASSWORD = "a long password"


@pytest.fixture
def touchline(database, no_settings, monkeypatch):
    """Runs commands in this process, on a database without a broker."""
    monkeypatch.setenv("TOUCHLINE_DATABASE", database)
    monkeypatch.setenv("TOUCHLINE_DATA_DIR", str(no_settings / "data"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


@pytest.fixture
def answer(touchline):
    """What a command answers to programs."""

    def answered(*arguments):
        done = touchline(*arguments, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return answered


@pytest.fixture
def ask(database):
    """Ask the accounts themselves."""

    def asked(question):
        async def opened():
            async with people_pool(database) as pool:
                return await question(PostgresAccounts(pool, SystemClock()))

        return asyncio.run(opened())

    return asked


@pytest.fixture
def anna(answer):
    options = "--role", "agent", "--display-name", "Anna", "--password", PASSWORD
    return answer("people", "add", "anna", *options)


def test_a_key_is_printed_once_and_lets_a_program_in(touchline, answer, ask):
    issued = touchline("keys", "issue", "crm", "--role", "integrator")
    assert "not shown again" in issued.stderr
    key = issued.stdout.strip()
    assert ask(lambda accounts: accounts.machine(key)).roles == {"integrator"}
    (listed,) = answer("keys", "list")["keys"]
    assert (listed["name"], listed["revoked_at"]) == ("crm", None)
    assert key not in touchline("keys", "list").stdout


def test_a_revoked_key_lets_nobody_in(touchline, answer, ask):
    key = answer("keys", "issue", "crm", "--role", "agent")["key"]
    assert answer("keys", "revoke", "crm") == {"name": "crm", "revoked": 1}
    assert ask(lambda accounts: accounts.machine(key)) is None
    again = touchline("keys", "revoke", "crm")
    assert again.exit_code == 4
    assert "touchline keys list" in again.stderr


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("name", ["anna", "Anna"])
def test_a_key_has_no_name_of_a_person(touchline, answer, name):
    refused = touchline("keys", "issue", name, "--role", "agent")
    assert refused.exit_code == 2
    assert "is a person" in refused.stderr
    assert answer("keys", "list")["keys"] == []


def test_a_person_has_no_name_of_a_key(touchline, answer):
    answer("keys", "issue", "Crm", "--role", "agent")
    answer("keys", "revoke", "Crm")
    options = "--role", "agent", "--password", PASSWORD
    refused = touchline("people", "add", "crm", *options)
    assert refused.exit_code != 0
    assert "A program has a key of the name crm" in refused.stderr
    assert answer("people", "list")["people"] == []


def test_a_key_needs_a_role_that_exists(touchline):
    refused = touchline("keys", "issue", "crm", "--role", "king")
    assert refused.exit_code == 2
    assert "integrator" in refused.stderr


@pytest.mark.usefixtures("anna")
def test_a_disabled_person_is_out_until_enabled(answer, ask):
    assert answer("people", "disable", "anna")["disabled"]
    assert ask(lambda accounts: accounts.check_password("anna", PASSWORD)) is None
    assert [one["disabled"] for one in answer("people", "list")["people"]] == [True]
    answer("people", "enable", "anna")
    assert ask(lambda accounts: accounts.check_password("anna", PASSWORD))


@pytest.mark.usefixtures("anna")
def test_a_new_password_for_a_disabled_person_says_that_they_stay_out(
    touchline, answer
):
    answer("people", "disable", "anna")
    options = "--role", "agent", "--password", PASSWORD
    saved = touchline("people", "add", "anna", *options)
    assert "touchline people enable anna" in saved.stdout


@pytest.mark.parametrize(
    "change", ["disable", "enable", "unlock", "log-out", "history"]
)
def test_an_account_that_is_not_there_is_not_found(touchline, change):
    done = touchline("people", change, "eve")
    assert done.exit_code == 4
    assert "Nobody has the user name eve." in done.stderr


def test_an_invitation_prints_a_link_once(touchline, answer):
    made = touchline("people", "invite", "ben", "--role", "agent")
    assert made.stdout.startswith("http://127.0.0.1:8080/join/")
    assert "not shown again" in made.stderr
    (listed,) = answer("people", "list")["people"]
    assert (listed["name"], listed["password"]) == ("ben", False)
    again = touchline("people", "invite", "ben", "--role", "agent")
    assert again.exit_code == 2
    assert "already" in again.stderr


@pytest.mark.usefixtures("anna")
def test_a_reset_makes_another_link_for_those_who_may_come_in(touchline, answer):
    first, second = [answer("people", "reset", "anna")["url"] for _ in range(2)]
    assert first != second
    answer("people", "disable", "anna")
    assert touchline("people", "reset", "anna").exit_code == 4


@pytest.mark.usefixtures("anna")
def test_changes_are_told_and_undone(touchline, answer):
    answer("people", "roles", "anna", "--role", "admin")
    latest, first = answer("people", "history", "anna")["history"]
    assert (latest["version"], latest["person"]["roles"]) == (2, ["admin"])
    assert first["actor"].startswith("cli:")
    for refused in (
        touchline("people", "disable", "anna"),
        touchline("people", "undo", "anna", "2"),
    ):
        assert refused.exit_code == 1
        assert "last admin" in refused.stderr
    answer("people", "add", "ben", "--role", "admin", "--password", PASSWORD)
    answer("people", "undo", "anna", "2")
    listed = {one["name"]: one["roles"] for one in answer("people", "list")["people"]}
    assert listed == {"anna": ["agent"], "ben": ["admin"]}


def test_a_weak_password_is_refused(touchline, answer):
    options = "--role", "agent", "--password", "short"
    refused = touchline("people", "add", "anna", *options)
    assert refused.exit_code == 2
    assert "15 characters" in refused.stderr
    assert answer("people", "list")["people"] == []
