"""What a demo keeps between its starts: ports, secrets, when its day was."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any, Final, Self

from hub.cli.demo.content import FOLDER, Scene
from hub.cli.output import Fault
from hub.cli.running import DEMO
from hub.runtime.queues import Queue
from hub.runtime.servers.ports import same_or_free

__all__ = ["Place"]

CONFIG: Final = "demo.toml"
USUAL_PORTS: Final = {
    "web": 8080,
    "webform": 8081,
    "sms": 8082,
    "phone": 8083,
    "provider": 8092,
    "email": 2525,
    "relay": 1025,
}
SECRETS: Final = ("sms", "phone", "provider")


@dataclass(slots=True)
class Place:
    """A demo's folder and what is written down there.

    `day` is when the loaded day ended, and `loaded` whether all of it is in;
    `told` counts the conversations that came after it. `calls` are those under way, as
    the provider's events of each.
    """

    folder: Path
    ports: dict[str, int]
    secrets: dict[str, str]
    day: datetime | None = None
    loaded: bool = False
    told: int = 0
    calls: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def opened(cls, data_dir: Path) -> Self:
        """The demo of a data directory, or a new one in an empty one.

        Raises:
            Fault: there is data that no demo made.
        """
        kept = _kept(data_dir)
        if kept is None and (data_dir / "postgres").exists():
            raise Fault(
                f"{data_dir} holds data that is not a demo's.",
                hint="Choose another TOUCHLINE_DATA_DIR for the demo.",
            )
        said = kept or {}
        day = said.get("day")
        return cls(
            folder=data_dir,
            ports=_ports(said.get("ports", {})),
            secrets=_secrets(said.get("secrets", {})),
            day=datetime.fromisoformat(day) if day else None,
            loaded=said.get("loaded", False),
            told=said.get("told", 0),
            calls=said.get("calls", {}),
        )

    def save(self) -> None:
        """Write it down; only the owner may read it."""
        kept = {
            "ports": self.ports,
            "secrets": self.secrets,
            "day": self.day.isoformat() if self.day else None,
            "loaded": self.loaded,
            "told": self.told,
            "calls": self.calls,
        }
        _write_private(self.folder / DEMO, json.dumps(kept, indent=2))

    def write_settings(self, scene: Scene) -> Path:
        """Write the settings file that the whole demo runs with; answer its path."""
        template = Template((FOLDER / "settings.toml.in").read_text("utf-8"))
        _write_private(self.config, template.substitute(self._values(scene)))
        return self.config

    def _values(self, scene: Scene) -> Mapping[str, str]:
        addresses = [a for queue in scene.queues for a in queue.addresses]
        url = f"http://127.0.0.1:{self.ports['provider']}/messages"
        return {
            **{f"{name}_port": str(port) for name, port in self.ports.items()},
            "data_dir": _toml(str(self.folder.resolve())),
            "queues": "\n".join(_queue(queue) for queue in scene.queues),
            "addresses": _toml(addresses),
            "numbers": _toml(scene.mobile_numbers()),
            "sms_secret": _toml(self.secrets["sms"]),
            "phone_secret": _toml(self.secrets["phone"]),
            "provider_url": _toml(url),
            "provider_token": _toml(self.secrets["provider"]),
        }

    @property
    def config(self) -> Path:
        """The settings file that the demo runs with; it holds secrets."""
        return self.folder / CONFIG

    @property
    def sent_mail(self) -> Path:
        """The folder with every mail that the demo sent."""
        return self.folder / "sent-mail"

    @property
    def sent_texts(self) -> Path:
        """The file with every text message that the demo sent."""
        return self.folder / "sent-texts.ndjson"


def _kept(data_dir: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((data_dir / DEMO).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found


def _ports(kept: Mapping[str, int]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for name, usual in USUAL_PORTS.items():
        chosen[name] = same_or_free(kept.get(name, usual))
    return chosen


def _secrets(kept: Mapping[str, str]) -> dict[str, str]:
    return {name: kept.get(name) or secrets.token_urlsafe(24) for name in SECRETS}


def _queue(queue: Queue) -> str:
    fields: dict[str, str | bool | list[str]] = {
        "name": queue.name,
        "title": queue.title,
        "addresses": queue.addresses,
        "numbers": queue.numbers,
        "forms": queue.forms,
        "default": queue.default,
    }
    lines = [f"{name} = {_toml(value)}" for name, value in fields.items()]
    return "\n".join(["[[queues]]", *lines, ""])


def _toml(value: str | bool | Iterable[str]) -> str:  # noqa: FBT001 - a TOML value
    # The JSON forms of these are valid TOML as well.
    plain = value if isinstance(value, str | bool) else list(value)
    return json.dumps(plain, ensure_ascii=False)


def _write_private(path: Path, text: str) -> None:
    """Beside its place, then there: who reads it finds the old or the new, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
