"""What `touchline up` checks before it starts anything."""

import json
import socket

from hub.runtime.servers.ports import free_port


def test_a_misspelt_connector_is_said_before_anything_starts(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_CONNECTORS", '{"emial": {}}')
    result = touchline("up")
    assert result.exit_code == 2
    assert "connectors.emial (environment variable TOUCHLINE_CONNECTORS)" in (
        result.stderr
    )
    assert "did you mean email" in result.stderr


def test_broken_workflows_are_said_before_anything_starts(
    touchline, monkeypatch, tmp_path
):
    file = tmp_path / "workflows.yaml"
    file.write_text("workflows: greet")
    monkeypatch.setenv("TOUCHLINE_WORKFLOWS", str(file))
    result = touchline("up")
    assert result.exit_code == 2
    assert f"{file}:1: expected a list" in result.stderr
    assert "TOUCHLINE_WORKFLOWS" in result.stderr


def test_a_port_that_is_taken_is_said_at_once(touchline, monkeypatch):
    others = {name: {"port": free_port()} for name in ("webform", "sms", "phone")}
    connectors = {"email": {"smtp": {"port": free_port()}}, **others}
    monkeypatch.setenv("TOUCHLINE_CONNECTORS", json.dumps(connectors))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("TOUCHLINE_WEB__PORT", str(port))
        result = touchline("up")
    assert result.exit_code == 1
    assert f"port {port} (web)" in result.stderr
    assert "TOUCHLINE_WEB__PORT" in result.stderr
