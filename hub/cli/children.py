"""The processes of a hub on one machine, as `up` starts them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hub
from connectors.email.config import EmailConfig
from connectors.phone.config import PhoneConfig
from connectors.sms.config import SmsConfig
from connectors.webform.config import WebformConfig
from hub.bootstrap.sections import section_of
from hub.runtime.settings import Settings, child_environment
from hub.runtime.supervisor import ProcessSpec

__all__ = ["CONNECTORS", "Target", "processes", "targets"]

CONNECTORS: Final = ("email", "webform", "sms", "phone")
ROLES: Final = ("intake", "relay", "streams", "search", "workflows", "timer", "web")

Target = tuple[str, str, int]
"""Name, host and port of something that listens once it is up."""


def processes(settings: Settings) -> list[ProcessSpec]:
    """One process per role, and one for all connectors.

    The settings hold the addresses of servers that were started for them.
    """
    env = {
        "TOUCHLINE_DATABASE": settings.database or "",
        "TOUCHLINE_KAFKA": settings.kafka or "",
        "TOUCHLINE_EMBEDDED": "true" if settings.embedded else "false",
        "PYTHONPATH": _module_path(),
    }
    # -P: a folder `events` where the command was typed must not become ours.
    start = [sys.executable, "-P", "-m", "hub"]
    roles = [ProcessSpec(role, [*start, role], env) for role in ROLES]
    connectors = [*start, "connector", "run", *CONNECTORS]
    return [*roles, ProcessSpec("connectors", connectors, env)]


def _module_path() -> str:
    """Where children find our packages: where this process found them."""
    given = child_environment({}).get("PYTHONPATH", "")
    return os.pathsep.join(filter(None, [str(Path(hub.__file__).parents[1]), given]))


def targets(settings: Settings) -> list[Target]:
    """Where connectors will listen; a port that the system chooses is left out."""
    return [target for target in _listeners(settings) if target[2]]


def _listeners(settings: Settings) -> Iterator[Target]:
    mail = section_of(settings, "email", EmailConfig)
    if mail.smtp.enabled:
        yield "email", mail.smtp.host, mail.smtp.port
    for name, model in (
        ("webform", WebformConfig),
        ("sms", SmsConfig),
        ("phone", PhoneConfig),
    ):
        config = section_of(settings, name, model)
        yield name, config.host, config.port
