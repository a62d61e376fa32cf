"""`touchline status` as a probe of one role, on a real database without a broker."""

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.cli.output import Exit
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import mail


@pytest.fixture
def probe(database, no_settings, monkeypatch):
    """Asks for the status of a role in this process."""
    monkeypatch.setenv("TOUCHLINE_DATABASE", database)
    monkeypatch.setenv("TOUCHLINE_DATA_DIR", str(no_settings / "data"))
    return lambda role: CliRunner().invoke(app, ["status", "--role", role])


def test_given_a_relay_that_never_ran_then_its_probe_fails_and_names_it_alone(probe):
    said = probe("relay")
    assert said.exit_code == Exit.UNHEALTHY
    assert "never ran: start `touchline relay`" in said.stderr
    assert "streams" not in said.stdout + said.stderr


def test_given_workflows_that_are_through_then_their_probe_passes(probe, database):
    hub = Hub(database)
    agent = hub.agent()
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    agent.handle(hub.stored())
    hub.close()
    assert probe("workflows").exit_code == Exit.OK


def test_given_a_role_that_is_none_then_it_says_which_there_are(probe):
    said = probe("nobody")
    assert said.exit_code == Exit.USAGE
    assert "workflows" in said.stderr
