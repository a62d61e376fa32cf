"""Settings: where they come from and what an operator is told."""

import pytest
from pydantic import BaseModel, ConfigDict, Field

from hub.runtime.settings import (
    Settings,
    SettingsError,
    load_settings,
    validate_section,
)


@pytest.fixture(autouse=True)
def clean_place(no_settings):
    return no_settings


def problems():
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.problems


def test_defaults_need_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = load_settings()
    assert settings.data_dir == tmp_path / "touchline"
    assert [queue.name for queue in settings.queues if queue.default] == ["general"]
    assert settings.web.port == 8080


def test_the_environment_wins_over_the_file(monkeypatch, clean_place):
    (clean_place / "touchline.toml").write_text(
        'kafka = "file:9092"\n[web]\nport = 1\nsession_hours = 2\n'
    )
    monkeypatch.setenv("TOUCHLINE_WEB__PORT", "9000")
    settings = load_settings()
    assert settings.kafka == "file:9092"
    assert (settings.web.port, settings.web.session_hours) == (9000, 2)


def test_a_connector_section_comes_from_both_sources(monkeypatch, clean_place):
    (clean_place / "touchline.toml").write_text('[connectors.email]\nhost = "mx"\n')
    monkeypatch.setenv("TOUCHLINE_CONNECTORS__EMAIL__PASSWORD", "hush")
    assert load_settings().connectors == {"email": {"host": "mx", "password": "hush"}}


def test_an_empty_variable_counts_as_not_given(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_KAFKA", "")
    assert load_settings().kafka is None


def test_a_bad_value_names_variable_fault_and_example(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_WEB__PORT", "eighty")
    [problem] = problems()
    assert problem.setting == "web.port"
    assert problem.origin == "environment variable TOUCHLINE_WEB__PORT"
    assert "valid integer" in problem.wrong
    assert problem.example == "8080"


def test_a_bad_value_in_the_file_names_the_file(clean_place):
    (clean_place / "touchline.toml").write_text("partitions = 5\n")
    [problem] = problems()
    assert problem.origin == "file touchline.toml"
    assert "must divide 64" in problem.wrong


@pytest.mark.parametrize("copies", ["0", "-2"])
def test_fewer_copies_than_one_are_refused(monkeypatch, copies):
    monkeypatch.setenv("TOUCHLINE_KAFKA_REPLICATION", copies)
    [problem] = problems()
    assert "1 or more" in problem.wrong
    assert problem.example == "3"


def test_an_unknown_variable_suggests_the_nearest(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_KAFAK", "x")
    [problem] = problems()
    assert problem.wrong == "there is no such setting; did you mean TOUCHLINE_KAFKA"


def test_an_unknown_nested_key_suggests_the_nearest(clean_place):
    (clean_place / "touchline.toml").write_text("[web]\nprot = 1\n")
    [problem] = problems()
    assert problem.setting == "web.prot"
    assert problem.wrong == "there is no such setting; did you mean port"


def test_a_named_file_must_exist(monkeypatch, tmp_path):
    monkeypatch.setenv("TOUCHLINE_CONFIG", str(tmp_path / "gone.toml"))
    assert "cannot be read" in problems()[0].wrong


def test_broken_toml_is_one_clear_problem(clean_place):
    (clean_place / "touchline.toml").write_text("kafka = \n")
    assert "line 1" in problems()[0].wrong


def test_broken_json_in_a_variable_is_one_clear_problem(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_QUEUES", "[{")
    [problem] = problems()
    assert problem.origin == "environment variable TOUCHLINE_QUEUES"
    assert problem.wrong == "it is not JSON"


def test_a_value_is_never_repeated(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_EMBEDDED", "s3cret")
    assert "s3cret" not in str(SettingsError(problems()))


QUEUES = """
[[queues]]
name = "billing"
title = "Billing"
default = true
[[queues]]
name = "repair"
title = "Repair"
"""


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("default = true", "found billing, repair"),
        ("default = 7", "valid boolean"),
    ],
)
def test_a_default_that_is_not_one_queue_is_refused(clean_place, line, wrong):
    (clean_place / "touchline.toml").write_text(QUEUES + line)
    assert wrong in problems()[0].wrong


def test_no_default_queue_is_refused(clean_place):
    text = QUEUES.replace("default = true", "")
    (clean_place / "touchline.toml").write_text(text)
    assert "found none" in problems()[0].wrong


def test_same_queue_name_twice_is_refused(clean_place):
    (clean_place / "touchline.toml").write_text(QUEUES.replace("repair", "billing"))
    assert "same name" in problems()[0].wrong


def test_a_queue_without_name_is_told_with_an_example(clean_place):
    (clean_place / "touchline.toml").write_text(QUEUES + '[[queues]]\ntitle = "X"\n')
    [problem] = problems()
    assert (problem.setting, problem.wrong) == ("queues.2.name", "it is required")
    assert problem.example == '"billing"'


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Settings().partitions = 8


class MailBox(BaseModel):
    model_config = ConfigDict(extra="forbid")
    host: str = Field(examples=["imap.example"])


def test_a_connector_section_is_told_in_the_same_words():
    with pytest.raises(SettingsError) as caught:
        validate_section("connectors.email", MailBox, {"hots": "x"})
    assert str(caught.value).splitlines() == [
        "2 settings cannot be used:",
        '  - connectors.email.host: it is required. Example: "imap.example"',
        "  - connectors.email.hots: there is no such setting; did you mean host.",
    ]


def test_a_right_connector_section_comes_back_as_its_model():
    assert validate_section("c", MailBox, {"host": "mx"}) == MailBox(host="mx")
