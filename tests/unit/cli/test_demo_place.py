"""What a demo keeps between its starts."""

import json
import stat

import pytest

from hub.cli.demo.content import scene
from hub.cli.demo.place import Place
from hub.cli.output import Fault
from hub.runtime.settings import load_settings


def test_a_second_start_keeps_secrets_and_day(tmp_path):
    first = Place.opened(tmp_path)
    first.told, first.loaded = 7, True
    first.save()
    second = Place.opened(tmp_path)
    assert second.secrets == first.secrets
    assert (second.told, second.loaded) == (7, True)


def test_whoever_reads_while_it_is_saved_finds_all_of_it(tmp_path):
    place = Place.opened(tmp_path)
    place.save()
    with (tmp_path / "demo.json").open(encoding="utf-8") as reader:
        place.told = 8
        place.save()
        assert json.load(reader)["told"] == 0
    assert Place.opened(tmp_path).told == 8


def test_the_settings_file_is_one_that_the_hub_reads(
    no_settings, tmp_path, monkeypatch
):
    place = Place.opened(tmp_path / "demo")
    path = place.write_settings(scene())
    monkeypatch.setenv("TOUCHLINE_CONFIG", str(path))
    settings = load_settings()
    assert settings.web.demo_links
    assert settings.data_dir == (tmp_path / "demo").resolve()
    assert [queue.name for queue in settings.queues] == [
        "orders",
        "billing",
        "technical",
        "general",
    ]
    assert settings.connectors["sms"]["secrets"] == [place.secrets["sms"]]


@pytest.mark.parametrize("name", ["demo.json", "demo.toml"])
def test_only_the_owner_may_read_its_secrets(tmp_path, name):
    place = Place.opened(tmp_path)
    place.save()
    place.write_settings(scene())
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_real_data_is_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    with pytest.raises(Fault, match="not a demo's"):
        Place.opened(tmp_path)
