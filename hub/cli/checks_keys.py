"""The check of the keys that seal personal data."""

from hub.adapters.keys.master import MasterKeyError, missing
from hub.cli.finding import Finding
from hub.cli.rotating import standing_of
from hub.runtime.settings import Settings

__all__ = ["sealing"]


def sealing(settings: Settings) -> Finding:
    """Whether what customers wrote is sealed, and every key can be unwrapped."""
    try:
        found = standing_of(settings)
    except MasterKeyError as error:
        return Finding("fail", "sealing", "the master key cannot be read", str(error))
    said = ", ".join(f"{one.wraps} keys under {one.id}" for one in found)
    if lost := [one.id for one in found if not one.held]:
        return Finding("fail", "sealing", said, missing(lost))
    if not settings.sealing:
        todo = "leave `sealing` out of the settings, and start all roles anew"
        return Finding("warn", "sealing", "off: personal data is stored readable", todo)
    if not found:
        return Finding("fail", "sealing", "no master key", "run touchline migrate")
    return Finding("ok", "sealing", said)
