"""The settings: environment variables first, then one TOML file, then defaults.

This is the only module that reads the environment.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as SourceError,
)
from typing_extensions import override

from hub.runtime.identity import IdentitySettings
from hub.runtime.oidc import OidcSettings
from hub.runtime.problems import (
    Location,
    Problem,
    SettingsError,
    nearest,
    problems_in,
    settings_problem_text,
    validate_section,
)
from hub.runtime.queues import Queue, checked_queues

__all__ = [
    "CallSettings",
    "IdentitySettings",
    "IntakeSettings",
    "OutboundSettings",
    "Problem",
    "Queue",
    "RetentionSettings",
    "Settings",
    "SettingsError",
    "StreamsSettings",
    "WebSettings",
    "cache_home",
    "child_environment",
    "config_file",
    "load_settings",
    "origin_of",
    "settings_problem_text",
    "validate_section",
]

PREFIX = "TOUCHLINE_"
SLICES = 64


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WebSettings(_Section):
    """Where the desktop and the API listen."""

    host: str = Field(default="127.0.0.1", examples=["127.0.0.1"])
    port: int = Field(default=8080, ge=1, le=65535)
    url: str = Field(
        default="",
        pattern="^(https?://[^/]+)?$",
        examples=["https://desk.shop.example"],
        description="Where browsers find the desk, if a proxy stands before it.",
    )
    session_hours: int = Field(default=12, ge=1)
    session_idle_minutes: int = Field(default=240, ge=1)
    password_length: int = Field(
        default=15, ge=8, le=64, description="As NIST SP 800-63B-4 has it."
    )
    lock_after: int = Field(default=10, ge=3, le=100)
    lock_minutes: int = Field(default=15, ge=1)
    attachments: int = Field(
        default=10, ge=0, le=100, description="How many files go with a reply at most."
    )
    attachments_mb: int = Field(
        default=20, ge=1, le=100, description="How large they may be together (MB)."
    )
    hold_seconds: float = Field(
        default=10,
        ge=0,
        le=3600,
        examples=[10],
        description="How long what is written on the page can be taken back.",
    )
    oidc: OidcSettings | None = Field(
        default=None, examples=[{"issuer": "https://login.shop.example"}]
    )
    demo_links: bool = Field(
        default=False, description="Show links that log in as a demo person."
    )


class CallSettings(_Section):
    """After how many hours without a signal a call counts as lost."""

    lost_hours: float = Field(default=4, gt=0, examples=[4])


class IntakeSettings(_Section):
    """How many touchpoints are decided in one transaction at most."""

    batch: int = Field(default=500, ge=1)


class StreamsSettings(_Section):
    """How many events one projection batch takes, and how long it may last (s)."""

    batch: int = Field(default=4000, ge=1)
    hold_seconds: float = Field(default=5, gt=0, examples=[5])


class OutboundSettings(_Section):
    """After how many seconds an unclaimed reply is published again."""

    unclaimed_seconds: float = Field(default=30, gt=0, examples=[30])


class RetentionSettings(_Section):
    """How long the touchpoint topics keep what came in, and drafts what was begun."""

    touchpoint_hours: int = Field(default=168, ge=1)
    draft_days: int = Field(default=30, ge=1)


class Settings(BaseSettings):
    """Everything that an operator can set; frozen once read."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    database: str | None = Field(
        default=None, examples=["postgresql://touchline@db.example/touchline"]
    )
    kafka: str | None = Field(default=None, examples=["kafka.example:9092"])
    schema_registry: str | None = Field(
        default=None, examples=["https://registry.example"]
    )
    data_dir: Path = Field(
        default_factory=lambda: _home("XDG_DATA_HOME", ".local/share"),
        examples=["/var/lib/touchline"],
    )
    sealing: bool = Field(
        default=True, description="Encrypt what customers wrote and who they are."
    )
    master_key: SecretStr | None = Field(
        default=None, description="Base64 of 32 bytes; several, the newest first."
    )
    master_key_file: Path | None = Field(
        default=None, examples=["/etc/touchline/master.key"]
    )
    embedded: bool = Field(
        default=False, description="Use the broker that keeps its topics in memory."
    )
    partitions: int = Field(default=4, ge=1, le=SLICES)
    kafka_replication: int = Field(
        default=-1, examples=[3], description="Copies of each topic; -1: as Kafka says."
    )
    default_region: str = Field(default="DE", pattern="^[A-Z]{2}$")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    web: WebSettings = WebSettings()
    intake: IntakeSettings = IntakeSettings()
    streams: StreamsSettings = StreamsSettings()
    outbound: OutboundSettings = OutboundSettings()
    retention: RetentionSettings = RetentionSettings()
    calls: CallSettings = CallSettings()
    identity: IdentitySettings = IdentitySettings()
    queues: list[Queue] = Field(
        default_factory=lambda: [
            Queue(name="general", title="General enquiries", default=True)
        ],
        examples=[[{"name": "general", "title": "General", "default": True}]],
    )
    connectors: dict[str, dict[str, Any]] = Field(
        default_factory=dict, examples=[{"email": {}}]
    )
    workflows: Path | None = Field(default=None, examples=["workflows.yaml"])

    @field_validator("data_dir", "workflows", "master_key_file")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path else None

    @field_validator("partitions")
    @classmethod
    def _divides_the_slices(cls, partitions: int) -> int:
        if SLICES % partitions:
            raise ValueError(f"it must divide {SLICES}: 1, 2, 4, 8, 16, 32 or 64")
        return partitions

    @field_validator("kafka_replication")
    @classmethod
    def _is_some_copies(cls, replication: int) -> int:
        if replication != -1 and replication < 1:
            raise ValueError("it must be 1 or more, or -1 for the broker's own choice")
        return replication

    @field_validator("queues")
    @classmethod
    def _one_default_no_doubles(cls, queues: list[Queue]) -> list[Queue]:
        return checked_queues(queues)

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file, and leave all other sources out."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=config_file())
        return init_settings, env_settings, file


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        SettingsError: names every setting that cannot be used, where it came
            from, what is wrong with it and what a right value looks like.
    """
    problems = [*_file_problems(), *_unknown_variables()]
    if problems:
        raise SettingsError(problems)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(
            problems_in(error, Settings, path="", origin=origin_of)
        ) from None
    except SourceError as error:
        raise SettingsError([_unreadable(error)]) from None


def config_file() -> Path | None:
    """Return the TOML file in force: TOUCHLINE_CONFIG, or ./touchline.toml."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named:
        return Path(named).expanduser()
    usual = Path("touchline.toml")
    return usual if usual.is_file() else None


def cache_home() -> Path:
    """Return the folder for what can be fetched again, such as broker jars."""
    return _home("XDG_CACHE_HOME", ".cache")


def child_environment(changes: dict[str, str]) -> dict[str, str]:
    """Return this process's environment with changes, to start a child with."""
    return {**os.environ, **changes}


def _home(variable: str, fallback: str) -> Path:
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home() / fallback) / "touchline"


def _file_problems() -> list[Problem]:
    path = config_file()
    if path is None:
        return []
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [
            Problem(f"{PREFIX}CONFIG", f"file {path}", f"it cannot be read: {error}")
        ]
    return []


def _unknown_variables() -> list[Problem]:
    known = [*Settings.model_fields, "config"]
    return [
        Problem(
            name,
            "environment",
            "there is no such setting"
            + nearest(name.upper(), [f"{PREFIX}{field}".upper() for field in known]),
        )
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and name[len(PREFIX) :].split("__")[0].lower() not in known
    ]


def _unreadable(error: SourceError) -> Problem:
    name = str(error).partition('"')[2].partition('"')[0]
    variable = f"{PREFIX}{name}".upper()
    field = Settings.model_fields.get(name)
    example = str(field.examples[0]) if field and field.examples else ""
    return Problem(name, f"environment variable {variable}", "it is not JSON", example)


def origin_of(location: Location) -> str:
    """Say where the value at a location of the settings came from."""
    present = {name.upper() for name in os.environ}
    for end in range(len(location), 0, -1):
        name = PREFIX + "__".join(map(str, location[:end])).upper()
        if name in present:
            return f"environment variable {name}"
    path = config_file()
    if path and location and location[0] in tomllib.loads(path.read_text("utf-8")):
        return f"file {path}"
    return "default"
