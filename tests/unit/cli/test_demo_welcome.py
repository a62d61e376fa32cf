"""What the demo says once everything is there."""

from pathlib import Path

from hub.cli.demo.content import scene
from hub.cli.demo.place import Place
from hub.cli.demo.welcome import ways_in
from hub.cli.stack import Stack
from hub.runtime.settings import load_settings


def test_every_channel_is_named_with_its_port_and_an_address_of_ours(
    no_settings, tmp_path, monkeypatch
):
    place = Place.opened(tmp_path)
    monkeypatch.setenv("TOUCHLINE_CONFIG", str(place.write_settings(scene())))
    said = ways_in(Stack(load_settings(), "http://desk.example", Path()), scene())
    for line, name, ours in zip(
        said,
        ("webform", "email", "sms", "phone"),
        ("contact", "orders@cairnwood.example", "+4917604069010", "+493023125200"),
        strict=False,
    ):
        assert f":{place.ports[name]}" in line
        assert ours in line
    assert "docs/connectors.md" in said[-1]
