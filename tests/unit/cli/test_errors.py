"""What goes wrong ends in two lines on standard error and an exit code."""

import pytest

from hub.adapters.kafka.topics import TopicsError

NEEDS_A_HUB = [
    ("status",),
    ("queues", "show"),
    ("customers", "show", "ana@example.org"),
    ("interactions", "show", "1001"),
    ("events", "tail"),
    ("events", "replay"),
    ("projections", "status"),
    ("parked", "list"),
    ("people", "list"),
    ("keys", "list"),
]


@pytest.mark.parametrize("command", NEEDS_A_HUB, ids=" ".join)
def test_without_a_hub_it_says_how_to_start_one(touchline, command):
    result = touchline(*command)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "touchline up" in result.stderr


def test_a_wrong_setting_is_named_with_an_example(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_PARTITIONS", "3")
    result = touchline("queues", "show")
    assert result.exit_code == 2
    assert "TOUCHLINE_PARTITIONS" in result.stderr
    assert "divide 64" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("events", "replay", "--to-topic", "touchline.events"), "have effects"),
        (("events", "replay", "--from", "soon"), "neither a position nor a time"),
        (("events", "replay", "--type", "Nonsense"), "There are: "),
        (("events", "tail", "--type", "Nonsense"), "There are: "),
        (("projections", "rebuild"), "There are: customer_card, "),
        (("projections", "rebuild", "queue_board", "--all"), "or --all"),
        (("interactions", "reply", "1001", " ", "--as", "anna"), "no text"),
    ],
)
def test_wrong_usage_is_found_before_anything_is_opened(touchline, arguments, said):
    result = touchline(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_topic_and_a_file_at_once_are_refused(touchline, tmp_path):
    file = str(tmp_path / "events.ndjson")
    result = touchline("events", "replay", "--to-topic", "mine", "--ndjson", file)
    assert result.exit_code == 2
    assert "Choose one" in result.stderr


def test_an_unknown_read_model_is_not_found(touchline):
    result = touchline("projections", "rebuild", "moon_phases")
    assert result.exit_code == 4
    assert "queue_board" in result.stderr


def test_mail_that_is_not_there_is_not_found(touchline):
    result = touchline("email", "import", "nowhere.eml")
    assert result.exit_code == 4
    assert "nowhere.eml" in result.stderr


def test_a_database_that_does_not_answer_is_said_so(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    result = touchline("queues", "show")
    assert result.exit_code == 1
    assert "database does not answer" in result.stderr
    assert "touchline doctor" in result.stderr


def test_topics_that_the_broker_refuses_are_said_with_what_to_do(
    touchline, monkeypatch
):
    def refused():
        raise TopicsError("The broker did not create touchline.events: too many copies")

    monkeypatch.setattr("hub.cli.migrating.run", refused)
    result = touchline("migrate")
    assert result.exit_code == 1
    assert "too many copies" in result.stderr
    assert "TOUCHLINE_KAFKA_REPLICATION" in result.stderr


@pytest.mark.parametrize(
    "role", ["intake", "relay", "streams", "search", "workflows", "web"]
)
def test_a_role_without_servers_says_which_is_missing(touchline, role):
    result = touchline(role)
    assert result.exit_code == 2
    assert "touchline up" in result.stderr


def test_a_short_password_is_refused(touchline):
    result = touchline("people", "add", "anna", "--role", "agent", "--password", "1234")
    assert result.exit_code == 2
    assert "15 characters" in result.stderr
