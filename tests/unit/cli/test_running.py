"""One hub per data directory, and how other commands find it."""

import json
import stat

import pytest

from hub.cli import running
from hub.cli.output import Fault
from hub.cli.running import Running

RUN = Running(pid=7, database="postgresql://x", kafka="127.0.0.1:9", url="http://y")


def test_a_running_hub_is_found(tmp_path):
    with running.alone(tmp_path):
        running.announce(tmp_path, RUN)
        assert running.find(tmp_path) == RUN


def test_a_second_one_is_refused_and_told_what_to_do(tmp_path):
    with running.alone(tmp_path):
        running.announce(tmp_path, RUN)
        with (
            pytest.raises(Fault, match="process 7") as refused,
            running.alone(tmp_path),
        ):
            pass
    assert "TOUCHLINE_DATA_DIR" in refused.value.hint


def test_nothing_is_found_once_it_ended(tmp_path):
    with running.alone(tmp_path):
        running.announce(tmp_path, RUN)
    assert running.find(tmp_path) is None


def test_a_note_that_a_killed_hub_left_counts_for_nothing(tmp_path):
    running.announce(tmp_path, RUN)
    assert running.find(tmp_path) is None


def test_only_the_owner_may_read_the_note(tmp_path):
    running.announce(tmp_path, RUN)
    assert stat.S_IMODE((tmp_path / running.NOTE).stat().st_mode) == 0o600


def test_commands_take_the_addresses_of_what_runs(touchline, tmp_path):
    with running.alone(touchline.data_dir):
        running.announce(touchline.data_dir, RUN)
        settings = running.reach()
    assert (settings.database, settings.kafka) == (RUN.database, RUN.kafka)


def test_commands_take_the_queues_of_what_runs(touchline, tmp_path):
    config = tmp_path / "other.toml"
    config.write_text('[[queues]]\nname = "tents"\ntitle = "Tents"\ndefault = true\n')
    with running.alone(touchline.data_dir):
        note = Running(7, "postgresql://x", "127.0.0.1:9", config=str(config))
        running.announce(touchline.data_dir, note)
        settings = running.reach()
    assert [queue.name for queue in settings.queues] == ["tents"]


def test_what_was_given_comes_first(touchline, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_DATABASE", "postgresql://given")
    with running.alone(touchline.data_dir):
        running.announce(touchline.data_dir, RUN)
        assert running.reach().database == "postgresql://given"


def test_reset_refuses_while_a_hub_runs(touchline):
    with running.alone(touchline.data_dir):
        running.announce(touchline.data_dir, RUN)
        result = touchline("reset", "--yes")
    assert result.exit_code == 1
    assert "runs already" in result.stderr


def test_reset_deletes_what_is_ours(touchline):
    (touchline.data_dir / "logs").mkdir(parents=True)
    (touchline.data_dir / "logs" / "web.log").write_text("x" * 96)
    (touchline.data_dir / "master.key").write_text("key\n")
    result = touchline("reset", "--yes", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["bytes"] == 100
    assert not touchline.data_dir.exists()


def test_reset_leaves_what_a_given_database_needs(touchline, monkeypatch):
    for name in ("logs", "blobs"):
        (touchline.data_dir / name).mkdir(parents=True)
        (touchline.data_dir / name / "one").write_text("x")
    (touchline.data_dir / "master.key").write_text("key")
    monkeypatch.setenv("TOUCHLINE_DATABASE", "postgresql://given")
    result = touchline("reset", "--yes")
    assert result.exit_code == 0
    assert "the given database needs" in result.stdout
    left = sorted(path.name for path in touchline.data_dir.iterdir())
    assert left == ["blobs", "master.key"]


def test_reset_leaves_what_is_not_ours(touchline):
    touchline.data_dir.mkdir()
    (touchline.data_dir / "thesis.odt").write_text("years of work")
    result = touchline("reset", "--yes")
    assert result.exit_code == 2
    assert "thesis.odt" in result.stderr
    assert (touchline.data_dir / "thesis.odt").exists()


def test_reset_asks_first(touchline):
    (touchline.data_dir / "logs").mkdir(parents=True)
    (touchline.data_dir / "logs" / "web.log").write_text("x")
    result = touchline("reset")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert touchline.data_dir.exists()


def test_reset_of_nothing_is_done(touchline):
    result = touchline("reset")
    assert result.exit_code == 0
    assert "nothing" in result.stdout
