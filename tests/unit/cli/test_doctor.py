"""`touchline doctor` without anything running, and with something wrong."""

import json

import pytest

from hub.cli import checks_here
from hub.cli.demo.place import Place
from hub.cli.finding import Finding


def _checks(result):
    return {one["name"]: one for one in json.loads(result.stdout)["checks"]}


def test_nothing_running_is_no_illness(touchline):
    result = touchline("doctor", "--json")
    assert result.exit_code == 0
    checks = _checks(result)
    for name in ("hub", "database", "broker"):
        assert checks[name]["state"] == "off"
        assert checks[name]["todo"] == "start with touchline up"
    assert checks["hub"]["found"] == f"not running on {touchline.data_dir}"


def test_where_a_demo_was_the_demo_is_what_to_start(touchline):
    Place.opened(touchline.data_dir).save()
    checks = _checks(touchline("doctor", "--json"))
    for name in ("hub", "database", "broker"):
        assert checks[name]["todo"] == "start with touchline demo"
    assert "touchline demo" in touchline("status").stderr


def test_the_machine_is_looked_at(touchline):
    checks = _checks(touchline("doctor", "--json"))
    assert {"python", "package names", "schemas", "settings", "disk"} <= checks.keys()
    assert checks["schemas"]["state"] == "ok"


def test_people_get_lines_with_what_to_do(touchline):
    result = touchline("doctor")
    assert "what to do" in result.stdout
    assert "start with touchline up" in result.stdout


def test_a_wrong_setting_is_a_failed_check(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_KAFFKA", "localhost:9092")
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    wrong = _checks(result)["settings"]
    assert wrong["state"] == "fail"
    assert "did you mean TOUCHLINE_KAFKA" in wrong["found"]


def test_a_misspelt_connector_is_a_failed_check(touchline, no_settings):
    (no_settings / "touchline.toml").write_text(
        "[connectors.emial]\ncatch_all = true\n"
    )
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    wrong = _checks(result)["settings"]
    assert wrong["state"] == "fail"
    assert "connectors.emial (file touchline.toml)" in wrong["found"]
    assert "did you mean email" in wrong["found"]
    assert wrong["todo"] == "for example [connectors.email]"


def test_a_wrong_connector_section_is_a_failed_check(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_CONNECTORS__SMS__PORT", "many")
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    found = _checks(result)["settings"]["found"]
    assert "connectors.sms.port" in found
    assert "environment variable TOUCHLINE_CONNECTORS__SMS__PORT" in found


def test_a_queue_with_a_number_that_is_none_is_a_failed_check(touchline, no_settings):
    (no_settings / "touchline.toml").write_text(
        '[[queues]]\nname = "a"\ntitle = "A"\ndefault = true\nnumbers = ["call us"]\n'
    )
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    assert _checks(result)["settings"] == {
        "state": "fail",
        "name": "settings",
        "found": "queues.0.numbers.0 (file touchline.toml): it is no telephone number",
        "todo": 'for example "+493012345678"',
    }


def test_broken_workflows_are_a_failed_check(touchline, monkeypatch, tmp_path):
    file = tmp_path / "workflows.yaml"
    file.write_text("workflows:\n- name: greet\n")
    monkeypatch.setenv("TOUCHLINE_WORKFLOWS", str(file))
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    wrong = _checks(result)["workflows"]
    assert wrong["state"] == "fail"
    assert f"{file}:2" in wrong["found"]


def test_servers_that_do_not_answer_are_failed_checks(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("TOUCHLINE_KAFKA", "127.0.0.1:1")
    result = touchline("doctor", "--json")
    assert result.exit_code == 3
    checks = _checks(result)
    assert checks["database"]["todo"] == "start it, or correct TOUCHLINE_DATABASE"
    assert checks["broker"]["todo"] == "start it, or correct TOUCHLINE_KAFKA"


def test_another_distribution_with_our_names_is_found(monkeypatch):
    owners = {"events": ["touchline", "acme-events"]}
    monkeypatch.setattr(checks_here, "packages_distributions", lambda: owners)
    found = checks_here.names()
    assert found.state == "fail"
    assert "events is also installed by acme-events" in found.found


@pytest.mark.parametrize(
    ("free_gigabytes", "state"), [(0.1, "fail"), (2, "warn"), (50, "ok")]
)
def test_a_full_disk_is_said_in_time(monkeypatch, tmp_path, free_gigabytes, state):
    free = int(free_gigabytes * 1024**3)
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(checks_here.shutil, "disk_usage", lambda _: usage)
    assert checks_here.disk(tmp_path / "not" / "yet").state == state


def test_without_java_the_other_broker_is_announced(monkeypatch):
    monkeypatch.setattr(checks_here.jars, "java_available", lambda: False)
    found = checks_here.own_broker(embedded=False)
    assert found.state == "warn"
    assert "in memory" in found.found


def test_a_finding_is_plain_json():
    document = Finding("ok", "disk", "plenty").document()
    assert document == {"state": "ok", "name": "disk", "found": "plenty", "todo": ""}
